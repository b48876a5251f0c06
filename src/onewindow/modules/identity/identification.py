"""Writes of who somebody is: compared with the population source, or seen at the window."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from onewindow.domain import codes, events
from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.identification import MATCHED, same_name
from onewindow.modules.identity import proofs, sources
from onewindow.modules.identity.accounts import give_back, may_try
from onewindow.modules.identity.models import Child, NationalIdentity, Person, User, VisitCode
from onewindow.modules.identity.sources import Claimed, SourceSilent
from onewindow.plumbing import audit, outbox, permissions
from onewindow.plumbing.actors import Actor

NUMBERS = "0123456789"


class NumberRefused(DomainError):
    """This is no resident number."""

    code = "identity-number"
    template = "This is not a resident ID number. Write the 18 characters of the card; the last may be X."


class NameMissing(DomainError):
    """Nobody is found without a name."""

    code = "identity-name"
    template = "The name is missing. Write it as it stands on the card."


class NotMatched(DomainError):
    """The register does not have this person so; what differs is not told."""

    code = "identity-not-matched"
    template = (
        "Name, number and the phone of your account together are not in the register. Compare them with your card; "
        "if they are right, come to the counter with it: there it is done in a minute."
    )


class NoPhone(DomainError):
    """Name and number alone are known to too many people."""

    code = "identity-no-phone"
    template = "Your account has no proven phone, and name and number alone are no proof. Come to the counter with your card."


class TooManyTries(DomainError):
    """Somebody guesses, or mistypes."""

    code = "identity-tries"
    template = "This was tried too often. Try again after {hours} hours, or come to the counter with your card: there no limit holds."
    status = 429


class IdentityTaken(DomainError):
    """One identity belongs to one account."""

    code = "identity-taken"
    template = (
        "There is another account with this identity. Log in with that one; if you cannot, or if it is not yours, "
        "come to the counter with your card: there it moves to this account."
    )
    status = 409


class SomebodyElse(DomainError):
    """An account is one person's."""

    code = "identity-somebody-else"
    template = "This account is confirmed as another person already. Make an account of your own, or come to the counter with your card."
    status = 409


class CodeUnknown(DomainError):
    """No account shows this code now."""

    code = "visit-code"
    template = "No account shows the code {code} now. Ask for the code on the person's own screen; it is good for some minutes."


class TypedDifferently(DomainError):
    """The second look did not say what the first one said."""

    code = "identity-second-look"
    template = "The two readings of the number differ. Look at the card once more, and type the number twice."


class OneselfRefused(DomainError):
    """Nobody confirms themselves."""

    code = "identity-oneself"
    template = "Nobody confirms themselves at the window. Ask a colleague."
    status = 403


def match_person(*, name: str, resident_id: str, actor: Actor, now: datetime) -> None:
    """Compare name, number and the account's proven phone with the population source; where all agree the account is level 2.

    Call it outside transactions: the network is slow. Whatever differs, the answer is the same.
    Raises: Forbidden, NameMissing, NumberRefused, NoPhone, SomebodyElse, TooManyTries, SourceSilent, NotMatched, IdentityTaken.
    """
    permissions.require(actor, "identity.identify", actor.id)
    user = User.objects.filter(pk=actor.id, is_active=True).first() if actor.id else None
    if user is None:
        raise NotFound(kind="user", id=actor.id)
    claimed = Claimed(name=_name(name), resident_id=_number(resident_id), phone=user.phone)
    _require_not_another(user.id, claimed.resident_id, now)
    if not claimed.phone:
        raise NoPhone
    _count(user.id, claimed.resident_id, now)
    try:
        agrees = sources.population().agrees(claimed, user_id=user.id, actor=actor, now=now)
    except SourceSilent:
        _give_back(user.id, claimed.resident_id, now)
        raise
    if not agrees:
        raise NotMatched
    with transaction.atomic():
        _identify(user, claimed, method="register", source="population-register", actor=actor, now=now)


@transaction.atomic
def make_visit_code(*, actor: Actor, now: datetime) -> str:
    """Return a code by which an officer at the window finds one's account; the one before ends. Raises: Forbidden."""
    permissions.require(actor, "identity.identify", actor.id)
    code = "".join(secrets.choice(NUMBERS) for _ in range(8))
    kept = {"hash": _digest(code), "expires_at": now + proofs.identification_rules(now).code_life}
    VisitCode.objects.update_or_create(user_id=actor.id or UUID(int=0), defaults=kept)
    audit.record(actor=actor, action="identity.make-visit-code", subject_kind="user", subject_id=str(actor.id), at=now)
    return code


def confirm_in_person(*, code: str, name: str, resident_id: str, again: str, moves: bool = False, actor: Actor, now: datetime) -> UUID:
    """Confirm at the window whom the officer sees: level 3. The number is read from the card twice.

    `moves` takes the identity from an account that has it, for somebody who lost it. Returns the account's id.
    Raises: Forbidden, TooManyTries, CodeUnknown, OneselfRefused, NameMissing, NumberRefused, TypedDifferently, NotMatched,
    SomebodyElse, IdentityTaken.
    """
    permissions.require(actor, "identity.confirm-in-person")
    claimed = Claimed(name=_name(name), resident_id=_number(resident_id))
    if _number(again) != claimed.resident_id:
        raise TypedDifferently
    user = _shown(code, actor, now)
    if user.pk == actor.id:
        raise OneselfRefused
    _require_not_another(user.id, claimed.resident_id, now)
    try:
        known = sources.population().agrees(claimed, user_id=user.id, actor=actor, now=now)
    except SourceSilent:
        known = True  # the card is in the officer's hand; that nobody compared it stands in the proof's source
        source = "identity-card"
    else:
        source = "identity-card, population-register"
    if not known:
        raise NotMatched
    with transaction.atomic():
        if moves:
            _take_from_others(user, claimed.resident_id, actor, now)
        _identify(user, claimed, method="window", source=source, actor=actor, now=now)
        VisitCode.objects.filter(user=user).delete()
    return user.id


