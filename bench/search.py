"""What people type, over 12,000 items: whether it is among the first ten, and how long the answer takes.

python bench/search.py               a district's real items repeated over regions; then every name made different
python bench/search.py --misses      and what was found where something else was expected

Needs the reference data (ONEWINDOW_REFERENCE_DATA); without it the demo's own services are repeated under other names, for the time alone.
Times are of `catalogue.find` and of the whole page, on the clock and in processor time: the machine may be shared.
"""

import argparse
import csv
import json
import os
import resource
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.installation import measure_apart

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
ITEMS = 12_000
ROUNDS = 12
SCENARIOS = ("restaurant", "city-registers", "change-business", "notary", "retirement")
REFERENCE = Path(os.environ.get("ONEWINDOW_REFERENCE_DATA", ROOT.parent / "shared" / "data"))


def measure(*, different: bool, misses: bool) -> None:
    """Fill an installation and search it."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.test.utils import override_settings

    from onewindow.cli.migrate import apply_migrations
    from onewindow.modules.catalogue import selectors

    apply_migrations()
    _load_demo()
    real = _load_directory(different=different)
    kinds = yaml.safe_load((Path(__file__).parent / "search_queries.yaml").read_text(encoding="utf-8"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    first = _timed(lambda: selectors.find("退休"))
    _say(
        building_s=round(first[0], 2),
        processor_s=round(first[1], 2),
        grown_mb=(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
    )
    texts = [query["text"] for group in kinds.values() for query in group]
    _times("find", [partial(selectors.find, text) for text in texts])
    plain = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=plain):
        client = Client(HTTP_HOST="localhost")
        client.get("/search/?q=1")
        _times("page", [partial(client.get, "/search/", {"q": text}) for text in texts])
    if not real or different:
        return
    for group, queries in kinds.items():
        hits = 0
        for query in queries:
            found = [hit.name.get("zh", "") for hit in selectors.find(query["text"], limit=10).hits]
            hits += bool(set(found) & set(query["expects"]))
            if misses and not set(found) & set(query["expects"]):
                print(f"  {query['text']}: {found}")
        _say(**{group: f"{hits} of {len(queries)} in the first ten"})


def _load_demo() -> None:
    from onewindow.modules.catalogue import services
    from onewindow.plumbing.actors import Actor

    files = [
        (path.name, path.read_text(encoding="utf-8"))
        for name in SCENARIOS
        for path in sorted((ROOT / "scenarios" / name / "catalogue").glob("*.yaml"))
    ]
    services.load_catalogue(files=files, actor=Actor.system("bench"), now=NOW)


def _load_directory(*, different: bool) -> bool:
    """Repeat the items over regions until there are enough; return whether they are real ones."""
    from onewindow.modules.catalogue import models, selectors

    source = REFERENCE / "service-items-guangan" / "items.csv"
    real = source.is_file()
    if real:
        with source.open(encoding="utf-8-sig") as file:
            items = [(row["name"], row["main_item"].replace("未分类", ""), row["department"]) for row in csv.DictReader(file)]
        with (REFERENCE / "divisions" / "areas.csv").open(encoding="utf-8") as file:
            regions = [(row["code"], row["name"]) for row in csv.DictReader(file) if row["provinceCode"] == "51"]
    else:
        catalogue = selectors.catalogue_at(selectors.current_release() or 0)
        items = [
            (service.name["zh"], "", catalogue.organisations[service.organisation].name["zh"]) for service in catalogue.services.values()
        ]
        regions = [(f"{510000 + number}", f"第{number}区") for number in range(ITEMS // len(items) + 1)]
    rows: list[Any] = []
    for code, region in regions:
        for number, (name, group, office) in enumerate(items):
            if len(rows) == ITEMS:
                break
            key = f"{code}-{number}"
            shown = f"{region}{name}" if different or not real else name
            values = {"code": key, "given_code": key, "basic_code": key, "area": f"{code}000000", "name": shown, "group": group}
            rows.append(
                models.DirectoryEntry(
                    **values, organisation_name=f"{region}{office.removeprefix('区')}", source="bench", row_digest=key, imported_at=NOW
                )
            )
    models.DirectoryEntry.objects.bulk_create(rows, batch_size=500)
    models.ImportRun.objects.create(id=uuid.uuid4(), source="bench", digest="0" * 64, imported_at=NOW, changed=len(rows))
    _say(items=len(rows), real=real, different_names=different)
    return real


def _times(name: str, acts: Sequence[Callable[[], Any]]) -> None:
    taken = [_timed(act) for _ in range(ROUNDS) for act in acts]
    for place, kind in enumerate(("clock", "processor")):
        ranked = sorted(one[place] * 1000 for one in taken)
        _say(
            **{
                f"{name}_{kind}_ms": {
                    "p50": round(ranked[len(ranked) // 2], 1),
                    "p99": round(ranked[len(ranked) * 99 // 100], 1),
                    "most": round(ranked[-1], 1),
                }
            }
        )


def _timed(act: Callable[[], Any]) -> tuple[float, float]:
    began, used = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - began, time.process_time() - used


def _say(**figures: Any) -> None:
    print(json.dumps(figures, ensure_ascii=False), flush=True)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--misses", action="store_true")
    arguments.add_argument("--different", action="store_true", help=argparse.SUPPRESS)
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.inside:
        measure(different=given.different, misses=given.misses)
        return 0
    return measure_apart(__file__, *sys.argv[1:]) or measure_apart(__file__, "--different")


if __name__ == "__main__":
    sys.exit(main())
