"""Many threads at once on a real database file (or PostgreSQL): prints what came of it, as JSON. Started by test_parallel.py.

python -m tests.cases.parallel_process one-key|many-keys|references
"""

import json
import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.db import connections, transaction  # noqa: E402  (after django.setup)

from onewindow.cli.migrate import apply_migrations  # noqa: E402  (after django.setup)
from onewindow.domain.errors import DomainError  # noqa: E402  (after django.setup)
from onewindow.modules.cases import models, references, services  # noqa: E402  (after django.setup)
from onewindow.modules.exchange import services as exchange  # noqa: E402  (after django.setup)
from tests.cases.conftest import Registers, found_town, prepare  # noqa: E402  (after django.setup)
from tests.cases.town import WANG  # noqa: E402  (after django.setup)

NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)


def together(threads: int, work: Callable[[int], Any]) -> list[Any]:
    """Run the work in many threads that begin at the same moment."""
    barrier = Barrier(threads)

    def run(number: int) -> Any:
        barrier.wait()
        try:
            return work(number)
        except DomainError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def filing(threads: int, key: Callable[[int], str]) -> dict[str, Any]:
    draft_id = prepare(NOW)

    def file(number: int) -> str:
        return services.file_case(draft_id=draft_id, idempotency_key=key(number), declared=True, actor=WANG, now=NOW).reference

    answers = together(threads, file)
    return {
        "answers": sorted(set(answers)),
        "received": len(answers),
        "cases": models.Case.objects.count(),
        "tasks": models.Task.objects.count(),
    }


def issuing(threads: int, each: int) -> dict[str, Any]:
    """Draw from so few numbers that every other one was given before, and delete what was filed under some of them."""
    few = [f"OW-2222-{number:04d}" for number in range(threads * each * 2)]

    def issue(number: int) -> list[str]:
        choose = random.Random(number).choice
        given = []
        for turn in range(each):
            with transaction.atomic():
                reference = references.issue(lambda: choose(few))
                if turn % 3 == 0:
                    row = models.Case.objects.create(
                        reference=reference, event="e", release=1, plan={}, applicant=uuid4(), title="", state="filed", filed_at=NOW
                    )
                    row.delete()
            given.append(reference)
        return given

    given = [reference for rows in together(threads, issue) for reference in rows]
    return {"given": len(given), "different": len(set(given)), "kept": models.IssuedReference.objects.count()}


def main() -> None:
    apply_migrations()
    found_town(NOW)
    exchange.query = Registers().query
    runs = {
        "one-key": lambda: filing(50, lambda _number: "the key of this page"),
        "many-keys": lambda: filing(20, str),
        "references": lambda: issuing(8, 60),
    }
    print(json.dumps(runs[sys.argv[1]]()))


if __name__ == "__main__":
    main()
