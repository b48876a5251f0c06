"""What the list says, in English.  The web floor hands in the same keys translated; a missing one falls back to these."""

from collections.abc import Mapping, Sequence

from onewindow.web.linemap.graph import Graph, make_graph
from onewindow.web.linemap.model import DayHeading, ListItem, Station


def gettext_noop(message: str) -> str:
    """Mark a sentence for the translators; the caller translates it when it is needed."""
    return message


ENGLISH: Mapping[str, str] = {
    "planned": gettext_noop("planned"),
    "done": gettext_noop("done"),
    "now": gettext_noop("now"),
    "under-way": gettext_noop("under way"),
    "to-come": gettext_noop("to come"),
    "refused": gettext_noop("refused"),
    "withdrawn": gettext_noop("falls away"),
    "critical": gettext_noop("sets the finish date"),
    "parallel": gettext_noop("runs at the same time"),
    "joint": gettext_noop("departments act together"),
    "joint_count": gettext_noop("{count} departments together"),
    "after": gettext_noop("after {names}"),
    "comma": gettext_noop(", "),
    "between": gettext_noop("; "),
}


def make_items(stations: Sequence[Station], days: Sequence[DayHeading], words: Mapping[str, str]) -> tuple[ListItem, ...]:
    """Return every station once, in the order of the work, in words.  Raises: BrokenProcess."""
    graph = make_graph(stations)
    spoken = {**ENGLISH, **words}
    texts = {heading.day: heading.text for heading in days}
    order = sorted(range(len(graph.stations)), key=lambda node: (graph.columns[node], node))
    return tuple(_item(graph, node, texts.get(graph.days[node], ""), spoken) for node in order)


def _item(graph: Graph, node: int, day: str, words: Mapping[str, str]) -> ListItem:
    station = graph.stations[node]
    after = tuple(graph.stations[before].label for before in graph.before[node])
    together = words["joint_count"].format(count=station.count) if station.kind == "joint" and station.count > 1 else ""
    department = station.lane_label if station.kind in ("step", "joint") else ""
    parts = [
        station.label,
        day,
        together or department,
        station.limit_text,
        words[station.state],
        station.note,
        words["critical"] if station.critical and station.kind in ("step", "joint") else "",
        words["after"].format(names=words["comma"].join(after)) if after else "",
    ]
    return ListItem(
        id=station.id,
        text=words["between"].join(part for part in parts if part),
        label=station.label,
        department=department,
        limit=station.limit_text,
        day=day,
        state=station.state,
        state_word=words[station.state],
        critical=station.critical,
        after=after,
    )
