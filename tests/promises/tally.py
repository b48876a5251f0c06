"""Counts attacks: how many were tried, and which of them were accepted against us."""

from collections.abc import Callable


class Tally:
    """The attacks of one test."""

    def __init__(self, closed: Callable[[str, int], None]) -> None:
        self.tried: int = 0
        self.accepted: list[str] = []
        self.closed = closed

    def __call__(self, what: str, accepted: object) -> None:
        self.tried += 1
        if accepted:
            self.accepted.append(what)

    def closes(self, what: str) -> None:
        """End the count; nothing may have been accepted."""
        assert not self.accepted, self.accepted
        self.closed(what, self.tried)


def tallied(whom: str, figure: Callable[[int, str], None]) -> tuple[Callable[[], Tally], Callable[[], None]]:
    """Return what begins a test's tally, and what notes the sum of a whole suite under promise 34."""
    counts: dict[str, int] = {}

    def note() -> None:
        parts = ", ".join(f"{what} {tried}" for what, tried in counts.items())
        figure(34, f"{sum(counts.values()):,} attacks on {whom} ({parts}): 0 accepted")

    return lambda: Tally(counts.__setitem__), note
