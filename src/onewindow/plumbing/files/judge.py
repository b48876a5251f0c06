"""Which files are taken: what they are is read from their content, never from their name."""

import io
import unicodedata
import warnings

import puremagic
from PIL import Image

from onewindow.domain.errors import DomainError

LIMIT_BYTES = 10 * 1024 * 1024
LIMIT_PIXELS = 80_000_000
MEDIA_TYPES = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
_image_formats = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
_same = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "application/x-pdf": "application/pdf"}


class FileRefused(DomainError):
    """The file was not taken; nothing of it was kept."""

    code = "file-refused"
    template = "The file “{name}” was not taken. Choose a PDF, PNG, JPEG or WebP file of at most 10 MB."


class FileEmpty(FileRefused):
    code = "file-empty"
    template = "The file “{name}” is empty. Choose it again, or scan the document once more."


class FileTooLarge(FileRefused):
    code = "file-too-large"
    template = "The file “{name}” has {megabytes} MB; 10 MB are allowed. Scan it with fewer dots per inch, or split it."
    status = 413


class FileTypeRefused(FileRefused):
    code = "file-type"
    template = (
        "The file “{name}” is not a PDF, PNG, JPEG or WebP file, whatever its name says. Save it as one of these and choose it again."
    )


class FileMistyped(FileRefused):
    code = "file-mistyped"
    template = "The file “{name}” says it is {said}, but its content is {found}. Save it again under its own type."


class FileBroken(FileRefused):
    code = "file-broken"
    template = "The file “{name}” cannot be opened: it is damaged or far too many dots large. Save or scan it again."


def judge(*, content: bytes, name: str, said: str) -> str:
    """Return the media type that the content shows. Raises: FileRefused and its kinds."""
    if not content:
        raise FileEmpty(name=name)
    if len(content) > LIMIT_BYTES:
        raise FileTooLarge(name=name, megabytes=f"{len(content) / 1024 / 1024:.1f}")
    found = _sniff(content)
    if found not in MEDIA_TYPES:
        raise FileTypeRefused(name=name)
    said = _same.get(said.split(";", maxsplit=1)[0].strip().lower(), said.split(";", maxsplit=1)[0].strip().lower())
    if said in MEDIA_TYPES and said != found:
        raise FileMistyped(name=name, said=MEDIA_TYPES[said].upper(), found=MEDIA_TYPES[found].upper())
    if not _opens(content, found):
        raise FileBroken(name=name)
    return found


def plain_name(name: str) -> str:
    r"""Return a name without folders and invisible characters, at most 120 long.

    >>> plain_name("..\\..\\租赁\u202e合同.pdf"), plain_name("/"), len(plain_name("长" * 300 + ".pdf"))
    ('租赁合同.pdf', 'file', 120)
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    if len(visible) > 120:
        stem, dot, ending = visible.rpartition(".")
        visible = stem[: 119 - len(ending)] + dot + ending if dot and len(ending) < 10 else visible[:120]
    return visible or "file"


def _sniff(content: bytes) -> str:
    try:
        matches = puremagic.magic_string(content[:4096])
    except (puremagic.PureError, ValueError):
        return ""
    best = matches[0].mime_type if matches else ""
    return _same.get(best, best)


def _opens(content: bytes, media_type: str) -> bool:
    if media_type == "application/pdf":
        return content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[_image_formats[media_type]]) as image:
                if image.width * image.height > LIMIT_PIXELS:
                    return False
                image.verify()
    except Exception:  # Pillow raises whatever its decoders meet
        return False
    return True
