"""Reading the catalogue. Releases never change, so what is built of one is kept in the process."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Q

from onewindow.domain.bundle import Report, compile_bundle
from onewindow.domain.catalogue import build_catalogue, translations
from onewindow.domain.catalogue.cpsv_words import DEFAULT_BASE
from onewindow.domain.catalogue.documents import Documents, as_json, as_yaml, by_kind, canonical
from onewindow.domain.catalogue.model import Catalogue, Event
from onewindow.domain.catalogue.names import Aliases
from onewindow.domain.errors import NotFound
from onewindow.modules.catalogue import finding, models
from onewindow.modules.catalogue.code_lists import CodeChoice as CodeChoice
from onewindow.modules.catalogue.code_lists import code_names as code_names
from onewindow.modules.catalogue.code_lists import divisions as divisions
from onewindow.modules.catalogue.code_lists import find_codes as find_codes
from onewindow.modules.catalogue.code_lists import listed_code as listed_code
from onewindow.modules.catalogue.code_lists import read_code_list as read_code_list
from onewindow.modules.catalogue.finding import SynonymRow as SynonymRow
from onewindow.modules.catalogue.finding import synonyms as synonyms
from onewindow.modules.catalogue.finding import use_help as use_help
from onewindow.modules.catalogue.search import Filters as Filters
from onewindow.modules.catalogue.search import Found as Found
from onewindow.modules.catalogue.search import Hit as Hit
from onewindow.modules.catalogue.search import Searchable as Searchable
from onewindow.plumbing import asked, bulk
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.exposure import category_of

RELEASES_KEPT = 8
REPORTS_KEPT = 1000

T = TypeVar("T")


class _Kept(Generic[T]):
    """The most recently used results of a computation, a bounded number of them, shared by all threads."""

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, threading.Lock()
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()  # outside the lock: two threads may both compute it, nobody waits for another's work
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        with self._lock:
            self._values.clear()


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    number: int
    digest: str
    published_at: datetime
    published_by: UUID | None
    note: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    id: UUID
    kind: str
    key: str
    document: Mapping[str, Any]
    based_on: int | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A directory entry as people read it."""

    code: str
    name: str
    group: str
    organisation_name: str
    organisation_uscc: str
    area: str
    task_type: str
    source: str
    imported_at: datetime
    completed_into: str


def author_of(actor: Actor) -> UUID:
    """Return whose drafts these are; the system's have the nil id."""
    return actor.id or UUID(int=0)


def current_release() -> int | None:
    """Return the number of the newest release, or None where nothing was ever loaded."""
    return models.Release.objects.order_by("-number").values_list("number", flat=True).first()


def release_row(number: int) -> ReleaseRow:
    """Return what is known about a release.

    Raises: NotFound.
    """
    row = models.Release.objects.filter(pk=number).first()
    if row is None:
        raise NotFound(kind="release", id=number)
    return _release_row(row)


def newest_release() -> ReleaseRow | None:
    """Return what is known about the newest release, or None where nothing was ever loaded."""
    newest = f'number = (SELECT MAX(number) FROM "{models.Release._meta.db_table}")'  # noqa: S608  (a name of our own table)
    return next((_release_row(row) for row in bulk.select(models.Release, newest, [])), None)


def newest_catalogue() -> Catalogue | None:
    """Return the catalogue in force by one statement, or None where nothing was ever loaded."""
    newest = newest_release()
    return None if newest is None else _catalogues.get(newest.digest, lambda: build_catalogue(by_kind(documents_at(newest.number))))


def _release_row(row: models.Release) -> ReleaseRow:
    return ReleaseRow(number=row.number, digest=row.digest, published_at=row.published_at, published_by=row.published_by, note=row.note)


def documents_at(release: int) -> Documents:
    """Return every object as it was written, (kind, id) → document, in one release."""
    held = models.CatalogueObject.objects.filter(Q(until=None) | Q(until__gt=release), since__lte=release).order_by("kind", "key")
    return {(kind, key): document for kind, key, document in held.values_list("kind", "key", "document")}


_catalogues: _Kept[Catalogue] = _Kept(RELEASES_KEPT)
_spoken: _Kept[Mapping[str, tuple[str, ...]]] = _Kept(RELEASES_KEPT)
_reports: _Kept[Report] = _Kept(REPORTS_KEPT)


def exported(release: int, *, form: str, base: str = DEFAULT_BASE) -> str:
    """Return a release as one text: `yaml` or `json` in its own format, `turtle` or `jsonld` as CPSV-AP.

    Raises: NotFound.
    """
    _content(release)
    if form in {"yaml", "json"}:
        documents = documents_at(release)
        return as_yaml(documents) if form == "yaml" else as_json(documents)
    from onewindow.domain.catalogue.cpsv import export_cpsv  # rdflib is slow to load, and few ask for it

    return export_cpsv(catalogue_at(release), form=form, base=base)


