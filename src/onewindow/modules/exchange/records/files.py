"""Reading files in pieces: CSV, Parquet and JSON Lines."""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json
import pyarrow.parquet as pa_parquet

from onewindow.domain.exchange.records import Description
from onewindow.modules.exchange.records.columns import Piece
from onewindow.modules.exchange.records.errors import FileRefused
from onewindow.modules.exchange.records.refusals import Refusal

AT_ONCE = 16 * 1024 * 1024
"""Unit: bytes of a file in one piece."""
ROWS_AT_ONCE = 131_072
Item = TypeVar("Item")


def pieces(file: Path, description: Description, *, deletes: bool, encoding: str = "utf-8") -> Iterator[Piece]:
    """Give the rows of a file, piece by piece. Row numbers count as a spreadsheet does: a header is row 1.

    Raises: FileRefused where it cannot be read, or its columns are not those of the resource.
    """
    read = {".csv": _csv, ".parquet": _parquet, ".jsonl": _lines, ".ndjson": _lines}.get(file.suffix.lower())
    if read is None:
        raise FileRefused(file=file.name, what="its name must end in .csv, .parquet or .jsonl.")
    try:
        yield from read(file, description, deletes, encoding)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeError, LookupError, OSError) as error:
        raise FileRefused(file=file.name, what=f"it could not be read ({str(error).splitlines()[0][:200]}).") from None


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Give items while the next one is already being made in another thread."""
    end = object()
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = pool.submit(next, items, end)
            yield item  # type: ignore[misc]  # not the end


def _require_columns(file: Path, there: Sequence[str], description: Description, *, deletes: bool) -> None:
    known = {column.name for column in description.columns} | ({description.deletion} - {""})
    needed = [column.name for column in description.columns if column.key or not deletes]
    problems = [f"there is no column {name}" for name in needed if name not in there]
    problems += [f"the store has no column {name}" for name in there if name not in known]
    problems += [f"the column {name} is there twice" for name in dict.fromkeys(there) if there.count(name) > 1]
    if problems:
        raise FileRefused(file=file.name, what=f"{'; '.join(problems)}.")


def _csv(file: Path, description: Description, deletes: bool, encoding: str) -> Iterator[Piece]:
    skipped: list[int] = []

    def skip(row: Any) -> str:
        skipped.append(row.number)
        return "skip"

    with file.open("rb") as opened:
        head = opened.read(AT_ONCE)
    names = _header(file, head, encoding)
    _require_columns(file, names, description, deletes=deletes)
    reader = pa_csv.open_csv(
        file,
        read_options=pa_csv.ReadOptions(block_size=AT_ONCE, encoding=encoding, use_threads=False),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip, ignore_empty_lines=True),
        convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )
    first = 2
    for batch in reader:
        # The reader is ahead of us: of the rows it skipped only those between ours belong to this piece.
        numbers = np.arange(first, first + batch.num_rows + len(skipped))
        numbers = numbers[~np.isin(numbers, skipped)][: batch.num_rows]
        first = int(numbers[-1]) + 1 if len(numbers) else first
        fresh = [number for number in skipped if number < first]
        skipped[:] = [number for number in skipped if number >= first]
        yield Piece(dict(zip(names, batch.columns, strict=True)), numbers, tuple(Refusal(number, "", "row") for number in fresh))
    if skipped:
        nothing = dict.fromkeys(names, pa.array([], pa.string()))
        yield Piece(nothing, np.array([], np.int64), tuple(Refusal(number, "", "row") for number in skipped))


def _header(file: Path, head: bytes, encoding: str) -> list[str]:
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].rstrip(b"\r")
    if not line:
        raise FileRefused(file=file.name, what="its first row names no columns.")
    parsed = pa_csv.read_csv(io.BytesIO(line + b"\n"), read_options=pa_csv.ReadOptions(encoding=encoding))
    return [str(name) for name in parsed.column_names]


def _parquet(file: Path, description: Description, deletes: bool, _encoding: str) -> Iterator[Piece]:
    with pa_parquet.ParquetFile(file) as opened:
        _require_columns(file, opened.schema_arrow.names, description, deletes=deletes)
        first = 1
        for batch in opened.iter_batches(batch_size=ROWS_AT_ONCE):
            yield Piece(dict(zip(batch.schema.names, batch.columns, strict=True)), np.arange(first, first + batch.num_rows))
            first += batch.num_rows


def _lines(file: Path, description: Description, deletes: bool, encoding: str) -> Iterator[Piece]:
    if encoding.lower().replace("-", "") != "utf8":
        raise FileRefused(file=file.name, what="JSON Lines are always UTF-8.")
    kinds = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    fields = [(column.name, kinds.get(column.type, pa.string())) for column in description.columns if column.key or not deletes]
    if description.deletion and not deletes:
        fields.append((description.deletion, pa.bool_()))
    options = pa_json.ParseOptions(explicit_schema=pa.schema(fields), unexpected_field_behavior="error")
    first, held = 1, b""
    with file.open("rb") as opened:
        while True:
            read = opened.read(AT_ONCE)
            block, cut, held = (held + read).rpartition(b"\n") if read else (held, b"", b"")
            if block:
                piece = _block(block, first, options, [name for name, _ in fields])
                first += block.count(b"\n") + 1
                yield piece
            elif cut:
                first += 1
            if not read:
                return


def _block(block: bytes, first: int, options: pa_json.ParseOptions, names: Sequence[str]) -> Piece:
    count = block.count(b"\n") + 1
    try:
        table = pa_json.read_json(io.BytesIO(block), pa_json.ReadOptions(block_size=len(block) + 1), options)
        if table.num_rows == count:
            return Piece({name: table.column(name).combine_chunks() for name in names}, np.arange(first, first + count))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        pass
    return _line_by_line(block, first, names)


def _line_by_line(block: bytes, first: int, names: Sequence[str]) -> Piece:
    """Read lines of which one at least is not as it should be: each by itself, every value as its text."""
    values: dict[str, list[str | None]] = {name: [] for name in names}
    numbers, refused = [], []
    for number, line in enumerate(block.split(b"\n"), first):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        wrong = _unreadable(row, values)
        if wrong is not None:
            refused.append(Refusal(number, *wrong))
            continue
        numbers.append(number)
        for name, column in values.items():
            column.append(_as_text(row.get(name)))
    arrays = {name: pa.array(column, pa.string()) for name, column in values.items()}
    return Piece(arrays, np.array(numbers, np.int64), tuple(refused))


def _unreadable(row: Any, known: Mapping[str, Any]) -> tuple[str, str] | None:
    if not isinstance(row, dict):
        return "", "row"
    if unknown := next((name for name in row if name not in known), None):
        return unknown[:60], "not-described"
    nested = next((name for name, value in row.items() if isinstance(value, list | dict)), None)
    return (nested, "not-text") if nested is not None else None


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


Reader = Callable[[Path, Description, bool, str], Iterator[Piece]]
