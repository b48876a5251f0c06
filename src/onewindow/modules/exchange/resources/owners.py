"""Whose a data resource is."""

from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange.resources.models import DataResource


def owner_of(resource: str) -> str:
    """Return the organisation that keeps a resource: by its own row, else by the compiled catalogue, else nobody ("")."""
    row = DataResource.objects.filter(pk=resource).values_list("organisation", flat=True).first()
    if row is not None:
        return row
    release = catalogue.current_release()
    described = catalogue.catalogue_at(release).resources.get(resource) if release is not None else None
    return (described.organisation if described else None) or ""
