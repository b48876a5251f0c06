"""A question through the exchange against the same HTTP call made directly, by turns in the same run; the source takes 20 ms.

The question is the dearest there is: of an officer (two quotas), about a conditional resource (a consent), both lines signed and durable.
“floor” is the direct call with a durable page before and after it: what a log as durable costs here at the very least.

python bench/exchange.py                            SQLite as an installation has it, then PostgreSQL
python bench/exchange.py --queries 5000 --threads 8
python bench/exchange.py --database-url postgresql://…
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.installation import measure_on_both

CATALOGUE = Path(__file__).resolve().parents[1] / "scenarios" / "restaurant" / "catalogue"
LATENCY_SECONDS = 0.02
NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
MATTER = UUID(int=9)
NUMBER = "YJTJ-2026-1147"
ANSWER = json.dumps({"number": NUMBER, "staff": {"count": 7}, "valid": "2027-01-31"}).encode()
Call = Callable[[], object]


async def source() -> None:
    """Play a register that takes its 20 milliseconds, over real HTTP with kept connections, in a process of its own."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(ANSWER)}\r\n\r\n".encode()
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(LATENCY_SECONDS)
                writer.write(head + ANSWER)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


@contextmanager
def running_source() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, __file__, "--source"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "the source did not say where it listens"
        yield found[0]
    finally:
        process.terminate()
        process.wait(timeout=10)


def prepare(url: str) -> Call:
    """Load catalogue, connector, grant and consent; return one question of an officer."""
    import django

    django.setup()

    from onewindow.cli.migrate import apply_migrations
    from onewindow.modules.catalogue import services as catalogue
    from onewindow.modules.exchange import services
    from onewindow.plumbing.actors import Actor

    apply_migrations()
    system, fields = Actor.system("bench"), ["staff-count", "certificates-valid-until"]
    resource = "health-certificate-register"
    catalogue.load_catalogue(files=[(path.name, path.read_bytes()) for path in sorted(CATALOGUE.glob("*.yaml"))], actor=system, now=NOW)
    connector = {
        "resource": resource,
        "url": f"{url}/certificates/{{health-check-number}}",
        "gives": {"health-check-number": "number", "staff-count": "staff.count", "certificates-valid-until": "valid"},
    }
    services.load_connectors(connectors=[connector], actor=system, now=NOW)
    grant = {"organisation": "service-centre", "purposes": ["case"], "from": date(2026, 1, 1), "a_day": 10**8, "an_officer_a_day": 10**8}
    services.load_grants(grants=[{"resource": resource, "fields": fields, **grant}], actor=system, now=NOW)
    person = Actor(kind="person", id=UUID(int=8))
    services.give_consents(person=person.known_id, matter=MATTER, resources=[resource], actor=person, now=NOW)
    officer = Actor(kind="officer", id=UUID(int=7), organisation="service-centre", roles=frozenset({"officer"}))

    def ask() -> object:
        return services.query(
            resource=resource,
            keys={"health-check-number": NUMBER},
            fields=fields,
            purpose="case",
            subject_kind="case",
            subject_id=MATTER,
            services=["staff-health-check"],
            actor=officer,
            now=NOW,
        )

    return ask


def by_turns(calls: dict[str, Call], count: int) -> dict[str, list[float]]:
    """Return the milliseconds of each call, made one after another so that a busy moment of the machine meets all alike."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(count):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            taken[name].append((time.perf_counter() - began) * 1000)
    return taken


def at_once(call: Call, threads: int, count: int) -> dict[str, float]:
    """Return what so many threads get through together."""
    from django.db import connections

    waits: list[float] = []

    def live() -> None:
        for _ in range(count // threads):
            began = time.perf_counter()
            call()
            waits.append((time.perf_counter() - began) * 1000)
        connections.close_all()

    running = [threading.Thread(target=live) for _ in range(threads)]
    began = time.perf_counter()
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    spent = time.perf_counter() - began
    return {"a_second": round(len(waits) / spent), **percentiles(waits)}


def durable_page(home: Path) -> Call:
    """Return a write of one page that is durable when it returns: what each of the two commits of a question costs at least."""
    file = os.open(home / "floor", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def write() -> None:
        os.write(file, b"x" * 4096)
        os.fdatasync(file)

    return write


def processor(call: Call, count: int = 200) -> float:
    """Return the milliseconds of our own process's work in one call, whatever else the machine does."""
    began = time.process_time()
    for _ in range(count):
        call()
    return round((time.process_time() - began) * 1000 / count, 2)


def percentiles(taken: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(taken, n=100, method="inclusive")
    return {"p50_ms": round(cuts[49], 2), "p99_ms": round(cuts[98], 2)}


def measure(home: Path, count: int, threads: int) -> dict[str, Any]:
    import httpx

    load = round(os.getloadavg()[0], 1)
    with running_source() as url, httpx.Client(trust_env=False) as client:
        ask, page = prepare(url), durable_page(home)

        def direct() -> object:
            return client.get(f"{url}/certificates/{NUMBER}").raise_for_status().json()

        calls: dict[str, Call] = {
            "direct": direct,
            "exchange": ask,
            "floor": lambda: (page(), direct(), page()),
            "page": page,
        }
        by_turns(calls, 50)
        told = {name: percentiles(taken) for name, taken in by_turns(calls, count).items()}
        bare, asked, floor = told["direct"], told["exchange"], told["floor"]
        return {
            **told,
            "processor": {name: processor(calls[name]) for name in ("direct", "exchange")},
            "added": {name: round(asked[name] - bare[name], 2) for name in bare},
            "ratio": {name: round(asked[name] / bare[name], 3) for name in bare},
            "of the floor": {name: round(asked[name] / floor[name], 3) for name in bare},
            **{f"{name} by {threads}": at_once(calls[name], threads, count) for name in ("direct", "exchange")},
            "load": {"begin": load, "end": round(os.getloadavg()[0], 1)},
        }


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--queries", type=int, default=2000)
    arguments.add_argument("--threads", type=int, default=8)
    arguments.add_argument("--database-url", help="a PostgreSQL that is already running")
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments.add_argument("--source", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.source:
        asyncio.run(source())
    if given.inside:
        for name, row in measure(Path(os.environ["ONEWINDOW_HOME"]), given.queries, given.threads).items():
            print(f"  {name:<14} {'  '.join(f'{what} {figure}' for what, figure in row.items())}")
        return 0
    return measure_on_both(__file__, "--queries", str(given.queries), "--threads", str(given.threads), url=given.database_url)


if __name__ == "__main__":
    sys.exit(main())
