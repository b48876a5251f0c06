"""The texts that an organisation keeps ready: for whoever keeps them, and for the officer who chooses one."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases import models
from onewindow.modules.cases.selectors import scope
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One text. `service` and `service_name` are empty where it serves every service of the organisation."""

    id: UUID
    use: str
    service: str
    service_name: Text
    text: Mapping[str, str]
    law: Mapping[str, str]


def templates(*, actor: Actor) -> tuple[TemplateRow, ...]:
    """Return every text of one's own organisation, for who keeps them. Raises: Forbidden."""
    permissions.require(actor, "cases.keep-templates", actor.organisation)
    return _shown(scope.templates(actor).filter(organisation=actor.organisation))


def templates_for(*, uses: tuple[str, ...], service: str, organisation: str, actor: Actor) -> tuple[TemplateRow, ...]:
    """Return the texts an officer may choose from in a step of one service of their organisation."""
    return _shown(scope.templates(actor).filter(organisation=organisation, use__in=uses, service__in=("", service)))


def _shown(rows: QuerySet[models.DecisionTemplate]) -> tuple[TemplateRow, ...]:
    held = catalogue.newest_catalogue()
    names = {row.id: row.name for row in held.services.values()} if held else {}
    found = rows.order_by("use", "service", "changed_at", "pk")
    return tuple(TemplateRow(row.pk, row.use, row.service, names.get(row.service, {}), row.text, row.law) for row in found)
