"""The compiler and the brute-force reader, written apart from the same contract, say the same."""

import os
from collections import Counter

import pytest
from tests.reference import brute
from tests.reference.breakage import BREAKERS
from tests.reference.compare import differences
from tests.reference.generate import sample
from tests.reference.shrink import told

SEEDS = int(os.environ.get("ONEWINDOW_REFERENCE_SEEDS", "2000"))
CHUNKS = 8


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_compiler_and_reader_agree_on_random_catalogues(chunk: int) -> None:
    for seed in range(chunk, SEEDS, CHUNKS):
        made = sample(seed)
        if differences(made):
            pytest.fail(told(seed, made), pytrace=False)


def test_random_catalogues_are_broken_in_every_way_and_the_reader_sees_it() -> None:
    seen: Counter[str] = Counter()
    for seed in range(2000):
        made = sample(seed)
        if made.broken is None:
            continue
        with pytest.raises(brute.Refused) as refused:
            brute.compile(made.catalogue, made.event, made.answers, made.held)
        # What nothing supplies may stand in a matter that a circle refuses first.
        assert refused.value.code in {made.broken, "circle"}, f"seed {seed}"
        seen[made.broken] += 1
    assert {code for code, _ in BREAKERS} == set(seen)


def test_random_catalogues_are_the_same_for_the_same_seed() -> None:
    assert sample(7) == sample(7)
    assert sample(7) != sample(8)
