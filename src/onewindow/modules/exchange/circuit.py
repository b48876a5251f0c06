"""A circuit breaker per resource and process: a source that keeps failing is left in peace for a while."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from onewindow.modules.exchange.connectors.policies import forget_policies

FAILURES = 3
REST_SECONDS = 10.0


@dataclass
class Circuit:
    """Opens after three failures in a row; ten seconds later one call may try, and its outcome decides.

    >>> now = [0.0]
    >>> circuit = Circuit(clock=lambda: now[0])
    >>> for _ in range(3): circuit.failed()
    >>> circuit.admits()
    False
    >>> now[0] = 10.0
    >>> circuit.admits(), circuit.admits()
    (True, False)
    >>> circuit.succeeded(); circuit.admits()
    True
    """

    clock: Callable[[], float] = time.monotonic
    failures: float = FAILURES
    rest_seconds: float = REST_SECONDS
    _failures: int = 0
    _opened_at: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admits(self) -> bool:
        """Return whether a call may go out now; in the half-open state only the first may."""
        with self._lock:
            if self._opened_at is None:
                return True
            if self.clock() - self._opened_at < self.rest_seconds:
                return False
            self._opened_at = self.clock()  # the next try is due a rest later, should this one never report back
            return True

    @property
    def is_open(self) -> bool:
        """Whether calls are held back; asking changes nothing."""
        return self._opened_at is not None

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._opened_at = 0, None

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= self.failures:
                self._opened_at = self.clock()


_circuits: dict[str, Circuit] = {}
_circuits_lock = threading.Lock()


def circuit_of(resource: str, *, failures: float = FAILURES, rest_seconds: float = REST_SECONDS) -> Circuit:
    """Return the one circuit of a resource in this process; who is first says how patient it is."""
    with _circuits_lock:
        return _circuits.setdefault(resource, Circuit(failures=failures, rest_seconds=rest_seconds))


def is_resting(resource: str) -> bool:
    """Tell whether a resource is left in peace at the moment; asking changes nothing."""
    with _circuits_lock:
        circuit = _circuits.get(resource)
    return circuit is not None and circuit.is_open


def forget_all() -> None:
    """Close every circuit and drop every kept answer; for a changed connector and for tests."""
    with _circuits_lock:
        _circuits.clear()
    forget_policies()
