"""Writes: enterprises that somebody proves to represent, and mandates of both sides."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from onewindow.domain import codes
from onewindow.domain import mandates as rules
from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.identification import same_name
from onewindow.modules.identity import children, guardians, proofs, sources
from onewindow.modules.identity.accounts import give_back, may_try
from onewindow.modules.identity.acting import acting_as, managed, rule_of
from onewindow.modules.identity.identification import NameMissing, NumberRefused, TooManyTries
from onewindow.modules.identity.models import LegalPerson, MandateRow, Person
from onewindow.modules.identity.sources import Claimed, SourceSilent
from onewindow.plumbing import audit, clock, permissions
from onewindow.plumbing.actors import Actor

LONGEST = timedelta(days=3 * 366)
MOST_MATTERS = 100
OFFERS_A_DAY = 30


class MustBeKnown(DomainError):
    """Acting for others begins with being known oneself."""

    code = "mandate-level"
    template = "First confirm who you are (My account, Who I am), at least by the register; then come back here."
    status = 403


class NotOfAge(DomainError):
    """Mandates are for people who are of age."""

    code = "mandate-age"
    template = (
        "Mandates are given and taken by people who are of age. Until your birthday a parent or guardian acts for you: "
        "in their own account, under My account, My children."
    )
    status = 403


class CodeRefused(DomainError):
    """This is no credit code."""

    code = "enterprise-code"
    template = "This is not a unified social credit code. Write the 18 characters of the business licence."


class NotRepresentative(DomainError):
    """The register does not name this person; whom it names is not told."""

    code = "enterprise-not-representative"
    template = (
        "The business register does not name you as the legal representative under this code. Check the code; "
        "if you are not the representative, ask them for a mandate."
    )


class MandateRefused(DomainError):
    """It cannot be offered so."""

    code = "mandate-refused"
    template = "The mandate was not offered. Look at who gives it, as what, and until when."


class MattersMissing(MandateRefused):
    """Nothing is not everything."""

    code = "mandate-matters"
    template = "The mandate was not offered: say for which matters, or for all of them."


class OwnNumber(MandateRefused):
    """Nobody needs a mandate of their own."""

    code = "mandate-own-number"
    template = "The mandate was not offered: this is your own number. Name somebody else."


class DaysRefused(MandateRefused):
    """A mandate has a first and a last day."""

    code = "mandate-days"
    template = "The mandate was not offered: write both days. The last is not before the first, not past, and at most three years away."


class RoleRefused(MandateRefused):
    """People have agents, enterprises have managers and clerks."""

    code = "mandate-role"
    template = "The mandate was not offered: for yourself choose “My agent”, for an enterprise a clerk or a manager."


class TooWide(MandateRefused):
    """Nobody gives more than they have."""

    code = "mandate-too-wide"
    template = (
        "The mandate was not offered: a manager gives clerks no more and no longer than the manager has. Ask the legal representative."
    )


@transaction.atomic
def _keep_enterprise(uscc: str, name: str, actor: Actor, now: datetime) -> UUID:
    kept = {"name": name, "representative_id": actor.id, "source": "business-register", "confirmed_at": now}
    row, _new = LegalPerson.objects.update_or_create(uscc=uscc, defaults=kept)
    audit.record(actor=actor, action="identity.add-enterprise", subject_kind="legal-person", subject_id=row.pk, at=now)
    return row.pk


def add_enterprise(*, uscc: str, actor: Actor, now: datetime) -> UUID:
    """Prove that one is the legal representative of an enterprise, as the business register says; return its id.

    Call it outside transactions: the network is slow. A new representative takes the place of the one before.
    Raises: Forbidden, MustBeKnown, CodeRefused, TooManyTries, SourceSilent, NotRepresentative.
    """
    permissions.require(actor, "identity.mandates", actor.id)
    person = _known(actor, now)
    try:
        code = codes.credit_code(uscc)
    except codes.CodeRefused:
        raise CodeRefused from None
    limits, who = proofs.identification_rules(now), str(actor.id)
    if not may_try(what="enterprise", who=who, most=limits.tries_of_a_number, within=limits.within, now=now):
        raise TooManyTries(hours=int(limits.within.total_seconds() // 3600))
    claimed = Claimed(str(person.facts["full-name"]), str(person.facts["resident-id"]))
    try:
        name = sources.business().represented(code, claimed, user_id=person.user_id, actor=actor, now=now)
    except SourceSilent:
        give_back(what="enterprise", who=who, now=now)
        raise
    if name is None:
        raise NotRepresentative
    return _keep_enterprise(code, name, actor, now)


@transaction.atomic
def offer_mandate(
    *,
    party: UUID,
    role: str,
    receiver_name: str,
    receiver_number: str,
    matters: Collection[str],
    from_date: date,
    until_date: date,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Offer somebody to act for oneself (`party` is one's own id) or for an enterprise; it counts once they accept.

    The receiver is named by name and resident number: nobody learns whether they have an account. No `matters`: all of them.
    Raises: Forbidden, MustBeKnown, NotFound, NumberRefused, NameMissing, MandateRefused, TooManyTries.
    """
    permissions.require(actor, "identity.mandates", actor.id)
    person = _known(actor, now)
    kind = _may_give(party=party, role=role, matters=matters, until=until_date, own=person.user_id, now=now)
    try:
        number = codes.resident_id(receiver_number)
    except codes.CodeRefused:
        raise NumberRefused from None
    if not same_name(receiver_name, receiver_name):
        raise NameMissing
    if number == person.number:
        raise OwnNumber
    if not clock.local_date(now) <= until_date or until_date < from_date or until_date - from_date > LONGEST:
        raise DaysRefused
    within = proofs.identification_rules(now).within
    if not may_try(what="offer-mandate", who=str(person.user_id), most=OFFERS_A_DAY, within=within, now=now):
        raise TooManyTries(hours=int(within.total_seconds() // 3600))
    row = MandateRow.objects.create(
        party=party,
        party_kind=kind,
        role=role,
        matters=sorted(set(matters))[:MOST_MATTERS],
        receiver_name=" ".join(receiver_name.split())[:80],
        receiver_number=number,
        from_date=from_date,
        until_date=until_date,
        offered_at=now,
        offered_by=person.user_id,
    )
    details = {"party": str(party), "role": role, "matters": row.matters, "from": str(from_date), "until": str(until_date)}
    audit.record(actor=actor, action="identity.offer-mandate", subject_kind="mandate", subject_id=row.pk, at=now, details=details)
    return row.pk


@transaction.atomic
def accept_mandate(*, mandate_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a mandate that is offered to the person one is proven to be. Raises: Forbidden, MustBeKnown, NotFound, MandateOver."""
    permissions.require(actor, "identity.mandates", actor.id)
    person = _known(actor, now)
    row = _locked(mandate_id)
    if not proofs.waits_for(row, person.number) or not same_name(row.receiver_name, str(person.facts.get("full-name", ""))):
        raise NotFound(kind="mandate", id=mandate_id)
    _require_open(row, now)
    row.state, row.receiver_id, row.accepted_at = rules.advance(row.state, "accept"), person.user_id, now
    row.receiver_number, row.receiver_mark = person.number, ""
    row.save(update_fields=["state", "receiver", "receiver_number", "receiver_mark", "accepted_at"])
    audit.record(actor=actor, action="identity.accept-mandate", subject_kind="mandate", subject_id=row.pk, at=now)


@transaction.atomic
def end_mandate(*, mandate_id: UUID, actor: Actor, now: datetime) -> None:
    """End a mandate from either side: the giver revokes, the receiver declines or lays it down. It counts from the next request.

    Raises: Forbidden, NotFound, MandateOver.
    """
    permissions.require(actor, "identity.mandates", actor.id)
    row = _locked(mandate_id)
    own = actor.id or UUID(int=0)
    receives = row.receiver_id == own or (row.receiver_id is None and proofs.waits_for(row, _number_of(own, now)))
    if not receives and not _gives(row, own, now):
        raise NotFound(kind="mandate", id=mandate_id)
    act = "decline" if receives and row.state == "offered" else "revoke"
    row.state, row.ended_at, row.ended_by = rules.advance(row.state, act), now, own
    row.save(update_fields=["state", "ended_at", "ended_by"])
    audit.record(actor=actor, action=f"identity.{act}-mandate", subject_kind="mandate", subject_id=row.pk, at=now)


def begin_acting(*, key: str, actor: Actor, now: datetime) -> None:
    """Note that somebody acts for another from now on; whether they may is asked again at every request.

    For a child the register is asked first: call it outside transactions. Raises: Forbidden, NotFound, TooManyTries.
    """
    permissions.require(actor, "identity.mandates", actor.id)
    guardians.ask_again(key=key, actor=actor, now=now)
    found = acting_as(actor.id, key) if actor.id else None
    if found is None or found.on_behalf_of is None:
        raise NotFound(kind="mandate", id=key[:80])
    with transaction.atomic():
        party = found.on_behalf_of.party
        audit.record(actor=found, action="identity.begin-acting", subject_kind="party", subject_id=party, at=now)


def _may_give(*, party: UUID, role: str, matters: Collection[str], until: date, own: UUID, now: datetime) -> str:
    """Return the kind of the party. Raises: NotFound where it is not one's to give for, MandateRefused where it reaches too far."""
    if party == own:
        if role != "agent":
            raise RoleRefused
        return "natural"
    acting = managed(own, party, now)
    if acting is None:
        raise NotFound(kind="enterprise", id=party)
    if role not in {"manager", "clerk"}:
        raise RoleRefused
    if acting.mandate is not None:
        mine = MandateRow.objects.get(pk=acting.mandate)
        if role != "clerk" or until > mine.until_date or not rules.within(matters, mine.matters):
            raise TooWide
    return "legal"


def _gives(row: MandateRow, own: UUID, now: datetime) -> bool:
    """Tell whether a mandate is the actor's to revoke: one's own, an enterprise's by its representative, a clerk's by a manager."""
    if row.party_kind == "natural":
        return row.party == own
    acting = managed(own, row.party, now)
    return acting is not None and (acting.mandate is None or row.role == "clerk")


def _require_open(row: MandateRow, now: datetime) -> None:
    shown = rule_of(row).shown_state(clock.local_date(now))
    if shown != "offered":
        raise rules.MandateOver(state=shown)


def _locked(mandate_id: UUID) -> MandateRow:
    row = MandateRow.objects.select_for_update().filter(pk=mandate_id).first()
    if row is None:
        raise NotFound(kind="mandate", id=mandate_id)
    return row


def _number_of(user_id: UUID, now: datetime) -> str:
    """Return the number of whom a user is proven to be, or an empty text."""
    person = proofs.known_person(user_id, now)
    return person.number if person else ""


def _known(actor: Actor, now: datetime) -> Person:
    """Return the person behind an account that is known for sure and of age. Raises: MustBeKnown, NotOfAge."""
    person = proofs.known_person(actor.id, now)
    if person is None:
        raise MustBeKnown
    if children.is_minor(person.facts, now):
        raise NotOfAge
    return person
