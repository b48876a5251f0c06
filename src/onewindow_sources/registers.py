"""Registers as data files describe them: how each is asked, how it answers, which records it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from onewindow_sources.generate import Generator

Record = Mapping[str, Any]

_allowed = {"format", "id", "title", "key_header", "operation", "answer", "not_found", "records", "generated"}
_needed = {"format", "id", "operation", "answer"}


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
    records: tuple[Record, ...]
    index: Mapping[tuple[str, ...], Record] = field(default_factory=dict)

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
        return _fill(self.answer, record)


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


def load(folder: Path, *, seed: int) -> dict[str, Register]:
    """Read every register of a folder; the same seed makes the same records. Raises: BadRegister."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise BadRegister(f"{folder} holds no register (*.yaml). Name the folder with --data.")
    plain: dict[str, dict[str, Any]] = {}
    for file in files:
        description = _read(file)
        if description["id"] in plain:
            raise BadRegister(f"{file}: the register “{description['id']}” is described twice. Keep one of the two files.")
        plain[description["id"]] = description
    generator = Generator(plain, seed=seed)
    return {name: _register(description, generator) for name, description in plain.items()}


def _read(file: Path) -> dict[str, Any]:
    try:
        description = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadRegister(f"{file} is not YAML: {' '.join(str(error).split())}") from None
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


def _register(description: dict[str, Any], generator: Generator) -> Register:
    name, operation = description["id"], description["operation"]
    try:
        keys = tuple(Key(name=key["name"], place=key["in"], field=key["field"]) for key in operation["keys"])
        records = generator.records(name)
        index: dict[tuple[str, ...], Record] = {}
        for record in records:
            index.setdefault(tuple(str(record[key.field]) for key in keys), record)
        register = Register(
            id=name,
            title=description.get("title", name),
            method=operation["method"].upper(),
            path=operation["path"],
            key_header=description.get("key_header", "X-Api-Key"),
            keys=keys,
            answer=description["answer"],
            not_found=description.get("not_found", {"error": "not found"}),
            records=records,
            index=index,
        )
        for record in records:
            register.show(record)
    except (KeyError, TypeError, ValueError) as error:
        raise BadRegister(
            f"register “{name}”: {type(error).__name__} {error}. Look at the fields named in operation, answer and records."
        ) from None
    return register


def _fill(template: object, record: Record) -> object:
    if isinstance(template, str) and template.startswith("$"):
        return record[template[1:]]
    if isinstance(template, Mapping):
        return {key: _fill(value, record) for key, value in template.items()}
    if isinstance(template, list):
        return [_fill(value, record) for value in template]
    return template
