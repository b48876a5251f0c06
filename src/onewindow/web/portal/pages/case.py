"""The page of one's own case: where it stands, what happens next and by when, and everything that lies in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language, gettext, ngettext

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases.selectors.rows import CasePage, FeeLine, NodeLine, NoticeLine, ServiceLine
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web import formatting, process, words
from onewindow.web.linemap import DayHeading, LineMap, Station, line_map
from onewindow.web.site import fields

MANY_OFFICES = 3
_STATES = {"waiting": "to-come", "open": "now", "paused": "now", "done": "done", "skipped": "withdrawn"}


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
class Known:
    """One value of the case."""

    name: Text
    said: str
    source: str
    at: datetime
    services: int
    disputed: bool


@dataclass(frozen=True, slots=True)
class LookUp:
    """One question put to a register for this case."""

    at: datetime
    resource: Text
    fields: tuple[Text, ...]
    answered: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    wide: LineMap | None
    tall: LineMap | None
    next: tuple[Next, ...]
    waits: tuple[NoticeLine, ...]
    """Notices that only the applicant can answer."""
    services: tuple[ServiceLine, ...]
    done: int
    nodes: int
    ends_by: date | None
    told: tuple[Told, ...]
    known: tuple[Known, ...]
    look_ups: tuple[LookUp, ...]
    unpaid: tuple[FeeLine, ...]
    may_withdraw: bool


def view(page: CasePage) -> CaseView:
    """Work out what the page shows; the reader is the applicant."""
    wide, tall = maps(page)
    return CaseView(
        wide=wide,
        tall=tall,
        next=next_steps(page),
        waits=tuple(notice for notice in page.notices if notice.open),
        services=page.services,
        done=sum(node.state in {"done", "skipped"} for node in page.nodes),
        nodes=len(page.nodes),
        ends_by=max((node.due_date for node in page.nodes if node.due_date), default=None),
        told=_told(page),
        known=_known(page),
        look_ups=_look_ups(page),
        unpaid=tuple(fee for fee in page.fees if fee.paid_fen is None and (fee.fen or fee.assessed)),
        may_withdraw=any(act.code == "withdraw" for act in page.acts),
    )


def next_steps(page: CasePage) -> tuple[Next, ...]:
    """Return what is being done now, the most pressing first."""
    running = [node for node in page.nodes if node.state == "open" and node.steps]
    ordered = sorted(running, key=lambda node: (node.due_date or date.max, node.id))
    return tuple(Next(station_label(node), _who(node), node.due_date, node.light) for node in ordered)


def station_label(node: NodeLine) -> str:
    """Name a station of a case."""
    first = node.steps[0]
    if all(step.kind == "acceptance" for step in node.steps) and not node.after:
        return gettext("One window")
    if len(node.steps) > 1 and first.kind == "inspection":
        return gettext("Joint inspection")
    return process.say(first.service_name if first.kind == "decision" else first.name)


def _who(node: NodeLine) -> str:
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
    drawn = [node for node in page.nodes if node.steps]
    followed = {before for node in drawn for before in node.after}
    stations = [_station(node, refused) for node in drawn]
    if not stations:
        return []
    last = tuple(node.id for node in drawn if node.id not in followed)
    end = process.end_station(len(page.services), last, max(node.earliest_day + node.limit_days for node in drawn))
    over = {"completed": "done", "refused": "refused", "withdrawn": "withdrawn"}.get(page.state, "to-come")
    return [*stations, process.with_state(end, over)]


def _station(node: NodeLine, refused: set[str]) -> Station:
    window = all(step.kind == "acceptance" for step in node.steps) and not node.after
    joint = len(node.organisations) > 1
    state = _STATES.get(node.state, "to-come")
    if node.state == "done" and any(step.service in refused and step.kind == "decision" for step in node.steps):
        state = "refused"
    together = ngettext("%(count)s department", "%(count)s departments", len(node.organisations)) % {"count": len(node.organisations)}
    return process.with_state(
        Station(
            id=node.id,
            label=station_label(node),
            lane=node.organisations[0] if node.organisations else "",
            lane_label=together if joint else _who(node),
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
    found = []
    for number, line in enumerate(reversed(lines)):
        by = gettext("you") if line.actor_kind == "person" else process.say(line.organisation_name)
        found.append(Told(line.at, words.happened(line, held), by, number == 0 and page.completed_at is None))
    return tuple(found)


def _known(page: CasePage) -> tuple[Known, ...]:
    return tuple(
        Known(
            name=row.name,
            said=fields.said(row.value, row.type, row.choices),
            source=words.source(row.source_kind, row.source_name),
            at=row.obtained_at,
            services=len(row.services),
            disputed=bool(row.note and "disputed" in row.note),
        )
        for row in page.values
    )


def _look_ups(page: CasePage) -> tuple[LookUp, ...]:
    held = catalogue.catalogue_at(page.release)
    newest: Iterable[LookUp] = (
        LookUp(
            at=row.at,
            resource=row.name,
            fields=tuple(held.elements[key].name for key in row.fields if key in held.elements),
            answered=row.outcome == "answered",
        )
        for row in sorted(page.queries, key=lambda row: row.at, reverse=True)
    )
    return tuple(newest)
