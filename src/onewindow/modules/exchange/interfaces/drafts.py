"""Writes: an interface is described, tried and published; what is not published is its author's own."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain.catalogue.model import Catalogue, Element
from onewindow.domain.catalogue.names import Aliases
from onewindow.domain.errors import NotFound
from onewindow.domain.exchange import grants as rules
from onewindow.domain.exchange.openapi import Operation, read_operations
from onewindow.domain.masks import masked
from onewindow.domain.values import ValueRefused, normalise
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.catalogue import services as publishing
from onewindow.modules.exchange import circuit, grants, messages, stamps
from onewindow.modules.exchange.connectors import SettingsProblem, connect
from onewindow.modules.exchange.errors import NoRecord, SourceUnavailable
from onewindow.modules.exchange.interfaces import errors
from onewindow.modules.exchange.interfaces.form import LONGEST_ID, InterfaceForm, document_of, guessed, kind_of, resource_of, settings_of
from onewindow.modules.exchange.interfaces.models import InterfaceDraft
from onewindow.modules.exchange.models import Connector, Grant
from onewindow.plumbing import accesses, audit, clock, permissions
from onewindow.plumbing.actors import Actor

TRIALS_A_DAY = 20
"""So many records of a source somebody may look at who only wants to know whether its fields are described rightly."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One element in a trial. `value` is masked where it is personal; `refused` says why it does not fit."""

    element: str
    given: bool
    value: str
    refused: ValueRefused | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial led to. `outcome`: answered, no-record, or why there was no answer.  Unit: milliseconds."""

    outcome: str
    duration_ms: int
    rows: tuple[Tried, ...] = ()


@transaction.atomic
def begin_interface(*, content: str | bytes, organisation: str, actor: Actor, now: datetime) -> UUID:
    """Read an OpenAPI document and begin to connect what it describes. Nothing outside of it is read.

    Raises: Forbidden, UnknownOwner, DocumentRefused.
    """
    permissions.require(actor, "exchange.connect", organisation)
    if organisation not in _catalogue().organisations:
        raise errors.UnknownOwner
    title, operations = read_operations(content)
    row = InterfaceDraft.objects.create(
        author=actor.id,
        organisation=organisation,
        title=title,
        operations=[one.as_json() for one in operations],
        based_on=catalogue.current_release(),
        updated_at=now,
    )
    only = operations[0].id if len(operations) == 1 else ""
    row.form = (_chosen(row, InterfaceForm(), only) if only else InterfaceForm()).as_json()
    row.save(update_fields=["form"])
    audit.record(actor=actor, action="exchange.begin", subject_kind="interface", subject_id=row.pk, at=now)
    return row.pk


@transaction.atomic
def describe_interface(*, interface_id: UUID, form: InterfaceForm, actor: Actor, now: datetime) -> InterfaceForm:
    """Keep what was chosen; another operation than before brings its own guesses. Return what stands now.

    Raises: Forbidden, NotFound, UnknownElement, NoOperation, BadResourceId.
    """
    row = _mine(interface_id, actor)
    if form.operation and form.operation != row.form.get("operation", ""):
        form = _chosen(row, form, form.operation)
    if len(form.resource) > LONGEST_ID:
        raise errors.BadResourceId
    known = _catalogue().elements
    for element in (*form.asked_by, *form.gives):
        if element not in known:
            raise errors.UnknownElement(element=element[:80])
    row.form, row.updated_at = form.as_json(), now
    row.save(update_fields=["form", "updated_at"])
    return form


@transaction.atomic
def discard_interface(*, interface_id: UUID, actor: Actor, now: datetime) -> None:
    """Throw one's own draft away. Raises: Forbidden, NotFound."""
    row = _mine(interface_id, actor)
    row.delete()
    audit.record(actor=actor, action="exchange.discard", subject_kind="interface", subject_id=interface_id, at=now)


def try_interface(*, interface_id: UUID, keys: Mapping[str, str], actor: Actor, now: datetime) -> Trial:
    """Ask the real source for one record, as its owner, under a grant for the purpose “trial” that ends with the day.

    It is signed and counted like every question. What is personal in it is shown masked. Call it outside transactions.
    Raises: Forbidden, NotFound, InterfaceRefused, QuotaSpent, ExchangeStopped.
    """
    row = _mine(interface_id, actor)
    form, held = InterfaceForm.from_json(row.form), _catalogue()
    connection = _connection(row, form)
    given = {element: keys.get(element, "").strip() for element in form.asked_by}
    if not all(given.values()):
        raise errors.KeyMissing
    accesses.read(
        actor=actor,
        what=accesses.REGISTER,
        subject_kind="interface",
        subject_id=row.pk,
        purpose=rules.TRIAL,
        at=now,
        details={"resources": [_tried_as(row, form)]},
    )
    asked = _ask_as_owner(row, form, given, actor, now)
    began, outcome, raw = time.perf_counter(), "failed", dict[str, Any]()
    try:
        raw = dict(connection.fetch(given))
        outcome = "answered"
    except SourceUnavailable as error:
        outcome = error.reason
    except NoRecord:
        outcome = "no-record"
    finally:
        messages.answer(asked, outcome=outcome, values={name: str(value) for name, value in raw.items()})
    duration = round((time.perf_counter() - began) * 1000)
    if outcome != "answered":
        return Trial(outcome, duration)
    return Trial(outcome, duration, tuple(_tried(name, raw.get(name), held.elements) for name in form.gives))


