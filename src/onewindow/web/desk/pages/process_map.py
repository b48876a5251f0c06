"""The line map of a running case: what is done, where the case is, what is to come."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, gettext, ngettext

from onewindow.modules.cases.selectors import CasePage
from onewindow.modules.cases.selectors.rows import NodeLine
from onewindow.web import process
from onewindow.web.desk.pages import words
from onewindow.web.linemap import LineMap, ListItem, Station, line_map
from onewindow.web.linemap.model import Kind, State, Variant
from onewindow.web.linemap.words import make_items

MANY = 9
"""More stations than this do not stand legibly side by side in the middle pane."""


@dataclass(frozen=True, slots=True)
class CaseMap:
    """The map of what concerns one step, and every step of the case in words."""

    wide: LineMap
    tall: LineMap
    items: tuple[ListItem, ...]
    beside: int
    """Steps of other departments that run beside and are not drawn."""
    beside_done: int


def case_map(page: CasePage, here: str, own: str | None) -> CaseMap:
    """Draw the way of one step: what it waits for, what waits for it, the critical line, and the steps of the reader's department.

    A large case has too many stations for the middle pane; the others are counted and stand in the list.
    """
    services = {row.service: row.state for row in page.services}
    nodes = {node.id: node for node in page.nodes if node.steps}
    kept = _kept(nodes, here, own)
    everything = [_station(node, here, services) for node in nodes.values()]
    drawn = [station for station in everything if station.id in kept]
    stations = (*drawn, _end(page, drawn))
    left = [node for key, node in nodes.items() if key not in kept]
    return CaseMap(
        wide=_drawn(stations, "desk", words.say(page.event_name), get_language()),
        tall=_drawn(stations, "phone", words.say(page.event_name), get_language()),
        items=make_items([*everything, _end(page, everything)], (), process.words()),
        beside=len(left),
        beside_done=sum(node.state in {"done", "skipped"} for node in left),
    )


@lru_cache(maxsize=512)
def _drawn(stations: tuple[Station, ...], variant: Variant, title: str, _language: str | None) -> LineMap:
    """Draw once what many cases share: the same steps in the same states look the same."""
    return line_map(stations, variant=variant, title=title, describe=process.words(), prefix=f"{variant}-")


def _kept(nodes: Mapping[str, NodeLine], here: str, own: str | None) -> frozenset[str]:
    if len(nodes) <= MANY:
        return frozenset(nodes)
    before = {key: _before(nodes, key) for key in nodes}
    start = not before.get(here)
    near = before.get(here, frozenset()) | {key for key, found in before.items() if here in found and not start}
    return frozenset(
        key
        for key, node in nodes.items()
        if key == here
        or key in near
        or node.critical
        or not node.after
        or own in node.organisations
        or (start and len(node.organisations) > 1)
    )


def _before(nodes: Mapping[str, NodeLine], key: str) -> frozenset[str]:
    """Return every node that one waits for, directly or through others."""
    found: set[str] = set()
    queue = [key]
    while queue:
        for name in nodes[queue.pop()].after:
            if name in nodes and name not in found:
                found.add(name)
                queue.append(name)
    return frozenset(found)


def _station(node: NodeLine, here: str, services: Mapping[str, str]) -> Station:
    window = not node.after and all(step.kind == "acceptance" for step in node.steps)
    kind: Kind = "start" if window else "joint" if len(node.organisations) > 1 else "step"
    together = ngettext("%(count)s department", "%(count)s departments", len(node.organisations)) % {"count": len(node.organisations)}
    return Station(
        id=node.id,
        label=gettext("One window") if window else _label(node),
        lane=node.organisations[0],
        lane_label=together if kind == "joint" else words.say(node.organisation_names[0]),
        limit_text=gettext("same day") if window and not node.limit_days else process.limit_text(node.limit_days),
        earliest_day=node.earliest_day,
        limit_days=node.limit_days,
        kind=kind,
        state=_state(node, here, {services.get(step.service, "") for step in node.steps}),
        critical=node.critical or window,
        after=node.after,
        count=len({step.service for step in node.steps}) if window else len(node.organisations),
        note=_note(node, here),
    )


def _label(node: NodeLine) -> str:
    first = node.steps[0]
    if len(node.steps) > 1:
        return gettext("Joint inspection") if first.kind == "inspection" else words.say(first.name)
    return words.say(first.name)


def _state(node: NodeLine, here: str, services: set[str]) -> State:
    if node.state == "done":
        return "refused" if services == {"refused"} else "done"
    if node.state == "skipped":
        return "refused" if services == {"refused"} else "withdrawn"
    return "now" if node.id == here else "to-come"


def _note(node: NodeLine, here: str) -> str:
    if node.id == here or node.state not in {"open", "paused"}:
        return ""
    return gettext("under way") if node.state == "open" else gettext("clock stopped")


def _end(page: CasePage, drawn: list[Station]) -> Station:
    followed = {before for node in drawn for before in node.after}
    last = tuple(node.id for node in drawn if node.id not in followed)
    finished = page.completed_at is not None
    return Station(
        id=process.END,
        label=gettext("Finished"),
        lane="",
        lane_label="",
        limit_text="",
        earliest_day=max((node.earliest_day + node.limit_days for node in drawn), default=0),
        limit_days=0,
        kind="end",
        state=("done" if page.state == "completed" else "refused" if page.state == "refused" else "withdrawn") if finished else "to-come",
        critical=True,
        after=last,
        count=max(1, len(last)),
    )
