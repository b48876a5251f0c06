"""What a page waits for the measured durations of its services, with 10,000 and with 1,000,000 decided cases.

python bench/durations.py            on SQLite, then on PostgreSQL
python bench/durations.py --cases 10000
"""

import argparse
import json
import statistics
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.installation import measure_on_both
from bench.submit import NOW, prepare

TRIES = 30
SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last})",
    "postgresql": "WITH s AS (SELECT n FROM generate_series({first}, {last}) AS n)",
}
IDS = {"sqlite": "printf('%%032x', n)", "postgresql": "CAST(lpad(to_hex(n), 32, '0') AS uuid)"}
DAYS = {
    "sqlite": "datetime('2026-03-13 01:30:00', '-' || ({ago}) || ' days')",
    "postgresql": "timestamptz '2026-03-13 01:30:00+00' - ({ago}) * interval '1 day'",
}


def measure(sizes: list[int]) -> None:
    """File one case, copy it in the database until there are so many, each with one decided service, and read the measures."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from onewindow.cli.migrate import apply_migrations
    from onewindow.modules.cases import models, selectors, services

    apply_migrations()
    applicant, drafts = prepare(1)
    promised = sorted({row.type for row in selectors.draft_page(draft_id=drafts[0], actor=applicant).commitments})
    filed = services.file_case(draft_id=drafts[0], idempotency_key="bench", declared=True, promised=promised, actor=applicant, now=NOW)
    names = list(models.CaseService.objects.filter(case=filed.case_id).order_by("pk").values_list("service", flat=True))
    have = 0
    for size in sizes:
        _copy(filed.case_id, names, have + 1, size)
        have = size
        read = partial(selectors.measured, services=names, now=NOW + timedelta(days=1))
        with CaptureQueriesContext(connection) as asked:
            found = read()
        took = [_timed(read) for _ in range(TRIES)]
        told = {"cases": size, "services": len(found), "queries": len(asked)}
        print(json.dumps({**told, "best_ms": _ms(min(took)), "median_ms": _ms(statistics.median(took))}), flush=True)


def _copy(case_id: Any, names: list[str], first: int, last: int) -> None:
    from django.db import connection

    from onewindow.modules.cases import models

    vendor = connection.vendor
    series = SERIES[vendor].format(first=first, last=last)
    filed, decided = DAYS[vendor].format(ago="n %% 400 + n %% 13"), DAYS[vendor].format(ago="n %% 400")
    names_sql = " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(names))
    service = f"CASE n %% {len(names)} {names_sql} END"
    one = models.CaseService.objects.filter(case=case_id).order_by("pk").values_list("pk", flat=True)[0]
    with connection.cursor() as cursor:
        own = {"id": IDS[vendor], "reference": "'B-' || n", "filed_at": filed, "plan": "'{}'"}  # a plan is tens of kilobytes
        cursor.execute(_like(models.Case, own, series), [case_id.hex if vendor == "sqlite" else case_id])
        own = {"case_id": IDS[vendor], "service": service, "state": "'completed'", "decided_at": decided}
        cursor.execute(_like(models.CaseService, own, series), [one])
        cursor.execute("ANALYZE")


def _like(model: Any, own: dict[str, str], series: str) -> str:
    """Return the statement that copies one row as often as the series is long, with some columns of its own."""
    fields = [field.column for field in model._meta.concrete_fields if field.column in own or not field.primary_key]
    chosen = ", ".join(own.get(name, f't."{name}"') for name in fields)
    columns = ", ".join(f'"{name}"' for name in fields)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({columns}) {series} SELECT {chosen} FROM s, {table} AS t WHERE t.id = %s"  # noqa: S608 - names of our own


def _timed(act: Any) -> float:
    """Return how long an act takes: processor time, or on PostgreSQL, which works elsewhere, all of it. Unit: seconds."""
    from django.db import connection

    watch = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    began = watch()
    act()
    return watch() - began


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--cases", type=int, nargs="+", default=[10_000, 1_000_000])
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.inside:
        measure(given.cases)
        return 0
    return measure_on_both(__file__, *sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
