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
from onewindow.modules.cases import models, references, selectors, services  # noqa: E402  (after django.setup)
from onewindow.modules.catalogue import selectors as catalogue  # noqa: E402  (after django.setup)
from onewindow.modules.catalogue import services as catalogue_services  # noqa: E402  (after django.setup)
from onewindow.modules.exchange import services as exchange  # noqa: E402  (after django.setup)
from onewindow.modules.identity.models import Identification  # noqa: E402  (after django.setup)
from onewindow.plumbing.actors import Actor  # noqa: E402  (after django.setup)
from tests.cases.conftest import Registers, found_town, prepare  # noqa: E402  (after django.setup)
from tests.cases.town import LIU, SHARED, WANG  # noqa: E402  (after django.setup)

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


def taking_back(rounds: int) -> dict[str, Any]:
    """While the applicant files, the landlord takes back what they confirmed; tell how each round ended, and what does not fit."""
    catalogue_services.load_catalogue(files=[("town.yaml", SHARED)], actor=Actor.system("tests"), now=NOW)
    catalogue.forget_all()
    Identification.objects.create(user_id=LIU.id, level=2, method="register", source="tests", at=NOW)
    ended = []
    for _ in range(rounds):
        draft_id = prepare(NOW)
        both: dict[str, Any] = {"actor": LIU, "now": NOW}
        invited = {"role": "landlord", "name": "刘强", "contact": "13800000002", "page": "https://x.example/"}
        part = services.invite(draft_id=draft_id, **invited, actor=WANG, now=NOW)
        services.take_part(part_id=part, **both)
        services.save_part(part_id=part, values={"landlord.owns-alone": "true"}, **both)
        services.confirm_part(part_id=part, seen=selectors.part_page(part_id=part, **both).seen, **both)

        def act(number: int, draft_id: Any = draft_id, part: Any = part, both: Any = both) -> str:
            if number == 0:
                services.file_case(draft_id=draft_id, idempotency_key=str(draft_id), declared=True, actor=WANG, now=NOW)
                return "filed"
            services.take_back_confirmation(part_id=part, **both)
            return "taken back"

        ended.append(together(2, act))
    filed = models.Part.objects.filter(draft__filed_case__isnull=False).exclude(state="confirmed").count()
    fits = [["filed", "draft-filed"], ["confirmations-missing", "taken back"]]
    return {"rounds": len(ended), "strange": [row for row in ended if row not in fits], "filed_without": filed}


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
        "many-keys": lambda: {**filing(20, str), "taking_back": taking_back(6)},
        "references": lambda: issuing(8, 60),
    }
    print(json.dumps(runs[sys.argv[1]]()))


if __name__ == "__main__":
    main()
