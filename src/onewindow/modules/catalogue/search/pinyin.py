"""Chinese by its sound: names written in pinyin, whole or by initials, and characters that sound the same."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

from onewindow.modules.catalogue.search.tokens import is_han

MATCHES_KEPT = 2000
"""How many names one sound may stand for; what sounds like more of them tells nothing."""


@lru_cache(maxsize=50_000)
def syllables(run: str) -> tuple[str, ...]:
    """Return the syllables of a run of Chinese characters, without tones.

    >>> syllables("银行退休")
    ('yin', 'hang', 'tui', 'xiu')
    """
    from pypinyin import lazy_pinyin  # a dictionary of 47,000 phrases: loaded with the first index, not with the site

    return tuple(sound for sound in lazy_pinyin(run, errors="ignore") if sound.isascii())


class Sounds:
    """The sounds of many names in two long strings: looked through whole, which takes less than a millisecond."""

    def __init__(self, names: Iterable[Sequence[str]]) -> None:
        """Take the Chinese runs of each name, folded."""
        whole, initials = [], []
        self._begins: set[int] = set()
        self._whole_at: list[int] = []
        self._initials_at: list[int] = []
        length = count = 0
        for runs in names:
            self._whole_at.append(length)
            self._initials_at.append(count)
            for run in runs:
                for sound in syllables(run):
                    self._begins.add(length)
                    whole.append(sound)
                    initials.append(sound[0])
                    length += len(sound)
                    count += 1
                whole.append(" ")
                initials.append(" ")
                length += 1
                count += 1
        self._whole, self._initials = "".join(whole), "".join(initials)

    def spelt(self, typed: str) -> set[int]:
        """Return the numbers of the names in which this is spelt from the beginning of a syllable on."""
        found: set[int] = set()
        place = self._whole.find(typed)
        while place >= 0 and len(found) < MATCHES_KEPT:
            if place in self._begins:
                found.add(bisect_right(self._whole_at, place) - 1)
            place = self._whole.find(typed, place + 1)
        return found

    def abbreviated(self, typed: str) -> set[int]:
        """Return the numbers of the names in which syllables one after the other begin with these letters."""
        found: set[int] = set()
        place = self._initials.find(typed)
        while place >= 0 and len(found) < MATCHES_KEPT:
            found.add(bisect_right(self._initials_at, place) - 1)
            place = self._initials.find(typed, place + 1)
        return found


def han(runs: Iterable[str]) -> list[str]:
    return [run for run in runs if is_han(run[0])]
