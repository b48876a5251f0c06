"""Made-up records: the same seed makes the same people, enterprises and buildings, and none of them exists."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from threading import RLock
from typing import Any

from onewindow_sources import names, numbers, society

Spec = Mapping[str, Any]
Row = dict[str, Any]


def stable_random(*parts: object) -> Random:
    """Return a source of chance that depends on the parts alone, also over restarts and machines."""
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return Random(int.from_bytes(digest[:8], "big"))  # noqa: S311  made-up people need no secrecy


def _known_by(row: Mapping[str, Any]) -> str:
    """Return what tells a record from all others: the number of a person or a place, else the code of an enterprise."""
    return str(row["number"] if "number" in row else row["code"])


def _digits(rng: Random, pattern: str) -> str:
    return "".join(str(rng.randrange(10)) if char == "#" else char for char in pattern)


def _day(rng: Random, span: list[Any]) -> str:
    first, last, *written = span
    day: date = first + timedelta(days=rng.randrange((last - first).days + 1))
    return day.strftime(written[0]) if written else day.isoformat()


# One word of a data file each: {digits: "07##"}, {choice: [a, b]}, {day: [2020-01-01, 2026-06-30, "%Y%m%d"]}, …
_makers: dict[str, Callable[[Random, Any], Any]] = {
    "value": lambda _rng, value: value,
    "digits": _digits,
    "choice": lambda rng, among: rng.choice(among),
    "whole": lambda rng, span: rng.randint(span[0], span[1]),
    "decimal": lambda rng, span: round(rng.uniform(span[0], span[1]), 1),
    "day": _day,
    "person": lambda rng, _: names.person(rng),
    "enterprise": lambda rng, _: names.enterprise(rng),
    "address": lambda rng, _: names.address(rng),
    "resident-id": lambda rng, _: numbers.resident_id(rng),
    "child-id": lambda rng, years: numbers.resident_id(rng, born_from=years[0], born_to=years[1]),
    "uscc": lambda rng, kind: numbers.uscc(rng, kind=str(kind)),
}


# The same, for what follows from the record that is copied: its number above all.
_followers: dict[str, Callable[[Random, Any, Row], Any]] = {
    "from": lambda _rng, field, pattern: pattern[field],
    "sex": lambda _rng, words, pattern: words[society.is_woman(pattern["number"])],
    "born": lambda _rng, written, pattern: society.born(pattern["number"]).strftime(written),
    "career": lambda rng, ages, pattern: society.career(rng, pattern["number"], ages),
}


known_kinds = ("serial", "pick", "count", "list", *_followers, *_makers)
"""Every word that says how a field is made."""


class Generator:
    """Makes the records of all registers.

    One may copy from another's generated records (`each`, `from`) or from all of them but those it describes itself (`all`), point into
    it (`pick`), `count` where somebody stands in it, hold the `couples` of its people, the `children` of its couples and their `parents`,
    tell the very same records in another way (`view`), or add its own to another one's (`also`).
    """

    def __init__(self, registers: Mapping[str, Spec], *, seed: int) -> None:
        self.registers = registers
        self.seed = seed
        self.made: dict[str, tuple[Row, ...]] = {}
        self.at_work: list[str] = []
        self.counted: dict[str, Counter[Any]] = {}
        # Two registers may be asked for the first time at once.
        self.lock = RLock()

    def records(self, name: str) -> tuple[Row, ...]:
        """Return the fixed records of a register, its generated ones, and those that other registers add to it."""
        if "view" in self.registers[name]:
            return self.records(self.registers[name]["view"])
        with self.lock:
            own = tuple(dict(record) for record in self.registers[name].get("records", ())) + self.generated(name)
            return own + tuple(row for other in self.registers for row in self._added(other, name))

    def _added(self, other: str, name: str) -> list[Row]:
        fields = self.registers[other].get("also", {}).get(name)
        if not fields:
            return []
        written_down = [row for row in self.registers[other].get("records", ()) if row.keys() >= set(fields.values())]
        return [{field: row[source] for field, source in fields.items()} for row in (*written_down, *self.generated(other))]

    def generated(self, name: str) -> tuple[Row, ...]:
        """Return the generated records. Raises: ValueError where registers copy from each other in a circle."""
        if name in self.made:
            return self.made[name]
        if name in self.at_work:
            raise ValueError(f"registers copy from each other in a circle: {' → '.join([*self.at_work, name])}")
        self.at_work.append(name)
        spec = self.registers[name].get("generated", {"count": 0, "fields": {}})
        patterns = self._patterns(name, spec)
        self.made[name] = tuple(self._row(name, index, spec["fields"], pattern) for index, pattern in enumerate(patterns))
        self.at_work.pop()
        return self.made[name]

    def _patterns(self, name: str, spec: Spec) -> tuple[Row, ...]:
        """Return what the records are copied from, of whom `share` says how many and `born` says from when to when."""
        if "couples" in spec:
            return tuple(society.couples(self.generated(spec["couples"]), stable_random(self.seed, name)))
        if "children" in spec:
            return tuple(society.children(self.generated(spec["children"]), stable_random(self.seed, name)))
        if "parents" in spec:
            return tuple(society.parents(self.generated(spec["parents"])))
        if "all" in spec:
            own = {_known_by(record) for record in self.registers[name].get("records", ())}
            rows = tuple(row for row in self.records(spec["all"]) if _known_by(row) not in own)
        elif "each" in spec:
            rows = self.generated(spec["each"])
        else:
            return tuple({} for _ in range(spec["count"]))
        first, last = spec.get("born", (0, 9999))
        born = [row for row in rows if "born" not in spec or first <= society.born(row["number"]).year <= last]
        share = spec.get("share", 1)
        return tuple(row for row in born if share == 1 or stable_random(self.seed, name, "share", _known_by(row)).random() < share)

    def _row(self, name: str, index: int, fields: Mapping[str, Spec], pattern: Row) -> Row:
        rng = stable_random(self.seed, name, index)
        return {field: self._value(spec, rng, name, index, pattern) for field, spec in fields.items()}

    def _value(self, spec: Spec, rng: Random, name: str, index: int, pattern: Row) -> Any:
        kind, argument = next(iter(spec.items()))
        if kind in _followers:
            return _followers[kind](rng, argument, pattern)
        if kind == "serial":
            return argument.format(index + 1)
        if kind == "pick":
            register, field = argument.split(".")
            rows = self.generated(register)
            # The same record for every field picked from one register, so that a name and its number belong together.
            return rows[stable_random(self.seed, name, index, register).randrange(len(rows))][field]
        if kind == "count":
            return self._count(argument)[pattern["number"]]
        if kind == "list":
            return [self._row(f"{name}.{index}", place, spec["of"], {}) for place in range(rng.randint(argument[0], argument[1]))]
        if kind not in _makers:
            raise ValueError(f"nothing makes “{kind}”; known are {', '.join(known_kinds)}")
        return _makers[kind](rng, argument)

    def _count(self, argument: str) -> "Counter[Any]":
        """Return how often each value of another register's field stands there."""
        if argument not in self.counted:
            register, field = argument.split(".")
            self.counted[argument] = Counter(row[field] for row in self.records(register))
        return self.counted[argument]
