"""What is sealed and hashed many at once is what `cryptography` gives one by one."""

import random

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from onewindow.modules.exchange.records import siv

KEY = bytes(range(64))


@pytest.mark.parametrize("few", [siv.FEW, 1])
def test_seals_and_hashes_made_many_at_once_are_those_of_the_library(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siv, "FEW", few)
    monkeypatch.setattr(siv, "AT_ONCE", 2000)
    chance = random.Random(3)
    lengths = [*range(70), *[chance.choice((15, 16, 17, 48, 300)) for _ in range(300)]]
    chance.shuffle(lengths)
    texts = [chance.randbytes(max(length, 1)) for length in lengths]
    bound = [chance.randbytes(length) for length in reversed(lengths)]
    array = pa.array([b"before", *bound, b"after"])[1:-1]
    sealed = siv.Seals(KEY).many(pa.array(texts), array).to_pylist()
    alone, marks = AESSIV(KEY), siv.Marks(KEY[:32])
    assert sealed == [alone.encrypt(text, [tied]) for text, tied in zip(texts, bound, strict=True)]
    assert siv.texts_of(marks.many(array)).to_pylist() == [marks.one(text) for text in bound]


def test_nothing_is_sealed_where_there_is_nothing() -> None:
    nothing = pa.array([], pa.binary())
    assert len(siv.Seals(KEY).many(nothing, nothing)) == len(siv.Marks(KEY[:32]).many(nothing)) == 0
