"""One's own cases and drafts as rows with one thing to do."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases.selectors import MyCase, MyDraft, MyPart
from onewindow.web import formatting, others
from onewindow.web.linemap import LineMap, Station, line_map
from onewindow.web.process import say

DOTS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """`lamp`: it waits for the reader; only the first such row of a page is filled with the lamp colour."""

    name: Text
    subject: str
    map: LineMap | None
    says: str
    due: str
    act: str
    act_url: str
    url: str
    lamp: bool


def rows(cases: Iterable[MyCase], drafts: Iterable[MyDraft], parts: Iterable[MyPart] = ()) -> tuple[Row, ...]:
    """Return what waits for the reader first, then drafts, then running and finished cases, newest first, then what they confirmed."""
    own = [*(_case(row) for row in cases), *(_part(row) for row in parts)]
    waiting = [row for row in own if row.lamp]
    quiet = [row for row in own if not row.lamp]
    begun = [_draft(row) for row in drafts]
    waiting = waiting[:1] + [replace(row, lamp=False) for row in waiting[1:]]
    return (*waiting, *begun, *quiet)


def _draft(row: MyDraft) -> Row:
    url = reverse("portal:draft", args=[row.id])
    return Row(
        name=row.event_name,
        subject=gettext("Draft, not sent"),
        map=None,
        says=gettext("Saved %(when)s") % {"when": formatting.moment(row.updated_at, get_language())},
        due="",
        act=gettext("Go on"),
        act_url=url,
        url=url,
        lamp=False,
    )


def _case(row: MyCase) -> Row:
    url = reverse("portal:case", args=[row.id])
    waits = row.open_notices > 0
    return Row(
        name=row.event_name,
        subject=" · ".join(part for part in (row.title, row.reference) if part),
        map=progress(row.nodes_done, row.nodes, state=row.state, title=row.reference),
        says=_says(row),
        due=_due(row),
        act=gettext("Put it right") if waits else gettext("See the results") if row.completed_at else gettext("See progress"),
        act_url=url,
        url=url,
        lamp=waits,
    )


def _part(row: MyPart) -> Row:
    """What somebody else asked the reader to confirm."""
    url = reverse("portal:take-part" if row.state == "invited" else "portal:part", args=[row.id])
    due = gettext("by %(date)s") % {"date": formatting.day(row.due_date, get_language())} if row.waits else ""
    return Row(
        name=row.event_name,
        subject=" · ".join(part for part in (say(row.applicant_name), gettext("you: %(role)s") % {"role": say(row.role_name)}) if part),
        map=None,
        says=others.my_state(row),
        due=due,
        act=gettext("Read and confirm") if row.waits else gettext("See your part"),
        act_url=url,
        url=url,
        lamp=row.waits,
    )


def _says(row: MyCase) -> str:
    if row.state == "awaiting-applicant":
        return gettext("Something has to be put right")
    refused = ngettext("%(n)s service refused", "%(n)s services refused", row.refused) % {"n": row.refused} if row.refused else ""
    if row.state in {"filed", "in-progress"}:
        done = gettext("%(done)s of %(all)s steps done") % {"done": row.nodes_done, "all": row.nodes}
        return " · ".join(part for part in (refused, done) if part)
    if row.state == "completed" and refused:
        return " · ".join((gettext("Partly granted"), refused))
    endings = {"completed": gettext("Everything is done"), "refused": gettext("Refused"), "withdrawn": gettext("Withdrawn")}
    return endings.get(row.state, row.state)


def _due(row: MyCase) -> str:
    language = get_language()
    if row.completed_at:
        return formatting.moment(row.completed_at, language)
    if row.due_date and row.state != "awaiting-applicant":
        return gettext("next step by %(date)s") % {"date": formatting.day(row.due_date, language)}
    return gettext("other departments go on meanwhile") if row.state == "awaiting-applicant" else ""


def progress(done: int, nodes: int, *, state: str, title: str) -> LineMap | None:
    """Draw how far a case is as a short line: every dot stands for the same share of its steps, the last for how it ended."""
    if not nodes:
        return None
    dots = min(nodes, DOTS)
    reached = dots if state == "completed" else min(dots - 1, done * dots // nodes)
    stations = [_dot(number, _sign(number, reached, state, last=number == dots - 1)) for number in range(dots)]
    return line_map(stations, variant="mini", title=title)


def _sign(number: int, reached: int, state: str, *, last: bool) -> str:
    """Return the state of one dot. None wears the lamp: in a list that belongs to the row that waits for the reader."""
    if number < reached:
        return "done"
    if state in {"refused", "withdrawn"}:
        return state if last else "withdrawn"
    return "under-way" if number == reached else "to-come"


def _dot(number: int, state: str) -> Station:
    return Station(
        id=str(number),
        label=str(number + 1),
        lane="",
        lane_label="",
        limit_text="",
        earliest_day=number,
        limit_days=1,
        kind="step",
        state=state,  # type: ignore[arg-type]  # one of the states, by the table above
        critical=True,
        after=(str(number - 1),) if number else (),
    )
