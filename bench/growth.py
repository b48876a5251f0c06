"""What pages cost in a city of 10,000 cases and in one of 1,000,000: the desk's queue, search, a case, my cases, status, what was issued.

python bench/growth.py                              10,000 and 100,000 on SQLite, then on PostgreSQL
python bench/growth.py --cases 10000 1000000        as the goal says; `bench/city.py` tells what such a city is
python bench/growth.py --only sqlite --profile inbox

Each page is asked through the whole of the application, from the request to the drawn page, with who reads it logged in and written down;
pages take turns. Told are the clock and our process's own time, the queries, and the ratio of the largest city to the smallest.
"""

import argparse
import cProfile
import json
import pstats
import sys
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import city
from bench.compile import floor
from bench.installation import measure_apart, measure_on_both
from bench.submit import NOW, prepare
from tests import postgres

ROUNDS = 40
KINDS = ("clock_p95", "clock_p50", "own_p95", "own_best")
Act = Callable[[], Any]


def measure(sizes: list[int], *, rounds: int, profile: str) -> None:
    """Let one city grow and ask for the same pages at each size."""
    import django

    django.setup()
    from django.conf import settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nobody has collected the files of a bench
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    from onewindow.cli.migrate import apply_migrations
    from onewindow.modules.cases import selectors, services
    from onewindow.plumbing import clock

    apply_migrations()
    applicant, drafts = prepare(1)
    promised = sorted({row.type for row in selectors.draft_page(draft_id=drafts[0], actor=applicant).commitments})
    filed = services.file_case(draft_id=drafts[0], idempotency_key="bench", declared=True, promised=promised, actor=applicant, now=NOW)
    now = NOW + timedelta(days=3)
    clock.now = lambda: now
    town = city.City(filed.case_id, now)
    told: dict[int, dict[str, dict[str, float]]] = {}
    for size in sizes:
        began = time.perf_counter()
        town.grow(size)
        _say(cases=size, loaded_in_s=round(time.perf_counter() - began), **_backlog())
        pages = _pages(size)
        told[size] = _times(pages, rounds)
        for name, figures in told[size].items():
            _say(cases=size, page=name, **figures)
        if profile:
            work = cProfile.Profile()
            for _ in range(10):
                work.runcall(pages[profile])
            pstats.Stats(work).sort_stats("cumulative").print_stats(45)
    loop, product = floor()
    _say(floor={"million_additions_ms": round(loop, 1), "product_500_ms": round(product, 1)})
    if len(sizes) > 1:
        for name, large in told[sizes[-1]].items():
            small = told[sizes[0]][name]
            _say(
                page=name,
                **{f"{kind}_ratio": round(large[kind] / small[kind], 2) for kind in KINDS},
            )


def _backlog() -> dict[str, Any]:
    from django.db.models import Count

    from onewindow.modules.cases import models

    steps = models.Task.objects.filter(done_at=None).values_list("organisation").annotate(n=Count("pk")).order_by("-n")
    return {"busiest": list(steps[:3]), "steps": models.Task.objects.count()}


