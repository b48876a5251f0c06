"""How long a bundle takes to compile, with the catalogue loaded, beside one bare solve of its cuts and the floor of the machine.

python bench/compile.py                 the restaurant, the made catalogue of 16 services, 200 elements and 100 resources
python bench/compile.py --seeds 30      as many made catalogues
python bench/compile.py --city 10000    also reads and checks a made city of so many services

The yardstick is HiGHS, called bare through SciPy on the final cuts of the same form: what any compiler that proves its minimum with
that solver must at least spend. The floor is a fixed loop in Python and a fixed operation in NumPy: what this machine can do today.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from bench.made import made_catalogue, made_documents

from onewindow.domain.bundle import BundleRefused, certify_bundle, compile_bundle
from onewindow.domain.catalogue import read_catalogue
from onewindow.domain.catalogue.model import Catalogue

optimize: Any = import_module("scipy.optimize")

RESTAURANT = Path(__file__).resolve().parents[1] / "scenarios" / "restaurant" / "catalogue"
GOALS = {"restaurant": (20, 60), "made": (100, 300)}
RUNS = 15


def best_of(action: Callable[[], object], runs: int = RUNS) -> tuple[float, float]:
    """Return the least and the median time of a call. Unit: milliseconds."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        action()
        times.append((time.perf_counter() - begun) * 1000)
    return min(times), statistics.median(times)


def bare_solve(catalogue: Catalogue, event: str) -> Callable[[], object]:
    """Return one solve of the cuts that prove the form of an event, by HiGHS and nothing else."""
    certificate = certify_bundle(catalogue, event)
    elements = [row["id"] for row in certificate["askable"]]
    place = {name: index for index, name in enumerate(elements)}
    matrix = np.zeros((len(certificate["cuts"]), len(elements)))
    for row, cut in enumerate(certificate["cuts"]):
        matrix[row, [place[name] for name in cut["elements"]]] = 1
    efforts = np.array([row["effort"] for row in certificate["askable"]], dtype=float)

    whole, bounds, constraints = np.ones(len(elements)), optimize.Bounds(0, 1), optimize.LinearConstraint(matrix, lb=1)

    def solve() -> object:
        return optimize.milp(efforts, integrality=whole, bounds=bounds, constraints=constraints)

    return solve


def floor() -> tuple[float, float]:
    """Return what a million additions in Python and a product of 500 × 500 in NumPy take. Unit: milliseconds."""
    square = np.arange(250_000, dtype=float).reshape(500, 500) / 250_000
    return best_of(lambda: sum(range(1_000_000)))[0], best_of(lambda: square @ square)[0]


def measure(name: str, kind: str, catalogue: Catalogue, event: str) -> bool:
    """Print one line for an event; return whether it met its goals."""
    report = compile_bundle(catalogue, event)
    plain, plain_median = best_of(lambda: compile_bundle(catalogue, event, with_alone=False))
    whole, whole_median = best_of(lambda: compile_bundle(catalogue, event))
    bare, _ = best_of(bare_solve(catalogue, event))
    goal, goal_alone = GOALS[kind]
    good = plain_median <= goal and whole_median <= goal_alone and report.minimal
    print(
        f"{name:12} {len(report.services):3} services  {report.before.elements:4} → {report.after.elements:3} elements  "
        f"proven {report.minimal!s:5}  compile {plain:6.1f} ms (median {plain_median:6.1f}, goal {goal})  "
        f"with alone {whole:6.1f} ms (median {whole_median:6.1f}, goal {goal_alone})  "
        f"bare solve {bare:5.1f} ms  ratio {plain / bare:5.2f}  {'' if good else 'MISSED'}"
    )
    return good


def city(services: int) -> None:
    """Read and check a made city: every service in some event."""
    documents = made_documents(1, services=services, elements=services // 4, resources=services // 10, events=services // 10)
    text = json.dumps({"format": "onewindow-catalogue/1", **documents})
    begun = time.perf_counter()
    loaded = read_catalogue([("city.json", text)])
    seconds = time.perf_counter() - begun
    parsed, _ = best_of(lambda: json.loads(text), 3)
    cold, warm, refused = [], [], 0
    for event in list(loaded.catalogue.events)[:10]:
        begun = time.perf_counter()
        try:
            compile_bundle(loaded.catalogue, event, with_alone=False)
        except BundleRefused:
            refused += 1
            continue
        cold.append((time.perf_counter() - begun) * 1000)
        warm.append(best_of(partial(compile_bundle, loaded.catalogue, event, with_alone=False), 2)[0])
    print(
        f"city of {services} services, {len(loaded.catalogue.events)} events: read and checked in {seconds:.1f} s "
        f"({seconds * 1000 / parsed:.0f} × json.loads), first compile {max(cold):.0f} ms, then "
        f"median {statistics.median(warm):.1f} ms an event ({refused} of 10 refused: nothing supplies an element)"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=int, default=5, help="made catalogues to compile")
    options.add_argument("--city", type=int, default=0, help="services of a made city to read")
    chosen = options.parse_args(arguments)
    loop, product = floor()
    print(f"floor of the machine: a million additions in Python {loop:.1f} ms, a product of 500 × 500 in NumPy {product:.1f} ms")
    good = True
    files = sorted(RESTAURANT.glob("*.yaml"))
    if files:
        restaurant = read_catalogue([(path.name, path.read_bytes()) for path in files]).catalogue
        good &= measure("restaurant", "restaurant", restaurant, next(iter(restaurant.events)))
    for seed in range(chosen.seeds):
        good &= measure(f"made {seed}", "made", made_catalogue(seed), "event0")
    if chosen.city:
        city(chosen.city)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
