"""Reads: the catalogue of data resources for other catalogues."""

import json
from collections.abc import Hashable, Mapping
from threading import Lock

from onewindow.modules.exchange.resources.reads import published
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing.actors import Actor

KEPT = 4
_kept: dict[Hashable, str] = {}
_lock = Lock()


def exported_resources(*, form: str, base: str, publisher: Mapping[str, str], actor: Actor) -> str:
    """Return what is published as DCAT-AP, `turtle` or `jsonld`; visitors are told of the open data sets alone.

    The last few texts are kept in the process: harvesters come often, and published versions never change.
    """
    rows = published(actor=actor)
    names = {key: row.name for key, row in identity.organisations().items()}
    told = tuple((row.described.id, row.number) for row in rows)
    key = (form, base, json.dumps([names, publisher], sort_keys=True), told)
    with _lock:
        found = _kept.get(key)
    if found is None:
        from onewindow.domain.exchange.dcat import Entry, export_dcat  # rdflib is slow to load, and few ask for it

        entries = [Entry(row.described, row.number, row.first_at, row.published_at) for row in rows]
        found = export_dcat(entries, publisher=publisher, organisations=names, form=form, base=base)
        with _lock:
            while len(_kept) >= KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = found
    return found
