"""What one's own organisation has issued, for whoever may withdraw it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from onewindow.domain.errors import NotFound
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.selectors import finding, looks, scope
from onewindow.plumbing import approvals
from onewindow.plumbing.actors import Actor

ENDING = re.compile(r"-\d\d$")
"""What stands behind a case's number in the number of what it issued."""
UNREAD = ("case__plan", "case__answers", "case__contact_phone", "values", "revocation")


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """One thing that was issued. `state`: valid, waiting (a withdrawal waits for the second officer) or withdrawn."""

    id: UUID
    number: str
    name: Mapping[str, str]
    service_name: Mapping[str, str]
    case_id: UUID
    reference: str
    title: str
    issued_at: datetime
    state: str


def issued(*, text: str = "", limit: int = 50, actor: Actor, now: datetime) -> tuple[IssuedRow, ...]:
    """Return what the actor's organisation issued, newest first; `text` looks for a number, a reference or a case's title."""
    wanted = text.strip()[:80]
    cases = finding.few(ENDING.sub("", wanted)) if wanted else None
    found: dict[UUID, models.Output] = {}
    for hat in actor.hats_of(*scope.DESK):  # each from its own index, in the order of the list
        rows = _read(scope.issued_outputs(actor, hat, cases=cases))
        if wanted:
            rows = rows.filter(Q(number__icontains=wanted) | finding.whole(wanted, "case__"))
        found.update((row.pk, row) for row in rows.order_by("-issued_at", "number")[:limit])
    newest = sorted(found.values(), key=lambda row: (-row.issued_at.timestamp(), row.number))
    return _shown(newest[:limit], actor, now)


def issued_one(*, output_id: UUID, actor: Actor, now: datetime) -> IssuedRow:
    """Return one thing that the actor's organisation issued. Raises: NotFound."""
    found = _shown(list(_read(scope.issued_outputs(actor)).filter(pk=output_id)), actor, now)
    if not found:
        raise NotFound(kind="output", id=output_id)
    return found[0]


def _read(outputs: QuerySet[models.Output]) -> QuerySet[models.Output]:
    return outputs.select_related("case").defer(*UNREAD)


def _shown(outputs: list[models.Output], actor: Actor, now: datetime) -> tuple[IssuedRow, ...]:
    waiting = {row.subject_id for row in approvals.open_of(kind="cases.revoke", subjects=[row.pk for row in outputs])}
    seen = [(output.case.applicant, output.case_id) for output in outputs]
    looks.at_list(seen, what="cases.issued", purpose="issued", details={}, actor=actor, now=now)
    book_of = rulebook.books()
    return tuple(_row(output, book_of(output.case.release, output.case.event), waiting=str(output.pk) in waiting) for output in outputs)


def _row(output: models.Output, book: Book, *, waiting: bool) -> IssuedRow:
    catalogue = book.catalogue
    return IssuedRow(
        id=output.pk,
        number=output.number,
        name=catalogue.evidence_types[output.evidence_type].name,
        service_name=catalogue.services[output.service].name,
        case_id=output.case_id,
        reference=output.case.reference,
        title=output.case.shown_title,
        issued_at=output.issued_at,
        state="withdrawn" if output.revoked_at else "waiting" if waiting else "valid",
    )
