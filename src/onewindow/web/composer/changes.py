"""Regression: what becomes of a published One Thing when it is published anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onewindow.domain.bundle.report import AfterCounts
from onewindow.domain.catalogue.model import Catalogue, Text
from onewindow.domain.errors import DomainError
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web.composer.document import Document
from onewindow.web.composer.pages import MEASURES

DESCRIBED = ("name", "kind", "applicant", "yearly_cases")


@dataclass(frozen=True, slots=True)
class Figure:
    """A count that becomes another; `worse` where people have more to bring, to do or to wait for."""

    kind: str
    old: float
    new: float

    @property
    def worse(self) -> bool:
        return self.new > self.old


@dataclass(frozen=True, slots=True)
class AgreedChange:
    """A limit that becomes another.  Unit: working days."""

    service: Text
    step: Text
    old: float
    new: float


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the published version; `same` where the documents say the same."""

    same: bool
    figures: tuple[Figure, ...]
    came: tuple[Text, ...]
    went: tuple[Text, ...]
    limits: tuple[AgreedChange, ...]
    described: bool
    """Whether its name, kind, applicant or number of cases changed."""


def changes(*, release: int, published: Document, document: Document, after: AfterCounts) -> Changes:
    """Compare a One Thing as it is being composed with its published version."""
    held = catalogue.catalogue_at(release)
    old, new = list(published.get("services", ())), list(document["services"])
    return Changes(
        same=alike(published, document),
        figures=_figures(release, str(published["id"]), after),
        came=tuple(held.services[name].name for name in new if name not in old),
        went=tuple(held.services[name].name for name in old if name not in new and name in held.services),
        limits=tuple(_limits(held, published.get("commitments", {}), document)),
        described=any((published.get(key) or None) != (document.get(key) or None) for key in DESCRIBED),
    )


def alike(one: Document, other: Document) -> bool:
    """Return whether two documents say the same; what is empty need not be written."""
    return _plain(one) == _plain(other)


def _plain(document: Document) -> Mapping[str, Any]:
    found = {key: value for key, value in document.items() if value not in (None, [], {}, "", 0)}
    found["questions"] = [
        {key: value for key, value in question.items() if value not in (None, [], {})} for question in document.get("questions", ())
    ]
    return found


def _figures(release: int, event_id: str, after: AfterCounts) -> tuple[Figure, ...]:
    try:
        before = catalogue.compiled(release=release, event_id=event_id, answers={}, held=()).after
    except DomainError:
        return ()  # the published version cannot be worked out: nothing to compare with
    rows = (Figure(kind, getattr(before, kind) or 0, getattr(after, kind) or 0) for kind in MEASURES)
    return tuple(row for row in rows if row.old != row.new)


def _limits(held: Catalogue, before: Mapping[str, float], document: Document) -> list[AgreedChange]:
    found = []
    for service in (held.services[name] for name in document["services"]):
        for step in service.steps:
            name = f"{service.id}.{step.id}"
            old, new = before.get(name, step.limit_days), document["commitments"].get(name, step.limit_days)
            if old != new:
                found.append(AgreedChange(service.name, step.name, old, new))
    return found
