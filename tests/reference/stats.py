"""How often the random catalogues hit the corners that matter."""

import argparse
import time
from collections import Counter

from tests.reference import brute
from tests.reference.generate import Sample, sample
from tests.reference.ways import BURDEN, best, closure


def main() -> None:
    """Print the share of every corner over many seeds."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--stats", action="store_true", help="print the shares (the only thing this command does)")
    parser.add_argument("--seeds", type=int, default=2000)
    seeds = parser.parse_args().seeds
    corners: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    started = time.perf_counter()
    slowest = (0.0, 0)
    for seed in range(seeds):
        made, begun = sample(seed), time.perf_counter()
        try:
            corners.update(corners_of(made, brute.compile(made.catalogue, made.event, made.answers, made.held)))
        except brute.Refused as refused:
            corners["refused"] += 1
            refusals[refused.code + ("" if made.broken else " (by chance)")] += 1
        slowest = max(slowest, (time.perf_counter() - begun, seed))
    print(f"{seeds} catalogues in {time.perf_counter() - started:.1f} s; slowest seed {slowest[1]}: {slowest[0]:.2f} s")
    for title, counts in (("corner", corners), ("refusal", refusals)):
        for name, count in counts.most_common():
            print(f"{title:8} {name:44} {count:5}  {100 * count / seeds:5.1f} %")


def corners_of(made: Sample, report: dict[str, object]) -> set[str]:
    """Return the names of the corners that a compiled sample stands in."""
    solution = report["solution"]
    assert isinstance(solution, brute.Solution)
    matter = solution.matter
    asked = {element for service in matter.services for element in service.asks}
    needed = set().union(*solution.needs.values()) if solution.needs else set()
    alone, after = report["alone"], report["after"]
    found = {f"a way is {way.way}" for way in solution.ways.values()}
    found |= {f"X has {len(solution.key)} elements" if len(solution.key) < 4 else "X has 4 or more"}
    first = {need: best(matter, need, set(BURDEN)) for need in solution.ways}
    moved = [way.way for need, way in solution.ways.items() if way.way != "produced" and (was := first[need]) and was.way == "produced"]
    tests = {
        "a circle opened by commitment": "commitment" in moved,
        "a circle opened by upload": "upload" in moved,
        "X holds an element that no service asks": bool(solution.key - asked),
        "X holds a key that no service and no evidence needs": bool(solution.key - needed),
        "a resource saves an element": not needed <= matter.known | solution.key | set().union(*solution.arriving.values())
        if solution.arriving
        else False,
        "a type with several producers": any(
            way.way == "produced" and len(matter.producers(way.type, need.service)) > 1 for need, way in solution.ways.items()
        ),
        "not the first of several resources": any(
            way.way == "resource" and way.by != matter.types[way.type].sources[0] for way in solution.ways.values()
        ),
        "not the first alternative": any(way.type != need.any_of[0] for need, way in solution.ways.items()),
        "an output fills a field": any(
            not need <= closure(matter.known | solution.key, matter.resources) for need in solution.needs.values()
        ),
        "something not joined": bool(report["not_joined"]),
        "something joined beside the window": any(
            len(node) > 1
            and any(step["joint"] for service in matter.services for step in service.steps if f"{service.name}.{step['id']}" in node)
            for node in solution.process.nodes
        ),
        "open questions": bool(report["open_questions"]),
        "open by element": any(not name.startswith("q") for name in matter.open_questions),
        "a service dropped": len(matter.services) < len(made.catalogue["events"][0]["services"]),
        "no service applies": not matter.services,
        "alone is refused": alone is None,
        "alone asks more than the bundle": isinstance(alone, dict) and isinstance(after, dict) and alone["elements"] > after["elements"],
        "commitments shorten": solution.process.days < solution.process.days_parallel,
        "an automatic decision": any(service.automatic for service in matter.services),
        "a role in X": any("." in name for name in solution.key),
        "consents": bool(report["consents"]),
        "fewer uploads than requirements": len({way.type for way in solution.ways.values() if way.way == "upload"})
        < sum(1 for way in solution.ways.values() if way.way == "upload"),
    }
    return found | {name for name, hit in tests.items() if hit}
