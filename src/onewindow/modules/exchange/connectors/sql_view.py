"""A view of another authority's database, read only: one parameterised statement with a time-out."""

import re
import sqlite3
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onewindow.modules.exchange.connectors.base import SettingsProblem
from onewindow.modules.exchange.connectors.environment import checked, variable
from onewindow.modules.exchange.connectors.reading import PLACE, Reader, key_of, plain, require_known, seconds, text
from onewindow.modules.exchange.errors import NoRecord, SourceUnavailable

MOST_ROWS = 200
_IDLE = 4
_STEPS = 1000
"""SQLite asks after so many of its steps whether time is up."""
_READS = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_KNOWN = frozenset({"dsn_env", "statement", "timeout_seconds", "gives", "no_record_when"})


@dataclass(frozen=True)
class SqlView:
    """`statement` names keys as {element}; the answer is {row: the first, rows: all}, columns by name."""

    resource: str
    dsn_env: str
    statement: str
    timeout_seconds: float
    reader: Reader

    @classmethod
    def from_settings(cls, resource: str, settings: Mapping[str, Any]) -> "SqlView":
        """Return the connection. Raises: SettingsProblem."""
        require_known(settings, _KNOWN)
        statement = text(settings, "statement")
        if not _READS.match(statement) or ";" in statement:
            raise SettingsProblem("statement must be one SELECT, without a semicolon")
        if not PLACE.search(statement):
            raise SettingsProblem("statement must name at least one key as {element}")
        return cls(
            resource=resource,
            dsn_env=checked(settings.get("dsn_env"), "dsn_env"),
            statement=statement,
            timeout_seconds=seconds(settings, 2.0),
            reader=Reader.from_settings(resource, settings),
        )

    def fetch(self, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask the view once."""
        dsn = variable(self.dsn_env)
        values = [str(key_of(self.resource, place, keys)) for place in PLACE.findall(self.statement)]
        if dsn.startswith("sqlite:///"):
            rows = self._sqlite(Path(dsn.removeprefix("sqlite:///")), values)
        elif dsn.startswith(("postgresql://", "postgres://")):
            rows = self._postgres(dsn, values)
        else:
            raise SourceUnavailable(resource=self.resource, reason="no-connector")
        if not rows:
            raise NoRecord(resource=self.resource)
        if len(rows) > MOST_ROWS:
            raise SourceUnavailable(resource=self.resource, reason="garbage")
        told = plain(rows)
        return self.reader.values({"row": told[0], "rows": told}, keys)

    def _sqlite(self, path: Path, values: list[str]) -> list[dict[str, Any]]:
        deadline = time.monotonic() + self.timeout_seconds
        try:
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=self.timeout_seconds)
            try:
                connection.execute("PRAGMA query_only = ON")
                connection.set_progress_handler(lambda: int(time.monotonic() > deadline), _STEPS)
                found = connection.execute(PLACE.sub("?", self.statement), values)
                names = [column[0] for column in found.description]
                return [dict(zip(names, row, strict=True)) for row in found.fetchmany(MOST_ROWS + 1)]
            finally:
                connection.close()
        except sqlite3.OperationalError as error:
            late = time.monotonic() > deadline or "locked" in str(error)
            raise SourceUnavailable(resource=self.resource, reason="time-out" if late else "down") from None
        except sqlite3.Error:
            raise SourceUnavailable(resource=self.resource, reason="garbage") from None

    def _postgres(self, dsn: str, values: list[str]) -> list[dict[str, Any]]:
        import psycopg  # only where such a view is connected
        from psycopg.rows import dict_row

        connection, statement = None, PLACE.sub("%s", self.statement.replace("%", "%%"))
        try:
            connection = _pool.take(dsn, self.timeout_seconds)
            with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(round(self.timeout_seconds * 1000))])
                cursor.execute(statement, values)
                rows: list[dict[str, Any]] = cursor.fetchmany(MOST_ROWS + 1)
            _pool.give(dsn, connection)
            return rows
        except psycopg.errors.QueryCanceled:
            reason = "time-out"
        except psycopg.errors.InsufficientPrivilege:
            reason = "refused"
        except psycopg.OperationalError:
            reason = "down"
        except psycopg.Error:
            reason = "garbage"
        if connection is not None:
            connection.close()
        raise SourceUnavailable(resource=self.resource, reason=reason)


class _Pool:
    """A few connections that nobody uses at the moment; one that went wrong never comes back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, list[Any]] = {}

    def take(self, dsn: str, timeout_seconds: float) -> Any:
        import psycopg

        with self._lock:
            idle = self._idle.get(dsn) or []
            while idle:
                connection = idle.pop()
                if not connection.closed:
                    return connection
        return psycopg.connect(dsn, connect_timeout=max(2, round(timeout_seconds)), autocommit=True)

    def give(self, dsn: str, connection: Any) -> None:
        with self._lock:
            idle = self._idle.setdefault(dsn, [])
            if len(idle) < _IDLE:
                idle.append(connection)
                return
        with suppress(Exception):
            connection.close()


_pool = _Pool()
