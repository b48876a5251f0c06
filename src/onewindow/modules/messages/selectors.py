"""Reads: what a message would say, and whether messages leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Min

from onewindow.modules.messages import channels, delivery
from onewindow.modules.messages.models import Message
from onewindow.modules.messages.pushing import DeviceRow as DeviceRow
from onewindow.modules.messages.pushing import devices as devices
from onewindow.modules.messages.pushing import push_key as push_key
from onewindow.modules.messages.templates import TEMPLATES


def filled(template: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Return subject and body of a message as it would be carried. Raises: KeyError for a template nobody wrote."""
    return TEMPLATES[template].filled(language, values)


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How messages of one kind leave. `outside`: to people, and not into a folder here."""

    kind: str
    outside: bool
    answers: bool


def channel_states() -> tuple[ChannelState, ...]:
    """Return how each kind of message leaves now; asks gateway and mail server, sends nothing."""
    configured = {"sms": bool(settings.ONEWINDOW_SMS_URL), "email": bool(settings.ONEWINDOW_SMTP_URL)}
    return tuple(ChannelState(kind, outside, _answers(kind)) for kind, outside in configured.items())


def waiting_since() -> datetime | None:
    """Return when the oldest message was written that still waits to be carried, or nothing."""
    oldest: datetime | None = Message.objects.filter(state="waiting").aggregate(oldest=Min("recorded_at"))["oldest"]
    return oldest


def _answers(kind: str) -> bool:
    try:
        delivery.channel(kind).try_out()
    except channels.NotCarried:
        return False
    return True
