"""Short secrets in columns of text or JSON: sessions, messages that wait, second factors, keys that sign.

They lie under the data keys as the sealed fields do, and are sealed anew with them. What lies under the installation's secret key
from before opens as well, under the present one and the old ones that the environment still names.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast

from onewindow.plumbing.sealing import keys

_HEAD = "ow:k"
_FROM_BEFORE = "gAAAA"
"""With this begins whatever lies under the secret key."""
_SEALED = re.compile(rf"{_HEAD}[0-9]+:[A-Za-z0-9_-]+|{_FROM_BEFORE}[A-Za-z0-9_=-]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that holds sealed texts, whole or inside of JSON."""

    model: str
    """Shape: app label, a dot, the model."""
    name: str
    purpose: str


_columns: list[Column] = []


def register(column: Column) -> None:
    """Have a column sealed anew when the data keys rotate."""
    if column not in _columns:
        _columns.append(column)


def columns() -> Iterator[tuple[type[models.Model], Column]]:
    """Give every column that holds sealed texts."""
    yield from ((apps.get_model(column.model), column) for column in _columns)


def seal(text: str, *, purpose: str) -> str:
    """Return the text sealed; only `unseal` with the same purpose reads it."""
    kept = keys.close(text.encode(), _where(purpose))
    number = int.from_bytes(kept[: keys.NUMBER_BYTES], "big")
    return f"{_HEAD}{number}:{base64.urlsafe_b64encode(kept).rstrip(b'=').decode('ascii')}"


def unseal(text: str, *, purpose: str) -> str:
    """Return what was sealed. Raises: SealBroken."""
    if not text.startswith(_HEAD):
        return _from_before(text, purpose)
    coded = text.partition(":")[2].partition(":")[2]
    try:
        kept = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True)
        return keys.open_(kept, _where(purpose)).decode()
    except ValueError as error:
        message = f"What was sealed for {purpose} was cut or changed."
        raise keys.SealBroken(message) from error


def _where(purpose: str) -> bytes:
    return f"text:{purpose}".encode()


def secrets_known() -> list[str]:
    """Return the secret key and the old ones that the environment still names."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


@cache
def _box(secret: str, purpose: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"onewindow:{purpose}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _from_before(text: str, purpose: str) -> str:
    for secret in secrets_known():
        try:
            return _box(secret, purpose).decrypt(text.encode("ascii")).decode()
        except (InvalidToken, UnicodeError):
            continue
    message = f"What was sealed for {purpose} lies under another secret key, or was changed."
    raise keys.SealBroken(message)


def seal_as_before(text: str, *, purpose: str) -> str:
    """Return the text sealed under the secret key, for the way back to an older version."""
    return _box(settings.SECRET_KEY, purpose).encrypt(text.encode()).decode("ascii")


def waiting(model: type[models.Model], column: Column) -> int:
    """Return in how many rows of a column something lies under an older key."""
    return int(_older(model, column).count())


def renew(model: type[models.Model], column: Column, *, most: int, at_once: int) -> int:
    """Seal so many rows of a column anew under the newest key, some in each transaction, and tell how many were."""
    done, after = 0, Q()
    while done < most:
        with transaction.atomic():
            rows = list(_older(model, column).filter(after).select_for_update()[:at_once])
            done += sum(_write(model, row, column, back=False) for row in rows)
        if len(rows) < at_once:
            break
        after = Q(pk__gt=rows[-1].pk)
    return done


def turn_all(model: type[models.Model], column: Column, *, back: bool) -> None:
    """Bring every row of a column from the secret key to the data keys, or back: for migrations."""
    for row in model._default_manager.order_by("pk").iterator():
        _write(model, row, column, back=back)


def _older(model: type[models.Model], column: Column) -> Any:
    newest = f"{_HEAD}{keys.ring().newest.number}:"
    rows = model._default_manager.annotate(sealed_text=Cast(column.name, models.TextField())).order_by("pk")
    return rows.filter(sealed_text__contains=_HEAD).exclude(sealed_text__contains=newest)


def _write(model: type[models.Model], row: models.Model, column: Column, *, back: bool) -> bool:
    held = getattr(row, column.name)
    text = held if isinstance(held, str) else json.dumps(held)
    again = seal_as_before if back else seal

    def turned(found: re.Match[str]) -> str:
        try:
            return again(unseal(found[0], purpose=column.purpose), purpose=column.purpose)
        except keys.SealBroken:
            return found[0]  # it stays as unreadable as it was

    new = _SEALED.sub(turned, text)
    if new == text:
        return False
    value = new if isinstance(held, str) else json.loads(new)
    return bool(model._default_manager.filter(pk=row.pk).update(**{column.name: value}))