@transaction.atomic
def publish_interface(*, interface_id: UUID, actor: Actor, now: datetime) -> int:
    """Store the connector, join the resource to the catalogue and give the grant that was chosen; return the number of the release.

    Raises: Forbidden, NotFound, InterfaceRefused, StaleEdit, CatalogueRefused.
    """
    row = _mine(interface_id, actor)
    form, held = InterfaceForm.from_json(row.form), _catalogue()
    _connection(row, form)
    document = document_of(resource_of(form, row.organisation, held.elements))
    if form.resource not in held.resources and Connector.objects.filter(pk=form.resource).exists():
        raise errors.ResourceTaken(resource=form.resource)
    release = publishing.publish_resource(document=document, proves=form.proves, actor=actor, now=now, based_on=row.based_on)
    operation = _operation(row, form)
    told = {"kind": kind_of(operation), "settings": settings_of(form, operation), "level": form.level, "changed_at": now}
    Connector.objects.update_or_create(pk=form.resource, defaults=told)
    audit.record(actor=actor, action="exchange.connect", subject_kind="connector", subject_id=form.resource, at=now)
    if form.granted_to:
        _grant(form, document["gives"], actor, now)
    row.delete()
    circuit.forget([form.resource])
    return release.number


def _grant(form: InterfaceForm, gives: list[str], actor: Actor, now: datetime) -> None:
    """Let an organisation ask what the resource gives, for forms and cases."""
    granted = Grant.objects.create(
        resource=form.resource,
        organisation=form.granted_to,
        fields=sorted(gives),
        purposes=["case", "prefill"],
        legal_basis=form.legal_basis,
        from_date=clock.local_date(now),
        granted_at=now,
        granted_by=actor.id,
    )
    told = {"resource": form.resource, "organisation": form.granted_to, "fields": granted.fields, "purposes": granted.purposes}
    audit.record(actor=actor, action="exchange.grant", subject_kind="grant", subject_id=granted.pk, at=now, details=told)


@transaction.atomic
def _ask_as_owner(row: InterfaceDraft, form: InterfaceForm, given: Mapping[str, str], actor: Actor, now: datetime) -> messages.Asked:
    """Count and write down one trial under the owner's grant of the day, which the first trial of a day makes."""
    InterfaceDraft.objects.filter(pk=row.pk).update(updated_at=now)
    resource = _tried_as(row, form)
    stamps.require_fresh(resource=resource, now=now)
    today = clock.local_date(now)
    grant, made = Grant.objects.get_or_create(
        resource=f"{rules.TRIAL}:{row.pk}",
        organisation=row.organisation,
        from_date=today,
        defaults={
            "until_date": today,
            "fields": sorted(form.gives),
            "purposes": [rules.TRIAL],
            "a_day": TRIALS_A_DAY,
            "an_officer_a_day": TRIALS_A_DAY,
            "granted_at": now,
            "granted_by": actor.id,
        },
    )
    if made:
        told = {"resource": resource, "organisation": row.organisation, "purposes": grant.purposes}
        audit.record(actor=actor, action="exchange.grant", subject_kind="grant", subject_id=grant.pk, at=now, details=told)
    elif grant.fields != sorted(form.gives):  # the fields are still being chosen
        grant.fields = sorted(form.gives)
        grant.save(update_fields=["fields"])
    grants.count([grant], actor=actor, now=now)
    return messages.ask(
        resource=resource,
        under=given,
        fields=sorted(form.gives),
        purpose=rules.TRIAL,
        subject=("interface", row.pk),
        services=(),
        grants=[grant],
        actor=actor,
        now=now,
    )


def _tried_as(row: InterfaceDraft, form: InterfaceForm) -> str:
    """Return the name under which a trial stands in the log; no published resource has one like it."""
    return f"{rules.TRIAL}:{form.resource or row.pk}"


def _tried(name: str, raw: Any, elements: Mapping[str, Element]) -> Tried:
    element = elements[Aliases(elements).plain(name)]
    if raw is None:
        return Tried(name, given=False, value="")
    wrong: ValueRefused | None = None
    value = raw
    try:
        value = normalise(raw, element, elements)
    except ValueRefused as refused:
        wrong = refused
    shown = masked(str(value) if not isinstance(value, str) else value, element.type) if element.personal else value
    if wrong is not None and element.personal:  # its sentence repeats what was given
        wrong = ValueRefused(element=name, reason=wrong.reason, **{**wrong.details, "given": str(shown)})
    return Tried(name, given=True, value=str(shown)[:200], refused=wrong)


def _mine(interface_id: UUID, actor: Actor) -> InterfaceDraft:
    """Return one's own draft, as long as one may still connect for its organisation. Raises: NotFound, Forbidden."""
    row = InterfaceDraft.objects.filter(pk=interface_id, author=actor.id).first()
    permissions.require(actor, "exchange.connect", row.organisation if row else actor.organisation)
    if row is None:
        raise NotFound(kind="interface", id=interface_id)
    return row


def _chosen(row: InterfaceDraft, form: InterfaceForm, operation: str) -> InterfaceForm:
    found = next((Operation.from_json(one) for one in row.operations if one["id"] == operation), None)
    if found is None:
        raise errors.NoOperation
    return guessed(form, found, _catalogue().elements)


def _operation(row: InterfaceDraft, form: InterfaceForm) -> Operation:
    found = next((one for one in row.operations if one["id"] == form.operation), None)
    if found is None:
        raise errors.NoOperation
    return Operation.from_json(found)


def _connection(row: InterfaceDraft, form: InterfaceForm) -> Any:
    operation = _operation(row, form)
    try:
        return connect(resource=form.resource or "interface", kind=kind_of(operation), settings=settings_of(form, operation))
    except SettingsProblem as problem:
        raise errors.BadExpression(problem=str(problem)) from None


def _catalogue() -> Catalogue:
    release = catalogue.current_release()
    if release is None:
        raise NotFound(kind="release", id="1")
    return catalogue.catalogue_at(release)
