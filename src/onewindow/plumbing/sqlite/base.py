"""Django's SQLite backend with a write-ahead log, durable commits and the queue of writers."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from onewindow.plumbing.sqlite.lock import WriteLock

_writes = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "VACUUM", "REINDEX")
_own = "CREATE TEMPORARY "
"""What begins so fills a table that lies outside the database: nobody needs to wait for it."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Every transaction is a write transaction (IMMEDIATE): reads that need no transaction should open none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lock: WriteLock | None = None

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        name = str(params["database"])
        in_memory = self.is_in_memory_db()
        if not in_memory:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
        self._lock = None if in_memory else WriteLock(Path(name))
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        if self._lock is not None:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -16000")
            connection.execute("PRAGMA wal_autocheckpoint = 4000")  # pages; whoever commits waits for it, so it should be rare
        return connection

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002  (Django calls it so)
        cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        if self._lock is not None:
            self._lock.take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # Django's own, which its stubs leave out
        except BaseException:
            self.unlock()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # Django's own, which its stubs leave out
        self.unlock()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # Django's own, which its stubs leave out
        finally:
            self.unlock()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # Django's own, which its stubs leave out
        finally:
            if self._lock is not None:
                self._lock.close()

    def unlock(self) -> None:
        """Let the next writer in."""
        if self._lock is not None:
            self._lock.release()

    def lock_for_statement(self, query: str) -> bool:
        """Queue up for a single write outside a transaction; tell whether the caller must unlock."""
        if self._lock is None or self._lock.taken or self.in_atomic_block:
            return False
        begins = query.lstrip()[:17].upper()
        if not begins.startswith(_writes) or begins == _own:
            return False
        self._lock.take()
        return True


class Cursor(base.SQLiteCursorWrapper):
    """A cursor whose single writes wait in the same queue as transactions."""

    wrapper: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        locked = self.wrapper.lock_for_statement(query)
        try:
            return super().execute(query, params)
        finally:
            if locked:
                self.wrapper.unlock()

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        locked = self.wrapper.lock_for_statement(query)
        try:
            return super().executemany(query, param_list)
        finally:
            if locked:
                self.wrapper.unlock()
