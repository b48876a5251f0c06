"""Logging reads: how many a second are durable in the store of accesses, against bare SQL inserts with the same durability in the same run.

python bench/accesses.py                  3,000 reads by 1, 4, 16 and 64 readers
python bench/accesses.py --reads 30000
"""

import argparse
import json
import os
import sqlite3
import statistics
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.installation import measure_apart

NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
READERS = (1, 4, 16, 64)


def bare(home: Path, count: int) -> float:
    """Return how many rows of the same width a second plain SQL makes durable, one by one."""
    store = sqlite3.connect(home / "bare.sqlite3", isolation_level=None)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = FULL")
    store.execute("CREATE TABLE look (id INTEGER PRIMARY KEY, at TEXT, actor TEXT, what TEXT, subject TEXT, persons TEXT)")
    row = (NOW.isoformat(), UUID(int=1).hex, "cases.case", UUID(int=2).hex, json.dumps({str(UUID(int=3)): []}))
    began = time.perf_counter()
    for _ in range(count):
        store.execute("INSERT INTO look (at, actor, what, subject, persons) VALUES (?, ?, ?, ?, ?)", row)
    return count / (time.perf_counter() - began)


def logged(readers: int, count: int) -> tuple[float, float]:
    """Return (reads a second, the milliseconds that the median read waits) where so many threads read at once."""
    from django.db import connections

    from onewindow.plumbing import accesses
    from onewindow.plumbing.actors import Actor

    waits: list[float] = []

    def live(place: int) -> None:
        actor = Actor(kind="officer", id=UUID(int=place + 1), organisation="market-regulation")
        for number in range(count // readers):
            person, began = UUID(int=number), time.perf_counter()
            accesses.read(actor=actor, what="cases.case", subject_kind="case", subject_id=person, persons=[person], case=person, at=NOW)
            waits.append(time.perf_counter() - began)
        connections.close_all()

    threads = [threading.Thread(target=live, args=(place,)) for place in range(readers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(waits) / (time.perf_counter() - began), statistics.median(waits) * 1000


def measure(home: Path, count: int) -> dict[str, Any]:
    import django

    django.setup()

    from onewindow.cli.migrate import apply_migrations

    apply_migrations()
    logged(1, 20)
    plain = bare(home, max(200, count // 4))
    rows = []
    for readers in READERS:
        rate, wait = logged(readers, count)
        rows.append(
            {"readers": readers, "reads_per_second": round(rate), "wait_ms_median": round(wait, 2), "ratio": round(rate / plain, 2)}
        )
    return {"bare_inserts_per_second": round(plain), "group_commit": rows}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--reads", type=int, default=3000)
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.inside:
        print(json.dumps(measure(Path(os.environ["ONEWINDOW_HOME"]), given.reads)))
        return 0
    return measure_apart(__file__, *sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
