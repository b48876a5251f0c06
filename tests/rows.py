"""The rows of a SQLite database as they are stored: a world is built by the first test that needs it, and put back for every other."""

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, router

Rows = dict[str, list[tuple[Any, ...]]]
"""Table → its rows, every value as SQLite keeps it."""


T = TypeVar("T")
_kept: dict[Hashable, tuple[Rows, Any]] = {}


def once(key: Hashable, build: Callable[[], T]) -> T:
    """Have this world in the database and return what building it returned: built at the first call with its key, put back at every other.

    What stands before it must be the same each time. PostgreSQL builds it each time.
    """
    if connection.vendor != "sqlite":
        return build()
    if key in _kept:
        replace(_kept[key][0])
    else:
        before = everything()
        result = build()
        _kept[key] = {table: found for table, found in everything().items() if found != before[table]}, result
    found: T = _kept[key][1]
    return found


def everything() -> Rows:
    """Return all rows of all tables."""
    with connection.cursor() as cursor:
        return {table: cursor.execute(_select(table, columns)).fetchall() for table, columns in _tables().items()}


def replace(rows: Rows) -> None:
    """Make these tables hold these rows and no others."""
    with connection.cursor() as cursor:
        for table, found in rows.items():
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  (names of our own tables)
            if found:
                places = ", ".join(["%s"] * len(found[0]))
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({places})', found)  # noqa: S608  (as above)


@cache
def _tables() -> dict[str, list[str]]:
    """Return the columns of the table of every model that lives here, in the order of the table."""
    models = [model for model in apps.get_models(include_auto_created=True) if router.allow_migrate_model(connection.alias, model)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns")
        found: dict[str, list[str]] = {model._meta.db_table: [] for model in models}
        for table, column in cursor.fetchall():
            if table in found:
                found[table].append(column)
    return dict(sorted(found.items()))


def _select(table: str, columns: list[str]) -> str:
    # An expression has no declared type: so nothing is converted on the way out, and goes back in as it was.
    listed = ", ".join(f'+"{column}"' for column in columns)
    return f'SELECT {listed} FROM "{table}"'  # noqa: S608  (names of our own tables)
