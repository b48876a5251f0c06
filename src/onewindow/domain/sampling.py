"""Which decisions of the machine an officer looks at again: a draw that nobody can foretell and anybody can repeat.

Every decision draws a number of its own, at random, in the transaction in which it is made: nobody knows it before, not even who runs the
platform. Number, rate and result stand in the decision's entry of the log, also where it was left out, so that whoever reads the log can
repeat each draw and see that none was drawn twice.

Source: docs/sources.md#rechecks
"""

from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

GUIDE = "recheck_rate"
"""Under this key a service's guide says which share of its automatic decisions is looked at again."""
_HIGHEST = 2**64


def rate_of(guide: Mapping[str, object]) -> float:
    """Return the share that a service states; what nobody can read counts as all: no decision escapes by mistake.

    >>> [rate_of({"recheck_rate": rate}) for rate in (0.25, 0, 1, 7, -1, "few", True)], rate_of({})
    ([0.25, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0], 0.0)
    """
    stated = guide.get(GUIDE)
    if stated is None:
        return 0.0
    readable = isinstance(stated, int | float) and not isinstance(stated, bool) and 0 <= stated <= 1
    return float(stated) if readable else 1.0  # type: ignore[arg-type]  # a number: asked the line above


def is_drawn(number: str, *, case: UUID, service: str, rate: float) -> bool:
    """Tell whether a decision is looked at again: the hash of its number, case and service, as a share of all hashes, is below the rate.

    >>> ident = UUID(int=7)
    >>> [is_drawn("5c", case=ident, service="tax", rate=rate) for rate in (0.0, 0.67, 0.68, 1.0)]
    [False, False, True, True]
    """
    found = int.from_bytes(sha256(f"{number}:{case}:{service}".encode()).digest()[:8])
    return found < rate * _HIGHEST
