"""Several registers at once."""

import threading
import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from onewindow.modules.cases import models, selectors, services
from onewindow.modules.cases.forms import Due
from onewindow.modules.cases.names import Interface
from onewindow.modules.cases.services import prefill
from onewindow.modules.cases.services.prefill import AT_ONCE, ask
from onewindow.modules.exchange import services as exchange
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import Registers, prepare, states
from tests.cases.town import WANG, WINDOW

FETCHER = Actor.system("tests")


@pytest.fixture(autouse=True)
def as_outside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registers here touch no table, so that threads may ask them although the test holds a transaction."""
    monkeypatch.setattr(prefill, "in_a_transaction", lambda: False)


def test_a_slow_register_does_not_add_to_the_others(db: None, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    def slow(*, resource: str, now: datetime, **_: Any) -> exchange.Answer:
        time.sleep(0.3)
        if resource == "r3":
            raise exchange.SourceUnavailable(resource=resource, reason="time-out")
        return exchange.Answer({"gives": resource}, resource, now)

    monkeypatch.setattr(exchange, "query", slow)
    due = [Due(Interface(f"r{n}", "", ("key",), ("gives",), {"key": "key", "gives": "gives"}), {"key": 1}, ("gives",)) for n in range(6)]
    began = time.monotonic()
    said = ask(due, services=(), purpose="test", about=models.Draft(owner=WANG.id, event="test"), actor=WANG, now=now)
    assert time.monotonic() - began < 1.2  # one after the other they would take 1.8
    assert [answer.values.get("gives") for answer in said] == ["r0", "r1", "r2", None, "r4", "r5"]
    assert said[3].reason == "time-out"


def test_a_register_is_asked_in_its_own_words(db: None, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Aliases and roles are ours: the register hears the names of its own description."""
    heard: list[tuple[Any, Any]] = []

    def query(*, resource: str, keys: Any, fields: Any, now: datetime, **_: Any) -> exchange.Answer:
        heard.append((keys, fields))
        return exchange.Answer({"seat-of-business": "胜利路 88 号"}, resource, now)

    monkeypatch.setattr(exchange, "query", query)
    face = Interface("r", "seller", ("seller.uscc",), ("seller.address",), {"seller.uscc": "uscc", "seller.address": "seat-of-business"})
    (said,) = ask(
        [Due(face, {"seller.uscc": "9"}, ("seller.address",))],
        services=(),
        purpose="test",
        about=models.Draft(owner=WANG.id, event="test"),
        actor=WANG,
        now=now,
    )
    assert heard == [({"uscc": "9"}, ("seat-of-business",))]
    assert said.values == {"seller.address": "胜利路 88 号"}


def test_a_register_that_hangs_holds_neither_the_page_nor_a_thread(
    town: Registers, monkeypatch: pytest.MonkeyPatch, now: datetime, settings: Any
) -> None:
    """What has not answered when the time for the page is up is put aside, and its fields are asked; however many pages it hangs for."""
    settings.ONEWINDOW_PREFILL_SECONDS = 0.2
    free = threading.Event()

    def hanging(**asked: Any) -> exchange.Answer:
        free.wait(20)
        return town.query(**asked)

    monkeypatch.setattr(exchange, "query", hanging)
    draft = services.start_draft(event_id="open-a-restaurant", actor=WANG, now=now)
    info = services.save_elements(draft_id=draft.id, values={"property-number": "P-1"}, version=draft.version, actor=WANG, now=now)
    began = time.monotonic()
    found = services.refresh_prefill(draft_id=draft.id, actor=WANG, now=now)
    assert 0.2 <= time.monotonic() - began < 1
    assert found.unavailable == {"property-register": "time-out"}
    page = selectors.draft_page(draft_id=draft.id, actor=WANG)
    assert {row.element: row.why for row in page.fields}["address"] == "no-answer"
    for _ in range(AT_ONCE + 5):
        services.refresh_prefill(draft_id=draft.id, retry=True, actor=WANG, now=now)
        settings.ONEWINDOW_PREFILL_SECONDS = 0.01
    assert len([thread for thread in threading.enumerate() if thread.name.startswith("prefill")]) <= AT_ONCE
    free.set()
    settings.ONEWINDOW_PREFILL_SECONDS = 2.0
    assert services.refresh_prefill(draft_id=draft.id, retry=True, actor=WANG, now=now).unavailable == {}
    services.save_elements(draft_id=draft.id, values={"trade-name": "老灶台"}, version=info.version, actor=WANG, now=now)


def test_a_paper_that_a_silent_register_stands_for_is_brought_after_all_where_it_holds_no_record_and_waited_for_not_for_ever(
    town: Registers, now: datetime
) -> None:
    town.down.add("property-register")
    cases = []
    for _ in range(2):
        draft = prepare(now)
        services.save_elements(draft_id=draft, values={"address": "东湖路 1 号", "floor-area": 10}, version=3, actor=WANG, now=now)
        assert [row.later for row in selectors.draft_page(draft_id=draft, actor=WANG).documents if row.type != "layout"] != [{}]
        filed = services.file_case(draft_id=draft, idempotency_key=str(draft), declared=True, actor=WANG, now=now)
        cases.append(models.Case.objects.get(pk=filed.case_id))
        services.accept_all(case_id=filed.case_id, actor=WINDOW, now=now)
    first, second = cases
    assert states(first)["registration.register"] == "waiting"
    for hours in (1, 73):
        services.fetch_arrivals(case_id=first.pk, actor=FETCHER, now=now + timedelta(hours=hours))
        assert states(first)["registration.register"] == ("waiting" if hours < 72 else "open")
    assert first.timeline.filter(code="source-silent").count() == 1
    town.down.clear()
    del town.records["property-register"]["P-1"]
    services.fetch_arrivals(case_id=second.pk, actor=FETCHER, now=now + timedelta(hours=1))
    assert states(second)["registration.register"] == "open"
    second.refresh_from_db()
    assert next(row for row in second.plan["evidence"] if row["service"] == "registration")["way"] == "upload"
    assert second.timeline.filter(code="source-without-record").exists()
