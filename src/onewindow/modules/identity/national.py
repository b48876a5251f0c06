"""Writes: logging in by the national identity provider, and whose account its people are.

Nobody gets into an account by an e-mail, a telephone or a name that the provider tells: by the provider's own subject alone, which
the account's owner has linked while logged in here.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.identification import MATCHED, masked
from onewindow.modules.identity import proofs, sources
from onewindow.modules.identity.identification import SomebodyElse, name
from onewindow.modules.identity.models import Identification, NationalIdentity, Person, Post, User
from onewindow.modules.identity.sources import NationalAnswer, NationalBegun, NationalRefused
from onewindow.plumbing import accesses, audit, courier, permissions, sealing
from onewindow.plumbing.actors import Actor

TICKET = "national-ticket"
TICKET_LIFE = timedelta(minutes=15)
PROVEN_ANEW = timedelta(days=1)
"""So often at most a proof is written down anew."""

Outcome = Literal["in", "linked", "again", "new", "elsewhere"]


class AccountClosed(DomainError):
    """Whoever is out stays out, whichever way they come."""

    code = "national-closed"
    template = "The account of this identity is closed. Nobody logs in to it; the counter knows why and can open it again."
    status = 403


class OfficersElsewhere(DomainError):
    """The installation lets officers in by their own ways only."""

    code = "national-officers"
    template = "Officers do not log in by the national log-in here. Log in with your user name and password."
    status = 403


class NationalTaken(DomainError):
    """A national identity belongs to one account."""

    code = "national-taken"
    template = (
        "This national identity logs in to another account. Log out and log in with it; if that account is not yours, "
        "come to the counter with your card."
    )
    status = 409


class TicketOver(DomainError):
    """Too long ago, or not ours."""

    code = "national-ticket"
    template = "That log-in at the national provider was too long ago. Begin it again; it takes a moment."


class OnlyWay(DomainError):
    """An account that nobody can log in to is nobody's."""

    code = "national-only-way"
    template = "The national log-in is the only way into your account. First add a phone, an e-mail, a password or a passkey."
    status = 409


@dataclass(frozen=True, slots=True)
class NationalEntry:
    """What became of a log-in at the national provider.

    `outcome`: in: the account `user_id` is theirs; linked: the account that is logged in has it now; again: it had it before;
    new: nobody has an account with it; elsewhere: an account has this identity already, and its owner has to link it.
    `ticket` is for the last two; `number` is masked.
    """

    outcome: Outcome
    id_token: str
    user_id: UUID | None = None
    ticket: str = ""
    name: str = ""
    number: str = ""


def begin_national(*, back: str, actor: Actor, now: datetime) -> NationalBegun:
    """Begin a log-in, or for whoever is logged in the linking of their national identity, for which they prove it there anew.

    Call it outside transactions: the network is slow.  Raises: Forbidden, NationalSilent.
    """
    permissions.require(actor, "identity.national")
    begun = sources.national().begin(back=back, fresh=actor.is_known, now=now)
    return replace(begun, who=_who(actor))


def finish_national(*, begun: NationalBegun, told: Mapping[str, str], actor: Actor, now: datetime) -> NationalEntry:
    """Say whose account it is that somebody of the national provider logs in to, or link it to the one that is logged in.

    Call it outside transactions.  Raises: Forbidden, NationalSilent, NationalRefused, NationalCancelled, NationalUnsure, AccountClosed,
    OfficersElsewhere, IdentityTaken, SomebodyElse, NationalTaken.
    """
    permissions.require(actor, "identity.national")
    try:
        if not secrets.compare_digest(begun.who, _who(actor)):
            raise NationalRefused("another-person")
        answer = sources.national().finish(begun, told=told, now=now)
    except NationalRefused as refused:
        accesses.denied(actor=actor, permission="identity.national", subject=refused.reason, at=now)
        raise
    with transaction.atomic():
        return _link(answer, actor, now) if actor.is_known else _enter(answer, actor, now)


@transaction.atomic
def open_national_account(*, ticket: str, language: str, actor: Actor, now: datetime) -> UUID:
    """Open an account for somebody of the national provider who has none. Raises: Forbidden, TicketOver, IdentityTaken, NationalTaken."""
    permissions.require(actor, "identity.open-account")
    answer = _read_ticket(ticket, now)
    user = User.objects.create(
        username=f"u{secrets.token_hex(8)}", display_name={"zh": answer.name}, language=language, password=make_password(None)
    )
    Person.objects.create(user=user)
    audit.record(actor=actor, action="identity.open-account", subject_kind="user", subject_id=user.id, at=now)
    _tie(user, answer, actor, now)
    return user.id


@transaction.atomic
def link_national(*, ticket: str, actor: Actor, now: datetime) -> None:
    """Link the national identity that one has just proven to one's own account. Raises: Forbidden, TicketOver and as `finish_national`."""
    permissions.require(actor, "identity.identify", actor.id)
    _link(_read_ticket(ticket, now), actor, now)


@transaction.atomic
def unlink_national(*, actor: Actor, now: datetime) -> None:
    """Log in by the national provider no more; what it proved stays proven. Raises: Forbidden, OnlyWay."""
    permissions.require(actor, "identity.identify", actor.id)
    user = _own(actor)
    passkeys = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).exists()
    if not (user.has_usable_password() or user.phone or user.email or passkeys):
        raise OnlyWay
    if not NationalIdentity.objects.filter(user=user).delete()[0]:
        return  # so it is already
    audit.record(actor=actor, action="identity.unlink-national", subject_kind="user", subject_id=user.pk, at=now)
    _tell(user, "national-unlinked", now)


