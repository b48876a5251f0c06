"""The rows of a SQLite database as they are stored: a world is built by the first test that needs it, and put back for every other."""

from collections.abc import Callable, Hashable
from typing import Any

from django.apps import apps
from django.db import connection, router

Rows = dict[str, list[tuple[Any, ...]]]
"""Table → its rows, every value as SQLite keeps it."""


_kept: dict[Hashable, Rows] = {}


def once(key: Hashable, build: Callable[[], object]) -> None:
    """Have this world in the database: built at the first call with its key, put back at every other. PostgreSQL builds it each time."""
    if connection.vendor != "sqlite":
        build()
    elif key in _kept:
        insert(_kept[key])
    else:
        before = everything()
        build()
        _kept[key] = added(before)


def everything() -> Rows:
    """Return all rows of all tables."""
    with connection.cursor() as cursor:
        return {table: cursor.execute(_select(table, columns)).fetchall() for table, columns in _tables().items()}


def added(before: Rows) -> Rows:
    """Return the rows that were not there before; nothing that was there may have changed."""
    now = {table: (set(found), found) for table, found in everything().items()}
    assert all(set(found) <= now[table][0] for table, found in before.items()), "rows changed that were there before"
    new = {table: [row for row in found if row not in set(before[table])] for table, (_, found) in now.items()}
    return {table: found for table, found in new.items() if found}


def insert(rows: Rows) -> None:
    """Put rows back."""
    with connection.cursor() as cursor:
        for table, found in rows.items():
            places = ", ".join(["%s"] * len(found[0]))
            cursor.executemany(f'INSERT INTO "{table}" VALUES ({places})', found)  # noqa: S608  (names of our own tables)


def replace(rows: Rows) -> None:
    """Make these tables hold these rows and no others."""
    with connection.cursor() as cursor:
        for table in rows:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  (names of our own tables)
    insert({table: found for table, found in rows.items() if found})


def _tables() -> dict[str, list[str]]:
    """Return the columns of the table of every model that lives here, in the order of the table."""
    models = [model for model in apps.get_models(include_auto_created=True) if router.allow_migrate_model(connection.alias, model)]
    with connection.cursor() as cursor:
        names = sorted({model._meta.db_table for model in models})
        return {name: [column.name for column in connection.introspection.get_table_description(cursor, name)] for name in names}


def _select(table: str, columns: list[str]) -> str:
    # An expression has no declared type: so nothing is converted on the way out, and goes back in as it was.
    listed = ", ".join(f'+"{column}"' for column in columns)
    return f'SELECT {listed} FROM "{table}"'  # noqa: S608  (names of our own tables)
