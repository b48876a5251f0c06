"""The record store: loading, look-ups and size beside what the database itself takes for the same rows, in the same run.

python bench/records.py                        3 million records, on SQLite as an installation has it, then on PostgreSQL
python bench/records.py --rows 30000000 --only sqlite
python bench/records.py --database-url postgresql://…

The bare load puts prepared values into a table of the same columns and key, in one transaction: on SQLite by executemany (with the key
declared, and with its index made afterwards; the faster counts) and by “.import” of the sqlite3 program where there is one, on PostgreSQL
by COPY of prepared text; above ten million rows with the index made afterwards alone, which is the fastest. The store's own figure begins
at the file on disk and ends when the batch is committed and can be asked.
"""

import argparse
import csv
import io
import json
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.installation import measure_on_both

NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
LOOKS = 20_000
SLICE = 500_000
MANY = 10_000_000
"""Above so many rows the bare load has its index made afterwards only: a place for each row in turn takes many times as long."""
COLUMNS: Sequence[Mapping[str, Any]] = (
    {"name": "resident-id", "key": True, "code": "resident-id"},
    {"name": "full-name", "required": True},
    {"name": "born", "type": "date"},
    {"name": "district", "listed": ["jianhua", "longsha", "tiefeng", "angangxi"]},
    {"name": "address"},
    {"name": "insured", "type": "boolean"},
    {"name": "months", "type": "integer"},
    {"name": "balance", "type": "number"},
)
PERSONAL = ("resident-id", "full-name", "born", "address")
PLAIN = {"columns": list(COLUMNS)}
SEALED = {"columns": [{**column, "personal": column["name"] in PERSONAL} for column in COLUMNS]}
SQLITE = "key TEXT NOT NULL, name TEXT, born INTEGER, district TEXT, address TEXT, insured INTEGER, months INTEGER, balance REAL"
POSTGRES = "key text NOT NULL, name text, born date, district text, address text, insured boolean, months bigint, balance double precision"


class Spent:
    """Time spent inside of `with`, by the clock and by this process: on a busy machine the two differ.  Unit: seconds."""

    def __init__(self) -> None:
        self.wall = self.processor = 0.0

    def __enter__(self) -> "Spent":
        self._began = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter() - self._began[0]
        self.processor += time.process_time() - self._began[1]


