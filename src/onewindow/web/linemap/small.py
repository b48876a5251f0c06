"""The row of four signs in a list of cases: how far it has come, at a glance."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from onewindow.web.linemap.bodies import Box
from onewindow.web.linemap.graph import Graph, make_graph
from onewindow.web.linemap.layout import OFF, Layout, LineState, PlacedLine, PlacedStation
from onewindow.web.linemap.model import State, Station
from onewindow.web.linemap.style import Style
from onewindow.web.linemap.text import make_label

SIGNS = 4


def lay_small(stations: Sequence[Station], style: Style) -> Layout:
    """Lay out one row of at most four signs, each for a stretch of the process.  Raises: BrokenProcess."""
    row = _stages(make_graph(stations))
    middle, first = style.pitch / 2 + 1, style.critical_radius + 5
    placed = tuple(_sign(station, first + index * style.slot, middle, style) for index, station in enumerate(row))
    lines = tuple(
        PlacedLine(one.station.id, two.station.id, ((one.x, middle), (two.x, middle)), critical=True, state=_between(one, two))
        for one, two in pairwise(placed)
    )
    return Layout(first * 2 + max(len(row) - 1, 0) * style.slot, middle * 2, placed, lines)


def _sign(station: Station, x: float, y: float, style: Style) -> PlacedStation:
    drawn = replace(station, kind="step", critical=True)
    r = style.critical_radius + 2
    return PlacedStation(drawn, x, y, Box(x - r, y - r, x + r, y + r), make_label([]), None)


def _between(one: PlacedStation, two: PlacedStation) -> LineState:
    states = {one.station.state, two.station.state}
    if states & OFF:
        return "off"
    if states == {"done"}:
        return "done"
    return "planned" if states == {"planned"} else "to-come"


def _stages(graph: Graph) -> list[Station]:
    """Return the stations themselves if they are few, else first, two stretches of the work, and last."""
    stations = graph.stations
    if len(stations) <= SIGNS:
        return list(stations)
    inner = stations[1:-1]
    half = (len(inner) + 1) // 2
    return [stations[0], _merged(inner[:half]), _merged(inner[half:]), stations[-1]]


def _merged(stretch: Sequence[Station]) -> Station:
    """Return one sign for several stations: what asks for attention first, then whether all is done."""
    states = {station.state for station in stretch}
    state: State = "to-come"
    if "now" in states:
        state = "now"
    elif "under-way" in states:
        state = "under-way"
    elif states <= {"done", "withdrawn", "refused"}:
        state = "done" if "done" in states else "refused" if "refused" in states else "withdrawn"
    elif states == {"planned"}:
        state = "planned"
    elif "done" in states:
        state = "under-way"
    return replace(stretch[0], state=state)
