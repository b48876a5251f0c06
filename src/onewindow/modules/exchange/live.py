"""The log of questions checked where it lies: what the database holds, and the archive where the database holds it no more."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from onewindow.domain.exchange import verify
from onewindow.modules.exchange import authority
from onewindow.modules.exchange.messages import signing_key
from onewindow.modules.exchange.models import Query, Stamp
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor

PARTS = ("request", "request_signature", "response", "response_signature")
COLUMNS = ("number", "uid", "at", "actor_kind", "actor_id", "organisation", "resource", "subject_id", "purpose", "fields", "outcome")


def archive_folder() -> Path:
    """Return where the installation keeps the archive."""
    return Path(settings.ONEWINDOW_HOME) / "exchange-log"


def verify_log(*, actor: Actor) -> str:
    """Check every exchange of the log, and that the columns people read say what was signed; return what was found.

    Raises: Forbidden, verify.Changed, verify.Unreadable, StampFailed where the roots cannot be read.
    """
    permissions.require(actor, "exchange.log")
    checker = verify.Checker(signing_key().public_key(), authority.roots() if Stamp.objects.exists() else [])
    purged = Stamp.objects.exclude(purged_at=None).count()
    for path in verify.segments(archive_folder()) if purged else ():
        if checker.stamp < purged:
            for batch, exchanges in verify.batches(path):
                checker.check(batch, exchanges)
    for stamp in Stamp.objects.filter(purged_at=None).order_by("number").iterator():
        checker.check(batch_of(stamp), _rows(stamp))
    waiting = 0
    for parts in _rows(None):
        waiting += 1
        if fault := verify.wrong(checker.key, parts):
            raise verify.Changed(f"a question that waits for its stamp: {fault}")
    return verify.said(checker) + (f"\n{waiting:,} more wait for their stamp; their signatures hold." if waiting else "")


def batch_of(stamp: Stamp) -> verify.Batch:
    """Return a stamp as the check knows it."""
    return verify.Batch(stamp.number, stamp.first, stamp.size, bytes(stamp.root), bytes(stamp.before), bytes(stamp.token))


def _rows(stamp: Stamp | None) -> Iterator[verify.Parts]:
    found = Query.objects.filter(stamp=stamp).order_by("number")
    found = found if stamp else found.exclude(outcome="").exclude(request=b"")
    for *parts, number, uid, at, kind, actor, organisation, resource, subject, purpose, fields, outcome in found.values_list(
        *PARTS, *COLUMNS
    ).iterator(chunk_size=2000):
        request, _, response, _ = exchange = [bytes(part) for part in parts]
        shown = (str(uid), at, kind, str(actor or ""), organisation, resource, str(subject), purpose, outcome)
        if _said(request, response, fields) != shown:
            raise verify.Changed(f"row {number:,} of the questions does not say what was signed")
        yield exchange


def _said(request: bytes, response: bytes, fields: Any) -> tuple[object, ...]:
    """Return what the signed lines say, in the order of the columns; nothing where they say something else of the fields."""
    try:
        asked, answered = json.loads(request), json.loads(response)
        by = asked["by"]
        if asked["fields"] != fields:
            return ()
        at = datetime.fromisoformat(asked["at"])
        said = (asked["message"], at, by["kind"], by["id"], by["organisation"], asked["resource"], asked["subject"]["id"])
        return (*said, asked["purpose"], answered["outcome"])
    except (ValueError, KeyError, TypeError):
        return ()