def _pages(size: int) -> dict[str, Act]:
    """Return every page that is asked, by its name."""
    from django.db.models import Count

    from onewindow.modules.cases import models

    busiest = models.Task.objects.filter(done_at=None).values_list("organisation").annotate(n=Count("pk")).order_by("-n")[0][0]
    officer, chief, window = _reader(1, busiest, "officer"), _reader(2, busiest, "supervisor"), _reader(3, busiest, "window")
    open_one = (25 + (size // 100 - 26) // 2_100 * 2_100) * 100 + 1  # as far on its way at every size
    own = models.Task.objects.filter(case=city.case_id(open_one)).order_by("position")
    mine = own.filter(organisation=busiest).first() or own.filter(done_at=None)[0]
    person = _reader(4, "", "", uuid.UUID(str(city.applicant(open_one))))
    visitor = _reader(5, "", "")
    callers = iter(range(1, 1_000_000))

    def status() -> Any:
        number = next(callers)
        from_there = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        sent = {"reference": city.reference(open_one), "phone": city.phone(open_one)}
        return _seen(visitor.post("/status/", sent, REMOTE_ADDR=from_there))

    waiting = models.Task.objects.filter(organisation=busiest, state="open", done_at=None).order_by("due_date", "case_id")
    sought = waiting.values_list("case__title", "case__reference")[waiting.count() // 2]
    name, words = sought[0][:3], f"{sought[0][:1]} {sought[0][3:]}"
    doctor = _reader(6, mine.organisation, "officer")

    def get(client: Any, path: str) -> Act:
        return lambda: _seen(client.get(path))

    return {
        "inbox": get(officer, "/desk/"),
        "inbox, page 3": get(officer, "/desk/?page=3"),
        "inbox, department": get(officer, "/desk/?view=department"),
        "inbox, late": get(officer, "/desk/?only=late"),
        "inbox, due today": get(officer, "/desk/?only=today"),
        "inbox, done": get(officer, "/desk/?view=done"),
        "inbox of a supervisor": get(chief, "/desk/?view=department"),
        "inbox of the window": get(window, "/desk/"),
        "queue search by name": get(officer, f"/desk/?q={name}"),
        "queue search by number": get(officer, f"/desk/?q={sought[1]}"),
        "queue search by a word that many have": get(officer, f"/desk/?q={sought[0][3:]}"),
        "queue search by two words": get(officer, f"/desk/?q={words}"),
        "a case at the desk": get(doctor, f"/desk/cases/{mine.case_id}/tasks/{mine.pk}/"),
        "my cases": get(person, "/cases/"),
        "my case": get(person, f"/cases/{mine.case_id}/"),
        "status": status,
        "what was issued": get(chief, "/staff/issued/"),
        "search in what was issued": get(chief, f"/staff/issued/?q={city.reference(open_one + 50)}"),
        "a One Thing, with how long it takes": get(visitor, "/things/open-a-restaurant/"),
        "search for services": get(visitor, "/search/?q=餐馆"),
    }


def _reader(number: int, organisation: str, role: str, ident: uuid.UUID | None = None) -> Any:
    """Return a browser in which somebody is logged in, made where they are not there yet; without a role and an id, nobody is."""
    from django.test import Client

    from onewindow.modules.identity.models import Organisation, Post, User

    client = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR=f"127.0.0.{number + 1}")
    if not role and ident is None:
        return client
    named = {"username": f"reader-{number}-{ident or ''}", "display_name": {"zh": f"读者{number}"}}
    user, _ = User.objects.get_or_create(id=ident or uuid.UUID(int=number), defaults=named)
    if role:
        Organisation.objects.get_or_create(id=organisation)
        Post.objects.get_or_create(user=user, organisation_id=organisation, defaults={"roles": [role]})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _seen(response: Any) -> Any:
    if response.status_code != 200:
        message = f"{response.status_code} for {response.request['PATH_INFO']}: {response.content[:300]!r}"
        raise RuntimeError(message)
    return response


def _times(pages: dict[str, Act], rounds: int) -> dict[str, dict[str, float]]:
    """Ask every page in turn, so often, after once for everything that is kept. Unit: milliseconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    queries: dict[str, int] = {}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    for name, act in pages.items():
        for _ in range(2):
            with CaptureQueriesContext(connection) as asked:
                act()
        queries[name] = len(asked)
    for _ in range(rounds):
        for name, act in pages.items():
            began, used = time.perf_counter(), time.process_time()
            act()
            taken[name].append((time.perf_counter() - began, time.process_time() - used))
    told = {}
    for name, times in taken.items():
        clock, own = (sorted(row[place] * 1000 for row in times) for place in (0, 1))
        told[name] = {
            "clock_p50": _at(clock, 0.5),
            "clock_p95": _at(clock, 0.95),
            "own_best": _at(own, 0.0),
            "own_p50": _at(own, 0.5),
            "own_p95": _at(own, 0.95),
            "queries": queries[name],
        }
    return told


def _at(ranked: list[float], share: float) -> float:
    return round(ranked[min(int(len(ranked) * share), len(ranked) - 1)], 1)


def _say(**figures: Any) -> None:
    print(json.dumps(figures, ensure_ascii=False), flush=True)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--cases", type=int, nargs="+", default=[10_000, 100_000])
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    arguments.add_argument("--profile", default="", help="the name of a page whose work is to be shown")
    arguments.add_argument("--only", choices=("sqlite", "postgresql"))
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.inside:
        measure(given.cases, rounds=given.rounds, profile=given.profile)
        return 0
    if given.only == "sqlite":
        return measure_apart(__file__, *sys.argv[1:])
    if given.only == "postgresql":
        with postgres.cluster() as url:
            return measure_on_both(__file__, *sys.argv[1:], url=url)
    return measure_on_both(__file__, *sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
