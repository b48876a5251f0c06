"""The queue on the left: which rows, which filters, which page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, pgettext

from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases.selectors import Inbox, InboxFilter, InboxRow, Sift
from onewindow.plumbing.actors import Actor
from onewindow.web.desk.pages import limits, words

TABS = ("mine", "department", "done")
WHOSE = ("me", "nobody", "others")
KINDS = ("acceptance", "review", "inspection", "decision", "delivery", "payment")
ONLY = ("late", "today")
LATE = {"mine": "late", "department": "department-late"}
TOGETHER: Mapping[str, str] = {"decision": "approve", "review": "finish"}
"""What can be done to several at once beside accepting: {kind of step: act}. A refusal never is."""
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SIZE = 30


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the queue is looked at. `only`: late, today or nothing."""

    view: str = "mine"
    only: str = ""
    text: str = ""
    page: int = 1
    sift: Sift = field(default_factory=Sift)

    @property
    def query(self) -> str:
        """The filter as the tail of an address, empty where it is the usual one."""
        given = {
            "view": self.view if self.view != "mine" else "",
            "only": self.only,
            "q": self.text,
            "whose": self.sift.whose,
            "kind": self.sift.kind,
            "service": self.sift.service,
            "matter": self.sift.event,
            "page": self.page if self.page > 1 else "",
        }
        kept = {key: value for key, value in given.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One node of one case."""

    case_id: UUID
    task_id: UUID
    task_ids: tuple[UUID, ...]
    title: str
    reference: str
    asked: str
    limit: words.Limit
    limit_of: str
    origin: str
    holder: str
    held_for: str
    own: bool
    """Whether the reader has it."""
    due: str
    applicant: str
    filed: str
    done: str
    waiting: bool
    acceptable: bool
    together: str
    """What can be done to several such rows at once beside accepting: approve, finish or nothing."""
    assignable: bool
    url: str

    @property
    def key(self) -> str:
        """What a tick in the queue sends."""
        return f"{self.case_id}/{self.task_id}"

    @property
    def can(self) -> str:
        """Which of the acts on several rows can be done to it: words of the bar's buttons."""
        return " ".join(
            word for word, can in (("accept", self.acceptable), (self.together, self.together), ("assign", self.assignable)) if can
        )


@dataclass(frozen=True, slots=True)
class Tab:
    id: str
    name: str
    count: int | None
    more: bool
    """Whether there is more than the number: counting ended there."""
    current: bool
    url: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything the left pane shows."""

    filter: Filter
    rows: tuple[Row, ...]
    tabs: tuple[Tab, ...]
    only: tuple[Tab, ...]
    total: int
    page: int
    pages: int
    late_elsewhere: int
    """Late steps of the department on which others act."""

    @property
    def acceptable(self) -> bool:
        """Whether some rows can be accepted together."""
        return sum(row.acceptable for row in self.rows) > 1

    @property
    def together(self) -> tuple[str, ...]:
        """What can be decided for several rows at once."""
        found = [row.together for row in self.rows if row.together]
        return tuple(slug for slug in dict.fromkeys(found) if found.count(slug) > 1)

    @property
    def assignable(self) -> bool:
        """Whether there are rows that somebody can take or be given."""
        return any(row.assignable for row in self.rows)

    @property
    def several(self) -> bool:
        """Whether rows can be ticked for anything."""
        return self.acceptable or self.assignable or bool(self.together)

    @property
    def previous(self) -> str:
        return inbox_url(replace(self.filter, page=self.page - 1)) if self.page > 1 else ""

    @property
    def next(self) -> str:
        return inbox_url(replace(self.filter, page=self.page + 1)) if self.page < self.pages else ""

    def place_of(self, task_id: UUID) -> int | None:
        """Return which row holds a task, counted from 0."""
        return next((place for place, row in enumerate(self.rows) if task_id in row.task_ids), None)


def read(sent: Mapping[str, str]) -> Filter:
    """Return the filter that an address carries; what is unknown is left out."""
    view, only, page = sent.get("view", "mine"), sent.get("only", ""), sent.get("page", "1")
    return Filter(
        view=view if view in TABS else "mine",
        only=only if only in ONLY and view != "done" else "",
        text=sent.get("q", "").strip()[:200],
        page=int(page) if page.isdecimal() and 0 < int(page) < 100_000 else 1,
        sift=_sift(sent),
    )


def _sift(sent: Mapping[str, str]) -> Sift:
    whose, kind = sent.get("whose", ""), sent.get("kind", "")
    return Sift(
        whose=whose if whose in WHOSE or ID.fullmatch(whose) else "",
        kind=kind if kind in KINDS else "",
        service=sent.get("service", "").strip()[:200],
        event=sent.get("matter", "").strip()[:200],
    )


def queue(*, actor: Actor, wanted: Filter, now: datetime) -> Queue:
    """Read one page of the queue. Raises: Forbidden."""
    found = _inbox(actor, wanted, now)
    shown = replace(wanted, page=found.page)
    return Queue(
        filter=shown,
        rows=tuple(row(item, shown, actor) for item in found.rows),
        tabs=_tabs(shown, found),
        only=_only(shown, found),
        total=found.total,
        page=found.page,
        pages=found.pages,
        late_elsewhere=found.counts.get("department-late", 0),
    )


def inbox_filter(wanted: Filter) -> InboxFilter:
    """Return what the filter asks of the cases."""
    view = LATE[wanted.view] if wanted.only == "late" else wanted.view
    return InboxFilter(view=view, text=wanted.text, page=wanted.page, size=SIZE, due_today=wanted.only == "today", sift=wanted.sift)


def _inbox(actor: Actor, wanted: Filter, now: datetime) -> Inbox:
    return cases.inbox(actor=actor, filter=inbox_filter(wanted), now=now)


def row(item: InboxRow, shown: Filter, actor: Actor) -> Row:
    """Return one row as it is drawn."""
    held = item.pause_reason == "held"
    over = item.state == TaskState.DONE
    acceptable = item.mine and item.state == TaskState.OPEN and all(step.kind == "acceptance" for step in item.steps)
    return Row(
        case_id=item.case_id,
        task_id=item.task_ids[0],
        task_ids=item.task_ids,
        title=item.title,
        reference=item.reference,
        asked=words.asked_to_release(item.steps) if item.mine and held else words.asked(item.steps),
        limit=words.limit("paused" if held else item.light, item.days_left, item.due_date, item.pause_reason),
        limit_of=limits.short(item.limit_days, agreed=item.agreed) if item.light else "",
        origin=words.say(item.event_name),
        holder=words.say(item.holder_name),
        held_for=words.say(item.held_for_name),
        own=item.holder == actor.id,
        due=words.date_words(item.due_date) if item.due_date and item.light else "",
        applicant=words.say(item.applicant_name),
        filed=words.stamp(item.filed_at),
        done=words.stamp(item.done_at) if over else "",
        waiting=item.state == TaskState.WAITING and not held,
        acceptable=acceptable,
        assignable=not over and any(hat.organisation in item.organisations for hat in actor.hats_of("officer", "supervisor")),
        together=TOGETHER.get(item.steps[0].kind, "") if item.mine and item.state == TaskState.OPEN and len(item.steps) == 1 else "",
        url=task_url(item.case_id, item.task_ids[0], shown),
    )


def _tabs(shown: Filter, found: Inbox) -> tuple[Tab, ...]:
    names = {"mine": pgettext("queue", "For me"), "department": pgettext("queue", "Department"), "done": pgettext("queue", "Done")}
    return tuple(
        Tab(
            id=view,
            name=names[view],
            count=found.counts.get(view) if view != "done" else None,
            more=view in found.beyond,
            current=shown.view == view,
            url=inbox_url(Filter(view=view, text=shown.text, sift=shown.sift)),
        )
        for view in TABS
    )


def _only(shown: Filter, found: Inbox) -> tuple[Tab, ...]:
    if shown.view not in LATE:
        return ()
    counts = {"late": found.counts.get(LATE[shown.view]), "today": found.total if shown.only == "today" else None}
    names = {"": pgettext("queue", "All"), "late": pgettext("queue", "Late"), "today": gettext("Due today")}
    return tuple(
        Tab(
            id=only or "all",
            name=name,
            count=counts.get(only),
            more=only == "late" and LATE[shown.view] in found.beyond,
            current=shown.only == only,
            url=inbox_url(Filter(view=shown.view, only=only, text=shown.text, sift=shown.sift)),
        )
        for only, name in names.items()
    )


def inbox_url(shown: Filter) -> str:
    return reverse("desk:inbox") + shown.query


def task_url(case_id: UUID, task_id: UUID, shown: Filter) -> str:
    return reverse("desk:task", kwargs={"case_id": case_id, "task_id": task_id}) + shown.query
