"""What a leak would give away of people: what each kind of look shows, what each table holds, and whose an object is.

Modules say it beside what they hold (`personal.Holder`); the breach drill puts it together.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, Q

from onewindow.plumbing.sealing.fields import SealedField

CATEGORIES = ("identity", "contact", "address", "enterprise", "matter", "documents", "payment", "post", "use")
"""Who somebody is; how they are reached; where; their undertaking; the matter and how it stands; papers; fees; work at an office; traces of
use (log-ins, devices, who looked)."""
_OF_TYPE = {
    "resident-id": "identity",
    "phone": "contact",
    "email": "contact",
    "address": "address",
    "uscc": "enterprise",
    "file": "documents",
    "money": "payment",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of one look that counts for what it showed. Shape: `details` is {name: texts}, hashable."""

    what: str
    organisation: str
    purpose: str
    case: UUID | None
    details: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def detail(self, name: str) -> tuple[str, ...]:
        return dict(self.details).get(name, ())


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an object is, and of which case."""

    person: UUID
    case: UUID | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with data about people. `person` and `case` are paths to their ids; `since`, to when a row was made.

    `columns` says which categories each column holds, with spaces between. Where `element` names a column with the name of an element,
    `value` and `note` are of that element's category, which `of_element` tells. `file` names the column with the stored file, if any.
    """

    model: type[models.Model]
    person: str
    columns: Mapping[str, str] = field(default_factory=dict)
    case: str = ""
    since: str = ""
    element: str = ""
    of_element: Callable[[str], str] | None = None
    file: str = ""

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def sealed(self) -> frozenset[str]:
        """The columns that nobody reads without the keys."""
        return frozenset(name.attname for name in self.model._meta.concrete_fields if isinstance(name, SealedField))


@dataclass(frozen=True, slots=True)
class Share:
    """What one table holds of one person: how many rows, what lies open in them, and what only the keys open."""

    person: UUID
    case: UUID | None
    rows: int
    open: frozenset[str]
    sealed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gathered:
    """A table of records about people who need have no account here: how many, what lies open in them, what only the keys open."""

    name: str
    resource: str
    rows: int
    open: frozenset[str]
    sealed: frozenset[str]


def _no_references(_ids: Collection[UUID]) -> Mapping[UUID, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Exposure:
    """What one holder says. `looks`: {code of a look: what it showed}; `owners`: {kind of subject: whose they are, by id}."""

    looks: Mapping[str, Callable[[Look], Collection[str]]] = field(default_factory=dict)
    owners: Mapping[str, Callable[[Collection[str]], Mapping[str, Owner]]] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    references: Callable[[Collection[UUID]], Mapping[UUID, str]] = _no_references
    """The reference numbers of cases."""
    gathered: Callable[[], Iterable[Gathered]] = tuple


def category_of(kind: str, *, personal: bool) -> str:
    """Return the category of an element by its type, and by whether the catalogue calls it personal.

    >>> category_of("resident-id", personal=True), category_of("string", personal=True), category_of("number", personal=False)
    ('identity', 'identity', 'matter')
    """
    return _OF_TYPE.get(kind) or ("identity" if personal else "matter")


def shares(table: Table, *, until: datetime | None = None, person: UUID | None = None) -> Iterator[Share]:
    """Tell whose rows a table holds: of everybody, or of one person; of rows made after a moment, nothing."""
    wanted = ~Q(**{table.person: None})
    if until is not None and table.since:
        wanted &= Q(**{f"{table.since}__lte": until})
    if person is not None:
        wanted &= Q(**{table.person: person})
    names, hidden = [name for name in (table.person, table.case, table.element) if name], table.sealed
    for row in table.model._default_manager.filter(wanted).values(*names).annotate(held=Count("pk")).order_by():
        columns = dict(table.columns)
        if table.element and table.of_element:
            columns["value"] = columns["note"] = table.of_element(row[table.element])
        sealed = {kind for name, kinds in columns.items() if name in hidden for kind in kinds.split()}
        plain = {kind for name, kinds in columns.items() if name not in hidden for kind in kinds.split()}
        yield Share(_uuid(row[table.person]), row.get(table.case), row["held"], frozenset(plain), frozenset(sealed))


def rows_of(ids: Collection[str], query: Callable[[Collection[Any]], Any], *, person: str, case: str = "") -> Mapping[str, Owner]:
    """Return {id: owner} of the rows that a query finds under ids; what is no id of its kind is left out."""
    names = ("pk", person, *([case] if case else []))
    return {str(row[0]): Owner(_uuid(row[1]), row[2] if case else None) for row in query(ids).values_list(*names) if row[1] is not None}


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))
