"""Words of the levels and methods of identification, and the form that compares somebody with the register."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop, pgettext
from django.views.decorators.debug import sensitive_variables

from onewindow.domain.errors import DomainError
from onewindow.modules.identity import services as identity
from onewindow.plumbing import clock
from onewindow.web.errors import sentence
from onewindow.web.words import labelled

LEVELS = (
    gettext_noop("not known"),
    gettext_noop("self-declared"),
    gettext_noop("matched with the register"),
    gettext_noop("seen in person"),
)
METHODS = {
    "phone": gettext_noop("a code sent to your phone"),
    "email": gettext_noop("a code sent to your e-mail"),
    "register": gettext_noop("name, number and phone agree with the population register"),
    "window": gettext_noop("your card was looked at in the service hall"),
    "face": gettext_noop("the face channel"),
    "national": gettext_noop("the national log-in"),
    "demo": gettext_noop("loaded from a list of people"),
}
FIELDS = {"identity-number": "resident_id", "identity-name": "name"}
"""Which field an error is about."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What somebody sent to be compared, and what became of it."""

    name: str = ""
    resident_id: str = ""
    done: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    """{field: sentence}; under "" what is about the whole."""
    status: int = 200

    @property
    def summary(self) -> list[tuple[str, str]]:
        labels = {"name": pgettext("of a person", "Name"), "resident_id": gettext("Resident ID number")}
        return [(key, labelled(labels[key], text) if key else text) for key, text in self.errors.items()]


def level(number: int) -> str:
    return gettext(LEVELS[number]) if 0 <= number < len(LEVELS) else str(number)


def method(code: str) -> str:
    return gettext(METHODS[code]) if code in METHODS else code


@sensitive_variables()
def try_match(request: HttpRequest) -> Tried:
    """Compare what was sent with the population source."""
    name, number = str(request.POST.get("name", ""))[:80], str(request.POST.get("resident_id", ""))[:30]
    actor = request.actor  # type: ignore[attr-defined]  # set by web.middleware
    try:
        identity.match_person(name=name, resident_id=number, actor=actor, now=clock.now())
    except DomainError as error:
        return Tried(name, number, errors={FIELDS.get(error.code, ""): sentence(error)}, status=error.status)
    return Tried(done=True)
