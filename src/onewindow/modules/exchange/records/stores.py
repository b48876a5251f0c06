"""The stores: what is known of each, and how its records are found."""

import secrets
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from onewindow.domain import codes
from onewindow.domain.exchange.records import Column, Description, read_description
from onewindow.modules.exchange.records import tables
from onewindow.modules.exchange.records.errors import NoStore, StoreHolds
from onewindow.modules.exchange.records.models import RecordStore
from onewindow.modules.exchange.records.sealing import Box, key_of, opened
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor

_DAY, _EPOCH = date(1970, 1, 1), datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Store:
    """A store that holds records, ready to be asked."""

    resource: str
    description: Description
    table: str
    box: Box
    layout: tables.Layout
    statement: str
    readers: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    """For each column of the table: the name it has in the description, and how SQLite's value becomes ours. `s` has no name."""


_stores: dict[str, Store] = {}
"""The stores of this process. What stands here never changes: a store keeps its columns and its table once records lie in it."""


@transaction.atomic
def describe_records(*, resource: str, description: Mapping[str, Any], actor: Actor, now: datetime) -> bool:
    """Say which columns a resource has; tell whether that is new. Records that lie there keep their columns.

    Shape: `domain.exchange.records.read_description`.  Raises: Forbidden, StoreRefused, StoreHolds.
    """
    permissions.require(actor, "exchange.load", resource)
    told = read_description(resource, description).as_json()
    row = RecordStore.objects.select_for_update().filter(resource=resource).first()
    if row is not None and row.description == told:
        return False
    if row is None:
        row = RecordStore(resource=resource, secret=secrets.token_hex(32))
    elif row.table and row.description["columns"] != told["columns"]:
        raise StoreHolds(resource=resource)
    row.description, row.described_at = told, now
    row.save()
    audit.record(actor=actor, action="exchange.describe", subject_kind="resource", subject_id=resource, at=now)
    return True


def store_of(resource: str) -> Store:
    """Return the store of a resource. Raises: NoStore where there is none, or nothing in it yet."""
    known = _stores.get(resource)
    if known is None:
        row = RecordStore.objects.filter(resource=resource).first()
        if row is None or not row.table:
            raise NoStore(resource=resource)
        known = _stores[resource] = made(row)
    return known


def made(row: RecordStore) -> Store:
    """Return a store from its row."""
    description = read_description(row.resource, row.description)
    layout = tables.layout_of(description)
    mark = "?" if connection.vendor == "sqlite" else "%s"
    names = ", ".join(field.name for field in layout.fields)
    where = " AND ".join(f"{field.name} = {mark}" for field in layout.keys)
    statement = f'SELECT {names} FROM "{row.table}" WHERE {where}'  # noqa: S608  (our own names)
    lite = connection.vendor == "sqlite"
    readers = tuple(
        (description.columns[field.place].name if field.place is not None else field.name, _INWARD.get(field.type) if lite else None)
        for field in layout.fields
    )
    return Store(row.resource, description, row.table, Box(bytes.fromhex(row.secret)), layout, statement, readers)


@dataclass(frozen=True, slots=True)
class Held:
    """What a store holds. `tables`: how many rows there are in its table and in that of what records were."""

    resource: str
    columns: tuple[Column, ...]
    tables: Mapping[str, int]


def held() -> list[Held]:
    """Return what all stores hold. It counts their rows."""
    found = []
    for row in RecordStore.objects.exclude(table="").order_by("resource"):
        counts = {table: tables.count(table) for table in (row.table, f"{row.table}_before")}
        found.append(Held(row.resource, read_description(row.resource, row.description).columns, counts))
    return found


def forget_stores() -> None:
    """Read the stores afresh; for tests, which take back what they have made."""
    _stores.clear()


def find(store: Store, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the record under a key, {column: value}, by one look into the index. Raises: KeyError, ValueError where it is no key."""
    parameters, bound = keyed(store, values)
    row = next(iter(_rows(store.statement, parameters)), None)
    return None if row is None else read_row(store, row, bound)


def keyed(store: Store, values: Mapping[str, Any]) -> tuple[list[Any], bytes]:
    """Return what stands in the key of the table for some values, and what seals are bound to. Raises: KeyError, ValueError."""
    given = [_key(column, values[column.name]) for column in store.description.keys]
    parameters, bound = key_of(given, store.description, store.box)
    return [_outward(value) for value in parameters], bound


def rows_under(store: Store, table: str, names: Sequence[str], parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return some columns of the rows that a table of the store has under a key."""
    where = store.statement.partition(" WHERE ")[2]
    return _rows(f'SELECT {", ".join(names)} FROM "{table}" WHERE {where}', parameters)  # noqa: S608  (our own names)


def read_row(store: Store, row: tuple[Any, ...], bound: bytes) -> dict[str, Any]:
    """Return the values of a row of the table, by column. Raises: SealBroken."""
    found = {name: value if turn is None or value is None else turn(value) for (name, turn), value in zip(store.readers, row, strict=True)}
    if store.description.hashed:
        del found["k"]
    if store.description.personal:
        found.update(opened(bytes(found.pop("s")), bound, store.description, store.box))
    return found


def _rows(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        found: list[tuple[Any, ...]] = connection.connection.execute(statement, parameters).fetchall()
        return found
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _key(column: Column, value: Any) -> Any:
    """Return a value as it stands in the key. Raises: ValueError."""
    if column.type == "integer":
        return int(value)
    if column.type == "date":
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    text = str(value).strip()
    if column.code:  # one that is wrong finds nothing
        return text.upper() if text.isascii() and text.isalnum() else codes.plain(text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _outward(value: Any) -> Any:
    return (value - _DAY).days if isinstance(value, date) and connection.vendor == "sqlite" else value


_INWARD: Mapping[str, Callable[[Any], Any]] = {
    "boolean": bool,
    "date": lambda value: _DAY + timedelta(days=value),
    "moment": lambda value: _EPOCH + timedelta(microseconds=value),
}
