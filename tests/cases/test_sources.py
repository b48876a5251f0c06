"""Several registers at once."""

import time
from datetime import datetime
from typing import Any

import pytest

from onewindow.modules.cases import models
from onewindow.modules.cases.forms import Due
from onewindow.modules.cases.names import Interface
from onewindow.modules.cases.services.prefill import ask
from onewindow.modules.exchange import services as exchange
from tests.cases.town import WANG


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