def farewell_national(*, id_token: str, back: str, now: datetime) -> str:
    """Return where somebody who has logged out here logs out at the national provider, nothing where that cannot be said now."""
    return sources.national().farewell(id_token=id_token, back=back, now=now)


def _who(actor: Actor) -> str:
    return str(actor.id or "")


def _own(actor: Actor) -> User:
    user = User.objects.select_for_update().filter(pk=actor.id, is_active=True).first() if actor.id else None
    if user is None:
        raise NotFound(kind="user", id=actor.id)
    return user


def _subject(answer: NationalAnswer) -> str:
    """Return what one identity is called: a subject is a name at its issuer only."""
    return f"{answer.issuer} {answer.subject}"


def _enter(answer: NationalAnswer, actor: Actor, now: datetime) -> NationalEntry:
    row = NationalIdentity.objects.select_related("user").filter(subject=_subject(answer)).first()
    if row is not None:
        user = row.user
        _require_open(user)
        if Post.objects.filter(user=user, is_active=True).exists() and not settings.ONEWINDOW_NATIONAL["officers"]:
            raise OfficersElsewhere
        _prove(user, answer, now)
        NationalIdentity.objects.filter(pk=row.pk).update(used_at=now)
        audit.record(actor=actor, action="identity.national-log-in", subject_kind="user", subject_id=user.pk, at=now)
        return NationalEntry("in", answer.id_token, user_id=user.pk)
    holder = _holder(answer)
    if holder is not None:
        _require_open(holder.user)
    return NationalEntry(
        "elsewhere" if holder else "new", answer.id_token, ticket=_ticket(answer, now), name=answer.name, number=masked(answer.number)
    )


def _link(answer: NationalAnswer, actor: Actor, now: datetime) -> NationalEntry:
    user = _own(actor)
    known = NationalIdentity.objects.filter(user=user, issuer=answer.issuer).first()
    if known is not None and known.subject == _subject(answer):
        _prove(user, answer, now)
        NationalIdentity.objects.filter(pk=known.pk).update(used_at=now)
        return NationalEntry("again", answer.id_token, user_id=user.pk)
    if known is not None:
        raise SomebodyElse
    _tie(user, answer, actor, now)
    _tell(user, "national-linked", now)
    return NationalEntry("linked", answer.id_token, user_id=user.pk)


def _tie(user: User, answer: NationalAnswer, actor: Actor, now: datetime) -> None:
    """Let an account have a national identity, from now on the only one. Raises: NationalTaken, IdentityTaken, SomebodyElse."""
    _prove(user, answer, now)
    row = NationalIdentity(user=user, issuer=answer.issuer, subject=_subject(answer), linked_at=now, used_at=now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise NationalTaken from None
    audit.record(actor=actor, action="identity.link-national", subject_kind="user", subject_id=user.pk, at=now)


def _prove(user: User, answer: NationalAnswer, now: datetime) -> None:
    """Keep what the provider proves as a proof of this account, name and number where it is sure of them.

    Raises: IdentityTaken where another account has the number, SomebodyElse where this one is proven to have another.
    """
    sure = answer.level >= MATCHED and bool(answer.number and answer.name)
    person = Person.objects.get_or_create(user=user)[0]
    if answer.number and sure:
        if person.number not in {"", answer.number} and proofs.level_of(user.pk, now) >= MATCHED:
            raise SomebodyElse
        name(person, {**person.facts, "full-name": answer.name, "resident-id": answer.number})
    level = answer.level if sure else 1
    newest = Identification.objects.filter(user=user, method="national", ended_at=None, level__gte=level).order_by("-at").first()
    if newest is None or now - newest.at >= PROVEN_ANEW:
        proofs.add(user_id=user.pk, method="national", source=answer.issuer[:80], now=now, level=level)


def _holder(answer: NationalAnswer) -> Person | None:
    """Return who has the number of this answer, where the provider is sure of it."""
    if not answer.number or answer.level < MATCHED:
        return None
    return Person.objects.select_related("user").filter(number=answer.number).first()


def _require_open(user: User) -> None:
    if not user.is_active:
        raise AccountClosed


def _ticket(answer: NationalAnswer, now: datetime) -> str:
    """Return what was proven, sealed: until its owner has an account for it, the browser's session holds it and nobody else."""
    kept = {**asdict(answer), "id_token": "", "at": now.timestamp()}
    return sealing.seal(json.dumps(kept), purpose=TICKET)


def _read_ticket(ticket: str, now: datetime) -> NationalAnswer:
    try:
        kept = json.loads(sealing.unseal(ticket, purpose=TICKET))
    except (sealing.SealBroken, ValueError):
        raise TicketOver from None
    if not 0 <= now.timestamp() - kept.pop("at") <= TICKET_LIFE.total_seconds():
        raise TicketOver
    return NationalAnswer(**kept)


def _tell(user: User, template: str, now: datetime) -> None:
    """Say to the phone and the e-mail of an account that its ways in have changed."""
    if user.phone:
        courier.send(letter=courier.Letter(template=template, channel="sms", to=user.phone, language=user.language), now=now)
    if user.email:
        courier.send(letter=courier.Letter(template=template, channel="email", to=user.email, language=user.language), now=now)