def made(rows: int) -> Iterator[pa.Table]:
    """Give so many made-up people, in no order of their numbers, which are valid and different."""
    chance = np.random.default_rng(1)
    weights = np.array([pow(2, 17 - place, 11) for place in range(17)])
    checks = np.array(list("10X98765432"))
    days = [(date(1940, 1, 1) + timedelta(days=day)).strftime("%Y%m%d") for day in range(29_000)]
    dates = np.array(days)
    step, area = 7_368_787, 29_000 * 999  # every number of the area once, in an order that looks like none
    for first in range(0, rows, SLICE):
        count = min(SLICE, rows - first)
        places = np.arange(first, first + count, dtype=np.int64)
        mixed, county = (places * step) % area, places // area
        born = dates[mixed // 999]
        head = np.char.add(np.char.add((230200 + county).astype("U6"), born), np.char.zfill((mixed % 999).astype("U3"), 3))
        digits = head.astype("S17").view(np.uint8).reshape(-1, 17).astype(np.int64) - 48
        ids = np.char.add(head, checks[(digits @ weights) % 11])
        numbers = pa.array(chance.integers(1, 2000, count).astype("U4"))
        yield pa.table(
            {
                "resident-id": pa.array(ids),
                "full-name": pa.array(np.array(["王小明", "李雷", "张丽华", "赵铁柱", "欧阳春"])[chance.integers(0, 5, count)]),
                "born": pc.strptime(pa.array(born), "%Y%m%d", "s").cast(pa.date32()),
                "district": pa.array(np.array(COLUMNS[3]["listed"])[chance.integers(0, 4, count)]),
                "address": pc.binary_join_element_wise("云江市胜利路", numbers, "号", ""),
                "insured": pa.array(chance.integers(0, 2, count).astype(bool)),
                "months": pa.array(chance.integers(0, 480, count)),
                "balance": pa.array(chance.integers(0, 10**8, count) / 100),
            }
        )


def write(file: Path, rows: int) -> None:
    with pa_csv.CSVWriter(str(file), next(made(1)).schema) as out:
        for table in made(rows):
            out.write_table(table)


def measure(rows: int, home: Path, *, sealed: bool) -> Iterator[dict[str, Any]]:
    """Yield what the database takes, what the store takes, and what it takes with personal columns."""
    import django

    django.setup()
    from django.db import connection

    from onewindow.cli.migrate import apply_migrations

    apply_migrations()
    file = home / "people.csv"
    write(file, rows)
    keys = _keys(rows)
    bare = (_Sqlite if connection.vendor == "sqlite" else _Postgres)(home)
    told = bare.load(rows)
    fastest, size = min(told.values(), key=lambda spent: spent.wall), bare.size()
    shown = {name: _shown(spent) for name, spent in told.items()}
    yield {"rows": rows, "file_mb": round(file.stat().st_size / 1e6), "bare_s": shown, "bare_bytes_per_row": round(size / rows, 1)}

    def by_processor(spent: Spent) -> dict[str, float]:
        """On SQLite the database works in this process; PostgreSQL's work is not seen here."""
        if connection.vendor != "sqlite":
            return {}
        leanest = min(found.processor for name, found in told.items() if name != "sqlite3_import")
        return {"load_ratio_by_processor": round(leanest / spent.processor, 2)}

    for name, description in (("plain", PLAIN), *((("sealed", SEALED),) if sealed else ())):
        found = _store(name, description, file, bare)
        took, look = _side_by_side(found["look"], bare.look, keys)
        yield {
            name: {
                "load_s": _shown(found["spent"]),
                "rows_per_second": round(rows / found["spent"].wall),
                "load_ratio": round(fastest.wall / found["spent"].wall, 2),
                **by_processor(found["spent"]),
                "bytes_per_row": round(found["size"] / rows, 1),
                "size_ratio": round(found["size"] / size, 2),
                "look_us": took,
                "bare_look_us": look,
                "look_p99_ratio": round(took["p99"] / look["p99"], 2),
                "peak_mb": _peak_mb(),
            }
        }
        if name == "plain":
            yield {"again": _again(home, file, rows)}
        found["remove"]()


def _store(resource: str, description: Mapping[str, Any], file: Path, bare: Any) -> dict[str, Any]:
    from onewindow.modules.exchange import services
    from onewindow.modules.exchange.records import stores, tables
    from onewindow.plumbing.actors import Actor

    actor = Actor.system("bench")
    services.describe_records(resource=resource, description=description, actor=actor, now=NOW)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak of memory counts from here
    with (spent := Spent()):
        loaded = services.load_records(resource=resource, file=file, actor=actor, now=NOW)
    assert (loaded.refused, loaded.added) == (0, loaded.rows)
    store = stores.store_of(resource)

    def remove() -> None:
        for name in (store.table, f"{store.table}_before"):
            tables.drop(name)

    return {
        "spent": spent,
        "size": bare.size(store.table),
        "look": lambda key: stores.find(store, {"resident-id": key}),
        "remove": remove,
        "peak_mb": _peak_mb(),
    }


def _again(home: Path, file: Path, rows: int) -> dict[str, Any]:
    """Load a tenth of the records once more, half of them changed; then the whole file again."""
    from onewindow.modules.exchange import services
    from onewindow.plumbing.actors import Actor

    part, actor, count = home / "part.csv", Actor.system("bench"), max(rows // 10, 1)
    with file.open(encoding="utf-8", newline="") as read, part.open("w", encoding="utf-8", newline="") as out:
        rows_in, writer = csv.reader(read), csv.writer(out)
        writer.writerow(next(rows_in))
        for place, row in zip(range(count), rows_in, strict=False):
            writer.writerow([*row[:6], "999" if place % 2 else row[6], row[7]])
    began = time.perf_counter()
    loaded = services.load_records(resource="plain", file=part, actor=actor, now=NOW)
    took = time.perf_counter() - began
    began = time.perf_counter()
    known = services.load_records(resource="plain", file=file, actor=actor, now=NOW)
    assert known.known_at is not None
    return {
        "upsert_rows": loaded.rows,
        "changed": loaded.changed,
        "upsert_s": round(took, 2),
        "upserts_per_second": round(loaded.rows / took),
        "same_file_s": round(time.perf_counter() - began, 2),
    }


class _Sqlite:
    """The same rows in a bare table of a database of its own, with the settings of an installation."""

    def __init__(self, home: Path) -> None:
        self.path = home / "bare.sqlite3"
        self.home = home
        self.open = self._opened(self.path)

    def _opened(self, path: Path) -> sqlite3.Connection:
        opened = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -16000"):
            opened.execute(f"PRAGMA {setting}")
        return opened

    def load(self, rows: int) -> dict[str, Spent]:
        later = self._filled("bare", SQLITE, rows, "CREATE UNIQUE INDEX bare_key ON bare (key)")
        if rows > MANY:
            return {"index_after": later}
        declared = self._filled("declared", f"{SQLITE}, PRIMARY KEY (key)", rows)
        self.open.execute("DROP TABLE declared")
        return {"key_declared": declared, "index_after": later, **self._imported(rows)}

    def _filled(self, name: str, columns: str, rows: int, after: str = "") -> Spent:
        spent = Spent()
        self.open.execute(f"CREATE TABLE {name} ({columns})")
        self.open.execute("BEGIN")
        for table in made(rows):
            prepared = list(zip(*_plain(table), strict=True))
            with spent:
                self.open.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", prepared)  # noqa: S608  (our own name)
        with spent:
            if after:
                self.open.execute(after)
            self.open.execute("COMMIT")
        return spent

    def _imported(self, rows: int) -> dict[str, Spent]:
        program = shutil.which("sqlite3")
        if program is None:
            return {}
        path, file = self.home / "import.sqlite3", self.home / "import.csv"
        with pa_csv.CSVWriter(
            str(file), pa.schema([(str(place), kind) for place, kind in enumerate(_KINDS)]), write_options=_headless()
        ) as out:
            for table in made(rows):
                out.write_table(pa.table({str(place): array for place, array in enumerate(_arrays(table))}))
        script = f"PRAGMA journal_mode = WAL;\nCREATE TABLE bare ({SQLITE}, PRIMARY KEY (key));\n.mode csv\n.import {file} bare\n"
        with (spent := Spent()):
            subprocess.run([program, str(path)], input=script, text=True, check=True, stdout=subprocess.DEVNULL)
        for left in (path, file):
            left.unlink()
        return {"sqlite3_import": spent}

    def size(self, table: str = "") -> int:
        """Return what a table and its key take; the bare one's without a name."""
        if not table:
            return self._bytes(self.open, "bare")
        from django.db import connection

        connection.ensure_connection()
        return self._bytes(connection.connection, table)

    def _bytes(self, opened: Any, table: str) -> int:
        return int(opened.execute("SELECT sum(pgsize) FROM dbstat WHERE name IN (?, ?)", (table, f"{table}_key")).fetchone()[0])

    def look(self, key: str) -> object:
        return self.open.execute("SELECT * FROM bare WHERE key = ?", (key,)).fetchone()

    def remove(self) -> None:
        self.open.close()
        for left in self.home.glob("bare.sqlite3*"):
            left.unlink()


class _Postgres:
    """The same rows in a bare table of the same database."""

    def __init__(self, _home: Path) -> None:
        from django.db import connection

        connection.ensure_connection()
        self.cursor = connection.connection.cursor()

    def load(self, rows: int) -> dict[str, Spent]:
        later = self._filled("bare", POSTGRES, rows, "CREATE UNIQUE INDEX bare_key ON bare (key)")
        if rows > MANY:
            return {"index_after": later}
        declared = self._filled("declared", f"{POSTGRES}, PRIMARY KEY (key)", rows)
        self.cursor.execute("DROP TABLE declared")
        return {"key_declared": declared, "index_after": later}

    def _filled(self, name: str, columns: str, rows: int, after: str = "") -> Spent:
        spent = Spent()
        self.cursor.execute(f"CREATE TABLE {name} ({columns})")
        with spent_transaction(self.cursor.connection, spent):
            for table in made(rows):
                prepared = io.BytesIO()
                pa_csv.write_csv(table, prepared, _headless())
                with spent, self.cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
                    copy.write(prepared.getbuffer())
            if after:
                with spent:
                    self.cursor.execute(after)
        return spent

    def size(self, table: str = "bare") -> int:
        self.cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [table])
        return int(self.cursor.fetchone()[0])

    def look(self, key: str) -> object:
        self.cursor.execute("SELECT * FROM bare WHERE key = %s", [key])
        return self.cursor.fetchone()

    def remove(self) -> None:
        self.cursor.execute("DROP TABLE bare")


@contextmanager
def spent_transaction(connection: Any, spent: Spent) -> Iterator[None]:
    """A transaction whose commit counts."""
    connection.execute("BEGIN")
    yield
    with spent:
        connection.execute("COMMIT")


_KINDS = (pa.string(), pa.string(), pa.int32(), pa.string(), pa.string(), pa.int8(), pa.int64(), pa.float64())


def _arrays(table: pa.Table) -> list[Any]:
    return [column.combine_chunks().cast(kind) for column, kind in zip(table.columns, _KINDS, strict=True)]


def _plain(table: pa.Table) -> list[list[Any]]:
    return [array.to_pylist() for array in _arrays(table)]


def _headless() -> Any:
    return pa_csv.WriteOptions(include_header=False)


def _keys(rows: int) -> list[str]:
    chance = random.Random(3)
    wanted = {chance.randrange(rows) for _ in range(LOOKS)}
    keys: list[str] = []
    for number, table in enumerate(made(rows)):
        inside = [place - number * SLICE for place in wanted if number * SLICE <= place < (number + 1) * SLICE]
        keys += table.column("resident-id").combine_chunks().take(pa.array(inside, pa.int64())).to_pylist()
    chance.shuffle(keys)
    return keys


def _side_by_side(ours: Callable[[str], object], bare: Callable[[str], object], keys: Sequence[str]) -> list[dict[str, float]]:
    """Look each key up both ways, one after the other in changing order; the first half only warms what stays in memory."""
    took: tuple[list[float], list[float]] = ([], [])
    for number, key in enumerate(keys):
        for which in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            found = (ours, bare)[which](key)
            took[which].append((time.perf_counter() - began) * 1e6)
            assert found is not None
    cuts = [statistics.quantiles(half[len(half) // 2 :], n=100) for half in took]
    return [{"p50": round(cut[49], 1), "p99": round(cut[98], 1)} for cut in cuts]


def _shown(spent: Spent) -> list[float]:
    return [round(spent.wall, 2), round(spent.processor, 2)]


def _peak_mb() -> int:
    found = re.search(r"VmHWM:\s*([0-9]+)", Path("/proc/self/status").read_text(encoding="ascii"))
    return round(int(found[1]) / 1024) if found else 0


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=3_000_000)
    arguments.add_argument("--only", choices=["sqlite", "postgresql"], help="leave the other database out")
    arguments.add_argument("--plain", action="store_true", help="leave out the same records with their personal columns sealed")
    arguments.add_argument("--database-url", help="measure on this PostgreSQL, in a database that may be written to")
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.inside:
        for found in measure(given.rows, Path(os.environ["ONEWINDOW_HOME"]), sealed=not given.plain):
            print(json.dumps(found), flush=True)
        return 0
    told = ["--rows", str(given.rows), *(["--plain"] if given.plain else [])]
    return measure_on_both(__file__, *told, url=given.database_url, only=given.only)


if __name__ == "__main__":
    sys.exit(main())
