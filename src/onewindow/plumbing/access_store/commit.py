"""Group commit: whoever comes first writes for everybody who waits, in one transaction; the others find their rows durable."""

import threading
from collections import deque
from collections.abc import Callable, Sequence

TOGETHER = 512
"""The most that one transaction takes."""
PATIENCE_SECONDS = 30.0

Write = Callable[[Sequence[object]], None]


class NotWritten(Exception):
    """The rows are not known to be durable."""


class _Waiting:
    def __init__(self, rows: Sequence[object]) -> None:
        self.rows = rows
        self.done = False
        self.error: BaseException | None = None


class GroupCommit:
    """A queue before one writer. `write` puts rows into the store in one durable transaction, or raises."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._turn = threading.Lock()
        self._queue: deque[_Waiting] = deque()

    def add(self, rows: Sequence[object]) -> None:
        """Return when the rows are durable. Raises: NotWritten."""
        mine = _Waiting(rows)
        self._queue.append(mine)
        if not self._turn.acquire(timeout=PATIENCE_SECONDS):
            raise NotWritten
        try:
            while not mine.done:
                self._commit(self._next())
        finally:
            self._turn.release()
        if mine.error is not None:
            raise NotWritten from mine.error

    def _next(self) -> list[_Waiting]:
        taken: list[_Waiting] = []
        while self._queue and len(taken) < TOGETHER:
            taken.append(self._queue.popleft())
        return taken

    def _commit(self, taken: list[_Waiting]) -> None:
        try:
            self._write([row for waiting in taken for row in waiting.rows])
        except BaseException as error:
            if isinstance(error, Exception) and len(taken) > 1:
                for waiting in taken:  # what one of them brought must not keep the others out
                    self._commit([waiting])
                return
            for waiting in taken:
                waiting.done, waiting.error = True, error
            if not isinstance(error, Exception):
                raise
        for waiting in taken:
            waiting.done = True
