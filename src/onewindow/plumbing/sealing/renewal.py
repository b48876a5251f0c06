"""Sealing anew, in small transactions, what still lies under older data keys; then the older keys are retired."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from onewindow.plumbing import audit
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.sealing import keys, texts
from onewindow.plumbing.sealing.fields import SealedField, SealedRow, sealed_fields

AT_ONCE = 200
MOST_AT_A_TURN = 20_000
_JOB = Actor.system("plumbing.seal-anew")
RETIRED_AFTER = timedelta(hours=1)
"""Every process has looked for a newer key long before."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many values of a column lie under older keys."""

    table: str
    column: str
    count: int


def sealed_models() -> Iterator[type[SealedRow]]:
    """Give every model that has sealed fields."""
    yield from (model for model in apps.get_models() if issubclass(model, SealedRow) and sealed_fields(model))


def waiting() -> list[Waiting]:
    """Return what is not yet sealed under the newest key. It reads whole columns."""
    newest = keys.ring().newest
    found = []
    for model in sealed_models():
        for field in sealed_fields(model):
            statement, given = _older(model, field, newest, "count(*)")
            with connection.cursor() as cursor:
                cursor.execute(statement, given)
                count = int(cursor.fetchone()[0])
            if count:
                found.append(Waiting(model._meta.db_table, str(field.column), count))
    for other, column in texts.columns():
        if count := texts.waiting(other, column):
            found.append(Waiting(other._meta.db_table, column.name, count))
    return found


def renew(*, most: int = MOST_AT_A_TURN) -> int:
    """Seal up to so many rows anew under the newest key and tell how many were."""
    newest, done = keys.ring().newest, 0
    for model in sealed_models():
        for field in sealed_fields(model):
            while done < most and (changed := _renew_some(model, field, newest)):
                done += changed
    for other, column in texts.columns():
        done += texts.renew(other, column, most=max(most - done, 0), at_once=AT_ONCE)
    return done


def turn(*, now: datetime) -> int:
    """One turn of the job: seal anew, and retire the keys under which nothing is left. Tells how many rows were sealed."""
    rows = [row for row in keys.rows() if row.retired_at is None]
    if len(rows) < 2:
        return 0
    done = renew()
    # A process that has not yet looked for the newer key may still have sealed under the older one.
    if done < MOST_AT_A_TURN and now - rows[-1].made_at > RETIRED_AFTER and not waiting():
        for row in rows[:-1]:
            with transaction.atomic():
                keys.retire(row.number, now=now)
                audit.record(actor=_JOB, action="keys.retire", subject_kind="data-key", subject_id=row.number, at=now)
    return done


def _renew_some(model: type[SealedRow], field: SealedField, newest: keys.Key) -> int:
    key: Any = model._meta.pk
    quote = connection.ops.quote_name
    statement, given = _older(model, field, newest, quote(key.column), f" LIMIT {AT_ONCE}")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
            found = [row[0] for row in cursor.fetchall()]
        for row in model._default_manager.select_for_update().filter(pk__in=found):
            # All sealed values of the row at once: whoever changes the row waits for these few statements.
            row.save(update_fields=[each.name for each in sealed_fields(model)])
    return len(found)


def _older(model: type[models.Model], field: SealedField, newest: keys.Key, what: str, ending: str = "") -> tuple[str, list[Any]]:
    database: Any = connection
    quote = database.ops.quote_name
    table, column = quote(model._meta.db_table), quote(str(field.column))
    shortest = keys.LEAST_SEALED
    older = f"length({column}) >= {shortest} AND substr({column}, 1, 2) <> %s"
    statement = f"SELECT {what} FROM {table} WHERE {older}{ending}"  # noqa: S608  (our own names)
    return statement, [database.Database.Binary(newest.prefix)]
