"""The invited person: takes the invitation, fills in their own part, and confirms or refuses it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain.confirmations import Role, digest
from onewindow.domain.errors import NotFound
from onewindow.domain.identification import MATCHED, same_name
from onewindow.modules.cases import capacity, confirming, models
from onewindow.modules.cases.drafting import DraftState, state_of
from onewindow.modules.cases.errors import DraftFiled, LevelNeeded, ReadOnlyField, UnknownField, ValuesMissing, ValuesRefused
from onewindow.modules.cases.errors_of_parts import (
    ConfirmedAnew,
    InvitationOver,
    OtherName,
    OwnInvitation,
    RefusalEmpty,
    TakesPartAlready,
    UnknownRole,
)
from onewindow.modules.cases.parts import role_of
from onewindow.modules.cases.services.common import said
from onewindow.modules.cases.services.drafts import check_values
from onewindow.modules.cases.services.part_letters import write_to_applicant
from onewindow.modules.cases.services.parts import end, token_hash
from onewindow.modules.cases.services.reopening import record, reopen
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock, permissions
from onewindow.plumbing.actors import Actor


@transaction.atomic
def take_part(*, part_id: UUID, secret: str = "", actor: Actor, now: datetime) -> None:
    """Take an invitation, with the secret of its link or with the telephone or e-mail it was sent to; no other account can from then on.

    Raises: Forbidden, NotFound, DraftFiled, InvitationOver, OwnInvitation, TakesPartAlready.
    """
    permissions.require(actor, "cases.take-invitation")
    draft, row = _locked(part_id)
    if row.person == actor.id:
        return
    if row.person is not None or not _reached(row, secret, actor):
        raise NotFound(kind="invitation", id=part_id)
    _require_open(draft, row, now)
    if actor.id in {draft.owner, row.invited_by}:
        raise OwnInvitation
    if models.Part.objects.filter(draft=draft, person=actor.id, ended_at=None).exists():
        raise TakesPartAlready
    row.person, row.state, row.taken_at = actor.known_id, "taken", now
    row.save(update_fields=["person", "state", "taken_at"])
    record("cases.take-part", row, actor, now)


def save_part(*, part_id: UUID, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Save what the invited person typed; None or an empty text takes a value back. What was confirmed before is open again.

    Raises: Forbidden, NotFound, DraftFiled, InvitationOver, UnknownField and ReadOnlyField (nothing saved), ValuesRefused (the good ones
    saved).
    """
    with transaction.atomic():
        draft, row = _own(part_id, actor)
        _require_open(draft, row, now)
        state = state_of(draft)
        for element in values:
            _require_own_field(state, row.role, element)
        good, refused = check_values(state, values)
        before = row.elements
        row.elements = {key: value for key, value in {**before, **good}.items() if value is not None}
        if row.elements != before and row.state == "confirmed":
            reopen(row, _role(state, row.role), now)
            write_to_applicant("part-taken-back", row, draft, now=now)
        row.save()
        record("cases.save-part", row, actor, now)
    if refused:
        raise ValuesRefused(refused)


@transaction.atomic
def confirm_part(*, part_id: UUID, seen: str, actor: Actor, now: datetime) -> str:
    """Confirm one's part as the page showed it (`seen`: the hash of that), and return the hash; confirming twice is confirming once.

    Kept: who, how sure it was who, when, the words and their hash. Raises: Forbidden, NotFound, DraftFiled, InvitationOver, UnknownRole,
    ValuesMissing, LevelNeeded, GuardianNeeded, OtherName, ConfirmedAnew.
    """
    draft, row = _own(part_id, actor)
    _require_open(draft, row, now)
    state = state_of(draft)
    role = _role(state, row.role)
    words = confirming.statement(state, role, draft.owner)
    if digest(words) != seen:
        raise ConfirmedAnew
    if row.state == "confirmed" and row.digest == seen:
        return row.digest
    lacking = confirming.lacking(state, row.role)
    if lacking:
        raise ValuesMissing(names=", ".join(lacking), elements=list(lacking))
    row.level = _sure_enough(state, role, row, actor, now)
    row.state, row.confirmed, row.digest, row.confirmed_at, row.reopened_at = "confirmed", words, seen, now, None
    row.save()
    record("cases.confirm-part", row, actor, now, level=row.level, digest=seen)
    write_to_applicant("part-confirmed", row, draft, now=now)
    return seen


