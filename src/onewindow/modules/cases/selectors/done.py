"""What has been done in a case that its applicant can judge, and whether a reader had a hand in cases."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from onewindow.domain.catalogue.model import Text
from onewindow.domain.errors import NotFound
from onewindow.domain.lifecycle import ServiceState
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.selectors import scope
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing.actors import Actor

DECIDED = (ServiceState.APPROVED, ServiceState.REFUSED, ServiceState.COMPLETED)


@dataclass(frozen=True, slots=True)
class ActDone:
    """One act. `node` is decision or acceptance, `subject` the service that was decided or the organisation whose counter accepted."""

    case_id: UUID
    node: str
    channel: str
    """online, counter or terminal: where the case was filed, and for an acceptance the counter"""
    subject: str
    name: Text
    organisation: str
    organisation_name: Text
    region: str


def acts_done(*, case_id: UUID, actor: Actor) -> tuple[ActDone, ...]:
    """Return the acts of one's own case: at the counter first, then what was decided. Raises: NotFound."""
    case = scope.own_cases(actor).filter(pk=case_id).first()
    if case is None:
        raise NotFound(kind="case", id=case_id)
    content = rulebook.book_of(release=case.release, event_id=case.event).catalogue
    services = list(models.CaseService.objects.filter(case=case).order_by("position"))
    of_service = {row.service: row.organisation for row in services}
    accepted = models.TimelineEntry.objects.filter(case=case, code="accepted").exclude(organisation="").order_by("id")
    elsewhere = [row.organisation for row in accepted if row.organisation != of_service.get(row.service)]
    offices = identity.organisations() if elsewhere else {}
    counters = [
        ActDone(case.pk, "acceptance", "counter", name, offices[name].name, name, offices[name].name, case.region)
        for name in dict.fromkeys(elsewhere)
        if name in offices
    ]
    decided = [
        ActDone(
            case.pk,
            "decision",
            case.channel,
            row.service,
            content.services[row.service].name,
            row.organisation,
            content.organisations[row.organisation].name,
            case.region,
        )
        for row in services
        if row.state in DECIDED
    ]
    return (*counters, *decided)


def took_part(*, case_ids: Collection[UUID], actor: Actor) -> frozenset[UUID]:
    """Return those of the cases in which the actor did a step or decided, or whose applicant is close to them."""
    own = models.CaseService.objects.filter(case__in=case_ids)
    deciding = own.filter(Q(decided_by=actor.id) | Q(case__applicant__in=scope.close_parties(actor)))
    doing = models.Task.objects.filter(case__in=case_ids, done_by=actor.id)
    return frozenset((*deciding.values_list("case_id", flat=True), *doing.values_list("case_id", flat=True)))
