"""The search over the database: the index of the newest release, made anew when release, directory or help change."""

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import Count, Max

from onewindow.domain.catalogue.model import Catalogue, Event, PublicService
from onewindow.modules.catalogue import models
from onewindow.modules.catalogue.search import Filters, Found, Index, Searchable, Thesaurus

AT_ONCE = 2000
"""So many things are indexed anew while somebody waits (0.2 s); more, beside those who are served from the index before."""
AUDIENCE_OF = {"life": "natural", "business": "legal"}

_help: list[Callable[[], Iterable[Searchable]]] = []


@dataclass(frozen=True, slots=True)
class SynonymRow:
    """Words that mean the same to people."""

    id: UUID
    words: tuple[str, ...]
    updated_at: datetime


class _Newest:
    """The newest index of the process. While a large one is made, the one before still answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: Hashable = None
        self._index: Index | None = None
        self._making: Hashable = None

    def get(self, key: Hashable, make: Callable[[], Index]) -> Index:
        with self._lock:
            held = self._index
            if held is not None and key in {self._key, self._making}:
                return held
            beside = held is not None and len(held) > AT_ONCE
            if beside:
                self._making = key
        if held is None or not beside:
            return self._keep(key, make())
        threading.Thread(target=self._make, args=(key, make), name="search-index", daemon=True).start()
        return held

    def _make(self, key: Hashable, make: Callable[[], Index]) -> None:
        try:
            self._keep(key, make())
        finally:
            self._making = None
            connections.close_all()

    def _keep(self, key: Hashable, index: Index) -> Index:
        with self._lock:
            self._key, self._index = key, index
        return index

    def forget(self) -> None:
        with self._lock:
            self._key = self._index = self._making = None


_newest = _Newest()
_thesaurus: list[tuple[Hashable, Thesaurus]] = []


def use_help(pages: Callable[[], Iterable[Searchable]]) -> None:
    """Say which pages of help can be found. Called while the apps load."""
    _help[:] = [pages]


def find(text: str, language: str, limit: int, filters: Filters, *, content: Hashable, catalogue: Callable[[], Catalogue | None]) -> Found:
    """Search the catalogue that `content` names, the directory and the help."""
    latest = models.ImportRun.objects.order_by("-imported_at").values_list("pk", flat=True).first()
    index = _newest.get((content, latest), lambda: Index(_things(catalogue())))
    return index.search(text, language=language, limit=limit, filters=filters, also=_synonyms())


def synonyms() -> tuple[SynonymRow, ...]:
    """Return every group of words, the newest change first."""
    rows = models.SynonymGroup.objects.order_by("-updated_at", "pk").values_list("pk", "words", "updated_at")
    return tuple(SynonymRow(pk, tuple(words), at) for pk, words, at in rows)


def forget() -> None:
    """Drop what is kept in the process."""
    _newest.forget()
    _thesaurus.clear()


def _synonyms() -> Thesaurus:
    key = tuple(models.SynonymGroup.objects.aggregate(rows=Count("pk"), at=Max("updated_at")).values())
    if not _thesaurus or _thesaurus[0][0] != key:
        _thesaurus[:] = [(key, Thesaurus(models.SynonymGroup.objects.order_by("pk").values_list("words", flat=True)))]
    return _thesaurus[0][1]


def _things(catalogue: Catalogue | None) -> Iterator[Searchable]:
    for pages in _help:
        yield from pages()
    if catalogue is not None:
        yield from (_event(catalogue, event) for event in catalogue.events.values())
        yield from (_service(catalogue, service) for service in catalogue.services.values())
        offering = {service.organisation for service in catalogue.services.values()}
        for key in sorted(offering & catalogue.organisations.keys()):
            organisation = catalogue.organisations[key]
            yield Searchable("organisation", key, organisation.name, office=key, region=organisation.region or "")
    fields = ("code", "name", "organisation_name", "group", "area")
    for code, name, office, group, area in models.DirectoryEntry.objects.filter(completed_into="").order_by("code").values_list(*fields):
        yield Searchable("directory", code, {"zh": name}, {"zh": office}, (group,) if group else (), office=office, region=area)


def _event(catalogue: Catalogue, event: Event) -> Searchable:
    names = tuple(text for key in event.services for text in catalogue.services[key].name.values())
    audience = frozenset({AUDIENCE_OF[event.kind]} if event.kind in AUDIENCE_OF else ())
    return Searchable("event", event.id, event.name, others=names, audience=audience, things=frozenset({event.id}), use=event.yearly_cases)


def _service(catalogue: Catalogue, service: PublicService) -> Searchable:
    office = catalogue.organisations[service.organisation]
    produced = tuple(
        text for key in service.produces if key in catalogue.evidence_types for text in catalogue.evidence_types[key].name.values()
    )
    return Searchable(
        "service",
        service.id,
        service.name,
        office.name,
        produced,
        office=office.id,
        region=office.region or "",
        audience=frozenset(service.audience),
        channels=frozenset(service.channels),
        things=frozenset(event.id for event in catalogue.events.values() if service.id in event.services),
        use=service.yearly_cases,
    )
