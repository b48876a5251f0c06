"""Looking, before anything is served, whether the master key is the one of this database. Without Django: it must take no time."""

import json
import os
from collections.abc import Iterator
from typing import Any

from onewindow.cli.failures import Failure
from onewindow.cli.installation import home
from onewindow.config import environment
from onewindow.plumbing.master import MASTER_KEY_WRONG, master_name


def require_master_key() -> None:
    """Stop where the master key opens none of the data keys. Raises: Failure."""
    folder = home()
    secure = environment.text("ORIGIN").startswith("https://")
    name = master_name(environment.master_key(folder, required=secure))
    found = list(_copies(environment.text("DATABASE_URL", f"sqlite://{folder}/onewindow.sqlite3")))
    if found and not any(name in copies for copies in found):
        raise Failure(MASTER_KEY_WRONG)


def _copies(url: str) -> Iterator[dict[str, Any]]:
    """Give {name of a master key: …} of every data key; nothing where the database is not there or not migrated: others say so."""
    statement = "SELECT copies FROM plumbing_datakey WHERE retired_at IS NULL"
    try:
        rows = _of_sqlite(url, statement) if url.startswith("sqlite:") else _of_postgresql(url, statement)
    except Exception:
        return
    for (copies,) in rows:
        yield copies if isinstance(copies, dict) else json.loads(copies)


def _of_sqlite(url: str, statement: str) -> list[Any]:
    import sqlite3
    from contextlib import closing

    path = str(environment.database(url)["NAME"])
    if not os.path.exists(path):  # noqa: PTH110  (asked by os, beside os.open)
        return []
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def _of_postgresql(url: str, statement: str) -> list[Any]:
    import psycopg

    with psycopg.connect(url, connect_timeout=3) as connection:
        return connection.execute(statement.encode()).fetchall()
