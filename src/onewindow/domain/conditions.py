"""Conditions: bounded trees of all, any, not and atoms over facts, in Kleene's three values, with a trace of every atom.

Source: docs/catalogue-format.md#conditions; Kleene, Introduction to Metamathematics (1952), section 64.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onewindow.domain.errors import DomainError

orders: Mapping[str, Callable[[Any, Any], bool]] = {
    "at_least": lambda found, bound: found >= bound,
    "at_most": lambda found, bound: found <= bound,
    "more_than": lambda found, bound: found > bound,
    "less_than": lambda found, bound: found < bound,
}
operators = ("is", "in", *orders, "known")
ordered_types = ("integer", "number", "money", "date")
max_depth = 40
max_size = 2_000
"""Nodes and values of one condition: what can be read and evaluated well under 50 ms."""

ANSWER = "answer."


class ConditionWrong(DomainError):
    """A condition is not one of the forms that exist."""

    code = "condition-wrong"
    template = "The condition{where} is wrong: {problem}. {remedy}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a condition: where in it, what, and how to mend it."""

    path: tuple[str | int, ...]
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class AtomTrace:
    """One atom as it was evaluated; `found` is None where the fact has no value."""

    fact: str
    operator: str
    operand: object
    found: object
    value: bool | None


@dataclass(frozen=True, slots=True)
class Trace:
    """The result of a condition. `value` None means unknown; `open_facts` are the facts without a value that it waits for."""

    value: bool | None
    atoms: tuple[AtomTrace, ...]
    open_facts: tuple[str, ...]


def evaluate(condition: object, facts: Mapping[str, object], types: Mapping[str, str] | None = None) -> Trace:
    """Evaluate a condition on facts; no condition is true.

    Raises: ConditionWrong.

    >>> evaluate({"any": [{"fact": "a", "is": True}, {"fact": "b", "at_least": 3}]}, {"b": 3}).value
    True
    >>> evaluate({"not": {"fact": "a", "is": True}}, {}).open_facts
    ('a',)
    >>> evaluate({"fact": "a", "is": 1}, {"a": True}).value
    False
    """
    if condition is None:
        return Trace(True, (), ())
    for fault in faults(condition):
        raise ConditionWrong(where=_where(fault.path), problem=fault.problem, remedy=fault.remedy)
    return evaluate_checked(condition, facts, types)


def evaluate_checked(condition: object, facts: Mapping[str, object], types: Mapping[str, str] | None = None) -> Trace:
    """Evaluate a condition whose shape was checked when the catalogue was read."""
    if condition is None:
        return Trace(True, (), ())
    atoms: list[AtomTrace] = []
    value = _evaluate(condition, facts, types, atoms)
    open_facts = tuple(dict.fromkeys(atom.fact for atom in atoms if atom.found is None)) if value is None else ()
    return Trace(value, tuple(atoms), open_facts)


def _evaluate(node: Any, facts: Mapping[str, object], types: Mapping[str, str] | None, atoms: list[AtomTrace]) -> bool | None:
    if "fact" in node:
        return _atom(node, facts, types, atoms)
    if "not" in node:
        inner = _evaluate(node["not"], facts, types, atoms)
        return None if inner is None else not inner
    decisive = "any" in node
    values = [_evaluate(child, facts, types, atoms) for child in node["any" if decisive else "all"]]
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def _atom(node: Mapping[str, object], facts: Mapping[str, object], types: Mapping[str, str] | None, atoms: list[AtomTrace]) -> bool | None:
    fact = str(node["fact"])
    operator = next(key for key in node if key != "fact")
    operand = node[operator]
    found = facts.get(fact)
    value = _compare(fact, operator, operand, found, types.get(fact) if types else None)
    atoms.append(AtomTrace(fact, operator, operand, found, value))
    return value


def _compare(fact: str, operator: str, operand: Any, found: object, type_name: str | None) -> bool | None:
    if operator == "known":
        return (found is not None) is operand
    if operator in orders and type_name is not None and type_name not in ordered_types:
        raise _unordered(fact, operator, type_name)
    if found is None:
        return None
    if operator == "is":
        return same(found, operand)
    if operator == "in":
        return any(same(found, item) for item in operand)
    left, right = _rank(found), _rank(operand)
    if left is None or right is None or left[0] != right[0]:
        raise _unordered(fact, operator, type_name or type(found).__name__)
    return orders[operator](left[1], right[1])


def _unordered(fact: str, operator: str, type_name: str) -> ConditionWrong:
    return ConditionWrong(
        where="",
        problem=f"“{operator}” puts “{fact}” in order, which is of type {type_name} or compared with another type",
        remedy="Order applies to integer, number, money and date: use “is” or “in”, or change the type.",
    )


