"""What is wrong in catalogue files: one row per problem, all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from onewindow.domain.errors import DomainError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where (line 0 where there is no text), what, and how to mend it."""

    file: str
    line: int
    code: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}. {self.remedy}"


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801 - `Warning` is a built-in
    """Something that loads but is probably not meant; `kind` and `id` name the object."""

    kind: str
    id: str
    code: str
    message: str
    remedy: str


class CatalogueRefused(DomainError):
    """The files hold problems; nothing was loaded."""

    code = "catalogue-refused"
    template = "The catalogue was not loaded, {count} problem(s) stand in it. {first}"

    def __init__(self, *, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(count=len(problems), first=str(problems[0]) if problems else "")


def did_you_mean(wrong: object, known: Iterable[str], *, otherwise: str) -> str:
    """Return a sentence that names the nearest known word, or else says what to do.

    >>> did_you_mean("seets", ["seats", "name"], otherwise="Add it.")
    'Did you mean “seats”?'
    >>> did_you_mean("zzz", ["seats"], otherwise="Add it.")
    'Add it.'
    """
    close = get_close_matches(str(wrong), list(known), n=1, cutoff=0.6)
    return f"Did you mean “{close[0]}”?" if close else otherwise
