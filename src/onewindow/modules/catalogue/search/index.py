"""A small inverted index over what people may look for, built once per state of the catalogue."""

import bisect
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from onewindow.modules.catalogue.search.pinyin import Sounds, han, syllables
from onewindow.modules.catalogue.search.synonyms import Thesaurus, Wording
from onewindow.modules.catalogue.search.things import Choice, Facets, Filters, Found, Hit, Searchable, Text
from onewindow.modules.catalogue.search.tokens import fold, is_han, pairs, runs, stem, tokens, without_idle
from onewindow.modules.catalogue.search.typos import Spelling

BOOST = {"event": 1.6, "service": 1.2, "organisation": 1.1, "help": 1.1, "directory": 1.0}
NAME_WEIGHT, OTHER_WEIGHT = 3.0, 1.0
STEM, PREFIX, SPELT, ABBREVIATED, MISTYPED, SAME_SOUND, SYNONYM = 0.9, 0.5, 0.9, 0.7, 0.7, 0.6, 0.7
"""How much of a whole find a roundabout one is worth."""
PREFIX_LIMIT = 50
"""How many longer words one typed beginning may stand for."""
LENGTH = 0.015
"""How much each character of a name takes away: of two that fit, the shorter is nearer."""
CHOICES = 12
LOOKED_AT = 300
"""How many of the best are compared with the phrase as it was typed."""
FACETED = 100
"""Over how many of the best results the choices of a filter are counted."""

EVERYTHING, NO_SYNONYMS = Filters(), Thesaurus()


class Index:
    """Ranks by the rarity of what is found, then by use; what is listed in many places under one name counts as one."""

    def __init__(self, things: Iterable[Searchable]) -> None:
        groups: dict[tuple[str, ...], list[Searchable]] = defaultdict(list)
        for thing in things:
            groups[_same(thing)].append(thing)
        self._texts = tuple(groups.values())
        postings: dict[str, dict[int, float]] = defaultdict(dict)
        self._folded = [[fold(name) for name in members[0].name.values()] for members in self._texts]
        for number, members in enumerate(self._texts):
            said_beside = dict.fromkeys(text for thing in members for text in (*thing.organisation.values(), *thing.others))
            for weight, texts in ((OTHER_WEIGHT, said_beside), (NAME_WEIGHT, members[0].name.values())):
                for token in {token for text in texts for token in tokens(text)}:
                    postings[token][number] = weight
        self._postings = dict(postings)
        self._worth = {token: math.log(1 + len(self._texts) / len(rows)) * _weight(token) for token, rows in self._postings.items()}
        self._sorted = sorted(token for token in self._postings if not is_han(token[0]) and token[0] != "~")
        self._sounds = Sounds(han(runs(" ".join(names))) for names in self._folded)
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for token in self._postings:
            if len(token) == 2 and is_han(token[0]):
                self._by_sound["'".join(syllables(token))].append(token)
        self._spellings: tuple[Thesaurus, Spelling] | None = None
        self._standing = [_standing(members[0], names) for members, names in zip(self._texts, self._folded, strict=True)]

    def __len__(self) -> int:
        return sum(map(len, self._texts))

    def find(self, text: str, *, language: str, limit: int) -> tuple[Hit, ...]:
        """Return the best hits, best first; nothing typed finds nothing."""
        return self.search(text, language=language, limit=limit).hits if runs(fold(text)) else ()

    def search(
        self,
        text: str,
        *,
        language: str,
        limit: int,
        filters: Filters = EVERYTHING,
        also: Thesaurus = NO_SYNONYMS,
    ) -> Found:
        """Return what was meant, best first, and what it may be narrowed to. Nothing typed lists what the filters let through, by use."""
        phrase = fold(text).strip()
        scores = self._scores(phrase, also)
        members: Mapping[int, Sequence[Searchable]] = {}
        if not filters.lets_all_in:
            members = {number: own for number in scores if (own := [thing for thing in self._texts[number] if filters.admit(thing)])}
        rough = sorted(scores if filters.lets_all_in else members, key=scores.__getitem__, reverse=True)
        asked = frozenset("".join(han(without_idle(phrase))))
        near = {number: scores[number] * self._closeness(number, phrase, asked) for number in rough[: max(2 * limit, LOOKED_AT)]}
        best = sorted(near, key=lambda number: (-near[number], self._label(number, language), self._texts[number][0].id))
        shown = [members.get(number) or self._texts[number] for number in best[: max(limit, FACETED)]]
        hits = tuple(_hit(own, near[number]) for number, own in zip(best[:limit], shown, strict=False))
        return Found(hits, len(rough), _facets(shown[:FACETED]))

    def _scores(self, phrase: str, also: Thesaurus) -> Mapping[int, float]:
        if not runs(phrase):
            return dict(enumerate(self._standing))
        scores: dict[int, float] = defaultdict(float)
        wanted = without_idle(phrase)
        meant: list[str] = []
        for run in dict.fromkeys(wanted):
            if is_han(run[0]):
                self._add_chinese(run, scores)
            else:
                meant += self._add_word(run, scores, also)
        for wordings in also.also(phrase, meant):
            self._add_synonyms(wordings, scores)
        standing = self._standing
        return {number: score * standing[number] for number, score in scores.items()}

    def _add(self, token: str, closeness: float, scores: dict[int, float]) -> None:
        worth = self._worth[token] * closeness
        for number, weight in self._postings[token].items():
            scores[number] += worth * weight

    def _add_chinese(self, run: str, scores: dict[int, float]) -> None:
        """Two characters at a time; unknown pairs by their sound, and single characters where no pair is known."""
        known = False
        for pair in pairs(run):
            if pair in self._postings:
                known = True
                self._add(pair, 1.0, scores)
            else:
                alike = self._by_sound.get("'".join(syllables(pair)), ())
                known = known or bool(alike)
                for other in alike:
                    self._add(other, SAME_SOUND, scores)
        if not known:
            for char in run:
                if char in self._postings:
                    self._add(char, 0.5, scores)

    def _add_word(self, word: str, scores: dict[int, float], also: Thesaurus) -> list[str]:
        """Return what the word stands for: itself, or where nobody knows it the words that were most likely meant."""
        root = stem(word)
        if word in self._postings or root in self._postings:
            if word in self._postings:
                self._add(word, 1.0 - STEM, scores)  # whatever has the word has its stem
            if root in self._postings:
                self._add(root, STEM, scores)
            return [word]
        if word in also.words:
            return [word]
        found = self._beginnings(word)
        for longer in found:
            self._add(longer, PREFIX, scores)
        heard = self._add_sound(word, scores) if word.isascii() and word.isalpha() and len(word) > 1 else False
        if found or heard:
            return [word]
        return self._add_meant(word, scores, also)

    def _add_sound(self, word: str, scores: dict[int, float]) -> bool:
        numbers, closeness = self._sounds.spelt(word), SPELT
        if not numbers:
            numbers, closeness = self._sounds.abbreviated(word), ABBREVIATED
        if not numbers:
            return False
        worth = math.log(1 + len(self._texts) / len(numbers)) * _weight(word) * closeness * NAME_WEIGHT
        for number in numbers:
            scores[number] += worth
        return True

    def _add_meant(self, word: str, scores: dict[int, float], also: Thesaurus) -> list[str]:
        meant = self._spelling(also).nearest(word)
        for other in meant:
            for token in {other, stem(other)} & self._postings.keys():
                self._add(token, MISTYPED, scores)
        return meant

    def _spelling(self, also: Thesaurus) -> Spelling:
        if self._spellings is None or self._spellings[0] is not also:
            self._spellings = (also, Spelling([*self._sorted, *also.words]))
        return self._spellings[1]

    def _add_synonyms(self, wordings: Sequence[Wording], scores: dict[int, float]) -> None:
        """Add the best that another wording of the same is worth; it must be found whole."""
        best: dict[int, float] = {}
        for wording in wordings:
            needed = [token for run in wording.chinese for token in (pairs(run) or [run])] + list(wording.stems)
            if not all(token in self._postings for token in needed):
                continue
            rows = [self._postings[token] for token in sorted(needed, key=lambda token: len(self._postings[token]))]
            worth = SYNONYM * sum(self._worth[token] for token in needed)
            for number in rows[0]:
                if all(number in others for others in rows[1:]):
                    weight = max(others[number] for others in rows)
                    best[number] = max(best.get(number, 0.0), worth * weight)
        for number, worth in best.items():
            scores[number] += worth

    def _beginnings(self, word: str) -> list[str]:
        """Return the indexed words that begin with it: it is still being typed."""
        if len(word) < 2:
            return []
        found: list[str] = []
        for place in range(bisect.bisect_left(self._sorted, word), len(self._sorted)):
            if not self._sorted[place].startswith(word) or len(found) == PREFIX_LIMIT:
                break
            found.append(self._sorted[place])
        return found

    def _closeness(self, number: int, phrase: str, asked: frozenset[str]) -> float:
        """Return how near a name comes to the phrase as a whole; of Chinese, how many of the characters stand in it."""
        if not phrase:
            return 1.0
        names = self._folded[number] or [""]
        nearest = max((2.0 if name == phrase else 1.5 if phrase in name else 1.0) for name in names)
        return nearest if not asked else nearest * (0.5 + 0.5 * max(len(asked.intersection(name)) for name in names) / len(asked))

    def _label(self, number: int, language: str) -> str:
        name = self._texts[number][0].name
        return name.get(language[:2]) or next(iter(name.values()), "")


