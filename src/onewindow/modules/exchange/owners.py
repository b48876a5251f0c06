"""Whose a data resource is and what it is called: by its own row first, else by the compiled catalogue."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from onewindow.domain.catalogue.model import Resource, Text
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange.resources.models import DataResource


@dataclass(frozen=True, slots=True)
class Known:
    """Of one resource: the organisation that keeps it, "" where nobody does, and its name."""

    owner: str
    name: Text


def known_resources(*, among: Collection[str] | None = None) -> dict[str, Known]:
    """Return every resource that somebody has registered or the catalogue describes, or those of them that are named.

    What its owner registered goes before the catalogue, whose compiled resources may be asked before anybody has registered them.
    """
    compiled = {key: row for key, row in _compiled().items() if among is None or key in among}
    found = {key: Known(row.organisation or "", row.name) for key, row in compiled.items()}
    rows = DataResource.objects.all() if among is None else DataResource.objects.filter(pk__in=among)
    for key, owner, document in rows.values_list("pk", "organisation", "current__document"):
        name = document["title"] if document else found[key].name if key in found else {"zh": key}
        found[key] = Known(owner, name)
    return found


def owner_of(resource: str) -> str:
    """Return the organisation that keeps a resource, or "" where nobody does."""
    found = known_resources(among=[resource])
    return found[resource].owner if resource in found else ""


def name_of(resource: str) -> Text:
    """Return what a resource is called; its id where nobody knows it."""
    found = known_resources(among=[resource])
    return found[resource].name if resource in found else {"zh": resource}


def kept_by(organisations: Collection[str]) -> frozenset[str]:
    """Return the resources that these organisations keep."""
    return frozenset(key for key, row in known_resources().items() if row.owner in organisations)


def _compiled() -> Mapping[str, Resource]:
    described = catalogue.newest_catalogue()
    return described.resources if described is not None else {}
