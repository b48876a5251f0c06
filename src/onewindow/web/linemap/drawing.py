"""The picture as SVG, from a finished layout."""

from collections.abc import Iterable, Sequence
from math import ceil

from onewindow.web.linemap.bodies import Box
from onewindow.web.linemap.glyphs import station_sign
from onewindow.web.linemap.layout import Layout, PlacedHeading, PlacedLine, PlacedStation
from onewindow.web.linemap.style import (
    FONTS,
    GUIDE,
    INK,
    LAKE,
    LAKE_THIN,
    LAMP,
    LEAF,
    PAPER,
    RULE,
    SOFT,
    WAIT,
    Style,
)
from onewindow.web.linemap.svg import clean, element, num, text_line, way


def measures(layout: Layout) -> tuple[int, int]:
    """Return width and height in whole pixels."""
    return ceil(layout.width), ceil(layout.height)


def drawn_share(layout: Layout, style: Style) -> float:
    """Return by how much the picture is made smaller: a hair's breadth too wide is made to fit, more is left to scroll."""
    width = measures(layout)[0]
    return style.width / width if style.width < width <= style.width * 1.04 else 1.0


def draw(layout: Layout, style: Style, *, title: str, prefix: str, variant: str) -> str:
    """Return the whole picture as one inline SVG element."""
    width, height = measures(layout)
    shrink = drawn_share(layout, style)
    headings = _upright_headings(layout) if layout.upright else _headings(layout)
    parts = [
        *headings,
        *_leaders(layout),
        *(piece for line in _in_drawing_order(layout.lines) for piece in _line(line, style)),
        *(_station(placed, style, prefix, index) for index, placed in enumerate(layout.stations)),
    ]
    return element(
        "svg",
        "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        id=prefix,
        class_=f"lm lm-{variant}",
        role="img",
        aria_label=title,
        focusable="false",
        width=round(width * shrink),
        height=round(height * shrink),
        viewBox=f"0 0 {width} {height}",
        overflow="visible",
        font_family=FONTS,
        fill=INK,
    )


def _in_drawing_order(lines: Iterable[PlacedLine]) -> list[PlacedLine]:
    return sorted(lines, key=lambda line: (line.critical, line.state not in ("off", "to-come")))


def _line(line: PlacedLine, style: Style) -> list[str]:
    """Draw one line: planned in lake, done in leaf, to come hollow, no longer going in dots."""
    state = line.state
    width = style.thick if line.critical else style.thin
    names = f"lm-line lm-{state}{' lm-critical' if line.critical else ''}"
    path = way(line.points)
    if state == "to-come":
        outer, inner = (width - 1, width - 4) if line.critical else (width + 1, width - 2)
        return [
            element("path", class_=names, d=path, fill="none", stroke=WAIT, stroke_width=outer),
            element("path", class_="lm-line lm-hollow", d=path, fill="none", stroke=PAPER, stroke_width=inner),
        ]
    dots = {"stroke_linecap": "round", "stroke_dasharray": "0.1 7"} if state == "off" else {}
    colour = {"off": WAIT, "done": LEAF}.get(state, LAKE if line.critical else LAKE_THIN)
    return [element("path", class_=names, d=path, fill="none", stroke=colour, stroke_width=3 if dots else width, **dots)]


def _station(placed: PlacedStation, style: Style, prefix: str, index: int) -> str:
    station = placed.station
    names = f"lm-station lm-{station.kind} lm-{station.state}{' lm-critical' if station.critical else ''}"
    body = station_sign(placed, style) + _label(placed)
    return element("g", body, class_=names, id=f"{prefix}-{index}" if prefix else None, data_station=station.id)


def _label(placed: PlacedStation) -> str:
    box, label = placed.label_box, placed.label
    if box is None or not label.lines:
        return ""
    lamp = _lamp(box, flush=label.flush) if label.lamp else ""
    written: list[str] = []
    top = box.top
    for line in label.lines:
        x, anchor = (box.left, "start") if label.flush else ((box.left + box.right) / 2, "middle")
        soft = INK if label.lamp else SOFT
        written.append(text_line(line, x, top + line.height / 2 + line.size * 0.35, anchor=anchor, ink=INK, soft=soft))
        top += line.height
    return lamp + "".join(written)


def _lamp(box: Box, *, flush: bool) -> str:
    """Draw the lamp behind a label; one set flush left stays in line with the others, its lamp reaches out before it."""
    return element(
        "rect",
        class_="lm-lamp-label",
        x=box.left - 8 if flush else box.left,
        y=box.top - 1,
        width=box.right - box.left - (4 if flush else 0),
        height=box.bottom - box.top + 3,
        rx=4.0,
        fill=LAMP,
    )


def _headings(layout: Layout) -> list[str]:
    if not layout.headings:
        return []
    parts: list[str] = []
    boxes = [box for placed in layout.stations for box in (placed.label_box, placed.body) if box]
    rule = layout.headings[0].y * 2
    for index, heading in enumerate(layout.headings):
        if heading.divider is not None:
            parts += _divider(heading.divider, 0, layout.height, boxes)
        parts.append(_heading_text(heading, strong=index == 0))
    parts.append(element("path", class_="lm-rule", d=f"M0 {num(rule)}H{num(layout.width)}", stroke=RULE, stroke_width=1))
    return parts


def _leaders(layout: Layout) -> list[str]:
    """Upright maps: dots lead from every station to its words."""
    if not layout.upright:
        return []
    ways = [
        f"M{num(placed.body.right + 3)} {num(placed.y)}H{num(placed.label_box.left - 8)}"
        for placed in layout.stations
        if placed.label_box and placed.label_box.left - 8 > placed.body.right + 3 and not placed.station.is_capsule
    ]
    return [element("path", class_="lm-leader", d="".join(ways), stroke=WAIT, stroke_width=1.5, stroke_dasharray="1.5 3.5")] if ways else []


def _upright_headings(layout: Layout) -> list[str]:
    parts: list[str] = []
    for heading in layout.headings:
        rule = f"M{num(heading.x)} {num(heading.divider or 0)}H{num(layout.width)}"
        parts.append(element("path", class_="lm-rule", d=rule, stroke=RULE, stroke_width=1))
        text = clean(heading.heading.text)
        look = {"class_": "lm-day lm-strong", "font_weight": "600", "fill": SOFT}
        parts.append(element("text", text, x=heading.x, y=heading.y + 5.5, font_size=16.0, **look))
    return parts


def _heading_text(heading: PlacedHeading, *, strong: bool) -> str:
    return element(
        "text",
        clean(heading.heading.text),
        class_="lm-day lm-strong" if strong else "lm-day",
        x=heading.x,
        y=heading.y + 5.5,
        font_size=16.0,
        font_weight="600" if strong else None,
        text_anchor="middle",
        fill=INK if strong else SOFT,
    )


def _divider(x: float, top: float, bottom: float, boxes: Sequence[Box]) -> list[str]:
    """Draw the line between two days, broken where a label or a station lies across it."""
    cuts = sorted((box.top - 4, box.bottom + 4) for box in boxes if box.left - 4 < x < box.right + 4)
    pieces: list[str] = []
    at = top
    for first, last in [*cuts, (bottom, bottom)]:
        if first - at > 2:
            pieces.append(f"M{num(x)} {num(at)}V{num(first)}")
        at = max(at, last)
    return [element("path", class_="lm-divider", d="".join(pieces), stroke=GUIDE, stroke_width=1)] if pieces else []