def _weight(token: str) -> float:
    """Return what the length of a token is worth: two Chinese characters say about as much as six letters."""
    return math.sqrt(len(token) if is_han(token[0]) else min(len(token), 9) / 3)


def _standing(thing: Searchable, names: Sequence[str]) -> float:
    """Return what a find is worth by what was found: its kind, its use, and how short its name is."""
    return BOOST[thing.kind] * (1 + 0.1 * math.log10(1 + thing.use)) / (1 + LENGTH * min(map(len, names), default=0))


def _same(thing: Searchable) -> tuple[str, ...]:
    """Return what makes two things one result: directories of many places list the same services."""
    return ("directory", *thing.name.values(), *thing.others) if thing.kind == "directory" else (thing.kind, thing.id)


def _hit(members: Sequence[Searchable], score: float) -> Hit:
    thing = members[0]
    return Hit(thing.kind, thing.id, thing.name, thing.organisation, score, thing.office, len(members) - 1)


def _facets(found: Sequence[Sequence[Searchable]]) -> Facets:
    every = [thing for members in found for thing in members]
    names = {thing.office: thing.organisation for thing in every}
    return Facets(
        audiences=_choices(every, lambda thing: thing.audience),
        offices=_choices(every, lambda thing: {thing.office} - {""}, names),
        regions=_choices(every, lambda thing: {thing.region} - {""}),
        channels=_choices(every, lambda thing: thing.channels),
        things=_choices(every, lambda thing: thing.things),
    )


def _choices(
    things: Sequence[Searchable], of: Callable[[Searchable], Iterable[str]], names: Mapping[str, Text] | None = None
) -> tuple[Choice, ...]:
    counted = Counter(value for thing in things for value in of(thing))
    ranked = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:CHOICES]
    return tuple((value, (names or {}).get(value, {}), count) for value, count in ranked) if len(ranked) > 1 else ()
