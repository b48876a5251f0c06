"""How sure it is who somebody is: four levels, what each method of proof is worth from which day on, and what is compared.

Source: docs/sources.md#identification
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

LEVELS = ("none", "self-declared", "matched", "in-person")
"""0 nobody knows; 1 a phone or e-mail is proven; 2 equal to the population source; 3 seen, at the window or by the face channel."""
MATCHED, HIGHEST = 2, 3


@dataclass(frozen=True, slots=True)
class IdentificationRules:
    """What holds from a day on.

    Unit: `tries_of_an_account` and `tries_of_a_number` within `within`; `good_for` counts from the proof, nothing means without end.
    """

    since: date
    levels: Mapping[str, int]
    good_for: Mapping[str, timedelta]
    tries_of_an_account: int
    tries_of_a_number: int
    within: timedelta
    code_life: timedelta
    representative_for: timedelta
    """How long the business register's word counts that somebody represents an enterprise."""
    guardian_for: timedelta
    """How long the register's word counts that somebody is a child's guardian; meanwhile it is asked again without them."""


def read(row: Mapping[str, Any]) -> IdentificationRules:
    """Return one dated row of the settings. Raises: KeyError, ValueError for a row that is not whole."""
    return IdentificationRules(
        since=date.fromisoformat(row["from"]),
        levels={str(method): int(level) for method, level in row["levels"].items()},
        good_for={str(method): timedelta(days=days) for method, days in row["good_for_days"].items()},
        tries_of_an_account=int(row["tries_of_an_account"]),
        tries_of_a_number=int(row["tries_of_a_number"]),
        within=timedelta(hours=row["within_hours"]),
        code_life=timedelta(minutes=row["code_minutes"]),
        representative_for=timedelta(days=row["representative_days"]),
        guardian_for=timedelta(hours=row["guardian_hours"]),
    )


def on(rows: Sequence[Mapping[str, Any]], day: date) -> IdentificationRules:
    """Return the rules in force on a day: of the rows that have begun, the youngest; before all of them, the oldest."""
    dated = sorted((read(row) for row in rows), key=lambda rules: rules.since)
    begun = [rules for rules in dated if rules.since <= day]
    return begun[-1] if begun else dated[0]


def stated(value: object) -> int:
    """Return the level that a service states in its guide; what nobody can read counts as the highest: no door opens by mistake.

    >>> stated(None), stated(2), stated("in-person"), stated("secret"), stated(True)
    (0, 2, 3, 3, 3)
    """
    if value is None:
        return 0
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HIGHEST:
        return value
    return LEVELS.index(value) if isinstance(value, str) and value in LEVELS else HIGHEST


def needed(guides: Iterable[Mapping[str, object]]) -> int:
    """Return the level that several services need together: the highest of theirs.

    >>> needed([{"identification_level": 1}, {"identification_level": "matched"}, {}])
    2
    """
    return max((stated(guide.get("identification_level")) for guide in guides), default=0)


def same_name(one: str, other: str) -> bool:
    """Tell whether two writings are one name: spaces, case and the kind of middle dot do not count.

    >>> same_name("艾合买提·买买提", "艾合买提・买买提"), same_name("王丽", "王莉"), same_name("", "")
    (True, False, False)
    """
    return bool(_plain(one)) and _plain(one) == _plain(other)


def _plain(name: str) -> str:
    shown = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in shown if not sign.isspace() and sign not in "·・•‧．.")


def masked(number: str) -> str:
    """Return a number as its owner recognises it and nobody else can use it.

    >>> masked("23000019880412026X")
    '2300**********026X'
    """
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > 8 else "*" * len(number)
