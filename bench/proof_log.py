"""The proof log: adding to it, proving an entry of it, and checking it offline, against bare hashing of the same bytes in the same run.

python bench/proof_log.py                 100,000 entries
python bench/proof_log.py --entries 10000000
"""

import argparse
import hashlib
import json
import os
import random
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
AT_ONCE = 20_000


def measure(count: int) -> dict[str, Any]:
    """Write, number, prove and check so many entries. Unit: as the names say."""
    import django

    django.setup()
    from django.db import connection

    from onewindow.cli.migrate import apply_migrations
    from onewindow.domain import proof
    from onewindow.plumbing import proof_log
    from onewindow.plumbing.models import AuditEntry

    apply_migrations()
    numbering = 0.0
    for first in range(0, count, AT_ONCE):
        AuditEntry.objects.bulk_create(
            [
                AuditEntry(
                    at=NOW, actor_kind="officer", actor_id=UUID(int=number), actor_name="", organisation="market-regulation",
                    action="cases.accept", subject_kind="case", subject_id=str(UUID(int=number)), details={"step": number},
                )
                for number in range(first, min(first + AT_ONCE, count))
            ],
            batch_size=2000,
        )  # fmt: skip
        began = time.perf_counter()
        proof_log.sequence_all(now=NOW)
        numbering += time.perf_counter() - began
    newest = proof_log.head()
    assert newest is not None
    root = proof.read_note(newest.note).checkpoint.root
    chance, proving = random.Random(1), []
    for place in [chance.randrange(count) for _ in range(200)]:
        began = time.perf_counter()
        leaf, path, _ = proof_log.inclusion(place)
        proving.append(time.perf_counter() - began)
        proof.verify_inclusion(leaf, place, count, root, path)
    with tempfile.TemporaryDirectory(prefix="onewindow-log-") as folder:
        proof_log.export(Path(folder))
        verifier = runpy.run_path(str(ROOT / "docs" / "verify_log.py"))
        began = time.perf_counter()
        verifier["verify"](Path(folder), proof_log.verifier_key(), [], [])
        checking = time.perf_counter() - began
        texts = b"".join(path.read_bytes() for path in sorted((Path(folder) / "tile" / "entries").rglob("*"))[:400] if path.is_file())
    sample = texts[:256_000]
    began = time.perf_counter()
    for start in range(0, len(sample), 256):
        hashlib.sha256(sample[start : start + 256]).digest()
    bare = (len(sample) // 256) / (time.perf_counter() - began)
    return {
        "database": connection.vendor,
        "entries": count,
        "number_ms_per_entry": round(numbering / count * 1000, 4),
        "proof_ms_median": round(statistics.median(proving) * 1000, 2),
        "proof_ms_worst": round(max(proving) * 1000, 2),
        "checked_per_second": round(count / checking),
        "bare_sha256_per_second": round(bare),
        "ratio_check": round(count / checking / bare, 3),
    }


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--entries", type=int, default=100_000)
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.inside:
        print(json.dumps(measure(given.entries)))
        return 0
    with tempfile.TemporaryDirectory(prefix="onewindow-bench-") as home:
        environment = {
            **os.environ,
            "ONEWINDOW_HOME": home,
            "ONEWINDOW_DATABASE_URL": f"sqlite://{home}/onewindow.sqlite3",
            "DJANGO_SETTINGS_MODULE": "onewindow.config.settings",
            "ONEWINDOW_LOG_LEVEL": "ERROR",
        }
        return subprocess.run(
            [sys.executable, __file__, "--inside", "--entries", str(given.entries)], env=environment, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
