"""Promise 2: a retry or a double click makes one case."""

import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onewindow.domain.errors import DomainError
from onewindow.modules.cases import models, services
from onewindow.plumbing.idempotency import IdempotencyConflict
from tests.cases import conftest as cases
from tests.cases.town import LIU, WANG
from tests.promises.installation import Installation

registers, town = cases.registers, cases.town
CLICKS = 50


class Visitor:
    """One citizen's program: fifty connections, all of which send at the same moment."""

    def __init__(self, site: Installation) -> None:
        headers = {"Authorization": f"Bearer {site.tokens['ping']}"}
        limits = httpx.Limits(max_connections=CLICKS, max_keepalive_connections=CLICKS)
        self.client = httpx.Client(base_url=site.address, headers=headers, timeout=60, limits=limits)

    def send(self, method: str, path: str, body: Any, key: str = "") -> httpx.Response:
        return self.client.request(method, f"/api/v1/{path}", json=body, headers={"Idempotency-Key": key} if key else {})

    def at_once(self, path: str, bodies: list[Any], keys: list[str]) -> list[httpx.Response]:
        barrier = threading.Barrier(len(bodies))

        def one(number: int) -> httpx.Response:
            barrier.wait()
            return self.send("POST", path, bodies[number], keys[number])

        with ThreadPoolExecutor(len(bodies)) as pool:
            return list(pool.map(one, range(len(bodies))))

    def draft(self) -> str:
        begun = self.send("POST", "drafts", {"event": "open-a-stall"}).json()
        values = {"stall-place": "Row 1", "stall-size": 4}
        answer = self.send("PUT", f"drafts/{begun['id']}/elements", {"version": begun["version"], "values": values})
        assert answer.status_code == 200, answer.text
        return str(begun["id"])


@pytest.mark.own_database
def test_fifty_clicks_over_the_network_make_one_case_and_get_one_receipt(
    installation: Installation, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    rounds = 200 if full_size else 3
    installation.start("site")
    installation.wait()
    visitor = Visitor(installation)
    for _ in range(rounds):
        key = str(uuid.uuid4())
        begun = visitor.at_once("drafts", [{"event": "open-a-stall"}] * CLICKS, [key] * CLICKS)
        assert {answer.status_code for answer in begun} == {201}
        assert len({answer.json()["id"] for answer in begun}) == 1

        draft, other = visitor.draft(), visitor.draft()
        answers = visitor.at_once(f"drafts/{draft}/file", [{"declared": True}] * CLICKS, [key] * CLICKS)
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1, "one filing was answered with two receipts"
        for conflicting in (visitor.send("POST", f"drafts/{draft}/file", {"declared": False}, key),
                            visitor.send("POST", f"drafts/{other}/file", {"declared": True}, key)):  # fmt: skip
            assert (conflicting.status_code, conflicting.json()["code"]) == (409, "idempotency-conflict")

        keys = [str(number) + key for number in range(CLICKS)]  # a page reloaded between the clicks makes a new key each time
        answers = visitor.at_once(f"drafts/{other}/file", [{"declared": True}] * CLICKS, keys)
        assert sorted(answer.status_code for answer in answers) == [201, *[409] * (CLICKS - 1)]
        assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"draft-filed"}
    installation.kill()
    with sqlite3.connect(installation.home / "onewindow.sqlite3") as database:
        assert database.execute("select count(*) from cases_case").fetchone() == (2 * rounds,)
        assert database.execute("select count(*) from cases_task").fetchone() == (4 * 2 * rounds,)
        assert database.execute("select count(*) from cases_draft").fetchone() == (3 * rounds,)
    figure(2, f"{rounds} × {CLICKS} parallel with one key: {rounds} cases, one receipt each; other body: 409")


Step = tuple[int, int, bool]
STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), min_size=1, max_size=14)


@contextmanager
def undone() -> Iterator[None]:
    """Leave nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_any_order_of_drafts_keys_and_bodies_makes_one_case_per_draft_and_one_answer_per_key(
    town: cases.Registers, now: datetime, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    drafts = [cases.prepare(now), cases.prepare(now), cases.prepare(now, actor=LIU)]
    owners = [WANG, WANG, LIU]
    examples = 2000 if full_size else 40

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def play(steps: list[Step]) -> None:
        with undone():
            _play(steps)

    def _play(steps: list[Step]) -> None:
        bodies: dict[tuple[Any, int], tuple[int, bool]] = {}
        receipts: dict[int, services.Filed] = {}
        for draft, key, declared in steps:
            mine = (owners[draft].id, key)
            expected = (draft, declared)
            try:
                filed = services.file_case(
                    draft_id=drafts[draft], idempotency_key=f"key-{key}", declared=declared, actor=owners[draft], now=now
                )
            except IdempotencyConflict:
                assert bodies[mine] != expected, "the same request was called another one"
            except DomainError as error:
                refused = error.code
                assert mine not in bodies, "a settled key was worked on again"
                assert refused == ("draft-filed" if draft in receipts else "not-declared")
            else:
                assert declared
                assert bodies.setdefault(mine, expected) == expected, "a key was answered for another body"
                assert receipts.setdefault(draft, filed) == filed, "a draft became two cases"
        assert models.Case.objects.count() == len(receipts)

    play()
    figure(2, f"{examples:,} sequences by Hypothesis: one case per draft, one answer per key")
