"""Where everything lies: pure geometry, no drawing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from onewindow.web.linemap.across import Placing, place
from onewindow.web.linemap.bodies import Body, Box, Draft, make_bodies, row_places
from onewindow.web.linemap.graph import make_graph
from onewindow.web.linemap.labels import station_label
from onewindow.web.linemap.lanes import make_lanes
from onewindow.web.linemap.model import DayHeading, Station
from onewindow.web.linemap.routes import make_plan
from onewindow.web.linemap.style import Style
from onewindow.web.linemap.text import Label

CROWDED = 7  # lanes beyond which they move closer together
Point = tuple[float, float]
OFF = frozenset({"refused", "withdrawn"})
LineState = Literal["planned", "done", "to-come", "off"]


@dataclass(frozen=True)
class PlacedStation:
    """A station on the picture.  `body` is its disc or capsule, `dots` the places of its docks along the capsule."""

    station: Station
    x: float
    y: float
    body: Box
    label: Label
    label_box: Box | None
    dots: tuple[Point, ...] = ()


@dataclass(frozen=True)
class PlacedLine:
    """A line between two stations, as the corners of its way; `off`: nothing travels on it any more."""

    source: str
    target: str
    points: tuple[Point, ...]
    critical: bool
    state: LineState


@dataclass(frozen=True)
class PlacedHeading:
    """A day's words, and the line that parts it from the day before (none before the first)."""

    heading: DayHeading
    x: float
    y: float
    divider: float | None


@dataclass(frozen=True)
class Layout:
    """The whole picture, measured.  Unit: CSS pixels."""

    width: float
    height: float
    stations: tuple[PlacedStation, ...]
    lines: tuple[PlacedLine, ...]
    headings: tuple[PlacedHeading, ...] = ()
    upright: bool = False


def lay_out(stations: Sequence[Station], days: Sequence[DayHeading], style: Style) -> Layout:
    """Lay a process out from left to right, within the style's width where the words allow it.  Raises: BrokenProcess."""
    graph = make_graph(stations)
    if not graph.stations:
        return Layout(0, 0, (), ())
    lanes = make_lanes(graph, style.pack_over)
    plan = make_plan(graph, lanes.rows, graph.columns, middle=lanes.middle)
    if plan.row_count > CROWDED:
        style = replace(style, pitch=style.pitch * 0.8)
    tried: list[Layout] = []
    for limit in style.wraps:
        labels = [station_label(station, style, limit) for station in graph.stations]
        tried.append(_measured(Draft(graph, plan, style), labels, days))
        if tried[-1].width <= style.width + 0.5:
            return tried[-1]
        if tried[-1].width > style.width * 1.5:  # narrower words will not make it fit
            break
    return min(tried, key=lambda layout: layout.width + layout.height * 0.6)


def _measured(draft: Draft, labels: Sequence[Label], days: Sequence[DayHeading]) -> Layout:
    plan, style = draft.plan, draft.style
    bodies = make_bodies(draft, labels)
    rows = row_places(draft, bodies)
    head = style.head if days else 0.0
    top = min(rows[plan.rows[node]] + body.top for node, body in enumerate(bodies))
    rows = [row - top + head + (16 if head else style.margin) for row in rows]
    placing = place(draft, bodies, rows, days)
    stations = tuple(
        _station(draft.graph.stations[node], (placing.places[node], rows[plan.rows[node]]), body, labels[node])
        for node, body in enumerate(bodies)
    )
    lines = tuple(placed_line(draft, index, points) for index, points in enumerate(placing.ways))
    bottom = max([*(s.body.bottom for s in stations), *(s.label_box.bottom for s in stations if s.label_box), *rows])
    return Layout(placing.width, bottom + style.margin + (16 if head else 0), stations, lines, _headings(placing, style))


def _headings(placing: Placing, style: Style) -> tuple[PlacedHeading, ...]:
    return tuple(PlacedHeading(heading, middle, style.head / 2 + 2, divider) for heading, divider, middle in placing.days)


def _station(station: Station, point: Point, body: Body, label: Label) -> PlacedStation:
    x, y = point
    box = body.label
    moved = Box(x + box.left, y + box.top, x + box.right, y + box.bottom) if box else None
    places = sorted({*body.into.values(), *body.out.values()})
    around = Box(x - body.half, y - body.up, x + body.half, y + body.down)
    return PlacedStation(station, x, y, around, label, moved, tuple((x, y + place) for place in places))


def placed_line(draft: Draft, index: int, points: tuple[Point, ...]) -> PlacedLine:
    """Return one line of the plan with its weight and state."""
    route, graph = draft.plan.routes[index], draft.graph
    source, target = graph.stations[route.source], graph.stations[route.target]
    return PlacedLine(source.id, target.id, points, source.critical and target.critical, line_state(source, target))


def line_state(source: Station, target: Station) -> LineState:
    """Return what a line shows: how far its source has come, and whether it still leads anywhere."""
    if source.state in OFF or target.state == "withdrawn":
        return "off"
    if source.state in ("done", "planned"):
        return source.state
    return "to-come"
