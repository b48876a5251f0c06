"""Inserting many rows with little ceremony: the ORM's own way takes longer to prepare the rows of a filing than the database to keep them."""

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
        cursor.executemany(statement, [tuple([convert(getattr(row, name)) for name, convert in fields]) for row in rows])


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], vendor: str) -> tuple[str, tuple[tuple[str, Convert], ...]]:
    """Return the statement and, for each column, the attribute and how its value is brought into the database's form."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: S608  (names of our own tables)
    return statement, tuple((field.attname, _converter(field, vendor)) for field in fields)


def _converter(field: "models.Field[Any, Any]", vendor: str) -> Convert:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    ops = connection.ops
    if isinstance(field, models.JSONField):
        return lambda value: None if value is None else json.dumps(value)
    if isinstance(field, models.UUIDField) and vendor == "sqlite":
        return lambda value: None if value is None else value.hex
    if isinstance(field, models.DateTimeField):
        return lambda value: ops.adapt_datetimefield_value(value)
    if isinstance(field, models.DateField):
        return lambda value: ops.adapt_datefield_value(value)
    return lambda value: str(value) if type(value) is not str and isinstance(value, str) else value
