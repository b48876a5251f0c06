"""The signs of the map: window, disc, capsule, in every state.  Word, shape and colour say the same."""

from collections.abc import Sequence

from onewindow.web.linemap.bodies import Box
from onewindow.web.linemap.layout import PlacedStation
from onewindow.web.linemap.model import Station
from onewindow.web.linemap.style import BRICK, INK, LAKE, LAKE_DARK, LAMP, LEAF, PAPER, WAIT, Style, disc_radius
from onewindow.web.linemap.svg import Point, element, num

FRAME = {"planned": INK, "done": LEAF, "now": INK, "under-way": INK, "to-come": WAIT, "refused": BRICK, "withdrawn": WAIT}


def station_sign(placed: PlacedStation, style: Style) -> str:
    """Draw one station without its label."""
    station = placed.station
    if not station.is_capsule:
        return disc(station, placed.x, placed.y, disc_radius(station, style))
    if station.kind == "start":
        return _window(station, placed.body, (placed.x, placed.y))
    return _capsule(station, placed.body, (placed.x, placed.y), placed.dots)


def disc(station: Station, x: float, y: float, radius: float) -> str:
    """Draw a department's station."""
    state = station.state
    if state == "done":
        return _dot(x, y, radius + 1.5, LEAF, "lm-leaf") + tick(x, y, radius, PAPER)
    if state == "refused":
        return _dot(x, y, radius + 1.5, BRICK, "lm-brick") + _cross(x, y, radius, PAPER)
    if state == "now":
        return _ring(x, y, radius, "lm-lamp", stroke=INK, width=3, fill=LAMP) + _dot(x, y, radius * 0.3, INK, "lm-ink")
    if state == "under-way":
        return _ring(x, y, radius, "lm-ink", stroke=INK, width=3) + _dot(x, y, radius * 0.38, INK, "lm-ink")
    if state == "withdrawn":
        return _ring(x, y, radius, "lm-wait", stroke=WAIT, width=2, dash="3 3") + _bar(x, y, radius, WAIT)
    if state == "to-come":
        return _ring(x, y, radius, "lm-wait", stroke=WAIT, width=3)
    return _ring(x, y, radius, "lm-lake", stroke=LAKE_DARK if station.critical else LAKE, width=4 if station.critical else 3)


def _ring(x: float, y: float, radius: float, name: str, *, stroke: str, width: float, fill: str = PAPER, dash: str | None = None) -> str:
    return element("circle", class_=name, cx=x, cy=y, r=radius, fill=fill, stroke=stroke, stroke_width=width, stroke_dasharray=dash)


def _dot(x: float, y: float, radius: float, fill: str, name: str) -> str:
    return element("circle", class_=f"lm-fill {name}", cx=x, cy=y, r=radius, fill=fill)


def tick(x: float, y: float, size: float, colour: str, width: float = 2.4) -> str:
    """Draw a tick about a point."""
    a, b, c = (x - size * 0.46, y + size * 0.04), (x - size * 0.1, y + size * 0.4), (x + size * 0.5, y - size * 0.36)
    return _stroke([a, b, c], colour, width)


def _cross(x: float, y: float, size: float, colour: str) -> str:
    s = size * 0.42
    return _stroke([(x - s, y - s), (x + s, y + s)], colour, 2.4) + _stroke([(x - s, y + s), (x + s, y - s)], colour, 2.4)


def _bar(x: float, y: float, size: float, colour: str) -> str:
    return _stroke([(x - size * 0.5, y), (x + size * 0.5, y)], colour, 2.4)


def _stroke(points: Sequence[Point], colour: str, width: float) -> str:
    path = "M" + "L".join(f"{num(x)} {num(y)}" for x, y in points)
    return element(
        "path", class_="lm-mark", d=path, fill="none", stroke=colour, stroke_width=width, stroke_linecap="round", stroke_linejoin="round"
    )


def _frame(station: Station, body: Box, radius: float) -> str:
    return element(
        "rect",
        class_=f"lm-frame lm-{station.state}",
        x=body.left + 2,
        y=body.top + 2,
        width=body.right - body.left - 4,
        height=body.bottom - body.top - 4,
        rx=radius,
        fill=LAMP if station.state == "now" else PAPER,
        stroke=FRAME[station.state],
        stroke_width=4,
        stroke_dasharray="6 4" if station.state == "withdrawn" else None,
    )


def _window(station: Station, body: Box, centre: Point) -> str:
    colour = FRAME[station.state]
    x, y = centre
    bars = _stroke([(x, body.top + 4), (x, body.bottom - 4)], colour, 3) + _stroke([(body.left + 4, y), (body.right - 4, y)], colour, 3)
    return _frame(station, body, 4) + bars


def _capsule(station: Station, body: Box, centre: Point, places: Sequence[Point]) -> str:
    radius = min(body.right - body.left, body.bottom - body.top) / 2 - 2
    shape = _frame(station, body, radius)
    x, y = (body.left + body.right) / 2, (body.top + body.bottom) / 2
    colour = FRAME[station.state]
    if station.state == "done" or (station.kind == "end" and station.state == "planned"):
        return shape + tick(x, y, 13, colour, 3)
    if station.state == "refused":
        return shape + _cross(x, y, 14, colour)
    if station.state == "withdrawn":
        return shape + _bar(x, y, 14, colour)
    if station.kind == "end" and station.state == "to-come":
        return shape
    return shape + "".join(_dot(px, py, 3, colour, "lm-dot") for px, py in _dots(station, body, places or [centre]))


def _dots(station: Station, body: Box, places: Sequence[Point]) -> list[Point]:
    """Return one dot per department that acts: at the docks where the numbers agree, else evenly spread."""
    count = max(1, min(station.count, 9))
    if len(places) == count:
        return list(places)
    wide = body.right - body.left > body.bottom - body.top
    room = max(body.right - body.left, body.bottom - body.top) - 20
    step = min(16.0, room / max(count - 1, 1))
    x, y = (body.left + body.right) / 2, (body.top + body.bottom) / 2
    offsets = [(index - (count - 1) / 2) * step for index in range(count)]
    return [(x + offset, y) if wide else (x, y + offset) for offset in offsets]
