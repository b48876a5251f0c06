"""Drawing a picture anew: only its dots are kept; where it was taken, by which device, and whatever was hidden in it is gone."""

import io
import warnings

from PIL import Image, ImageOps

from onewindow.plumbing.files.refusals import FileBroken

LIMIT_PIXELS = 50_000_000
MOST_SCANS = 100
"""A JPEG that is drawn in more passes than any program writes only wastes the reader's time."""

_formats = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
_options: dict[str, dict[str, int | bool]] = {
    "PNG": {"compress_level": 4},
    "JPEG": {"quality": 90},
    "WEBP": {"quality": 90, "method": 2},
}
_modes = {
    "PNG": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"},
    "JPEG": {"L", "RGB"},
    "WEBP": {"RGB", "RGBA"},
}


def redraw(content: bytes, media_type: str, name: str) -> bytes:
    """Return the picture drawn anew, upright, its first frame alone. Raises: FileBroken."""
    kind = _formats[media_type]
    if kind == "JPEG" and content.count(b"\xff\xda") > MOST_SCANS:
        raise FileBroken(name=name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[kind]) as image:
                if image.width * image.height > LIMIT_PIXELS:
                    raise FileBroken(name=name)
                return _drawn(image, kind)
    except Exception as error:  # Pillow raises whatever its decoders meet
        raise FileBroken(name=name) from error


def _drawn(image: Image.Image, kind: str) -> bytes:
    image.load()
    upright: Image.Image = ImageOps.exif_transpose(image)
    if upright.mode not in _modes[kind]:
        transparent = kind != "JPEG" and (upright.mode in {"PA", "La", "RGBa"} or "transparency" in upright.info)
        upright = upright.convert("RGBA" if transparent else "RGB")
    upright.info = {key: value for key, value in upright.info.items() if key == "transparency" and kind == "PNG"}
    drawn = io.BytesIO()
    upright.save(drawn, kind, **_options[kind])
    return drawn.getvalue()
