"""Carrying what waits: claimed in one short transaction, carried outside any, settled in another.

A slow gateway therefore never holds a lock, and a worker that dies loses nothing: its claim ends and the message is due again.
A message may be carried twice that way; its id tells the gateway so.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction

from onewindow.modules.messages import channels, pushing
from onewindow.modules.messages.models import Message
from onewindow.modules.messages.templates import NOBODY, TEMPLATES
from onewindow.plumbing import clock, sealing

PURPOSE = pushing.PURPOSE
CLAIM = timedelta(seconds=40)
FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(minutes=5)

_log = structlog.get_logger("onewindow.messages")
_courier = ThreadPoolExecutor(max_workers=1, thread_name_prefix="courier")


def channel(kind: str) -> channels.Channel:
    """Return what carries messages of this kind here: the gateway or server of the settings, or a folder."""
    if kind == "sms" and settings.ONEWINDOW_SMS_URL:
        return channels.GatewayChannel(settings.ONEWINDOW_SMS_URL, settings.ONEWINDOW_SMS_KEY)
    if kind == "email" and settings.ONEWINDOW_SMTP_URL:
        return channels.SmtpChannel(settings.ONEWINDOW_SMTP_URL, settings.ONEWINDOW_MAIL_FROM)
    return channels.FolderChannel(settings.ONEWINDOW_HOME / "messages")


def deliver(*, now: datetime, most: int = 50) -> int:
    """Carry what is due and tell how many messages were settled."""
    with transaction.atomic():
        due = Message.objects.filter(state="waiting", due_at__lte=now)
        rows = list(due.select_for_update(skip_locked=True).order_by("due_at")[:most])
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=now + CLAIM)
    return sum(_deliver(row, now) for row in rows)


def _deliver(row: Message, now: datetime) -> bool:
    if row.template == NOBODY:
        return _settle(row, "dropped", now)
    if row.expires_at <= now:
        return _settle(row, "expired", now)
    try:
        _carry(row, now)
    except channels.NotCarried as error:
        delay = max(min(FIRST_DELAY * (1 << min(row.attempts, 10)), LONGEST_DELAY), timedelta(seconds=error.after_seconds))
        Message.objects.filter(pk=row.pk, state="waiting").update(attempts=row.attempts + 1, due_at=now + delay)
        _log.warning("message not carried", message=str(row.pk), channel=row.channel, template=row.template, attempts=row.attempts + 1)
        return False
    except channels.Gone:
        return _settle(row, "gone", now)
    except (channels.Refused, sealing.SealBroken) as error:
        _log.error("message refused", message=str(row.pk), channel=row.channel, template=row.template, failure=type(error).__name__)
        return _settle(row, "refused", now)
    return _settle(row, "sent", now)


def _carry(row: Message, now: datetime) -> None:
    if row.channel == "push":
        pushing.carry(_written(row), about=row.about, until=row.expires_at, now=now)
    else:
        channel(row.channel).carry(_written(row))


def _written(row: Message) -> channels.Written:
    kept = json.loads(sealing.unseal(row.sealed, purpose=PURPOSE))
    subject, body = TEMPLATES[row.template].filled(kept["language"], kept["values"])
    return channels.Written(row.id, row.template, kept["to"], subject, body, kept["language"], kept["values"])


def _settle(row: Message, state: str, now: datetime) -> bool:
    return Message.objects.filter(pk=row.pk, state="waiting").update(state=state, sealed="", settled_at=now) == 1


def soon() -> None:
    """Carry what waits once the running transaction has committed, beside the worker's own work."""
    if settings.ONEWINDOW_MESSAGES_AT_ONCE:
        transaction.on_commit(lambda: _courier.submit(_in_own_thread))


def _in_own_thread() -> None:
    try:
        deliver(now=clock.now())
    except Exception as error:  # the next round tries again; the failure's text may quote an address
        _log.error("messages not carried", failure=type(error).__name__)
    finally:
        connection.close()
