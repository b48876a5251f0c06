"""The document of a One Thing out of what a reformer ticked and wrote: nothing is kept that the form did not show."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language, gettext, pgettext

from onewindow.domain.bundle import Switches
from onewindow.domain.catalogue.model import Catalogue, PublicService, Question
from onewindow.domain.catalogue.names import Aliases, split
from onewindow.domain.catalogue.rules import uses
from onewindow.domain.conditions import ANSWER
from onewindow.web import formatting, words
from onewindow.web.process import say

LANGUAGES = {"zh": "中文", "en": "English", "ru": "Русский"}
KINDS = ("business", "life")
PLACEHOLDER = "new-one-thing"
LONGEST_NAME = 100
_DAYS = re.compile(r"\d{1,4}([.,]\d{1,2})?")

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What was written and cannot be used: the id of its field (or nothing), and a sentence that says how to mend it.

    `brief` is for beside the field, where its name stands already.
    """

    field: str
    sentence: str
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands on the composer's page: the event's document, the release it was begun on, and the switches.

    `shared`: how many sources the slider leaves; None is all. `typed`: what a field with a trouble says.
    """

    document: Document
    based_on: int | None
    shared: int | None = None
    switches: Switches = field(default_factory=Switches)
    troubles: tuple[Trouble, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(self.document["services"])

    @property
    def in_the_way(self) -> Mapping[str, str]:
        """Return field → sentence."""
        return {trouble.field: trouble.brief or trouble.sentence for trouble in self.troubles if trouble.field}


def slug(text: str) -> str:
    """Return an id for a name.

    >>> slug("Open a tea house!")
    'open-a-tea-house'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80].strip("-")


def field_of(step: str) -> str:
    """Return the id of the field of a step's limit.

    >>> field_of("seal-filing.record")
    'limit-seal-filing--record'
    """
    return "limit-" + step.replace(".", "--")


def empty(held: Catalogue) -> Document:
    """Return a One Thing that nobody has described yet."""
    return {
        "id": "",
        "kind": KINDS[0],
        "applicant": next(iter(held.parties), ""),
        "services": [],
        "questions": [],
        "yearly_cases": 0,
        "on_refusal": {},
        "commitments": {},
    }


def kept(document: Document, held: Catalogue, based_on: int | None, shared: int | None = None) -> Draft:
    """Take up a document as it was published or kept; what is no longer in the catalogue is left out, with a sentence."""
    wanted = list(document.get("services", ()))
    services = [name for name in wanted if name in held.services]
    found = {**empty(held), **document, "services": services}
    troubles = tuple(_gone(name) for name in wanted if name not in services)
    steps = {f"{name}.{step.id}" for name in services for step in held.services[name].steps}
    found["commitments"] = {name: days for name, days in found["commitments"].items() if name in steps}
    return Draft(_derived(found, held), based_on, shared, troubles=troubles)


def read(form: QueryDict, base: Document, held: Catalogue, based_on: int | None) -> Draft:
    """Read the composer's form over what the reformer began with; `base` has an id where it is an existing One Thing."""
    troubles: list[Trouble] = []
    typed: dict[str, str] = {}
    ticked = list(dict.fromkeys(form.getlist("service")))
    troubles.extend(_gone(name) for name in ticked if name not in held.services)
    before = [name for name in base.get("services", ()) if name in ticked and name in held.services]
    services = [*before, *(name for name in ticked if name in held.services and name not in before)]
    document = {**empty(held), **base, "services": services}
    document["name"] = _name(form, base, troubles)
    if not document["name"]:
        del document["name"]
    document["kind"] = _one_of(form, "kind", KINDS, document["kind"], troubles)
    document["applicant"] = _one_of(form, "applicant", held.parties, document["applicant"], troubles)
    document["yearly_cases"] = _cases(form.get("yearly_cases"), document["yearly_cases"], troubles, typed)
    chosen = [held.services[name] for name in services]
    document["commitments"] = _commitments(form, document["commitments"], chosen, troubles, typed)
    shared, most = _count(form.get("shared")), _count(form.get("shared_of"))
    if shared is not None and most is not None and shared >= most:
        shared = None
    return Draft(_derived(document, held), based_on, shared, _switches(form), tuple(troubles), typed)


def _derived(document: dict[str, Any], held: Catalogue) -> Document:
    """Add what follows from the services: the questions and roles that their conditions need."""
    services = [held.services[name] for name in document["services"]]
    document["questions"] = questions(held, services, document)
    document["on_refusal"] = {key: rule for key, rule in document["on_refusal"].items() if key in document["services"]}
    if roles := _roles(services, document):
        document["roles"] = roles
    return document


def questions(held: Catalogue, services: Iterable[PublicService], document: Document) -> list[Mapping[str, Any]]:
    """Return the questions the services' conditions need: those of the event itself first, then as other One Things ask them."""
    services = list(services)
    needed, aliases = needed_answers(services), Aliases(held.elements)
    used = {aliases.plain(use.name) for service in services for use in uses(service) if use.what in {"elements", "facts"}}
    found = {
        question["id"]: question
        for question in document.get("questions", ())
        if question["id"] in needed or (question.get("element") and aliases.plain(question["element"]) in used)
    }
    for event in held.events.values():
        for question in event.questions:
            if question.id in needed and question.id not in found:
                found[question.id] = _written(question)
    return list(found.values())