def catalogue_at(release: int) -> Catalogue:
    """Return the catalogue of a release.

    Raises: NotFound.
    """
    return _catalogues.get(_content(release), lambda: build_catalogue(by_kind(documents_at(release))))


def events(release: int) -> tuple[Event, ...]:
    """Return the One Things of a release, by id."""
    return tuple(event for _, event in sorted(catalogue_at(release).events.items()))


def spoken(release: int) -> Mapping[str, tuple[str, ...]]:
    """Return {One Thing: the languages in which it is offered}: those in which nothing that its applicants read is missing."""
    digest = _content(release)
    content = catalogue_at(release)
    return _spoken.get(digest, lambda: {event.id: translations.spoken(content, event) for event in content.events.values()})


def compiled(
    *,
    release: int,
    event_id: str,
    answers: Mapping[str, Any],
    held: Collection[str],
    unavailable: Collection[str] = (),
    with_alone: bool = False,
) -> Report:
    """Compile an event of a release; an `unavailable` resource counts as one that is not shared.

    Raises: NotFound, and what the compiler refuses.
    """
    catalogue = catalogue_at(release)
    if event_id not in catalogue.events:
        raise NotFound(kind="event", id=event_id)
    missing = frozenset(unavailable).intersection(catalogue.resources)
    key = (_content(release), event_id, canonical(dict(answers)), frozenset(held), missing, with_alone)

    def work() -> Report:
        return compile_bundle(_without(catalogue, missing), event_id, answers=answers, held=held, with_alone=with_alone)

    return _reports.get(key, work)


def _without(catalogue: Catalogue, missing: Collection[str]) -> Catalogue:
    if not missing:
        return catalogue
    resources = {name: replace(resource, sharing="none") if name in missing else resource for name, resource in catalogue.resources.items()}
    return replace(catalogue, resources=resources)


def find(text: str, *, language: str = "zh", limit: int = 20, filters: Filters = Filters()) -> Found:  # noqa: B008  (frozen)
    """Return events, services, organisations, help and directory entries that a person may mean, best first, with what narrows them."""
    newest = newest_release()
    content = None if newest is None else (newest.number, newest.digest)
    return finding.find(text, language, limit, filters, content=content, catalogue=newest_catalogue)


def search(text: str, language: str = "zh", limit: int = 20) -> tuple[Hit, ...]:
    """Return the best that a person may mean; nothing typed finds nothing."""
    return find(text, language=language, limit=limit).hits if text.strip() else ()


def directory_entry(code: str) -> EntryRow:
    """Return one directory entry by its implementation code.

    Raises: NotFound.
    """
    row = models.DirectoryEntry.objects.filter(code=code).first()
    if row is None:
        raise NotFound(kind="directory entry", id=code)
    return EntryRow(**{name: getattr(row, name) for name in EntryRow.__dataclass_fields__})


def drafts(actor: Actor) -> tuple[DraftRow, ...]:
    """Return one's own drafts, newest first."""
    rows = models.DraftObject.objects.filter(author=author_of(actor)).order_by("-updated_at")
    return tuple(DraftRow(**{name: getattr(row, name) for name in DraftRow.__dataclass_fields__}) for row in rows)


def _content(release: int) -> str:
    """Return the digest that names the content of a release: a number alone would not, where a database was made anew.

    Raises: NotFound.
    """
    digest = asked.once(("release", release), models.Release.objects.filter(pk=release).values_list("digest", flat=True).first)
    if digest is None:
        raise NotFound(kind="release", id=release)
    return digest


def forget_all() -> None:
    """Drop everything kept in the process; for a database that was replaced."""
    asked.forget()
    finding.forget()
    for kept in (_catalogues, _reports, _spoken):
        kept.clear()


def category(element: str) -> str:
    """Return the category of data (plumbing.exposure) of an element, under any role; of one that no longer exists, the gravest."""
    release = current_release()
    return _categories(catalogue_at(release)).get(element.rpartition(".")[2], "identity") if release is not None else "identity"


def _categories(content: Catalogue) -> Mapping[str, str]:
    """Return {element: category}, remembered for the catalogue that is asked about."""
    if not _told or _told[0][0] is not content:
        found = {name: category_of(element.type, personal=element.personal) for name, element in content.elements.items()}
        plain = Aliases(content.elements).targets
        _told[:] = [(content, {name: found[plain.get(name, name)] for name in found})]
    return _told[0][1]


_told: list[tuple[Catalogue, Mapping[str, str]]] = []
