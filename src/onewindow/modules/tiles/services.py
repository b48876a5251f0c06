"""Writes: publishing an arrangement of the tiles."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onewindow.domain import tiles
from onewindow.domain.errors import DomainError, Said, Sentences
from onewindow.domain.tiles import REASONS, Group
from onewindow.domain.tiles import TilesRefused as TilesRefused
from onewindow.modules.tiles import selectors
from onewindow.modules.tiles.models import Arrangement
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor


class ArrangementStale(DomainError):
    """Somebody else published in between."""

    code = "arrangement-stale"
    template = "Somebody else has published the tiles meanwhile. Yours are kept below: compare, and publish them again if they shall count."
    status = 409


@transaction.atomic
def arrange(*, document: Mapping[str, Any], based_on: int | None = None, actor: Actor, now: datetime) -> int:
    """Publish an arrangement and return its number; what is in force already stays. `based_on`: which one was changed.

    Raises: Forbidden, TilesRefused, ArrangementStale.
    """
    permissions.require(actor, "tiles.arrange")
    groups = tiles.read(document, hosts=settings.ONEWINDOW_CITY_LINK_HOSTS)
    wrong = list(_faults(groups))
    if wrong:
        raise TilesRefused(problems=Sentences(wrong))
    newest = Arrangement.objects.select_for_update().order_by("-number").first()
    number = newest.number if newest else 0
    if based_on is not None and based_on != number:
        raise ArrangementStale
    kept = tiles.written(groups)
    if newest is not None and newest.document == kept:
        return number
    row, fresh = Arrangement.objects.get_or_create(
        number=number + 1, defaults={"document": kept, "published_at": now, "published_by": actor.id}
    )
    if not fresh:
        raise ArrangementStale
    audit.record(actor=actor, action="tiles.arrange", subject_kind="tiles", subject_id=row.number, at=now)
    return row.number


def _faults(groups: tuple[Group, ...]) -> Iterator[Said]:
    """Give what cannot be shown because of what the catalogue holds."""
    world = selectors.offered()
    for number, group in enumerate(groups, start=1):
        for row, tile in enumerate(group.tiles, start=1):
            why, place = selectors.fault(tile, world), f"{number}.{row}"
            if why == "languages":
                missing = [tiles.LANGUAGE_NAMES[language] for language in tiles.lacking(selectors.name_of(tile, world))]
                yield Said(REASONS["languages"], {"place": place, "missing": missing})
            elif why:
                yield Said(REASONS[why], {"place": place, "target": tile.target})
