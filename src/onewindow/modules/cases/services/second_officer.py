"""Adverse acts that need two officers: the first proposes, the second confirms; until then nothing changes for the applicant."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onewindow.domain import events
from onewindow.domain.errors import NotFound
from onewindow.modules.cases import models
from onewindow.modules.cases.errors import OutputRevoked, ReasonMissing, SentenceMissing
from onewindow.modules.cases.services.board import Board
from onewindow.modules.cases.services.common import said
from onewindow.modules.cases.services.notices import in_languages
from onewindow.plumbing import approvals, permissions
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.approvals import Proposed

REFUSE, REVOKE = "cases.refuse", "cases.revoke"


def needs_second(service: str) -> bool:
    """Tell whether a refusal of the service needs a second officer here: the public body says so in ONEWINDOW_SECOND_OFFICER.

    Shape: a list of service ids; * stands for all. Withdrawing what was issued always needs one.
    """
    wanted = settings.ONEWINDOW_SECOND_OFFICER
    return "*" in wanted or service in wanted


def propose_refusal(board: Board, task: models.Task, *, sentence: Mapping[str, str], reason: str) -> UUID:
    """Keep a refusal for the second officer; the clock runs on, and the applicant reads that it is being decided."""
    payload = {"sentence": dict(sentence), "reason": reason, "case": str(board.case.pk), "service": task.service}
    return approvals.propose(
        kind=REFUSE, subject_id=task.pk, organisation=task.organisation, payload=payload, actor=board.actor, now=board.now
    )


@transaction.atomic
def revoke_output(
    *, output_id: UUID, sentence: Mapping[str, str] | str, reason: str, legal_basis: str, actor: Actor, now: datetime
) -> UUID:
    """Propose to withdraw something that was issued, and return the proposal's id. It holds until a second officer confirms.

    Raises: NotFound, Forbidden, OutputRevoked, ReasonMissing, SentenceMissing, SecondOfficerOpen.
    """
    board, output = _issued(output_id, actor, now)
    row = board.services[output.service]
    permissions.require(actor, "cases.revoke", row)
    if output.revoked_at is not None:
        raise OutputRevoked(number=output.number)
    spoken, reason, legal_basis = in_languages(sentence), said(reason, 500), said(legal_basis, 500)
    for text, what in ((reason, "the evidence"), (legal_basis, "the law that allows it")):
        if not text:
            raise ReasonMissing(act="withdrawal", what=what)
    if not spoken:
        raise SentenceMissing
    payload = {
        "sentence": spoken,
        "reason": reason,
        "legal_basis": legal_basis,
        "case": str(board.case.pk),
        "service": output.service,
    }
    return approvals.propose(kind=REVOKE, subject_id=output.pk, organisation=row.organisation, payload=payload, actor=actor, now=now)


@transaction.atomic
def settle(*, proposal_id: UUID, confirm: bool, reason: str = "", actor: Actor, now: datetime) -> None:
    """Confirm a colleague's refusal or withdrawal as the second officer, or reject it; only then something changes.

    Raises: NotFound, Forbidden, ProposalSettled, ReasonMissing for a rejection without one, and what the act itself refuses.
    """
    if confirm:
        approvals.confirm(proposal_id=proposal_id, actor=actor, now=now)
        return
    told = said(reason, 500)
    if not told:
        raise ReasonMissing(act="rejection", what="a reason")
    approvals.reject(proposal_id=proposal_id, reason=told, actor=actor, now=now)


def may_confirm(actor: Actor, proposed: Proposed) -> bool:
    """Tell whether an officer may be the second one: the right role in the organisation, and never in a case of their own."""
    row = (
        models.CaseService.objects.select_related("case").filter(case=proposed.payload["case"], service=proposed.payload["service"]).first()
    )
    return row is not None and permissions.allowed(actor, "cases.second-officer", row)


def carry_out_revocation(proposed: Proposed, actor: Actor, now: datetime) -> None:
    board, output = _issued(UUID(proposed.subject_id), actor, now)
    if output.revoked_at is not None:
        raise OutputRevoked(number=output.number)
    told: dict[str, Any] = {name: proposed.payload[name] for name in ("reason", "legal_basis", "sentence")}
    output.revoked_at = now
    output.revocation = {**told, "by": [str(proposed.proposed_by), str(actor.id)]}
    board.touch(output)
    board.note("output-revoked", output.service, evidence_type=output.evidence_type, number=output.number)
    board.events.append(
        events.OutputRevoked(at=now, case_id=board.case.pk, output_id=output.pk, service=output.service, evidence_type=output.evidence_type)
    )
    board.save("cases.revoke", subject_kind="output", subject_id=output.pk, service=output.service)


def _issued(output_id: UUID, actor: Actor, now: datetime) -> tuple[Board, models.Output]:
    output = models.Output.objects.filter(pk=output_id).first()
    if output is None:
        raise NotFound(kind="output", id=output_id)
    return Board.load(output.case_id, actor=actor, now=now, open_only=False), output


approvals.register(REVOKE, says="Withdraw something that was issued.", may_confirm=may_confirm, carry_out=carry_out_revocation)