def _rank(value: object) -> tuple[str, Any] | None:
    """Return what order goes by: a number, or a date written as YYYY-MM-DD."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return ("number", value)
    if isinstance(value, str) and is_date(value):
        return ("date", value)
    return None


def is_date(value: object) -> bool:
    """Tell whether a value is a date written as YYYY-MM-DD.

    >>> is_date("2024-02-29"), is_date("2023-02-29"), is_date("20240229")
    (True, False, False)
    """
    if not isinstance(value, str) or len(value) != 10 or value[4] != "-" or value[7] != "-":
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def same(left: object, right: object) -> bool:
    """Tell whether two values are equal; values of different types never are, numbers compare by value.

    >>> same(1, True), same(1, 1.0), same("1", 1), same([1], [1.0])
    (False, True, False, True)
    """
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool) and left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return type(left) is type(right) and left == right


def atoms_of(condition: object) -> Iterator[Mapping[str, object]]:
    """Give the atoms of a checked condition, from left to right."""
    stack = [] if condition is None else [condition]
    while stack:
        node: Any = stack.pop()
        if "fact" in node:
            yield node
        elif "not" in node:
            stack.append(node["not"])
        else:
            stack.extend(reversed(node["all"] if "all" in node else node["any"]))


def facts_of(condition: object) -> tuple[str, ...]:
    """Return the facts of a checked condition, each once, in the order they stand.

    >>> facts_of({"all": [{"fact": "a", "is": 1}, {"not": {"fact": "b", "known": True}}, {"fact": "a", "is": 2}]})
    ('a', 'b')
    """
    return tuple(dict.fromkeys(str(atom["fact"]) for atom in atoms_of(condition)))


def faults(condition: object) -> list[Fault]:
    """Return everything that is wrong with the shape of a condition; empty when it is right.

    >>> [fault.problem for fault in faults({"fact": "a", "at_leest": 3})]
    ['“at_leest” is not an operator']
    >>> faults({"all": []})
    []
    """
    found: list[Fault] = []
    stack: list[tuple[object, tuple[str | int, ...], int]] = [(condition, (), 1)]
    size = 0
    while stack:
        node, path, depth = stack.pop()
        size += _parts(node)
        if depth > max_depth:
            return [*found, Fault(path, f"it is nested deeper than {max_depth}", "Write it flatter: all within all is one all.")]
        if size > max_size:
            return [*found, Fault((), f"it has more than {max_size} parts", "Split it, or ask one question whose answer decides.")]
        children = _faults_here(node, path, found)
        stack.extend((child, (*path, *step), depth + 1) for step, child in reversed(children))
    return found


def _parts(node: object) -> int:
    """Count what hangs on a node before it is looked at: lists and values may be hostile in length and depth."""
    if not isinstance(node, Mapping):
        return 0
    parts = max(0, len(node) - 2)
    if parts > max_size:
        return parts
    for key, value in node.items():
        if key in ("all", "any", "not"):
            parts += len(value) if isinstance(value, list | tuple) else 1
        else:
            parts += _values_in(value)
    return parts


def _values_in(value: object) -> int:
    """Count the values inside a value, however deep; one that is nested deeper than a condition counts as too many.

    >>> _values_in("x"), _values_in([1, [2, 3]]), _values_in({"a": [1]})
    (0, 4, 2)
    """
    found, level = 0, [value]
    for _ in range(max_depth):
        inner: list[object] = []
        for item in level:
            if isinstance(item, Mapping | list | tuple):
                found += len(item)
                if found > max_size:
                    return found
                inner.extend(item.values() if isinstance(item, Mapping) else item)
        level = inner
        if not level:
            return found
    return max_size + 1


def _faults_here(node: object, path: tuple[str | int, ...], found: list[Fault]) -> list[tuple[tuple[str | int, ...], object]]:
    """Add the faults of one node and return its children with their steps."""
    if not isinstance(node, Mapping):
        found.append(Fault(path, f"{_kind(node)} stands where a condition belongs", "Write {fact: …, is: …}, or all, any, not."))
        return []
    if "fact" in node:
        _faults_of_atom(node, path, found)
        return []
    keys = [key for key in node if key in ("all", "any", "not")]
    if len(keys) != 1 or len(node) != 1:
        names = ", ".join(str(key) for key in node) or "nothing"
        found.append(Fault(path, f"it has {names}", "A condition has exactly one of all, any, not, or an atom {fact: NAME, is: …}."))
        return []
    child = node[keys[0]]
    if keys[0] == "not":
        return [(("not",), child)]
    if not isinstance(child, list | tuple):
        found.append(Fault((*path, keys[0]), f"{_kind(child)} stands where a list of conditions belongs", f"Write {keys[0]}: [ …, … ]."))
        return []
    return [((keys[0], index), item) for index, item in enumerate(child)]


def _faults_of_atom(node: Mapping[Any, object], path: tuple[str | int, ...], found: list[Fault]) -> None:
    allowed = ", ".join(operators)
    if not isinstance(node["fact"], str) or not node["fact"]:
        found.append(Fault((*path, "fact"), "“fact” must be the name of a fact", "Write answer.<question>, or the id of an element."))
    others = [key for key in node if key != "fact"]
    strange = [key for key in others if key not in operators]
    found.extend(Fault((*path, key), f"“{key}” is not an operator", f"Use one of {allowed}.") for key in strange)
    if len(others) != 1:
        found.append(
            Fault(path, f"an atom has exactly one operator, here are {len(others)}", f"Keep one of {allowed}; join several atoms with all.")
        )
        return
    if not strange:
        _fault_of_operand(others[0], node[others[0]], path, found)


def _fault_of_operand(operator: str, operand: object, path: tuple[str | int, ...], found: list[Fault]) -> None:
    here = (*path, operator)
    if operator == "known" and not isinstance(operand, bool):
        found.append(Fault(here, f"“known” takes true or false, not {_kind(operand)}", "Write known: true, or known: false."))
    if operator == "in" and not isinstance(operand, list | tuple):
        found.append(Fault(here, f"“in” takes a list, not {_kind(operand)}", "Write in: [ …, … ], or use is for one value."))
    if operator in orders and _rank(operand) is None:
        found.append(
            Fault(here, f"“{operator}” takes a number or a date, not {_kind(operand)}", "Write a number, or a date as YYYY-MM-DD.")
        )


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", tuple: "a list", dict: "a mapping"}
    return names.get(type(value), "something else")


def _where(path: tuple[str | int, ...]) -> str:
    return f" at {'.'.join(map(str, path))}" if path else ""
