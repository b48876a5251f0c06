"""Reads: one's own drafts of interfaces, and what one would be worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onewindow.domain.errors import NotFound
from onewindow.domain.exchange.gain import Gain, gain
from onewindow.domain.exchange.openapi import Operation
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange.interfaces.form import InterfaceForm, resource_of
from onewindow.modules.exchange.interfaces.models import InterfaceDraft
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class InterfaceRow:
    """A draft as its author sees it."""

    id: UUID
    organisation: str
    title: str
    operations: tuple[Operation, ...]
    form: InterfaceForm
    updated_at: datetime

    @property
    def operation(self) -> Operation | None:
        return next((one for one in self.operations if one.id == self.form.operation), None)


def interface_drafts(*, actor: Actor) -> tuple[InterfaceRow, ...]:
    """Return one's own drafts, the newest first."""
    if actor.id is None:
        return ()
    return tuple(_row(row) for row in InterfaceDraft.objects.filter(author=actor.id).order_by("-updated_at")[:50])


def interface_draft(*, interface_id: UUID, actor: Actor) -> InterfaceRow:
    """Return one of one's own drafts. Raises: NotFound, Forbidden."""
    row = InterfaceDraft.objects.filter(pk=interface_id, author=actor.id).first() if actor.id else None
    permissions.require(actor, "exchange.connect", row.organisation if row else actor.organisation)
    if row is None:
        raise NotFound(kind="interface", id=interface_id)
    return _row(row)


def interface_gain(*, interface_id: UUID, actor: Actor) -> Gain | None:
    """Return what the resource would spare in every One Thing; nothing where it has no keys or gives nothing yet.

    Raises: NotFound, Forbidden.
    """
    row, release = interface_draft(interface_id=interface_id, actor=actor), catalogue.current_release()
    if release is None:
        return None
    held = catalogue.catalogue_at(release)
    resource = resource_of(row.form, row.organisation, held.elements)
    return gain(held, resource, row.form.proves) if resource.keyed_by and resource.gives else None


def papers(*, interface_id: UUID, actor: Actor) -> Mapping[str, Mapping[str, str]]:
    """Return {type of evidence: its name} of those that say something the resource gives and nobody supplies yet. Raises: NotFound."""
    row, release = interface_draft(interface_id=interface_id, actor=actor), catalogue.current_release()
    if release is None:
        return {}
    held = catalogue.catalogue_at(release)
    given = set(resource_of(row.form, row.organisation, held.elements).gives)
    found = (kind for kind in held.evidence_types.values() if not given.isdisjoint(kind.gives) or kind.id in row.form.proves)
    return {kind.id: kind.name for kind in found}


def _row(row: InterfaceDraft) -> InterfaceRow:
    operations = tuple(Operation.from_json(one) for one in row.operations)
    return InterfaceRow(row.pk, row.organisation, row.title, operations, InterfaceForm.from_json(row.form), row.updated_at)
