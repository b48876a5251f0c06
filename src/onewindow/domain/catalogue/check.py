"""What loads but is probably not meant: the warnings of `catalogue check`."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from onewindow.domain import silence
from onewindow.domain.catalogue.model import Catalogue, Event, PublicService
from onewindow.domain.catalogue.names import Aliases, split
from onewindow.domain.catalogue.problems import Warning_, did_you_mean
from onewindow.domain.catalogue.rules import uses
from onewindow.domain.catalogue.schema import catalogue_schema
from onewindow.domain.catalogue.translations import missing_texts
from onewindow.domain.conditions import ANSWER, same
from onewindow.domain.confirmations import GUIDE, entries
from onewindow.domain.identification import HIGHEST, LEVELS

event_kinds = ("life", "business")
channels = ("online", "mobile", "counter", "terminal", "phone", "post")


@cache
def guide_keys() -> tuple[str, ...]:
    """Return the keys of a guide, as the published schema lists them."""
    return tuple(catalogue_schema()["$defs"]["guide"]["properties"])


def check_catalogue(catalogue: Catalogue) -> tuple[Warning_, ...]:
    """Return the warnings of a catalogue that was loaded, in the order of its objects."""
    aliases = Aliases(catalogue.elements)
    found: dict[Warning_, None] = {}
    for service in catalogue.services.values():
        found.update(dict.fromkeys(_service(service)))
    for event in catalogue.events.values():
        found.update(dict.fromkeys(_event(catalogue, event, aliases)))
        found.update(dict.fromkeys(_confirming(catalogue, event, aliases)))
    found.update(dict.fromkeys(_unused(catalogue, aliases)))
    return tuple(found)


def _service(service: PublicService) -> Iterator[Warning_]:
    if not service.organisation:
        message = f"the service “{service.id}” names no organisation, so nobody can work on it"
        yield Warning_("services", service.id, "catalogue-no-organisation", message, "Add organisation: …")
    for channel in service.channels:
        if channel not in channels:
            message = f"the service “{service.id}” is offered by the unknown channel “{channel}”"
            yield Warning_("services", service.id, "catalogue-unknown-channel", message, f"Known are {', '.join(channels)}.")
    for key in service.guide:
        if key not in guide_keys():
            remedy = did_you_mean(key, guide_keys(), otherwise="It is kept, but no page shows it.")
            message = f"the guide of “{service.id}” has the unknown key “{key}”"
            yield Warning_("services", service.id, "catalogue-unknown-guide-key", message, remedy)
    level = service.guide.get("identification_level")
    if level is not None and level not in (*range(HIGHEST + 1), *LEVELS):
        message = f"the guide of “{service.id}” states the unknown identification level “{level}”"
        remedy = f"It counts as {HIGHEST}. Write 0 to {HIGHEST}, or {', '.join(LEVELS)}."
        yield Warning_("services", service.id, "catalogue-unknown-identification-level", message, remedy)
    yield from _silence(service)


def _silence(service: PublicService) -> Iterator[Warning_]:
    """Warn where silence is said to grant and never can: no law that can be read, or no decision to be late with."""
    if service.guide.get(silence.GUIDE) is None:
        return
    if silence.law_of(service.guide) is None:
        message = f"the guide of “{service.id}” lets silence grant without a law or a first day"
        remedy = "It grants nothing. Write silence_grants: {since: 2004-07-01, legal_basis: [{title: …, article: …}]}."
        yield Warning_("services", service.id, "catalogue-silence-without-law", message, remedy)
    elif not any(step.kind == "decision" for step in service.steps):
        message = f"silence is to grant “{service.id}”, which has no step of the kind decision"
        remedy = "Write kind: decision at the step that decides."
        yield Warning_("services", service.id, "catalogue-silence-without-decision", message, remedy)


def _confirming(catalogue: Catalogue, event: Event, aliases: Aliases) -> Iterator[Warning_]:
    """Warn where a service wants somebody to confirm who has no role in the event, or shows an element that nobody described."""
    for service in (catalogue.services[ident] for ident in event.services):
        listed = service.guide.get(GUIDE) or ()
        found = list(entries(service.guide))
        if not isinstance(listed, list | tuple) or len(found) < len(listed):
            message = f"in the guide of “{service.id}” not every entry of “{GUIDE}” names a role, so nobody is asked to confirm"
            yield Warning_("services", service.id, "catalogue-confirmation-without-role", message, "Write [{role: …, says: …}].")
        for entry in found:
            if entry["role"] not in event.roles:
                remedy = did_you_mean(entry["role"], event.roles, otherwise=f"Add it to the roles of “{event.id}”.")
                message = f"“{service.id}” wants “{entry['role']}” to confirm, which is no role of “{event.id}”, so nobody is asked"
                yield Warning_("services", service.id, "catalogue-confirmation-unknown-role", message, remedy)
            shows = entry.get("shows") or ()
            for name in shows if isinstance(shows, list | tuple) else ():
                if split(aliases.plain(str(name)))[1] not in catalogue.elements:
                    message = f"“{service.id}” shows “{name}” to whoever confirms, and there is no such element"
                    remedy = did_you_mean(name, catalogue.elements, otherwise="Take it away.")
                    yield Warning_("services", service.id, "catalogue-confirmation-unknown-element", message, remedy)


def _event(catalogue: Catalogue, event: Event, aliases: Aliases) -> Iterator[Warning_]:
    if event.kind not in event_kinds:
        message = f"the event “{event.id}” is of the unknown kind “{event.kind}”"
        yield Warning_("events", event.id, "catalogue-unknown-kind", message, f"Known are {', '.join(event_kinds)}.")
    if not event.applicant:
        message = f"the event “{event.id}” names no applicant, so log-in tells nothing about them"
        yield Warning_("events", event.id, "catalogue-no-applicant", message, "Add applicant: …, the id of a party.")
    if not event.services:
        yield Warning_("events", event.id, "catalogue-no-services", f"the event “{event.id}” has no services", "Add services: [ … ].")
    services = [catalogue.services[ident] for ident in event.services]
    named = {aliases.plain(question.element) for question in event.questions if question.element is not None}
    asked = {aliases.plain(ask.element) for service in services for ask in service.asks}
    used: set[str] = set()
    for service in services:
        for use in uses(service):
            if use.what != "facts":
                continue
            fact = use.name if use.name.startswith(ANSWER) else aliases.plain(use.name)
            used.add(fact)
            if not fact.startswith(ANSWER) and fact not in named and fact not in asked:
                message = f"a condition of “{service.id}” uses “{fact}”, which no question of “{event.id}” answers and no service asks"
                yield Warning_("services", service.id, "catalogue-fact-never-known", message, f"Add a question with element: {fact}.")
    for question in event.questions:
        element = aliases.plain(question.element) if question.element is not None else None
        if ANSWER + question.id not in used and element not in used and element not in asked:
            message = f"the question “{question.id}” of “{event.id}” decides nothing"
            yield Warning_("events", event.id, "catalogue-idle-question", message, "Take it away, or use its answer in a condition.")
    yield from _types(catalogue, event, aliases, services)
    yield from untranslated(catalogue, event)


def untranslated(catalogue: Catalogue, event: Event) -> Iterator[Warning_]:
    """Warn of each text for want of which a One Thing is not offered in a language of its name."""
    for language, lacking in missing_texts(catalogue, event).items():
        for place in lacking:
            part = f"({place.part}) " if place.part else ""
            message = f"“{place.id}” {part}lacks “{language}”, so “{event.id}” is not offered in it"
            yield Warning_(place.kind, place.id, "catalogue-not-translated", message, "Write the text in this language too.")


def _types(catalogue: Catalogue, event: Event, aliases: Aliases, services: Iterable[PublicService]) -> Iterator[Warning_]:
    """Warn where a question and its element differ in type, or a value can never be the answer."""
    options: dict[str, tuple[Mapping[str, object], ...]] = {}
    for question in event.questions:
        options[ANSWER + question.id] = question.values
        element = catalogue.elements[split(aliases.plain(question.element))[1]] if question.element is not None else None
        if element is not None and element.type != question.type:
            message = f"the question “{question.id}” is of type {question.type}, its element “{element.id}” of type {element.type}"
            yield Warning_("events", event.id, "catalogue-two-types", message, "Give both the same type.")
    for service in services:
        for use in uses(service):
            values = options.get(use.name, ())
            for wanted in _wanted(use.atom or {}) if values else ():
                if not any(same(wanted, value["id"]) for value in values):
                    message = f"a condition of “{service.id}” waits for “{wanted}”, which “{use.name}” can never be"
                    remedy = did_you_mean(wanted, [str(value["id"]) for value in values], otherwise="Use one of its values.")
                    yield Warning_("services", service.id, "catalogue-value-never", message, remedy)


def _wanted(atom: Mapping[str, object]) -> list[object]:
    several = atom.get("in")
    if isinstance(several, list | tuple):
        return list(several)
    return [atom["is"]] if "is" in atom else []


def _unused(catalogue: Catalogue, aliases: Aliases) -> Iterator[Warning_]:
    """Warn of evidence types that are never needed, and of licences that nothing gives."""
    needed = {split(name)[1] for service in catalogue.services.values() for part in service.evidence for name in part.any_of}
    produced = {split(name)[1] for service in catalogue.services.values() for name in service.produces}
    for ident in catalogue.evidence_types:
        if ident not in needed and ident not in produced:
            message = f"no service needs or produces the evidence type “{ident}”"
            yield Warning_("evidence_types", ident, "catalogue-unused-type", message, "Take it away, or name it where it is needed.")
    for ident in aliases.targets:
        if catalogue.elements[ident].effort != 1:
            message = f"the effort of “{ident}” counts for nothing: it stands for “{aliases.targets[ident]}”"
            yield Warning_("elements", ident, "catalogue-alias-effort", message, "Write the effort at the element it stands for.")
