"""Reads: the catalogue of data resources, one of them, and the open ones, which everybody may read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.db.models import Count, Q, QuerySet

from onewindow.domain.errors import NotFound
from onewindow.domain.exchange.quality import Score, scores
from onewindow.domain.exchange.resources import Description, read
from onewindow.modules.exchange.permissions import Kept
from onewindow.modules.exchange.resources import offers, seen
from onewindow.modules.exchange.resources.models import DataResource, ResourceVersion, Subscription
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor

PAGE = 50


@dataclass(frozen=True, slots=True)
class ResourceFilter:
    """What is looked for. `mine`: of one's own organisation, with drafts."""

    text: str = ""
    organisation: str = ""
    subject: str = ""
    sharing: str = ""
    mine: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """A line of the list."""

    id: str
    organisation: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    subject: str
    sharing: str
    open: bool
    fields: int
    personal: bool
    version: int
    state: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class ResourcePage:
    rows: tuple[ResourceRow, ...]
    total: int
    page: int
    pages: int
    organisations: tuple[str, ...]
    """Those that keep something."""

    @property
    def first(self) -> int:
        """The place of the first row of this page among all."""
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return (self.page - 1) * PAGE + len(self.rows)


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    state: str
    made_at: datetime
    published_at: datetime | None
    ended_at: datetime | None
    why_ended: str


@dataclass(frozen=True, slots=True)
class Related:
    id: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ResourceView:
    """One resource as an officer reads it."""

    described: Description
    number: int
    state: str
    published_at: datetime | None
    has_draft: bool
    versions: tuple[VersionRow, ...]
    scores: tuple[Score, ...]
    comes_from: tuple[Related, ...]
    goes_into: tuple[Related, ...]
    follows: bool
    followers: tuple[str, ...]
    """Shown to its keepers."""
    news: int | None
    """The number of a version that one's own organisation was told of and has not seen."""
    grants: int
    keeps: bool
    decides: bool
    asks: bool


def resources(*, actor: Actor, wanted: ResourceFilter) -> ResourcePage:
    """Return a page of the catalogue: what is published, and of one's own organisation what is not yet. Raises: Forbidden."""
    permissions.require(actor, "exchange.browse")
    found = _filtered(wanted, actor)
    total = found.count()
    pages = max(1, ceil(total / PAGE))
    page = min(max(1, wanted.page), pages)
    rows = found.select_related("current").order_by("organisation", "pk")[(page - 1) * PAGE : page * PAGE]
    keepers = DataResource.objects.exclude(current=None).order_by("organisation").values_list("organisation", flat=True).distinct()
    return ResourcePage(tuple(_row(row) for row in _with_drafts(list(rows))), total, page, pages, tuple(keepers))


def _filtered(wanted: ResourceFilter, actor: Actor) -> QuerySet[DataResource]:
    own = {hat.organisation for hat in actor.hats_of("officer", "supervisor")}
    found = DataResource.objects.filter(organisation__in=own) if wanted.mine else DataResource.objects.exclude(current=None)
    for word in wanted.text.lower().split()[:6]:
        found = found.filter(current__words__contains=word)
    for name, value in (("organisation", wanted.organisation), ("current__subject", wanted.subject), ("current__sharing", wanted.sharing)):
        if value:
            found = found.filter(**{name: value})
    return found


def _with_drafts(rows: list[DataResource]) -> list[tuple[DataResource, ResourceVersion]]:
    """Return each with what there is to show of it: the published version, else the last one."""
    bare = [row.pk for row in rows if row.current is None]
    last = (
        {version.resource_id: version for version in ResourceVersion.objects.filter(resource__in=bare).order_by("number")} if bare else {}
    )
    return [(row, row.current or last[row.pk]) for row in rows]


def _row(pair: tuple[DataResource, ResourceVersion]) -> ResourceRow:
    row, version = pair
    document: Mapping[str, Any] = version.document
    return ResourceRow(
        id=row.pk,
        organisation=row.organisation,
        title=document["title"],
        description=document["description"],
        subject=version.subject,
        sharing=version.sharing,
        open=version.open,
        fields=len(document["fields"]),
        personal=any(field["personal"] for field in document["fields"]),
        version=version.number,
        state=version.state,
        published_at=version.published_at,
    )


