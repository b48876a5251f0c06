"""The part of a catalogue that an event can depend on: small, so that many variants of it can be compiled."""

from dataclasses import replace

from onewindow.domain.catalogue.model import Catalogue, Event, Resource
from onewindow.domain.catalogue.names import Aliases, split
from onewindow.domain.catalogue.rules import uses
from onewindow.domain.conditions import ANSWER


def excerpt(catalogue: Catalogue, event: Event) -> Catalogue:
    """Return the event with its services and everything their elements, evidence and keys can come from.

    What is left out gives nothing that is needed, directly or through others, so every report of the event stays the same.
    """
    services = {ident: catalogue.services[ident] for ident in event.services}
    types: set[str] = {name for name in catalogue.evidence_types if catalogue.evidence_types[name].licence}
    needed: set[str] = set()
    for service in services.values():
        for use in uses(service):
            if use.what == "evidence_types":
                types.add(split(use.name)[1])
            elif not use.name.startswith(ANSWER):
                needed.add(split(use.name)[1])
    needed.update(split(question.element)[1] for question in event.questions if question.element is not None)
    aliases = Aliases(catalogue.elements)
    resources = _resources(catalogue, aliases, {aliases.plain(name) for name in needed}, types)
    party = catalogue.parties.get(event.applicant)
    mentioned = set(needed) | {split(name)[1] for name in (party.gives if party else ())}
    for resource in resources.values():
        mentioned.update(split(name)[1] for name in (*resource.keyed_by, *resource.gives))
    for name in types:
        mentioned.update(split(element)[1] for element in catalogue.evidence_types[name].gives)
    _with_targets(catalogue, mentioned)
    kept_types = {
        name: replace(kind, obtainable_from=tuple(ident for ident in kind.obtainable_from if ident in resources))
        for name, kind in catalogue.evidence_types.items()
        if name in types
    }
    organisations = {service.organisation for service in services.values()} | {one.organisation or "" for one in resources.values()}
    return Catalogue(
        organisations={name: one for name, one in catalogue.organisations.items() if name in organisations},
        parties={party.id: party} if party else {},
        elements={name: element for name, element in catalogue.elements.items() if name in mentioned},
        resources=resources,
        evidence_types=kept_types,
        services=services,
        events={event.id: event},
    )


def _with_targets(catalogue: Catalogue, mentioned: set[str]) -> None:
    """Add what aliases stand for and what groups hold."""
    waiting = list(mentioned)
    while waiting:
        element = catalogue.elements[waiting.pop()]
        for name in (*element.of, *([element.alias_of] if element.alias_of else [])):
            if name not in mentioned:
                mentioned.add(name)
                waiting.append(name)


def _resources(catalogue: Catalogue, aliases: Aliases, needed: set[str], types: set[str]) -> dict[str, Resource]:
    """Return the resources that give something needed, or the key of one, or a document."""
    kept = {ident for name in types for ident in catalogue.evidence_types[name].obtainable_from}
    reach = set(needed)
    for ident in kept:
        reach.update(aliases.plain(split(name)[1]) for name in catalogue.resources[ident].keyed_by)
    grown = True
    while grown:
        grown = False
        for ident, resource in catalogue.resources.items():
            if ident not in kept and any(aliases.plain(split(name)[1]) in reach for name in resource.gives):
                kept.add(ident)
                reach.update(aliases.plain(split(name)[1]) for name in resource.keyed_by)
                grown = True
    return {ident: resource for ident, resource in catalogue.resources.items() if ident in kept}