def needed_answers(services: Iterable[PublicService]) -> dict[str, list[PublicService]]:
    """Return the ids of the questions that conditions hang on, each with the services it decides about."""
    found: dict[str, list[PublicService]] = {}
    for service in services:
        for use in uses(service):
            if use.what == "facts" and use.name.startswith(ANSWER):
                asking = found.setdefault(use.name.removeprefix(ANSWER), [])
                asking.extend([service] if service not in asking else [])
    return found


def _roles(services: Iterable[PublicService], document: Document) -> list[str]:
    """Return the roles of the event, and those that its services speak of."""
    found = dict.fromkeys(document.get("roles", ()))
    for service in services:
        for use in uses(service):
            if not use.name.startswith(ANSWER) and (role := split(use.name)[0]):
                found[role] = None
    return list(found)


def _written(question: Question) -> dict[str, Any]:
    row: dict[str, Any] = {"id": question.id, "name": dict(question.name), "type": question.type, "element": question.element}
    if question.values:
        row["values"] = [dict(value) for value in question.values]
    return row


# --- single fields ---


def _gone(name: str) -> Trouble:
    sentence = gettext("The service “%(name)s” is not in the catalogue (any more), so it was left out. Look the services through again.")
    return Trouble("", sentence % {"name": name[:LONGEST_NAME]})


def _name(form: QueryDict, base: Document, troubles: list[Trouble]) -> dict[str, str]:
    name = {language: text for language, text in base.get("name", {}).items() if language in LANGUAGES}
    for language, called in LANGUAGES.items():
        given = form.get(f"name_{language}")
        if given is None:
            continue
        text = " ".join(given.replace("\0", "").split())
        name[language] = text
        if len(text) > LONGEST_NAME:
            sentence = gettext("The name in %(language)s has %(length)s characters. Shorten it to %(most)s.")
            values = {"language": called, "length": len(text), "most": LONGEST_NAME}
            troubles.append(Trouble(f"name_{language}", sentence % values))
    return {language: text for language, text in name.items() if text}


def _one_of(form: QueryDict, field_name: str, known: Iterable[str], before: str, troubles: list[Trouble]) -> str:
    given = form.get(field_name)
    if given is None or given in known:
        return before if given is None else given
    troubles.append(Trouble(field_name, gettext("This choice is not offered. Choose one of the list.")))
    return before


def _cases(text: str | None, before: float, troubles: list[Trouble], typed: dict[str, str]) -> float:
    plain = re.sub(r"[\s\u202f,]", "", text or "")
    if text is None:
        return before
    if not plain:
        return 0
    if plain.isascii() and plain.isdecimal() and len(plain) < 10:
        return int(plain)
    typed["yearly_cases"] = text
    troubles.append(Trouble("yearly_cases", gettext("Write the cases a year as a whole number, for example 900.")))
    return before


def _commitments(
    form: QueryDict, before: Mapping[str, float], services: Iterable[PublicService], troubles: list[Trouble], typed: dict[str, str]
) -> dict[str, float]:
    """Return the agreed limits: what the form says, else what was agreed before; nothing where it is the step's own limit."""
    agreed: dict[str, float] = {}
    for service in services:
        for step in service.steps:
            name = f"{service.id}.{step.id}"
            given = form.get(f"limit:{name}")
            days: float | None = before.get(name)
            if given is not None and step.limit_days:
                days, wrong = _limit(given, step.limit_days)
                if wrong:
                    place = f"{say(service.name)} – {say(step.name)}" if step.name else say(service.name)
                    troubles.append(Trouble(field_of(name), words.labelled(place, wrong), wrong[:1].upper() + wrong[1:]))
                    typed[field_of(name)] = given
                    days = before.get(name)
            if days is not None and days < step.limit_days:
                agreed[name] = days
    return agreed


def _limit(text: str, law: float) -> tuple[float | None, str]:
    """Return the days that were written, and a sentence where they cannot be an agreed limit."""
    plain, shown = text.strip(), formatting.number(law, get_language())
    if not plain:
        return None, ""
    if plain[0] in "-−–" and _DAYS.fullmatch(plain[1:].strip()):
        return None, gettext("a limit cannot be below 0. Write 0 for “at once”, or up to %(law)s working days.") % {"law": shown}
    if not plain.isascii() or not _DAYS.fullmatch(plain):
        return None, gettext("“%(text)s” is not a number of working days. Write a number from 0 to %(law)s.") % {
            "text": plain[:20],
            "law": shown,
        }
    days = float(plain.replace(",", "."))
    if days > law:
        sentence = gettext("%(days)s working days are more than the legal limit of %(law)s. Agree on %(law)s or fewer.")
        return None, sentence % {"days": formatting.number(days), "law": shown}
    return (int(days) if days.is_integer() else days), ""


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 6 else None


def _switches(form: QueryDict) -> Switches:
    return Switches(joining=form.get("joining") == "0", parallel=form.get("parallel") == "0", commitments=form.get("agreed") == "0")


# --- what publishing asks for ---


def lacking(draft: Draft) -> list[Trouble]:
    """Say what a One Thing lacks before it can be published."""
    document, found = draft.document, []
    if not document["services"]:
        found.append(Trouble("services", gettext("Pick at least one service.")))
    name = document.get("name", {})
    missing = [language for language in LANGUAGES if not name.get(language)]
    if missing:
        sentence = gettext("Give it a name in each language; there is none in: %(languages)s.")
        languages = pgettext("between names", ", ").join(LANGUAGES[language] for language in missing)
        found.append(Trouble(f"name_{missing[0]}", sentence % {"languages": languages}))
    return found
