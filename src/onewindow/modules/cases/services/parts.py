"""Inviting somebody to confirm one's matter: with a deadline, to be renewed and withdrawn."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain.catalogue.model import Element
from onewindow.domain.confirmations import Role
from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.values import ValueRefused, normalise
from onewindow.modules.cases import models
from onewindow.modules.cases.drafting import DraftState, state_of
from onewindow.modules.cases.errors import ValuesRefused
from onewindow.modules.cases.errors_of_parts import InvitationOver, RoleTaken, TooManyInvitations, UnknownRole
from onewindow.modules.cases.services.common import said
from onewindow.modules.cases.services.drafts import own_draft
from onewindow.modules.cases.services.part_letters import write_to_applicant, write_to_invited
from onewindow.modules.cases.services.reopening import due_date, record
from onewindow.modules.identity import services as identity
from onewindow.plumbing import clock, permissions
from onewindow.plumbing.actors import Actor

MOST_A_DAY = 20
LONGEST_NAME = 80


@transaction.atomic
def invite(*, draft_id: UUID, role: str, name: str, contact: str, page: str, actor: Actor, now: datetime) -> UUID:
    """Invite somebody to confirm a draft in a role, by a message with a link that one account may take; return the part.

    `page`: the address to which the link's secret is added. Raises: Forbidden, NotFound, DraftFiled, UnknownRole, RoleTaken, ValuesRefused,
    TooManyInvitations.
    """
    draft = own_draft(draft_id, actor)
    wanted = _role(state_of(draft), role)
    name, contact = _checked(name, contact)
    if models.Part.objects.filter(draft=draft, role=role, ended_at=None).exists():
        raise RoleTaken(role=wanted.name)
    _count(actor, now)
    secret = secrets.token_urlsafe(32)
    row = models.Part.objects.create(
        draft=draft,
        role=role,
        name=name,
        contact=contact,
        token=token_hash(secret),
        state="invited",
        due_date=due_date(wanted.days, now),
        invited_by=actor.known_id,
        invited_at=now,
    )
    write_to_invited(row, draft, wanted.name, page=page, secret=secret, actor=actor, now=now)
    record("cases.invite", row, actor, now, role=role)
    return row.pk


@transaction.atomic
def renew_invitation(*, part_id: UUID, page: str, actor: Actor, now: datetime) -> None:
    """Give an invitation a new deadline, and send it again; a link that nobody has taken is replaced by a new one.

    Raises: Forbidden, NotFound, DraftFiled, UnknownRole, InvitationOver, TooManyInvitations.
    """
    draft, row = _of_own_draft(part_id, actor)
    wanted = _role(state_of(draft), row.role)
    anew = row.state == "lapsed" and not models.Part.objects.filter(draft=draft, role=row.role, ended_at=None).exists()
    if row.ended_at is not None and not anew:
        raise InvitationOver(state=row.state)
    _count(actor, now)
    row.due_date = due_date(wanted.days, now)
    if row.ended_at is not None:
        row.state, row.ended_at = ("taken" if row.person else "invited"), None
    secret = ""
    if row.person is None:
        secret = secrets.token_urlsafe(32)
        row.token = token_hash(secret)
    row.save()
    write_to_invited(row, draft, wanted.name, page=page, secret=secret, actor=actor, now=now)
    record("cases.renew-invitation", row, actor, now, until=row.due_date.isoformat())


@transaction.atomic
def withdraw_invitation(*, part_id: UUID, actor: Actor, now: datetime) -> None:
    """End an invitation; what the other wrote is forgotten. Raises: Forbidden, NotFound, DraftFiled, InvitationOver."""
    _draft, row = _of_own_draft(part_id, actor)
    if row.ended_at is not None:
        raise InvitationOver(state=row.state)
    end(row, "withdrawn", now)
    record("cases.withdraw-invitation", row, actor, now)
    if row.person is not None:
        write_to_invited(row, row.draft, {}, actor=actor, now=now, template="part-closed")


def close_lapsed(*, actor: Actor, now: datetime) -> int:
    """End the parts whose day has passed without a confirmation, tell both, and return how many. Safe to repeat.

    Raises: Forbidden.
    """
    permissions.require(actor, "cases.close-parts")
    late = {"ended_at": None, "state__in": ["invited", "taken"], "due_date__lt": clock.local_date(now), "draft__filed_case": None}
    found = 0
    for part_id, draft_id in models.Part.objects.filter(**late).order_by("due_date", "pk").values_list("pk", "draft_id")[:500]:
        with transaction.atomic():
            draft = models.Draft.objects.select_for_update().filter(pk=draft_id, filed_case=None).first()
            row = models.Part.objects.filter(pk=part_id, **late).first() if draft else None
            if draft is None or row is None:
                continue
            row.state, row.ended_at = "lapsed", now
            row.save(update_fields=["state", "ended_at"])
            record("cases.close-part", row, actor, now)
            write_to_invited(row, draft, {}, actor=actor, now=now, template="part-closed")
            write_to_applicant("part-lapsed", row, draft, now=now)
            found += 1
    return found


def end(row: models.Part, state: str, now: datetime) -> None:
    """End a part and forget what the other wrote into it."""
    row.state, row.ended_at, row.elements, row.confirmed, row.digest, row.level, row.confirmed_at = state, now, {}, None, "", None, None
    row.save()


def token_hash(secret: str) -> str:
    """Return what is kept of a link: it is 32 random bytes, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _role(state: DraftState, role: str) -> Role:
    found = next((row for row in state.roles if row.id == role), None)
    if found is None:
        raise UnknownRole(role=role)
    return found


def _of_own_draft(part_id: UUID, actor: Actor) -> tuple[models.Draft, models.Part]:
    """Return an invitation of the actor's with its draft, both locked. Raises: NotFound, Forbidden, DraftFiled."""
    draft_id = models.Part.objects.filter(pk=part_id).values_list("draft_id", flat=True).first()
    if draft_id is None:
        raise NotFound(kind="invitation", id=part_id)
    draft = own_draft(draft_id, actor)
    row = models.Part.objects.select_for_update().get(pk=part_id)
    row.draft = draft
    return draft, row


def _checked(name: str, contact: str) -> tuple[str, str]:
    """Return name and address as they are kept. Raises: ValuesRefused with everything that is wrong."""
    wrong: dict[str, DomainError] = {}
    name = said(name, LONGEST_NAME)
    if not name:
        wrong["name"] = ValueRefused(element="name", reason="missing")
    kind = "email" if "@" in contact else "phone"
    try:
        contact = str(_normal(contact, kind)) if contact.strip() else ""
    except ValueRefused as error:
        wrong["contact"] = error
    if not contact:
        wrong.setdefault("contact", ValueRefused(element="contact", reason="missing"))
    if wrong:
        raise ValuesRefused(wrong)
    return name, contact


def _normal(contact: str, kind: str) -> Any:
    return normalise(contact, Element(id="contact", name={}, type=kind))


def _count(actor: Actor, now: datetime) -> None:
    """A message costs, and may annoy: so many a day. Raises: TooManyInvitations."""
    if not identity.may_try(what="invite", who=str(actor.known_id), most=MOST_A_DAY, within=timedelta(days=1), now=now):
        raise TooManyInvitations(most=MOST_A_DAY)
