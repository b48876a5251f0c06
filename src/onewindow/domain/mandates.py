"""Acting for another: what a mandate allows, from when until when, and how it ends.

Source: docs/sources.md#mandates
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from onewindow.domain.errors import DomainError

Role = Literal["agent", "manager", "clerk"]
ROLES: tuple[Role, ...] = ("agent", "manager", "clerk")
"""agent: for a person; for an enterprise, a manager files and gives mandates, a clerk files."""
_MOVES: Mapping[tuple[str, str], str] = {
    ("offered", "accept"): "accepted",
    ("offered", "decline"): "declined",
    ("offered", "revoke"): "revoked",
    ("accepted", "revoke"): "revoked",
}
"""What has ended never comes back: whoever wants it again offers it anew."""


class MandateOver(DomainError):
    """What was tried does not fit how the mandate stands."""

    code = "mandate-over"
    template = "This mandate has changed or ended meanwhile, so this cannot be done. Load the page again to see how it stands."
    status = 409


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who acts for whom is kept with the row; this is what decides. No `matters` means all of them."""

    state: str
    from_date: date
    until_date: date
    role: Role = "agent"
    matters: frozenset[str] = frozenset()

    def holds(self, day: date) -> bool:
        """Tell whether it can be used on a day; the last day counts."""
        return self.state == "accepted" and self.from_date <= day <= self.until_date

    def shown_state(self, day: date) -> str:
        """Return the state as people read it: what was open when its time ran out has expired."""
        return "expired" if self.state in {"offered", "accepted"} and day > self.until_date else self.state


def advance(state: str, act: str) -> str:
    """Return the state after an act. Raises: MandateOver.

    >>> advance("offered", "accept"), advance("accepted", "revoke")
    ('accepted', 'revoked')
    """
    if (state, act) not in _MOVES:
        raise MandateOver(state=state)
    return _MOVES[state, act]


def within(matters: Collection[str], own: Collection[str]) -> bool:
    """Tell whether one mandate reaches no further than another; an empty one reaches everything.

    >>> within(["a"], []), within(["a"], ["a", "b"]), within([], ["a"]), within(["c"], ["a"])
    (True, True, False, False)
    """
    return not own or (bool(matters) and set(matters) <= set(own))
