"""By when each service of a case is decided that is not decided yet: the day, or what must be done before."""

from math import ceil
from typing import Protocol

from django.utils.translation import get_language, gettext, npgettext

from onewindow.modules.cases.selectors.rows import CasePage, NodeLine, ServiceLine, StepLabel, TaskLine
from onewindow.web import formatting, process

UNDECIDED = frozenset({"filed", "in-progress", "correction"})
OVER = frozenset({"done", "skipped"})


class Named(Protocol):
    """A station, as far as its name goes."""

    @property
    def steps(self) -> tuple[StepLabel, ...]: ...
    @property
    def after(self) -> tuple[str, ...]: ...


def station_label(node: Named) -> str:
    """Name a station of a case."""
    first = node.steps[0]
    if all(step.kind == "acceptance" for step in node.steps) and not node.after:
        return gettext("One window")
    if len(node.steps) > 1 and first.kind == "inspection":
        return gettext("Joint inspection")
    return process.say(first.service_name if first.kind == "decision" else first.name)


def by_when(page: CasePage) -> dict[str, str]:
    """Say of each undecided service by when its office decides, in words that follow the name of the office."""
    nodes = {node.id: node for node in page.nodes}
    told = {row.service: _of_service(row, page, nodes) for row in page.services if row.state in UNDECIDED}
    return {service: said for service, said in told.items() if said}


def _of_service(row: ServiceLine, page: CasePage, nodes: dict[str, NodeLine]) -> str:
    steps = [task for task in page.tasks if task.service == row.service]
    decision = next((task for task in reversed(steps) if task.kind == "decision"), steps[-1] if steps else None)
    if decision is None or decision.state in OVER:
        return ""
    if decision.state == "waiting":
        return _waiting(decision, nodes)
    if decision.pause is not None:
        asked = decision.pause.reason == "notice"
        return gettext("decides once you have put it right") if asked else gettext("decides once the clock runs again")
    if decision.due_date is None:
        return ""
    told = {"date": formatting.day(decision.due_date, get_language())}
    if decision.light == "late":
        return gettext("was to decide by %(date)s; it is late, and its supervisor is told") % told
    return gettext("decides by %(date)s") % told


def _waiting(decision: TaskLine, nodes: dict[str, NodeLine]) -> str:
    """Say what must be done before, and how long the decision takes then."""
    own = nodes.get(decision.node)
    before = [nodes[name] for name in own.after if name in nodes] if own else []
    open_ones = [station_label(node) for node in before if node.state not in OVER and node.steps]
    if not open_ones:
        return ""
    told = {"limit": _working_days(decision.limit_days), "steps": gettext(", ").join(open_ones)}
    if not decision.limit_days:
        return gettext("decides at once after: %(steps)s") % told
    return gettext("decides within %(limit)s after: %(steps)s") % told


def _working_days(days: float) -> str:
    told = {"number": formatting.number(days, get_language())}
    return npgettext("within", "%(number)s working day", "%(number)s working days", max(1, ceil(days))) % told
