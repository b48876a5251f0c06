"""What is held about a person here: which of their browsers are told of news. With the account it goes."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from onewindow.modules.messages.models import PushDevice
from onewindow.plumbing import personal
from onewindow.plumbing.exposure import Exposure, Table


def _export(user_id: UUID) -> Iterator[personal.Part]:
    rows = PushDevice.objects.filter(user=user_id).order_by("subscribed_at", "id")
    found = [{"name": row.name, "endpoint": row.endpoint, "subscribed_at": row.subscribed_at, "told_at": row.told_at} for row in rows]
    if found:
        yield personal.Part("browsers", found)


def _let_go(user_id: UUID, _now: datetime) -> int:
    return PushDevice.objects.filter(user=user_id).delete()[0]


_TABLES = (Table(PushDevice, "user", {"name": "use", "endpoint": "use", "keys": "use", "told_at": "use"}, since="subscribed_at"),)
personal.register(personal.Holder(name="browsers", export=_export, let_go=_let_go, exposure=Exposure(tables=_TABLES)))
