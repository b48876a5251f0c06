"""What a store of records is told about its resource: the columns, which of them are the key, and which are personal."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from onewindow.domain.errors import DomainError

TYPES = ("text", "integer", "number", "boolean", "date", "moment")
KEY_TYPES = ("text", "integer", "date")
"""What is written in one way only, so that a record is found again."""
CODES = ("resident-id", "uscc")
MOST_COLUMNS = 60
HISTORY_DAYS = 365


class StoreRefused(DomainError):
    """A description cannot be used."""

    code = "record-store-refused"
    template = "The store of {resource} was not made: {problems}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `code`: what kind of number it holds, checked by its check digit; `listed`: the only values it may hold."""

    name: str
    type: str = "text"
    key: bool = False
    personal: bool = False
    required: bool = False
    code: str = ""
    listed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Description:
    """The columns of a resource. `deletion`: a column of its files that says yes where a record is gone, if there is one.

    `history_days`: for how long what a record was before is kept.
    """

    columns: tuple[Column, ...]
    deletion: str = ""
    history_days: int = HISTORY_DAYS

    @cached_property
    def keys(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.key)

    @cached_property
    def personal(self) -> tuple[Column, ...]:
        """The columns that are sealed, in their order."""
        return tuple(column for column in self.columns if column.personal)

    @cached_property
    def hashed(self) -> bool:
        """Whether records are found by a keyed hash, because the key itself is personal."""
        return any(column.personal for column in self.keys)

    def as_json(self) -> dict[str, Any]:
        columns = [{**asdict(column), "listed": list(column.listed)} for column in self.columns]
        return {"columns": columns, "deletion": self.deletion, "history_days": self.history_days}


def read_description(resource: str, raw: Mapping[str, Any]) -> Description:
    """Return a description as it is written in a file, checked.

    Shape: {columns: [{name, type?, key?, personal?, required?, code?, listed?}], deletion?, history_days?}.
    Raises: StoreRefused with every problem.

    >>> read_description("r", {"columns": [{"name": "id", "key": True}, {"name": "floors", "type": "integer"}]}).keys[0].name
    'id'
    >>> read_description("r", {"columns": [{"name": "id", "type": "float"}]})
    Traceback (most recent call last):
    ...
    onewindow.domain.exchange.records.StoreRefused: The store of r was not made: id: there is no type “float”; choose among text, integer, \
number, boolean, date, moment. No column is the key; say “key: true” at one or more.
    """
    listed = raw.get("columns") if isinstance(raw, Mapping) else None
    if not isinstance(listed, list) or not listed or not all(isinstance(row, Mapping) for row in listed):
        raise StoreRefused(resource=resource, problems="It names no columns. Write “columns:” and one line for each.")
    columns = tuple(_column(row) for row in listed)
    deletion = str(raw.get("deletion") or "")
    problems = [problem for column in columns for problem in _problems(column)]
    problems += [f"{name}: there is no such setting." for row in listed for name in row if name not in Column.__dataclass_fields__]
    problems += _of_all(columns, deletion)
    days = raw.get("history_days", HISTORY_DAYS)
    if type(days) is not int or days < 0:
        problems.append("history_days is a whole number of days.")
    if problems:
        raise StoreRefused(resource=resource, problems=" ".join(problems))
    return Description(columns, deletion, days)


def _column(row: Mapping[str, Any]) -> Column:
    return Column(
        name=str(row.get("name") or ""),
        type=str(row.get("type", "text")),
        key=row.get("key") is True,
        personal=row.get("personal") is True,
        required=row.get("required") is True or row.get("key") is True,
        code=str(row.get("code") or ""),
        listed=tuple(str(value) for value in row.get("listed") or ()),
    )


def _problems(column: Column) -> Iterable[str]:
    if not column.name:
        yield "A column has no name."
    if column.type not in TYPES:
        yield f"{column.name}: there is no type “{column.type}”; choose among {', '.join(TYPES)}."
    elif column.key and column.type not in KEY_TYPES:
        yield f"{column.name}: a key is one of {', '.join(KEY_TYPES)}."
    if column.code and (column.code not in CODES or column.type != "text"):
        yield f"{column.name}: a code is one of {', '.join(CODES)}, in a column of text."
    if column.listed and column.type != "text":
        yield f"{column.name}: only text is listed."


def _of_all(columns: tuple[Column, ...], deletion: str) -> Iterable[str]:
    names = [column.name for column in columns]
    yield from (f"{name} is there twice." for name in dict.fromkeys(names) if names.count(name) > 1)
    if not any(column.key for column in columns):
        yield "No column is the key; say “key: true” at one or more."
    if len(columns) > MOST_COLUMNS:
        yield f"There are {len(columns)} columns; {MOST_COLUMNS} are the most."
    if deletion in names:
        yield f"{deletion} says which records are gone and is kept as well; give it a name of its own."
