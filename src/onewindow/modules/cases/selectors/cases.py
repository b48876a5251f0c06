"""Reads of cases: the page of one, and the lists of a person."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Min, Q

from onewindow.domain import codes
from onewindow.domain.lifecycle import FINAL, ServiceState, TaskState
from onewindow.modules.cases import models, references, rulebook
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.names import plain
from onewindow.modules.cases.plans import CasePlan
from onewindow.modules.cases.selectors import looks, scope
from onewindow.modules.cases.selectors.rows import (
    HeldLine,
    MyCase,
    MyDraft,
    RunningLine,
    ServiceLine,
    Similar,
    Status,
    StepLabel,
)
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.plumbing.actors import Actor


def my_cases(*, actor: Actor) -> tuple[MyCase, ...]:
    """Return one's own cases, newest first."""
    return _listed(scope.own_cases(actor))


def my_drafts(*, actor: Actor) -> tuple[MyDraft, ...]:
    """Return one's own unfiled drafts, last changed first."""
    return _drafts(scope.own_drafts(actor).filter(filed_case=None).order_by("-updated_at"))


def similar_open(*, event_id: str, actor: Actor) -> Similar:
    """Return one's own running cases and drafts of the same matter, to be shown before another is begun."""
    running = scope.own_cases(actor).filter(event=event_id).exclude(state__in=FINAL["case"])
    drafts = scope.own_drafts(actor).filter(event=event_id, filed_case=None).order_by("-updated_at")
    return Similar(_listed(running), _drafts(drafts))


def held(*, actor: Actor) -> tuple[HeldLine, ...]:
    """Return the licences that one's own cases have issued, newest first."""
    found, book_of = [], rulebook.books()
    rows = scope.own_outputs(actor).select_related("case").order_by("-issued_at", "number")
    for row in rows:
        kind = book_of(row.case.release, row.case.event).catalogue.evidence_types[plain(row.evidence_type)]
        if kind.licence:
            found.append(HeldLine(row.evidence_type, kind.name, row.number, row.values, row.issued_at, row.case_id, row.case.reference))
    return tuple(found)


def cases_to_fetch(*, now: datetime) -> list[UUID]:
    """Return the cases for which registers are to be asked."""
    return list(scope.to_fetch(now).order_by("fetch_due_at").values_list("pk", flat=True)[:100])


def status(*, reference: str, phone: str, actor: Actor, now: datetime) -> Status | None:
    """Return how far a case is, for whoever knows its number and its phone; a wrong one and an unknown one look the same."""
    named = scope.by_reference(references.normalise(reference))
    kept = named.only("id", "contact_phone").first()  # alone: reading the whole case would take a time that tells of it
    if kept is None or not kept.contact_phone or _digits(kept.contact_phone) != _digits(phone):
        return None
    case = named.get()
    looks.at_status(case, actor=actor, now=now)
    row = _listed([case])[0]
    services = models.CaseService.objects.filter(case=case).order_by("position")
    book = book_at(case.release, case.event)
    reasons = because_of(models.TimelineEntry.objects.filter(case=case, code__in=FALLS).order_by("id"))
    return Status(
        reference=row.reference,
        event_name=row.event_name,
        state=row.state,
        filed_at=row.filed_at,
        completed_at=row.completed_at,
        nodes_done=row.nodes_done,
        nodes=row.nodes,
        due_date=row.due_date,
        services=tuple(
            service_line(service, book, waits_for=(), told=False, own=False, because_of=reasons.get(service.service, ""))
            for service in services
        ),
        running=_running(case, book),
    )


def _running(case: models.Case, book: Book) -> tuple[RunningLine, ...]:
    """Return the stations that are open, by due date."""
    nodes: dict[str, list[models.Task]] = {}
    for task in models.Task.objects.filter(case=case, state=TaskState.OPEN).order_by("position"):
        nodes.setdefault(task.node, []).append(task)
    after = {node.id: node.after for node in CasePlan(case.plan).nodes}
    lines = [_running_line(node, tasks, after.get(node, ()), book) for node, tasks in nodes.items()]
    return tuple(sorted(lines, key=lambda line: (line.due_date or date.max, line.id)))


def _running_line(node: str, tasks: list[models.Task], after: tuple[str, ...], book: Book) -> RunningLine:
    services = book.catalogue.services
    names = {(task.service, step.id): step.name for task in tasks for step in services[task.service].steps}
    return RunningLine(
        id=node,
        steps=tuple(
            StepLabel(task.service, services[task.service].name, task.step, names.get((task.service, task.step), {}), task.kind)
            for task in tasks
        ),
        organisation_names=tuple(book.catalogue.organisations[name].name for name in dict.fromkeys(task.organisation for task in tasks)),
        after=after,
        due_date=min((task.due_date for task in tasks if task.due_date), default=None),
    )


