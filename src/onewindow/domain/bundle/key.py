"""Step 3: the one form is a minimum key. Closure cuts and least hitting sets in turn, until the set closes every service.

Source: implicit hitting sets (Moreno-Centeno and Karp, Operations Research 61, 2013); functional dependencies (Armstrong, 1974).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import lcm

from onewindow.domain.bundle.evidence import Way
from onewindow.domain.bundle.hitting import Weights, least
from onewindow.domain.bundle.matter import Matter
from onewindow.domain.bundle.refusals import NothingSupplies
from onewindow.domain.bundle.universe import Rule, Universe, bits_of, close, useful


@dataclass(frozen=True, slots=True)
class Need:
    """What one service needs, and what it has without the form."""

    service: int
    needs: int
    base: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Elements of which one must be in the form: the askable ones outside a closed set that lacks a need of the service."""

    service: int
    elements: int
    closed: int


@dataclass(frozen=True, slots=True)
class Key:
    """The form. `outputs` are O(s) by service, `minimal` says whether it is proven that none is lighter."""

    chosen: int
    minimal: bool
    needs: tuple[Need, ...]
    outputs: dict[int, int]
    cuts: tuple[Cut, ...]
    rules: tuple[Rule, ...]


def key_of(matter: Matter, ways: Sequence[Way], *, earlier: int = 0) -> Key:
    """Return the minimum key; an earlier one is kept while it is as good.

    Raises: NothingSupplies.
    """
    outputs = outputs_of(matter, ways)
    needs = needs_of(matter, ways, outputs)
    wanted = 0
    for need in needs:
        wanted |= need.needs & ~need.base
    _, rules = useful(wanted, matter.rules)
    askable = matter.askable
    _check_supply(matter, needs, askable, rules)
    search = _Search(matter, needs, askable, rules)
    chosen, minimal = search.solve()
    if earlier and earlier != chosen and not earlier & ~search.candidates and search.closes(earlier):
        chosen = earlier if search.weights.of(earlier) == search.weights.of(chosen) else chosen
    return Key(chosen, minimal, tuple(needs), outputs, tuple(search.cuts), tuple(rules))


def outputs_of(matter: Matter, ways: Sequence[Way]) -> dict[int, int]:
    """Return O(s): what the outputs give of all services that s waits for, directly or through others."""
    waits: dict[int, set[int]] = {active.place: set() for active in matter.services}
    for way in ways:
        if way.producer is not None:
            waits[way.service].add(way.producer)
    gives = {active.place: _union(matter.universe.given_by(name) for name in active.service.produces) for active in matter.services}
    outputs = {}
    for place, first in waits.items():
        behind: set[int] = set()
        front = set(first)
        while front:
            behind |= front
            front = {other for one in front for other in waits[one]} - behind
        outputs[place] = _union(gives[other] for other in behind if other != place)
    return outputs


def needs_of(matter: Matter, ways: Sequence[Way], outputs: dict[int, int]) -> list[Need]:
    """Return what every service asks plus the keys of its resources."""
    keys = {active.place: active.asked for active in matter.services}
    for way in ways:
        if way.resource is not None:
            keys[way.service] |= way.resource.keys
    known = matter.known
    return [Need(place, mask, known | outputs[place]) for place, mask in keys.items()]


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _check_supply(matter: Matter, needs: Sequence[Need], askable: int, rules: Sequence[Rule]) -> None:
    missing: list[tuple[str, str]] = []
    for need in needs:
        if need.needs & ~(need.base | askable):
            lacking = need.needs & ~close(need.base | askable, rules)
            service = matter.event.services[need.service]
            missing.extend((service, name) for name in matter.universe.named(lacking))
    if missing:
        raise NothingSupplies(missing=tuple(missing))


def weights_of(universe: Universe, elements: int, named: int) -> Weights:
    """Return effort, then number, then how many no question names; only for the elements at hand."""
    size = elements.bit_length()
    efforts = {index: universe.effort(index) for index in bits_of(elements)}
    scale = lcm(*(value.denominator for value in efforts.values()))
    effort = [0] * size
    unnamed = [0] * size
    for index, value in efforts.items():
        effort[index] = int(value * scale)
        unnamed[index] = 0 if named >> index & 1 else 1
    return Weights((effort, [1 if index in efforts else 0 for index in range(size)], unnamed))


