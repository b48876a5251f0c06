"""Many ask at once while somebody withdraws, revokes, or takes too much; on a database that really commits. Prints the outcome as JSON.

python -m tests.promises.exchange_race ROUNDS CROWDS
"""

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

from tests.promises.installation import ROOT, Installation

ASKERS = 4
OFFICERS = 100
ADDRESSES = 40
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


def races(rounds: int, crowds: int) -> dict[str, Any]:
    """Return what came of so many stops and crowds; the database is migrated and holds nothing that matters."""
    from onewindow.modules.exchange import services
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

        found["crowds"] = [_crowds(register) for _ in range(crowds)]
    return found


def _crowds(register: Any) -> dict[str, Any]:
    """Let a hundred officers take what one grant allows, and one officer at many addresses what an officer may."""
    from onewindow.modules.exchange import models
    from onewindow.plumbing import accesses
    from tests.promises import exchange_town as town

    models.Grant.objects.filter(purposes=["enquiry"]).delete()
    shared, before = town.grant(fields=["name"], purposes=["enquiry"], a_day=QUOTA), register.asked
    asking = {"purpose": "enquiry"}
    many = crowd(OFFICERS, lambda number: town.ask(fields=["name"], **asking, actor=town.officer(number + 1)), threads=10)
    asked_for_many = register.asked - before
    own, before = town.grant(fields=["birth"], purposes=["enquiry"], an_officer_a_day=OWN_QUOTA), register.asked

    def from_another_address(number: int) -> object:
        with accesses.one_page(f"203.0.113.{number}"):
            return town.ask(fields=["birth"], **asking, actor=town.officer(999))

    one = crowd(ADDRESSES, from_another_address, threads=10)
    told = models.QuotaUse.objects.filter(grant__in=[shared.pk, own.pk]).exclude(told_at=None)
    return {
        "by many": many,
        "by one": one,
        "asked": [asked_for_many, register.asked - before],
        "spent and told": sorted(told.values_list("taken", flat=True)),
    }


def race_apart(site: Installation, rounds: int, crowds: int) -> dict[str, Any]:
    """Return what came of it on the database of an installation, in a process of its own."""
    command = [sys.executable, "-m", "tests.promises.exchange_race", str(rounds), str(crowds)]
    done = subprocess.run(command, env=site.environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=3600)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def held(crowds: list[dict[str, Any]]) -> None:
    """Nobody took more than a quota, and each that was spent was told."""
    for found in crowds:
        assert found["by many"] == {"answered": QUOTA, "quota-spent": OFFICERS - QUOTA}
        assert found["by one"] == {"answered": OWN_QUOTA, "quota-spent": ADDRESSES - OWN_QUOTA}, "another address is not another officer"
        assert found["asked"] == [QUOTA, OWN_QUOTA], "the register was asked more often than counted"
        assert found["spent and told"] == sorted([QUOTA, OWN_QUOTA])


if __name__ == "__main__":
    from onewindow.config import setup

    setup()
    print(json.dumps(races(*map(int, sys.argv[1:]))))
