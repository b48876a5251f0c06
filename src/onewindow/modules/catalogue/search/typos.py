"""Words that were mistyped: the nearest known ones by the triples of letters that they share."""

from collections import Counter, defaultdict
from collections.abc import Iterable

LEAST = 0.45
"""Dice's coefficient of two words that may be the same one."""
SHORTEST = 4


class Spelling:
    """The words that are known."""

    def __init__(self, words: Iterable[str]) -> None:
        self._triples: dict[str, list[str]] = defaultdict(list)
        for word in {word for word in words if len(word) >= SHORTEST}:
            for triple in _triples(word):
                self._triples[triple].append(word)

    def nearest(self, typed: str, limit: int = 2) -> list[str]:
        """Return the known words that were most likely meant.

        >>> Spelling(["retirement", "restaurant"]).nearest("retirment")
        ['retirement']
        """
        if len(typed) < SHORTEST:
            return []
        own = _triples(typed)
        shared = Counter(word for triple in own for word in self._triples.get(triple, ()))
        likeness = {word: 2 * count / (len(own) + len(word)) for word, count in shared.items()}
        near = sorted((word for word, value in likeness.items() if value >= LEAST), key=lambda word: (-likeness[word], word))
        return near[:limit]


def _triples(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[i : i + 3] for i in range(len(padded) - 2)}
