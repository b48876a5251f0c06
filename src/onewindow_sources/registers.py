"""Registers as data files describe them: how each is asked, how it answers, which records it holds."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import yaml

from onewindow_sources.checking import look_over
from onewindow_sources.computing import COMPUTES
from onewindow_sources.generate import Generator

Record = Mapping[str, Any]

_allowed = {
    "format",
    "id",
    "title",
    "key_header",
    "operation",
    "answer",
    "not_found",
    "records",
    "generated",
    "also",
    "view",
    "computes",
    "rules",
}
_loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_needed = {"format", "id", "operation", "answer"}
RULES = "onewindow-rules/1"
"""The format of a file of dated parameters, which registers work things out by."""


def _today() -> date:
    year, month, day, *_ = time.localtime()
    return date(year, month, day)


class BadRegister(Exception):
    """A data file does not describe a register; the message says where and what to write."""


@dataclass(frozen=True, slots=True)
class Key:
    """One part of the key: its name in the request, where it stands (path, query or body) and the field it is compared with."""

    name: str
    place: str
    field: str


@dataclass(frozen=True)
class Register:
    id: str
    title: str
    method: str
    path: str
    key_header: str
    keys: tuple[Key, ...]
    answer: object
    not_found: object
    make: Callable[[], tuple[Record, ...]]
    """Makes the records, once, when the register is first asked: most of a city's registers are not asked in a day."""
    compute: Callable[[Record, date], Record] | None = None
    """Works out more of a record by the day it is asked on."""
    today: Callable[[], date] = _today

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """All records, in order. Raises: BadRegister where they cannot be made."""
        try:
            return self.make()
        except (LookupError, TypeError, ValueError) as error:
            raise _told(self.id, error) from None

    @cached_property
    def index(self) -> Mapping[tuple[str, ...], Record]:
        """The records by their key; the first of several with the same one."""
        found: dict[tuple[str, ...], Record] = {}
        for record in self.records:
            found.setdefault(tuple(str(record[key.field]) for key in self.keys), record)
        return found

    @property
    def held(self) -> int | None:
        """So many records, None as long as nobody has asked for any."""
        return len(self.records) if "records" in self.__dict__ else None

    def find(self, values: Sequence[str]) -> Record | None:
        """Return the record with these key values, in the order of `keys`."""
        return self.index.get(tuple(values))

    def path_values(self, path: str) -> dict[str, str] | None:
        """Return the path's parameters where it is this register's path, else None.

        >>> from onewindow_sources.registers import match
        >>> match("/units/{number}", "/units/7"), match("/units/{number}", "/units/7/owner")
        ({'number': '7'}, None)
        """
        return match(self.path, path)

    def show(self, record: Record) -> object:
        """Return the record in the shape in which this register answers."""
        return _fill(self.answer, self._whole(record))

    def show_wrong(self, record: Record) -> object:
        """Return the record as if the clerk had copied the line of somebody else: only the key is right, nothing is missing."""
        place = next((place for place, row in enumerate(self.records) if row is record), 0)
        other = self.records[(place + 1) % len(self.records)]
        return _fill(self.answer, {**self._whole(other), **{key.field: record[key.field] for key in self.keys}})

    def _whole(self, record: Record) -> Record:
        return record if self.compute is None else {**record, **self.compute(record, self.today())}


def match(template: str, path: str) -> dict[str, str] | None:
    """Return the parameters of a path that fits a template, else None."""
    wanted, given = template.split("/"), path.split("/")
    if len(wanted) != len(given):
        return None
    values: dict[str, str] = {}
    for part, value in zip(wanted, given, strict=True):
        if part.startswith("{") and part.endswith("}"):
            values[part[1:-1]] = value
        elif part != value:
            return None
    return values


def load(folders: Path | Sequence[Path], *, seed: int, today: Callable[[], date] = _today) -> dict[str, Register]:
    """Read and look over every register of one folder or several; the same seed makes the same records, each register's when it is asked.

    Raises: BadRegister.
    """
    plain: dict[str, dict[str, Any]] = {}
    rules: dict[str, dict[str, Any]] = {}
    for folder in (folders,) if isinstance(folders, Path) else folders:
        files = sorted(folder.glob("*.yaml"))
        if not files:
            raise BadRegister(f"{folder} holds no register (*.yaml). Name the folder with --data.")
        for file in files:
            description = _read(file)
            kept = rules if description["format"] == RULES else plain
            if description["id"] in kept:
                raise BadRegister(f"{file}: the register “{description['id']}” is described twice. Keep one of the two files.")
            kept[description["id"]] = description
    generator = Generator(plain, seed=seed)
    return {name: _register(description, generator, rules, today) for name, description in plain.items()}


def _read(file: Path) -> dict[str, Any]:
    try:
        description = yaml.load(file.read_text(encoding="utf-8"), Loader=_loader)  # noqa: S506  (both are safe; one is written in C)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadRegister(f"{file} is not YAML: {' '.join(str(error).split())}") from None
    if isinstance(description, dict) and description.get("format") == RULES and description.get("id"):
        return description
    if not isinstance(description, dict) or description.get("format") != "onewindow-register/1":
        raise BadRegister(f"{file} is no register: its first line must be “format: onewindow-register/1”.")
    if wrong := sorted(set(description) - _allowed) or sorted(_needed - set(description)):
        raise BadRegister(f"{file}: {', '.join(wrong)} missing or not known. A register has {', '.join(sorted(_allowed))}.")
    if place := _odd_key(description):
        raise BadRegister(f"{file}: the key {place} is no text. Put it in quotes: YAML reads no, yes and bare numbers as something else.")
    return description


def _odd_key(value: object) -> str | None:
    """Return a key that YAML did not read as text, wherever it stands."""
    if isinstance(value, Mapping):
        odd = next((repr(key) for key in value if not isinstance(key, str)), None)
        return odd or next((found for child in value.values() if (found := _odd_key(child))), None)
    return next((found for child in value if (found := _odd_key(child))), None) if isinstance(value, list) else None


def _register(
    description: dict[str, Any], generator: Generator, rules: Mapping[str, Mapping[str, Any]], today: Callable[[], date]
) -> Register:
    name, operation = description["id"], description["operation"]
    try:
        look_over(name, generator.registers)
        return Register(
            id=name,
            title=description.get("title", name),
            method=operation["method"].upper(),
            path=operation["path"],
            key_header=description.get("key_header", "X-Api-Key"),
            keys=tuple(Key(name=key["name"], place=key["in"], field=key["field"]) for key in operation["keys"]),
            answer=description["answer"],
            not_found=description.get("not_found", {"error": "not found"}),
            make=partial(generator.records, name),
            compute=_computing(description, rules),
            today=today,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _told(name, error) from None


def _told(name: str, error: Exception) -> BadRegister:
    return BadRegister(f"register “{name}”: {type(error).__name__} {error}. Look at the fields named in operation, answer and records.")


def _computing(description: Mapping[str, Any], rules: Mapping[str, Mapping[str, Any]]) -> Callable[[Record, date], Record] | None:
    """Return what works out more of a record, None where nothing does. Raises: KeyError for what there is not."""
    if "computes" not in description:
        return None
    its_rules = {name: part for file in description["rules"] for name, part in rules[file].items()}
    return partial(COMPUTES[description["computes"]], its_rules)


def _fill(template: object, record: Record) -> object:
    if isinstance(template, str) and template.startswith("$"):
        return record[template[1:]]
    if isinstance(template, Mapping):
        return {key: _fill(value, record) for key, value in template.items()}
    if isinstance(template, list):
        return [_fill(value, record) for value in template]
    return template
