"""Distances as constraints: b is at least so far after a.

Any mean of two solutions is a solution again; that is how slack is shared without anything coming to touch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter

Pair = tuple[int, int]


@dataclass
class Distances:
    """Variables on one axis, numbered in stages (earlier stages lie before later ones), and the least distances between them."""

    stages: list[int] = field(default_factory=list)
    least: dict[Pair, float] = field(default_factory=dict)
    _sorted: list[tuple[int, int, int, float]] = field(default_factory=list)

    def add(self, stage: int) -> int:
        """Make a variable."""
        self.stages.append(stage)
        return len(self.stages) - 1

    def require(self, first: int, second: int, distance: float) -> None:
        """Ask that `second` lies at least so far after `first`."""
        pair = (first, second)
        if distance > self.least.get(pair, float("-inf")):
            self.least[pair] = distance

    def _links(self, extra: Mapping[Pair, float] | None, *, backwards: bool) -> list[tuple[int, int, int, float]]:
        """Return the distances, each with its stage, in an order in which few passes settle them."""
        if len(self._sorted) != 2 * len(self.least):
            stages = self.stages
            onwards = sorted(((stages[b], a, b, w) for (a, b), w in self.least.items()), key=itemgetter(0))
            back = sorted(((-stages[a], a, b, w) for (a, b), w in self.least.items()), key=itemgetter(0))
            self._sorted = [*onwards, *back]
        half = len(self.least)
        links = self._sorted[half:] if backwards else self._sorted[:half]
        if extra:
            links += [(-self.stages[a] if backwards else self.stages[b], a, b, w) for (a, b), w in extra.items()]
            links.sort(key=itemgetter(0))
        return links

    def earliest(
        self, fixed: Mapping[int, float], extra: Mapping[Pair, float] | None = None, *, least: Sequence[float] = ()
    ) -> list[float]:
        """Return the solution in which everything lies as early as it can, or as early as `least` wishes and the distances allow."""
        values = [fixed.get(number, least[number] if least else 0.0) for number in range(len(self.stages))]
        links = self._links(extra, backwards=False)
        for _pass in range(60):
            moved = False
            for _, a, b, w in links:
                if values[a] + w > values[b] + 1e-9 and b not in fixed:
                    values[b] = values[a] + w
                    moved = True
            if not moved:
                break
        return values

    def latest(self, fixed: Mapping[int, float], end: float, extra: Mapping[Pair, float] | None = None) -> list[float]:
        """Return the solution in which everything lies as late as it can, nothing after `end`."""
        values = [fixed.get(number, end) for number in range(len(self.stages))]
        links = self._links(extra, backwards=True)
        for _pass in range(60):
            moved = False
            for _, a, b, w in links:
                if values[b] - w < values[a] - 1e-9 and a not in fixed:
                    values[a] = values[b] - w
                    moved = True
            if not moved:
                break
        return values

    def even(self, steps: Sequence[int], begin: int, end: int, aim: float, most: float) -> list[float]:
        """Return a solution of about the aimed length in which the steps lie evenly, none further apart than need be or `most`."""
        fixed = {begin: 0.0}
        short = self.earliest(fixed)[end]
        near, far = 0.0, most
        rounds = 8 if short < aim else 4
        aim = max(aim, short * 1.02)
        for _ in range(rounds):
            middle = (near + far) / 2
            if self.earliest(fixed, _chain(steps, middle))[end] <= aim:
                near = middle
            else:
                far = middle
        chain = _chain(steps, near)
        return self.latest(fixed, self.earliest(fixed, chain)[end], chain)


def _chain(steps: Sequence[int], gap: float) -> dict[Pair, float]:
    return dict.fromkeys(pairwise(steps), gap)
