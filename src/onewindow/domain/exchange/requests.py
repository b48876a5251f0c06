"""An organisation asks for fields of a resource; its owner decides, wholly or field by field."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from onewindow.domain.errors import DomainError, Sentences
from onewindow.domain.exchange.grants import ASKABLE
from onewindow.domain.exchange.problems import saying
from onewindow.domain.exchange.resources import Description

REASONS = {
    "not-shared": "This resource is not shared; the law that says so stands on its page.",
    "nothing": "Choose at least one field and one purpose.",
    "field": "The resource has no field {value}.",
    "purpose": "There is no purpose {value}.",
    "service": "The catalogue has no service {value}.",
    "reason": "Say why you need it; the owner reads this.",
    "days": "The last day lies before the first, or is over.",
    "quota": "A quota is at least one record a day.",
    "not-asked": "{value} was not asked for.",
    "decided": "It is decided already.",
    "answer": "Write why not everything is given; the organisation reads it.",
    "withdrawn": "The resource has been withdrawn since.",
    "over": "The last day is over.",
}
say = saying(REASONS)


class RequestRefused(DomainError):
    """What is asked for cannot be asked for so."""

    code = "request-refused"
    template = "The request was not sent: {what}"


class DecisionRefused(DomainError):
    """A decision that does not fit the request."""

    code = "decision-refused"
    template = "Nothing was decided: {what}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. `a_day`: records; None: as many as are needed."""

    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    services: tuple[str, ...]
    reason: str
    from_date: date
    until_date: date | None = None
    a_day: int | None = None


def require_askable(wish: Wish, described: Description, *, services: Collection[str], today: date) -> None:
    """Raises: RequestRefused with every problem. `services`: all of the catalogue."""
    problems = []
    if described.sharing == "none":
        problems.append(say("not-shared"))
    if not wish.fields or not wish.purposes:
        problems.append(say("nothing"))
    if unknown := sorted(set(wish.fields) - described.names):
        problems.append(say("field", value=unknown))
    if unknown := sorted(set(wish.purposes) - set(ASKABLE)):
        problems.append(say("purpose", value=unknown))
    if unknown := sorted(set(wish.services) - set(services)):
        problems.append(say("service", value=unknown))
    if not wish.reason.strip():
        problems.append(say("reason"))
    if wish.until_date is not None and wish.until_date < max(wish.from_date, today):
        problems.append(say("days"))
    if wish.a_day is not None and wish.a_day < 1:
        problems.append(say("quota"))
    if problems:
        raise RequestRefused(what=Sentences(problems))


def outcome(asked: Collection[str], given: Collection[str]) -> str:
    """Return how a request ends: granted, partly or refused. Raises: DecisionRefused where more is given than was asked.

    >>> [outcome(["a", "b"], given) for given in (["a", "b"], ["a"], [])]
    ['granted', 'partly', 'refused']
    """
    if unknown := sorted(set(given) - set(asked)):
        raise DecisionRefused(what=say("not-asked", value=unknown))
    if not given:
        return "refused"
    return "granted" if set(given) == set(asked) else "partly"
