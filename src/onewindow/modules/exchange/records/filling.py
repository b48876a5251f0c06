"""Putting the pieces of a batch into a table, the personal columns under their seals."""

import io
from binascii import hexlify
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from django.db import connection, transaction

from onewindow.domain.exchange.records import Description
from onewindow.modules.exchange.records.columns import bytes_of
from onewindow.modules.exchange.records.sealing import BETWEEN, NOTHING, Box
from onewindow.modules.exchange.records.tables import Field, Layout

Arrays = Mapping[str, pa.Array]
"""Columns of a table, by name."""


def physical(arrays: Sequence[pa.Array], description: Description, layout: Layout, box: Box) -> dict[str, pa.Array]:
    """Return the columns of a table from those of a description: the personal ones under their seals."""
    found = {field.name: arrays[field.place] for field in layout.fields if field.place is not None}
    if not description.personal:
        return found
    texts = [_text(array) for array in arrays]
    bound = _joined([text for text, column in zip(texts, description.columns, strict=True) if column.key])
    if description.hashed:
        bound = [box.mark(key) for key in bound]
        found["k"] = pa.array(bound, pa.binary())
    plain = _joined([text for text, column in zip(texts, description.columns, strict=True) if column.personal])
    found["s"] = pa.array(map(box.close, plain, bound), pa.binary())
    return found


def _text(array: pa.Array) -> pa.Array:
    return array if pa.types.is_string(array.type) else pc.cast(array, pa.string())


def _joined(texts: Sequence[pa.Array]) -> list[bytes]:
    joined = pc.binary_join_element_wise(*texts, BETWEEN, null_handling="replace", null_replacement=NOTHING)
    found: list[bytes] = joined.cast(pa.binary()).to_pylist()
    return found


def fill(table: str, fields: Iterable[Field], arrays: Arrays) -> None:
    """Put one piece of a batch into a table nobody else reads yet, in a transaction of its own: on SQLite others write between two."""
    held = [field for field in fields if field.name in arrays]
    names = ", ".join(field.name for field in held)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            insert = f'INSERT INTO "{table}" ({names}) VALUES '  # noqa: S608  (our own names)
            _fill_sqlite(insert, [_for_sqlite(arrays[field.name], field.type) for field in held])
            return
        with cursor.cursor.copy(f'COPY "{table}" ({names}) FROM STDIN (FORMAT csv)') as copy:
            copy.write(_for_postgres([(arrays[field.name], field.type) for field in held]))


def _fill_sqlite(insert: str, columns: Sequence[list[Any]]) -> None:
    """Put rows into a table, as many by one statement as it may have parameters: it takes two thirds of the time of one by one."""
    width = len(columns)
    at_once = max(1, (connection.features.max_query_params or 0) // width)
    mark, rows = f"({', '.join('?' * width)})", zip(*columns, strict=True)
    values = chain.from_iterable(islice(rows, len(columns[0]) // at_once * at_once))
    many = zip(*[values] * (at_once * width), strict=True)  # one iterator so many times: so many values of it each time
    connection.connection.executemany(insert + ", ".join([mark] * at_once), many)
    connection.connection.executemany(insert + mark, rows)


def _for_sqlite(array: pa.Array, kind: str) -> list[Any]:
    if kind == "boolean":
        array = pc.cast(array, pa.int8())
    elif kind == "date":
        array = pc.cast(array, pa.int32())
    elif kind == "moment":
        array = pc.cast(array, pa.int64())
    found: list[Any] = array.to_pylist()
    return list(map(bytearray, found)) if kind == "bytes" else found  # for bytes sqlite3 looks for an adapter, each time anew


def _for_postgres(columns: Iterable[tuple[pa.Array, str]]) -> pa.Buffer:
    """Return a piece as CSV, as COPY reads it: what is quoted is text, what is empty is nothing."""
    arrays = [_told(array, kind) for array, kind in columns]
    out = io.BytesIO()
    table = pa.Table.from_arrays(arrays, names=[str(place) for place in range(len(arrays))])
    pa_csv.write_csv(table, out, pa_csv.WriteOptions(include_header=False))
    return out.getbuffer()


def _told(array: pa.Array, kind: str) -> pa.Array:
    if kind == "bytes":
        return pc.binary_join_element_wise(pa.scalar("\\x"), _hex(array), "")
    return pc.cast(array, pa.string()) if kind == "moment" else array


def _hex(array: pa.Array) -> pa.Array:
    """Return bytes, of which none are missing, as hexadecimal digits."""
    ends = np.cumsum(pc.binary_length(array).to_numpy(), dtype=np.int32) * 2
    bounds = np.concatenate([np.zeros(1, np.int32), ends])
    return pa.StringArray.from_buffers(len(array), pa.py_buffer(bounds), pa.py_buffer(hexlify(bytes_of(array).data)))
