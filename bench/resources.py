"""The catalogue of data resources at the size of a city: 892 resources of 52 organisations, and 106 systems.

python bench/resources.py                  892 resources: loaded through the services, then every read with its milliseconds and statements
python bench/resources.py --resources 5000
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.installation import measure_on_both

RESOURCES, ORGANISATIONS, SYSTEMS = 892, 52, 106
WORDS = ("登记", "档案", "许可", "名录", "台账", "处罚", "补贴", "检验", "车辆", "学籍", "婚姻", "用地", "排污", "社保", "公积金", "纳税")


def documents(count: int, organisations: int, *, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Yield invented resources, the same ones for the same seed: every tenth is open, every seventh derived from others."""
    from onewindow.domain.exchange.resources import CYCLES, SUBJECTS

    chance = random.Random(seed)
    for number in range(count):
        title = f"{chance.choice(WORDS)}{chance.choice(WORDS)}库{number:03d}"
        is_open = number % 10 == 0
        yield {
            "id": f"resource-{number:03d}",
            "organisation": f"organisation-{number % organisations:02d}",
            "title": {"zh": title, "en": f"Register {number}", "ru": f"Реестр {number}"},
            "description": {"zh": f"{title}的全部记录。"},
            "subject": chance.choice(SUBJECTS),
            "sharing": "unconditional" if is_open else chance.choice(("unconditional", "conditional", "conditional", "none")),
            "legal_basis": ["政务数据共享条例"],
            "update_cycle": chance.choice(list(CYCLES)),
            "fields": [{"name": f"field-{place}", "type": "string"} for place in range(chance.randint(3, 24))],
            "derived_from": [f"resource-{chance.randrange(number):03d}"] if number % 7 == 6 else [],
            "open": is_open,
        }


def systems(count: int, organisations: int, *, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Yield invented systems: each needs up to three of those before it."""
    chance = random.Random(seed)
    for number in range(count):
        yield {
            "id": f"system-{number:03d}",
            "organisation": f"organisation-{number % organisations:02d}",
            "name": {"zh": f"业务系统{number:03d}"},
            "state": "moved" if number % 3 else "moving",
            "moved": "2026-01-15" if number % 3 else None,
            "needs": [f"system-{chance.randrange(number):03d}" for _ in range(min(number, chance.randint(0, 3)))],
        }


def load(resources: int, *, organisations: int = ORGANISATIONS, count_systems: int = SYSTEMS) -> None:
    """Load all of them through the services, with the organisations that keep them."""
    from onewindow.domain.catalogue.model import Organisation
    from onewindow.modules.exchange import services
    from onewindow.modules.identity import services as identity
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    actor, now = Actor.system("bench"), clock.now()
    named = [Organisation(f"organisation-{number:02d}", {"zh": f"第{number}局"}) for number in range(organisations)]
    identity.save_organisations(organisations={row.id: row for row in named}, actor=actor, now=now)
    services.load_resources(documents=documents(resources, organisations), actor=actor, now=now)
    services.load_cloud_systems(systems=systems(count_systems, organisations), actor=actor, now=now)


def reads() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what is read, by name."""
    from onewindow.modules.exchange import selectors
    from onewindow.modules.exchange.selectors import ResourceFilter
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    actor, now = Actor.system("bench"), clock.now()
    exported: dict[str, Any] = {"base": "https://city.example", "publisher": {"zh": "市政府"}}
    yield "list", lambda: selectors.resources(actor=actor, wanted=ResourceFilter())
    yield "search", lambda: selectors.resources(actor=actor, wanted=ResourceFilter(text="许可", sharing="conditional"))
    yield "last page", lambda: selectors.resources(actor=actor, wanted=ResourceFilter(page=18))
    yield "one resource", lambda: selectors.resource(resource_id="resource-006", actor=actor, now=now)
    yield "systems", lambda: selectors.cloud_systems(actor=actor)
    yield "open data", selectors.open_resources
    yield "DCAT-AP, open", lambda: selectors.exported_resources(form="turtle", actor=Actor.anonymous(), **exported)
    yield "DCAT-AP, all", lambda: selectors.exported_resources(form="turtle", actor=actor, **exported)


def measure(count: int) -> None:
    """Load and read, and print what it took."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    began = time.perf_counter()
    load(count)
    print(f"load: {count} resources, {SYSTEMS} systems in {time.perf_counter() - began:.1f} s")
    for name, read in reads():
        with CaptureQueriesContext(connection) as captured:
            read()
        best = min(_timed(read) for _ in range(3))
        print(f"{name:>14}: {best * 1000:7.1f} ms, {len(captured)} statements")


def _timed(read: Callable[[], object]) -> float:
    began = time.perf_counter()
    read()
    return time.perf_counter() - began


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--resources", type=int, default=RESOURCES)
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if not chosen.inside:
        sys.exit(measure_on_both(__file__, "--resources", str(chosen.resources)))
    measure(chosen.resources)
