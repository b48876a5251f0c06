"""Groups of words that mean the same to people: everyday words beside the office's, across languages. Staff edit them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onewindow.modules.catalogue.search.tokens import IDLE, fold, is_han, runs, stem


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say it, as it is looked for: the folded runs, the Chinese ones to be found as they stand, the words by their stems."""

    chinese: tuple[str, ...]
    stems: frozenset[str]

    def is_said(self, phrase: str, stems: frozenset[str]) -> bool:
        return self.stems <= stems and all(run in phrase for run in self.chinese)

    def is_part_of(self, other: "Wording") -> bool:
        """Tell whether the other says this and more."""
        own, others = "".join(self.chinese), "".join(other.chinese)
        return self != other and own in others and self.stems <= other.stems


class Thesaurus:
    """All groups, ready to be looked through."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self._groups = [tuple(wording for word in group if (wording := _wording(word)) is not None) for group in groups]
        self.words = frozenset(run for group in groups for word in group for run in runs(fold(word)) if not is_han(run[0]))
        """The words that are written with letters, so that their typing errors are known."""

    def also(self, phrase: str, words: Iterable[str]) -> list[tuple[Wording, ...]]:
        """Return, for every group that the phrase says a word of, the group's other words; what is part of something longer is not said."""
        stems = frozenset(stem(word) for word in words)
        said = [(group, wording) for group in self._groups for wording in group if wording.is_said(phrase, stems)]
        whole = [(group, wording) for group, wording in said if not any(wording.is_part_of(other) for _, other in said)]
        groups = {id(group): (group, {wording for held, wording in whole if held is group}) for group, _ in whole}
        return [tuple(wording for wording in group if wording not in its) for group, its in groups.values()]


def _wording(word: str) -> Wording | None:
    found = runs(fold(word))
    chinese = tuple(run for run in found if is_han(run[0]))
    stems = frozenset(stem(run) for run in found if not is_han(run[0]) and run not in IDLE)
    return Wording(chinese, stems) if chinese or stems else None
