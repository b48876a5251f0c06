"""Accounts: opening one whose phone or e-mail is proven, a new password, and the limits of trying."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import transaction

from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.identity import limits as dated
from onewindow.modules.identity import proofs
from onewindow.modules.identity.models import Assistance, Person, Tries, User
from onewindow.plumbing import audit, clock, permissions
from onewindow.plumbing.actors import Actor

_MINUTE = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(hours=25)
"""Longer than the longest time within which tries are counted."""


class AccountExists(DomainError):
    """The proven phone or e-mail has an account by now."""

    code = "account-exists"
    template = "There is an account with this phone or e-mail already. Log in with it."
    status = 409


class TooManyLookUps(DomainError):
    """Somebody tries telephones at a case, or cases at a telephone."""

    code = "look-ups-limited"
    template = "Too many wrong numbers were tried. Wait {minutes} minutes, then compare both numbers with your receipt."
    status = 429


def limits(now: datetime) -> dated.AccountLimits:
    """Return the limits in force today (settings: ONEWINDOW_ACCOUNT_LIMITS)."""
    return dated.on(settings.ONEWINDOW_ACCOUNT_LIMITS, clock.local_date(now))


@transaction.atomic
def may_try(*, what: str, who: str, most: int, within: timedelta, now: datetime) -> bool:
    """Count one try and tell whether it is still among the `most` of the time before it.

    A try that is refused is not counted: whoever waits long enough gets in again. Kept in the database, so that every process of
    the site counts together; under a hash, because who tries may be a network address or a phone.
    """
    key = _key(what, who)
    Tries.objects.get_or_create(key=key, defaults={"latest": now})
    row = Tries.objects.select_for_update().get(key=key)
    earliest = (now - within).timestamp()
    recent = [moment for moment in row.moments if moment > earliest]
    if len(recent) >= most:
        return False
    row.moments, row.latest = [*recent, now.timestamp()], now
    row.save(update_fields=["moments", "latest"])
    return True


def tries_left(*, what: str, who: str, most: int, within: timedelta, now: datetime) -> bool:
    """Tell whether a try is still among the `most`, without counting one: where only what fails is counted."""
    moments = Tries.objects.filter(key=_key(what, who)).values_list("moments", flat=True).first() or []
    return len([moment for moment in moments if moment > (now - within).timestamp()]) < most


def require_look_up(*, reference: str, address: str, now: datetime) -> None:
    """Stop whoever asks too often, without an account, how far a case is: only wrong answers count, so a hall full of people may ask.

    Raises: TooManyLookUps.
    """
    held = limits(now)
    by_address = tries_left(what="look-up", who=address, most=held.log_ins, within=_MINUTE, now=now)
    if not by_address or not tries_left(what="look-up-of", who=reference, most=held.code_tries, within=held.code_lock, now=now):
        raise TooManyLookUps(minutes=int(held.code_lock.total_seconds() // 60))


def missed_look_up(*, reference: str, address: str, now: datetime) -> None:
    """Count a reference that was asked for with a telephone that is not its own, or that does not exist."""
    held = limits(now)
    may_try(what="look-up", who=address, most=held.log_ins, within=_MINUTE, now=now)
    may_try(what="look-up-of", who=reference, most=held.code_tries, within=held.code_lock, now=now)


@transaction.atomic
def give_back(*, what: str, who: str, now: datetime) -> None:
    """Take back the try that was counted at this moment: it failed for a reason of ours."""
    key = _key(what, who)
    row = Tries.objects.select_for_update().filter(key=key).first()
    if row is not None and now.timestamp() in row.moments:
        row.moments.remove(now.timestamp())
        row.save(update_fields=["moments"])


def _key(what: str, who: str) -> str:
    return hashlib.sha256(f"{what}\x00{who}\x00{settings.SECRET_KEY}".encode()).hexdigest()


def forget_tries(*, now: datetime) -> int:
    """Remove what no limit looks at any more, and help that was offered and not begun."""
    Assistance.objects.filter(begun_at=None, offered_at__lt=now - FORGOTTEN_AFTER).delete()
    return Tries.objects.filter(latest__lt=now - FORGOTTEN_AFTER).delete()[0]


@transaction.atomic
def open_account(*, phone: str, email: str, name: str, password: str, language: str, actor: Actor, now: datetime) -> UUID:
    """Open an account of somebody who has proven this phone or e-mail, and return its id. Raises: Forbidden, AccountExists."""
    permissions.require(actor, "identity.open-account")
    if phone and User.objects.filter(phone=phone).exists():
        raise AccountExists
    if email and User.objects.filter(email__iexact=email).exists():
        raise AccountExists
    user = User.objects.create(
        username=f"u{secrets.token_hex(8)}",  # nobody needs to remember it: people log in by phone or e-mail
        phone=phone,
        email=email.lower(),
        display_name={"zh": name},
        language=language,
        password=make_password(password),
    )
    Person.objects.create(user=user, facts={"phone": phone} if phone else {})
    proofs.add(user_id=user.id, method="phone" if phone else "email", source="one-time-code", now=now)
    audit.record(actor=actor, action="identity.open-account", subject_kind="user", subject_id=user.id, at=now)
    return user.id


@transaction.atomic
def end_sessions(*, user_id: UUID | None, actor: Actor, now: datetime) -> int:
    """Log an account out of every browser, or everybody where none is named, and tell how many sessions ended. It counts at once.

    Raises: Forbidden.
    """
    permissions.require(actor, "identity.disable-user", user_id)
    rows = UserSession.objects.filter(user_id=user_id) if user_id else UserSession.objects.all()
    held = rows.values_list("session_key", flat=True)
    ended = (Session.objects.filter(session_key__in=list(held)) if user_id else Session.objects.all()).delete()[0]
    rows.delete()
    audit.record(actor=actor, action="identity.end-sessions", subject_kind="user", subject_id=user_id or "all", at=now)
    return ended


@transaction.atomic
def set_password(*, user_id: UUID, password: str, actor: Actor, now: datetime) -> None:
    """Give one's own account a new password. Raises: Forbidden, NotFound."""
    permissions.require(actor, "identity.set-password", user_id)
    if not User.objects.filter(pk=user_id, is_active=True).update(password=make_password(password)):
        raise NotFound(kind="user", id=user_id)
    audit.record(actor=actor, action="identity.set-password", subject_kind="user", subject_id=user_id, at=now)
