"""The officers' queue: nodes of their own organisation by due date, in a fixed number of queries."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, QuerySet, TextField
from django.db.models.functions import Cast, Concat

from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import models, references, rulebook
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.selectors.page import days_left, light_of, node_state
from onewindow.modules.cases.selectors.rows import Inbox, InboxFilter, InboxRow, StepLabel
from onewindow.modules.cases.selectors.scope import DESK
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import calendars, clock, permissions
from onewindow.plumbing.actors import Actor

VIEWS = ("mine", "department", "done", "late")
LARGEST_PAGE = 200
MOST_WORDS = 8


def inbox(*, actor: Actor, filter: InboxFilter | None = None, now: datetime) -> Inbox:  # noqa: A002  (the word of the contract)
    """Return one page of the queue. Officers see their own organisation; the window, what waits for acceptance.

    Raises: Forbidden.
    """
    permissions.require(actor, "cases.desk")
    wanted = filter or InboxFilter()
    today = clock.local_date(now)
    views = _views(actor, today)
    view = wanted.view if wanted.view in views else "mine"
    found = _search(models.Task.objects.filter(views[view]), wanted.text)
    grouped = found.values("case_id", "node").annotate(due=Min("due_date"), done=Max("done_at"))
    order = [F("done").desc(nulls_last=True)] if view == "done" else [F("due").asc(nulls_last=True)]
    total = found.aggregate(n=Count(_node(), distinct=True))["n"]
    size = min(max(wanted.size, 1), LARGEST_PAGE)
    pages = max(1, -(-total // size))
    page = min(max(wanted.page, 1), pages)
    keys = [(row["case_id"], row["node"]) for row in grouped.order_by(*order, "case_id", "node")[(page - 1) * size : page * size]]
    counts = models.Task.objects.filter(_scope(actor)).aggregate(
        **{name: Count(_node(), distinct=True, filter=condition) for name, condition in views.items()}
    )
    return Inbox(tuple(_rows(keys, views[view], today)), counts, total, page, pages)


def _node() -> Concat:
    return Concat(Cast("case_id", TextField()), "node", output_field=TextField())


def _scope(actor: Actor) -> Q:
    """Return the steps that belong on an actor's desk; a case of one's own never does."""
    scope = Q(pk__in=[])
    if actor.organisation and actor.has_role(*DESK):
        scope |= Q(organisation=actor.organisation)
    if actor.has_role("window"):
        scope |= Q(kind="acceptance")
    return scope & ~Q(case__applicant=actor.id)


def _views(actor: Actor, today: date) -> dict[str, Q]:
    own = Q(organisation=actor.organisation) if actor.organisation and actor.has_role(*DESK) else Q(pk__in=[])
    window = Q(kind="acceptance") if actor.has_role("window") else Q(pk__in=[])
    either = (own | window) & ~Q(case__applicant=actor.id)
    unfinished = Q(state__in=(TaskState.OPEN, TaskState.PAUSED, TaskState.WAITING))
    done = (own | (window & Q(done_by=actor.id))) & ~Q(case__applicant=actor.id)
    return {
        "mine": either & Q(state=TaskState.OPEN),
        "department": either & unfinished,
        "done": done & Q(state=TaskState.DONE),
        "late": either & Q(state=TaskState.OPEN, due_date__lt=today),
    }


def _search(found: QuerySet[models.Task], text: str) -> QuerySet[models.Task]:
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    for word in shown.split()[:MOST_WORDS]:
        found = found.filter(
            Q(case__title__icontains=word) | Q(case__reference__icontains=word) | Q(case__reference=references.normalise(word))
        )
    return found


def _rows(keys: list[tuple[UUID, str]], view: Q, today: date) -> list[InboxRow]:
    if not keys:
        return []
    wanted = models.Task.objects.filter(view, case__in={case_id for case_id, _ in keys}).select_related("case").order_by("position")
    groups: dict[tuple[UUID, str], list[models.Task]] = {}
    for task in wanted:
        groups.setdefault((task.case_id, task.node), []).append(task)
    names = identity.display_names(task.case.applicant for task in wanted)
    paused = models.Pause.objects.filter(task__in=[task.pk for rows in groups.values() for task in rows], ended_at=None)
    reasons = dict(paused.values_list("task_id", "reason"))
    calendar = calendars.current()
    books: dict[tuple[int, str], Book] = {}
    found = []
    for key in keys:
        tasks = groups[key]
        case = tasks[0].case
        if (case.release, case.event) not in books:
            books[case.release, case.event] = rulebook.book_of(release=case.release, event_id=case.event)
        book = books[case.release, case.event]
        state = node_state(tasks)
        due = min((task.due_date for task in tasks if task.due_date is not None), default=None)
        found.append(
            InboxRow(
                case_id=case.pk,
                reference=case.reference,
                title=case.title,
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
                pause_reason=next((reasons[task.pk] for task in tasks if task.pk in reasons), ""),
            )
        )
    return found


def _label(book: Book, task: models.Task) -> StepLabel:
    service = book.catalogue.services[task.service]
    step = next((row.name for row in service.steps if row.id == task.step), {})
    return StepLabel(task.service, service.name, task.step, step, task.kind)
