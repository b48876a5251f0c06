"""Where everything lies along the lines: stations, bends and days, as early as nothing touches, then evenly spread."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from onewindow.web.linemap.bodies import Body, Box, Draft
from onewindow.web.linemap.graph import Graph
from onewindow.web.linemap.model import DayHeading
from onewindow.web.linemap.routes import Plan
from onewindow.web.linemap.solve import Distances
from onewindow.web.linemap.text import text_width

STUB = 5.0


@dataclass(frozen=True)
class Slope:
    """One bend of one line: a 45-degree way from one height to another, starting at a variable place."""

    route: int
    channel: int
    start: float
    end: float
    docks: tuple[bool, bool]
    variable: int

    @property
    def length(self) -> float:
        """How far it goes along while it goes up or down."""
        return abs(self.end - self.start)

    @property
    def direction(self) -> int:
        """1 where it goes down, -1 where it goes up."""
        return 1 if self.end >= self.start else -1

    def beside(self, other: "Slope") -> bool:
        """Whether both are at the same height somewhere."""
        return min(self.start, self.end) < max(other.start, other.end) and min(other.start, other.end) < max(self.start, self.end)

    def along(self, low: float, high: float) -> tuple[float, float] | None:
        """Return over which part of its length it lies between two heights, if it does."""
        first, last = max(low, min(self.start, self.end)), min(high, max(self.start, self.end))
        if first > last:
            return None
        ends = abs(first - self.start), abs(last - self.start)
        return min(ends), max(ends)


@dataclass(frozen=True)
class Obstacle:
    """A rectangle at a column that lines must not touch."""

    node: int
    column: int
    box: Box  # left and right measured from the column, top and bottom absolute
    is_label: bool


def _lowered(box: Box, y: float) -> Box:
    return Box(box.left, y + box.top, box.right, y + box.bottom)


@dataclass(frozen=True)
class Placing:
    """The result: the place of every station, the corners of every line, and the days (heading, where it begins, where its words stand)."""

    width: float
    places: tuple[float, ...]
    ways: tuple[tuple[tuple[float, float], ...], ...]
    days: tuple[tuple[DayHeading, float | None, float], ...]


def place(draft: Draft, bodies: Sequence[Body], rows: Sequence[float], days: Sequence[DayHeading]) -> Placing:
    """Place everything along the lines; `rows` are the heights of the rows."""
    return _Across(draft, bodies, rows, days=days).solved()


def place_rows(draft: Draft, bodies: Sequence[Body], rows: Sequence[float], least: Sequence[float]) -> Placing:
    """Place everything along upright lines: stations at least so far apart as `least` says, none out of line, as early as can be."""
    return _Across(draft, bodies, rows, least=least).solved()


class _Across:
    """One axis with all its variables and least distances."""

    def __init__(
        self, draft: Draft, bodies: Sequence[Body], rows: Sequence[float], *, days: Sequence[DayHeading] = (), least: Sequence[float] = ()
    ) -> None:
        graph, plan, style = draft.graph, draft.plan, draft.style
        self.graph, self.plan, self.style, self.bodies, self.rows = graph, plan, style, bodies, rows
        self.least = least
        self.distances = Distances()
        self.count = max(plan.columns) + 1
        self.begin = self.distances.add(0)
        self.columns = [self.distances.add(2 * column + 1) for column in range(self.count)]
        self.places = [self._place_of(node) for node in range(len(plan.columns))]
        self.end = self.distances.add(2 * self.count + 2)
        self.bands = _bands(graph, plan, days)
        self.dividers = [self.distances.add(2 * band.first) for band in self.bands[1:]]
        self.slopes = self._slopes()
        self.obstacles = self._obstacles()
        self._part_columns()
        self._part_slopes_from_stations()
        self._part_slopes()
        self._part_days()

    def _place_of(self, node: int) -> int:
        """Return where a station stands: on its column, or, off the middle line, as little after it as its label needs."""
        column = self.columns[self.plan.columns[node]]
        if self.least or self.graph.stations[node].is_capsule or node in self.graph.middle:
            return column
        place = self.distances.add(self.distances.stages[column])
        self.distances.require(column, place, 0.0)
        return place

    def _slopes(self) -> list[Slope]:
        slopes: list[Slope] = []
        shared: dict[tuple[object, ...], int] = {}
        for number, route in enumerate(self.plan.routes):
            for index, bend in enumerate(route.bends):
                first, last = index == 0, index == len(route.bends) - 1
                from_row, to_row = int(bend.from_row), int(bend.to_row)
                docks = (
                    first and self.graph.stations[route.source].is_capsule and bool(self.bodies[route.source].out),
                    last and self.graph.stations[route.target].is_capsule and bool(self.bodies[route.target].into),
                )
                start = self.rows[from_row] + (self.bodies[route.source].out[to_row] if docks[0] else 0)
                end = self.rows[to_row] + (self.bodies[route.target].into[from_row] if docks[1] else 0)
                key = (bend.channel, route.source, start, end > start) if first else (number, index)
                if key not in shared:
                    shared[key] = self.distances.add(2 * bend.channel + 2)
                slopes.append(Slope(number, bend.channel, start, end, docks, shared[key]))
        return slopes

    def _obstacles(self) -> list[Obstacle]:
        found: list[Obstacle] = []
        for node, body in enumerate(self.bodies):
            column, y = self.plan.columns[node], self.rows[self.plan.rows[node]]
            found.append(Obstacle(node, column, Box(-body.half, y - body.up, body.half, y + body.down), is_label=False))
            if body.label:
                found.append(Obstacle(node, column, _lowered(body.label, y), is_label=True))
        return found

    def _guarded(self) -> list[Obstacle]:
        """What slanting lines must pass: discs and capsules, and labels line by line."""
        words = [
            Obstacle(node, self.plan.columns[node], _lowered(box, self.rows[self.plan.rows[node]]), is_label=True)
            for node, body in enumerate(self.bodies)
            for box in body.words
        ]
        return [*(thing for thing in self.obstacles if not thing.is_label), *words]

    def _part_columns(self) -> None:
        require = self.distances.require
        for index, (first, second) in enumerate(pairwise(self.columns)):
            require(first, second, self.least[index] if self.least else self.style.critical_radius * 2 + 16)
        for index, one in enumerate(self.obstacles):
            require(self.begin, self.places[one.node], -one.box.left + 1)
            require(self.places[one.node], self.end, one.box.right + 1)
            for other in self.obstacles[index + 1 :]:
                if one.column == other.column or one.box.top > other.box.bottom + 4 or other.box.top > one.box.bottom + 4:
                    continue
                left, right = (one, other) if one.column < other.column else (other, one)
                gap = 16 if left.is_label and right.is_label else self.style.clear
                require(self.places[left.node], self.places[right.node], left.box.right - right.box.left + gap)

    def _part_slopes_from_stations(self) -> None:
        require, clear = self.distances.require, self.style.clear
        guarded = self._guarded()
        for slope in self.slopes:
            route = self.plan.routes[slope.route]
            first = slope.channel == route.bends[0].channel
            last = slope.channel == route.bends[-1].channel
            if first:
                require(self.places[route.source], slope.variable, self.bodies[route.source].half + STUB)
            if last:
                require(slope.variable, self.places[route.target], slope.length + self.bodies[route.target].half + STUB)
            low, high = min(slope.start, slope.end) - 2, max(slope.start, slope.end) + 2
            for thing in guarded:
                if thing.box.bottom < low or thing.box.top > high:
                    continue
                own = not thing.is_label and ((first and thing.node == route.source) or (last and thing.node == route.target))
                part = None if own else slope.along(thing.box.top - 2, thing.box.bottom + 2)
                if part is None:
                    continue
                place = self.places[thing.node]
                if thing.column <= slope.channel:
                    require(place, slope.variable, thing.box.right + clear - part[0])
                else:
                    require(slope.variable, place, part[1] + clear - thing.box.left)

    def _part_slopes(self) -> None:
        """Keep lines that belong to different stations from running on top of each other."""
        require = self.distances.require
        for one, two in pairwise(self.slopes):
            if one.route == two.route:
                require(one.variable, two.variable, one.length + STUB)
        for one in self.slopes:
            for two in self.slopes:
                if one.variable == two.variable:
                    continue
                if one.channel >= two.channel and one.route != two.route and not one.docks[1] and not two.docks[0] and one.end == two.start:
                    require(two.variable, one.variable, min(20.0, one.length) - one.length)  # the row is left before another line joins it
                if one.direction == two.direction and one.channel <= two.channel and one.beside(two):
                    self._part_parallels(one, two)

    def _part_parallels(self, one: Slope, two: Slope) -> None:
        """Keep two slopes of one direction apart; in one channel the one that begins ahead stays ahead."""
        ahead = (two.start - one.start) * one.direction
        if one.channel < two.channel:
            self.distances.require(one.variable, two.variable, ahead + self.style.bundle)
        elif ahead >= 1:
            self.distances.require(two.variable, one.variable, min(self.style.bundle, ahead) - ahead)

    def _part_days(self) -> None:
        require = self.distances.require
        edges = [self.begin, *self.dividers, self.end]
        for band, left, right in zip(self.bands, edges, edges[1:], strict=False):
            require(left, right, text_width(band.heading.text, self.style.note_size, bold=True) + 16)
        for band, divider in zip(self.bands[1:], self.dividers, strict=True):
            for node, body in enumerate(self.bodies):
                if self.plan.columns[node] < band.first:
                    require(self.places[node], divider, body.half + 10)
                else:
                    require(divider, self.places[node], body.half + 10)

    def solved(self) -> Placing:
        """Place the columns evenly, then the bends and the days within the room that is left."""
        if self.least:
            values = self.distances.earliest({self.begin: 0.0})
        else:
            values = self.distances.even(self.columns, self.begin, self.end, self.style.width, self.style.max_gap)
        fixed = {number: values[number] for number in (self.begin, self.end, *self.columns)}
        low = self.distances.earliest(fixed)
        fixed |= {number: low[number] for number in self.places}
        low = self.distances.earliest(fixed)
        high = self.distances.latest(fixed, values[self.end])
        shares = self._shares()
        wished = list(low)
        for slope in self.slopes:
            number = slope.variable
            wished[number] = low[number] + (high[number] - low[number]) * shares[slope.channel]
        settled = self.distances.earliest(fixed, least=wished)
        placed = [settled[slope.variable] for slope in self.slopes]
        dividers = self._divided(low, high)
        places = tuple(low[number] for number in self.places)
        columns = [values[number] for number in self.columns]
        return Placing(values[self.end], places, self._ways(places, placed), self._days(columns, dividers, values[self.end]))

    def _divided(self, low: Sequence[float], high: Sequence[float]) -> list[float]:
        """Place the lines between days where they cross the fewest labels, else half-way."""
        labels = [(low[self.places[thing.node]], thing.box) for thing in self.obstacles if thing.is_label]
        placed: list[float] = []
        for index, number in enumerate(self.dividers):
            before = placed[-1] if placed else 0.0
            first = max(low[number], before + self.distances.least[self.begin if not index else self.dividers[index - 1], number])
            middle = (first + high[number]) / 2
            options = [first + (high[number] - first) * share / 16 for share in range(17)]
            placed.append(min(options, key=lambda x: (sum(a + b.left - 8 < x < a + b.right + 8 for a, b in labels), abs(x - middle))))
        return placed

    def _shares(self) -> dict[int, float]:
        """Lines part right after a capsule and gather right before one; between other stations they turn half-way."""
        shares: dict[int, float] = {}
        for channel in {slope.channel for slope in self.slopes}:
            parts = any(slope.docks[0] for slope in self.slopes if slope.channel == channel)
            gathers = any(slope.docks[1] for slope in self.slopes if slope.channel == channel)
            shares[channel] = 0.5 + 0.5 * (gathers - parts)
        return shares

    def _ways(self, places: Sequence[float], placed: Sequence[float]) -> tuple[tuple[tuple[float, float], ...], ...]:
        ways: list[tuple[tuple[float, float], ...]] = []
        for number, route in enumerate(self.plan.routes):
            own = [(slope, start) for slope, start in zip(self.slopes, placed, strict=True) if slope.route == number]
            first = own[0][0].start if own else self.rows[int(route.row)]
            last = own[-1][0].end if own else first
            corners = [point for slope, start in own for point in ((start, slope.start), (start + slope.length, slope.end))]
            ways.append(((places[route.source], first), *corners, (places[route.target], last)))
        return tuple(ways)

    def _days(self, columns: Sequence[float], dividers: Sequence[float], end: float) -> tuple[tuple[DayHeading, float | None, float], ...]:
        edges = [0.0, *dividers, end]
        days: list[tuple[DayHeading, float | None, float]] = []
        for index, band in enumerate(self.bands):
            half = text_width(band.heading.text, self.style.note_size, bold=True) / 2 + 4
            middle = (columns[band.first] + columns[band.last]) / 2
            middle = max(edges[index] + half, min(edges[index + 1] - half, middle))
            days.append((band.heading, edges[index] if index else None, middle))
        return tuple(days)


@dataclass(frozen=True)
class Band:
    """The columns of one day; the results' own column takes no part in placing the words."""

    heading: DayHeading
    first: int
    last: int


def _bands(graph: Graph, plan: Plan, days: Sequence[DayHeading]) -> list[Band]:
    by_day = {heading.day: heading for heading in days}
    bands: list[Band] = []
    ordered = sorted(range(len(graph.stations)), key=lambda node: plan.columns[node])
    for node in ordered:
        day, column = graph.days[node], plan.columns[node]
        if day in by_day and (not bands or day > bands[-1].heading.day):
            bands.append(Band(by_day[day], column, column))
        elif bands and graph.stations[node].kind != "end":
            bands[-1] = replace(bands[-1], last=column)
    return bands
