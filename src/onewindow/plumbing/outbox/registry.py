"""Who wants to be told of what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from onewindow.domain.events import Event

E = TypeVar("E", bound=Event)


class Job(Protocol):
    def __call__(self, *, now: datetime) -> object: ...


@dataclass(frozen=True, slots=True)
class Periodic:
    name: str
    seconds: float
    run: Job


handlers: dict[str, Callable[[Any], object]] = {}
subscriptions: dict[str, list[str]] = {}
periodic: dict[str, Periodic] = {}


def on(event: type[E]) -> Callable[[Callable[[E], object]], Callable[[E], object]]:
    """Subscribe a handler to an event. It is delivered at least once, so it must be safe to repeat."""

    def subscribe(handler: Callable[[E], object]) -> Callable[[E], object]:
        name = f"{handler.__module__}.{handler.__qualname__}"
        handlers[name] = handler
        names = subscriptions.setdefault(event.__name__, [])
        if name not in names:
            names.append(name)
        return handler

    return subscribe


def every(seconds: float, name: str) -> Callable[[Job], Job]:
    """Run a job again and again; `now` is the moment of its turn. One row per name, whatever the number of workers."""

    def subscribe(job: Job) -> Job:
        periodic[name] = Periodic(name=name, seconds=seconds, run=job)
        return job

    return subscribe
