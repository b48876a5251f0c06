"""The keys of what is sealed at rest: data keys in the database, themselves sealed under the installation's master key.

One number stands for one secret, of which a key for sealing and a key of its own for the hashes of each column are derived. The
newest number seals; every number that is not retired opens.
"""

import base64
import hmac
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from django.conf import settings
from django.db import transaction

from onewindow.domain.errors import DomainError
from onewindow.plumbing.master import MASTER_KEY_WRONG, master_name
from onewindow.plumbing.sealing.rows import DataKey

KEY_BYTES = 32
NUMBER_BYTES = 2
NONCE_BYTES = 12
HASH_BYTES = 16
LEAST_SEALED = NUMBER_BYTES + NONCE_BYTES + 16
"""No sealed value is shorter.  Unit: bytes."""
FRESH_SECONDS = 60.0
"""After so long a process looks whether another has made a new key."""


class MasterKeyWrong(DomainError):
    """The data keys do not open."""

    code = "master-key-wrong"
    template = MASTER_KEY_WRONG
    status = 503


class KeysLost(DomainError):
    """There are no data keys at all."""

    code = "data-keys-lost"
    template = (
        "The database holds no data key. Run “onewindow migrate”; where it ran before, restore the table plumbing_datakey from a backup."
    )
    status = 503


class SealBroken(Exception):
    """Something was sealed under another key, for another place, or was changed."""


@dataclass(frozen=True)
class Key:
    """One data key, ready to use."""

    number: int
    secret: bytes

    @cached_property
    def prefix(self) -> bytes:
        return self.number.to_bytes(NUMBER_BYTES, "big")

    @cached_property
    def box(self) -> AESGCM:
        return AESGCM(derived(self.secret, b"seal"))

    @cached_property
    def _of_columns(self) -> dict[bytes, bytes]:
        return {}

    def mark(self, column: bytes, text: bytes) -> bytes:
        """Return the keyed hash of a value of a column, with the number of the key before it."""
        return self.prefix + self.long_mark(column, text)[:HASH_BYTES]

    def long_mark(self, column: bytes, text: bytes) -> bytes:
        """Return the whole keyed hash."""
        own = self._of_columns.get(column)
        if own is None:
            own = self._of_columns[column] = derived(self.secret, b"hash:" + column)
        return hmac.digest(own, text, "sha256")


@dataclass(frozen=True)
class Ring:
    """The keys of this process at one moment."""

    by_prefix: Mapping[bytes, Key]
    newest: Key
    read_at: float


_ring: Ring | None = None


def derived(secret: bytes, purpose: bytes) -> bytes:
    """Return a key for one purpose."""
    return HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=b"onewindow:" + purpose).derive(secret)


