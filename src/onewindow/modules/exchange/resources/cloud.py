"""Writes: the register of systems that move to the city's cloud."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from onewindow.domain.exchange import systems as rules
from onewindow.domain.exchange.systems import System
from onewindow.modules.exchange.permissions import Kept
from onewindow.modules.exchange.resources.cloud_rows import as_system
from onewindow.modules.exchange.resources.models import CloudSystem
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor


@transaction.atomic
def save_cloud_system(*, system: System, actor: Actor, now: datetime) -> None:
    """Register a system of one's own organisation, or say how far it has come. Raises: Forbidden, SystemRefused."""
    permissions.require(actor, "exchange.keep", Kept(system.organisation))
    row = CloudSystem.objects.select_for_update().filter(pk=system.id).first()
    if row is not None and row.organisation != system.organisation:
        raise rules.refused(system.id, rules.say("other-owner"))
    known = set(CloudSystem.objects.filter(pk__in=system.needs).values_list("pk", flat=True))
    rules.require_whole(system, known=known)
    _row(system, actor, now).save(force_insert=row is None)
    _tell(system, actor=actor, now=now)


@transaction.atomic
def load_cloud_systems(*, systems: Iterable[Mapping[str, Any]], actor: Actor, now: datetime) -> int:
    """Write the systems of a file, all or none. Return how many changed. Raises: Forbidden, SystemRefused."""
    permissions.require(actor, "exchange.load")
    wanted = [rules.read(row) for row in systems]
    held = {row.pk: as_system(row) for row in CloudSystem.objects.all()}
    organisations = identity.organisations()
    changed = [system for system in wanted if held.get(system.id) != system]
    for system in changed:
        rules.require_whole(system, known={*held, *(other.id for other in wanted)})
        if system.organisation not in organisations:
            raise rules.refused(system.id, rules.say("organisation", value=system.organisation))
        _row(system, actor, now).save(force_insert=system.id not in held)
        _tell(system, actor=actor, now=now)
    return len(changed)


def _row(system: System, actor: Actor, now: datetime) -> CloudSystem:
    return CloudSystem(
        pk=system.id,
        organisation=system.organisation,
        name=dict(system.name),
        state=system.state,
        needs=list(system.needs),
        resources=list(system.resources),
        planned_date=system.planned_date,
        moved_date=system.moved_date,
        changed_at=now,
        changed_by=actor.id,
    )


def _tell(system: System, *, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action="exchange.keep-system",
        subject_kind="cloud-system",
        subject_id=system.id,
        at=now,
        details={"state": system.state},
    )