FALLS = frozenset({"service-withdrawn", "service-held"})
"""Entries of the timeline that say for which refused service another one fell or is held."""


def because_of(entries: Iterable[models.TimelineEntry]) -> dict[str, str]:
    """Return {service: the refused service with which it fell, or for which it is on hold}."""
    return {entry.service: str(entry.values.get("because_of") or "") for entry in entries if entry.code in FALLS}


def service_line(
    row: models.CaseService, book: Book, *, waits_for: tuple[str, ...], told: bool, own: bool, because_of: str = ""
) -> ServiceLine:
    """Return a service of a case; `told` is whether the reader may read the decision's sentence."""
    reason = because_of if row.state in {ServiceState.WITHDRAWN, ServiceState.ON_HOLD} else ""
    return ServiceLine(
        service=row.service,
        name=book.catalogue.services[row.service].name,
        organisation=row.organisation,
        organisation_name=book.catalogue.organisations[row.organisation].name,
        state=row.state,
        decided_at=row.decided_at,
        sentence=row.sentence if told else {},
        reason_code=row.reason_code if told else "",
        waits_for=waits_for,
        own=own,
        because_of=reason,
        because_of_name=book.catalogue.services[reason].name if reason in book.catalogue.services else {},
    )


def book_at(release: int, event: str) -> Book:
    return rulebook.book_of(release=release, event_id=event)


def shown_state(state: str, open_notices: int) -> str:
    """Return the state that people read: a running case with an open notice waits for the applicant."""
    return "awaiting-applicant" if open_notices and state not in FINAL["case"] else state


def _digits(phone: str) -> str:
    try:
        return codes.phone(phone)
    except codes.CodeRefused:
        return ""


def _listed(cases: Iterable[models.Case]) -> tuple[MyCase, ...]:
    """Return cases as list rows, in four queries whatever their number."""
    found = list(cases.order_by("-filed_at", "pk") if hasattr(cases, "order_by") else cases)
    ids = [case.pk for case in found]
    notices = dict(
        models.Notice.objects.filter(case__in=ids, closed_at=None).values_list("case").annotate(n=Count("pk")).values_list("case", "n")
    )
    nodes = _nodes_done(ids)
    refused = _refused(ids)
    due: dict[UUID, date] = dict(
        models.Task.objects.filter(case__in=ids, state=TaskState.OPEN).values_list("case").annotate(due=Min("due_date"))
    )
    names = {key: book_at(*key).event.name for key in {(case.release, case.event) for case in found}}
    return tuple(
        MyCase(
            id=case.pk,
            reference=case.reference,
            title=case.shown_title,
            event=case.event,
            event_name=names[case.release, case.event],
            state=shown_state(case.state, notices.get(case.pk, 0)),
            filed_at=case.filed_at,
            completed_at=case.completed_at,
            nodes_done=sum(nodes.get(case.pk, {}).values()),
            nodes=len(nodes.get(case.pk, {})),
            due_date=due.get(case.pk),
            open_notices=notices.get(case.pk, 0),
            refused=refused.get(case.pk, 0),
        )
        for case in found
    )


def _nodes_done(ids: list[UUID]) -> dict[UUID, dict[str, bool]]:
    """Return {case: {node: whether it is done}}; a node whose steps all fell away is none of the work."""
    nodes: dict[UUID, dict[str, bool]] = {}
    unfinished = Count("pk", filter=~Q(state__in=FINAL["task"]))
    kept = models.Task.objects.filter(case__in=ids).exclude(state=TaskState.SKIPPED)
    for case_id, node, left in kept.values_list("case", "node").annotate(left=unfinished):
        nodes.setdefault(case_id, {})[node] = left == 0
    return nodes


def _refused(ids: list[UUID]) -> dict[UUID, int]:
    """Return how many services of each case were refused, where any was."""
    rows = models.CaseService.objects.filter(case__in=ids, state=ServiceState.REFUSED)
    return dict(rows.values_list("case").annotate(n=Count("pk")))


def _drafts(rows: Iterable[models.Draft]) -> tuple[MyDraft, ...]:
    release = catalogue.current_release()
    events = {} if release is None else catalogue.catalogue_at(release).events
    return tuple(
        MyDraft(row.pk, row.event, events[row.event].name if row.event in events else {}, row.version, row.created_at, row.updated_at)
        for row in rows
    )
