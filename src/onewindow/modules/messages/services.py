"""Writes: a message to a person, in the transaction of the act that causes it; and which browsers are told of news."""

import json
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from onewindow.domain.events import MessageWaiting
from onewindow.modules.messages.delivery import PURPOSE
from onewindow.modules.messages.models import Message
from onewindow.modules.messages.pushing import PushNotOffered as PushNotOffered
from onewindow.modules.messages.pushing import PushRefused as PushRefused
from onewindow.modules.messages.pushing import subscribe as subscribe
from onewindow.modules.messages.pushing import tell_news as tell_news
from onewindow.modules.messages.pushing import unsubscribe as unsubscribe
from onewindow.modules.messages.templates import TEMPLATES
from onewindow.plumbing import outbox, sealing
from onewindow.plumbing.courier import Letter


@transaction.atomic
def send(*, letter: Letter, now: datetime) -> None:
    """Keep a message, sealed, and have the worker carry it. Raises: KeyError for a template nobody wrote."""
    template = TEMPLATES[letter.template]
    kept = {"to": letter.to, "values": dict(letter.values), "language": letter.language}
    row = Message.objects.create(
        id=uuid4(),
        template=letter.template,
        channel=letter.channel,
        sealed=sealing.seal(json.dumps(kept, ensure_ascii=False), purpose=PURPOSE),
        recorded_at=now,
        due_at=now,
        expires_at=now + template.useful_for,
    )
    outbox.record(MessageWaiting(message_id=row.id, at=now), at=now)
