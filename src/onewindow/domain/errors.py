"""What can go wrong in the rules: a stable code, the values, and a sentence that says what, where and how to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


class DomainError(Exception):
    """A rule of government service was not kept.

    Subclasses stand beside the code that raises them. `code` is stable and public (problem details, RFC 9457);
    `template` is the English sentence, filled with `values`; the web floor translates the template.

    >>> class SeatMissing(DomainError):
    ...     code = "seat-missing"
    ...     template = "Seat {seat} does not exist. Choose one of the plan."
    >>> str(SeatMissing(seat=7))
    'Seat 7 does not exist. Choose one of the plan.'
    """

    code: ClassVar[str] = "rule-not-kept"
    template: ClassVar[str] = "A rule was not kept."
    status: ClassVar[int] = 422

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.template.format(**values))


@dataclass(frozen=True, slots=True)
class Said:
    """One of several things to mend: its English sentence with what fills it; `web` translates it.

    >>> str(Said("Seat {seat} is taken.", {"seat": 7}))
    'Seat 7 is taken.'
    """

    template: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        shown = {key: ", ".join(map(str, one)) if isinstance(one, list | tuple) else one for key, one in self.values.items()}
        return self.template.format(**shown)


class Sentences(tuple[Said, ...]):
    """All of them, one after another, as a value of an error."""

    __slots__ = ()

    def __str__(self) -> str:
        return " ".join(str(one) for one in self)


class Forbidden(DomainError):
    """The actor may not do this."""

    code = "forbidden"
    template = "You may not do this ({permission}). Ask the administrator of your organisation for the role."
    status = 403


class SecondFactorMissing(Forbidden):
    """The role would do, but it counts only with a second factor."""

    code = "second-factor-missing"
    template = "Your role counts only with a second step at log-in ({permission}). Set one up under “My account”, then try again."


class NotFound(DomainError):
    """No such thing, or not for this actor: the two are not told apart."""

    code = "not-found"
    template = "There is no {kind} “{id}” that you may see. Check the number or go back to the list."
    status = 404
