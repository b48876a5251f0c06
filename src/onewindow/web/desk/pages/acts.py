"""What the reader may do with the step at hand: the one next act, and the other ways."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext, ngettext

from onewindow.domain.lifecycle import ServiceState, TaskState
from onewindow.modules.cases.selectors import Act, CasePage
from onewindow.modules.cases.selectors.rows import TaskLine
from onewindow.web import formatting
from onewindow.web.desk.pages import words

SLUGS: Mapping[str, str] = {
    "accept_all": "accept-all",
    "accept": "accept",
    "complete_step": "finish",
    "approve": "approve",
    "refuse": "refuse",
    "request_correction": "correct",
    "suspend": "stop",
    "resume": "resume",
    "record_payment": "pay",
    "release_service": "release",
    "withdraw_service": "withdraw",
}
INLINE = frozenset({"accept-all", "accept", "finish", "approve", "resume", "release"})
"""Acts whose few fields stand right above the large button; the others open a page of their own."""
DECISIONS = frozenset({"approve", "refuse"})


@dataclass(frozen=True, slots=True)
class Way:
    """One act as a button or a line of the menu."""

    slug: str
    label: str
    icon: str
    act: Act

    @property
    def confirms(self) -> bool:
        """Whether the key asks once more before it acts."""
        return self.slug == "approve"


@dataclass(frozen=True, slots=True)
class Ways:
    """`none` says why there is nothing to do, where that is so; `second` why a notice cannot be sent again."""

    main: Way | None
    others: tuple[Way, ...]
    none: str = ""
    second: str = ""

    def find(self, slug: str, fee: str = "") -> Way | None:
        """Return an act by its slug; a payment by its fee as well, where the service has several."""
        return next((way for way in (self.main, *self.others) if way and way.slug == slug and (not fee or way.act.fee == fee)), None)


def ways(page: CasePage, task: TaskLine, services: frozenset[str], *, issues: bool) -> Ways:
    """Sort what the reader may do with a step into the next act and the others.

    `services` are those the reader works on together with the step; `issues` is whether its service gives a document.
    """
    found = [_way(page, act, task, issues) for act in _of_step(page, task, services)]
    lapsed = any(notice.service == task.service and notice.lapsed for notice in page.notices)
    main = next((way for way in found if way.slug in INLINE or (lapsed and way.slug == "refuse")), None)
    if main and main.slug == "accept-all":
        found = [way for way in found if way.slug != "accept"]
    others = tuple(way for way in found if way is not main)
    return Ways(main=main, others=others, none="" if main else _why_none(page, task), second=_second(page, task, found))


def _of_step(page: CasePage, task: TaskLine, services: frozenset[str]) -> Iterable[Act]:
    """Give the acts that belong to the step or its service, the next act first."""
    order = list(SLUGS)
    own = [act for act in page.acts if act.code in SLUGS and _belongs(act, task, services)]
    if task.kind == "acceptance":
        own += withdrawals(page)[:1]  # one page for all of them, where the service is chosen
    return sorted(own, key=lambda act: order.index(act.code))


def withdrawals(page: CasePage) -> list[Act]:
    """Return the services that can be taken out of the case at the window."""
    return [act for act in page.acts if act.code == "withdraw_service"]


def _belongs(act: Act, task: TaskLine, services: frozenset[str]) -> bool:
    if act.code == "accept_all":
        return task.kind == "acceptance" and task.state == TaskState.OPEN
    if act.code == "withdraw_service":
        return False
    if act.code == "record_payment":
        return act.service in services
    if act.code == "release_service":
        return act.service == task.service
    return act.task_id == task.id


def _way(page: CasePage, act: Act, task: TaskLine, issues: bool) -> Way:
    label, icon = _label(page, act, task, issues)
    return Way(SLUGS[act.code], label, icon, act)


def _label(page: CasePage, act: Act, task: TaskLine, issues: bool) -> tuple[str, str]:
    if act.code in {"accept_all", "accept"}:
        waiting = [row for row in page.tasks if row.kind == "acceptance" and row.state == TaskState.OPEN]
        count = sum(act.code == "accept_all" or (row.node, row.organisation) == (task.node, task.organisation) for row in waiting)
        return (
            ngettext("Accept the service", "Accept all %(count)s services", count) % {"count": count} if count > 1 else gettext("Accept")
        ), "check"
    if act.code == "approve":
        return (gettext("Approve and issue") if issues else gettext("Approve")), "stamp"
    labels = {
        "complete_step": (_finish(task), "check"),
        "refuse": (gettext("Refuse"), "cross"),
        "request_correction": (gettext("Ask for everything to be put right"), "pencil"),
        "suspend": (gettext("Stop the clock"), "clock"),
        "resume": (gettext("Let the clock run again"), "clock"),
        "record_payment": (gettext("Record a payment"), "yen"),
        "release_service": (gettext("Let it go on"), "arrow"),
        "withdraw_service": (gettext("Withdraw a service for the applicant"), "cross"),
    }
    return labels[act.code]


def _finish(task: TaskLine) -> str:
    labels = {"review": gettext("Record the review"), "inspection": gettext("Record the inspection")}
    return labels.get(task.kind) or gettext("Mark as done")


def already_done(task: TaskLine) -> str:
    """Say who was first, and when."""
    when = formatting.moment(task.done_at, get_language()) if task.done_at else ""
    told = {"moment": when, "name": words.say(task.done_by_name) or gettext("the system")}
    return gettext("%(name)s has already done this step, on %(moment)s. Nothing was changed now.") % told


def _why_none(page: CasePage, task: TaskLine) -> str:
    """Say why there is nothing to do."""
    if page.completed_at:
        return gettext("This case is closed.")
    if task.state == TaskState.DONE:
        return gettext("This step is done.")
    if task.state == TaskState.SKIPPED:
        return gettext("This step has fallen away.")
    held = any(row.service == task.service and row.state == ServiceState.ON_HOLD for row in page.services)
    if task.state == TaskState.WAITING and not held:
        return gettext("This step begins when the steps before it are done.")
    if task.pause and task.pause.reason == "notice":
        notice = next((row for row in page.notices if row.service == task.service and row.open), None)
        if notice and notice.due_date:
            return gettext("The applicant is asked to put something right, until %(date)s.") % {"date": words.date_words(notice.due_date)}
        return gettext("The applicant is asked to put something right.")
    if held:
        return gettext("A service this one waits for was refused. A supervisor of your department decides whether it goes on.")
    if task.state == TaskState.OPEN:
        return gettext("An officer of %(office)s acts here. You can see how it stands.") % {"office": words.say(task.organisation_name)}
    return gettext("There is nothing for you to do in this step.")


def _second(page: CasePage, task: TaskLine, found: Iterable[Way]) -> str:
    """Say why a notice cannot be sent, where one was sent before."""
    sent = any(notice.service == task.service and not notice.open for notice in page.notices)
    if sent and task.state == TaskState.OPEN and not any(way.slug == "correct" for way in found):
        return gettext("What is to be put right is said once. A second notice must be sent by a supervisor of your department.")
    return ""
