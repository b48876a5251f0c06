"""What is wrong with rows of a file, in sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

LONGEST = 5000
SAID: Mapping[str, str] = {
    "missing": "Nothing stands here, and it is needed.",
    "not-text": "This is not text.",
    "too-long": f"This is longer than {LONGEST} characters.",
    "signs": "It contains characters that cannot be printed.",
    "not-integer": "This is not a whole number.",
    "not-number": "This is not a number.",
    "not-boolean": "This is neither yes nor no.",
    "not-date": "This is not a date; write it as 2026-03-31.",
    "not-moment": "This is not a moment; write it as 2026-03-31T09:30:00+08:00.",
    "not-listed": "This is not one of the values that may stand here.",
    "resident-id-length": "A resident identity number has 18 characters.",
    "resident-id-form": "A resident identity number has 17 digits and a digit or X.",
    "resident-id-date": "The 7th to 14th digits are not a date of birth.",
    "resident-id-check": "The check digit does not fit.",
    "uscc-length": "A unified social credit code has 18 characters.",
    "uscc-form": "A unified social credit code holds digits and capital letters, without I, O, S, V and Z.",
    "uscc-check": "The check character does not fit.",
    "twice": "The same key stands in an earlier row of this file.",
    "row": "The row does not have one value for each column.",
    "not-described": "The store has no such column.",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is not taken: the first thing that is wrong with one of its columns."""

    row: int
    column: str
    code: str

    @property
    def reason(self) -> str:
        return SAID[self.code]


class Refusals:
    """Passes on what is refused, and counts the rows."""

    def __init__(self, refuse: Callable[[Refusal], None] | None) -> None:
        self.rows = 0
        self.first: Refusal | None = None
        self.passed_on = refuse is not None
        self._refuse = refuse

    def take(self, refused: tuple[Refusal, ...]) -> None:
        for refusal in refused:
            self.first = self.first or refusal
            if self._refuse is not None:
                self._refuse(refusal)
        self.rows += len({refusal.row for refusal in refused})
