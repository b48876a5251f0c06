"""What was asked of whom, for those it concerns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from onewindow.modules.exchange import models
from onewindow.modules.exchange.connectors.environment import offered as offered
from onewindow.modules.exchange.correction_reads import CorrectionRow as CorrectionRow
from onewindow.modules.exchange.correction_reads import corrections as corrections
from onewindow.modules.exchange.correction_reads import corrections_of as corrections_of
from onewindow.modules.exchange.enquiries import AnswerPage as AnswerPage
from onewindow.modules.exchange.enquiries import EnquiryLine as EnquiryLine
from onewindow.modules.exchange.enquiries import EnquiryPage as EnquiryPage
from onewindow.modules.exchange.enquiries import enquiries as enquiries
from onewindow.modules.exchange.enquiries import enquiry as enquiry
from onewindow.modules.exchange.enquiries import enquiry_answer as enquiry_answer
from onewindow.modules.exchange.enquiries import enquiry_names as enquiry_names
from onewindow.modules.exchange.interfaces.board import InterfaceHealth as InterfaceHealth
from onewindow.modules.exchange.interfaces.board import interface_board as interface_board
from onewindow.modules.exchange.interfaces.reading import InterfaceRow as InterfaceRow
from onewindow.modules.exchange.interfaces.reading import interface_draft as interface_draft
from onewindow.modules.exchange.interfaces.reading import interface_drafts as interface_drafts
from onewindow.modules.exchange.interfaces.reading import interface_gain as interface_gain
from onewindow.modules.exchange.interfaces.reading import papers as papers
from onewindow.modules.exchange.metering import By as By
from onewindow.modules.exchange.metering import Metered as Metered
from onewindow.modules.exchange.metering import Spent as Spent
from onewindow.modules.exchange.metering import report as report
from onewindow.modules.exchange.metering import spent_quotas as spent_quotas
from onewindow.modules.exchange.resources.export import exported_resources as exported_resources
from onewindow.modules.exchange.resources.lists import GrantLine as GrantLine
from onewindow.modules.exchange.resources.lists import RequestRow as RequestRow
from onewindow.modules.exchange.resources.lists import access_request as access_request
from onewindow.modules.exchange.resources.lists import access_requests as access_requests
from onewindow.modules.exchange.resources.lists import cloud_system as cloud_system
from onewindow.modules.exchange.resources.lists import cloud_systems as cloud_systems
from onewindow.modules.exchange.resources.lists import grants as grants
from onewindow.modules.exchange.resources.reads import Published as Published
from onewindow.modules.exchange.resources.reads import ResourceFilter as ResourceFilter
from onewindow.modules.exchange.resources.reads import ResourceView as ResourceView
from onewindow.modules.exchange.resources.reads import figures as figures
from onewindow.modules.exchange.resources.reads import news_for as news_for
from onewindow.modules.exchange.resources.reads import open_resource as open_resource
from onewindow.modules.exchange.resources.reads import open_resources as open_resources
from onewindow.modules.exchange.resources.reads import published as published
from onewindow.modules.exchange.resources.reads import resource as resource
from onewindow.modules.exchange.resources.reads import resource_draft as resource_draft
from onewindow.modules.exchange.resources.reads import resource_titles as resource_titles
from onewindow.modules.exchange.resources.reads import resources as resources
from onewindow.modules.exchange.waiting import waiting as waiting
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class QueryRow:
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    resource: str
    purpose: str
    fields: tuple[str, ...]
    outcome: str
    duration_ms: int | None


def queries_for(subject_id: UUID, actor: Actor, *also: UUID) -> tuple[QueryRow, ...]:
    """Return every look-up made for a draft or case (`also`: and for these), newest first.

    The caller has checked that the actor may see the matter.
    People see every look-up of their matter. An anonymous reader sees none.
    """
    if actor.kind == "anonymous":
        return ()
    rows = models.Query.objects.filter(subject_id__in=(subject_id, *also)).order_by("-at", "resource")
    return tuple(
        QueryRow(
            at=row.at,
            actor_kind=row.actor_kind,
            actor_id=row.actor_id,
            resource=row.resource,
            purpose=row.purpose,
            fields=tuple(row.fields),
            outcome=row.outcome,
            duration_ms=row.duration_ms,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a register, as the breach drill reads it."""

    at: datetime
    resource: str
    subject_id: UUID


def questions(*, since: datetime, until: datetime, resource: str = "", asker: UUID | None = None, actor: Actor) -> Iterator[Asked]:
    """Yield the questions that were asked in a span, of one register or by one account: for the platform's own breach drill alone."""
    if not actor.is_system:
        return
    of: dict[str, object] = {**({"resource": resource} if resource else {}), **({"actor_id": asker} if asker else {})}
    found = models.Query.objects.filter(at__gte=since, at__lte=until, **of).order_by("at")
    for row in found.values_list("at", "resource", "subject_id").iterator(chunk_size=2000):
        yield Asked(*row)


def without_grant(*, now: datetime) -> frozenset[str]:
    """Return the resources that have a connector and no grant in force: nothing can be asked of them."""
    today = clock.local_date(now)
    held = models.Grant.objects.filter(Q(until_date=None) | Q(until_date__gte=today), revoked_at=None, from_date__lte=today)
    return connected_resources() - set(held.values_list("resource", flat=True))


def connected_resources() -> frozenset[str]:
    """Return the resources that have a connector."""
    return frozenset(models.Connector.objects.values_list("pk", flat=True))
