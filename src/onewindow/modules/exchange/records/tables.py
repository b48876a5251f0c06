"""The tables in which records lie: made at run time, with names of our own, alike on SQLite and PostgreSQL.

Every column of a table is called by its place in the description (`c3`). Where the key is personal, `k` holds its keyed hash and is the
key instead; `s` holds all personal columns of a record under one seal; `b` the number of the batch that wrote it. The key is an index
made after the records are in: sorting once is cheaper than finding a place for each. Beside each table lies what records were before.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.db import connection

from onewindow.domain.exchange.records import Description

PREFIX = "exchange_records_"
_SQLITE = {
    "text": "TEXT",
    "integer": "INTEGER",
    "number": "REAL",
    "boolean": "INTEGER",
    "date": "INTEGER",
    "moment": "INTEGER",
    "bytes": "BLOB",
}
"""Dates are days, moments microseconds since 1970: SQLite has no type for them, and a number takes a third of the room."""
_POSTGRES = {
    "text": "text",
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "date": "date",
    "moment": "timestamptz",
    "bytes": "bytea",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table. `place`: of which column of the description, none for `k` and `s`."""

    name: str
    type: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns the table of a description has, beside `b`."""

    keys: tuple[Field, ...]
    others: tuple[Field, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.keys + self.others


def layout_of(description: Description) -> Layout:
    """Return where the columns of a description lie."""
    plain = [(column, Field(f"c{place}", column.type, place)) for place, column in enumerate(description.columns) if not column.personal]
    sealed = (Field("s", "bytes"),) if description.personal else ()
    if description.hashed:
        return Layout((Field("k", "bytes"),), tuple(field for _, field in plain) + sealed)
    keys = tuple(field for column, field in plain if column.key)
    return Layout(keys, tuple(field for column, field in plain if not column.key) + sealed)


def new_name(store: int, now: datetime) -> str:
    """Return a name that no table has had; it tells when it was made."""
    return f"{PREFIX}{store}_{int(now.timestamp()):x}_{token_hex(3)}"


def run(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement of ours and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return int(cursor.rowcount)


def create(table: str, layout: Layout) -> None:
    """Make an empty table for records."""
    run(f'CREATE TABLE "{table}" ({_columns(layout, needed=True)}, b integer NOT NULL DEFAULT 1)')


def create_stage(table: str, layout: Layout) -> None:
    """Make a table for a batch, which this connection alone sees: `n` is the number of the row, `gone` says that the record is deleted."""
    run(f'CREATE TEMPORARY TABLE "{table}" ({_columns(layout, needed=False)}, n {_types()["integer"]}, gone {_types()["boolean"]})')


def create_before(table: str, layout: Layout) -> None:
    """Make the table of what records were: the columns that differed, from the batch that wrote them to the one that ended them."""
    counts = f"since integer NOT NULL, until integer NOT NULL, mask {_types()['integer']} NOT NULL"
    run(f'CREATE TABLE "{table}_before" ({_columns(layout, needed=False)}, {counts})')
    run(f'CREATE INDEX "{table}_before_key" ON "{table}_before" ({key_names(layout)})')


def create_key(table: str, layout: Layout) -> None:
    """Make the key. Raises: IntegrityError where two records have the same."""
    run(f'CREATE UNIQUE INDEX "{table}_key" ON "{table}" ({key_names(layout)})')


def analyze(table: str) -> None:
    """Tell PostgreSQL's planner how many rows a table of this connection has: nobody else will."""
    if connection.vendor != "sqlite":
        run(f'ANALYZE "{table}"')


def drop(table: str) -> None:
    """Remove a table with whatever lies in it."""
    run(f'DROP TABLE IF EXISTS "{table}"')


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608  (our own name)
        return int(cursor.fetchone()[0])


def remove_left_over(store: int, kept: str, now: datetime) -> None:
    """Remove the tables of a store that were begun a day ago and never became its table: whoever filled them was killed."""
    for name in connection.introspection.table_names():
        found = re.fullmatch(rf"{PREFIX}{store}_([0-9a-f]+)_[0-9a-f]+", name)
        if found and name != kept and int(found[1], 16) < now.timestamp() - 86_400:
            drop(name)


def key_names(layout: Layout, prefix: str = "") -> str:
    return ", ".join(f"{prefix}{field.name}" for field in layout.keys)


def _columns(layout: Layout, *, needed: bool) -> str:
    types, must = _types(), " NOT NULL" if needed else ""
    keys = [f"{field.name} {types[field.type]}{must}" for field in layout.keys]
    return ", ".join(keys + [f"{field.name} {types[field.type]}" for field in layout.others])


def _types() -> Mapping[str, str]:
    return _SQLITE if connection.vendor == "sqlite" else _POSTGRES