def derived_with(secret: bytes, purpose: bytes, salt: bytes) -> bytes:
    """Return a key for one purpose and one salt, such as one file."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"onewindow:" + purpose).derive(secret)


def ring() -> Ring:
    """Return the keys, read again from time to time. Raises: MasterKeyWrong, KeysLost."""
    global _ring  # noqa: PLW0603  (one ring for each process)
    known = _ring
    if known is None or time.monotonic() - known.read_at > FRESH_SECONDS:
        _ring = known = _read(known)
    return known


def held() -> Ring | None:
    """Return the keys as they were read last, if they were."""
    return _ring


def forget() -> None:
    """Read the keys afresh at the next use."""
    global _ring  # noqa: PLW0603  (one ring a process)
    _ring = None


def key_of(prefix: bytes) -> Key:
    """Return the key of a number, looking into the database once for one that is new. Raises: SealBroken."""
    found = ring().by_prefix.get(prefix)
    if found is None:
        forget()
        found = ring().by_prefix.get(prefix)
    if found is None:
        message = f"There is no data key {int.from_bytes(prefix, 'big')}."
        raise SealBroken(message)
    return found


def close(plain: bytes, where: bytes, head: bytes = b"") -> bytes:
    """Seal some bytes for one place. `head` stands readable behind the number and is bound as well."""
    key = ring().newest
    nonce = os.urandom(NONCE_BYTES)
    return b"".join((head or key.prefix, nonce, key.box.encrypt(nonce, plain, head + where)))


def open_(sealed: bytes, where: bytes, head: int = NUMBER_BYTES) -> bytes:
    """Return what was sealed for this place; `head` is how many bytes stand before the nonce. Raises: SealBroken."""
    key = key_of(sealed[:NUMBER_BYTES])
    bound = sealed[:head] + where if head > NUMBER_BYTES else where
    try:
        return key.box.decrypt(sealed[head : head + NONCE_BYTES], sealed[head + NONCE_BYTES :], bound)
    except InvalidTag:
        pass
    message = f"What is sealed in {where[:60]!r} was changed, moved from another row, or sealed under another key."
    raise SealBroken(message)


@transaction.atomic
def make(*, now: datetime) -> int:
    """Make a data key that seals from now on, and return its number. Raises: MasterKeyWrong."""
    rows = list(DataKey.objects.select_for_update().order_by("number"))
    if rows:
        ring()  # whoever does not hold the master key makes no keys
    number = rows[-1].number + 1 if rows else 1
    master = settings.ONEWINDOW_MASTER_KEY
    copies = {master_name(master): wrapped(secrets.token_bytes(KEY_BYTES), master, number)}
    DataKey.objects.create(number=number, copies=copies, made_at=now)
    transaction.on_commit(forget)
    return number


@transaction.atomic
def add_master(new: bytes) -> int:
    """Seal every data key under a second master key as well, and tell how many. Raises: MasterKeyWrong."""
    rows = list(DataKey.objects.select_for_update().filter(retired_at=None))
    for row in rows:
        row.copies = {**row.copies, master_name(new): wrapped(_unwrapped(row, settings.ONEWINDOW_MASTER_KEY), new, row.number)}
        row.save(update_fields=["copies"])
    return len(rows)


@transaction.atomic
def drop_other_masters() -> int:
    """Leave no copy but that of the present master key, and tell how many were dropped. Raises: MasterKeyWrong."""
    own, dropped = master_name(settings.ONEWINDOW_MASTER_KEY), 0
    for row in DataKey.objects.select_for_update().filter(retired_at=None):
        _unwrapped(row, settings.ONEWINDOW_MASTER_KEY)
        dropped += len(row.copies) - 1
        row.copies = {own: row.copies[own]}
        row.save(update_fields=["copies"])
    return dropped


def retire(number: int, *, now: datetime) -> None:
    """Destroy a data key under which nothing is left."""
    DataKey.objects.filter(number=number).update(copies={}, retired_at=now)
    transaction.on_commit(forget)


def rows() -> list[DataKey]:
    """Return every data key there ever was, the oldest first."""
    return list(DataKey.objects.order_by("number"))


def wrapped(secret: bytes, master: bytes, number: int) -> str:
    """Return a data key sealed under a master key."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(derived(master, b"data-keys")).encrypt(nonce, secret, f"data key {number}".encode())
    return base64.b64encode(nonce + sealed).decode("ascii")


def _unwrapped(row: DataKey, master: bytes) -> bytes:
    try:
        sealed = base64.b64decode(row.copies[master_name(master)])
        return AESGCM(derived(master, b"data-keys")).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], f"data key {row.number}".encode())
    except (KeyError, ValueError, InvalidTag):
        raise MasterKeyWrong from None


def _read(before: Ring | None) -> Ring:
    found = {}
    for row in DataKey.objects.filter(retired_at=None).order_by("number"):
        known = before.by_prefix.get(row.number.to_bytes(NUMBER_BYTES, "big")) if before else None
        # While the master key changes, a process that holds a key already need not open it again.
        key = known if known and master_name(settings.ONEWINDOW_MASTER_KEY) not in row.copies else None
        key = key or Key(row.number, _unwrapped(row, settings.ONEWINDOW_MASTER_KEY))
        found[key.prefix] = known if known == key else key
    if not found:
        raise KeysLost
    return Ring(found, found[max(found)], time.monotonic())
