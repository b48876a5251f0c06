"""One writer at a time over every process of the machine.

SQLite itself lets writers poll, and under load some of them starve for seconds. Here the kernel wakes the next one instead.
"""

import fcntl
import threading
from pathlib import Path
from typing import IO

from django.db.utils import OperationalError

_held = threading.local()


class WriteLock:
    """The lock of one database file, for one connection.

    Released by `release`, by `close`, and by the kernel when the process dies.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.write-lock")
        self._file: IO[str] | None = None
        self.taken = False

    def take(self) -> None:
        """Wait for the turn.

        Raises: OperationalError where this thread holds the lock on another connection, because it would wait for itself.
        """
        if self.taken:
            return
        if self._path in _paths():
            message = "This thread already writes to the database on another connection. End that transaction first."
            raise OperationalError(message)
        if self._file is None:
            self._file = self._path.open("a")  # lives as long as the connection
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self.taken = True
        _paths().add(self._path)

    def release(self) -> None:
        """Let the next one in; does nothing where the lock is not held."""
        if self.taken and self._file is not None:
            self.taken = False
            _paths().discard(self._path)
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Release, and give the file back."""
        self.release()
        if self._file is not None:
            self._file.close()
            self._file = None


def _paths() -> set[Path]:
    if not hasattr(_held, "paths"):
        _held.paths = set()
    return _held.paths  # type: ignore[no-any-return]  # a thread's own list
