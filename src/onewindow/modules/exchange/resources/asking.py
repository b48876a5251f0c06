"""Writes: ask for fields of a resource, and decide."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from onewindow.domain import events
from onewindow.domain.deadlines import due_date_or_warning
from onewindow.domain.errors import NotFound
from onewindow.domain.exchange import requests as rules
from onewindow.domain.exchange.requests import DecisionRefused, Wish
from onewindow.domain.exchange.resources import DECISION_LIMIT_DAYS, Description, read
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange.models import Grant
from onewindow.modules.exchange.permissions import Kept
from onewindow.modules.exchange.resources.models import AccessRequest, DataResource
from onewindow.plumbing import audit, calendars, clock, outbox, permissions
from onewindow.plumbing.actors import Actor


@transaction.atomic
def ask_for_access(*, resource_id: str, wish: Wish, actor: Actor, now: datetime) -> UUID:
    """Ask in the name of one's own organisation. What is shared without conditions is granted at once, by the rule. Return the request.

    Raises: Forbidden, NotFound, RequestRefused.
    """
    permissions.require(actor, "exchange.ask")
    resource = DataResource.objects.select_related("current").filter(pk=resource_id, current__isnull=False).first()
    if resource is None or resource.current is None:
        raise NotFound(kind="data resource", id=resource_id)
    described, today = read(resource.current.document), clock.local_date(now)
    rules.require_askable(wish, described, services=_services(), today=today)
    row = AccessRequest.objects.create(
        resource=resource,
        version=resource.current.number,
        owner=resource.organisation,
        organisation=actor.organisation or "",
        fields=sorted(set(wish.fields)),
        purposes=sorted(set(wish.purposes)),
        services=sorted(set(wish.services)),
        reason=wish.reason.strip()[:2000],
        from_date=wish.from_date,
        until_date=wish.until_date,
        a_day=wish.a_day,
        asked_at=now,
        asked_by=actor.id,
        due_date=due_date_or_warning(today, DECISION_LIMIT_DAYS, calendars.current()).date,
    )
    _tell(row, "exchange.ask", actor=actor, now=now)
    if described.sharing == "unconditional":
        _settle(row, described, given=row.fields, answer="", by=None, actor=actor, now=now)
    else:
        asked = events.AccessAsked(at=now, request_id=row.pk, resource=resource.pk, owner=row.owner, due_date=row.due_date)
        outbox.record(asked, at=now)
    return row.pk


@transaction.atomic
def decide_access(
    *,
    request_id: UUID,
    fields: Collection[str],
    answer: str,
    a_day: int | None = None,
    an_officer_a_day: int = 100,
    until_date: date | None = None,
    actor: Actor,
    now: datetime,
) -> str:
    """Give the fields, some of them or none, with a quota and a last day. Return how it ended: granted, partly or refused.

    What is not given is told with its reason. Raises: NotFound, Forbidden, DecisionRefused.
    """
    row = AccessRequest.objects.select_for_update(of=("self",)).select_related("resource").filter(pk=request_id).first()
    if row is None:
        raise NotFound(kind="request for data", id=request_id)
    permissions.require(actor, "exchange.decide", Kept(row.owner, row.pk, row.asked_by))
    if row.state != "waiting":
        raise DecisionRefused(what=rules.say("decided"))
    given = sorted(fields)
    if rules.outcome(row.fields, given) != "granted" and not answer.strip():
        raise DecisionRefused(what=rules.say("answer"))
    current = row.resource.current
    if given and current is None:
        raise DecisionRefused(what=rules.say("withdrawn"))
    last = min((day for day in (until_date, row.until_date) if day is not None), default=None)
    if last is not None and last < clock.local_date(now) and given:
        raise DecisionRefused(what=rules.say("over"))
    row.until_date, row.a_day = last, _least(a_day, row.a_day)
    described = read(current.document) if current else None
    return _settle(row, described, given=given, answer=answer, by=actor.id, actor=actor, now=now, an_officer_a_day=an_officer_a_day)


def _settle(
    row: AccessRequest,
    described: Description | None,
    *,
    given: Collection[str],
    answer: str,
    by: UUID | None,
    actor: Actor,
    now: datetime,
    an_officer_a_day: int = 100,
) -> str:
    """Keep the decision, and the grant where something is given."""
    row.state, row.given, row.answer = rules.outcome(row.fields, given), sorted(given), answer.strip()[:2000]
    row.decided_at, row.decided_by = now, by
    if given and described is not None:
        row.grant = Grant.objects.create(
            resource=row.resource_id,
            organisation=row.organisation,
            fields=row.given,
            purposes=row.purposes,
            services=row.services,
            legal_basis="; ".join(described.legal_basis),
            from_date=row.from_date,
            until_date=row.until_date,
            a_day=row.a_day,
            an_officer_a_day=an_officer_a_day,
            granted_at=now,
            granted_by=by,
        )
        told = {"resource": row.resource_id, "organisation": row.organisation, "fields": row.given, "purposes": row.purposes}
        rule = {} if by else {"rule": "unconditional"}
        details = {**told, "request": str(row.pk), **rule}
        audit.record(actor=actor, action="exchange.grant", subject_kind="grant", subject_id=row.grant.pk, at=now, details=details)
    row.save()
    _tell(row, "exchange.decide", actor=actor, now=now)
    told_event = events.AccessDecided(at=now, request_id=row.pk, resource=row.resource_id, organisation=row.organisation, outcome=row.state)
    outbox.record(told_event, at=now)
    return row.state


def _tell(row: AccessRequest, action: str, *, actor: Actor, now: datetime) -> None:
    details = {"resource": row.resource_id, "organisation": row.organisation, "state": row.state, "fields": row.given or row.fields}
    audit.record(actor=actor, action=action, subject_kind="access-request", subject_id=row.pk, at=now, details=details)


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _services() -> set[str]:
    release = catalogue.current_release()
    return set(catalogue.catalogue_at(release).services) if release is not None else set()
