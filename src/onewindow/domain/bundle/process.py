"""Steps 4 and 5: the one process. Acceptances become one window, joint steps one visit, and time is its longest path."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from onewindow.domain.bundle.evidence import Edge, Way, afters_of, waits_of
from onewindow.domain.bundle.graph import in_order, starts
from onewindow.domain.bundle.matter import Matter
from onewindow.domain.catalogue.model import PublicService, Step


@dataclass(slots=True)
class Process:
    """Nodes by id, each with its steps. Unit: working days; `days` with the event's commitments, `parallel` without."""

    members: dict[str, list[str]]
    edges: list[Edge]
    limits: dict[str, float]
    committed: dict[str, float]
    not_joined: list[str] = field(default_factory=list)
    days: float = 0
    days_parallel: float = 0
    begins: dict[str, float] = field(default_factory=dict)
    critical: tuple[str, ...] = ()


def process_of(matter: Matter, ways: Sequence[Way]) -> Process:
    """Merge the steps of all services into nodes and find the longest path."""
    services = [active.service for active in matter.services]
    steps = [(service, step, f"{service.id}.{step.id}") for service in services for step in service.steps]
    automatic = {active.service.id for active in matter.services if active.automatic}
    limits = {name: 0 if step.kind == "decision" and service.id in automatic else step.limit_days for service, step, name in steps}
    edges = list(dict.fromkeys([*afters_of(services), *waits_of(matter, ways)]))
    node_of = {name: name for _, _, name in steps}
    not_joined: list[str] = []
    if not matter.switches.joining:
        _one_window(steps, edges, node_of)
        not_joined = _join(steps, edges, node_of, limits)
    members: dict[str, list[str]] = {}
    for name, node in node_of.items():
        members.setdefault(node, []).append(name)
    promised = {} if matter.switches.commitments else matter.event.commitments
    committed = {name: min(days, promised.get(name, days)) for name, days in limits.items()}
    process = Process(members, _merged(edges, node_of), _longest_member(members, limits), _longest_member(members, committed), not_joined)
    if matter.switches.parallel:
        _one_after_the_other(process)
    _measure(process)
    return process


def _one_window(steps: Sequence[tuple[PublicService, Step, str]], edges: Sequence[Edge], node_of: dict[str, str]) -> None:
    followers = {target for _, target in edges}
    window = [name for _, step, name in steps if step.kind == "acceptance" and name not in followers]
    for name in window:
        node_of[name] = window[0]


def _join(
    steps: Sequence[tuple[PublicService, Step, str]], edges: Sequence[Edge], node_of: dict[str, str], limits: dict[str, float]
) -> list[str]:
    """Merge steps with the same joint key into the first, unless that closes a circle or takes longer."""
    anchors: dict[str, str] = {}
    not_joined: list[str] = []
    days = _length(edges, node_of, limits) if any(step.joint for _, step, _ in steps) else 0
    for _, step, name in steps:
        if step.joint is None:
            continue
        if step.joint not in anchors:
            anchors[step.joint] = name
            continue
        before = node_of[name]
        node_of[name] = node_of[anchors[step.joint]]
        joined = _length(edges, node_of, limits)
        if joined is None or days is None or joined > days:
            node_of[name] = before
            not_joined.append(name)
        else:
            days = joined
    return not_joined


def _length(edges: Sequence[Edge], node_of: dict[str, str], limits: dict[str, float]) -> float | None:
    """Return the longest path of the merged graph, or None where it has a circle."""
    days: dict[str, float] = {}
    for name, node in node_of.items():
        days[node] = max(days.get(node, 0), limits[name])
    begins = starts(days, {(node_of[source], node_of[target]) for source, target in edges})
    return None if begins is None else max((begin + days[node] for node, begin in begins.items()), default=0)


def _merged(edges: Sequence[Edge], node_of: dict[str, str]) -> list[Edge]:
    return list(dict.fromkeys((node_of[source], node_of[target]) for source, target in edges))


def _longest_member(members: dict[str, list[str]], days: dict[str, float]) -> dict[str, float]:
    return {node: max(days[name] for name in names) for node, names in members.items()}


def _one_after_the_other(process: Process) -> None:
    after: dict[str, list[str]] = {node: [] for node in process.members}
    for source, target in process.edges:
        after[source].append(target)
    order = in_order(after) or []
    process.edges = list(pairwise(order))


def _measure(process: Process) -> None:
    parallel = starts(process.limits, process.edges) or {}
    process.days_parallel = max((begin + process.limits[node] for node, begin in parallel.items()), default=0)
    process.begins = starts(process.committed, process.edges) or {}
    ends = {node: begin + process.committed[node] for node, begin in process.begins.items()}
    process.days = max(ends.values(), default=0)
    before: dict[str, list[str]] = {node: [] for node in process.members}
    for source, target in process.edges:
        before[target].append(source)
    path = [next(node for node in process.members if ends[node] == process.days)] if ends else []
    while path and (sources := [one for one in before[path[-1]] if ends[one] == process.begins[path[-1]]]):
        path.append(sources[0])
    process.critical = tuple(reversed(path))
