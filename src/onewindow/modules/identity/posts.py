"""Reads of posts: what rights somebody has today, and who works at an organisation."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from onewindow.domain.errors import NotFound
from onewindow.modules.identity.acting import parties_of
from onewindow.modules.identity.factors import checked
from onewindow.modules.identity.models import Leave, Post, Region
from onewindow.plumbing import accesses, approvals, bulk, clock, permissions
from onewindow.plumbing.actors import ROLES, Actor, Hat

NOT_LENT = frozenset({"admin"})
"""Who gives rights to others gives them in person: a substitute does not."""


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """Somebody is away, and who stands in."""

    id: UUID
    from_date: date
    until_date: date
    substitute: int
    substitute_name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post of an organisation."""

    id: int
    user: UUID
    username: str
    name: Mapping[str, str]
    title: Mapping[str, str]
    roles: tuple[str, ...]
    region: str
    region_name: Mapping[str, str]
    active: bool
    leaves: tuple[LeaveRow, ...]
    waiting: tuple[str, ...]
    """Roles that wait for a second officer."""


@dataclass(frozen=True, slots=True)
class RightRow:
    """A proposal about somebody's rights, for whoever may settle it."""

    id: UUID
    kind: str
    name: Mapping[str, str]
    by: Mapping[str, str]
    roles: tuple[str, ...]
    proposed_at: datetime


def actor_for(user_id: UUID) -> Actor:
    """Return an active user with the rights of their post today, and with those of whom they stand in for.

    Rights that need a second factor are withheld where the account has none: pages, API and systems all ask here.
    Every request of an officer begins with it, so that it reads by plain statements.
    """
    post = next(iter(bulk.select(Post, "user_id = %s AND is_active ORDER BY id LIMIT 1", [user_id])), None)
    if post is None:
        return Actor(kind="person", id=user_id)
    hat = _hat(post)
    officer = Actor(
        kind="officer",
        id=user_id,
        organisation=hat.organisation,
        roles=hat.roles,
        regions=hat.regions,
        stands_in=_stands_in(post),
        represents=parties_of(user_id, clock.now()),
    )
    return checked(officer)


def holders(role: str, organisation: str) -> list[UUID]:
    """Return who holds a role at an organisation today, in their own post or in a colleague's."""
    found = Post.objects.filter(organisation=organisation, is_active=True, user__is_active=True).order_by("id")
    today = clock.local_date(clock.now())
    away = Leave.objects.filter(ended_at=None, from_date__lte=today, until_date__gte=today, post__in=found, substitute__in=found)
    own = [post.user_id for post in found if role in post.roles]
    lent = [row.substitute.user_id for row in away.select_related("post", "substitute") if role in row.post.roles and role in row.roles]
    return list(dict.fromkeys(own + lent))


def _hat(post: Post) -> Hat:
    return Hat(post.organisation_id, ROLES.intersection(post.roles), within(post.region_id) if post.region_id else frozenset())


def _stands_in(post: Post) -> tuple[Hat, ...]:
    # Who acts is asked at the edge itself, at every request: that is where the day is known.
    today = clock.local_date(clock.now())
    away = bulk.select(Leave, "substitute_id = %s AND ended_at IS NULL AND %s BETWEEN from_date AND until_date", [post.pk, today])
    if not away:
        return ()
    colleagues = Post.objects.filter(is_active=True, user__is_active=True, organisation=post.organisation_id)
    posts = colleagues.in_bulk([row.post_id for row in away])
    ordered = sorted((row for row in away if row.post_id in posts), key=lambda row: (row.from_date, row.pk))
    return tuple(_lent(posts[row.post_id], row) for row in ordered)


def _lent(post: Post, leave: Leave) -> Hat:
    hat = _hat(post)
    return Hat(hat.organisation, hat.roles.intersection(leave.roles) - NOT_LENT, hat.regions)


