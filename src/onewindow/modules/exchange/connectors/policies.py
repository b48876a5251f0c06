"""How gently a source is asked: the policy of one interface, and the answers that are kept by it.

Answers are kept in the memory of the process and nowhere else, a bounded number for a bounded time; they are looked at only after
grant, consent and quota have been decided anew, and the signed answer says that it was not fetched. Circuit and rate: `circuit`.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onewindow.modules.exchange.connectors.base import SettingsProblem

LONGEST_CACHE_SECONDS = 3600
ANSWERS_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Policy:
    """Of one interface. No cache: 0 seconds. No limit: 0 a second."""

    failures: int = 3
    rest_seconds: float = 10.0
    cache_seconds: float = 0.0
    per_second: float = 0.0
    burst: float = 1.0


_USUAL = Policy()


def policy_of(settings: Mapping[str, Any]) -> Policy:
    """Return what the settings say. Shape: {failures?, rest_seconds?, cache_seconds?, per_second?, burst?}. Raises: SettingsProblem."""
    told = settings.get("policy")
    if told is None:
        return _USUAL
    most = {"failures": 100, "rest_seconds": 3600, "cache_seconds": LONGEST_CACHE_SECONDS, "per_second": 10_000, "burst": 10_000}
    if not isinstance(told, dict) or (unknown := sorted(told.keys() - most.keys())):
        raise SettingsProblem(f"policy may hold {', '.join(most)}" + (f", not {', '.join(unknown)}" if isinstance(told, dict) else ""))
    for name, value in told.items():
        least = 1 if name in {"failures", "burst"} else 0
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most[name]:
            raise SettingsProblem(f"policy: {name} must be a number from {least} to {most[name]}")
    usual = {"burst": max(1.0, float(told.get("per_second", 0)))}
    return Policy(**{**usual, **told})


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer of a source, whole, and when it was obtained."""

    values: Mapping[str, Any]
    obtained_at: datetime
    ends: float


class Answers:
    """The answers kept in this process, the oldest go first. `version`: of the connector; what another one gave is not found.

    >>> now = [0.0]
    >>> answers = Answers(clock=lambda: now[0])
    >>> answers.keep("r", 1, {"k": "1"}, {"a": 1}, seconds=60, at=datetime(2026, 3, 2))
    >>> answers.find("r", 1, {"k": "1"}).values, answers.find("r", 1, {"k": "2"}), answers.find("r", 2, {"k": "1"})
    ({'a': 1}, None, None)
    >>> now[0] = 60.0
    >>> answers.find("r", 1, {"k": "1"})
    >>> answers.keep("r", 1, {"k": "1"}, {"a": 2}, seconds=60, at=datetime(2026, 3, 2))
    >>> answers.forget("r")
    >>> answers.find("r", 1, {"k": "1"})
    """

    def __init__(self, size: int = ANSWERS_KEPT, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._clock, self._lock = size, clock, threading.Lock()
        self._held: OrderedDict[tuple[Any, ...], Kept] = OrderedDict()

    def find(self, resource: str, version: Any, keys: Mapping[str, Any]) -> Kept | None:
        place = _place(resource, version, keys)
        with self._lock:
            kept = self._held.get(place)
            if kept is not None and self._clock() >= kept.ends:
                del self._held[place]
                return None
            return kept

    def keep(
        self, resource: str, version: Any, keys: Mapping[str, Any], values: Mapping[str, Any], *, seconds: float, at: datetime
    ) -> None:
        with self._lock:
            self._held[_place(resource, version, keys)] = Kept(dict(values), at, self._clock() + seconds)
            while len(self._held) > self._size:
                self._held.popitem(last=False)

    def forget(self, resource: str) -> None:
        """Drop what is kept of one resource: its owner has changed it."""
        with self._lock:
            for place in [place for place in self._held if place[0] == resource]:
                del self._held[place]

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


def _place(resource: str, version: Any, keys: Mapping[str, Any]) -> tuple[Any, ...]:
    return (resource, version, *sorted((name, str(value)) for name, value in keys.items()))


answers = Answers()


def forget_answers() -> None:
    """Drop what is kept; for a changed connector and for tests."""
    answers.clear()
