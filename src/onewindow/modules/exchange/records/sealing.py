"""The personal columns of a record under one seal, and the keyed hash by which it is found.

AES-SIV (RFC 5297) seals the same record the same way, so that the database itself sees whether a new batch changes it; that is all it
sees. The seal is bound to the key of its record: what is moved to another does not open. A store has a secret of its own; a record
costs 16 bytes for the hash and 16 for the seal, where a value sealed by itself costs 46.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from onewindow.domain.exchange.records import Description
from onewindow.plumbing.sealing import SealBroken, keys

HASH_BYTES = 16
BETWEEN, NOTHING = "\x1f", "\x00"
"""No text of a record holds either: signs that cannot be printed are refused."""


@dataclass(frozen=True)
class Box:
    """Seals and opens the records of one store."""

    secret: bytes

    @cached_property
    def _siv(self) -> AESSIV:
        return AESSIV(keys.derived(self.secret, b"records-seal") + keys.derived(self.secret, b"records-seal-2"))

    @cached_property
    def _hash(self) -> Any:
        return hashlib.blake2b(key=keys.derived(self.secret, b"records-hash"), digest_size=HASH_BYTES)

    def mark(self, key: bytes) -> bytes:
        """Return the keyed hash of a key."""
        found = self._hash.copy()
        found.update(key)
        return bytes(found.digest())

    def close(self, text: bytes, bound: bytes) -> bytes:
        return self._siv.encrypt(text, [bound])

    def open_(self, sealed: bytes, bound: bytes) -> bytes:
        """Raises: SealBroken."""
        try:
            return self._siv.decrypt(sealed, [bound])
        except InvalidTag:
            message = "A gathered record was changed, moved to another key, or sealed for another store."
            raise SealBroken(message) from None


def key_of(values: Sequence[Any], description: Description, box: Box) -> tuple[list[Any], bytes]:
    """Return what stands in the key of the table for these values of the key columns, and what the seal is bound to."""
    text = BETWEEN.join(str(value) for value in values).encode()
    if not description.hashed:
        return list(values), text
    mark = box.mark(text)
    return [mark], mark


def opened(sealed: bytes, bound: bytes, description: Description, box: Box) -> dict[str, Any]:
    """Return the personal values of a record, by column. Raises: SealBroken."""
    texts = box.open_(sealed, bound).decode().split(BETWEEN)
    pairs = zip(description.personal, texts, strict=True)
    return {column.name: None if text == NOTHING else _READ[column.type](text) for column, text in pairs}


_READ: Mapping[str, Any] = {
    "text": str,
    "integer": int,
    "number": float,
    "boolean": lambda text: text == "true",
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
}
