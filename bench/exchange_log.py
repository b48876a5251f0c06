"""The log of questions to registers: made, stamped and exported, then checked offline against the bare signature checks of the same run.

python bench/exchange_log.py                       20,000 questions
python bench/exchange_log.py --queries 940000
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
AT_ONCE = 5_000
CHECK = """
import re, runpy, sys, time
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    print(time.process_time(), re.search(r"VmHWM:\\s*([0-9]+)", open("/proc/self/status").read())[1])
"""
"""Runs the verifier and tells its processor time and its largest size. Unit: seconds, kB."""


def measure(count: int, home: Path, tsa: str) -> dict[str, Any]:
    """Make so many exchanges and tell what their log costs. Unit of times: seconds; of the check and its yardstick: of processor time."""
    os.environ |= {"ONEWINDOW_HOME": str(home), "ONEWINDOW_DATABASE_URL": f"sqlite://{home}/onewindow.sqlite3"}
    os.environ |= {
        "ONEWINDOW_TSA_URL": f"{tsa}/tsa",
        "ONEWINDOW_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "onewindow.config.settings",
    }
    import django
    import httpx

    os.environ["ONEWINDOW_TSA_ROOT"] = httpx.get(f"{tsa}/tsa/root.pem", trust_env=False).text
    django.setup()
    from onewindow.cli.migrate import apply_migrations
    from onewindow.modules.exchange import services
    from onewindow.plumbing.actors import Actor

    apply_migrations()
    actor, folder = Actor.system("bench"), home / "export"
    found: dict[str, Any] = {"queries": count, "make_s": _seconds(lambda: _make(count))}
    found["stamp_s"] = _seconds(lambda: _until_none_is_left(lambda: services.stamp_queries(actor=actor, now=NOW)))
    found["export_s"] = _seconds(lambda: services.export_log(folder=folder, actor=actor, now=NOW))
    size = sum(path.stat().st_size for path in (folder / "segments").iterdir())
    bare = _bare(folder, 0)
    check = [sys.executable, "-c", CHECK, str(ROOT / "docs" / "verify_exchange.py"), str(folder)]
    *said, last = subprocess.run(check, capture_output=True, text=True, check=True).stdout.splitlines()
    seconds, peak = last.split()
    if f"{count:,} exchanges" not in said[0]:
        raise SystemExit(f"the check says: {said}")
    bare += _bare(folder, 1)
    return {
        **{name: round(value, 1) for name, value in found.items()},
        "bytes_per_query": round(size / count),
        "verify_s": round(float(seconds), 2),
        "verify_peak_mb": round(int(peak) / 1024),
        "bare_s": round(bare, 2),
        "ratio": round(float(seconds) / bare, 3),
    }


def _make(count: int) -> None:
    """Write questions and answers as the exchange does, many in one statement."""
    from onewindow.domain.exchange import messages as lines
    from onewindow.modules.exchange import messages
    from onewindow.modules.exchange.models import Query
    from onewindow.plumbing import bulk

    sign = messages.signing_key().sign

    def row(place: int) -> dict[str, Any]:
        uid, person, matter, at = uuid4(), uuid4(), uuid4(), NOW + timedelta(seconds=place)
        shown = {"resource": "population-register", "fields": ["full-name", "home-address"], "purpose": "prefill"}
        request = lines.request_line(
            message=str(uid),
            at=at,
            by={"kind": "person", "id": str(person), "organisation": "service-centre"},
            subject={"kind": "draft", "id": str(matter)},
            services=["food-business-licence"],
            grants=[str(uuid4())],
            key=os.urandom(32).hex(),
            **shown,  # type: ignore[arg-type]  # each of its own type
        )
        response = lines.response_line(
            request=request, at=at, outcome="answered", fields=["full-name", "home-address"], body=os.urandom(32).hex(), duration_ms=21
        )
        said = {"uid": uid, "at": at, "actor_kind": "person", "actor_id": person, "organisation": "service-centre", "subject_id": matter}
        signed = {"request": request, "request_signature": sign(request), "response": response, "response_signature": sign(response)}
        return {**said, **shown, **signed, "outcome": "answered", "duration_ms": 21, "stamp_id": None}

    from django.db import transaction

    for start in range(0, count, AT_ONCE):
        with transaction.atomic():
            bulk.insert_values(Query, [row(place) for place in range(start, min(start + AT_ONCE, count))])


def _until_none_is_left(stamp: Callable[[], int]) -> None:
    while stamp():
        pass


def _bare(folder: Path, half: int) -> float:
    """Return what the signature checks of every other batch alone take. Unit: seconds of processor time."""
    from onewindow.domain.exchange import verify

    key, spent = verify.read_key(folder / "key.pem"), 0.0
    check = key.verify
    for pairs in _pairs(folder, half):
        began = time.process_time()
        for signature, message in pairs:
            check(signature, message)
        spent += time.process_time() - began
    return spent


def _pairs(folder: Path, half: int) -> Iterator[list[tuple[bytes, bytes]]]:
    """Yield signatures with what they sign, every other batch at a time."""
    from onewindow.domain.exchange import verify

    for path in verify.segments(folder):
        for batch, exchanges in verify.batches(path):
            pairs = [pair for parts in exchanges for pair in ((parts[1], parts[0]), (parts[3], parts[2]))]
            if batch.stamp % 2 == half:
                yield pairs


def _seconds(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=20_000)
    given = parser.parse_args()
    sources = [sys.executable, "-m", "onewindow_sources", "--port", "0", "--key", "bench"]
    sources += ["--data", str(ROOT / "scenarios" / "restaurant" / "registers")]
    playing = subprocess.Popen(
        sources, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    try:
        where = re.search(r"http://\S+", playing.stdout.readline() if playing.stdout else "")
        if where is None:
            raise SystemExit("the sources did not start")
        with tempfile.TemporaryDirectory(prefix="onewindow-bench-") as folder:
            print(json.dumps(measure(given.queries, Path(folder), where[0]), indent=1))
    finally:
        playing.terminate()
        playing.wait()


if __name__ == "__main__":
    main()
