"""Writes: grants, how much of them is used, and the consents of people."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from onewindow.domain import events
from onewindow.domain.catalogue.model import Catalogue
from onewindow.domain.errors import NotFound
from onewindow.domain.exchange import grants as rules
from onewindow.modules.exchange.errors import GrantRefused, NotGranted, QuotaSpent
from onewindow.modules.exchange.models import Consent, Grant, QuotaUse
from onewindow.modules.exchange.owners import owner_of
from onewindow.modules.exchange.permissions import Kept
from onewindow.plumbing import audit, bulk, clock, outbox, permissions
from onewindow.plumbing.actors import Actor

_DECISIVE = ("resource", "organisation", "fields", "purposes", "services", "from_date", "until_date", "a_day", "an_officer_a_day")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be asked now: the fields, and under which grants."""

    fields: tuple[str, ...]
    grants: tuple[Grant, ...]


@transaction.atomic
def load_grants(*, grants: Iterable[Mapping[str, Any]], actor: Actor, now: datetime) -> int:
    """Write grants that stand in a file, all or none; one that is there already stays. Return how many are new.

    Shape: {resource, organisation, fields, purposes, services?, legal_basis?, from, until?, a_day?, an_officer_a_day?}.
    Raises: Forbidden, GrantRefused.
    """
    permissions.require(actor, "exchange.load")
    rows = [_read(place, row) for place, row in enumerate(grants, start=1)]
    new = 0
    for row in rows:
        same = Grant.objects.filter(resource=row["resource"], organisation=row["organisation"], revoked_at=None)
        if not any(all(getattr(old, name) == value for name, value in row.items()) for old in same):
            made = Grant.objects.create(**row, granted_at=now, granted_by=actor.id)
            audit.record(actor=actor, action="exchange.grant", subject_kind="grant", subject_id=made.pk, at=now, details=_told(made))
            new += 1
    return new


@transaction.atomic
def revoke_grant(*, grant_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """End a grant: the next question under it is not asked any more. Raises: NotFound, Forbidden."""
    row = Grant.objects.select_for_update().filter(pk=grant_id, revoked_at=None).first()
    permissions.require(actor, "exchange.revoke", Kept(owner_of(row.resource) if row else "", grant_id))
    if row is None:
        raise NotFound(kind="grant", id=grant_id)
    row.revoked_at, row.revoked_by, row.revocation = now, actor.id, reason[:500]
    row.save(update_fields=["revoked_at", "revoked_by", "revocation"])
    audit.record(actor=actor, action="exchange.revoke", subject_kind="grant", subject_id=row.pk, at=now, details=_told(row))
    outbox.record(events.GrantRevoked(at=now, grant_id=row.pk, resource=row.resource, organisation=row.organisation), at=now)


def held_on(resource: str) -> bulk.Wanted:
    """Return how to read the grants in force, in the caller's transaction: who revokes one waits until it has ended."""
    return bulk.Wanted(Grant, "resource = %s AND revoked_at IS NULL", [resource], only=_DECISIVE, lock="share")


def in_whose_name(actor: Actor, *, purpose: str, subject_kind: str, services: Collection[str], described: Catalogue | None) -> rules.Asking:
    """Return the organisations in whose name somebody asks: only what is granted to one of them may be asked (ADR 10).

    An officer at a desk asks in the name of the organisations of their posts, for the services that are named. Forms, the platform
    itself, people about themselves and whoever sits at the one window ask in the name of the service centre for all of them, and of
    every organisation for those it keeps.
    """
    asking: dict[str, Collection[str]] = {}
    at_a_desk = actor.is_officer and (subject_kind == "case" or purpose in rules.AT_A_DESK)
    if not at_a_desk or actor.hats_of("window"):
        known = described.services if described else {}
        keepers = {name: known[name].organisation for name in services if name in known}
        asking.update(rules.for_forms(services, keepers=keepers, centre=settings.ONEWINDOW_SERVICE_CENTRE))
    if at_a_desk:
        asking.update({hat.organisation: services for hat in actor.hats_of("officer", "supervisor")})
    return asking


def allowed(
    held: Collection[Grant], *, resource: str, fields: Collection[str], purpose: str, asking: rules.Asking, now: datetime
) -> Allowed:
    """Return what of the fields is granted to those in whose name it is asked. Raises: NotGranted where nothing is."""
    of = {str(row.pk): row for row in held}
    given = rules.by_field([_rule(row) for row in held], fields=fields, purpose=purpose, asking=asking, today=clock.local_date(now))
    if not given:
        raise NotGranted(resource=resource, purpose=purpose)
    return Allowed(tuple(given), tuple(of[key] for key in dict.fromkeys(grant.id for grant in given.values())))


def count(grants: Collection[Grant], *, actor: Actor, now: datetime) -> None:
    """Count one record against the quotas of the day, in the caller's transaction. Raises: QuotaSpent."""
    today = clock.local_date(now)
    for grant in sorted(grants, key=lambda grant: grant.pk):  # always in the same order: nobody waits for somebody who waits for them
        most = {} if grant.a_day is None else {"": grant.a_day}
        if actor.kind == "officer":
            most[str(actor.id)] = grant.an_officer_a_day
        taken = _take(grant.pk, today, most) if most else set()
        for who in most.keys() - taken:
            raise QuotaSpent(resource=grant.resource, most=most[who], whose="officer" if who else "grant", grant=str(grant.pk))


@transaction.atomic
def tell_spent(error: QuotaSpent, *, actor: Actor, now: datetime) -> None:
    """Say that a quota is spent, once a day for each that is counted: whoever owns the data is told."""
    who = str(actor.id) if error.whose == "officer" else ""
    count = QuotaUse.objects.filter(grant=UUID(error.grant), day=clock.local_date(now), who=who, told_at=None)
    if count.update(told_at=now):
        told = {"grant": error.grant, "whose": error.whose, "actor": str(actor.id)}
        audit.record(actor=actor, action="exchange.quota-spent", subject_kind="resource", subject_id=error.resource, at=now, details=told)
        outbox.record(events.QuotaSpent(at=now, grant_id=UUID(error.grant), resource=error.resource, actor_id=actor.id), at=now)


def _take(grant_id: UUID, day: date, most: Mapping[str, int]) -> set[str]:
    """Count one more for each, unless as many as may be were taken already, and tell for whom it was counted.

    One statement, so that nobody slips in between. What is not counted for all is undone with the caller's transaction.
    """
    asked = {who: limit for who, limit in most.items() if limit > 0}
    if not asked:
        return set()
    table = QuotaUse._meta.db_table
    statement = (
        f'INSERT INTO "{table}" ("grant_id", "day", "who", "taken") VALUES {", ".join(["(%s, %s, %s, 1)"] * len(asked))} '  # noqa: S608  (our own table)
        f'ON CONFLICT ("grant_id", "day", "who") DO UPDATE SET "taken" = "{table}"."taken" + 1 '
        f'WHERE "{table}"."taken" < CASE excluded."who" {"WHEN %s THEN %s " * len(asked)}END RETURNING "who"'
    )
    key = grant_id.hex if connection.vendor == "sqlite" else grant_id
    rows = [value for who in asked for value in (key, day, who)]
    limits = [value for pair in asked.items() for value in pair]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*rows, *limits])
        return {who for (who,) in cursor.fetchall()}


