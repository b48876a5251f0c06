"""The way of every line over rows and columns: where it changes rows, and never through a station that is not its own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from onewindow.web.linemap.graph import Graph


@dataclass(frozen=True)
class Bend:
    """A change of rows between column `channel` and the next."""

    channel: int
    from_row: float
    to_row: float


@dataclass(frozen=True)
class Route:
    """A line from one station to another."""

    source: int
    target: int
    bends: tuple[Bend, ...]
    row: float  # in which it leaves


@dataclass
class _Board:
    """What lies in each cell (row, column): a station, or the lines that run through."""

    taken: set[tuple[float, int]] = field(default_factory=set)
    through: dict[tuple[float, int], list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    extra: set[float] = field(default_factory=set)
    wide: list[tuple[int, int, int]] = field(default_factory=list)  # first row, last row and column of capsules lying across rows

    def free(self, row: float, first: int, last: int, edge: tuple[int, int], *, of_source: bool = False, of_target: bool = False) -> bool:
        """Whether the line may run on the row over these columns; it may join lines of its own source or target there."""
        if any(low < row < high and first <= column <= last for low, high, column in self.wide):
            return False
        for column in range(first, last + 1):
            cell = (row, column)
            if cell in self.taken:
                return False
            for source, target in self.through.get(cell, ()):
                if not ((of_source and source == edge[0]) or (of_target and target == edge[1])):
                    return False
        return True

    def take(self, row: float, first: int, last: int, edge: tuple[int, int]) -> None:
        for column in range(first, last + 1):
            self.through[row, column].append(edge)


@dataclass(frozen=True)
class Plan:
    """Rows (some of them only for lines that go around), columns and routes, before any measure is known."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    row_count: int
    middle: int
    routes: tuple[Route, ...]
    through: tuple[tuple[int, int], ...]  # cells (row, column) in which lines run past
    spans: Mapping[int, tuple[int, int]]


Spans = Mapping[int, tuple[int, int]]


def make_plan(graph: Graph, rows: Sequence[int], columns: Sequence[int], *, middle: int, spans: Spans | None = None) -> Plan:
    """Find a way for every line.

    Without `spans` capsules are compact: lines gather before them and part after them. With `spans` (first and
    last row of each capsule) they lie across the rows, and a line meets them in its own row.
    """
    wide = spans or {}
    board = _Board(taken={(float(row), columns[node]) for node in range(len(rows)) for row in _range(wide.get(node, (rows[node],) * 2))})
    board.wide.extend((low, high, columns[node]) for node, (low, high) in wide.items())
    ways: list[Route] = []
    on_middle = set(graph.middle)

    def rank(edge: tuple[int, int]) -> tuple[bool, bool, int, int]:
        u, v = edge
        return (not (u in on_middle and v in on_middle), rows[u] != rows[v], columns[v] - columns[u], u)

    for edge in sorted(graph.edges, key=rank):
        docks = tuple(spans is None and graph.stations[node].is_capsule for node in edge)
        ways.append(_way(board, edge, _ends(edge, rows, wide), columns, docks))
    return _numbered(board, ways, rows, columns, middle=middle, wide=wide)


def _range(span: tuple[int, int]) -> range:
    return range(span[0], span[1] + 1)


def _ends(edge: tuple[int, int], rows: Sequence[int], wide: Spans) -> tuple[float, float]:
    """Return the rows in which a line leaves and arrives: a capsule lying across rows is met in the nearest of them."""
    u, v = edge
    a = float(min(max(rows[v], wide[u][0]), wide[u][1]) if u in wide else rows[u])
    b = min(max(a, wide[v][0]), wide[v][1]) if v in wide else rows[v]
    return a, float(b)


def _way(board: _Board, edge: tuple[int, int], ends: tuple[float, float], columns: Sequence[int], docks: tuple[bool, ...]) -> Route:
    u, v = edge
    a, b = ends
    first, last = columns[u], columns[v] - 1
    if a == b and board.free(a, first + 1, last, edge):
        board.take(a, first + 1, last, edge)
        return Route(u, v, (), a)
    if a != b:
        for channel in _channels(first, last, docks):
            if board.free(a, first + 1, channel, edge, of_source=True) and board.free(b, channel + 1, last, edge, of_target=True):
                board.take(a, first + 1, channel, edge)
                board.take(b, channel + 1, last, edge)
                return Route(u, v, (Bend(channel, a, b),), a)
    row = _row_around(board, edge, (a, b), first, last)
    board.take(row, first + 1, last, edge)
    return Route(u, v, (Bend(first, a, row), Bend(last, row, b)), a)


def _channels(first: int, last: int, docks: tuple[bool, ...]) -> list[int]:
    """Return where a line may change rows, best place first: at a capsule, else as late as it can."""
    if docks == (True, True):
        return [first] if first == last else []
    if docks[0]:
        return [first]
    if docks[1]:
        return [last]
    return [*range(last, first - 1, -1)]


def _row_around(board: _Board, edge: tuple[int, int], ends: tuple[float, float], first: int, last: int) -> float:
    """Return a row on which the line can pass: a free lane, a row made earlier, or a new one beside its ends."""
    a, b = ends
    known = sorted({row for row, _ in board.taken} | board.extra)
    options = [row for row in known if row not in (a, b) and board.free(row, first + 1, last, edge)]
    if options:
        return min(options, key=lambda row: abs(row - a) + abs(row - b))
    made = [known[0] - 1, known[-1] + 1, *((low + high) / 2 for low, high in pairwise(known))]
    row = min((row for row in made if board.free(row, first + 1, last, edge)), key=lambda row: (abs(row - a) + abs(row - b), row))
    board.extra.add(row)
    return row


def _numbered(board: _Board, ways: Sequence[Route], rows: Sequence[int], columns: Sequence[int], *, middle: int, wide: Spans) -> Plan:
    """Count the rows anew, with those made for going around among them."""
    known = sorted({row for row, _ in board.taken} | board.extra)
    index = {row: number for number, row in enumerate(known)}
    routes = tuple(
        Route(
            way.source,
            way.target,
            tuple(Bend(bend.channel, index[bend.from_row], index[bend.to_row]) for bend in way.bends),
            index[way.row],
        )
        for way in ways
    )
    through = tuple(sorted((index[row], column) for (row, column), lines in board.through.items() if lines))
    return Plan(
        rows=tuple(index[float(row)] for row in rows),
        columns=tuple(columns),
        row_count=len(known),
        middle=index.get(float(middle), 0),
        routes=routes,
        through=through,
        spans={node: (index[float(first)], index[float(last)]) for node, (first, last) in wide.items()},
    )
