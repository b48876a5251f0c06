"""What of a case was put in the place of something else: after a notice, or because a register was asked again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from onewindow.domain import masks
from onewindow.domain.catalogue.model import Text
from onewindow.domain.errors import NotFound
from onewindow.modules.cases import models
from onewindow.modules.cases.selectors import looks, scope
from onewindow.modules.cases.selectors.page import Reading
from onewindow.plumbing import accesses
from onewindow.plumbing.actors import Actor

SITTING = timedelta(minutes=30)
"""What somebody looked at within this time they are looking at still."""


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value and the one that took its place; `after` is None while nothing has. Masked values come as masks."""

    element: str
    name: Text
    type: str
    choices: tuple[Mapping[str, object], ...]
    before: Any
    before_kind: str
    before_source: Text
    after: Any
    after_kind: str
    after_source: Text
    changed_at: datetime
    notice: int
    """The number of the notice it answers, 0 without one."""
    services: tuple[str, ...]
    masked: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """`seen_at`: when the reader opened the case before this sitting; None where they never did."""

    values: tuple[ValueChange, ...]
    seen_at: datetime | None


def case_changes(*, case_id: UUID, actor: Actor, now: datetime) -> Changes:
    """Return which values were replaced in a case, newest first, as far as the reader sees them. Raises: NotFound."""
    case = scope.visible_cases(actor).filter(pk=case_id).first()
    if case is None:
        raise NotFound(kind="case", id=case_id)
    reading = Reading(case, actor, now)
    found = sorted(_values(reading), key=lambda change: change.changed_at, reverse=True)
    own = actor.id and accesses.latest_look(person=case.applicant, actor_id=actor.id, what="cases.case", case=case.pk, before=now - SITTING)
    looks.at_case(case, purpose=reading.purpose, actor=actor, now=now)
    return Changes(tuple(found), own or None)


def _values(reading: Reading) -> Iterator[ValueChange]:
    needs: dict[str, list[str]] = {}
    for service, elements in reading.plan.needs.items():
        for element in elements:
            needs.setdefault(element, []).append(service)
    versions: dict[str, list[models.CaseValue]] = {}
    for row in models.CaseValue.objects.filter(case=reading.case).order_by("pk"):
        versions.setdefault(row.element, []).append(row)
    for element, found in versions.items():
        services = tuple(needs.get(element, ()))
        if reading.everything or reading.own.intersection(services):
            for before, after in zip(found, [*found[1:], None], strict=True):
                if before.superseded_at is not None and (after is None or after.value != before.value):
                    yield _change(reading, before, after, services)


def _change(reading: Reading, before: models.CaseValue, after: models.CaseValue | None, services: tuple[str, ...]) -> ValueChange:
    described = reading.book.element(before.element)
    hidden = not reading.unmasked and masks.is_masked(
        described.type, personal=described.personal, needed=bool(reading.own.intersection(services))
    )
    shown = [row and (masks.masked(row.value, described.type) if hidden else row.value) for row in (before, after)]
    corrected = ((after.note if after else None) or {}).get("corrected") or {}
    return ValueChange(
        element=before.element,
        name=described.name,
        type=described.type,
        choices=described.values,
        before=shown[0],
        before_kind=before.source_kind,
        before_source=reading.source_name(before.source_kind, before.source_id),
        after=shown[1],
        after_kind=after.source_kind if after else "",
        after_source=reading.source_name(after.source_kind, after.source_id) if after else {},
        changed_at=before.superseded_at or before.obtained_at,
        notice=int(corrected.get("notice", 0)),
        services=services,
        masked=hidden,
    )
