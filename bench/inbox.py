"""An officer's queue with 80 and with 2,000 cases of their department: one page of it, with the counts of every view, in processor time.

python bench/inbox.py                on SQLite
python bench/inbox.py --profile      and where the time goes
"""

import argparse
import cProfile
import json
import pstats
import statistics
import sys
import time
import uuid
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.installation import measure_apart
from bench.submit import NOW, prepare

TRIES = 20


def measure(sizes: list[int], *, profile: bool) -> None:
    """File one case, copy it until there are so many, and read the queue of a department's officer."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from onewindow.cli.migrate import apply_migrations
    from onewindow.modules.cases import models, selectors, services
    from onewindow.plumbing.actors import Actor

    apply_migrations()
    applicant, drafts = prepare(1)
    promised = sorted({row.type for row in selectors.draft_page(draft_id=drafts[0], actor=applicant).commitments})
    filed = services.file_case(draft_id=drafts[0], idempotency_key="bench", declared=True, promised=promised, actor=applicant, now=NOW)
    busiest = models.Task.objects.filter(case=filed.case_id, state="open").values_list("organisation", flat=True).first() or ""
    officer = Actor(kind="officer", id=uuid.UUID(int=1), organisation=busiest, roles=frozenset({"officer"}))
    have = 1
    for size in sizes:
        have = _copy(filed.case_id, have, size)
        read = partial(selectors.inbox, actor=officer, now=NOW + timedelta(days=3))
        with CaptureQueriesContext(connection) as asked:
            page = read()
        took = [_timed(read) for _ in range(TRIES)]
        found = {"cases": size, "rows": len(page.rows), "waiting": page.total, "queries": len(asked)}
        times = {"best_ms": min(took) * 1000, "median_ms": statistics.median(took) * 1000}
        print(json.dumps({**found, **{name: round(value, 1) for name, value in times.items()}}), flush=True)
        if profile:
            work = cProfile.Profile()
            work.runcall(read)
            pstats.Stats(work).sort_stats("cumulative").print_stats(35)


def _copy(case_id: Any, have: int, size: int) -> int:
    """Copy a case with its services and steps until there are `size`."""
    from onewindow.modules.cases import models

    case = models.Case.objects.get(pk=case_id)
    services, tasks = list(case.services.all()), list(models.Task.objects.filter(case=case_id))
    cases, rows, steps = [], [], []
    for number in range(have, size):
        own = {"id": uuid.uuid4(), "reference": f"BENCH-{number:08}", "applicant": uuid.uuid4()}
        cases.append(_like(case, **own))
        rows += [_like(row, pk=None, case_id=own["id"]) for row in services]
        steps += [_like(row, pk=uuid.uuid4(), case_id=own["id"]) for row in tasks]
    models.Case.objects.bulk_create(cases, batch_size=200)
    models.CaseService.objects.bulk_create(rows, batch_size=500)
    models.Task.objects.bulk_create(steps, batch_size=500)
    return size


def _like(row: Any, **own: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    return type(row)(**{**values, **own})


def _timed(act: Any) -> float:
    """Return the processor time of an act, SQLite's own included. Unit: seconds."""
    began = time.process_time()
    act()
    return time.process_time() - began


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--cases", type=int, nargs="+", default=[80, 2000])
    arguments.add_argument("--profile", action="store_true")
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.inside:
        measure(given.cases, profile=given.profile)
        return 0
    return measure_apart(__file__, *sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
