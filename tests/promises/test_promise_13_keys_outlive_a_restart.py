"""Promise 13: idempotency keys live a day and more: the same request after a restart gets the same response, over the network."""

import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.promises.installation import ROOT, Installation

pytestmark = pytest.mark.own_database
PURGE = "from onewindow.config import setup; setup(); from onewindow.plumbing import clock, idempotency; idempotency.purge(now=clock.now())"


def sent(site: Installation, path: str, body: Any, key: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {site.tokens['ping']}", "Idempotency-Key": key}
    return httpx.post(f"{site.address}/api/v1/{path}", json=body, headers=headers, timeout=60)


def prepared(site: Installation) -> str:
    begun = sent(site, "drafts", {"event": "open-a-stall"}, str(uuid.uuid4())).json()
    headers = {"Authorization": f"Bearer {site.tokens['ping']}"}
    body = {"version": begun["version"], "values": {"stall-place": "Row 1", "stall-size": 4}}
    assert httpx.put(f"{site.address}/api/v1/drafts/{begun['id']}/elements", json=body, headers=headers, timeout=60).status_code == 200
    return str(begun["id"])


def let_pass(site: Installation, time: timedelta) -> None:
    """Make every key so much older than it is."""
    with sqlite3.connect(site.home / "onewindow.sqlite3") as database:
        for ident, claimed in database.execute("select id, claimed_at from plumbing_idempotencykey").fetchall():
            moment = datetime.fromisoformat(claimed) - time
            database.execute("update plumbing_idempotencykey set claimed_at = ? where id = ?", (moment.isoformat(" "), ident))


def purge(site: Installation) -> None:
    """Run the job that forgets old keys, as the worker does."""

    subprocess.run([sys.executable, "-c", PURGE], env=site.environment, cwd=ROOT, check=True, capture_output=True)


def test_the_same_request_after_a_restart_and_a_day_gets_the_same_response(
    installation: Installation, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    count = 200 if full_size else 4
    installation.start("site")
    installation.wait()
    asked: list[tuple[str, Any, str]] = [
        (f"drafts/{prepared(installation)}/file", {"declared": True}, str(uuid.uuid4())) for _ in range(count)
    ]
    asked += [("drafts", {"event": "open-a-stall"}, str(uuid.uuid4())) for _ in range(count)]
    first = [sent(installation, *request) for request in asked]
    assert {answer.status_code for answer in first} == {201}

    installation.kill()
    let_pass(installation, timedelta(hours=24, minutes=5))
    purge(installation)
    installation.start("site")
    installation.wait()

    again = [sent(installation, *request) for request in asked]
    assert [(answer.status_code, answer.text) for answer in again] == [(answer.status_code, answer.text) for answer in first]
    other = sent(installation, "drafts", {"event": "something-else"}, asked[-1][2])
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-conflict")
    installation.kill()
    with sqlite3.connect(installation.home / "onewindow.sqlite3") as database:
        assert database.execute("select count(*) from cases_case").fetchone() == (count,)
        assert database.execute("select count(*) from cases_draft").fetchone() == (2 * count,)
    figure(13, f"{len(asked)} requests sent again after a kill, a restart, a day and the purge: the same {len(asked)} responses")
