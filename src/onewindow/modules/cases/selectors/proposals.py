"""What waits for a second officer, for those who may be it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onewindow.modules.cases import rulebook
from onewindow.modules.cases.selectors import looks, scope
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import approvals
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A refusal or a withdrawal that a colleague proposed. `kind`: cases.refuse or cases.revoke."""

    id: UUID
    kind: str
    case_id: UUID
    reference: str
    title: str
    service_name: Mapping[str, str]
    sentence: Mapping[str, str]
    reason: str
    legal_basis: str
    by: Mapping[str, str]
    proposed_at: datetime


def proposals_waiting(*, actor: Actor, now: datetime) -> tuple[ProposalRow, ...]:
    """Return what the actor may confirm or reject as the second officer, oldest first."""
    waiting = [row for row in approvals.waiting(actor=actor) if row.kind.startswith("cases.")]
    cases = {case.pk: case for case in scope.visible_cases(actor).filter(pk__in=[row.payload["case"] for row in waiting])}
    names = identity.display_names(row.proposed_by for row in waiting)
    found, book_of = [], rulebook.books()
    for row in waiting:
        case = cases.get(UUID(row.payload["case"]))
        if case is None:
            continue
        book = book_of(case.release, case.event)
        found.append(
            ProposalRow(
                id=row.id,
                kind=row.kind,
                case_id=case.pk,
                reference=case.reference,
                title=case.shown_title,
                service_name=book.catalogue.services[row.payload["service"]].name,
                sentence=row.payload["sentence"],
                reason=row.payload["reason"],
                legal_basis=row.payload.get("legal_basis", ""),
                by=names.get(row.proposed_by, {}),
                proposed_at=row.proposed_at,
            )
        )
    shown = {(case.applicant, case.pk) for case in cases.values()}
    looks.at_list(shown, what="cases.proposals", purpose="second-officer", details={}, actor=actor, now=now)
    return tuple(found)
