"""Which data resources the compiled catalogue gives to whom, and what it calls them."""

from collections.abc import Mapping

from onewindow.modules.catalogue import selectors as catalogue


def kept_by(organisations: frozenset[str]) -> frozenset[str]:
    """Return the resources that these organisations keep."""
    described = catalogue.newest_catalogue()
    return frozenset(row.id for row in described.resources.values() if row.organisation in organisations) if described else frozenset()


def name_of(resource: str) -> Mapping[str, str]:
    """Return what a resource is called. Shape: {zh, en, ru}; its id where the catalogue does not know it."""
    described = catalogue.newest_catalogue()
    known = described.resources.get(resource) if described else None
    return known.name if known else {"zh": resource, "en": resource, "ru": resource}