# --- consents ---


def give_consents(*, person: UUID, matter: UUID, resources: Collection[str], actor: Actor, now: datetime) -> None:
    """Keep somebody's consents for one matter, in the caller's transaction; one that was given stays. Raises: Forbidden."""
    permissions.require(actor, "exchange.consent", person)
    given = set(Consent.objects.filter(matter=matter, withdrawn_at=None).values_list("resource", flat=True))
    rows = [Consent(person=person, matter=matter, resource=name, given_at=now) for name in resources if name not in given]
    bulk.insert(rows)


def withdraw_consents(*, person: UUID, matter: UUID, resources: Collection[str], actor: Actor, now: datetime) -> None:
    """End consents, in the caller's transaction: a question that is not yet written down is not asked any more. Raises: Forbidden."""
    permissions.require(actor, "exchange.consent", person)
    Consent.objects.filter(matter=matter, resource__in=list(resources), withdrawn_at=None).update(withdrawn_at=now)


def move_consents(*, before: UUID, after: UUID, actor: Actor) -> None:
    """Let the consents for a draft hold for the case that was filed with it, in the caller's transaction. Raises: Forbidden."""
    permissions.require(actor, "exchange.consent", before)
    bulk.update(Consent, {"matter": after}, "matter = %s", [before])


def consents_to(resource: str, matter: UUID) -> bulk.Wanted:
    """Return how to read the consent, in the caller's transaction: who withdraws it waits until it has ended."""
    return bulk.Wanted(Consent, "matter = %s AND resource = %s AND withdrawn_at IS NULL", [matter, resource], ("matter",), lock="share")


def _read(place: int, row: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = {
            "resource": str(row["resource"]),
            "organisation": str(row["organisation"]),
            "fields": sorted(str(name) for name in row["fields"]),
            "purposes": sorted(str(name) for name in row["purposes"]),
            "services": sorted(str(name) for name in row.get("services", ())),
            "legal_basis": str(row.get("legal_basis", "")),
            "from_date": _day(row["from"]),
            "until_date": _day(row["until"]) if row.get("until") else None,
            "a_day": row.get("a_day"),
            "an_officer_a_day": row.get("an_officer_a_day", 100),
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GrantRefused(place=place, what=f"{type(error).__name__} {error}") from None
    if unknown := sorted(set(found["purposes"]) - set(rules.PURPOSES)):
        raise GrantRefused(place=place, what=f"there is no purpose {', '.join(unknown)}; choose among {', '.join(rules.PURPOSES)}")
    if not found["fields"] or not found["purposes"]:
        raise GrantRefused(place=place, what="it names no field or no purpose")
    return found


def _day(value: Any) -> date:
    return value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(str(value))


def _rule(row: Grant) -> rules.Grant:
    return rules.Grant(
        id=str(row.pk),
        organisation=row.organisation,
        fields=frozenset(row.fields),
        purposes=frozenset(row.purposes),
        services=frozenset(row.services),
        from_date=row.from_date,
        until_date=row.until_date,
    )


def _told(row: Grant) -> dict[str, Any]:
    return {"resource": row.resource, "organisation": row.organisation, "fields": row.fields, "purposes": row.purposes}
