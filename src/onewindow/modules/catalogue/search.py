"""A small inverted index over what people may look for, built once per state of the catalogue."""

import bisect
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from onewindow.modules.catalogue.tokens import fold, tokens

BOOST = {"event": 1.6, "service": 1.2, "directory": 1.0}
NAME_WEIGHT, OTHER_WEIGHT = 3.0, 1.0
PREFIX_LIMIT = 50
"""How many longer words one typed beginning may stand for."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """One thing that can be found. `names` weigh more than `others` (organisation, produced licences …)."""

    kind: str
    id: str
    name: Mapping[str, str]
    organisation: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    id: str
    name: Mapping[str, str]
    organisation: Mapping[str, str]
    score: float


class Index:
    """Ranks by the rarity of the tokens found; every typed token that is found counts once per document."""

    def __init__(self, things: Iterable[Searchable]) -> None:
        self._things = tuple(things)
        postings: dict[str, dict[int, float]] = defaultdict(dict)
        self._folded = [[fold(name) for name in thing.name.values()] for thing in self._things]
        for number, thing in enumerate(self._things):
            for weight, texts in ((OTHER_WEIGHT, (*thing.organisation.values(), *thing.others)), (NAME_WEIGHT, thing.name.values())):
                for token in {token for text in texts for token in tokens(text)}:
                    postings[token][number] = max(weight, postings[token].get(number, 0.0))
        self._postings = dict(postings)
        self._sorted = sorted(self._postings)

    def find(self, text: str, *, language: str, limit: int) -> tuple[Hit, ...]:
        """Return the best hits, best first; nothing typed finds nothing."""
        wanted = list(dict.fromkeys(tokens(text)))
        if not wanted or not self._things:
            return ()
        scores: dict[int, float] = defaultdict(float)
        for token in wanted:
            for word, closeness in self._words(token):
                rows = self._postings[word]
                rarity = math.log(1 + len(self._things) / len(rows)) * len(word) ** 0.5 * closeness
                for number, weight in rows.items():
                    scores[number] += rarity * weight
        phrase = fold(text).strip()
        for number in scores:
            scores[number] *= BOOST[self._things[number].kind] * self._closeness(number, phrase)
        best = sorted(scores, key=lambda number: (-scores[number], self._label(number, language), self._things[number].id))[:limit]
        return tuple(self._hit(number, scores[number]) for number in best)

    def _words(self, token: str) -> list[tuple[str, float]]:
        """The token itself, or else the indexed words that begin with it (a word still being typed)."""
        if token in self._postings:
            return [(token, 1.0)]
        if len(token) < 2:
            return []
        found: list[tuple[str, float]] = []
        for place in range(bisect.bisect_left(self._sorted, token), len(self._sorted)):
            if not self._sorted[place].startswith(token) or len(found) == PREFIX_LIMIT:
                break
            found.append((self._sorted[place], 0.5))
        return found

    def _closeness(self, number: int, phrase: str) -> float:
        return max((2.0 if name == phrase else 1.5 if phrase in name else 1.0) for name in self._folded[number] or [""])

    def _label(self, number: int, language: str) -> str:
        name = self._things[number].name
        return name.get(language[:2]) or next(iter(name.values()), "")

    def _hit(self, number: int, score: float) -> Hit:
        thing = self._things[number]
        return Hit(kind=thing.kind, id=thing.id, name=thing.name, organisation=thing.organisation, score=score)
