"""Regression: which events' reports change between two states of a catalogue, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onewindow.domain.bundle.compile import compile_bundle
from onewindow.domain.bundle.excerpt import excerpt
from onewindow.domain.bundle.report import Report
from onewindow.domain.catalogue.model import Catalogue
from onewindow.domain.errors import DomainError


@dataclass(frozen=True, slots=True)
class Change:
    """One figure or list of a report that differs, by its path, e.g. after.elements."""

    path: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class EventChange:
    """What becomes of one event. `kind`: added, removed, changed, refused (compiles no longer) or mended (compiles again)."""

    event: str
    kind: str
    changes: tuple[Change, ...] = ()
    refusal: str | None = None


def compare_releases(old: Catalogue, new: Catalogue) -> tuple[EventChange, ...]:
    """Return every event whose report differs, compiled without answers; events whose part of the catalogue is equal are not compiled."""
    found = []
    for ident in sorted({*old.events, *new.events}):
        if ident not in new.events:
            found.append(EventChange(ident, "removed"))
        elif ident not in old.events:
            found.append(EventChange(ident, "added", refusal=_compiled(new, ident)[1]))
        elif (change := _compared(old, new, ident)) is not None:
            found.append(change)
    return tuple(found)


def _compared(old: Catalogue, new: Catalogue, ident: str) -> EventChange | None:
    before, after = excerpt(old, old.events[ident]), excerpt(new, new.events[ident])
    if before == after:
        return None
    was, was_refused = _compiled(before, ident)
    now, refusal = _compiled(after, ident, was)
    if now is None:
        return EventChange(ident, "refused", refusal=refusal) if refusal != was_refused else None
    if was is None:
        return EventChange(ident, "mended")
    changes = tuple(_differences("", was.as_json(), now.as_json()))
    return EventChange(ident, "changed", changes) if changes else None


def _compiled(catalogue: Catalogue, ident: str, earlier: Report | None = None) -> tuple[Report | None, str | None]:
    try:
        return compile_bundle(catalogue, ident, earlier=earlier), None
    except DomainError as refusal:
        return None, str(refusal)


def _differences(path: str, old: Any, new: Any) -> list[Change]:
    """Return the leaves that differ; lists of rows are compared as wholes, except that lists of ids say what came and went."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = [*old, *(key for key in new if key not in old)]
        return [change for key in keys for change in _differences(f"{path}.{key}".lstrip("."), old.get(key), new.get(key))]
    return [] if old == new else [Change(path, old, new)]
