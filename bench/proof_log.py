"""The proof log as it grows: numbering, proofs and filing a case at several sizes; the offline check against bare hashing in the same run.

python bench/proof_log.py                              100,000 entries, on SQLite as an installation has it, then on PostgreSQL
python bench/proof_log.py --entries 10000000
python bench/proof_log.py --database-url postgresql://…
"""

import argparse
import hashlib
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import submit
from bench.installation import measure_on_both

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
AT_ONCE = 20_000
OFFICERS = 1000
TRIES = 40
CHECK = """
import re, runpy, sys, time
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    print(time.process_time(), re.search(r"VmHWM:\\s*([0-9]+)", open("/proc/self/status").read())[1])
"""
"""Runs the verifier and tells its processor time and its largest size. Unit: seconds, kB."""
Filing = Callable[[], None]


def measure(count: int) -> Iterator[dict[str, Any]]:
    """Let the log grow to so many entries and yield what was found at a hundredth, a tenth and all of them; last, the check of all."""
    import django

    django.setup()
    from onewindow.cli.migrate import apply_migrations

    apply_migrations()
    empty, filing = _bytes_on_disk(), _filing(4 * TRIES)
    for size in (count // 100, count // 10, count):
        numbering = _grow(size)
        yield {"entries": size, "number_ms": _ms(numbering), **_live(), **_proving(), **_cases(filing, numbering)}
    taken = _bytes_on_disk() - empty
    yield {
        "disk_gb": round(taken / 1e9, 2),
        "disk_bytes_per_entry": round(taken / count),
        "writer_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        **_offline(),
    }


def _grow(size: int) -> float:
    """Add entries and number them until the log has `size`; return what numbering one took in the last batches. Unit: seconds."""
    from onewindow.plumbing import proof_log
    from onewindow.plumbing.models import AuditEntry

    chance = random.Random(size)
    proof_log.sequence_all(now=NOW)
    newest = proof_log.head()
    have = newest.size if newest else 0
    while size - have > 2 * AT_ONCE:
        _load(have, chance)
        have += AT_ONCE
    AuditEntry.objects.bulk_create([_entry(AuditEntry, chance) for _ in range(size - have)], batch_size=2000)
    return _timed(lambda: proof_log.sequence_all(now=NOW)) / (size - have)


def _load(size: int, chance: random.Random) -> None:
    """Put entries into a log of `size` as its sequencer would, but numbered at once and by bare SQL: 10 million come in minutes."""
    from django.db import connection, transaction

    from onewindow.domain import proof
    from onewindow.plumbing import proof_log
    from onewindow.plumbing.models import AuditEntry, ProofHead

    first = (AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    entry, texts, rows, lite = _entry(AuditEntry, chance), [], [], connection.vendor == "sqlite"
    at, details = str(NOW.replace(tzinfo=None)) if lite else NOW, json.dumps(entry.details)
    for number in range(AT_ONCE):
        entry.pk, entry.actor_id, entry.subject_id = first + number, _officer(chance), _case(chance)
        texts.append(proof_log.entry_text(entry))
        rows.append((
            entry.pk, at, entry.actor_kind, entry.actor_id.hex if lite else entry.actor_id, entry.actor_name, entry.organisation,
            entry.action, entry.subject_kind, entry.subject_id, details, size + number,
        ))  # fmt: skip
    tiles = {**proof.appended(proof_log.tile, size, [proof.leaf_hash(text) for text in texts]), **proof_log._bundles(size, texts)}
    table, columns = AuditEntry._meta.db_table, ", ".join(f'"{field.column}"' for field in AuditEntry._meta.concrete_fields)
    with transaction.atomic(), connection.cursor() as cursor:
        if lite:
            marks = ", ".join("?" * len(rows[0]))
            connection.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608  (our own names)
        else:
            with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + AT_ONCE - 1])
        proof_log._keep(tiles)
        size += AT_ONCE
        ProofHead.objects.create(size=size, note=proof_log._signed(size, proof.tree_root(proof_log.tile, size)), at=NOW)


def _entry(model: Any, chance: random.Random) -> Any:
    """Return an act as an officer's day brings it: few officers, cases in no order."""
    return model(
        at=NOW, actor_kind="officer", actor_id=_officer(chance), actor_name="", organisation="market-regulation",
        action="cases.accept", subject_kind="case", subject_id=_case(chance),
        details={"step": "check-the-kitchen"},
    )  # fmt: skip


def _officer(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.randrange(OFFICERS))


