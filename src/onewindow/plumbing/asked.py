"""What several parts of one answer ask the database for is asked once for it, and forgotten with it."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("asked", default=None)


@contextmanager
def one_answer() -> Iterator[None]:
    """Within it `once` remembers. Jobs and commands remember nothing: they may run for days."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """Return what is asked, and ask it no second time within one answer. Only for what no act of a request changes."""
    kept = _kept.get()
    if kept is None:
        return ask()
    if key not in kept:
        kept[key] = ask()
    found: Answer = kept[key]
    return found


def forget() -> None:
    """Ask everything anew: after an act that changed it after all."""
    if (kept := _kept.get()) is not None:
        kept.clear()
