"""Run the reader and the compiler on one sample and say where they part."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import yaml

from onewindow.domain.bundle import compile_bundle
from onewindow.domain.catalogue import read_catalogue
from onewindow.domain.errors import DomainError
from tests.reference import brute
from tests.reference.checks import Thing, plain
from tests.reference.generate import Sample
from tests.reference.matter import Resource
from tests.reference.ways import closure

COUNTS = ("elements", "questions", "documents", "steps", "visits", "acts", "days", "days_parallel")


class _Plain(yaml.CSafeDumper):
    """Writes every value out, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Say that nothing is written by reference."""
        return True


def as_yaml(catalogue: Thing) -> str:
    """Return a catalogue as the text of one file."""
    return yaml.dump(catalogue, Dumper=_Plain, sort_keys=False, allow_unicode=True)


def compiled(sample: Sample) -> Thing | str:
    """Return the compiler's report, or its refusal as one line."""
    try:
        catalogue = read_catalogue([("c.yaml", as_yaml(sample.catalogue))]).catalogue
        report: Thing = compile_bundle(catalogue, sample.event, answers=sample.answers, held=sample.held).as_json()
        return report
    except DomainError as error:
        return f"refused: {type(error).__name__} {error.code}: {error}"


def read(sample: Sample) -> Thing | str:
    """Return the reader's report, or its refusal as one line."""
    try:
        return brute.compile(sample.catalogue, sample.event, sample.answers, sample.held)
    except brute.Refused as refused:
        return f"refused: {refused}"


def differences(sample: Sample) -> list[tuple[str, Any, Any]]:
    """Return every field in which the two disagree, with what the reader and what the compiler say."""
    ours, theirs = read(sample), compiled(sample)
    if isinstance(ours, str) or isinstance(theirs, str):
        return [] if isinstance(ours, str) and isinstance(theirs, str) else [("refusal", _short(ours), _short(theirs))]
    pairs = [*_counts(ours, theirs), *_process(ours, theirs), *_evidence(ours, theirs)]
    found = [(name, left, right) for name, left, right in pairs if left != right]
    return found + [(name, "sound", problem) for name, problem in _unsound(ours["solution"], theirs)]


def _short(side: Thing | str) -> str:
    return side if isinstance(side, str) else "compiled"


def _counts(ours: Thing, theirs: Thing) -> Iterator[tuple[str, Any, Any]]:
    for part in ("before", "alone", "after"):
        if ours[part] is None or theirs[part] is None:
            yield part, ours[part], theirs[part]
            continue
        for name in COUNTS:
            if name in theirs[part] or (part, name) in {("after", name), ("before", "elements"), ("alone", "elements")}:
                yield f"{part}.{name}", ours[part].get(name), theirs[part].get(name)
    yield "fee_fen", ours["fee_fen"], theirs["fee_fen"]
    yield "services", ours["services"], theirs["services"]
    yield "open_questions", ours["open_questions"], set(theirs["open_questions"])
    yield "minimal", True, theirs["minimal"]


def _process(ours: Thing, theirs: Thing) -> Iterator[tuple[str, Any, Any]]:
    nodes = {node["id"]: frozenset(node["steps"]) for node in theirs["nodes"]}
    yield "not_joined", set(ours["not_joined"]), set(theirs["not_joined"])
    yield "nodes", set(ours["nodes"]), set(nodes.values())
    yield "earliest_day", _sorted(ours, 0), sorted((sorted(node["steps"]), node["earliest_day"]) for node in theirs["nodes"])
    yield "limit_days", _sorted(ours, 1), sorted((sorted(node["steps"]), node["limit_days"]) for node in theirs["nodes"])
    edges = {(nodes[before], nodes[node["id"]]) for node in theirs["nodes"] for before in node["after"]}
    yield "edges", ours["edges"], edges
    limits = {node["id"]: node["limit_days"] for node in theirs["nodes"]}
    path = theirs["critical_path"]
    yield "critical_path days", theirs["after"]["days"], sum(limits[name] for name in path)
    yield "critical_path edges", True, all((nodes[a], nodes[b]) in edges for a, b in pairwise(path))


def _sorted(ours: Thing, which: int) -> list[tuple[list[str], int]]:
    return sorted((sorted(node), values[which]) for node, values in ours["nodes"].items())


def _evidence(ours: Thing, theirs: Thing) -> Iterator[tuple[str, Any, Any]]:
    left = {(service, need): (way, kind, by and plain(by)) for service, need, way, kind, by in ours["evidence"]}
    right = {
        (row["service"], row["requirement"]): (row["way"], row["type"], plain(row["by"]) if row.get("by") else None)
        for row in theirs["evidence"]
        if row["way"] != "not-applicable"
    }
    yield "evidence", left, right
    idle = {(row["service"], row["requirement"]) for row in theirs["evidence"] if row["way"] == "not-applicable"}
    yield "evidence that is not applicable", ours["idle"], idle


def _unsound(solution: brute.Solution, theirs: Thing) -> Iterator[tuple[str, str]]:
    """Judge what may differ between two right answers: the form itself, its sources, and the consents."""
    form = {row["element"] for row in theirs["form"]}
    if not any(solution.price(key) == solution.optimum for key in _serving_subsets(solution, form)):
        yield "optimum", f"no subset of the form {sorted(form)} is an X of effort, count, unnamed {solution.optimum}"
    if len(form | solution.matter.questioned) != theirs["after"]["elements"]:
        yield "form", f"the form {sorted(form)} with the questions' elements has not the counted length"
    shown = {(row["service"], row["element"]) for row in theirs["filled"]}
    for service in solution.matter.services:
        for element in service.asks - form:
            if (service.name, element) not in shown:
                yield "filled", f"{element} of {service.name} is neither in the form nor filled"
    # What an open question asks is typed there, so no resource is in use for it.
    yield from _consents_unsound(solution, form | solution.matter.questioned, {plain(name) for name in theirs["consents"]})


def _serving_subsets(solution: brute.Solution, form: set[str]) -> Iterator[set[str]]:
    """Yield what X may be, given a form that holds X and perhaps the elements of questions beside it."""
    certain = {name for name in form if name not in solution.matter.questioned}
    extra = sorted(form - certain)
    for number in range(2 ** len(extra)):
        key = certain | {name for place, name in enumerate(extra) if number >> place & 1}
        if key <= solution.matter.askable and solution.serves(key):
            yield key


def _consents_unsound(solution: brute.Solution, form: set[str], consents: set[str]) -> Iterator[tuple[str, str]]:
    conditional = [resource for resource in solution.matter.resources if resource.sharing == "conditional"]
    needed = {plain(way.by) for way in solution.ways.values() if way.way == "resource" and way.by} & {
        plain(found.name) for found in conditional
    }
    unsaid = {found.name for found in conditional if plain(found.name) not in consents}
    if not needed <= consents:
        yield "consents", f"{sorted(needed - consents)} give evidence, but are not listed"
    if not solution.serves(form, without=unsaid):
        yield "consents", f"the form is not filled without {sorted(unsaid)}, which are not listed"
    for name in consents - needed:
        if not any(_usable(solution, form, resource) for resource in conditional if plain(resource.name) == name):
            yield "consents", f"{name} cannot be in use"


def _usable(solution: brute.Solution, form: set[str], resource: Resource) -> bool:
    return any(
        resource.keys <= closure(solution.matter.known | form | arriving, solution.matter.resources)
        for arriving in solution.arriving.values()
    )
