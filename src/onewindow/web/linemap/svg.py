"""Small helpers that write SVG: numbers, escaping, rounded ways.

Colours are presentation attributes, so that style sheets may override them.
"""

import re
from collections.abc import Sequence
from html import escape
from math import hypot

from onewindow.web.linemap.style import BEND
from onewindow.web.linemap.text import Line

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Point = tuple[float, float]


def clean(text: str) -> str:
    """Return a text safe inside XML, both as content and as an attribute's value."""
    return escape(_NOT_XML.sub("", text), quote=True)


def num(value: float) -> str:
    """Write a length with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0").replace("-0", "0") if abs(value) < 0.05 else f"{value:.1f}".removesuffix(".0")


def element(tag: str, body: str = "", **attributes: str | float | None) -> str:
    """Write one element; `class_` and names with _ are turned into their SVG form, None leaves an attribute out."""
    parts = [tag]
    for name, value in attributes.items():
        if value is None or value == "":
            continue
        written = clean(value) if isinstance(value, str) else num(value)
        parts.append(f'{name.rstrip("_").replace("_", "-")}="{written}"')
    return f"<{' '.join(parts)}>{body}</{tag}>" if body else f"<{' '.join(parts)}/>"


def way(points: Sequence[Point], bend: float = BEND) -> str:
    """Write a way with its corners rounded."""
    kept = [point for index, point in enumerate(points) if not index or hypot(*_minus(point, points[index - 1])) > 0.05]
    if len(kept) < 2:
        kept = [*kept, *kept]
    path = [f"M{num(kept[0][0])} {num(kept[0][1])}"]
    for before, corner, after in zip(kept, kept[1:], kept[2:], strict=False):
        start, end = _towards(corner, before, bend), _towards(corner, after, bend)
        path.append(f"L{num(start[0])} {num(start[1])}Q{num(corner[0])} {num(corner[1])} {num(end[0])} {num(end[1])}")
    path.append(f"L{num(kept[-1][0])} {num(kept[-1][1])}")
    return "".join(path)


def _minus(a: Point, b: Point) -> Point:
    return a[0] - b[0], a[1] - b[1]


def _towards(corner: Point, other: Point, most: float) -> Point:
    """Return the point on the way from a corner where its rounding begins: never past the middle of a short piece."""
    dx, dy = _minus(other, corner)
    length = hypot(dx, dy) or 1.0
    share = min(most, length / 2) / length
    return corner[0] + dx * share, corner[1] + dy * share


def text_line(line: Line, x: float, baseline: float, *, anchor: str, ink: str, soft: str) -> str:
    """Write one line of a label."""
    runs = "".join(
        element(
            "tspan",
            clean(run.text),
            class_=" ".join(name for name, on in (("lm-strong", run.bold), ("lm-soft", run.soft)) if on),
            fill=soft if run.soft else None,
            font_weight="600" if run.bold else None,
        )
        for run in line.runs
        if run.text
    )
    return element("text", runs, class_="lm-text", x=x, y=baseline, font_size=line.size, text_anchor=anchor, fill=ink)
