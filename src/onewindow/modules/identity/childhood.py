"""A child that the register told of is forgotten a year after its last word, once no draft and no case is left of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Coalesce

from onewindow.modules.identity.models import Child, Guardianship
from onewindow.plumbing import clock, personal

KEPT = timedelta(days=365)


def _overdue(now: datetime) -> Iterator[personal.Overdue]:
    links = Guardianship.objects.filter(child=OuterRef("pk"))
    recent = links.filter(Q(ended_at__gt=now - KEPT) | Q(ended_at=None, checked_at__gt=now - KEPT))
    last = Max(Coalesce("guardianships__ended_at", "guardianships__checked_at"))
    for child in Child.objects.filter(~Exists(recent)).annotate(last=last).order_by("id"):
        if not personal.still_held(child.pk):
            since = clock.local_date(child.last)
            yield personal.Overdue("children", "child", str(child.pk), "a year after the guardianship", since, since + KEPT)


def _remove(child_id: str, _now: datetime) -> int:
    return Child.objects.filter(pk=child_id).delete()[0]


personal.register(personal.Holder(name="children", export=lambda _user_id: (), overdue=_overdue, remove=_remove))
