"""The map of a phone: upright lines, one station a row, its words to the right, days as headings."""

from collections.abc import Sequence
from dataclasses import replace

from onewindow.web.linemap.across import place_rows
from onewindow.web.linemap.bodies import Body, Box, Draft
from onewindow.web.linemap.graph import Graph, make_graph
from onewindow.web.linemap.labels import row_label
from onewindow.web.linemap.lanes import Lanes, make_lanes
from onewindow.web.linemap.layout import Layout, PlacedHeading, PlacedStation, Point, placed_line
from onewindow.web.linemap.model import DayHeading, Station
from onewindow.web.linemap.routes import make_plan
from onewindow.web.linemap.style import Style, disc_radius
from onewindow.web.linemap.text import Label

EDGE = 14.0  # from the outermost line to the end of a capsule
ROOM = 144.0  # what the lines may take of the width before they move together


def lay_upright(stations: Sequence[Station], days: Sequence[DayHeading], style: Style) -> Layout:
    """Lay a process out from top to bottom.  Raises: BrokenProcess."""
    graph = make_graph(stations)
    if not graph.stations:
        return Layout(0, 0, (), (), upright=True)
    lanes = make_lanes(graph, style.pack_over)
    slots = _slots(graph, lanes)
    plan = make_plan(graph, lanes.rows, slots, middle=lanes.middle, spans=_spans(graph, lanes, slots))
    pitch = min(style.pitch, ROOM / max(plan.row_count - 1, 1))
    edge = min(EDGE, pitch * 0.65)
    style = replace(style, critical_radius=min(style.critical_radius, pitch - 5), radius=min(style.radius, pitch - 5))
    places = [EDGE + 2 + row * pitch for row in range(plan.row_count)]
    left = places[-1] + EDGE + 18
    draft = Draft(graph, plan, style)
    labels = [row_label(station, style, style.width - left) for station in graph.stations]
    bodies = [_body(draft, places, edge, node) for node in range(len(graph.stations))]
    headings = _headings_before(graph, slots, days)
    placing = place_rows(draft, bodies, places, _distances(slots, labels, headings, style))
    heights = [max(body.half, label.height / 2) for body, label in zip(bodies, labels, strict=True)]
    shift = 2 - min(along - height for along, height in zip(placing.places, heights, strict=True))
    rows = tuple(
        _station(draft, node, (left, along + shift), (bodies[node], labels[node]), places) for node, along in enumerate(placing.places)
    )
    lines = tuple(placed_line(draft, index, tuple((x, y + shift) for y, x in points)) for index, points in enumerate(placing.ways))
    shown = tuple(_heading(headings[slots[node]], left, placed) for node, placed in enumerate(rows) if slots[node] in headings)
    bottom = max(max(placed.body.bottom, placed.label_box.bottom if placed.label_box else 0) for placed in rows)
    width = max([style.width, *(placed.label_box.right for placed in rows if placed.label_box)])
    return Layout(width, bottom + 2, rows, lines, shown, upright=True)


def _slots(graph: Graph, lanes: Lanes) -> list[int]:
    """Give every station a row of its own: by column, then from lane to lane."""
    order = sorted(range(len(graph.stations)), key=lambda node: (graph.columns[node], lanes.rows[node]))
    slots = [0] * len(order)
    for slot, node in enumerate(order):
        slots[node] = slot
    return slots


def _spans(graph: Graph, lanes: Lanes, slots: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return over which lanes each capsule lies: those of its neighbours, as far as no other line runs between them."""
    spans: dict[int, tuple[int, int]] = {}
    for node, station in enumerate(graph.stations):
        if not station.is_capsule:
            continue
        near = (*graph.before[node], *graph.following[node])
        wanted = {lanes.rows[other] for other in near if not graph.stations[other].is_capsule}
        busy = {
            lanes.rows[end]
            for edge in graph.edges
            for end in edge
            if node not in edge and slots[edge[0]] < slots[node] < slots[edge[1]] and not graph.stations[end].is_capsule
        }
        home = lanes.rows[node]
        spans[node] = (_stretch(home, -1, wanted, busy, lanes.count), _stretch(home, 1, wanted, busy, lanes.count))
    return spans


def _stretch(home: int, step: int, wanted: set[int], busy: set[int], count: int) -> int:
    end, row = home, home + step
    while 0 <= row < count and (row in wanted or row not in busy):
        if row in wanted:
            end = row
        row += step
    return end


def _body(draft: Draft, places: Sequence[float], edge: float, node: int) -> Body:
    station, plan, style = draft.graph.stations[node], draft.plan, draft.style
    if not station.is_capsule:
        radius = disc_radius(station, style) + 2
        return Body(radius, radius, radius, None, (), {}, {})
    home, (first, last) = places[plan.rows[node]], plan.spans[node]
    half = (style.window if station.kind == "start" else style.capsule) / 2
    return Body(half, home - places[first] + edge, places[last] - home + edge, None, (), {}, {})


def _headings_before(graph: Graph, slots: Sequence[int], days: Sequence[DayHeading]) -> dict[int, DayHeading]:
    """Return which day's words stand before which row; the first row needs none."""
    by_day = {heading.day: heading for heading in days}
    shown: dict[int, DayHeading] = {}
    last: int | None = None
    for node in sorted(range(len(slots)), key=slots.__getitem__):
        day = graph.days[node]
        if last is not None and day in by_day and day > last:
            shown[slots[node]] = by_day[day]
        last = day if last is None else max(last, day)
    return shown


def _distances(slots: Sequence[int], labels: Sequence[Label], headings: dict[int, DayHeading], style: Style) -> list[float]:
    heights = [0.0] * len(slots)
    for node, slot in enumerate(slots):
        heights[slot] = labels[node].height
    least: list[float] = []
    for slot in range(1, len(slots)):
        between = max(style.slot, (heights[slot - 1] + heights[slot]) / 2 + 15)
        least.append(between + (style.head if slot in headings else 0.0))
    return least


def _station(draft: Draft, node: int, point: Point, made: tuple[Body, Label], places: Sequence[float]) -> PlacedStation:
    """Place one station; `point`: where its words begin and the height of its row."""
    (left, y), (body, label), x = point, made, places[draft.plan.rows[node]]
    top = y - label.height / 2
    around = Box(x - body.up, y - body.half, x + body.down, y + body.half)
    words = Box(left, top, left + label.width, top + label.height) if label.lines else None
    span = draft.plan.spans.get(node)
    dots = tuple((places[row], y) for row in range(span[0], span[1] + 1)) if span else ()
    return PlacedStation(draft.graph.stations[node], x, y, around, label, words, dots)


def _heading(heading: DayHeading, left: float, below: PlacedStation) -> PlacedHeading:
    top = min(below.body.top, below.y - below.label.height / 2)
    return PlacedHeading(heading, left, top - 24, top - 43)