def _case(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def _live() -> dict[str, Any]:
    """Number one act at a time, as it is where little happens: a head is signed for each."""
    from onewindow.plumbing import proof_log
    from onewindow.plumbing.models import AuditEntry

    chance, took = random.Random(2), []
    for _ in range(TRIES):
        _entry(AuditEntry, chance).save()
        took.append(_timed(lambda: proof_log.sequence(now=NOW)))
    return {"number_one_alone_ms": _ms(statistics.median(took))}


def _proving() -> dict[str, Any]:
    """Prove entries and earlier heads, and check each proof."""
    from onewindow.domain import proof
    from onewindow.plumbing import proof_log

    newest = proof_log.head()
    assert newest is not None
    size, root = newest.size, proof.read_note(newest.note).checkpoint.root
    chance = random.Random(1)
    places, earlier = [chance.randrange(size) for _ in range(5 * TRIES)], [chance.randrange(1, size) for _ in range(5 * TRIES)]
    for place in places[:20]:
        leaf, path, _ = proof_log.inclusion(place)
        proof.verify_inclusion(leaf, place, size, root, path)
    for old in earlier[:20]:
        path = proof.consistency_proof(cache(proof_log.tile), old, size)
        proof.verify_consistency(old, size, proof.tree_root(proof_log.tile, old), root, path)
    return {
        **_spread("inclusion", [partial(proof_log.inclusion, place) for place in places]),
        **_spread("consistency", [partial(proof.consistency_proof, cache(proof_log.tile), old, size) for old in earlier]),
    }


def _spread(name: str, acts: list[Callable[[], object]]) -> dict[str, float]:
    """Return best, median and worst by the clock, and the median of this process's own work."""
    took, worked = [], []
    for act in acts:
        began = time.process_time()
        took.append(_timed(act))
        worked.append(time.process_time() - began)
    found = {"best": min(took), "median": statistics.median(took), "worst": max(took), "processor": statistics.median(worked)}
    return {f"{name}_{which}_ms": _ms(seconds) for which, seconds in found.items()}


def _filing(count: int) -> Filing:
    """Prepare drafts and return what files the next of them."""
    from onewindow.modules.cases import selectors, services

    actor, drafts = submit.prepare(count)
    promised = sorted({row.type for row in selectors.draft_page(draft_id=drafts[0], actor=actor).commitments})
    waiting = iter(drafts)

    def file() -> None:
        services.file_case(draft_id=next(waiting), idempotency_key=uuid.uuid4().hex, declared=True, promised=promised, actor=actor, now=NOW)

    return file


def _cases(file: Filing, numbering: float) -> dict[str, Any]:
    """File cases beside the log; tell what share of it numbering their entries is."""
    from onewindow.plumbing.models import AuditEntry

    last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True)
    before, took = last[0], statistics.median(_timed(file) for _ in range(TRIES))
    entries = (last[0] - before) / TRIES
    return {"filing_ms": _ms(took), "entries_of_a_filing": entries, "append_percent": round(100 * entries * numbering / took, 2)}


def _offline() -> dict[str, Any]:
    """Export the log and check it in a process of its own, as others would."""
    from onewindow.plumbing import proof_log

    proof_log.sequence_all(now=NOW)
    with tempfile.TemporaryDirectory(prefix="onewindow-log-") as folder:
        began = time.perf_counter()
        count = proof_log.export(Path(folder))
        exported = time.perf_counter() - began
        command = [sys.executable, "-c", CHECK, str(ROOT / "docs" / "verify_log.py"), folder, "--key", proof_log.verifier_key()]
        began = time.perf_counter()
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        checked = time.perf_counter() - began
        text = b"".join(path.read_bytes() for path in sorted((Path(folder) / "tile" / "entries").rglob("*"))[:400] if path.is_file())
    sample = text[:256_000]
    bare = _timed(lambda: [hashlib.sha256(sample[start : start + 256]).digest() for start in range(0, len(sample), 256)])
    bare_rate = len(sample) / 256 / bare
    return {
        "exported_per_second": round(count / exported),
        "checked_per_second": round(count / checked),
        "checked_per_second_of_processor": round(count / float(told[-1].split()[0])),
        "checker_peak_mb": round(int(told[-1].split()[1]) / 1024),
        "bare_sha256_per_second": round(bare_rate),
        "ratio_check": round(count / checked / bare_rate, 3),
    }


def _bytes_on_disk() -> int:
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "sqlite":
        return sum(path.stat().st_size for path in Path(settings.DATABASES["default"]["NAME"]).parent.glob("onewindow.sqlite3*"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--entries", type=int, default=100_000)
    arguments.add_argument("--database-url", help="measure on this PostgreSQL, in a database that may be written to")
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.inside:
        for found in measure(given.entries):
            print(json.dumps(found), flush=True)
        return 0
    return measure_on_both(__file__, "--entries", str(given.entries), url=given.database_url)


if __name__ == "__main__":
    sys.exit(main())
