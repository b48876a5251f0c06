"""Which files are taken: what they are is read from their content, never from their name."""

import unicodedata

import puremagic

from onewindow.plumbing.files import pdf, pictures, scan
from onewindow.plumbing.files.refusals import (
    FileActive,
    FileArchive,
    FileBroken,
    FileCarries,
    FileEmpty,
    FileInfected,
    FileLocked,
    FileMistyped,
    FileNotChecked,
    FileRefused,
    FileTooLarge,
    FileTypeRefused,
    FileUnpacks,
)

__all__ = [
    "LIMIT_BYTES",
    "MEDIA_TYPES",
    "FileActive",
    "FileArchive",
    "FileBroken",
    "FileCarries",
    "FileEmpty",
    "FileInfected",
    "FileLocked",
    "FileMistyped",
    "FileNotChecked",
    "FileRefused",
    "FileTooLarge",
    "FileTypeRefused",
    "FileUnpacks",
    "judge",
    "name_of_type",
    "plain_name",
]

LIMIT_BYTES = 10 * 1024 * 1024
MEDIA_TYPES = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
_endings = {
    "pdf": "application/pdf",
    "png": "image/png",
    "webp": "image/webp",
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif"), "image/jpeg"),
}
_same = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "application/x-pdf": "application/pdf"}
_archives = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"\xd0\xcf\x11\xe0",
)
_endings_of_others = (
    "7z apk app arj asp aspx bat bmp bz2 cab chm cmd com cpl css csv dll dmg doc docm docx eml exe gif gz hta htm html iso jar js jse jsp "
    "lnk mht mhtml mjs msi php pif pl ppt pptm pptx ps ps1 py rar reg rtf scr sh svg svgz swf tar tif tiff txt url vbe vbs wasm wsf xhtml "
    "xls xlsm xlsx xml xsl xslt xz zip"
)
_other = frozenset(_endings_of_others.split())
"""Endings that promise something else than we take. Any other is no ending but a part of the name: “plan.v2”."""
LONGEST_NAME = 120
_not_in_names = str.maketrans(dict.fromkeys('<>:"|?*%', "_"))


def judge(*, content: bytes, name: str, said: str) -> str:
    """Return the media type that the content shows. Raises: FileRefused and its kinds."""
    if not content:
        raise FileEmpty(name=name)
    if len(content) > LIMIT_BYTES:
        raise FileTooLarge(name=name, megabytes=f"{len(content) / 1024 / 1024:.1f}")
    _scan(content, name)
    if content.startswith(_archives) or content[257:262] == b"ustar":
        raise FileArchive(name=name)
    found = _sniff(content)
    if found not in MEDIA_TYPES:
        raise FileTypeRefused(name=name)
    said = _same.get(said.split(";", maxsplit=1)[0].strip().lower(), said.split(";", maxsplit=1)[0].strip().lower())
    if said in MEDIA_TYPES and said != found:
        raise FileMistyped(name=name, said=MEDIA_TYPES[said].upper(), found=MEDIA_TYPES[found].upper())
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in _other or _endings.get(ending, found) != found:
        raise FileMistyped(name=name, said=ending.upper(), found=MEDIA_TYPES[found].upper())
    if found == "application/pdf":
        pdf.look_through(content, name)
        if harmful := pdf.hidden_signature(content):
            raise FileInfected(name=name, found=harmful)
    return found


def clean(*, content: bytes, media_type: str, name: str) -> bytes:
    """Return what is kept of a file that was judged: a PDF as it came, a picture drawn anew. Raises: FileBroken."""
    return content if media_type == "application/pdf" else pictures.redraw(content, media_type, name)


def plain_name(name: str) -> str:
    r"""Return a name without folders, invisible characters, and what no disk of an office takes; at most 120 long.

    >>> plain_name("..\\..\\租赁\u202e合同.pdf"), plain_name("/"), len(plain_name("长" * 300 + ".pdf")), plain_name("a<b>.pdf")
    ('租赁合同.pdf', 'file', 120, 'a_b_.pdf')
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").translate(_not_in_names).strip(" .")
    if len(visible) > LONGEST_NAME:
        stem, dot, ending = visible.rpartition(".")
        visible = stem[: LONGEST_NAME - 1 - len(ending)] + dot + ending if dot and len(ending) < 10 else visible[:LONGEST_NAME]
    return visible or "file"


def name_of_type(name: str, media_type: str) -> str:
    """Return the name with the ending of what the content is, so that no reader's machine takes it for something else.

    >>> name_of_type("plan.v2", "application/pdf"), name_of_type("plan.PDF", "application/pdf"), name_of_type("photo", "image/jpeg")
    ('plan.v2.pdf', 'plan.PDF', 'photo.jpg')
    """
    if _endings.get(name.rpartition(".")[2].lower()) == media_type:
        return name
    ending = f".{MEDIA_TYPES[media_type]}"
    return name[: LONGEST_NAME - len(ending)] + ending


def _scan(content: bytes, name: str) -> None:
    for scanner in scan.scanners():
        try:
            found = scanner.find(content)
        except scan.ScannerSilent:
            raise FileNotChecked(name=name) from None
        if found:
            raise FileInfected(name=name, found=found)


def _sniff(content: bytes) -> str:
    try:
        matches = puremagic.magic_string(content[:4096])
    except (puremagic.PureError, ValueError):
        return ""
    best = matches[0].mime_type if matches else ""
    return _same.get(best, best)
