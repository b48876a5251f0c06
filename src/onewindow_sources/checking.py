"""What can be seen to be wrong with a register before any of its records is made."""

from collections.abc import Iterator, Mapping
from typing import Any

from onewindow_sources.generate import known_kinds

Described = Mapping[str, Mapping[str, Any]]
_of_others = ("each", "all", "couples", "children", "parents")


def look_over(name: str, registers: Described) -> None:
    """Look whether each record will have the fields that are asked for, and can be made.

    Raises: KeyError for a field or a register that there is not, ValueError for what nothing makes and for a circle.
    """
    described = registers[name]
    asked = [key["field"] for key in described["operation"]["keys"]]
    if "computes" not in described:
        asked += _named(described["answer"])
    for fields in _records_have(name, registers):
        if missing := [field for field in asked if field not in fields]:
            raise KeyError(missing[0])
    for kind in _kinds(described.get("generated", {}).get("fields", {})):
        if kind not in known_kinds:
            raise ValueError(f"nothing makes “{kind}”; known are {', '.join(known_kinds)}")
    _follow((name,), registers)


def _records_have(name: str, registers: Described) -> Iterator[frozenset[str]]:
    """Yield which fields the records have that stand there and those that are made."""
    described = registers[name]
    if "view" in described:
        yield from _records_have(described["view"], registers)
        return
    yield from (frozenset(record) for record in described.get("records", ()))
    if "generated" in described:
        yield frozenset(described["generated"]["fields"])


def _named(answer: object) -> list[str]:
    if isinstance(answer, str):
        return [answer[1:]] if answer.startswith("$") else []
    parts = answer.values() if isinstance(answer, Mapping) else answer if isinstance(answer, list) else ()
    return [name for part in parts for name in _named(part)]


def _kinds(fields: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for spec in fields.values():
        yield next(iter(spec))
        yield from _kinds(spec.get("of", {}))


def _follow(way: tuple[str, ...], registers: Described) -> None:
    """Go to whatever a register's records are copied from, as long as it is not one that was passed."""
    spec = registers[way[-1]].get("generated", {})
    for kind in _of_others:
        if (other := spec.get(kind)) is not None:
            if other in way:
                raise ValueError(f"registers copy from each other in a circle: {' → '.join((*way, other))}")
            _follow((*way, other), registers)
