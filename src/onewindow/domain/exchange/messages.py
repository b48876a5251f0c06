"""A question and its answer as they are signed: one line of canonical JSON each, the second bound to the first.

Neither holds a value or a key of anybody: keys and values stand there as keyed hashes, so that whoever holds the installation's key can
show later what was asked and answered, and nobody else learns it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

VERSION = 1


@dataclass(frozen=True, slots=True)
class Signed:
    """One exchange as it is kept: both lines with their signatures. The answer is empty while the question is under way."""

    request: bytes
    request_signature: bytes
    response: bytes = b""
    response_signature: bytes = b""

    @property
    def leaf(self) -> bytes:
        """What the time stamp is over: all four parts, each with its length before it."""
        parts = (self.request, self.request_signature, self.response, self.response_signature)
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def canonical(value: Any) -> bytes:
    """Return a value as JSON that two readers write alike.

    >>> canonical({"b": 1, "a": "字"}).decode()
    '{"a":"字","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def request_line(
    *,
    message: str,
    at: datetime,
    by: Mapping[str, str],
    resource: str,
    fields: Collection[str],
    purpose: str,
    subject: Mapping[str, str],
    services: Sequence[str],
    grants: Sequence[str],
    key: str,
) -> bytes:
    """Return the question. `by`: {kind, id, organisation}; `subject`: {kind, id}; `key`: the keyed hash of what was asked under."""
    return canonical(
        {
            "v": VERSION,
            "message": message,
            "at": at.isoformat(),
            "by": dict(by),
            "resource": resource,
            "fields": sorted(fields),
            "purpose": purpose,
            "subject": dict(subject),
            "services": sorted(services),
            "grants": sorted(grants),
            "key": key,
        }
    )


def response_line(
    *,
    request: bytes,
    at: datetime,
    outcome: str,
    fields: Collection[str],
    body: str,
    duration_ms: int | None,
    kept_at: datetime | None = None,
) -> bytes:
    """Return the answer, bound to its question. `body`: the keyed hash of the values, empty where there are none.

    Nobody knows how long a lost answer took: `duration_ms` is None.
    `kept_at`: the values come from the cache and were obtained then; a line about values just fetched does not speak of it.
    """
    from_cache = {} if kept_at is None else {"cache": kept_at.isoformat()}
    return canonical(
        {
            **from_cache,
            "v": VERSION,
            "request": sha256(request).hexdigest(),
            "at": at.isoformat(),
            "outcome": outcome,
            "fields": sorted(fields),
            "body": body,
            "ms": duration_ms,
        }
    )


def bound(request: bytes, response: bytes) -> bool:
    """Tell whether an answer is the one to a question."""
    try:
        told = json.loads(response)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("request") == sha256(request).hexdigest()


NO_HEAD = bytes(32)
"""What stands before the first head."""


def head(*, number: int, first: int, size: int, root: bytes, before: bytes) -> bytes:
    """Return what is stamped: which batch, its first place in the log, how many exchanges, their root, and the hash of the head before.

    Nobody can leave a batch out, or change places, without breaking what follows.

    >>> head(number=1, first=0, size=2, root=bytes(32), before=NO_HEAD).decode().splitlines()[:4]
    ['onewindow exchange log v1', '1', '0', '2']
    """
    return f"onewindow exchange log v1\n{number}\n{first}\n{size}\n{root.hex()}\n{before.hex()}\n".encode()
