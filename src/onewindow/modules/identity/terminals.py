"""Self-service terminals: an administrator adds one, the device is set up by a code, and any of them is ended at once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.identity.accounts import may_try
from onewindow.modules.identity.models import Terminal
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor

CODE_LIFE = timedelta(minutes=30)
TRIES, WITHIN = 20, timedelta(minutes=10)


class TerminalNameless(DomainError):
    """People must be able to say which one it is."""

    code = "terminal-name"
    template = "Write what the terminal is called, and where it stands."


class TerminalCodeWrong(DomainError):
    """No terminal waits for this code."""

    code = "terminal-code"
    template = "No terminal waits for this code. Compare it with the administrator's page; it is good for half an hour."


class TerminalTries(DomainError):
    """Somebody guesses."""

    code = "terminal-tries"
    template = "Too many codes were tried. Wait ten minutes, then use the code of the administrator's page."
    status = 429


@dataclass(frozen=True, slots=True)
class TerminalRow:
    """One terminal. `waits`: not set up yet."""

    id: UUID
    organisation: str
    name: str
    place: str
    waits: bool
    ended: bool


@transaction.atomic
def add_terminal(*, name: str, place: str, actor: Actor, now: datetime) -> str:
    """Add a terminal of one's own organisation and return the code by which the device is set up; it is shown once.

    Raises: Forbidden, TerminalNameless.
    """
    permissions.require(actor, "identity.terminals", actor.organisation)
    name, place = " ".join(name.split())[:80], " ".join(place.split())[:200]
    if not name or not place:
        raise TerminalNameless
    code = f"{secrets.randbelow(10**8):08d}"
    row = Terminal.objects.create(
        organisation=actor.organisation or "",
        name=name,
        place=place,
        secret=_digest(code),
        code_until=now + CODE_LIFE,
        added_at=now,
        added_by=actor.known_id,
    )
    audit.record(actor=actor, action="identity.add-terminal", subject_kind="terminal", subject_id=row.pk, at=now)
    return code


def set_up_terminal(*, code: str, address: str, actor: Actor, now: datetime) -> str:
    """Make the device that sends a code a terminal; return what it keeps to be known. `address`: whose tries are counted.

    Raises: Forbidden, TerminalTries, TerminalCodeWrong.
    """
    permissions.require(actor, "identity.set-up-terminal")
    if not may_try(what="terminal", who=address, most=TRIES, within=WITHIN, now=now):
        raise TerminalTries
    with transaction.atomic():
        waiting = Terminal.objects.select_for_update().filter(code_until__gt=now, ended_at=None)
        row = waiting.filter(secret=_digest("".join(sign for sign in code if sign.isdigit()))).first()
        if row is None:
            raise TerminalCodeWrong
        kept = secrets.token_urlsafe(32)
        row.secret, row.code_until = _digest(kept), None
        row.save(update_fields=["secret", "code_until"])
        audit.record(actor=actor, action="identity.set-up-terminal", subject_kind="terminal", subject_id=row.pk, at=now)
    return kept


@transaction.atomic
def end_terminal(*, terminal_id: UUID, actor: Actor, now: datetime) -> None:
    """End a terminal of one's own organisation; it counts from its next page. Raises: Forbidden, NotFound."""
    permissions.require(actor, "identity.terminals", actor.organisation)
    if not Terminal.objects.filter(pk=terminal_id, organisation=actor.organisation, ended_at=None).update(ended_at=now):
        raise NotFound(kind="terminal", id=terminal_id)
    audit.record(actor=actor, action="identity.end-terminal", subject_kind="terminal", subject_id=terminal_id, at=now)


def terminals(*, actor: Actor) -> tuple[TerminalRow, ...]:
    """Return the terminals of the administrator's own organisation, newest first. Raises: Forbidden."""
    permissions.require(actor, "identity.terminals", actor.organisation)
    return tuple(_row(row) for row in Terminal.objects.filter(organisation=actor.organisation).order_by("-added_at"))


def terminal_of(kept: str) -> TerminalRow | None:
    """Return which terminal a device is, by what it keeps; nothing where that is none, or was ended."""
    row = Terminal.objects.filter(secret=_digest(kept), code_until=None, ended_at=None).first() if len(kept) > 20 else None
    return _row(row) if row else None


def _row(row: Terminal) -> TerminalRow:
    return TerminalRow(row.pk, row.organisation, row.name, row.place, row.code_until is not None, row.ended_at is not None)


def _digest(secret: str) -> str:
    return salted_hmac("onewindow.identity.terminal", secret, algorithm="sha256").hexdigest()
