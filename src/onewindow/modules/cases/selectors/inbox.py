"""The officers' queue: nodes of their own organisation by due date, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db.models import QuerySet

from onewindow.domain.lifecycle import ServiceState
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.selectors import choosing, finding, looks, scope, sifting, turns
from onewindow.modules.cases.selectors.limits import days_left, is_agreed, light_of, node_state, pressing
from onewindow.modules.cases.selectors.rows import Inbox, InboxFilter, InboxRow, StepLabel
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import calendars, clock, permissions
from onewindow.plumbing.actors import Actor

UNREAD = ("case__plan", "case__answers", "case__contact_phone")
"""What a row does not show: large, or sealed."""
LARGEST_PAGE = 200


def inbox(*, actor: Actor, filter: InboxFilter | None = None, now: datetime) -> Inbox:  # noqa: A002  (the word of the contract)
    """Return one page of the queue. Officers see their own organisation; the window, what waits for acceptance.

    What the reader can act on now and what others of the department act on are counted apart; no step is in both.

    Raises: Forbidden.
    """
    permissions.require(actor, "cases.desk")
    wanted = filter or InboxFilter()
    today = clock.local_date(now)
    view = wanted.view if wanted.view in turns.VIEWS else "mine"
    found = choosing.chosen(
        actor, replace(wanted, view=view, size=min(max(wanted.size, 1), LARGEST_PAGE)), partial(narrowed, wanted, actor), today
    )
    steps = narrowed(wanted, actor, scope.steps(actor, {case_id for case_id, _ in found.keys}))
    of_view = scope.fitting(steps, turns.of_view(view, actor, today))
    rows, shown = rows_of(of_view, found.keys, today, mine=view in turns.OWN_TURN)
    looks.at_list(shown, what="cases.inbox", purpose="queue", details={"view": view}, actor=actor, now=now)
    return Inbox(tuple(rows), found.counts, found.total, found.page, found.pages, found.beyond)


def narrowed(wanted: InboxFilter, actor: Actor, found: QuerySet[models.Task]) -> QuerySet[models.Task]:
    """Return those of the steps that are looked for."""
    found = sifting.sifted(found, wanted.sift, actor)
    for word in finding.words(wanted.text):
        found = scope.fitting(found, finding.named(word, "case__"))  # else PostgreSQL reads all cases for a word it takes for rare
    return found


def rows_of(
    scoped: QuerySet[models.Task], keys: list[tuple[UUID, str]], today: date, *, mine: bool
) -> tuple[list[InboxRow], set[tuple[UUID, UUID]]]:
    """Return the rows, and (applicant, case) of whose they are."""
    if not keys:
        return [], set()
    wanted = scoped.select_related("case").defer(*UNREAD).order_by("position")
    groups: dict[tuple[UUID, str], list[models.Task]] = {}
    for task in wanted:
        groups.setdefault((task.case_id, task.node), []).append(task)
    names = identity.display_names(
        {person for task in wanted for person in (task.case.applicant, task.assigned_to, task.held_for) if person}
    )
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
        governing = pressing(tasks)
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
                organisations=tuple(dict.fromkeys(task.organisation for task in tasks)),
                steps=tuple(_label(book, task) for task in tasks),
                state=state,
                limit_days=governing.limit_days,
                agreed=is_agreed(book, governing),
                opened_at=min((task.opened_at for task in tasks if task.opened_at is not None), default=None),
                due_date=due,
                done_at=max((task.done_at for task in tasks if task.done_at is not None), default=None),
                light=light_of(state, due, today),
                days_left=days_left(state, due, today, calendar),
                pause_reason=_reason(tasks, reasons, held, lapsed),
                mine=mine,
                holder=tasks[0].assigned_to,
                holder_name=names.get(tasks[0].assigned_to, {}) if tasks[0].assigned_to else {},
                held_for_name=names.get(tasks[0].held_for, {}) if tasks[0].held_for else {},
                region=case.region,
                filed_at=case.filed_at,
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
