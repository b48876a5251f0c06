"""Many ask at once while somebody withdraws, revokes, or takes too much; on a database that really commits. Prints the outcome as JSON.

python -m tests.promises.exchange_race ROUNDS
"""

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

ASKERS = 4
OFFICERS = 100
QUOTA, OWN_QUOTA = 30, 12


def crowd(count: int, work: Callable[[int], object], *, threads: int) -> Counter[str]:
    """Let so many threads begin together and share the work; count what came of each piece."""
    from django.db import connections

    from onewindow.domain.errors import DomainError

    ready = threading.Barrier(threads)

    def live(thread: int) -> Counter[str]:
        came = Counter[str]()
        ready.wait()
        for number in range(thread, count, threads):
            try:
                work(number)
                came["answered"] += 1
            except DomainError as error:
                came[error.code] += 1
        connections.close_all()
        return came

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(live, range(threads)), Counter())


def stopped(begin: Callable[[], UUID], stop: Callable[[UUID], None], ask: Callable[[UUID], object]) -> dict[str, int]:
    """Ask without pause, stop in the midst of it, and count what was still asked when the stop had been committed."""
    from django.db import connections

    from onewindow.modules.exchange.models import Query

    matter = begin()
    under_way, over = threading.Semaphore(0), threading.Event()
    late = Counter[str]()

    def live() -> None:
        for _ in range(200):
            known = over.is_set()
            try:
                ask(matter)
            except Exception as error:
                late[type(error).__name__] += 1
                break
            late["after"] += known
            under_way.release()
        connections.close_all()

    threads = [threading.Thread(target=live) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    for _ in range(ASKERS):
        under_way.acquire(timeout=20)
    stop(matter)
    asked = Query.objects.filter(subject_id=matter).count()
    over.set()
    for thread in threads:
        thread.join()
    return {"questions": asked, "later": Query.objects.filter(subject_id=matter).count() - asked, **late}


def races(rounds: int) -> dict[str, Any]:
    """Return what came of all of them; the database is migrated and holds nothing that matters."""
    from onewindow.modules.exchange import models, services
    from onewindow.plumbing import accesses
    from tests.promises import exchange_town as town

    def agree() -> UUID:
        matter = uuid4()
        services.give_consents(person=town.PERSON.known_id, matter=matter, resources=[town.BY_CONSENT], actor=town.PERSON, now=town.NOW)
        return matter

    def withdraw(matter: UUID) -> None:
        services.withdraw_consents(person=town.PERSON.known_id, matter=matter, resources=[town.BY_CONSENT], actor=town.PERSON, now=town.NOW)

    def permit() -> UUID:
        return town.grant(purposes=["prefill"]).pk

    def revoke(grant: UUID) -> None:
        services.revoke_grant(grant_id=grant, reason="over", actor=town.SYSTEM, now=town.NOW)

    with town.running() as register:
        town.found(register)
        town.grant(resource=town.BY_CONSENT)
        found: dict[str, Any] = {"withdrawn": Counter(), "revoked": Counter()}
        for _ in range(rounds):
            found["withdrawn"].update(stopped(agree, withdraw, lambda matter: town.ask(resource=town.BY_CONSENT, subject_id=matter)))
            found["revoked"].update(stopped(permit, revoke, lambda matter: town.ask(purpose="prefill", subject_id=matter)))

        shared, before = town.grant(fields=["name"], a_day=QUOTA), register.asked
        found["by many"] = crowd(OFFICERS, lambda number: town.ask(fields=["name"], actor=town.officer(number + 1)), threads=10)
        found["asked for many"] = register.asked - before
        own, before = town.grant(fields=["birth"], an_officer_a_day=OWN_QUOTA), register.asked

        def from_another_address(number: int) -> object:
            with accesses.one_page(f"203.0.113.{number}"):
                return town.ask(fields=["birth"], actor=town.officer(999))

        found["by one"] = crowd(40, from_another_address, threads=10)
        found["asked for one"] = register.asked - before
        counted = models.QuotaUse.objects.filter(grant__in=[shared.pk, own.pk]).exclude(told_at=None)
        found["counted"] = sorted(counted.values_list("taken", flat=True))
    return found


if __name__ == "__main__":
    from onewindow.config import setup

    setup()
    print(json.dumps(races(int(sys.argv[1]))))
