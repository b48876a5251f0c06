"""Conditions read by plain recursion: true, false, or None for unknown."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

ORDERED = {"integer", "number", "money", "date"}
ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": lambda value, bound: value >= bound,
    "at_most": lambda value, bound: value <= bound,
    "more_than": lambda value, bound: value > bound,
    "less_than": lambda value, bound: value < bound,
}
OPERATORS = {"is", "in", "known", *ORDERS}

Truth = bool | None


class Refused(Exception):
    """bundle.md calls this an error; `code` is the reader's own word for it."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


def holds(condition: Any, value_of: Callable[[str], Any]) -> Truth:
    """Return what a condition is, with unknown where a value is missing; no condition is true.

    >>> holds({"any": [{"fact": "a", "is": 1}, {"fact": "b", "is": 2}]}, {"a": None, "b": 2}.get)
    True
    >>> holds({"not": {"fact": "a", "is": 1}}, {}.get) is None
    True
    """
    if condition is None:
        return True
    if "all" in condition:
        return _all([holds(part, value_of) for part in condition["all"]])
    if "any" in condition:
        return _not(_all([_not(holds(part, value_of)) for part in condition["any"]]))
    if "not" in condition:
        return _not(holds(condition["not"], value_of))
    return _atom(condition, value_of(condition["fact"]))


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _all(truths: list[Truth]) -> Truth:
    if False in truths:
        return False
    return None if None in truths else True


def _atom(atom: Any, value: Any) -> Truth:
    if "known" in atom:
        return (value is not None) is atom["known"]
    if value is None:
        return None
    if "is" in atom:
        return same(value, atom["is"])
    if "in" in atom:
        return any(same(value, item) for item in atom["in"])
    operator = next(name for name in ORDERS if name in atom)
    return ORDERS[operator](value, atom[operator])  # ISO dates order as strings


def same(left: Any, right: Any) -> bool:
    """Return whether two values are equal; values of different types never are, numbers compare by value.

    >>> same(1, True), same(1, 1.0), same("1", 1)
    (False, True, False)
    """
    return _sort(left) == _sort(right) and left == right


def _sort(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__


def atoms(condition: Any) -> Iterator[Any]:
    """Yield every atom of a condition."""
    if condition is None:
        return
    if "fact" in condition:
        yield condition
    elif "not" in condition:
        yield from atoms(condition["not"])
    else:
        for part in condition.get("all", condition.get("any", [])):
            yield from atoms(part)


def check(condition: Any, type_of: Callable[[str], str]) -> None:
    """Refuse a condition that is not well formed, or that orders what has no order."""
    if condition is None:
        return
    if not isinstance(condition, dict):
        raise Refused("wrong-type", condition)
    if "fact" in condition:
        _check_atom(condition, type_of)
        return
    if len(condition) != 1 or not set(condition) <= {"all", "any", "not"}:
        raise Refused("not-one-operator", condition)
    inner = [condition["not"]] if "not" in condition else next(iter(condition.values()))
    if not isinstance(inner, list):
        raise Refused("wrong-type", condition)
    for part in inner:
        check(part, type_of)


def _check_atom(atom: Any, type_of: Callable[[str], str]) -> None:
    operators = set(atom) - {"fact"}
    if len(operators) != 1 or not operators <= OPERATORS:
        raise Refused("not-one-operator", atom)
    operator = operators.pop()
    bound, kind = atom[operator], type_of(atom["fact"])
    if operator in ORDERS and not (kind in ORDERED and fits(bound, kind if kind == "date" else "number")):
        raise Refused("order-on-unordered", atom)
    if (operator == "in" and not isinstance(bound, list)) or (operator == "known" and not isinstance(bound, bool)):
        raise Refused("wrong-type", atom)


def fits(value: Any, kind: str, values: list[Any] | None = None) -> bool:
    """Return whether a value is of a type of the format (of those that the generated questions use).

    >>> fits(True, "integer"), fits(3, "number"), fits("2024-02-30", "date")
    (False, True, False)
    """
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in {"integer", "money"}:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "enum":
        return any(same(value, item) for item in values or [])
    return isinstance(value, str) and (kind != "date" or _is_date(value))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
