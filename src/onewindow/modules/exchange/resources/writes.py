"""Writes: describe a data resource, publish it, withdraw it, follow it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from onewindow.domain import events
from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.exchange import resources as rules
from onewindow.domain.exchange.resources import Description
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange.models import Grant
from onewindow.modules.exchange.permissions import Kept
from onewindow.modules.exchange.resources.models import DataResource, ResourceVersion, Subscription
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import audit, outbox, permissions
from onewindow.plumbing.actors import Actor


class NothingToPublish(DomainError):
    """There is no draft."""

    code = "nothing-to-publish"
    template = "{resource} has no draft to publish. Change its description first."
    status = 409


@transaction.atomic
def register_resource(*, document: Mapping[str, Any], actor: Actor, now: datetime) -> str:
    """Register a data resource with its first draft. Return its id. Raises: Forbidden, DescriptionRefused."""
    permissions.require(actor, "exchange.keep", Kept(str(document.get("organisation", ""))))
    described = rules.read(document, elements=_elements())
    if DataResource.objects.filter(pk=described.id).exists():
        raise rules.refused(described.id, rules.say("taken"))
    _require_surroundings(described, set(identity.organisations()), set(_known(described.derived_from)))
    DataResource.objects.create(pk=described.id, organisation=described.organisation, registered_at=now)
    _draft(described, 1, actor=actor, now=now).save()
    _tell("register", described.id, 1, actor=actor, now=now)
    return described.id


@transaction.atomic
def edit_resource(*, resource_id: str, document: Mapping[str, Any], actor: Actor, now: datetime) -> int:
    """Write the draft of the next version; what is published stays as it is. Return its number.

    Raises: NotFound, Forbidden, DescriptionRefused.
    """
    row = _locked(resource_id)
    permissions.require(actor, "exchange.keep", Kept(row.organisation, row.pk))
    described = rules.read({**document, "id": row.pk, "organisation": row.organisation}, elements=_elements())
    _require_surroundings(described, {row.organisation}, set(_known(described.derived_from)))
    old = row.versions.filter(state="draft").first()
    number = old.number if old else (row.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = _draft(described, number, actor=actor, now=now)
    draft.pk = old.pk if old else None
    draft.save()
    _tell("edit", row.pk, number, actor=actor, now=now)
    return number


@transaction.atomic
def publish_resource(*, resource_id: str, actor: Actor, now: datetime) -> int:
    """Publish the draft: from now on it never changes, and whoever follows the resource is told. Return its number.

    Raises: NotFound, Forbidden, NothingToPublish.
    """
    row = _locked(resource_id)
    permissions.require(actor, "exchange.keep", Kept(row.organisation, row.pk))
    draft = row.versions.filter(state="draft").first()
    if draft is None:
        raise NothingToPublish(resource=row.pk)
    _end_version(row, actor=actor, now=now, why=f"{draft.number}")
    draft.state, draft.published_at, draft.published_by = "published", now, actor.id
    draft.save(update_fields=["state", "published_at", "published_by"])
    row.current = draft
    row.save(update_fields=["current"])
    followers = row.subscriptions.exclude(organisation=row.organisation)
    told = tuple(followers.order_by("organisation").values_list("organisation", flat=True))
    followers.update(told_version=draft.number, told_at=now, seen_at=None)
    _tell("publish", row.pk, draft.number, actor=actor, now=now)
    outbox.record(events.ResourcePublished(at=now, resource=row.pk, version=draft.number, organisations=told), at=now)
    return draft.number


@transaction.atomic
def withdraw_resource(*, resource_id: str, reason: str, actor: Actor, now: datetime) -> int:
    """Withdraw what is published and end every grant of it at once. Return how many grants ended. Raises: NotFound, Forbidden."""
    row = _locked(resource_id)
    permissions.require(actor, "exchange.decide", Kept(row.organisation, row.pk))
    if row.current is None:
        raise NotFound(kind="data resource", id=resource_id)
    number = row.current.number
    row.current = None
    row.save(update_fields=["current"])
    _end_version(row, actor=actor, now=now, why=reason)
    ended = list(Grant.objects.filter(resource=row.pk, revoked_at=None).values_list("pk", "organisation"))
    Grant.objects.filter(pk__in=[key for key, _ in ended]).update(revoked_at=now, revoked_by=actor.id, revocation=reason[:500])
    _tell("withdraw", row.pk, number, actor=actor, now=now)
    for key, organisation in ended:
        told = {"resource": row.pk, "organisation": organisation, "because": "withdrawn"}
        audit.record(actor=actor, action="exchange.revoke", subject_kind="grant", subject_id=key, at=now, details=told)
        outbox.record(events.GrantRevoked(at=now, grant_id=key, resource=row.pk, organisation=organisation), at=now)
    return len(ended)


@transaction.atomic
def follow_resource(*, resource_id: str, follow: bool, actor: Actor, now: datetime) -> None:
    """Let one's own organisation be told of new versions, or no more; following again marks the news as seen.

    Raises: NotFound, Forbidden.
    """
    permissions.require(actor, "exchange.ask")
    mine = {"resource_id": resource_id, "organisation": actor.organisation or ""}
    if not DataResource.objects.filter(pk=resource_id, current__isnull=False).exists():
        raise NotFound(kind="data resource", id=resource_id)
    if not follow:
        Subscription.objects.filter(**mine).delete()
    elif not Subscription.objects.filter(**mine).update(seen_at=now):
        Subscription.objects.create(**mine, since=now)
    action = "exchange.follow" if follow else "exchange.unfollow"
    audit.record(actor=actor, action=action, subject_kind="resource", subject_id=resource_id, at=now)


@transaction.atomic
def load_resources(*, documents: Iterable[Mapping[str, Any]], actor: Actor, now: datetime) -> int:
    """Publish what stands in a file, all or none; what says the same already stays. Return how many versions are new.

    Raises: Forbidden, DescriptionRefused.
    """
    permissions.require(actor, "exchange.load")
    elements = _elements()
    wanted = [rules.read(document, elements=elements) for document in documents]
    organisations, ids = set(identity.organisations()), {described.id for described in wanted}
    ids |= _known({name for described in wanted for name in described.derived_from} - ids)
    held = {row.pk: row for row in DataResource.objects.filter(pk__in=ids).select_related("current").annotate(last=Max("versions__number"))}
    new = []
    for described in wanted:
        _require_surroundings(described, organisations, ids)
        row = held.get(described.id)
        if row and row.organisation != described.organisation:
            raise rules.refused(described.id, rules.say("other-owner"))
        if row is None or row.current is None or row.current.document != described.document():
            version = _draft(described, (getattr(row, "last", None) or 0) + 1, actor=actor, now=now)
            version.state, version.published_at, version.published_by = "published", now, actor.id
            new.append(version)
    _write_all(new, held, actor=actor, now=now)
    return len(new)


def _write_all(new: list[ResourceVersion], held: Mapping[str, DataResource], *, actor: Actor, now: datetime) -> None:
    fresh = [version for version in new if version.resource_id not in held]
    DataResource.objects.bulk_create(
        [DataResource(pk=version.resource_id, organisation=version.document["organisation"], registered_at=now) for version in fresh]
    )
    replaced = ResourceVersion.objects.filter(resource__in=[version.resource_id for version in new])
    replaced.filter(state="draft").delete()
    replaced.filter(state="published").update(state="withdrawn", ended_at=now, ended_by=actor.id)
    ResourceVersion.objects.bulk_create(new, batch_size=200)
    rows = [DataResource(pk=version.resource_id, current=version) for version in new]
    DataResource.objects.bulk_update(rows, ["current"], batch_size=200)
    for version in new:
        _tell("publish", version.resource_id, version.number, actor=actor, now=now)


def _locked(resource_id: str) -> DataResource:
    row = DataResource.objects.select_for_update(of=("self",)).select_related("current").filter(pk=resource_id).first()
    if row is None:
        raise NotFound(kind="data resource", id=resource_id)
    return row


def _end_version(row: DataResource, *, actor: Actor, now: datetime, why: str) -> None:
    held = row.versions.filter(state="published")
    held.update(state="withdrawn", ended_at=now, ended_by=actor.id, why_ended=why[:500])


def _draft(described: Description, number: int, *, actor: Actor, now: datetime) -> ResourceVersion:
    titles = [*described.title.values(), *described.description.values()]
    of_fields = [word for field in described.fields for word in (field.name, *field.title.values())]
    return ResourceVersion(
        resource_id=described.id,
        number=number,
        document=described.document(),
        words=" ".join([described.id, *titles, *of_fields]).lower(),
        lineage="".join(f" {name} " for name in described.derived_from),
        subject=described.subject,
        sharing=described.sharing,
        open=described.open,
        made_at=now,
        made_by=actor.id,
    )


def _require_surroundings(described: Description, organisations: set[str], resources: set[str]) -> None:
    problems = []
    if described.organisation not in organisations:
        problems.append(rules.say("organisation", value=described.organisation))
    if unknown := sorted(set(described.derived_from) - resources - {described.id}):
        problems.append(rules.say("lineage", value=unknown))
    if described.id in described.derived_from:
        problems.append(rules.say("itself"))
    if problems:
        raise rules.refused(described.id, *problems)


def _known(ids: Iterable[str]) -> set[str]:
    return set(DataResource.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))


def _elements() -> set[str] | None:
    release = catalogue.current_release()
    return set(catalogue.catalogue_at(release).elements) if release is not None else None


def _tell(act: str, resource: str, number: int, *, actor: Actor, now: datetime) -> None:
    details = {"version": number}
    audit.record(actor=actor, action=f"exchange.{act}-resource", subject_kind="resource", subject_id=resource, at=now, details=details)
