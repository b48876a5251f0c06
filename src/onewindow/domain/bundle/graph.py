"""Steps and what they wait for: circles, longest paths, orders that do not depend on chance."""

from collections.abc import Iterable, Mapping

Edge = tuple[str, str]


def knots(edges: Iterable[Edge]) -> dict[str, int]:
    """Return, for every node on a circle, the number of its strongly connected component. Empty where there is no circle.

    >>> sorted(knots([("a", "b"), ("b", "a"), ("b", "c"), ("d", "d")]))
    ['a', 'b', 'd']
    """
    after: dict[str, list[str]] = {}
    for source, target in edges:
        after.setdefault(source, []).append(target)
        after.setdefault(target, [])
    order = in_order(after)
    if order is not None:
        return {}
    return _components(after)


def _components(after: Mapping[str, list[str]]) -> dict[str, int]:
    """Tarjan's strongly connected components, without recursion; single nodes without a loop are left out."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: dict[str, int] = {}
    for root in after:
        trail = [] if root in index else [(root, iter(after[root]))]
        if trail:
            index[root] = low[root] = len(index)
            stack.append(root)
            on_stack.add(root)
        while trail:
            node, rest = trail[-1]
            target = next(rest, None)
            if target is not None:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    trail.append((target, iter(after[target])))
                elif target in on_stack:
                    low[node] = min(low[node], index[target])
                continue
            trail.pop()
            if trail:
                low[trail[-1][0]] = min(low[trail[-1][0]], low[node])
            if low[node] == index[node]:
                members = stack[stack.index(node) :]
                del stack[len(stack) - len(members) :]
                on_stack.difference_update(members)
                if len(members) > 1 or node in after[node]:
                    found.update(dict.fromkeys(members, index[node]))
    return found


def a_circle(edges: Iterable[Edge]) -> list[str]:
    """Return one shortest circle, beginning with its least node.

    >>> a_circle([("b", "c"), ("c", "b"), ("a", "b")])
    ['b', 'c']
    """
    edges = list(edges)
    knot = knots(edges)
    after: dict[str, list[str]] = {}
    for source, target in edges:
        if source in knot and knot[source] == knot.get(target):
            after.setdefault(source, []).append(target)
    circles = [_way_back(start, after) for start in sorted(after)]
    return min(circles, key=len, default=[])


def _way_back(start: str, after: Mapping[str, list[str]]) -> list[str]:
    came: dict[str, str] = {}
    wave = [start]
    while wave:
        following = []
        for node in wave:
            for target in sorted(after.get(node, ())):
                if target == start:
                    trail = [node]
                    while trail[-1] != start:
                        trail.append(came[trail[-1]])
                    return trail[::-1]
                if target not in came:
                    came[target] = node
                    following.append(target)
        wave = following
    return []


def in_order(after: Mapping[str, Iterable[str]]) -> list[str] | None:
    """Return the nodes so that each stands behind what it follows, or None where they go in a circle."""
    waiting = dict.fromkeys(after, 0)
    for targets in after.values():
        for target in targets:
            waiting[target] += 1
    ready = [node for node, count in waiting.items() if not count]
    for node in ready:
        for target in after[node]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return ready if len(ready) == len(waiting) else None


def starts(days: Mapping[str, float], edges: Iterable[Edge]) -> dict[str, float] | None:
    """Return the earliest start of every node, or None where they go in a circle. Unit: that of `days`."""
    after: dict[str, list[str]] = {node: [] for node in days}
    for source, target in edges:
        after[source].append(target)
    order = in_order(after)
    if order is None:
        return None
    begins: dict[str, float] = dict.fromkeys(order, 0)
    for node in order:
        ends = begins[node] + days[node]
        for target in after[node]:
            begins[target] = max(begins[target], ends)
    return begins


def longest(days: Mapping[str, float], edges: Iterable[Edge]) -> float:
    """Return the length of the longest path. The edges have no circle.

    >>> longest({"a": 1, "b": 2, "c": 5}, [("a", "b")])
    5
    """
    begins = starts(days, edges) or {}
    return max((begin + days[node] for node, begin in begins.items()), default=0)
