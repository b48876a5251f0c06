"""Proofs of who somebody is: added, added up to a level, and ended by the clock."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from onewindow.domain import identification
from onewindow.domain.identification import MATCHED, IdentificationRules
from onewindow.modules.identity.models import Identification, MandateRow, Person, User
from onewindow.plumbing import bulk, clock, sealing


def identification_rules(now: datetime) -> IdentificationRules:
    """Return what each method is worth today (settings: ONEWINDOW_IDENTIFICATION)."""
    return identification.on(settings.ONEWINDOW_IDENTIFICATION, clock.local_date(now))


def old_marks(number: str) -> list[str]:
    """Return the hashes by which mandates were offered to a number before numbers were sealed: one for each secret key known."""
    known = sealing.secrets_known()
    return [salted_hmac("onewindow.identity.number", number, secret=secret, algorithm="sha256").hexdigest() for secret in known]


def offered_to(number: str) -> Q:
    """Return the condition under which a mandate is offered to the person with a number."""
    return Q(receiver_number=number) | Q(receiver_mark__in=old_marks(number))


def waits_for(row: MandateRow, number: str) -> bool:
    """Tell whether a mandate is offered to the person with a number."""
    return bool(number) and (row.receiver_number == number or bool(row.receiver_mark and row.receiver_mark in old_marks(number)))


def holding(now: datetime) -> QuerySet[Identification]:
    """Return the proofs that hold at a moment."""
    return Identification.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), ended_at=None)


def level_of(user_id: UUID | None, now: datetime) -> int:
    """Return how sure it is now who a user is: the highest of the proofs that hold; 0 for nobody."""
    if user_id is None:
        return 0
    users = User._meta.db_table
    mine = f'user_id = %s AND ended_at IS NULL AND EXISTS (SELECT 1 FROM "{users}" u WHERE u.id = user_id AND u.is_active)'  # noqa: S608  (our own table)
    found = bulk.select(Identification, mine, [user_id], only=("level", "expires_at"))
    return max((row.level for row in found if row.expires_at is None or row.expires_at > now), default=0)


def known_person(user_id: UUID | None, now: datetime) -> Person | None:
    """Return the person that a user is proven to be, by a register at least; nothing where it is not sure or the number is not known."""
    person = Person.objects.filter(pk=user_id).first() if user_id else None
    return person if person and person.number and level_of(user_id, now) >= MATCHED else None


def add(*, user_id: UUID, method: str, source: str, now: datetime, by: UUID | None = None, level: int | None = None) -> None:
    """Keep a proof in the place of an older one by the same method, and derive the level anew.

    `level`: what the source itself says it proves; the method is worth no more than the rules say. A surer proof from before stays.
    """
    found = identification_rules(now)
    worth = min(level, found.levels[method]) if level is not None else found.levels[method]
    older = Identification.objects.filter(user_id=user_id, method=method, ended_at=None)
    (older if level is None else older.filter(level__lte=worth)).update(ended_at=now)
    life = found.good_for.get(method)
    Identification.objects.create(
        user_id=user_id, level=worth, method=method, source=source, at=now, by=by, expires_at=now + life if life else None
    )
    derive(user_id, now)


def derive(user_id: UUID, now: datetime) -> None:
    """Write down the level that the proofs give now, with the best one's source and time."""
    best = holding(now).filter(user_id=user_id).order_by("-level", "-at").first()
    Person.objects.filter(user_id=user_id).update(
        proof_level=best.level if best else 0, proof_source=best.source if best else "", proved_at=best.at if best else None
    )


def end_all(user_id: UUID, now: datetime, *, least: int = 0) -> None:
    """End the proofs of a user from a level on."""
    Identification.objects.filter(user_id=user_id, ended_at=None, level__gte=least).update(ended_at=now)
    derive(user_id, now)


def expire(now: datetime) -> int:
    """Lower the kept level of whoever has a proof that ended by the clock; return how many."""
    over = Identification.objects.filter(expires_at__lte=now, ended_at=None)
    users = set(over.values_list("user_id", flat=True))
    over.update(ended_at=now)
    for user_id in users:
        derive(user_id, now)
    return len(users)