@transaction.atomic
def take_back_confirmation(*, part_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a confirmation back: it counts until the matter is filed, and not a moment longer. Raises: Forbidden, NotFound, DraftFiled."""
    draft, row = _own(part_id, actor)
    _require_unfiled(draft)
    if row.state != "confirmed":
        return
    reopen(row, _role(state_of(draft), row.role), now)
    record("cases.take-confirmation-back", row, actor, now)
    write_to_applicant("part-taken-back", row, draft, now=now)


@transaction.atomic
def refuse_part(*, part_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """Say that one does not confirm, and why; what one wrote is forgotten. Raises: Forbidden, NotFound, DraftFiled, InvitationOver,
    RefusalEmpty.
    """
    draft, row = _own(part_id, actor)
    _require_open(draft, row, now)
    if not said(reason):
        raise RefusalEmpty
    row.reason = said(reason, 1000)
    end(row, "refused", now)
    record("cases.refuse-part", row, actor, now)
    write_to_applicant("part-refused", row, draft, now=now)


def _sure_enough(state: DraftState, role: Role, row: models.Part, actor: Actor, now: datetime) -> int:
    """Return how sure it is who confirms. Raises: LevelNeeded, GuardianNeeded, OtherName."""
    level = identity.sureness(actor=actor, now=now)
    services = [state.rules.catalogue.services[name] for name in role.services]
    if level < role.level:
        raise LevelNeeded(service=services[0].name, needed=role.level, level=level)
    capacity.require(actor.known_id, services, actor=actor, now=now)
    proven = identity.party_facts(actor.known_id, role.party).get("full-name")
    if level >= MATCHED and proven and not same_name(row.name, str(proven)):
        raise OtherName
    return level


def _reached(row: models.Part, secret: str, actor: Actor) -> bool:
    """Tell whether somebody has what the invitation was sent with: its link, or the telephone or e-mail that it went to."""
    if secret:
        return row.token == token_hash(secret)
    account = identity.account_row(actor.known_id)
    return account is not None and row.contact.lower() in {account.phone.lower(), account.email.lower()} - {""}


def _require_own_field(state: DraftState, role: str, element: str) -> None:
    """Raises: UnknownField for what is not asked of this role, ReadOnlyField for what log-in tells."""
    known = state.settled.known.get(element)
    if role_of(element) != role or not state.is_others(element):
        raise UnknownField(field=element)
    if known is not None and known.kind != "typed":
        raise ReadOnlyField(field=element, source=known.id or known.kind)
    if element not in {row.element for row in state.settled.fields}:
        raise UnknownField(field=element)


def _role(state: DraftState, role: str) -> Role:
    found = next((row for row in state.roles if row.id == role), None)
    if found is None:
        raise UnknownRole(role=role)
    return found


def _own(part_id: UUID, actor: Actor) -> tuple[models.Draft, models.Part]:
    """Return one's own part with its draft, both locked, the draft first as everywhere. Raises: NotFound, Forbidden."""
    draft, row = _locked(part_id)
    permissions.require(actor, "cases.own-part", row)
    return draft, row


def _locked(part_id: UUID) -> tuple[models.Draft, models.Part]:
    draft_id = models.Part.objects.filter(pk=part_id).values_list("draft_id", flat=True).first()
    draft = models.Draft.objects.select_for_update().filter(pk=draft_id).first() if draft_id else None
    row = models.Part.objects.select_for_update().filter(pk=part_id).first() if draft else None
    if draft is None or row is None:
        raise NotFound(kind="invitation", id=part_id)
    row.draft = draft
    return draft, row


def _require_open(draft: models.Draft, row: models.Part, now: datetime) -> None:
    """Raises: DraftFiled, InvitationOver."""
    _require_unfiled(draft)
    late = row.state != "confirmed" and row.due_date < clock.local_date(now)
    if row.ended_at is not None or late:
        raise InvitationOver(state=row.state if row.ended_at is not None else "lapsed")


def _require_unfiled(draft: models.Draft) -> None:
    if draft.filed_case_id is not None:
        raise DraftFiled(reference=models.Case.objects.values_list("reference", flat=True).get(pk=draft.filed_case_id))
