"""Make a disagreement small: drop whatever can go while the same field still differs."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.reference.checks import Thing
from tests.reference.compare import as_yaml, differences
from tests.reference.generate import Sample

OPTIONAL = {
    *(
        "name",
        "effort",
        "askable",
        "personal",
        "alias_of",
        "sharing",
        "obtainable_from",
        "commitment",
        "licence",
        "gives",
        "legal_basis",
        "region",
    ),
    *(
        "when",
        "asks",
        "evidence",
        "needed_at",
        "produces",
        "fee_fen",
        "fees",
        "decision",
        "channels",
        "guide",
        "limit_days",
        "visit",
        "joint",
    ),
    *("after", "on_refusal", "commitments", "roles", "element"),
}
FILLED = {"values", "keyed_by", "any_of", "in", "services", "channels"}  # what would mean something else when empty
INNER = {"all", "any", "not"}


def shrink(sample: Sample) -> tuple[Sample, list[tuple[str, Any, Any]]]:
    """Return the smallest sample found that differs in the same field, and its differences."""
    found = differences(sample)
    field = found[0][0]
    while True:
        for smaller in _smaller(sample):
            still = _quietly(smaller)
            if field in {name for name, _, _ in still}:
                sample, found = smaller, still
                break
        else:
            return sample, found


def _quietly(sample: Sample) -> list[tuple[str, Any, Any]]:
    try:
        return differences(sample)
    except Exception:
        return []


def _smaller(sample: Sample) -> Iterator[Sample]:
    for number in range(len(sample.held)):
        yield Sample(sample.catalogue, sample.event, sample.answers, sample.held[:number] + sample.held[number + 1 :])
    for name in sample.answers:
        yield Sample(sample.catalogue, sample.event, {key: value for key, value in sample.answers.items() if key != name}, sample.held)
    for service in [found["id"] for found in sample.catalogue["services"]]:
        yield Sample(_without_service(sample.catalogue, service), sample.event, sample.answers, sample.held)
    for path in _paths(sample.catalogue):
        smaller = deepcopy(sample.catalogue)
        at: Any = smaller
        for key in path[:-1]:
            at = at[key]
        if path[-1] in INNER:  # a condition within a condition takes its place
            inner = at[path[-1]]
            at.clear()
            at.update(inner if isinstance(inner, dict) else inner[0])
        else:
            del at[path[-1]]
        yield Sample(smaller, sample.event, sample.answers, sample.held)


def _without_service(catalogue: Thing, name: str) -> Thing:
    smaller = deepcopy(catalogue)
    smaller["services"] = [service for service in smaller["services"] if service["id"] != name]
    for event in smaller["events"]:
        event["services"] = [service for service in event["services"] if service != name]
        event["commitments"] = {key: days for key, days in event.get("commitments", {}).items() if not key.startswith(f"{name}.")}
    return smaller


def _paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items: list[tuple[Any, Any]] = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    for key, value in items:
        last = isinstance(node, list) and len(node) == 1 and path[-1] in FILLED
        droppable = (isinstance(node, list) and not last) or key in OPTIONAL or (path and path[-1] == "commitments")
        if droppable or (key in INNER and value):
            yield (*path, key)
        yield from _paths(value, (*path, key))


def told(seed: int, sample: Sample) -> str:
    """Return the message of a failing comparison: the seed, what differs, and the smallest sample found."""
    small, found = shrink(sample)
    lines = [f"seed {seed} ({sample.broken or 'meant to be good'}); reproduce with tests.reference.generate.sample({seed})"]
    lines += [f"  {name}:\n    reader   {left}\n    compiler {right}" for name, left, right in found]
    lines += [f"answers={small.answers} held={small.held}", as_yaml(small.catalogue)]
    return "\n".join(lines)
