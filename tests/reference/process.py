"""Sections 4 and 5: the steps, their merging into nodes, and time; longest paths by walking every path."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.reference.logic import Refused
from tests.reference.matter import Matter, Service

Edge = tuple[str, str]


def after_edges(matter: Matter) -> set[Edge]:
    """Return the edges that `after` makes, over all services of the bundle."""
    return {edge for service in matter.services for edge in own_edges(service)}


def own_edges(service: Service) -> set[Edge]:
    """Return the edges that `after` makes within one service."""
    return {(f"{service.name}.{before}", f"{service.name}.{step['id']}") for step in service.steps for before in step["after"]}


def last_steps(service: Service) -> list[str]:
    """Return the steps that nothing in the service follows."""
    followed = {before for before, _ in own_edges(service)}
    return [name for step in service.steps if (name := f"{service.name}.{step['id']}") not in followed]


def reaches(edges: set[Edge], start: str, end: str) -> bool:
    """Return whether a walk of no or more edges leads from one node to another."""
    seen, front = {start}, {start}
    while front:
        front = {after for before, after in edges if before in front} - seen
        seen |= front
    return end in seen


def has_circle(edges: set[Edge]) -> bool:
    """Return whether some edge closes a circle.

    >>> has_circle({("a", "b"), ("b", "c")}), has_circle({("a", "b"), ("b", "a")}), has_circle({("a", "a")})
    (False, True, True)
    """
    return any(reaches(edges, end, start) for start, end in edges)


def paths_to(node: str, edges: set[Edge]) -> Iterator[list[str]]:
    """Yield every path from a node without predecessor to this one."""
    before = [start for start, end in edges if end == node]
    if not before:
        yield [node]
    for start in before:
        yield from ([*path, node] for path in paths_to(start, edges))


def finish(node: str, days: dict[str, int], edges: set[Edge]) -> int:
    """Return the days that the longest path to the end of a node takes."""
    return max(sum(days[at] for at in path) for path in paths_to(node, edges))


def longest(days: dict[str, int], edges: set[Edge]) -> int:
    """Return the days of the longest path."""
    return max((finish(node, days, edges) for node in days), default=0)


def own_days(service: Service) -> int:
    """Return a service's own longest path, by `after` alone and with limits as written."""
    if has_circle(own_edges(service)):
        raise Refused("circle", service.name)
    return longest({f"{service.name}.{step['id']}": step["limit_days"] for step in service.steps}, own_edges(service))


@dataclass(frozen=True)
class Process:
    """The merged process: nodes as sets of steps."""

    nodes: list[frozenset[str]]
    edges: set[tuple[frozenset[str], frozenset[str]]]
    limits: dict[frozenset[str], int]  # with the commitments
    earliest: dict[frozenset[str], int]
    not_joined: list[str]
    days: int
    days_parallel: int


def limits_of(matter: Matter, commitments: dict[str, int]) -> dict[str, int]:
    """Return how long each step lasts; an automatic decision 0, whatever was agreed on."""
    found: dict[str, int] = {}
    for service in matter.services:
        for step in service.steps:
            name = f"{service.name}.{step['id']}"
            limit: int = step["limit_days"]
            found[name] = commitments.get(name, limit)
            if step["kind"] == "decision" and service.automatic:
                found[name] = 0
    return found


def contract(node_of: dict[str, str], edges: set[Edge], limits: dict[str, int]) -> tuple[dict[str, int], set[Edge]]:
    """Return nodes with the length of their longest member, and the edges between nodes."""
    days: dict[str, int] = {}
    for step, node in node_of.items():
        days[node] = max(days.get(node, 0), limits[step])
    return days, {(node_of[start], node_of[end]) for start, end in edges}


def build(matter: Matter, waits: set[Edge]) -> Process:
    """Merge steps into nodes as section 4 says and time them."""
    edges = after_edges(matter) | waits
    steps = [(f"{service.name}.{step['id']}", step) for service in matter.services for step in service.steps]
    own, agreed = limits_of(matter, {}), limits_of(matter, matter.commitments)
    ends = {end for _, end in edges}
    node_of = {name: name for name, _ in steps}
    window = [name for name, step in steps if step["kind"] == "acceptance" and name not in ends]
    for name in window:
        node_of[name] = window[0]
    anchors: dict[str, str] = {}
    not_joined = []
    for name, step in steps:
        if step["joint"] is None:
            continue
        if step["joint"] not in anchors:
            anchors[step["joint"]] = name
            continue
        merged = node_of | {name: node_of[anchors[step["joint"]]]}
        days, merged_edges = contract(merged, edges, own)
        if has_circle(merged_edges) or longest(days, merged_edges) > longest(*contract(node_of, edges, own)):
            not_joined.append(name)
        else:
            node_of = merged
    return _timed(node_of, edges, own, agreed, not_joined)


def _timed(node_of: dict[str, str], edges: set[Edge], own: dict[str, int], agreed: dict[str, int], not_joined: list[str]) -> Process:
    members = {node: frozenset(step for step, at in node_of.items() if at == node) for node in node_of.values()}
    days, node_edges = contract(node_of, edges, agreed)
    return Process(
        nodes=list(members.values()),
        edges={(members[start], members[end]) for start, end in node_edges},
        limits={members[node]: days[node] for node in members},
        earliest={members[node]: finish(node, days, node_edges) - days[node] for node in members},
        not_joined=not_joined,
        days=longest(days, node_edges),
        days_parallel=longest(*contract(node_of, edges, own)),
    )