class _Search:
    """The loop between cuts and hitting sets, over the elements that can matter."""

    def __init__(self, matter: Matter, needs: Sequence[Need], askable: int, rules: Sequence[Rule]) -> None:
        self.askable, self.rules = askable, rules
        self.takers: dict[int, list[Rule]] = {}
        self.givers: dict[int, list[Rule]] = {}
        reach, everything = 0, askable
        for rule in rules:
            reach |= rule[0]
            everything |= rule[0] | rule[1]
            for bit in bits_of(rule[0]):
                self.takers.setdefault(bit, []).append(rule)
            for bit in bits_of(rule[1]):
                self.givers.setdefault(bit, []).append(rule)
        self.bases = {need.service: close(need.base, rules) for need in needs}
        self.needs = [need for need in needs if need.needs & ~self.bases[need.service]]
        for need in self.needs:
            reach |= need.needs
            everything |= need.needs | self.bases[need.service]
        self.everything = everything
        self.candidates = askable & reach
        self.weights = weights_of(matter.universe, self.candidates, matter.named)
        self.cuts: list[Cut] = []
        self.reaches: dict[int, int] = {}
        self.forced = self._forced()

    def _forced(self) -> int:
        """Return the elements that a service needs and no resource gives: everything without such a one is a closed set."""
        forced = 0
        for need in self.needs:
            for bit in bits_of(need.needs & ~self.bases[need.service] & ~forced):
                if bit not in self.givers:
                    forced |= 1 << bit
                    self.cuts.append(Cut(need.service, 1 << bit, self.everything & ~(1 << bit)))
        for need in self.needs:
            self.bases[need.service] = self.follow(self.bases[need.service], forced)
        return forced

    def closed(self, need: Need, chosen: int) -> int:
        """Return what a service knows with a form that holds the forced elements."""
        return self.follow(self.bases[need.service], chosen)

    def closes(self, chosen: int) -> bool:
        return not self.forced & ~chosen and all(not need.needs & ~self.closed(need, chosen) for need in self.needs)

    def solve(self) -> tuple[int, bool]:
        """Return the form, and whether it is proven least: a set that closes every service and that no hitting set undercuts."""
        chosen = self.forced
        while not self.closes(chosen):
            closing = self.cut(chosen)
            hit = least((cut.elements for cut in self.cuts if not cut.elements & self.forced), self.weights)
            if not hit.proven:
                return self.thinned(closing), False
            chosen = self.forced | hit.chosen
        return chosen, True

    def thinned(self, chosen: int) -> int:
        """Take away what is not needed, the heaviest first."""
        for bit in sorted(bits_of(chosen), key=lambda bit: (-self.weights.total[bit], bit)):
            if self.closes(chosen & ~(1 << bit)):
                chosen &= ~(1 << bit)
        return chosen

    def cut(self, chosen: int) -> int:
        """Add cuts until what was chosen, with one element of each, closes every service; return that."""
        for need in self.needs:
            closed = self.closed(need, chosen)
            while lacking := need.needs & ~closed:
                cut = self.grown(need, closed, lacking)
                self.cuts.append(cut)
                best = min(bits_of(cut.elements), key=lambda bit: (self.weights.total[bit], bit))
                chosen |= 1 << best
                closed = self.follow(closed, 1 << best)
        return chosen

    def grown(self, need: Need, closed: int, lacking: int) -> Cut:
        """Grow a closed set as far as one lacking element stays outside, and cut off the rest.

        The element with the least reach is taken: it makes the strongest cut. What it cannot be reached from is added at once:
        a rule that gives a part of the reach has all its keys in it.
        """
        open_ = self.candidates & ~closed
        target = min(bits_of(lacking), key=lambda bit: ((self.reach(bit) & open_).bit_count(), bit))
        reach, wanted = self.reach(target), 1 << target
        closed |= self.everything & ~reach
        for bit in bits_of(open_ & reach & ~wanted):
            if closed >> bit & 1:
                continue
            larger = self.follow(closed, 1 << bit)
            if not larger & wanted:
                closed = larger
        return Cut(need.service, self.askable & ~closed, closed)

    def reach(self, target: int) -> int:
        """Return the elements that can help to reach one, itself included."""
        found = self.reaches.get(target)
        if found is None:
            found = fresh = 1 << target
            while fresh:
                gained = 0
                for bit in bits_of(fresh):
                    for keys, _ in self.givers.get(bit, ()):
                        gained |= keys
                fresh = gained & ~found
                found |= fresh
            self.reaches[target] = found
        return found

    def follow(self, closed: int, more: int) -> int:
        """Return the closure of a closed set and more."""
        fresh = more & ~closed
        while fresh:
            closed |= fresh
            gained = 0
            for bit in bits_of(fresh):
                for keys, gives in self.takers.get(bit, ()):
                    if not keys & ~closed:
                        gained |= gives
            fresh = gained & ~closed
        return closed