def resource(*, resource_id: str, actor: Actor, now: datetime) -> ResourceView:
    """Return one resource; its keepers see it before it is published and after it was withdrawn. Raises: Forbidden, NotFound."""
    permissions.require(actor, "exchange.browse")
    row = DataResource.objects.select_related("current").filter(pk=resource_id).first()
    keeps = row is not None and permissions.allowed(actor, "exchange.keep", Kept(row.organisation))
    if row is None or not (keeps or row.current):
        raise NotFound(kind="data resource", id=resource_id)
    versions = list(row.versions.order_by("-number"))
    shown = row.current or versions[0]
    described = read(shown.document)
    news, followers = _subscriptions(row, actor)
    return ResourceView(
        described=described,
        number=shown.number,
        state=shown.state,
        published_at=shown.published_at,
        has_draft=keeps and any(version.state == "draft" for version in versions),
        versions=tuple(_version(version) for version in versions if keeps or version.state != "draft"),
        scores=scores(seen.known_of(row.pk, now), cycle=described.update_cycle, targets=described.targets or {}, now=now),
        comes_from=_titles(Q(pk__in=described.derived_from)),
        goes_into=_titles(Q(current__lineage__contains=f" {row.pk} ")),
        follows=(actor.organisation or "") in followers,
        followers=followers if keeps else (),
        news=news,
        grants=seen.live_grants(row.pk, now),
        keeps=keeps,
        decides=offers.decides(actor, row.organisation),
        asks=_askable(row, described, actor),
    )


def _askable(row: DataResource, described: Description, actor: Actor) -> bool:
    """Tell whether the actor's organisation may ask for it: it is published, shared, and another's."""
    return row.current is not None and described.sharing != "none" and row.organisation != actor.organisation and offers.asks(actor)


def resource_draft(*, resource_id: str, actor: Actor) -> Description:
    """Return what the next version would say: the draft, else the newest version. Raises: Forbidden, NotFound."""
    row = DataResource.objects.filter(pk=resource_id).first()
    permissions.require(actor, "exchange.keep", Kept(row.organisation if row else "", resource_id))
    if row is None:
        raise NotFound(kind="data resource", id=resource_id)
    return read(row.versions.order_by("-number")[0].document)


def news_for(*, actor: Actor) -> tuple[Related, ...]:
    """Return the resources whose new versions one's own organisation was told of and has not seen. Raises: Forbidden."""
    permissions.require(actor, "exchange.browse")
    told = Subscription.objects.filter(organisation=actor.organisation or "", told_at__isnull=False, seen_at=None)
    return _titles(Q(pk__in=told.values("resource")))


def resource_titles(names: Collection[str], *, actor: Actor) -> Mapping[str, Mapping[str, str]]:
    """Return what published resources are called; others are left out. Raises: Forbidden."""
    permissions.require(actor, "exchange.browse")
    return {row.id: row.title for row in _titles(Q(pk__in=names))}


def open_resources(*, text: str = "") -> tuple[ResourceRow, ...]:
    """Return the open data sets: they are for everybody."""
    found = DataResource.objects.filter(current__open=True).select_related("current").order_by("pk")
    for word in text.lower().split()[:6]:
        found = found.filter(current__words__contains=word)
    return tuple(_row((row, row.current)) for row in found if row.current)


def open_resource(*, resource_id: str, now: datetime) -> tuple[Description, ResourceRow, tuple[Score, ...]]:
    """Return one open data set with its scores. Raises: NotFound."""
    row = DataResource.objects.filter(pk=resource_id, current__open=True).select_related("current").first()
    if row is None or row.current is None:
        raise NotFound(kind="open data set", id=resource_id)
    described = read(row.current.document)
    found = scores(seen.known_of(row.pk, now), cycle=described.update_cycle, targets=described.targets or {}, now=now)
    return described, _row((row, row.current)), found


@dataclass(frozen=True, slots=True)
class Published:
    """A published version with its days, as the export tells it."""

    described: Description
    number: int
    first_at: datetime
    published_at: datetime


def published(*, actor: Actor) -> tuple[Published, ...]:
    """Return everything that is published; visitors are told of the open data sets alone."""
    found = DataResource.objects.exclude(current=None).select_related("current").order_by("pk")
    if not permissions.allowed(actor, "exchange.browse"):
        found = found.filter(current__open=True)
    return tuple(
        Published(read(row.current.document), row.current.number, row.registered_at, row.current.published_at)
        for row in found
        if row.current and row.current.published_at
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """How much the catalogue holds."""

    resources: int
    organisations: int
    open: int


def figures() -> Figures:
    """Return how many resources of how many organisations are published, and how many of them are open."""
    live = DataResource.objects.exclude(current=None)
    told = live.aggregate(all=Count("pk"), of=Count("organisation", distinct=True), open=Count("pk", filter=Q(current__open=True)))
    return Figures(told["all"], told["of"], told["open"])


def _version(row: ResourceVersion) -> VersionRow:
    return VersionRow(row.number, row.state, row.made_at, row.published_at, row.ended_at, row.why_ended)


def _titles(which: Q) -> tuple[Related, ...]:
    rows = DataResource.objects.filter(which).exclude(current=None).order_by("pk").values_list("pk", "current__document")
    return tuple(Related(key, document["title"]) for key, document in rows)


def _subscriptions(row: DataResource, actor: Actor) -> tuple[int | None, tuple[str, ...]]:
    """Return what is new to the actor's organisation, and who follows."""
    rows = list(row.subscriptions.order_by("organisation"))
    mine = next((one for one in rows if one.organisation == actor.organisation), None)
    news = mine.told_version if mine and mine.told_at and mine.seen_at is None else None
    return news, tuple(one.organisation for one in rows)
