"""Inserting many rows with little ceremony.

The ORM's own way takes longer to prepare the rows of a filing than the database takes to keep them.
"""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

Convert = Callable[[Any], Any]


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model in the caller's transaction. Keys that the database gives are not read back."""
    if not rows:
        return
    statement, fields = _plan(type(rows[0]), connection.vendor)
    with connection.cursor() as cursor:
        cursor.executemany(statement, [_values(row.__dict__, fields) for row in rows])


def _values(row: dict[str, Any], fields: Sequence[tuple[str, Convert | None]]) -> list[Any]:
    return [row[name] if convert is None or row[name] is None else convert(row[name]) for name, convert in fields]


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], vendor: str) -> tuple[str, tuple[tuple[str, Convert | None], ...]]:
    """Return the statement and, for each column, the attribute and how its value is brought into the database's form."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: S608  (names of our own tables)
    return statement, tuple((field.attname, _converter(field, vendor)) for field in fields)


def _converter(field: "models.Field[Any, Any]", vendor: str) -> Convert | None:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.UUIDField) and vendor == "sqlite":
        return _hex
    if isinstance(field, models.DateTimeField):
        return lru_cache(maxsize=16)(connection.ops.adapt_datetimefield_value)  # the rows of an act share its moment
    if isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    return _plain if isinstance(field, models.CharField) else None


def _json(value: Any) -> str:
    """A plan brings its own text: most of it is the same for many cases."""
    return getattr(value, "json_text", None) or json.dumps(value)


def _hex(value: Any) -> str:
    return str(value.hex)


def _plain(value: str) -> str:
    """States are enumerations of text: a driver wants the text."""
    return value if type(value) is str else str(value)
