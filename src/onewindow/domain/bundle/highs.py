"""The same least hitting set by HiGHS, through SciPy, for cuts that are too many to search by hand."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from onewindow.domain.bundle.hitting import Hit, Weights
from onewindow.domain.bundle.universe import bits_of

optimize: Any = import_module("scipy.optimize")
sparse: Any = import_module("scipy.sparse")

time_limit_seconds = 20
safe_total = 10**7
"""Above this sum the levels are solved one after the other: the solver counts in floating point."""


def least_by_solver(cuts: Sequence[int], weights: Weights) -> Hit:
    """Return the lightest hitting set; proven where the solver closed the gap to 0."""
    union = 0
    for cut in cuts:
        union |= cut
    elements = list(bits_of(union))
    matrix = _matrix(cuts, elements)
    stages = _stages(weights, elements)
    fixed: list[Any] = [optimize.LinearConstraint(matrix, lb=1)]
    proven = True
    chosen = np.zeros(len(elements))
    for stage in stages:
        answer = optimize.milp(
            np.array(stage, dtype=float),
            integrality=np.ones(len(elements)),
            bounds=optimize.Bounds(0, 1),
            constraints=fixed,
            options={"mip_rel_gap": 0, "time_limit": time_limit_seconds},
        )
        if answer.x is None:
            return Hit(union, False)
        proven = proven and answer.status == 0
        chosen = np.round(answer.x)
        fixed.append(optimize.LinearConstraint(np.array([stage], dtype=float), ub=float(np.dot(stage, chosen)) + 0.25))
    mask = sum(1 << element for element, taken in zip(elements, chosen, strict=True) if taken)
    return Hit(mask, proven)


def _matrix(cuts: Sequence[int], elements: Sequence[int]) -> Any:
    place = {element: index for index, element in enumerate(elements)}
    pairs = [(row, place[element]) for row, cut in enumerate(cuts) for element in bits_of(cut)]
    rows, columns = zip(*pairs, strict=True)
    return sparse.csr_array((np.ones(len(pairs)), (rows, columns)), shape=(len(cuts), len(elements)))


def _stages(weights: Weights, elements: Sequence[int]) -> list[list[int]]:
    """Return what to minimise: all levels at once, or one after the other where the numbers would grow too long."""
    total = [weights.total[element] for element in elements]
    if sum(total) <= safe_total:
        return [total]
    return [[level[element] for element in elements] for level in weights.levels]
