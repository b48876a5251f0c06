"""Why a bundle cannot be worked out, in the reader's language and with the names of the catalogue instead of its ids."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

from onewindow.domain.bundle import Circle, NothingSupplies
from onewindow.domain.catalogue import CatalogueRefused
from onewindow.domain.catalogue.model import Catalogue, Text
from onewindow.domain.catalogue.names import split
from onewindow.domain.errors import DomainError
from onewindow.modules.catalogue.services import StaleEdit
from onewindow.web import errors
from onewindow.web.composer.document import needed_answers
from onewindow.web.process import say

_OPENING = re.compile(r"let “([^”]+)” be given on commitment.* for ([^.\s]+)\.(\S+)$")


def quoted(names: Iterable[str]) -> str:
    """Return names one after the other, each in the quotation marks of the language."""
    return pgettext("between names", ", ").join(gettext("“%(name)s”") % {"name": name} for name in names)


def sentences(refused: DomainError, held: Catalogue) -> list[str]:
    """Say what is in the way and what would mend it."""
    if isinstance(refused, Circle):
        return _circle(refused, held)
    if isinstance(refused, NothingSupplies):
        return _missing(refused, held)
    if isinstance(refused, CatalogueRefused):
        return [f"{row.message[:1].upper()}{row.message[1:]}. {row.remedy}" for row in refused.problems]
    if isinstance(refused, StaleEdit) and (event := held.events.get(str(refused.values["key"]))):
        return [errors.sentence(StaleEdit(key=_name(event, event.id), release=refused.values["release"]))]
    return [errors.sentence(refused)]


def unasked(held: Catalogue, document: Mapping[str, Any]) -> list[str]:
    """Say which questions the conditions need that no One Thing asks yet."""
    asked = {question["id"] for question in document["questions"]}
    needed = needed_answers(held.services[name] for name in document["services"])
    return [
        gettext(
            "%(services)s: all or part of it depends on the answer to “%(question)s”, and no One Thing asks this question yet. "
            "Have it described in the catalogue, or take the service away."
        )
        % {"services": quoted(say(service.name) for service in services), "question": question}
        for question, services in needed.items()
        if question not in asked
    ]


def _circle(refused: Circle, held: Catalogue) -> list[str]:
    steps = [_step(held, name) for name in refused.circle]
    found = [gettext("These steps wait for each other in a circle: %(steps)s.") % {"steps": " → ".join([*steps, steps[0]])}]
    for opening in dict.fromkeys(refused.openings):
        match = _OPENING.search(opening)
        if match is None:
            found.append(opening)
            continue
        kind, service, requirement = match.groups()
        values = {
            "type": _name(held.evidence_types.get(split(kind)[1]), kind),
            "service": _name(held.services.get(service), service),
            "requirement": _requirement(held, service, requirement),
        }
        found.append(
            gettext("To open it: let “%(service)s” take a commitment for “%(type)s”, or accept something else as “%(requirement)s”.")
            % values
        )
    if refused.open_questions:
        asked = quoted(_question(held, name) for name in refused.open_questions)
        found.append(gettext("The answer to %(questions)s might dissolve it.") % {"questions": asked})
    return found


def _missing(refused: NothingSupplies, held: Catalogue) -> list[str]:
    found = []
    for element in refused.elements:
        services = dict.fromkeys(service for service, other in refused.missing if other == element)
        values = {
            "element": _name(held.elements.get(split(element)[1]), element),
            "services": quoted(_name(held.services.get(name), name) for name in services),
        }
        sentence = ngettext(
            "Nothing can supply “%(element)s”, which %(services)s needs: it may not be asked, and no register gives it here.",
            "Nothing can supply “%(element)s”, which %(services)s need: it may not be asked, and no register gives it here.",
            len(services),
        )
        found.append(sentence % values)
    return found


def _step(held: Catalogue, name: str) -> str:
    key, _, step = name.partition(".")
    service = held.services.get(key)
    if service is None:
        return name
    its = next((one for one in service.steps if one.id == step), None)
    return f"{say(service.name)} – {say(its.name)}" if its and its.name else say(service.name)


def _requirement(held: Catalogue, service: str, requirement: str) -> str:
    rows: Iterable[object] = held.services[service].evidence if service in held.services else ()
    return _name(next((row for row in rows if getattr(row, "id", "") == requirement), None), requirement)


def _question(held: Catalogue, name: str) -> str:
    for event in held.events.values():
        for question in event.questions:
            if question.id == name:
                return say(question.name)
    return _name(held.elements.get(split(name)[1]), name)


def _name(row: object, otherwise: str) -> str:
    name: Text | None = getattr(row, "name", None)
    return say(name) if name else otherwise
