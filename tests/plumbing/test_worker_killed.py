"""Workers that are killed in the middle of their work, by signal 9."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROWS, KILLS = 140, 4
SCRIPT = Path(__file__).with_name("worker_process.py")


def url_of(settings: dict[str, Any], home: Path) -> str:
    if connection.vendor == "sqlite":
        return f"sqlite://{home}/killed.sqlite3"
    parts = {"dbname": settings["NAME"], "user": settings["USER"], "password": settings["PASSWORD"]}
    parts |= {"host": settings["HOST"], "port": settings["PORT"]}
    given = "&".join(f"{key}={value}" for key, value in parts.items() if value)
    return f"postgresql://?{given}"


def run(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, str(SCRIPT), *arguments], env=environment, check=True, capture_output=True)


def start(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(SCRIPT), "work"], env=environment, stderr=subprocess.DEVNULL)


def counts(home: Path) -> dict[str, int]:
    noted = "FROM plumbing_auditentry WHERE action = 'tests.noted'"
    waiting = "FROM plumbing_outboxrow WHERE event = 'Ping'"
    questions = {
        "notes": f"SELECT count(*) {noted}",
        "different": f"SELECT count(DISTINCT subject_id) {noted}",
        "rows": f"SELECT count(*) {waiting}",
        "dead": f"SELECT count(*) {waiting} AND dead_at IS NOT NULL",
    }
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(home / "killed.sqlite3", timeout=20)) as file:
            return {name: file.execute(question).fetchone()[0] for name, question in questions.items()}
    with connection.cursor() as cursor:
        return {name: cursor.execute(question).fetchone()[0] for name, question in questions.items()}


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the workers stand still"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_workers_killed_in_the_middle_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "onewindow.config.settings", "ONEWINDOW_HOME": str(tmp_path)}
    environment["ONEWINDOW_DATABASE_URL"] = url_of(connection.settings_dict, tmp_path)
    if connection.vendor == "sqlite":
        run(environment, "migrate")
    run(environment, "fill", str(ROWS))
    dice = random.Random(7)
    workers = [start(environment), start(environment)]
    try:
        for kill in range(KILLS):
            before = counts(tmp_path)["notes"]
            wait_for(lambda before=before: counts(tmp_path)["notes"] > before, 30)  # type: ignore[misc]
            time.sleep(dice.uniform(0, 0.05))
            workers[kill % 2].kill()
            workers[kill % 2].wait()
            assert counts(tmp_path)["rows"] > 0, "all was done before the last kill: the test would prove nothing"
            workers[kill % 2] = start(environment)
        wait_for(lambda: counts(tmp_path)["rows"] == 0, 60)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(20)
    assert counts(tmp_path) == {"notes": ROWS, "different": ROWS, "rows": 0, "dead": 0}
