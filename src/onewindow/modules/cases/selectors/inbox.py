"""The officers' queue: nodes of their own organisation by due date, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db.models import Q, QuerySet

from onewindow.domain.lifecycle import ServiceState, TaskState
from onewindow.modules.cases import models, references, rulebook
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.selectors import looks, scope, streams, turns
from onewindow.modules.cases.selectors.limits import days_left, light_of, node_state
from onewindow.modules.cases.selectors.rows import Inbox, InboxFilter, InboxRow, StepLabel
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import calendars, clock, permissions
from onewindow.plumbing.actors import Actor

UNREAD = ("case__plan", "case__answers", "case__contact_phone")
"""What a row does not show: large, or sealed."""
LARGEST_PAGE = 200
MOST_WORDS = 8


def inbox(*, actor: Actor, filter: InboxFilter | None = None, now: datetime) -> Inbox:  # noqa: A002  (the word of the contract)
    """Return one page of the queue. Officers see their own organisation; the window, what waits for acceptance.

    What the reader can act on now and what others of the department act on are counted apart; no step is in both.

    Raises: Forbidden.
    """
    permissions.require(actor, "cases.desk")
    wanted = filter or InboxFilter()
    today = clock.local_date(now)
    view = wanted.view if wanted.view in turns.VIEWS else "mine"
    found = _found(actor, wanted, view, today)
    steps = _search(scope.steps(actor, {case_id for case_id, _ in found.keys}), wanted.text)
    of_view = scope.fitting(steps, turns.of_view(view, actor, today))
    rows, shown = _rows(of_view, found.keys, today, mine=view in turns.OWN_TURN)
    looks.at_list(shown, what="cases.inbox", purpose="queue", details={"view": view}, actor=actor, now=now)
    return Inbox(tuple(rows), found.counts, found.total, found.page, found.pages, found.beyond)


@dataclass(frozen=True)
class _Found:
    """Which nodes a page shows."""

    keys: list[streams.Key]
    counts: Mapping[str, int]
    beyond: tuple[str, ...]
    total: int
    page: int
    pages: int


def _found(actor: Actor, wanted: InboxFilter, view: str, today: date) -> _Found:
    """Choose the nodes of a page, and count the views."""
    narrow = partial(_search, text=wanted.text)
    read = streams.Streams(actor, today, narrow)
    only = Q(state=TaskState.OPEN, due_date=today) if wanted.due_today and view in {"mine", "department"} else None
    counted = streams.count(_counting(read, view, only))
    total, more = counted["shown"] if only else counted[view]
    size = min(max(wanted.size, 1), LARGEST_PAGE)
    page, pages = max(wanted.page, 1), max(1, -(-total // size))
    page = page if more else min(page, pages)
    chosen = streams.keys(read.of_view(view, only=only), page * size + 1, newest=view == "done")
    if len(chosen) <= (page - 1) * size:  # asked for more than there is: the last page
        page = max(1, -(-len(chosen) // size))
    pages = max(pages, page + (len(chosen) > page * size))
    return _Found(
        keys=chosen[(page - 1) * size : page * size],
        counts={name: counted[name][0] for name in turns.VIEWS},
        beyond=tuple(name for name in turns.VIEWS if counted[name][1]),
        total=total,
        page=page,
        pages=pages,
    )


def _counting(read: streams.Streams, view: str, only: Q | None) -> dict[str, tuple[list[streams.Part], int]]:
    """Return what is to be counted, and how far."""
    found = {}
    for name in turns.VIEWS:
        stretches = [*read.of_view(name)]
        if name == "department":
            stretches.reverse()  # most of it has not begun, and that is told at once
        most = streams.DONE_COUNTED if name == "done" and view != "done" else streams.COUNTED
        found[name] = ([part for parts in stretches for part in parts], most)
    if only is not None:
        found["shown"] = ([part for parts in read.of_view(view, only=only) for part in parts], streams.COUNTED)
    return found


def _search(found: QuerySet[models.Task], text: str) -> QuerySet[models.Task]:
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    for word in shown.split()[:MOST_WORDS]:
        found = found.filter(
            Q(case__title__icontains=word)
            | Q(case__named_after=word)
            | Q(case__reference__icontains=word)
            | Q(case__reference=references.normalise(word))
        )
    return found


def _rows(
    scoped: QuerySet[models.Task], keys: list[tuple[UUID, str]], today: date, *, mine: bool
) -> tuple[list[InboxRow], set[tuple[UUID, UUID]]]:
    """Return the rows, and (applicant, case) of whose they are."""
    if not keys:
        return [], set()
    wanted = scoped.select_related("case").defer(*UNREAD).order_by("position")
    groups: dict[tuple[UUID, str], list[models.Task]] = {}
    for task in wanted:
        groups.setdefault((task.case_id, task.node), []).append(task)
    names = identity.display_names(task.case.applicant for task in wanted)
    paused = models.Pause.objects.filter(task__in=[task.pk for rows in groups.values() for task in rows], ended_at=None)
    reasons = {row.task_id: row.reason for row in paused}
    held, lapsed = set(_held(groups)), set(_lapsed(groups, today))
    calendar = calendars.current()
    book_of = rulebook.books()
    found = []
    for key in (key for key in keys if key in groups):  # a colleague may have done one meanwhile
        tasks = groups[key]
        case = tasks[0].case
        book = book_of(case.release, case.event)
        state = node_state(tasks)
        due = min((task.due_date for task in tasks if task.due_date is not None), default=None)
        found.append(
            InboxRow(
                case_id=case.pk,
                reference=case.reference,
                title=case.shown_title,
                event=case.event,
                event_name=book.event.name,
                applicant_name=names.get(case.applicant, {}),
                node=key[1],
                task_ids=tuple(task.pk for task in tasks),
                steps=tuple(_label(book, task) for task in tasks),
                state=state,
                limit_days=max(task.limit_days for task in tasks),
                opened_at=min((task.opened_at for task in tasks if task.opened_at is not None), default=None),
                due_date=due,
                done_at=max((task.done_at for task in tasks if task.done_at is not None), default=None),
                light=light_of(state, due, today),
                days_left=days_left(state, due, today, calendar),
                pause_reason=_reason(tasks, reasons, held, lapsed),
                mine=mine,
            )
        )
    return found, {(task.case.applicant, task.case_id) for task in wanted}


def _held(groups: Iterable[tuple[UUID, str]]) -> Iterable[tuple[UUID, str]]:
    """Return the held services of the cases, as (case, service)."""
    cases = {case_id for case_id, _ in groups}
    return models.CaseService.objects.filter(case__in=cases, state=ServiceState.ON_HOLD).values_list("case_id", "service")


def _lapsed(groups: Iterable[tuple[UUID, str]], today: date) -> Iterable[tuple[UUID, str]]:
    """Return the services of the cases whose applicant has let the time to answer pass, as (case, service)."""
    cases = {case_id for case_id, _ in groups}
    return models.Notice.objects.filter(case__in=cases, closed_at=None, due_date__lt=today).values_list("case_id", "service")


def _reason(
    tasks: list[models.Task], reasons: Mapping[UUID, str], held: Collection[tuple[UUID, str]], lapsed: Collection[tuple[UUID, str]]
) -> str:
    if any((task.case_id, task.service) in held for task in tasks):
        return "held"
    if any((task.case_id, task.service) in lapsed for task in tasks):
        return "lapsed"
    return next((reasons[task.pk] for task in tasks if task.pk in reasons), "")


def _label(book: Book, task: models.Task) -> StepLabel:
    service = book.catalogue.services[task.service]
    step = next((row.name for row in service.steps if row.id == task.step), {})
    return StepLabel(task.service, service.name, task.step, step, task.kind)
