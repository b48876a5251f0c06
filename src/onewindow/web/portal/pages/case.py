"""The page of one's own case: where it stands, what happens next and by when, and everything that lies in it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.utils.translation import get_language, gettext, ngettext

from onewindow.domain.catalogue.model import Catalogue, Text
from onewindow.modules.cases.selectors.rows import CasePage, NodeLine, NoticeLine, Status, TimelineLine
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web import formatting, process, words
from onewindow.web.linemap import DayHeading, LineMap, Station, line_map
from onewindow.web.portal.pages import case_file, deciding, mine, outcome
from onewindow.web.portal.pages.deciding import station_label

MANY_OFFICES = 3
_STATES = {"waiting": "to-come", "open": "under-way", "paused": "under-way", "done": "done", "skipped": "withdrawn"}


@dataclass(frozen=True, slots=True)
class Next:
    """What somebody does next, who, and by when."""

    what: str
    who: str
    due: date | None
    light: str


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the timeline."""

    at: datetime
    says: str
    by: str
    now: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    state: str
    """As the applicant reads it: also `partly`."""
    wide: LineMap | None
    tall: LineMap | None
    lit: bool
    """Whether a station wears the lamp."""
    next: tuple[Next, ...]
    waits: tuple[NoticeLine, ...]
    """Notices that only the applicant can answer."""
    refusals: tuple[outcome.Refusal, ...]
    going_on: tuple[Text, ...]
    received: tuple[outcome.Received, ...]
    services: tuple[outcome.ServiceRow, ...]
    done: int
    nodes: int
    """Steps that are to be done; those that fell away are counted apart."""
    fell: int
    told: tuple[Told, ...]
    known: tuple[case_file.Known, ...]
    papers: tuple[case_file.Paper, ...]
    look_ups: tuple[case_file.LookUp, ...]
    bills: tuple[outcome.Bill, ...]
    unpaid: tuple[outcome.Bill, ...]
    may_withdraw: bool


def view(page: CasePage) -> CaseView:
    """Work out what the page shows; the reader is the applicant."""
    wide, tall = maps(page)
    refusals = outcome.refusals(page)
    bills = outcome.bills(page)
    return CaseView(
        state=outcome.case_state(page.state, len(refusals)),
        wide=wide,
        tall=tall,
        lit=bool(lit(page)),
        next=next_steps(page),
        waits=tuple(notice for notice in page.notices if notice.open),
        refusals=refusals,
        going_on=outcome.going_on(page) if refusals else (),
        received=outcome.received(page),
        services=outcome.service_rows(page),
        done=sum(node.state == "done" for node in page.nodes),
        nodes=sum(node.state != "skipped" for node in page.nodes),
        fell=sum(node.state == "skipped" for node in page.nodes),
        told=_told(page),
        known=case_file.known(page),
        papers=case_file.papers(page),
        look_ups=case_file.look_ups(page),
        bills=bills,
        unpaid=tuple(bill for bill in bills if bill.state in {"due", "assessed"}),
        may_withdraw=any(act.code == "withdraw" for act in page.acts),
    )


@dataclass(frozen=True, slots=True)
class StatusView:
    """What is shown without log-in."""

    state: str
    map: LineMap | None
    next: tuple[Next, ...]
    services: tuple[outcome.ServiceRow, ...]


def status_view(found: Status) -> StatusView:
    """Work out what the page of the status shows."""
    services = tuple(outcome.service_row(row) for row in found.services)
    state = outcome.case_state(found.state, sum(row.state == "refused" for row in found.services))
    steps = tuple(Next(station_label(line), who(line), line.due_date, "") for line in found.running)
    drawn = mine.progress(found.nodes_done, found.nodes, state=found.state, title=found.reference)
    return StatusView(state, drawn, steps, services)


class Place(deciding.Named, Protocol):
    """A station as the case or its status tells it."""

    @property
    def organisation_names(self) -> tuple[Text, ...]: ...


def next_steps(page: CasePage) -> tuple[Next, ...]:
    """Return what is being done now, the most pressing first; then what stands still, unless it waits for the applicant."""
    stopped = {task.node for task in page.tasks if task.pause and task.pause.reason != "notice"}
    still = [node for node in page.nodes if node.state == "paused" and node.steps and node.id in stopped]
    running = [Next(station_label(node), who(node), node.due_date, node.light) for node in _running(page)]
    return (*running, *(Next(station_label(node), who(node), None, node.light) for node in still))


