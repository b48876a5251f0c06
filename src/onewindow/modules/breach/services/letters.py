"""Letters to those whom a leak concerns: each person once for an incident, in their language, over the phone or e-mail they log in with."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from onewindow.modules.breach import words
from onewindow.modules.breach.models import LetterSent
from onewindow.modules.identity import selectors as identity
from onewindow.modules.messages import selectors as messages
from onewindow.modules.messages import services as carrying
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.courier import Letter

TEMPLATE = "breach"
_SHORT = {"zh-hans": "zh", "en": "en", "ru": "ru"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom it concerns, and which categories of theirs could be read."""

    person: UUID
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What was sent, or would be. Shape: `by` counts letters by (channel, language); `unreachable` have no open account with an address."""

    sent: int
    already: int
    by: Mapping[tuple[str, str], int]
    unreachable: tuple[UUID, ...]


def tell(
    *, incident: str, kind: str, recipients: Iterable[Recipient], own_words: words.Words, send: bool, actor: Actor, now: datetime
) -> Told:
    """Write to everybody who was not told yet; with `send` false, only count. Each letter is an act of its own: run it again after a fall.

    An enterprise is told through whoever the business register names. Raises: Forbidden.
    """
    permissions.require(actor, "breach.tell", None)
    wanted = {row.person: row for row in recipients}
    done = set(LetterSent.objects.filter(incident=incident).values_list("person", flat=True)) & wanted.keys()
    by: Counter[tuple[str, str]] = Counter()
    unreachable = []
    for person in sorted(wanted.keys() - done):
        account = identity.account_row(identity.representative_of(person) or person)
        if account is None or not (account.phone or account.email):
            unreachable.append(person)
            continue
        channel: Literal["sms", "email"] = "email" if account.email else "sms"  # a letter is long; a text message is what is left
        language = account.language if account.language in _SHORT else "zh-hans"
        letter = Letter(
            template=TEMPLATE,
            channel=channel,
            to=account.email or account.phone,
            values=_values(kind, wanted[person].categories, own_words, _SHORT[language]),
            language=language,
        )
        if not send or _send(incident, person, letter, actor=actor, now=now):
            by[channel, language] += 1
    return Told(sum(by.values()), len(done), dict(by), tuple(unreachable))


def written(*, kind: str, categories: tuple[str, ...], own_words: words.Words, language: str) -> tuple[str, str]:
    """Return subject and body of a letter as somebody would get it, for the operator to read first."""
    return messages.filled(TEMPLATE, language, _values(kind, categories, own_words, _SHORT[language]))


def _send(incident: str, person: UUID, letter: Letter, *, actor: Actor, now: datetime) -> bool:
    """Note and send one letter in one transaction; tell whether it was this call that did."""
    try:
        with transaction.atomic():
            LetterSent.objects.create(incident=incident, person=person, channel=letter.channel, at=now)
            carrying.send(letter=letter, now=now)
            details = {"incident": incident, "channel": letter.channel}
            audit.record(actor=actor, action="breach.tell", subject_kind="user", subject_id=person, at=now, details=details)
    except IntegrityError:
        return False  # another run was faster
    return True


def _values(kind: str, categories: tuple[str, ...], own_words: words.Words, language: str) -> dict[str, str]:
    named = settings.ONEWINDOW_CITY_HOST or settings.ONEWINDOW_CITY_NAME or {}
    office = {"zh": "政务服务平台", "en": "the platform for government services", "ru": "платформа государственных услуг"}
    found = words.values(kind, categories, own_words, language)
    return {**found, "office": named.get(language) or office[language], "phone": settings.ONEWINDOW_CITY_PHONE or "12345"}