def expire_proofs(*, now: datetime) -> int:
    """End the proofs whose time is over, for the platform's own job; return of how many people."""
    with transaction.atomic():
        return proofs.expire(now)


def _identify(user: User, claimed: Claimed, *, method: str, source: str, actor: Actor, now: datetime) -> None:
    person = _person(user)
    facts = {**person.facts, "full-name": claimed.name, "resident-id": claimed.resident_id}
    name(person, {**facts, "phone": user.phone} if user.phone else facts)
    proofs.add(user_id=user.id, method=method, source=source, now=now, by=actor.id if actor.id != user.id else None)
    come_home(claimed.resident_id, user.id, now)
    details = {"method": method, "source": source}
    audit.record(actor=actor, action="identity.identify", subject_kind="user", subject_id=user.id, at=now, details=details)


def name(person: Person, facts: Mapping[str, Any]) -> None:
    """Write down who somebody is, by facts with a number. Raises: IdentityTaken where another account has it."""
    number = str(facts["resident-id"])
    if Person.objects.filter(number=number).exclude(pk=person.pk).exists():
        raise IdentityTaken
    person.facts, person.number = dict(facts), number
    try:
        with transaction.atomic():
            person.save(update_fields=["facts", "number"])
    except IntegrityError:  # somebody was faster by a moment
        raise IdentityTaken from None


def come_home(number: str, user_id: UUID, now: datetime) -> None:
    """Say that somebody for whom guardians filed has an account of their own now; in the caller's transaction."""
    child = Child.objects.filter(number=number).first()
    if child is not None:
        outbox.record(events.PartyMoved(at=now, before=child.pk, after=user_id), at=now)


def _take_from_others(user: User, number: str, actor: Actor, now: datetime) -> None:
    """Take an identity from the account that has it: what was proven there is no longer, what it filed stays its own."""
    for person in Person.objects.select_for_update().filter(number=number).exclude(pk=user.pk):
        person.facts = {key: value for key, value in person.facts.items() if key == "phone"}
        person.number = ""
        person.save(update_fields=["facts", "number"])
        proofs.end_all(person.user_id, now, least=MATCHED)
        NationalIdentity.objects.filter(user_id=person.user_id).delete()  # it follows the person, who may link it to this account
        audit.record(
            actor=actor, action="identity.move", subject_kind="user", subject_id=person.user_id, at=now, details={"to": str(user.id)}
        )


def _person(user: User) -> Person:
    Person.objects.get_or_create(user=user)
    return Person.objects.select_for_update().get(user=user)


def _require_not_another(user_id: UUID, number: str, now: datetime) -> None:
    """Raises: SomebodyElse where the account is proven to be somebody with another number, or an officer's login name is shared."""
    person = Person.objects.filter(pk=user_id).first()
    known = str((person.facts if person else {}).get("resident-id", ""))
    if known and known != number and proofs.level_of(user_id, now) >= MATCHED:
        raise SomebodyElse


def visited(code: str, actor: Actor, now: datetime) -> UUID:
    """Return whose screen shows a code at the window, once: it is used up. Raises: TooManyTries, CodeUnknown."""
    user = _shown(code, actor, now)
    VisitCode.objects.filter(user=user).delete()
    return user.pk


def _shown(code: str, actor: Actor, now: datetime) -> User:
    """Return whose screen shows a code; an officer who guesses is stopped."""
    if not may_try(what="visit-code", who=str(actor.id), most=20, within=proofs.identification_rules(now).code_life, now=now):
        raise TooManyTries(hours=1)
    typed = "".join(sign for sign in code if sign.isdigit())
    row = VisitCode.objects.filter(hash=_digest(typed), expires_at__gt=now, user__is_active=True).select_related("user").first()
    if row is None:
        raise CodeUnknown(code=typed[:8] or "—")
    return row.user


def _count(user_id: UUID, number: str, now: datetime) -> None:
    rules = proofs.identification_rules(now)
    hours = int(rules.within.total_seconds() // 3600)
    if not may_try(what="identify", who=str(user_id), most=rules.tries_of_an_account, within=rules.within, now=now):
        raise TooManyTries(hours=hours)
    if not may_try(what="identify-number", who=number, most=rules.tries_of_a_number, within=rules.within, now=now):
        raise TooManyTries(hours=hours)


def _give_back(user_id: UUID, number: str, now: datetime) -> None:
    give_back(what="identify", who=str(user_id), now=now)
    give_back(what="identify-number", who=number, now=now)


def _name(text: str) -> str:
    name = " ".join(text.split())[:80]
    if not same_name(name, name):
        raise NameMissing
    return name


def _number(text: str) -> str:
    try:
        return codes.resident_id(text)
    except codes.CodeRefused:
        raise NumberRefused from None


def _digest(code: str) -> str:
    return salted_hmac("onewindow.identity.visit", code, algorithm="sha256").hexdigest()
