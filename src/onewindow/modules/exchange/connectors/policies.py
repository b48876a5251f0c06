"""How gently and how often a source is asked: circuit, cache and rate of one interface. What nobody gives is asked of the person.

Answers are kept in the memory of the process and nowhere else, a bounded number for a bounded time; they are looked at only after
grant, consent and quota have been decided anew, and the signed answer says that it was not fetched.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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


@dataclass
class Bucket:
    """A token bucket: `burst` at once, and so many a second after.

    >>> now = [0.0]
    >>> bucket = Bucket(per_second=2, burst=2, clock=lambda: now[0])
    >>> [bucket.take() for _ in range(3)]
    [True, True, False]
    >>> now[0] = 0.5
    >>> bucket.take(), bucket.take()
    (True, False)
    """

    per_second: float
    burst: float
    clock: Callable[[], float] = time.monotonic
    _held: float = field(init=False)
    _at: float = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self._held, self._at = self.burst, self.clock()

    def take(self) -> bool:
        """Take one, if there is one."""
        with self._lock:
            now = self.clock()
            self._held = min(self.burst, self._held + (now - self._at) * self.per_second)
            self._at = now
            if self._held < 1:
                return False
            self._held -= 1
            return True


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer of a source, whole, and when it was obtained."""

    values: Mapping[str, Any]
    obtained_at: datetime
    ends: float


class Answers:
    """The answers kept in this process, the oldest go first.

    >>> now = [0.0]
    >>> answers = Answers(clock=lambda: now[0])
    >>> answers.keep("r", {"k": "1"}, {"a": 1}, seconds=60, at=datetime(2026, 3, 2))
    >>> answers.find("r", {"k": "1"}).values, answers.find("r", {"k": "2"})
    ({'a': 1}, None)
    >>> now[0] = 60.0
    >>> answers.find("r", {"k": "1"})
    >>> answers.keep("r", {"k": "1"}, {"a": 2}, seconds=60, at=datetime(2026, 3, 2))
    >>> answers.forget("r")
    >>> answers.find("r", {"k": "1"})
    """

    def __init__(self, size: int = ANSWERS_KEPT, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._clock, self._lock = size, clock, threading.Lock()
        self._held: OrderedDict[tuple[Any, ...], Kept] = OrderedDict()

    def find(self, resource: str, keys: Mapping[str, Any]) -> Kept | None:
        with self._lock:
            kept = self._held.get(_place(resource, keys))
            if kept is not None and self._clock() >= kept.ends:
                del self._held[_place(resource, keys)]
                return None
            return kept

    def keep(self, resource: str, keys: Mapping[str, Any], values: Mapping[str, Any], *, seconds: float, at: datetime) -> None:
        with self._lock:
            self._held[_place(resource, keys)] = Kept(dict(values), at, self._clock() + seconds)
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


def _place(resource: str, keys: Mapping[str, Any]) -> tuple[Any, ...]:
    return (resource, *sorted((name, str(value)) for name, value in keys.items()))


answers = Answers()
_buckets: dict[str, Bucket] = {}
_lock = threading.Lock()


def may_ask(resource: str, policy: Policy) -> bool:
    """Tell whether a source may be asked now without going over its rate in this process, and count it."""
    if not policy.per_second:
        return True
    with _lock:
        bucket = _buckets.get(resource)
        if bucket is None or (bucket.per_second, bucket.burst) != (policy.per_second, policy.burst):
            bucket = _buckets[resource] = Bucket(policy.per_second, policy.burst)
    return bucket.take()


def forget_policies() -> None:
    """Drop what is kept and counted; for a changed connector and for tests."""
    answers.clear()
    with _lock:
        _buckets.clear()
