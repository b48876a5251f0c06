"""The room every station takes, measured from the point where its line runs, and where lines dock."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from onewindow.web.linemap.graph import Graph
from onewindow.web.linemap.routes import Plan, Route
from onewindow.web.linemap.style import Style, disc_radius
from onewindow.web.linemap.text import Label


@dataclass(frozen=True)
class Draft:
    """What is settled before anything is measured: the process, the ways of its lines, and how the variant is built."""

    graph: Graph
    plan: Plan
    style: Style


@dataclass(frozen=True)
class Box:
    """A rectangle.  Unit: CSS pixels."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Body:
    """A station around its own point: half its length along the lines, how far it reaches up and down, and its label's rectangle."""

    half: float
    up: float
    down: float
    label: Box | None
    words: tuple[Box, ...]  # the label's lines one by one: slanting lines pass closer to a short one
    into: Mapping[int, float]  # row from which a line comes -> where it docks, measured from the station's row
    out: Mapping[int, float]

    @property
    def top(self) -> float:
        """The highest point, label included."""
        return min(-self.up, self.label.top) if self.label else -self.up

    @property
    def bottom(self) -> float:
        """The lowest point, label included."""
        return max(self.down, self.label.bottom) if self.label else self.down


def make_bodies(draft: Draft, labels: Sequence[Label]) -> list[Body]:
    """Measure every station of a map drawn from left to right."""
    graph, plan, style = draft.graph, draft.plan, draft.style
    docks = _docks(graph, plan, style)
    reach = {node: _reach(style, into, out) for node, (into, out) in docks.items()}
    deepest: dict[int, float] = defaultdict(float)
    for node, (_, down) in reach.items():
        deepest[plan.rows[node]] = max(deepest[plan.rows[node]], down)
    bodies: list[Body] = []
    for node, station in enumerate(graph.stations):
        label = labels[node]
        if not station.is_capsule:
            radius = disc_radius(station, style) + 2
            top = -(max(style.label_gap, radius + 4) if label.lamp else style.label_gap) - label.height
            bodies.append(Body(radius, radius, radius, _box(label, top), _words(label, top), {}, {}))
            continue
        up, down = reach[node]
        under = deepest[plan.rows[node]] if deepest[plan.rows[node]] - down <= 24 else down
        half = (style.window if station.kind == "start" else style.capsule) / 2
        bodies.append(Body(half + 2, up, down, _box(label, under + 8), _words(label, under + 8), *docks[node]))
    return bodies


def _box(label: Label, top: float) -> Box | None:
    if not label.lines:
        return None
    return Box(-label.width / 2, top, label.width / 2, top + label.height)


def _words(label: Label, top: float) -> tuple[Box, ...]:
    """Return the boxes of the lines; behind a lamp the whole label counts as one."""
    whole = _box(label, top)
    if whole is None or label.lamp:
        return (whole,) if whole else ()
    boxes: list[Box] = []
    for line in label.lines:
        boxes.append(Box(-line.width / 2, top, line.width / 2, top + line.height))
        top += line.height
    return tuple(boxes)


def _docks(graph: Graph, plan: Plan, style: Style) -> dict[int, tuple[dict[int, float], dict[int, float]]]:
    rows_in: dict[int, set[int]] = defaultdict(set)
    rows_out: dict[int, set[int]] = defaultdict(set)
    for route in plan.routes:
        rows_in[route.target].add(arrival_row(route, plan))
        rows_out[route.source].add(departure_row(route, plan))
    capsules = [node for node, station in enumerate(graph.stations) if station.is_capsule]
    return {node: (_side(rows_in[node], plan.rows[node], style), _side(rows_out[node], plan.rows[node], style)) for node in capsules}


def _side(rows: set[int], home: int, style: Style) -> dict[int, float]:
    """Give every row its place at a capsule: the nearest rows next to the middle."""
    above = sorted((row for row in rows if row < home), reverse=True)
    below = sorted(row for row in rows if row > home)
    places = {row: -(index + 1) * style.bundle for index, row in enumerate(above)}
    places |= {row: (index + 1) * style.bundle for index, row in enumerate(below)}
    return places | {home: 0.0}


def _reach(style: Style, into: Mapping[int, float], out: Mapping[int, float]) -> tuple[float, float]:
    places = [*into.values(), *out.values(), 0.0]
    least = style.bundle * 1.5
    return max(least, style.bundle - min(places)), max(least, style.bundle + max(places))


def arrival_row(route: Route, plan: Plan) -> int:
    """Return the row from which a line turns to its target (its target's own, if it comes straight)."""
    return int(route.bends[-1].from_row) if route.bends else plan.rows[route.target]


def departure_row(route: Route, plan: Plan) -> int:
    """Return the row to which a line turns after its source."""
    return int(route.bends[0].to_row) if route.bends else plan.rows[route.source]


def row_places(draft: Draft, bodies: Sequence[Body]) -> list[float]:
    """Return where every row runs: a lane apart, further where a label or a capsule needs it.  The first is 0."""
    graph, plan, style = draft.graph, draft.plan, draft.style
    needs: dict[tuple[int, int], float] = {}
    tallest: dict[int, float] = defaultdict(float)
    for node, station in enumerate(graph.stations):
        body, row = bodies[node], plan.rows[node]
        tallest[row] = max(tallest[row], 0.0 if station.is_capsule else max(style.pitch, 12.0 - body.top))
    tallest[plan.middle] = max(tallest[plan.middle], style.pitch)
    cells: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
    for node, body in enumerate(bodies):
        cells[plan.columns[node]].append((plan.rows[node], 3 - body.top, 3 + body.bottom))
    for row, column in plan.through:
        cells[column].append((row, 4.0, 4.0))
    for cell in cells.values():
        cell.sort()
        for (row, _, below), (next_row, above, _) in pairwise(cell):
            if next_row > row:
                needs[row, next_row] = max(needs.get((row, next_row), 0.0), below + above)
    places = [0.0]
    for row in range(1, plan.row_count):
        least = places[row - 1] + max(tallest[row], style.bundle * 1.5)
        places.append(max([least, *(places[first] + need for (first, second), need in needs.items() if second == row)]))
    return places
