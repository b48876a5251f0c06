"""The personal columns of a record under one seal, and the keyed hash by which it is found.

AES-SIV (RFC 5297) seals the same record the same way, so that the database itself sees whether a new batch changes it; that is all it
sees. The seal is bound to the key of its record: what is moved to another does not open. The hash is AES-CMAC (RFC 4493), under a key of
its own. A store has a secret; a record costs 16 bytes for the hash and 16 for the seal, where a value sealed by itself costs 46.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from onewindow.domain.exchange.records import Description
from onewindow.modules.exchange.records.siv import Marks, Seals, texts_of
from onewindow.modules.exchange.records.tables import Layout
from onewindow.plumbing.sealing import SealBroken, keys

_BETWEEN, _NOTHING = "\x1f", "\x00"
"""No text of a record holds either: signs that cannot be printed are refused."""


@dataclass(frozen=True)
class Box:
    """Seals and opens the records of one store."""

    secret: bytes

    @cached_property
    def _key(self) -> bytes:
        return keys.derived(self.secret, b"records-seal") + keys.derived(self.secret, b"records-seal-2")

    @cached_property
    def _siv(self) -> AESSIV:
        return AESSIV(self._key)

    @cached_property
    def _seals(self) -> Seals:
        return Seals(self._key)

    @cached_property
    def _marks(self) -> Marks:
        return Marks(keys.derived(self.secret, b"records-hash"))

    def mark(self, key: bytes) -> bytes:
        """Return the keyed hash of a key."""
        return self._marks.one(key)

    def marks(self, texts: pa.Array) -> pa.Array:
        """Return the keyed hashes of many keys."""
        return texts_of(self._marks.many(texts))

    def close(self, texts: pa.Array, bound: pa.Array) -> pa.Array:
        """Seal texts, each bound to the bytes that stand in the same place."""
        return self._seals.many(texts, bound)

    def open_(self, sealed: bytes, bound: bytes) -> bytes:
        """Raises: SealBroken."""
        try:
            return self._siv.decrypt(sealed, [bound])
        except InvalidTag:
            message = "A gathered record was changed, moved to another key, or sealed for another store."
            raise SealBroken(message) from None


def physical(arrays: Sequence[pa.Array], description: Description, layout: Layout, box: Box) -> dict[str, pa.Array]:
    """Return the columns of a table from those of a description: the personal ones under their seals."""
    found = {field.name: arrays[field.place] for field in layout.fields if field.place is not None}
    if not description.personal:
        return found
    texts = [_text(array) for array in arrays]
    bound = _joined([text for text, column in zip(texts, description.columns, strict=True) if column.key])
    if description.hashed:
        found["k"] = bound = box.marks(bound)
    plain = _joined([text for text, column in zip(texts, description.columns, strict=True) if column.personal])
    found["s"] = box.close(plain, bound)
    return found


def key_of(values: Sequence[Any], description: Description, box: Box) -> tuple[list[Any], bytes]:
    """Return what stands in the key of the table for these values of the key columns, and what the seal is bound to."""
    text = _BETWEEN.join(str(value) for value in values).encode()
    if not description.hashed:
        return list(values), text
    mark = box.mark(text)
    return [mark], mark


def opened(sealed: bytes, bound: bytes, description: Description, box: Box) -> dict[str, Any]:
    """Return the personal values of a record, by column. Raises: SealBroken."""
    texts = box.open_(sealed, bound).decode().split(_BETWEEN)
    pairs = zip(description.personal, texts, strict=True)
    return {column.name: None if text == _NOTHING else _READ[column.type](text) for column, text in pairs}


def _text(array: pa.Array) -> pa.Array:
    return array if pa.types.is_string(array.type) else pc.cast(array, pa.string())


def _joined(texts: Sequence[pa.Array]) -> pa.Array:
    joined = pc.binary_join_element_wise(*texts, _BETWEEN, null_handling="replace", null_replacement=_NOTHING)
    return joined.cast(pa.binary())


_READ: Mapping[str, Any] = {
    "text": str,
    "integer": int,
    "number": float,
    "boolean": lambda text: text == "true",
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
}
