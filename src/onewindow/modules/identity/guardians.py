"""Writes: the register of guardians is asked, and what it says begins and ends guardianships here."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from onewindow.domain import codes, guardianship
from onewindow.domain.errors import DomainError
from onewindow.domain.identification import MATCHED
from onewindow.modules.identity import children, proofs, sources
from onewindow.modules.identity.accounts import give_back, may_try
from onewindow.modules.identity.identification import TooManyTries
from onewindow.modules.identity.models import Child, Guardianship, Person
from onewindow.modules.identity.sources import Claimed, SourceSilent, Ward
from onewindow.plumbing import audit, clock, permissions
from onewindow.plumbing.actors import Actor

SOURCE = "guardian-register"
ASKED_A_DAY = 50
RECENT = timedelta(minutes=10)
"""A word as young as this is not asked for again when acting begins."""
CHECKED_EVERY = timedelta(hours=1)
CHECKED_AT_ONCE = 200
PLATFORM = Actor.system("identity.guardians")


class GuardianMustBeKnown(DomainError):
    """The register is asked by a proven number."""

    code = "guardian-level"
    template = (
        "The register of guardians is asked by your own number. First confirm who you are under My account, Who I am; then come back."
    )
    status = 403


class GuardianNotOfAge(DomainError):
    """Nobody is a guardian before they are of age."""

    code = "guardian-age"
    template = "Only somebody who is of age acts for a child. Ask another guardian of the child."
    status = 403


def ask_children(*, actor: Actor, now: datetime) -> int:
    """Ask the register whose guardian the actor is, and return of how many children. What it no longer says ends.

    Call it outside transactions: the network is slow. Raises: Forbidden, GuardianMustBeKnown, GuardianNotOfAge, TooManyTries, SourceSilent.
    """
    permissions.require(actor, "identity.children", actor.id)
    person = _known(actor, now)
    within, who = proofs.identification_rules(now).within, str(actor.id)
    if not may_try(what="ask-children", who=who, most=ASKED_A_DAY, within=within, now=now):
        raise TooManyTries(hours=int(within.total_seconds() // 3600))
    try:
        told = _told(person, actor, now)
    except SourceSilent:
        give_back(what="ask-children", who=who, now=now)
        raise
    return _keep(person.user_id, told, actor, now, asked=True)


def ask_again(*, key: str, actor: Actor, now: datetime) -> None:
    """Ask the register again when acting for a child begins, unless its word is some minutes old. A silent one changes nothing."""
    if not key.startswith(children.KEY) or actor.id is None:
        return
    link = next((ward.link for ward in children.wards(actor.id, now) if f"{children.KEY}{ward.link.pk}" == key), None)
    if link is not None and min(link.told_at, link.checked_at) <= now - RECENT:
        try:
            ask_children(actor=actor, now=now)
        except SourceSilent:
            return


def recheck_guardians(*, now: datetime) -> int:
    """Ask again, for the platform's own job, about whoever may act for a child now; return how many were asked."""
    since = now - proofs.identification_rules(now).guardian_for
    due = Guardianship.objects.filter(ended_at=None, told_at__gt=since, checked_at__lte=now - CHECKED_EVERY)
    people = list(dict.fromkeys(due.order_by("checked_at").values_list("guardian", flat=True)[:CHECKED_AT_ONCE]))
    asked = 0
    for person in Person.objects.filter(pk__in=people):
        if not person.number or proofs.level_of(person.user_id, now) < MATCHED:
            continue
        try:
            told = _told(person, PLATFORM, now)
        except SourceSilent:
            break  # it rests; the next run asks again, and a word that nobody renews ends by the clock
        _keep(person.user_id, told, PLATFORM, now, asked=False)
        asked += 1
    return asked


def _told(person: Person, actor: Actor, now: datetime) -> tuple[Ward, ...]:
    claimed = Claimed(str(person.facts["full-name"]), person.number)
    return sources.guardians().children_of(claimed, user_id=person.user_id, actor=actor, now=now)


@transaction.atomic
def _keep(user_id: UUID, told: Collection[Ward], actor: Actor, now: datetime, *, asked: bool) -> int:
    """Keep what the register said of one guardian, and end what it did not say. `asked`: by the guardian, who may act again now."""
    Person.objects.select_for_update().get(pk=user_id)
    today = clock.local_date(now)
    held = {link.child.number: link for link in Guardianship.objects.filter(guardian=user_id, ended_at=None).select_related("child")}
    minors = {ward.resident_id: ward for ward in told if not guardianship.of_age(codes.birth_date(ward.resident_id), today)}
    for number in held.keys() - minors.keys():
        held[number].ended_at = now
        held[number].save(update_fields=["ended_at"])
        _note("identity.end-guardianship", held[number], actor, now)
    for number in held.keys() & minors.keys():
        held[number].checked_at = now
        held[number].told_at = now if asked else held[number].told_at
        held[number].save(update_fields=["checked_at", "told_at"])
    if asked:  # what nobody asked for does not begin
        for number in minors.keys() - held.keys():
            _begin(user_id, minors[number], actor, now)
    return len(minors)


def _begin(user_id: UUID, ward: Ward, actor: Actor, now: datetime) -> None:
    child = Child.objects.filter(number=ward.resident_id).first() or Child(number=ward.resident_id)
    if child.name != ward.name:
        child.name = ward.name
        child.save()
    link = Guardianship.objects.create(guardian_id=user_id, child=child, source=SOURCE, told_at=now, checked_at=now)
    _note("identity.add-guardianship", link, actor, now)


def _note(action: str, link: Guardianship, actor: Actor, now: datetime) -> None:
    details = {"guardian": str(link.guardian_id), "child": str(link.child_id), "source": link.source}
    audit.record(actor=actor, action=action, subject_kind="guardianship", subject_id=link.pk, at=now, details=details)


def _known(actor: Actor, now: datetime) -> Person:
    """Return the person behind an account that is known for sure and of age. Raises: GuardianMustBeKnown, GuardianNotOfAge."""
    person = proofs.known_person(actor.id, now)
    if person is None:
        raise GuardianMustBeKnown
    if children.is_minor(person.facts, now):
        raise GuardianNotOfAge
    return person