def _running(page: CasePage) -> list[NodeLine]:
    running = [node for node in page.nodes if node.state == "open" and node.steps]
    return sorted(running, key=lambda node: (node.due_date or date.max, not node.critical, node.id))


def lit(page: CasePage) -> str:
    """Return the station that wears the lamp: the next act somebody waits for, unless it is the reader's own turn."""
    if any(notice.open for notice in page.notices):
        return ""
    return next((node.id for node in _running(page)), "")


def who(node: Place) -> str:
    if len(node.organisation_names) > MANY_OFFICES:
        count = len(node.organisation_names)
        return ngettext("%(count)s department", "%(count)s departments", count) % {"count": count}
    return gettext(", ").join(process.say(name) for name in node.organisation_names)


def maps(page: CasePage) -> tuple[LineMap | None, LineMap | None]:
    """Draw the case for a wide and for a narrow screen."""
    stations = case_stations(page)
    if not stations:
        return None, None
    said, title = process.words(), process.say(page.event_name)
    days: tuple[DayHeading, ...] = ()
    wide = line_map(stations, days=days, variant="portal", title=title, describe=said, prefix="wide-")
    return wide, line_map(stations, days=days, variant="phone", title=title, describe=said, prefix="tall-")


def case_stations(page: CasePage) -> list[Station]:
    """Return the stations of a running case, each with its state. The desk draws from the same."""
    refused = {service.service for service in page.services if service.state == "refused"}
    lamp = lit(page)
    drawn = [node for node in page.nodes if node.steps]
    followed = {before for node in drawn for before in node.after}
    stations = [_station(node, refused, lamp) for node in drawn]
    if not stations:
        return []
    last = tuple(node.id for node in drawn if node.id not in followed)
    end = process.end_station(
        sum(row.state not in outcome.OVER for row in page.services), last, max(node.earliest_day + node.limit_days for node in drawn)
    )
    over = {"completed": "done", "refused": "refused", "withdrawn": "withdrawn"}.get(page.state, "to-come")
    return [*stations, process.with_state(end, over)]


def _station(node: NodeLine, refused: set[str], lamp: str) -> Station:
    window = all(step.kind == "acceptance" for step in node.steps) and not node.after
    joint = len(node.organisations) > 1
    state = "now" if node.id == lamp else _STATES.get(node.state, "to-come")
    if node.state == "done" and any(step.service in refused and step.kind == "decision" for step in node.steps):
        state = "refused"
    together = ngettext("%(count)s department", "%(count)s departments", len(node.organisations)) % {"count": len(node.organisations)}
    return process.with_state(
        Station(
            id=node.id,
            label=station_label(node),
            lane=node.organisations[0] if node.organisations else "",
            lane_label=together if joint else who(node),
            limit_text=_limit(node),
            earliest_day=node.earliest_day,
            limit_days=node.limit_days,
            kind="start" if window else "joint" if joint else "step",
            state="planned",
            critical=node.critical or window,
            after=node.after,
            count=max(1, len(node.organisations)),
        ),
        state,
    )


def _limit(node: NodeLine) -> str:
    language = get_language()
    if node.state == "open" and node.due_date:
        return gettext("by %(date)s") % {"date": formatting.day_short(node.due_date, language)}
    if node.state == "paused":
        return gettext("clock stands still")
    return process.limit_text(node.limit_days)


def _told(page: CasePage) -> tuple[Told, ...]:
    held = catalogue.catalogue_at(page.release)
    lines = [line for line in page.timeline if line.code != "task-opened"]
    refused = any(row.state == "refused" for row in page.services)
    found = []
    for number, line in enumerate(reversed(lines)):
        by = gettext("you") if line.actor_kind == "person" else process.say(line.organisation_name)
        found.append(Told(line.at, _happened(line, held, refused=refused), by, number == 0 and page.completed_at is None))
    return tuple(found)


def _happened(line: TimelineLine, held: Catalogue, *, refused: bool) -> str:
    if line.code == "case-completed" and refused:
        return gettext("Everything is decided, and the case is closed.")
    return words.happened(line, held)
