"""Double clicks, retries and crowds, on a real SQLite file and on PostgreSQL."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

Run = Callable[[str], dict[str, Any]]


ON_POSTGRESQL = pytest.mark.parametrize("run", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
"""On SQLite promises 2 and 4 try the same."""


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.own_database), pytest.param("postgresql", marks=pytest.mark.postgres)])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Run]:
    """Run a crowd in a process of its own, on a database of its own."""
    url = f"sqlite://{tmp_path}/parallel.sqlite3"
    server = os.environ.get("ONEWINDOW_TEST_DATABASE_URL", "")
    name = f"parallel_{uuid.uuid4().hex[:12]}"
    if request.param == "postgresql":
        if not server:
            pytest.skip("no PostgreSQL: run under `python -m tests.postgres --`")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        url = f"{server.rpartition('/')[0]}/{name}"

    def crowd(what: str) -> dict[str, Any]:
        environment = {**os.environ, "ONEWINDOW_HOME": str(tmp_path), "ONEWINDOW_DATABASE_URL": url, "ONEWINDOW_LOG_LEVEL": "ERROR"}
        environment["DJANGO_SETTINGS_MODULE"] = "onewindow.config.settings"
        command = [sys.executable, "-m", "tests.cases.parallel_process", what]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr[-3000:]
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    yield crowd
    if request.param == "postgresql":
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@ON_POSTGRESQL
def test_fifty_clicks_with_one_key_make_one_case_and_get_the_same_receipt(run: Run) -> None:
    found = run("one-key")
    assert found["received"] == 50
    assert found["cases"] == 1
    assert len(found["answers"]) == 1
    assert found["answers"][0].startswith("OW-")
    assert found["tasks"] == 9


def test_many_keys_make_one_case_and_nothing_is_filed_on_a_confirmation_that_was_taken_back(run: Run) -> None:
    found = run("many-keys")
    assert found["taking_back"] == {"rounds": 6, "strange": [], "filed_without": 0}
    assert found["cases"] == 1
    assert len(found["answers"]) == 2
    assert "draft-filed" in found["answers"]


@ON_POSTGRESQL
def test_no_number_is_given_twice_by_many_writers_even_after_deletions(run: Run) -> None:
    assert run("references") == {"given": 480, "different": 480, "kept": 480}
