"""Least hitting sets, exactly: reductions and branch and bound on whole numbers; HiGHS where that grows too long."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from onewindow.domain.bundle.universe import bits_of

max_nodes = 200
"""Branches looked at before the solver is called: it takes a second to load, most bundles never need it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A hitting set. `proven` says whether none is lighter."""

    chosen: int
    proven: bool


class _TooLong(Exception):
    pass


class Weights:
    """What elements weigh, level by level: the first decides, the next break its ties. Whole numbers; levels below the first are 0 or 1.

    >>> Weights(((2, 1), (1, 1))).total
    (7, 4)
    """

    def __init__(self, levels: Sequence[Sequence[int]]) -> None:
        self.levels = levels
        base = len(levels[0]) + 1
        total = [0] * len(levels[0])
        for level in levels:
            total = [high * base + low for high, low in zip(total, level, strict=True)]
        self.total = tuple(total)

    def of(self, mask: int) -> int:
        return sum(self.total[element] for element in bits_of(mask))


def least(cuts: Iterable[int], weights: Weights) -> Hit:
    """Return the lightest set that meets every cut; bits are elements.

    >>> least([0b011, 0b110, 0b1000], Weights(((2, 3, 2, 1),)))
    Hit(chosen=10, proven=True)
    """
    forced, reduced = _reduce(list(dict.fromkeys(cuts)), weights.total)
    chosen = forced
    proven = True
    for part in _parts(reduced):
        try:
            chosen |= _Search(part, weights.total).best()
        except _TooLong:
            from onewindow.domain.bundle.highs import least_by_solver  # a slow import, and rarely needed

            solved = least_by_solver(part, weights)
            chosen |= solved.chosen
            proven = proven and solved.proven
    return Hit(chosen, proven)


def _reduce(cuts: list[int], weights: Sequence[int]) -> tuple[int, list[int]]:
    """Take single-element cuts, drop cuts that contain another, drop elements that another does better."""
    forced = 0
    while True:
        singles = 0
        for cut in cuts:
            if not cut & (cut - 1):
                singles |= cut
        forced |= singles
        left = sorted((cut for cut in cuts if not cut & singles), key=int.bit_count)
        kept: list[int] = []
        for cut in left:
            if not any(other & cut == other for other in kept):
                kept.append(cut)
        beaten = _beaten(kept, weights)
        if not beaten and not singles:
            return forced, kept
        cuts = [cut & ~beaten for cut in kept]


def _beaten(cuts: Sequence[int], weights: Sequence[int]) -> int:
    """Return the elements for which another one, no heavier, meets every cut they meet."""
    meets: dict[int, int] = {}
    for place, cut in enumerate(cuts):
        for element in bits_of(cut):
            meets[element] = meets.get(element, 0) | 1 << place
    beaten = 0
    order = sorted(meets, key=lambda element: (weights[element], element))
    for element in order:
        mine = meets[element]
        first = cuts[(mine & -mine).bit_length() - 1]
        for other in bits_of(first & ~beaten):
            if other == element or mine & ~meets[other]:
                continue
            if (weights[other], -meets[other].bit_count(), other) < (weights[element], -mine.bit_count(), element):
                beaten |= 1 << element
                break
    return beaten


def _parts(cuts: Sequence[int]) -> list[list[int]]:
    """Return cuts that share no element apart from each other: each part is solved by itself."""
    parts: list[tuple[int, list[int]]] = []
    for cut in cuts:
        touching = [part for part in parts if part[0] & cut]
        merged = [member for part in touching for member in part[1]]
        mask = cut
        for part in touching:
            mask |= part[0]
        parts = [part for part in parts if not part[0] & cut]
        parts.append((mask, [*merged, cut]))
    return [part[1] for part in parts]


class _Search:
    """Branch and bound over the elements of the cut with the fewest left; elements are renumbered from 0 to keep masks short."""

    def __init__(self, cuts: Sequence[int], weights: Sequence[int]) -> None:
        union = 0
        for cut in cuts:
            union |= cut
        self.elements = bits_of(union)
        place = {element: index for index, element in enumerate(self.elements)}
        self.cuts = [sum(1 << place[element] for element in bits_of(cut)) for cut in cuts]
        self.weights = [weights[element] for element in self.elements]
        self.members: dict[int, list[int]] = {}
        self.nodes = 0
        self.found = self._greedy()
        self.cost = sum(self.weights[element] for element in bits_of(self.found))

    def best(self) -> int:
        self._branch(self.cuts, 0, 0, 0)
        return sum(1 << self.elements[index] for index in bits_of(self.found))

    def _of(self, cut: int) -> list[int]:
        found = self.members.get(cut)
        if found is None:
            weights = self.weights
            found = self.members[cut] = sorted(bits_of(cut), key=lambda element: (weights[element], element))
        return found

    def _greedy(self) -> int:
        chosen, left = 0, self.cuts
        while left:
            counts = [0] * len(self.weights)
            for cut in left:
                for element in self._of(cut):
                    counts[element] += 1
            pick = min(
                (element for element in range(len(counts)) if counts[element]), key=lambda one: (self.weights[one] / counts[one], one)
            )
            chosen |= 1 << pick
            left = [cut for cut in left if not cut >> pick & 1]
        return chosen

    def _branch(self, cuts: Sequence[int], chosen: int, cost: int, barred: int) -> None:
        self.nodes += 1
        if self.nodes > max_nodes:
            raise _TooLong
        left = [cut & ~barred for cut in cuts if not cut & chosen]
        if not left:
            if cost < self.cost:
                self.found, self.cost = chosen, cost
            return
        left.sort(key=int.bit_count)
        if not left[0] or cost + self._bound(left) >= self.cost:
            return
        for element in self._of(left[0]):
            self._branch(left, chosen | 1 << element, cost + self.weights[element], barred)
            barred |= 1 << element

    def _bound(self, cuts: Sequence[int]) -> int:
        """Return what any hitting set must weigh: each cut charges its elements what all of them can still bear."""
        slack = self.weights.copy()
        bound = 0
        for cut in cuts:
            elements = self._of(cut)
            charge = min([slack[element] for element in elements])
            if charge:
                bound += charge
                for element in elements:
                    slack[element] -= charge
        return bound


def fewest(sets: Iterable[Collection[str]]) -> frozenset[str]:
    """Return the fewest names that meet every set; of several such choices the first by id.

    >>> sorted(fewest([["b", "a"], ["b", "c"], ["d"]]))
    ['b', 'd']
    >>> sorted(fewest([["b", "a"]]))
    ['a']
    """
    rows = [frozenset(one) for one in sets]
    names = sorted(frozenset().union(*rows))
    place = {name: index for index, name in enumerate(names)}
    cuts = [sum(1 << place[name] for name in row) for row in rows]
    ones = (1,) * len(names)
    weights = Weights((ones,))
    best, fixed, left = least(cuts, weights).chosen, 0, cuts
    size = best.bit_count()
    for index in range(len(names)):
        bit = 1 << index
        without = [cut for cut in left if not cut & bit]
        if len(without) == len(left):
            continue
        if not best & bit:
            other = fixed | bit | least(without, weights).chosen
            if other.bit_count() > size:
                continue
            best = other
        fixed |= bit
        left = without
    return frozenset(names[index] for index in bits_of(fixed))
