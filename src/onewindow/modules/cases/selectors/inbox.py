"""The officers' queue: nodes of their own organisation by due date, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, Count, Exists, F, IntegerField, Max, Min, OuterRef, Q, QuerySet, TextField, When
from django.db.models.functions import Cast, Concat

from onewindow.domain.lifecycle import ServiceState, TaskState
from onewindow.modules.cases import models, references, rulebook
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.selectors import looks, scope
from onewindow.modules.cases.selectors.limits import days_left, light_of, node_state
from onewindow.modules.cases.selectors.rows import Inbox, InboxFilter, InboxRow, StepLabel
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import calendars, clock, permissions
from onewindow.plumbing.actors import Actor

UNFINISHED = (TaskState.OPEN, TaskState.PAUSED, TaskState.WAITING)
VIEWS = {"mine": (1, "all"), "department": (2, "all"), "done": (3, "all"), "late": (1, "late"), "department-late": (2, "late")}
"""Every view, and where its number stands: a step is one's own (1), of others of the department (2) or done (3)."""
OWN_TURN = frozenset({"mine", "late"})
"""Views of what the reader acts on; in the others somebody else does, or nobody any more."""
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
    mine, done = _mine(actor, today), _done(actor)
    view = wanted.view if wanted.view in VIEWS else "mine"
    everything = _search(scope.steps(actor), wanted.text)
    counts = _counts(everything, mine, done, today)
    total = counts[view]
    size = min(max(wanted.size, 1), LARGEST_PAGE)
    pages = max(1, -(-total // size))
    page = min(max(wanted.page, 1), pages)
    found = everything.filter(_of_view(view, mine, done, today))
    grouped = found.values("case_id", "node").annotate(first=Min("state"), due=Min("due_date"), done=Max("done_at"))
    # What runs comes before what stands still: the limit of a stopped clock has not moved yet.
    order = [F("done").desc(nulls_last=True)] if view == "done" else [F("first"), F("due").asc(nulls_last=True)]
    keys = [(row["case_id"], row["node"]) for row in grouped.order_by(*order, "case_id", "node")[(page - 1) * size : page * size]]
    rows, shown = _rows(found, keys, today, mine=view in OWN_TURN)
    looks.at_list(shown, what="cases.inbox", purpose="queue", details={"view": view}, actor=actor, now=now)
    return Inbox(tuple(rows), counts, total, page, pages)


def _mine(actor: Actor, today: date) -> Q:
    """Return what the actor acts on now."""
    officer = scope.of_departments(actor, "officer")
    turn = ((officer | scope.at_windows(actor)) & Q(state=TaskState.OPEN)) | (officer & _stopped(today))
    return turn | (scope.of_departments(actor, "supervisor") & _to_release())


def _done(actor: Actor) -> Q:
    """Return what is done: at the window, what oneself accepted, and what may be taken back there."""
    window = scope.at_windows(actor) & (Q(done_by=actor.id) | scope.held("case"))
    return (scope.of_departments(actor) | window) & Q(state=TaskState.DONE)


def _late(today: date) -> Q:
    return Q(state=TaskState.OPEN, due_date__lt=today)


def _of_view(view: str, mine: Q, done: Q, today: date) -> Q:
    """Return which of the steps on somebody's desk a view shows."""
    if view == "done":
        return done
    found = Q(state__in=UNFINISHED) & ~mine if view.startswith("department") else mine
    return found & _late(today) if view.endswith("late") else found


def _counts(everything: QuerySet[models.Task], mine: Q, done: Q, today: date) -> dict[str, int]:
    """Return how many nodes each view shows. The database asks of each step once where it belongs: the conditions are costly."""
    place = Case(When(mine, then=1), When(state__in=UNFINISHED, then=2), When(done, then=3), default=0, output_field=IntegerField())
    nodes = Concat(Cast("case_id", TextField()), "node", output_field=TextField())
    found = everything.annotate(place=place).values("place").order_by()
    found = found.annotate(all=Count(nodes, distinct=True), late=Count(nodes, distinct=True, filter=_late(today)))
    numbers: dict[tuple[int, str], int] = {(row["place"], which): row[which] for row in found for which in ("all", "late")}
    return {view: numbers.get(where, 0) for view, where in VIEWS.items()}


def _stopped(today: date) -> Q:
    """Return the steps whose clock stands still and which only their officer brings on: suspended, or with a notice that has lapsed."""
    suspended = models.Pause.objects.filter(task=OuterRef("pk"), ended_at=None, notice=None).exclude(held=True)
    lapsed = models.Notice.objects.filter(case=OuterRef("case"), service=OuterRef("service"), closed_at=None, due_date__lt=today)
    return Q(state=TaskState.PAUSED) & (Q(Exists(suspended)) | Q(Exists(lapsed)))


def _to_release() -> Q:
    """Return the first unfinished step of each held service: where its supervisor says whether it goes on."""
    held = models.CaseService.objects.filter(case=OuterRef("case"), service=OuterRef("service"), state=ServiceState.ON_HOLD)
    earlier = models.Task.objects.filter(
        case=OuterRef("case"), service=OuterRef("service"), position__lt=OuterRef("position"), state__in=UNFINISHED
    )
    return Q(Exists(held)) & ~Q(Exists(earlier)) & Q(state__in=UNFINISHED)


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
    wanted = scoped.filter(case__in={case_id for case_id, _ in keys}).select_related("case").defer(*UNREAD).order_by("position")
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
    for key in keys:
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
