"""Help at a counter: an officer fills in beside a person, who agrees by a code of their own and confirms by another what is filed.

The officer reaches nothing but what is begun within the help, for an hour at most; both stand in every entry.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from onewindow.domain import codes
from onewindow.domain.errors import DomainError
from onewindow.modules.identity.accounts import limits, may_try
from onewindow.modules.identity.identification import TooManyTries, visited
from onewindow.modules.identity.models import Assistance, Organisation, User
from onewindow.plumbing import audit, courier, permissions, text
from onewindow.plumbing.actors import Actor

LONGEST = timedelta(minutes=60)
AFTER_FILING = timedelta(minutes=10)
"""For the receipt: then the help is over."""
OFFERS_AN_HOUR = 30
HELP_KEY = "help:"


class HelpCodeWrong(DomainError):
    """Not the code, or its time is over."""

    code = "help-code"
    template = "This is not the code, or its time is over. Compare it with the newest message, or have another one sent."


class HelpOver(DomainError):
    """Nobody is helped any more."""

    code = "help-over"
    template = "The help has ended. What was filled in is kept in the person's own drafts; begin again together if they want to go on."
    status = 409


class NotHelpable(DomainError):
    """Nobody helps themselves."""

    code = "help-oneself"
    template = "Nobody helps themselves at the window. Ask a colleague."
    status = 403


class NoWayToReach(DomainError):
    """The account has neither phone nor e-mail."""

    code = "help-no-contact"
    template = (
        "The account has no phone and no e-mail to send a code to. The person takes a code from their own screen: "
        "My account, Who I am, At the counter."
    )


@transaction.atomic
def offer_help(*, contact: str, matter: str, about: Mapping[str, str], actor: Actor, now: datetime) -> UUID:
    """Send the person at the window a code to their phone or e-mail; who tells it, agrees. Return the offer.

    `about`: what the matter is called. Whether the contact has an account, nobody learns.  Raises: Forbidden, TooManyTries.
    """
    permissions.require(actor, "identity.help")
    if not may_try(what="help", who=str(actor.id), most=OFFERS_AN_HOUR, within=timedelta(hours=1), now=now):
        raise TooManyTries(hours=1)
    user = _reached(contact)
    party = None if user is None or user.pk == actor.id else user
    row = Assistance.objects.create(
        officer_id=actor.known_id, organisation=actor.organisation or "", party=party, matter=matter, offered_at=now
    )
    _send(row, party, "help-code", about, now)
    details = {"matter": matter}
    audit.record(actor=actor, action="identity.offer-help", subject_kind="assistance", subject_id=row.pk, at=now, details=details)
    return row.pk


def begin_help(*, offer: UUID, code: str, actor: Actor, now: datetime) -> str:
    """Begin the help whose code the person has told; return the key that the officer's session keeps.

    Raises: Forbidden, TooManyTries, HelpCodeWrong.
    """
    permissions.require(actor, "identity.help")
    row = Assistance.objects.filter(pk=offer, officer=actor.id, begun_at=None).first()
    if row is None or not _is_right(row, code, "", now) or row.party_id is None:
        raise HelpCodeWrong
    with transaction.atomic():
        return _begin(row, actor, now)


def begin_help_shown(*, code: str, matter: str, actor: Actor, now: datetime) -> str:
    """Begin the help by the code that the person shows on their own screen; return the key that the officer's session keeps.

    Raises: Forbidden, TooManyTries, CodeUnknown, NotHelpable.
    """
    permissions.require(actor, "identity.help")
    party = visited(code, actor, now)
    if party == actor.id:
        raise NotHelpable
    with transaction.atomic():
        row = Assistance(officer_id=actor.known_id, organisation=actor.organisation or "", party_id=party, matter=matter, offered_at=now)
        return _begin(row, actor, now)


@transaction.atomic
def ask_to_confirm(*, mark: str, about: Mapping[str, str], actor: Actor, now: datetime) -> None:
    """Send the person a code by which they confirm what is to be filed. `mark` names it as it stands.

    Raises: Forbidden, HelpOver, NoWayToReach.
    """
    permissions.require(actor, "identity.helping")
    row = _current(actor, now)
    party = User.objects.get(pk=row.party_id or UUID(int=0))
    if not (party.phone or party.email):
        raise NoWayToReach
    row.mark = mark
    _send(row, party, "help-confirm", about, now)
    audit.record(actor=actor, action="identity.ask-to-confirm", subject_kind="assistance", subject_id=row.pk, at=now)


def confirm_filing(*, code: str, mark: str, actor: Actor, now: datetime) -> None:
    """Take the person's own code for what is to be filed: the one that was sent for it, or one from their own screen.

    Raises: Forbidden, HelpOver, TooManyTries, HelpCodeWrong.
    """
    permissions.require(actor, "identity.helping")
    row = _current(actor, now)
    if not _is_right(row, code, mark, now) and not _shown_by(row, code, actor, now):
        raise HelpCodeWrong
    with transaction.atomic():
        row.code, row.code_until, row.mark, row.confirmed = "", None, "", mark
        row.save(update_fields=["code", "code_until", "mark", "confirmed"])
        audit.record(actor=actor, action="identity.confirm-declaration", subject_kind="assistance", subject_id=row.pk, at=now)


@transaction.atomic
def close_help(*, actor: Actor, now: datetime) -> None:
    """What the help was for is filed: leave some minutes for the receipt. Raises: Forbidden."""
    permissions.require(actor, "identity.helping")
    Assistance.objects.filter(pk=_of(actor), officer=actor.id, ends_at__gt=now + AFTER_FILING).update(ends_at=now + AFTER_FILING)


@transaction.atomic
def end_help(*, actor: Actor, now: datetime) -> None:
    """End the help; it counts from the next request. Raises: Forbidden."""
    permissions.require(actor, "identity.helping")
    Assistance.objects.filter(pk=_of(actor), officer=actor.id, ended_at=None).update(ended_at=now)
    audit.record(actor=actor, action="identity.end-help", subject_kind="assistance", subject_id=str(actor.assistance), at=now)


def _begin(row: Assistance, actor: Actor, now: datetime) -> str:
    Assistance.objects.filter(officer=actor.id, ended_at=None, begun_at__isnull=False).update(ended_at=now)  # one at a time
    row.begun_at, row.ends_at, row.code, row.code_until = now, now + LONGEST, "", None
    row.save()
    details = {"on_behalf_of": str(row.party_id), "matter": row.matter}
    audit.record(actor=actor, action="identity.begin-help", subject_kind="assistance", subject_id=row.pk, at=now, details=details)
    return f"{HELP_KEY}{row.pk}"


def _current(actor: Actor, now: datetime) -> Assistance:
    row = Assistance.objects.filter(pk=_of(actor), officer=actor.id, ended_at=None, ends_at__gt=now).first()
    if row is None:
        raise HelpOver
    return row


def _of(actor: Actor) -> UUID:
    return actor.assistance or UUID(int=0)


def _reached(contact: str) -> User | None:
    """Return whose phone or e-mail was typed."""
    typed = contact.strip()
    if "@" in typed:
        return User.objects.filter(email__iexact=typed.lower(), is_active=True).first()
    try:
        return User.objects.filter(phone=codes.phone(typed), is_active=True).first()
    except codes.CodeRefused:
        return None


def _send(row: Assistance, party: User | None, template: str, about: Mapping[str, str], now: datetime) -> None:
    """Keep a new code and send it; where there is nobody, nothing is sent and no code is right."""
    code, held = f"{secrets.randbelow(10**6):06d}", limits(now)
    row.code, row.code_until = (_digest(row, code), now + held.code_life) if party else ("", None)
    row.save()
    if party is None:
        return
    office = Organisation.objects.filter(pk=row.organisation).first()
    values = {
        "code": code,
        "minutes": str(int(held.code_life.total_seconds() // 60)),
        "office": text.localised(office.name if office else {}, party.language),
        "about": text.localised(about, party.language),
    }
    letter = courier.Letter(
        template=template, channel="sms" if party.phone else "email", to=party.phone or party.email, values=values, language=party.language
    )
    courier.send(letter=letter, now=now)


def _is_right(row: Assistance, code: str, mark: str, now: datetime) -> bool:
    """Tell whether a code is the one that was sent for this. Counts the try first. Raises: TooManyTries."""
    held = limits(now)
    if not may_try(what="help-code", who=str(row.pk), most=held.code_tries, within=held.code_lock, now=now):
        raise TooManyTries(hours=1)
    live = bool(row.code) and row.code_until is not None and row.code_until > now and row.mark == mark
    return constant_time_compare(_digest(row, _digits(code)), row.code) and live


def _shown_by(row: Assistance, code: str, actor: Actor, now: datetime) -> bool:
    """Tell whether a code stands on the screen of the person who is being helped."""
    try:
        return visited(code, actor, now) == row.party_id
    except DomainError:
        return False


def _digits(code: str) -> str:
    return "".join(sign for sign in code if sign.isdigit())


def _digest(row: Assistance, code: str) -> str:
    return salted_hmac("onewindow.identity.help", f"{row.pk}:{code}", algorithm="sha256").hexdigest()
