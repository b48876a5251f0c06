"""Which station lies on which lane, and in which order the lanes lie: few crossings, the critical line in the middle."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from onewindow.web.linemap.graph import Graph

MIDDLE = 0
MOST_TRIES = 400


@dataclass(frozen=True)
class Lanes:
    """The row of every station; rows are counted from the top, `middle` is the critical one."""

    rows: tuple[int, ...]
    count: int
    middle: int


def make_lanes(graph: Graph, pack_over: int) -> Lanes:
    """Give every station a row: one lane per department, several where its work runs in parallel."""
    tracks = _tracks(graph)
    if max(tracks, default=0) + 1 > pack_over:
        tracks = _packed(graph, tracks)
    count = max(tracks, default=0) + 1
    seats = _ordered(graph, tracks, count)
    return Lanes(rows=tuple(seats[track] for track in tracks), count=count, middle=seats[MIDDLE])


def _tracks(graph: Graph) -> list[int]:
    """Return the track of every station; track 0 is the middle line."""
    track = [-1] * len(graph.stations)
    for node in graph.middle:
        track[node] = MIDDLE
    last: list[int] = [-1]
    of_lane: dict[str, list[int]] = defaultdict(list)
    for node, station in enumerate(graph.stations):
        if track[node] == MIDDLE:
            continue
        lane = _home(graph, node, track) if station.kind == "joint" else station.lane
        free = [number for number in of_lane[lane] if graph.precedes(last[number], node)]
        free.sort(key=lambda number: (last[number] not in graph.before[node], number))
        if not free:
            last.append(node)
            of_lane[lane].append(len(last) - 1)
            free = [len(last) - 1]
        track[node] = free[0]
        last[free[0]] = node
    return track


def _home(graph: Graph, node: int, track: Sequence[int]) -> str:
    """Return the lane at which joint work off the middle line is drawn: its own, if a line comes from there, or a line's."""
    own = graph.stations[node].lane
    lanes = [graph.stations[before].lane for before in graph.before[node] if track[before] not in (MIDDLE, -1)]
    return own if own in lanes or not lanes else lanes[0]


def _packed(graph: Graph, tracks: Sequence[int]) -> list[int]:
    """Let tracks share a row where they follow one another, so that a process of many departments stays readable."""
    spans: dict[int, list[int]] = {}
    for node, track in enumerate(tracks):
        reach = [graph.columns[node], graph.columns[node] + 1, *(graph.columns[other] for other in graph.following[node])]
        first, last = min(reach), max(reach)
        if track in spans:
            first, last = min(first, spans[track][0]), max(last, spans[track][1])
        spans[track] = [first, last]
    ends: list[int] = [len(graph.stations)]
    seat = {MIDDLE: 0}
    for track in sorted((t for t in spans if t != MIDDLE), key=lambda t: spans[t]):
        first, last = spans[track]
        row = next((row for row, end in enumerate(ends) if row and end <= first), len(ends))
        if row == len(ends):
            ends.append(last)
        ends[row] = last
        seat[track] = row
    return [seat[track] for track in tracks]


def _ordered(graph: Graph, tracks: Sequence[int], count: int) -> list[int]:
    """Return the row of every track, found by placing, then exchanging while that shortens the picture or unties crossings."""
    sketch = _sketch(graph, tracks)
    orders = (_balanced(sketch, count, together=True), _balanced(sketch, count, together=False))
    seats, best = min((_exchanged(sketch, order) for order in orders), key=lambda found: found[1])
    return _moved(sketch, seats, best)


def _balanced(sketch: "_Sketch", count: int, *, together: bool) -> list[int]:
    """Return a first order: those tied closely to the middle next to it; tracks that are linked on one side, or else by turns."""
    links: dict[tuple[int, int], float] = defaultdict(float)
    for a, b, weight, _ in sketch.climbs:
        links[a, b] += weight
        links[b, a] += weight
    sides: tuple[list[int], list[int]] = ([], [])
    most = count // 2
    for track in sorted(range(1, count), key=lambda track: (-links[track, MIDDLE], track)):
        ties = [sum(links[track, other] for other in side) if together else 0.0 for side in sides]
        choice = int(ties[1] > ties[0] or (ties[0] == ties[1] and len(sides[1]) < len(sides[0])))
        if len(sides[choice]) >= most:
            choice = 1 - choice
        sides[choice].append(track)
    seats = [0] * count
    for row, track in enumerate([*reversed(sides[0]), MIDDLE, *sides[1]]):
        seats[track] = row
    return seats


def _exchanged(sketch: "_Sketch", seats: list[int]) -> tuple[list[int], float]:
    """Exchange pairs of tracks while that makes the order cheaper."""
    count = len(seats)
    reach = count if count <= 12 else 5
    best, tries = sketch.cost(seats), 0
    better = True
    while better and tries < MOST_TRIES:
        better = False
        for a, b in combinations(range(1, count), 2):
            if abs(seats[a] - seats[b]) > reach:
                continue
            seats[a], seats[b] = seats[b], seats[a]
            cost, tries = sketch.cost(seats), tries + 1
            if cost < best - 1e-9:
                best, better = cost, True
            else:
                seats[a], seats[b] = seats[b], seats[a]
    return seats, best


def _moved(sketch: "_Sketch", seats: list[int], best: float) -> list[int]:
    """Take single tracks to another place where that is cheaper, the middle line staying about the middle."""
    for track in range(1, len(seats)):
        order = sorted((other for other in range(len(seats)) if other != track), key=seats.__getitem__)
        for place in range(len(seats)):
            tried = [0] * len(seats)
            for row, other in enumerate([*order[:place], track, *order[place:]]):
                tried[other] = row
            if abs(2 * tried[MIDDLE] - (len(seats) - 1)) > 3:
                continue
            cost = sketch.cost(tried)
            if cost < best - 1e-9:
                seats, best = tried, cost
    return seats


@dataclass(frozen=True)
class _Sketch:
    """A rough picture: lines lie on the track of the end that is no capsule and climb at the other end."""

    climbs: tuple[tuple[int, int, float, int], ...]  # from track, to track, what a row of climbing costs, between which columns
    lying: tuple[tuple[int, ...], ...]  # tracks on which something lies, between each two columns

    def cost(self, seats: Sequence[int]) -> float:
        """Return what an order of the tracks costs: every row climbed and every line crossed."""
        masks = [0] * len(self.lying)
        for gap, tracks in enumerate(self.lying):
            for track in tracks:
                masks[gap] |= 1 << seats[track]
        total = 0.0
        for a, b, weight, gap in self.climbs:
            low, high = seats[a], seats[b]
            if low > high:
                low, high = high, low
            total += weight * (high - low) + (masks[gap] & ((1 << high) - (2 << low))).bit_count()
        return total


def _sketch(graph: Graph, tracks: Sequence[int]) -> _Sketch:
    climbs: list[tuple[int, int, float, int]] = []
    lying: list[set[int]] = [set() for _ in range(max(graph.columns) + 1)]
    for u, v in graph.edges:
        a, b, first, last = tracks[u], tracks[v], graph.columns[u], graph.columns[v] - 1
        early = graph.stations[u].is_capsule
        climb = first if early else last
        for gap in range(first, last + 1):
            if a == b or gap != climb:
                lying[gap].add(b if early else a)
        if a != b:  # a line with little way to go needs its ends close together
            climbs.append((a, b, 0.2 + 1 / (last - first + 1), climb))
    return _Sketch(tuple(climbs), tuple(tuple(sorted(tracks)) for tracks in lying))
