"""What the machine decided and an officer looks at again: the list, one decision with the facts it went by, and what is counted of them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from onewindow.domain import conditions, deadlines, masks, silence
from onewindow.domain.catalogue.model import Text
from onewindow.domain.errors import NotFound
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.plans import CasePlan
from onewindow.modules.cases.selectors import looks, scope
from onewindow.modules.cases.selectors.page import source_name
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock, permissions
from onewindow.plumbing.actors import Actor

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class RecheckRow:
    """One decision that is looked at again. `ground`: proven or silence; `outcome`: right, wrong, or empty while it waits."""

    id: UUID
    case_id: UUID
    reference: str
    title: str
    service_name: Text
    ground: str
    decided_at: datetime
    due_date: date
    light: str
    outcome: str
    reason: str
    done_at: datetime | None
    done_by_name: Text


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact that the machine went by, as it was then. `source_kind` “answer”: the applicant's own answer, which no source could give."""

    name: Text
    type: str
    value: Any
    choices: tuple[Mapping[str, object], ...]
    source_kind: str
    source_name: Text
    obtained_at: datetime
    masked: bool


@dataclass(frozen=True, slots=True)
class OutputState:
    """What the decision issued, and whether it still holds."""

    id: UUID
    name: Text
    number: str
    revoked: bool


@dataclass(frozen=True, slots=True)
class Recheck:
    """One decision with the facts it went by; `law` is what is cited where silence granted it."""

    row: RecheckRow
    facts: tuple[FactLine, ...]
    outputs: tuple[OutputState, ...]
    law: str
    rate: float
    number: str


@dataclass(frozen=True, slots=True)
class ToRecheck:
    """How many decisions wait for a reader, and how many of them longer than they may."""

    open: int = 0
    late: int = 0


def rechecks(*, done: bool = False, actor: Actor, now: datetime) -> tuple[RecheckRow, ...]:
    """Return what waits for a second look at the actor's desks, by due date; or what was looked at lately.

    Raises: Forbidden.
    """
    permissions.require(actor, "cases.rechecks")
    found = scope.machine_decisions(actor).select_related("case").defer("case__plan", "case__answers", "case__contact_phone")
    rows = found.exclude(outcome="").order_by("-done_at", "pk") if done else found.filter(outcome="").order_by("due_date", "pk")
    shown = list(rows[:MOST_ROWS])
    looks.at_list(
        [(row.case.applicant, row.case_id) for row in shown], what="cases.rechecks", purpose="recheck", details={}, actor=actor, now=now
    )
    names = identity.display_names(row.done_by for row in shown if row.done_by)
    book_of, today = rulebook.books(), clock.local_date(now)
    return tuple(_row(row, book_of(row.case.release, row.case.event), names, today) for row in shown)


def rechecks_waiting(*, actor: Actor, now: datetime) -> ToRecheck:
    """Return how many decisions wait for the actor. Nobody's data is read: these are counts."""
    if not permissions.allowed(actor, "cases.rechecks"):
        return ToRecheck()
    late = Count("pk", filter=Q(due_date__lt=clock.local_date(now)))
    return ToRecheck(**scope.machine_decisions(actor).filter(outcome="").aggregate(open=Count("pk"), late=late))


def recheck(*, decision_id: UUID, actor: Actor, now: datetime) -> Recheck:
    """Return one decision with the facts on which the machine took it, as they stood then. Raises: Forbidden, NotFound."""
    permissions.require(actor, "cases.rechecks")
    found = scope.machine_decisions(actor).select_related("case").filter(pk=decision_id).first()
    if found is None:
        raise NotFound(kind="re-check", id=decision_id)
    case, plan = found.case, CasePlan(found.case.plan)
    book = rulebook.book_of(release=case.release, event_id=case.event, unavailable=plan.unavailable)
    service = book.catalogue.services[found.service]
    law = silence.law_of(service.guide) if found.ground == silence.REASON else None
    outputs = models.Output.objects.filter(case=case).filter(service=found.service).order_by("number")
    names = identity.display_names([found.done_by] if found.done_by else [])
    shown = Recheck(
        row=_row(found, book, names, clock.local_date(now)),
        facts=tuple(_facts(found, book, plan)),
        outputs=tuple(
            OutputState(row.pk, book.catalogue.evidence_types[row.evidence_type].name, row.number, row.revoked_at is not None)
            for row in outputs
        ),
        law=law.cited() if law else "",
        rate=found.rate,
        number=found.number,
    )
    looks.at_case(case, purpose="recheck", actor=actor, now=now)
    return shown


def _row(row: models.MachineDecision, book: Book, names: Mapping[UUID, Text], today: date) -> RecheckRow:
    due = row.due_date or today
    return RecheckRow(
        id=row.pk,
        case_id=row.case_id,
        reference=row.case.reference,
        title=row.case.shown_title,
        service_name=book.catalogue.services[row.service].name,
        ground=row.ground,
        decided_at=row.decided_at,
        due_date=due,
        light="" if row.outcome else str(deadlines.light(due, today)),
        outcome=row.outcome,
        reason=row.reason,
        done_at=row.done_at,
        done_by_name=names.get(row.done_by, {}) if row.done_by else {},
    )


def _facts(row: models.MachineDecision, book: Book, plan: CasePlan) -> Iterable[FactLine]:
    """Give what the service's own condition asks; where silence granted, all that the service needs."""
    condition = book.catalogue.services[row.service].automatic_when
    by_silence = row.ground == silence.REASON or condition is None
    names = plan.needs.get(row.service, ()) if by_silence else conditions.facts_of(condition)
    needed = {*plan.needs.get(row.service, ()), *book.outputs_give(row.service), *book.decided_by(row.service)}
    values = _as_they_were(row)
    for name in names:
        question = name.removeprefix(conditions.ANSWER) if name.startswith(conditions.ANSWER) else ""
        element = book.question_elements.get(question) if question else book.canonical(name)
        if element in values:
            yield _of_element(element, values[element], book, needed)
        elif question:
            yield from _of_answer(question, row, book)


def _as_they_were(row: models.MachineDecision) -> dict[str, models.CaseValue]:
    """Return the values of a case as the decision found them; what it issued itself came after."""
    held = models.CaseValue.objects.filter(case=row.case, obtained_at__lte=row.decided_at).order_by("pk")
    own = ("produced", row.service)
    return {
        value.element: value
        for value in held
        if (value.source_kind, value.source_id) != own and (value.superseded_at is None or value.superseded_at >= row.decided_at)
    }


def _of_element(element: str, value: models.CaseValue, book: Book, needed: Collection[str]) -> FactLine:
    described = book.element(element)
    hidden = masks.is_masked(described.type, personal=described.personal, needed=element in needed)
    return FactLine(
        name=described.name,
        type=described.type,
        value=masks.masked(value.value, described.type) if hidden else value.value,
        choices=described.values,
        source_kind=value.source_kind,
        source_name=source_name(book, value.source_kind, value.source_id),
        obtained_at=value.obtained_at,
        masked=hidden,
    )


def _of_answer(question: str, row: models.MachineDecision, book: Book) -> Iterable[FactLine]:
    asked = next((item for item in book.event.questions if item.id == question), None)
    if asked is not None and question in row.case.answers:
        answer = row.case.answers[question]
        yield FactLine(asked.name, asked.type, answer, asked.values, "answer", {}, row.case.filed_at, masked=False)
