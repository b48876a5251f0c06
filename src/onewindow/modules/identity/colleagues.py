"""Reads: who works at an organisation today, and who of them is away."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, UUIDField

from onewindow.modules.identity.models import Leave, Post


@dataclass(frozen=True, slots=True)
class Colleague:
    """One open post. `away_until`: the last day of a leave that runs; `substitute`: who does the work meanwhile."""

    user: UUID
    organisation: str
    name: Mapping[str, str]
    roles: frozenset[str]
    away_until: date | None
    substitute: UUID | None


def colleagues(*, organisations: Collection[str], day: date) -> tuple[Colleague, ...]:
    """Return the open posts of organisations as they are on a day, in the order they were given: one query."""
    away = _leaves(day)
    rows = Post.objects.filter(organisation__in=set(organisations), is_active=True, user__is_active=True).annotate(
        away_until=Subquery(away.values("until_date")[:1]),
        substitute_user=Subquery(away.values("substitute__user_id")[:1], output_field=UUIDField()),
    )
    found = rows.select_related("user").only("organisation", "roles", "user__id", "user__username", "user__display_name").order_by("id")
    return tuple(
        Colleague(
            user=post.user_id,
            organisation=post.organisation_id,
            name=post.user.display_name or {"zh": post.user.username},
            roles=frozenset(post.roles),
            away_until=post.away_until,
            substitute=post.substitute_user,
        )
        for post in found
    )


def absent(*, day: date) -> frozenset[UUID]:
    """Return who is on leave on a day, and whose post or account is closed."""
    rows = Post.objects.filter(Q(is_active=False) | Q(user__is_active=False) | Q(Exists(_leaves(day))))
    return frozenset(rows.values_list("user_id", flat=True))


def _leaves(day: date) -> QuerySet[Leave]:
    """Return the leaves of the outer post that run on a day, the longest first."""
    running = Leave.objects.filter(post=OuterRef("pk"), ended_at=None, from_date__lte=day, until_date__gte=day)
    return running.order_by("-until_date", "pk")
