"""Browsers that want to be told of news: subscribing, ending it, and carrying one message to one of them."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID, uuid4, uuid5

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction

from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.identity import selectors as identity
from onewindow.modules.messages import channels
from onewindow.modules.messages.models import Message, PushDevice
from onewindow.modules.messages.templates import TEMPLATES
from onewindow.plumbing import audit, outgoing, permissions, sealing
from onewindow.plumbing.actors import Actor

PURPOSE = "messages"
NEWS = "case-news"
GATHERED = timedelta(seconds=20)
"""What happens to a case within so long is told once."""
MOST_DEVICES = 10
POINT_BYTES, SECRET_BYTES = 65, 16


class PushRefused(DomainError):
    """What a browser sent is no subscription that anything could be sent to."""

    code = "push-refused"
    template = "This browser cannot be told of news: its push service is not one that we may send to. Try another browser."


class PushNotOffered(DomainError):
    """The installation has no key to sign with."""

    code = "push-not-offered"
    template = "News in the browser are not offered here. What is new stands at your case."
    status = 409


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One of one's own browsers."""

    id: UUID
    name: str
    subscribed_at: datetime
    told_at: datetime | None


@transaction.atomic
def subscribe(*, endpoint: str, keys: Mapping[str, str], name: str, actor: Actor, now: datetime) -> UUID:
    """Have a browser told of news in one's own cases. The same browser again takes the place of what it was, also another person's.

    Raises: Forbidden, PushRefused, PushNotOffered.
    """
    permissions.require(actor, "messages.push")
    if not settings.ONEWINDOW_PUSH_KEY:
        raise PushNotOffered
    kept = _checked(endpoint, keys)
    PushDevice.objects.filter(endpoint=endpoint).delete()
    own = PushDevice.objects.filter(user=actor.known_id).order_by("-subscribed_at", "id")
    for row in own[MOST_DEVICES - 1 :]:
        row.delete()
    device = PushDevice.objects.create(
        id=uuid4(), user=actor.known_id, endpoint=endpoint, keys=kept, name="".join(filter(str.isprintable, name))[:60], subscribed_at=now
    )
    audit.record(actor=actor, action="messages.subscribe", subject_kind="push-device", subject_id=device.pk, at=now)
    return device.pk


@transaction.atomic
def unsubscribe(*, device_id: UUID, actor: Actor, now: datetime) -> None:
    """Tell one of one's own browsers nothing more. Raises: Forbidden, NotFound."""
    permissions.require(actor, "messages.push")
    deleted, _ = PushDevice.objects.filter(pk=device_id, user=actor.known_id).delete()
    if not deleted:
        raise NotFound(kind="device", id=device_id)
    audit.record(actor=actor, action="messages.unsubscribe", subject_kind="push-device", subject_id=device_id, at=now)


def devices(*, actor: Actor) -> tuple[DeviceRow, ...]:
    """Return one's own browsers, the newest first."""
    rows = PushDevice.objects.filter(user=actor.id).order_by("-subscribed_at", "id") if actor.id else ()
    return tuple(DeviceRow(row.pk, row.name, row.subscribed_at, row.told_at) for row in rows)


def push_key() -> str:
    """Return the public key that a browser subscribes with, empty where news in the browser are not offered."""
    return _public(settings.ONEWINDOW_PUSH_KEY) if settings.ONEWINDOW_PUSH_KEY else ""


@transaction.atomic
def tell_news(*, users: Iterable[UUID], case_id: UUID, reference: str, now: datetime) -> int:
    """Have the browsers of some people told that there is something new in a case: its number and nothing else. Return how many.

    What waits already to be told of the same case is not told again.
    """
    if not settings.ONEWINDOW_PUSH_KEY:
        return 0
    told = 0
    for row in PushDevice.objects.filter(user__in=set(users)).order_by("id"):
        about = uuid5(row.pk, reference).hex
        if Message.objects.filter(state="waiting", about=about).exists():
            continue
        values = {"reference": reference, "case": str(case_id), "tag": about}
        kept = {"to": str(row.pk), "values": values, "language": identity.language_of(row.user)}
        Message.objects.create(
            id=uuid4(),
            template=NEWS,
            channel="push",
            about=about,
            sealed=sealing.seal(json.dumps(kept, ensure_ascii=False), purpose=PURPOSE),
            recorded_at=now,
            due_at=now + GATHERED,
            expires_at=now + TEMPLATES[NEWS].useful_for,
        )
        told += 1
    return told


def carry(message: channels.Written, *, about: str, until: datetime, now: datetime) -> None:
    """Send one message to the browser it is for. Raises: Gone, NotCarried, Refused."""
    row = PushDevice.objects.filter(pk=message.to).first()
    if row is None or not settings.ONEWINDOW_PUSH_KEY:
        raise channels.Refused  # removed meanwhile: nobody wants it any more
    carrier = channels.PushChannel(settings.ONEWINDOW_PUSH_KEY, settings.ONEWINDOW_PUSH_CONTACT, loopback=settings.ONEWINDOW_PUSH_LOOPBACK)
    device = channels.Device(row.endpoint, row.keys)
    try:
        carrier.carry_to(device, message, topic=about, seconds_left=int((until - now).total_seconds()))
    except channels.Gone:
        PushDevice.objects.filter(pk=row.pk).delete()
        raise
    PushDevice.objects.filter(pk=row.pk).update(told_at=now)


def _checked(endpoint: str, keys: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of a subscription that something could be sent to. Raises: PushRefused."""
    try:
        outgoing.check(endpoint, loopback=settings.ONEWINDOW_PUSH_LOOPBACK)
        point, secret = _bytes(keys["p256dh"]), _bytes(keys["auth"])
        if len(point) != POINT_BYTES or len(secret) != SECRET_BYTES:
            raise PushRefused
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (outgoing.AddressRefused, KeyError, TypeError, ValueError, AttributeError):
        raise PushRefused from None
    return {"p256dh": _text(point), "auth": _text(secret)}


@cache
def _public(key: bytes) -> str:
    point = ec.derive_private_key(int.from_bytes(key), ec.SECP256R1()).public_key()
    return _text(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) < 200 else b""


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
