"""The document of a One Thing out of what a reformer ticked and wrote: nothing is kept that the form did not show."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from onewindow.domain.bundle import Switches
from onewindow.domain.catalogue.model import Catalogue, PublicService
from onewindow.domain.catalogue.rules import uses

ANSWER = "answer."
LANGUAGES = ("zh", "en", "ru")


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands on the composer's page: the event's document, the release it was begun on, and the switches."""

    document: Mapping[str, Any]
    based_on: int | None
    shared: int | None = None
    switches: Switches = field(default_factory=Switches)
    problems: tuple[str, ...] = ()


def slug(text: str) -> str:
    """Return an id for a name.

    >>> slug("Open a tea house!")
    'open-a-tea-house'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80]


def read(form: QueryDict, base: Mapping[str, Any] | None, held: Catalogue, based_on: int | None) -> Draft:
    """Read the composer's form over the published document of the event, where there is one."""
    chosen = [name for name in form.getlist("service") if name in held.services]
    before = [name for name in (base or {}).get("services", ()) if name in chosen]
    services = [*before, *(name for name in chosen if name not in before)]
    name = {language: form.get(f"name_{language}", "").strip() for language in LANGUAGES}
    name = {language: text for language, text in name.items() if text}
    document = dict(base or {})
    document["id"] = document.get("id") or slug(name.get("en", "")) or "new-one-thing"
    document |= {
        "name": name or document.get("name") or {"en": document["id"]},
        "kind": form.get("kind") if form.get("kind") in {"business", "life"} else document.get("kind", "business"),
        "applicant": form.get("applicant")
        if form.get("applicant") in held.parties
        else document.get("applicant", next(iter(held.parties), "")),
        "services": services,
        "yearly_cases": _cases(form.get("yearly_cases"), document.get("yearly_cases", 0)),
        "questions": questions(held, [held.services[key] for key in services], document),
        "on_refusal": {key: rule for key, rule in document.get("on_refusal", {}).items() if key in services},
        "commitments": commitments(form, document.get("commitments", {}), [held.services[key] for key in services]),
    }
    return Draft(document, based_on, _shared(form), _switches(form))


def questions(held: Catalogue, services: Iterable[PublicService], document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the questions the services' conditions need: those of the event itself first, then as other One Things ask them."""
    needed = [
        use.name.removeprefix(ANSWER)
        for service in services
        for use in uses(service)
        if use.what == "facts" and use.name.startswith(ANSWER)
    ]
    own = {question["id"]: question for question in document.get("questions", ())}
    found = {name: question for name, question in own.items() if name in needed or question.get("element")}
    for event in held.events.values():
        for question in event.questions:
            if question.id in needed and question.id not in found:
                found[question.id] = _written(question)
    return list(found.values())


def _written(question: Any) -> dict[str, Any]:
    row = {"id": question.id, "name": dict(question.name), "type": question.type, "element": question.element}
    if question.values:
        row["values"] = [dict(value) for value in question.values]
    return row


def commitments(form: QueryDict, before: Mapping[str, float], services: Iterable[PublicService]) -> dict[str, float]:
    """Return the agreed limits: what the form says, else what was agreed before; nothing where it is the step's own limit."""
    agreed: dict[str, float] = {}
    for service in services:
        for step in service.steps:
            name = f"{service.id}.{step.id}"
            given = form.get(f"limit:{name}")
            days = before.get(name) if given is None else _days(given)
            if days is not None and 0 <= days < step.limit_days:
                agreed[name] = days
    return agreed


def _days(text: str) -> float | None:
    try:
        days = float(text.replace(",", "."))
    except ValueError:
        return None
    return int(days) if days.is_integer() else days


def _cases(text: str | None, before: float) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else int(before)


def _shared(form: QueryDict) -> int | None:
    text = form.get("shared", "")
    return int(text) if text.isdecimal() and len(text) < 6 else None


def _switches(form: QueryDict) -> Switches:
    return Switches(joining=form.get("joining") == "0", parallel=form.get("parallel") == "0", commitments=form.get("agreed") == "0")
