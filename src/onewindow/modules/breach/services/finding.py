"""Whom a leak concerns."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from onewindow.modules.breach.exposed import NAMED
from onewindow.modules.breach.gathering import Gathering
from onewindow.modules.breach.leaks import Found, Leak, SpanTurned
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import accesses, audit, permissions
from onewindow.plumbing.actors import Actor


@transaction.atomic
def find(*, leak: Leak, incident: str, actor: Actor, now: datetime) -> Found:
    """Return whom a leak concerns, which data of theirs, and what lay in it sealed. Raises: Forbidden, NothingToFind, SpanTurned."""
    permissions.require(actor, "breach.find")
    if leak.until < leak.since:
        raise SpanTurned(since=leak.since.isoformat(timespec="minutes"), until=leak.until.isoformat(timespec="minutes"))
    gathering = Gathering(leak, actor)
    gathering.gather()
    persons = tuple(gathering.concerned())
    span = {"since": leak.since.isoformat(), "until": leak.until.isoformat()}
    details = {"leak": leak.kind, "subjects": list(leak.subjects), **span, "persons": len(persons)}
    audit.record(actor=actor, action="breach.find", subject_kind="incident", subject_id=incident, at=now, details=details)
    return Found(
        incident=incident,
        leak=leak,
        at=now,
        persons=persons,
        looks=gathering.looks,
        denied=gathering.denied,
        acts=dict(sorted(gathering.acts.items())),
        registers=dict(sorted(gathering.registers.items())),
        tables=dict(sorted(gathering.tables.items())),
        unresolved=gathering.unresolved,
        gathered=tuple(gathering.gathered),
    )


def name(*, persons: Collection[UUID], incident: str, actor: Actor, now: datetime) -> dict[UUID, Mapping[str, str]]:
    """Return what the persons are called; each of them sees that they were named. Raises: Forbidden, AccessNotLogged."""
    permissions.require(actor, "breach.name")
    if persons:
        accesses.read(actor=actor, what=NAMED, subject_kind="incident", subject_id=incident, persons=persons, purpose="incident", at=now)
    return identity.display_names(persons)
