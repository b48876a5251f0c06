"""What needs a second officer: each module registers its acts here; nothing is carried out before another officer confirms it.

The two are of one organisation and are never the same person, and whoever would gain by the act is neither of them. The database holds
the rule as well: a confirmed proposal names two officers.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain.errors import DomainError, NotFound
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.proposals import Proposal

CarryOut = Callable[["Proposed", Actor, datetime], None]

_kinds: dict[str, "Kind"] = {}


class SecondOfficerOpen(DomainError):
    """Somebody has proposed it already."""

    code = "second-officer-open"
    template = "This has been proposed already and waits for a second officer. Let somebody else of your organisation confirm or reject it."
    status = 409


class ProposalSettled(DomainError):
    """Somebody was faster."""

    code = "proposal-settled"
    template = "This proposal is “{state}” already. Reload the page to see how it stands."
    status = 409


@dataclass(frozen=True, slots=True)
class Kind:
    """One act that needs two. `may_confirm` is asked beside the rule that the two are different people of one organisation."""

    code: str
    says: str
    may_confirm: Callable[[Actor, "Proposed"], bool]
    carry_out: CarryOut


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as the rest of the house sees it."""

    id: UUID
    kind: str
    subject_id: str
    organisation: str
    payload: Mapping[str, Any]
    gains: UUID | None
    proposed_by: UUID
    proposed_at: datetime
    state: str


def register(code: str, *, says: str, may_confirm: Callable[[Actor, Proposed], bool], carry_out: CarryOut) -> None:
    """Say once, while the apps load, what a kind of proposal does when it is confirmed."""
    _kinds[code] = Kind(code, says, may_confirm, carry_out)


def registered() -> Mapping[str, Kind]:
    """Return every kind of act that needs a second officer."""
    return dict(_kinds)


def propose(
    *,
    kind: str,
    subject_id: UUID | str,
    organisation: str,
    payload: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    gains: UUID | None = None,
) -> UUID:
    """Keep an act for a second officer and return the proposal's id; the module has asked whether the actor may propose it.

    Raises: SecondOfficerOpen; LookupError for a kind that nobody registered.
    """
    if kind not in _kinds:
        message = f"Nobody registered the second-officer act {kind}."
        raise LookupError(message)
    if Proposal.objects.filter(kind=kind, subject_id=str(subject_id), state="open").exists():
        raise SecondOfficerOpen
    row = Proposal.objects.create(
        kind=kind,
        subject_id=str(subject_id),
        organisation=organisation,
        payload=dict(payload),
        gains=gains,
        proposed_by=actor.known_id,
        proposed_at=now,
    )
    _record(row, "proposed", actor, now)
    return row.pk


@transaction.atomic
def confirm(*, proposal_id: UUID, actor: Actor, now: datetime) -> None:
    """Carry out what another officer proposed. Raises: NotFound, Forbidden, ProposalSettled, and what the act itself refuses."""
    row = _open(proposal_id, actor)
    row.state, row.settled_by, row.settled_at = "confirmed", actor.id, now
    row.save(update_fields=["state", "settled_by", "settled_at"])
    _record(row, "confirmed", actor, now)
    _kinds[row.kind].carry_out(_shown(row), actor, now)


@transaction.atomic
def reject(*, proposal_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """Put a proposal aside: nothing of it happens. Raises: NotFound, Forbidden, ProposalSettled."""
    row = _open(proposal_id, actor)
    row.state, row.settled_by, row.settled_at, row.reason = "rejected", actor.id, now, reason.strip()[:500]
    row.save(update_fields=["state", "settled_by", "settled_at", "reason"])
    _record(row, "rejected", actor, now)


def lapse(*, kind: str, subject_id: UUID | str, actor: Actor, now: datetime) -> None:
    """Put aside what has become void meanwhile, such as the refusal of a case that was withdrawn."""
    for row in Proposal.objects.filter(kind=kind, subject_id=str(subject_id), state="open"):
        row.state, row.settled_at = "lapsed", now
        row.save(update_fields=["state", "settled_at"])
        _record(row, "lapsed", actor, now)


def waiting(*, actor: Actor) -> tuple[Proposed, ...]:
    """Return what the actor may confirm now, oldest first."""
    if actor.organisation is None:
        return ()
    rows = Proposal.objects.filter(state="open", organisation=actor.organisation).order_by("proposed_at", "id")
    return tuple(shown for row in rows if permissions.allowed(actor, "approvals.settle", shown := _shown(row)))


def is_open(*, kind: str, subject_id: UUID | str) -> bool:
    """Tell whether an act waits for its second officer."""
    return Proposal.objects.filter(kind=kind, subject_id=str(subject_id), state="open").exists()


def open_of(*, kind: str, subjects: Iterable[object]) -> tuple[Proposed, ...]:
    """Return what waits of one kind about these subjects."""
    rows = Proposal.objects.filter(kind=kind, subject_id__in=[str(subject) for subject in subjects], state="open")
    return tuple(_shown(row) for row in rows)


def _open(proposal_id: UUID, actor: Actor) -> Proposal:
    row = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    if row is None:
        raise NotFound(kind="proposal", id=proposal_id)
    permissions.require(actor, "approvals.settle", _shown(row))
    if row.state != "open":
        raise ProposalSettled(state=row.state)
    return row


def _shown(row: Proposal) -> Proposed:
    return Proposed(row.pk, row.kind, row.subject_id, row.organisation, row.payload, row.gains, row.proposed_by, row.proposed_at, row.state)


def _second(actor: Actor, proposed: Proposed) -> bool:
    kind = _kinds.get(proposed.kind)
    if kind is None or actor.kind != "officer" or actor.id is None or actor.organisation != proposed.organisation:
        return False
    return actor.id not in {proposed.proposed_by, proposed.gains} and kind.may_confirm(actor, proposed)


def _record(row: Proposal, what: str, actor: Actor, now: datetime) -> None:
    details = {"kind": row.kind, "subject": row.subject_id}
    audit.record(actor=actor, action=f"approvals.{what}", subject_kind="proposal", subject_id=row.pk, at=now, details=details)


permissions.declare(
    "approvals.settle", says="Confirm or reject, as a second officer, what a colleague of one's organisation proposed.", allows=_second
)
