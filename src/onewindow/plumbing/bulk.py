"""Reading and inserting rows with little ceremony, for the path that citizens wait for together: filing.

The ORM takes longer to prepare the statements of a filing than the database takes to keep its rows. Only plain
statements on our own tables stand here; everything else goes through the ORM. `bench/submit.py` measures the difference.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Literal, TypeVar
from uuid import UUID

from django.db import connection, models

from onewindow.plumbing.sealing.fields import SealedField

Convert = Callable[[Any], Any]
Row = TypeVar("Row", bound=models.Model)


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model in the caller's transaction. Keys that the database gives are not read back."""
    if rows:
        insert_values(type(rows[0]), [row.__dict__ for row in rows])


def insert_values(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows given as {attribute: value}, every attribute but the key that the database gives."""
    if not rows:
        return
    vendor = connection.vendor
    statement, pick, converters, seals = _insertion(model, vendor)
    values = [_outward(_sealed(pick(row), seals), converters) for row in rows]
    with connection.cursor() as cursor:
        if vendor == "sqlite":
            cursor.executemany(statement, values)
            return
        marks = statement[statement.index("VALUES ") + len("VALUES ") :]  # over a network one statement is one wait
        cursor.execute(statement + f", {marks}" * (len(values) - 1), [value for row in values for value in row])


def insert_unless_there(row: models.Model) -> bool:
    """Insert one row and tell whether it is new. One statement: it waits for a neighbour's uncommitted twin and then yields."""
    statement, pick, converters, seals = _insertion(type(row), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ON CONFLICT DO NOTHING", _outward(_sealed(pick(row.__dict__), seals), converters))
        return bool(cursor.rowcount == 1)


def select(
    model: type[Row], where: str, parameters: Sequence[Any], *, only: tuple[str, ...] = (), lock: Literal["", "update", "share"] = ""
) -> list[Row]:
    """Return the rows of one model. `where` is SQL of ours with %s marks, a UUID goes in as it is.

    `lock` keeps the rows from being changed until the transaction ends, and with “update” from being locked by others.
    With `only` the other attributes are left in the database; the key is always read.
    """
    vendor = connection.vendor
    statement, names, converters = _selection(model, only, vendor)
    ending = f" FOR {lock.upper()}" if lock and vendor != "sqlite" else ""  # SQLite has one writer
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} WHERE {where}{ending}", _given(parameters, vendor))
        rows = cursor.fetchall()
    return [model.from_db(connection.alias, names, _inward(row, converters)) for row in rows]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows to read: as the parameters of `select`."""

    model: type[models.Model]
    where: str
    parameters: Sequence[Any]
    only: tuple[str, ...] = ()
    lock: Literal["", "update", "share"] = ""


def select_together(*wanted: Wanted) -> list[list[Any]]:
    """Return the rows of several selections, in their order; over a network they are one wait."""
    if connection.vendor == "sqlite":
        return [select(want.model, want.where, want.parameters, only=want.only, lock=want.lock) for want in wanted]
    made = [_selection(want.model, want.only, connection.vendor) for want in wanted]
    locks = [f" FOR {want.lock.upper()}" if want.lock else "" for want in wanted]
    parts = [f"{statement} WHERE {want.where}{lock}" for (statement, _, _), want, lock in zip(made, wanted, locks, strict=True)]
    found = []
    with connection.cursor() as cursor:
        cursor.execute("; ".join(parts), [value for want in wanted for value in want.parameters])
        for (_, names, converters), want in zip(made, wanted, strict=True):
            found.append([want.model.from_db(connection.alias, names, _inward(row, converters)) for row in cursor.fetchall()])
            cursor.nextset()
    return found


def update(model: type[models.Model], changes: Mapping[str, Any], where: str, parameters: Sequence[Any], *, row: Sequence[Any] = ()) -> int:
    """Change rows of one model, {attribute: new value}, and tell how many. `where` as in `select`.

    `row` says which row it is, as the seals of its fields are bound to it.
    """
    vendor = connection.vendor
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in changes]
    sets = ", ".join(f'"{field.column}" = %s' for field in fields)
    convert = [_to_database(field, vendor) or _as_it_is for field in fields]
    values = [
        field.closed(value, row) if isinstance(field, SealedField) else value for field, value in zip(fields, changes.values(), strict=True)
    ]
    given = [turn(value) for turn, value in zip(convert, values, strict=True)]
    with connection.cursor() as cursor:
        statement = f'UPDATE "{model._meta.db_table}" SET {sets} WHERE {where}'  # noqa: S608  (our own names; values are parameters)
        cursor.execute(statement, [*given, *_given(parameters, vendor)])
        return int(cursor.rowcount)


def _given(parameters: Sequence[Any], vendor: str) -> list[Any]:
    return [value.hex if vendor == "sqlite" and isinstance(value, UUID) else value for value in parameters]


def _outward(values: Sequence[Any], converters: Sequence[tuple[int, Convert]]) -> list[Any]:
    row = list(values)
    for place, convert in converters:
        if row[place] is not None:
            row[place] = convert(row[place])
    return row


_inward = _outward


Seals = tuple[tuple[int, SealedField, tuple[int, ...]], ...]


def _sealed(values: tuple[Any, ...], seals: Seals) -> tuple[Any, ...] | list[Any]:
    """Seal what is sealed, each value for its row."""
    if not seals:
        return values
    row = list(values)
    for place, field, bound in seals:
        row[place] = field.closed(row[place], [values[other] for other in bound])
    return row


@lru_cache(maxsize=64)
def _insertion(model: type[models.Model], vendor: str) -> tuple[str, Convert, tuple[tuple[int, Convert], ...], Seals]:
    """Return the statement, what picks the attributes, how values are brought into the database's form, and which are sealed."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: S608  (names of our own tables)
    names = [field.attname for field in fields]
    pick: Convert = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    converters = ((place, _to_database(field, vendor)) for place, field in enumerate(fields))
    seals = tuple(
        (place, field, tuple(names.index(name) for name in field.bound))
        for place, field in enumerate(fields)
        if isinstance(field, SealedField)
    )
    return statement, pick, tuple((place, convert) for place, convert in converters if convert is not None), seals


@lru_cache(maxsize=64)
def _selection(model: type[models.Model], only: tuple[str, ...], vendor: str) -> tuple[str, list[str], tuple[tuple[int, Convert], ...]]:
    """Return the statement without its condition, the attributes, and how values are brought into Python's form."""
    fields = [field for field in model._meta.concrete_fields if not only or field.primary_key or field.attname in only]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    converters = ((place, _from_database(field, vendor)) for place, field in enumerate(fields))
    kept = tuple((place, convert) for place, convert in converters if convert is not None)
    statement = f'SELECT {columns} FROM "{model._meta.db_table}"'  # noqa: S608  (our own names)
    return statement, [field.attname for field in fields], kept


def _to_database(field: "models.Field[Any, Any]", vendor: str) -> Convert | None:
    field = _target(field)
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.UUIDField) and vendor == "sqlite":
        return _hex
    if isinstance(field, models.DateTimeField):
        return lru_cache(maxsize=16)(connection.ops.adapt_datetimefield_value)  # the rows of an act share its moment
    if isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    return _plain if isinstance(field, models.CharField) else None


def _from_database(field: "models.Field[Any, Any]", vendor: str) -> Convert | None:
    field = _target(field)
    if isinstance(field, models.JSONField):
        return json.loads
    if vendor == "sqlite" and isinstance(field, models.UUIDField):
        return UUID
    if vendor == "sqlite" and isinstance(field, models.DateTimeField):
        return _moment
    return None


def _target(field: "models.Field[Any, Any]") -> "models.Field[Any, Any]":
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def _as_it_is(value: Any) -> Any:
    return value


def _json(value: Any) -> str:
    """A plan brings its own text: most of it is the same for many cases."""
    return getattr(value, "json_text", None) or json.dumps(value)


def _hex(value: UUID) -> str:
    return value.hex


def _moment(value: datetime) -> datetime:
    """SQLite keeps moments without their zone."""
    return value.replace(tzinfo=UTC)


def _plain(value: str) -> str:
    """States are enumerations of text: a driver wants the text."""
    return value if type(value) is str else str(value)
