"""Writing down who reads which case: one entry a page, durable before the page is shown."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from onewindow.modules.cases import models
from onewindow.modules.cases.parts import confirmers
from onewindow.plumbing import accesses
from onewindow.plumbing.actors import Actor


def at_draft(draft: models.Draft, *, actor: Actor, now: datetime) -> None:
    """Record that an officer who helps at a counter has somebody's draft before them. Raises: AccessNotLogged."""
    if actor.assistance:
        accesses.read(
            actor=actor,
            what="cases.draft",
            subject_kind="draft",
            subject_id=draft.pk,
            persons=[draft.owner],
            purpose="assistance",
            at=now,
            details={"event": draft.event},
        )


def at_case(case: models.Case, *, purpose: str, actor: Actor, now: datetime) -> None:
    """Record that a case was opened. The platform's own parts show it to nobody. Raises: AccessNotLogged."""
    if not actor.is_system:
        _look("cases.case", case, ("case", case.pk), purpose, actor=actor, now=now)


def at_document(row: models.Attachment, *, actor: Actor, now: datetime) -> None:
    """Record that a document of a case was opened. Raises: AccessNotLogged."""
    if not actor.is_system:
        party = actor.is_party(row.case.applicant, row.case.event, row.case.assistance)
        agent = "assistance" if actor.assistance else "mandate" if party else "handling"
        purpose = "own" if row.case.applicant == actor.id else agent
        _look("cases.document", row.case, ("attachment", row.pk), purpose, actor=actor, now=now)


def at_value(case: models.Case, *, element: str, reason: str, actor: Actor, now: datetime) -> None:
    """Record that a masked value is shown. Raises: AccessNotLogged."""
    accesses.read(
        actor=actor,
        what="cases.reveal",
        subject_kind="case",
        subject_id=case.pk,
        persons=[case.applicant],
        case=case.pk,
        purpose=reason,
        at=now,
        details={"element": element},
    )


def at_status(case: models.Case, *, actor: Actor, now: datetime) -> None:
    """Record that somebody with the number and the telephone asked how far a case is. Raises: AccessNotLogged."""
    _look("cases.status", case, ("case", case.pk), "enquiry", actor=actor, now=now)


def at_part(row: models.Part, *, actor: Actor, now: datetime) -> None:
    """Record that somebody who was asked to confirm a matter read what they confirm. Raises: AccessNotLogged."""
    accesses.read(
        actor=actor,
        what="cases.part",
        subject_kind="part",
        subject_id=row.pk,
        persons=[row.draft.owner],
        case=row.draft.filed_case_id,
        purpose="confirming",
        at=now,
        details={"event": row.draft.event},
    )


def at_list(
    shown: Iterable[tuple[UUID, UUID]], *, what: str, purpose: str, details: Mapping[str, object], actor: Actor, now: datetime
) -> None:
    """Record a list by the (applicant, case) that it shows; an empty one shows nobody. Raises: AccessNotLogged."""
    persons: dict[UUID, list[UUID]] = {}
    for applicant, case_id in shown:
        persons.setdefault(applicant, []).append(case_id)
    if persons:
        accesses.read(
            actor=actor,
            what=what,
            subject_kind="organisation",
            subject_id=actor.organisation or "",
            persons=persons,
            purpose=purpose,
            at=now,
            details=details,
        )


def _look(what: str, case: models.Case, subject: tuple[str, UUID], purpose: str, *, actor: Actor, now: datetime) -> None:
    kind, ident = subject
    accesses.read(
        actor=actor,
        what=what,
        subject_kind=kind,
        subject_id=ident,
        persons=[case.applicant, *(UUID(person) for person in sorted(confirmers(case.plan)))],
        case=case.pk,
        purpose=purpose,
        at=now,
    )
