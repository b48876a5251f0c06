"""Promise 1: an acknowledged submission survives, whatever dies; and none is doubled."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.promises.filers import Filer, read_journals
from tests.promises.installation import Installation

CLIENTS = 4


@pytest.mark.own_database
def test_no_acknowledged_case_is_lost_or_doubled_when_site_and_worker_are_killed(
    installation: Installation, tmp_path: Path, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    kills, most = (200, 10_000) if full_size else (4, 120)
    chance = random.Random(20_26)
    site = installation
    stop = threading.Event()
    filers = [
        Filer(site.address, site.tokens["ping"], tmp_path / f"journal-{number}.jsonl", stop, most // CLIENTS) for number in range(CLIENTS)
    ]
    threads = [threading.Thread(target=filer.run) for filer in filers]
    try:
        site.start()
        site.wait()
        for thread in threads:
            thread.start()
        done = 0
        while done < kills:
            time.sleep(chance.uniform(0.1, 1.2))
            names = chance.choice([("site",), ("worker",), ("site", "worker")])
            site.kill(*names)
            site.start(*names)
            site.wait()
            done += 1
            if full_size and not any(thread.is_alive() for thread in threads):
                for filer in filers:  # the kills go on for as long as they are promised: so do the filings
                    filer.most += 500
                threads = [threading.Thread(target=filer.run) for filer in filers]
                for thread in threads:
                    thread.start()
        for thread in threads:
            thread.join(timeout=1800)
        site.kill()
    finally:
        stop.set()
        site.kill()

    acknowledged, sent = read_journals(tmp_path)
    assert [trouble for filer in filers for trouble in filer.troubles if " 5" not in trouble] == []
    with sqlite3.connect(tmp_path / "home" / "onewindow.sqlite3") as database:
        cases = database.execute("select reference, id from cases_case").fetchall()
        drafts = database.execute("select replace(id, '-', ''), filed_case_id from cases_draft where filed_case_id is not null").fetchall()
        tasks = dict(database.execute("select case_id, count(*) from cases_task group by case_id").fetchall())
    references = {reference for reference, _ in cases}
    lost = set(acknowledged.values()) - references
    assert lost == set()
    assert len(references) == len(cases) == len(drafts), "a case without its draft, or a draft with two cases"
    assert {draft for draft, _ in drafts} <= {draft.replace("-", "") for draft in sent}
    assert len(set(acknowledged.values())) == len(acknowledged), "two drafts were answered with one reference"
    assert {tasks.get(key, 0) for _, key in cases} == {4}, "a case without all of its tasks"
    assert sum(filer.retries for filer in filers) > 0, "no kill ever met a request: the harness tried nothing"
    figure(1, f"{kills} kills: 0 lost, 0 doubled of {len(acknowledged):,} acknowledged")
