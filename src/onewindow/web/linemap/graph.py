"""The process as a graph: order, days, columns, the middle line and the lanes beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

from onewindow.web.linemap.model import BrokenProcess, Station

Edge = tuple[int, int]


@dataclass(frozen=True)
class Graph:
    """Stations in an order in which each comes after what it waits for; edges by position, without those that others imply."""

    stations: tuple[Station, ...]
    edges: tuple[Edge, ...]
    reach: tuple[int, ...]  # bit set of everything that comes after, by position
    days: tuple[int, ...]
    columns: tuple[int, ...]
    middle: tuple[int, ...]  # the stations on the straight line in the middle

    @cached_property
    def before(self) -> tuple[tuple[int, ...], ...]:
        """For each station, those it waits for at once."""
        return tuple(tuple(u for u, v in self.edges if v == node) for node in range(len(self.stations)))

    @cached_property
    def following(self) -> tuple[tuple[int, ...], ...]:
        """For each station, those that wait for it at once."""
        return tuple(tuple(v for u, v in self.edges if u == node) for node in range(len(self.stations)))

    def precedes(self, first: int, second: int) -> bool:
        """Whether the second waits for the first, directly or through others."""
        return bool(self.reach[first] >> second & 1)


def make_graph(stations: Sequence[Station]) -> Graph:
    """Order the stations and find their days and columns.  Raises: BrokenProcess."""
    ordered = _in_order(stations)
    position = {station.id: index for index, station in enumerate(ordered)}
    waits = [sorted({position[name] for name in station.after if name in position}) for station in ordered]
    reach = _reach(waits)
    edges = tuple((u, v) for v, sources in enumerate(waits) for u in sources if not any(reach[u] >> w & 1 for w in sources))
    days = _days(ordered, edges)
    columns = _columns(ordered, edges, days)
    return Graph(ordered, edges, reach, days, columns, _middle(ordered, reach))


def _in_order(stations: Sequence[Station]) -> tuple[Station, ...]:
    by_id = {station.id: station for station in stations}
    if len(by_id) != len(stations):
        raise BrokenProcess("A station id stands twice in the process. Give every station an id of its own.")
    rank = {station.id: (_terminal(station), station.earliest_day, index) for index, station in enumerate(stations)}
    open_waits = {station.id: {name for name in station.after if name in by_id} for station in stations}
    ordered: list[Station] = []
    while open_waits:
        ready = [name for name, waits in open_waits.items() if not waits]
        if not ready:
            raise BrokenProcess(
                f"These stations wait for each other in a circle: {', '.join(sorted(open_waits))}. Remove one of the waits."
            )
        chosen = min(ready, key=rank.__getitem__)
        ordered.append(by_id[chosen])
        del open_waits[chosen]
        for waits in open_waits.values():
            waits.discard(chosen)
    return tuple(ordered)


def _terminal(station: Station) -> int:
    return {"start": 0, "end": 2}.get(station.kind, 1)


def _reach(waits: Sequence[Sequence[int]]) -> tuple[int, ...]:
    reach = [0] * len(waits)
    for v in reversed(range(len(waits))):
        for u in waits[v]:
            reach[u] |= reach[v] | 1 << v
    return tuple(reach)


def _days(stations: Sequence[Station], edges: Iterable[Edge]) -> tuple[int, ...]:
    """Return the day under which each station stands.

    What may begin when day 2 is over is the work of day 3. A step decided at once stands with the work of
    that day if there is any, else on the day on which it becomes possible.
    """
    working = {floor(station.earliest_day) for station in stations if station.kind in ("step", "joint") and station.limit_days > 0}
    days: list[int] = []
    for station in stations:
        if station.kind == "start":
            days.append(floor(station.earliest_day))
        elif station.kind == "end":
            days.append(ceil(station.earliest_day))
        else:
            day = floor(station.earliest_day)
            days.append(day + 1 if day in working else day)
    for u, v in edges:  # edges come sorted by target, so sources are settled
        days[v] = max(days[v], days[u])
    return tuple(days)


def _columns(stations: Sequence[Station], edges: Iterable[Edge], days: Sequence[int]) -> tuple[int, ...]:
    """Return the column of each station: later days to the right, what waits to the right of what it waits for."""
    depth = [0] * len(stations)
    for u, v in edges:
        if days[u] == days[v]:
            depth[v] = max(depth[v], depth[u] + 1)
    shared = {(days[node], depth[node]) for node, station in enumerate(stations) if not station.is_capsule}
    keys: list[tuple[int, int, int]] = []
    for node, station in enumerate(stations):
        last = station.kind == "end"
        beside = station.is_capsule and station.kind != "start" and (days[node], depth[node]) in shared
        keys.append((days[node], depth[node] + (len(stations) if last else 0), int(beside)))
    index = {key: column for column, key in enumerate(sorted(set(keys)))}
    return _pushed([index[key] for key in keys], edges)


def _pushed(columns: list[int], edges: Iterable[Edge]) -> tuple[int, ...]:
    for u, v in edges:
        columns[v] = max(columns[v], columns[u] + 1)
    used = {column: index for index, column in enumerate(sorted(set(columns)))}
    return tuple(used[column] for column in columns)


def _middle(stations: Sequence[Station], reach: Sequence[int]) -> tuple[int, ...]:
    """Return the chain that runs straight through the middle: the critical path, or else the longest one."""
    inner = [node for node, station in enumerate(stations) if station.critical and station.kind in ("step", "joint")]
    chosen = {node for node, station in enumerate(stations) if station.critical or station.kind in ("start", "end")}
    if not inner:
        chosen = set(range(len(stations)))
    best: dict[int, tuple[float, int, int]] = {}
    for v in sorted(chosen):
        options = [(best[u][0], best[u][1], u) for u in best if reach[u] >> v & 1]
        weight, length, before = max(options, default=(0.0, 0, -1), key=lambda option: option[:2])
        best[v] = (weight + stations[v].limit_days, length + 1, before)
    chain: list[int] = []
    node = max(best, key=lambda v: (best[v][1], best[v][0]) if inner else best[v][:2], default=-1)
    while node >= 0:
        chain.append(node)
        node = best[node][2]
    return tuple(reversed(chain))
