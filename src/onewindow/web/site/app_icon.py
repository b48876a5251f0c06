"""The icons of the installed app: our mark, drawn in the city's colour from the same file as the pages' mark."""

from functools import cache
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image, ImageDraw

MARK = Path(__file__).parent / "static" / "onewindow" / "mark.svg"
SIZES = (192, 512)
FINER = 4
"""Drawn so many times as large and made smaller, for smooth edges."""
SAFE = 0.62
"""How much of a maskable icon the drawing fills: a system may cut out a circle of four fifths.  Source: W3C, Web Application Manifest"""


@cache
def png(size: int, colour: str, *, maskable: bool) -> bytes:
    """Return an icon as PNG. Unit: size in pixels. A maskable one fills its whole square."""
    root = ET.parse(MARK).getroot()  # noqa: S314 -- our own file
    side = float(root.attrib["viewBox"].split()[2])
    full = size * FINER
    scale = full / side * (SAFE if maskable else 1)
    start = full * (1 - SAFE) / 2 if maskable else 0.0
    ground, *panes = [element.attrib for element in root.iter() if element.tag.endswith("rect")]
    picture = Image.new("RGBA", (full, full), colour if maskable else (0, 0, 0, 0))
    if not maskable:
        _rectangle(picture, ground, scale, start, colour, 1)
    for pane in panes:
        _rectangle(picture, pane, scale, start, "#ffffff", float(pane.get("opacity", "1")))
    out = BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _rectangle(picture: Image.Image, pane: dict[str, str], scale: float, start: float, colour: str, opacity: float) -> None:  # noqa: PLR0917 -- a drawing
    left, top = (start + float(pane.get(name, "0")) * scale for name in ("x", "y"))
    width, height = (float(pane[name]) * scale for name in ("width", "height"))
    mask = Image.new("L", picture.size, 0)
    place, round_by = (left, top, left + width, top + height), float(pane.get("rx", "0")) * scale
    ImageDraw.Draw(mask).rounded_rectangle(place, round_by, fill=int(255 * opacity))
    picture.paste(Image.new("RGBA", picture.size, colour), (0, 0), mask)
