"""Writes: seen by the face channel, level 3. The face never comes here; only how the check ended does."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction

from onewindow.domain.errors import DomainError
from onewindow.domain.identification import MATCHED
from onewindow.modules.identity import proofs, sources
from onewindow.modules.identity.accounts import give_back, may_try
from onewindow.modules.identity.identification import TooManyTries
from onewindow.modules.identity.models import FaceCheck
from onewindow.modules.identity.sources import Claimed, Outcome, SourceSilent
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor


class MatchFirst(DomainError):
    """A face proves that somebody is the person of a card: which card, the register says."""

    code = "face-match-first"
    template = "First let name and number be compared with the register; then the face channel knows whose face to look for."


def begin_face_check(*, back: str, actor: Actor, now: datetime) -> str:
    """Begin a check and return the address of the face channel to which the person goes; they come `back`.

    Call it outside transactions. Raises: Forbidden, MatchFirst, TooManyTries, SourceSilent.
    """
    permissions.require(actor, "identity.identify", actor.id)
    person = proofs.known_person(actor.id, now)
    if person is None:
        raise MatchFirst
    rules, who = proofs.identification_rules(now), str(actor.id)
    if not may_try(what="face", who=who, most=rules.tries_of_an_account, within=rules.within, now=now):
        raise TooManyTries(hours=int(rules.within.total_seconds() // 3600))
    claimed = Claimed(str(person.facts["full-name"]), str(person.facts["resident-id"]))
    try:
        begun = sources.face().begin(claimed, back=back)
    except SourceSilent:
        give_back(what="face", who=who, now=now)
        raise
    with transaction.atomic():
        FaceCheck.objects.filter(user_id=person.user_id, state="waiting").update(state="left", settled_at=now)
        row = FaceCheck.objects.create(user_id=person.user_id, check_id=begun.check, begun_at=now)
        audit.record(actor=actor, action="identity.begin-face-check", subject_kind="face-check", subject_id=row.pk, at=now)
    return begun.address


def finish_face_check(*, actor: Actor, now: datetime) -> Outcome:
    """Ask the face channel how one's own check ended; where it passed, the account is level 3. Safe to repeat.

    Call it outside transactions. Raises: Forbidden, SourceSilent.
    """
    permissions.require(actor, "identity.identify", actor.id)
    latest = FaceCheck.objects.filter(user_id=actor.id or UUID(int=0)).order_by("-begun_at").first()
    if latest is None:
        return "waiting"
    if latest.state != "waiting":
        return cast("Outcome", latest.state)
    outcome = sources.face().outcome(latest.check_id)
    return _settle(latest.pk, outcome, actor, now) if outcome != "waiting" else outcome


@transaction.atomic
def _settle(row_id: UUID, outcome: Outcome, actor: Actor, now: datetime) -> Outcome:
    row = FaceCheck.objects.select_for_update().get(pk=row_id)
    if row.state == "waiting":
        row.state, row.settled_at = outcome, now
        row.save(update_fields=["state", "settled_at"])
        if outcome == "passed" and proofs.level_of(row.user_id, now) >= MATCHED:
            proofs.add(user_id=row.user_id, method="face", source="face-channel", now=now)
        audit.record(actor=actor, action=f"identity.face-{outcome}", subject_kind="face-check", subject_id=row.pk, at=now)
    return outcome