def within(code: str) -> frozenset[str]:
    """Return a region with everything that lies in it, however deep.

    Source: GB/T 2260 for the codes of provinces, cities and counties; what lies in what is kept with each region.
    """
    table = Region._meta.db_table
    inside = f'SELECT %s AS code UNION SELECT lower.code FROM "{table}" AS lower JOIN inside ON lower.parent_id = inside.code'  # noqa: S608  (our own name)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH RECURSIVE inside(code) AS ({inside}) SELECT code FROM inside", [code])  # noqa: S608  (as above)
        return frozenset(row[0] for row in cursor.fetchall())


def staff(*, actor: Actor) -> tuple[PostRow, ...]:
    """Return the posts of the administrator's own organisation. Raises: Forbidden."""
    permissions.require(actor, "identity.staff", actor.organisation)
    today = clock.local_date(clock.now())
    rows = list(_own(actor).select_related("user", "region").order_by("-is_active", "user__username"))
    leaves: dict[int, list[LeaveRow]] = {}
    current = Leave.objects.filter(post__in=rows, ended_at=None, until_date__gte=today).select_related("substitute__user")
    for leave in current.order_by("from_date"):
        line = LeaveRow(leave.pk, leave.from_date, leave.until_date, leave.substitute_id, _name(leave.substitute))
        leaves.setdefault(leave.post_id, []).append(line)
    asked = {
        row.subject_id: tuple(row.payload["roles"]) for row in approvals.open_of(kind="identity.give-roles", subjects=[p.pk for p in rows])
    }
    accesses.read(
        actor=actor,
        what="identity.staff",
        subject_kind="organisation",
        subject_id=actor.organisation or "",
        persons={post.user_id for post in rows},
        purpose="administration",
        at=clock.now(),
    )
    return tuple(_row(post, tuple(leaves.get(post.pk, ())), asked.get(str(post.pk), ())) for post in rows)


def titles(ids: Iterable[UUID]) -> dict[UUID, Mapping[str, str]]:
    """Return the titles of users' first open posts."""
    rows = Post.objects.filter(user_id__in=set(ids)).order_by("is_active", "-id").values_list("user_id", "title")
    return dict(rows)


def _own(actor: Actor) -> QuerySet[Post]:
    """The one place where an administrator's posts come from: those of their own organisation."""
    return Post.objects.filter(organisation=actor.organisation) if actor.organisation else Post.objects.none()


def own_post(post_id: int, actor: Actor) -> Post:
    """Return a post of the actor's organisation. Raises: NotFound."""
    post = _own(actor).select_related("user", "region").filter(pk=post_id).first()
    if post is None:
        raise NotFound(kind="post", id=post_id)
    return post


def _row(post: Post, leaves: tuple[LeaveRow, ...], waiting: Collection[str]) -> PostRow:
    region: Any = post.region
    return PostRow(
        id=post.pk,
        user=post.user_id,
        username=post.user.username,
        name=_name(post),
        title=post.title,
        roles=tuple(sorted(ROLES.intersection(post.roles))),
        region=post.region_id or "",
        region_name=region.name or {"zh": region.code} if region else {},
        active=post.is_active and post.user.is_active,
        leaves=leaves,
        waiting=tuple(sorted(set(waiting) - set(post.roles))),
    )


def _name(post: Post) -> Mapping[str, str]:
    return post.user.display_name or {"zh": post.user.username}


def rights_waiting(*, actor: Actor) -> tuple[RightRow, ...]:
    """Return the rises of rights that the actor may confirm as a second officer."""
    found = []
    for row in approvals.waiting(actor=actor):
        if row.kind.startswith("identity."):
            post = Post.objects.select_related("user").filter(pk=row.payload["post"]).first()
            by = Post.objects.select_related("user").filter(user=row.proposed_by).order_by("id").first()
            if post and by:
                found.append(RightRow(row.id, row.kind, _name(post), _name(by), tuple(row.payload["roles"]), row.proposed_at))
    return tuple(found)


def regions() -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Return every region with its name, by code."""
    return tuple(Region.objects.order_by("code").values_list("code", "name"))
