"""The same request twice has one effect and one answer."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError

from onewindow.plumbing import idempotency
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import IdempotencyKey

pytestmark = pytest.mark.django_db(transaction=True)
ANNA, BORIS = Actor(kind="person", id=uuid4()), Actor(kind="person", id=uuid4())


def act(body: object, now: datetime, *, actor: Actor = ANNA, key: str = "key-1", fails: bool = False) -> dict[str, Any]:
    with transaction.atomic():
        kept = idempotency.claim(actor=actor, scope="file-case", key=key, fingerprint=idempotency.fingerprint(body), now=now)
        if kept is not None:
            return kept
        if fails:
            raise RuntimeError
        result = {"reference": uuid4().hex}
        idempotency.settle(actor=actor, scope="file-case", key=key, result=result)
    return result


def test_the_same_request_gets_the_same_answer(now: datetime) -> None:
    first = act({"a": 1, "b": 2}, now)
    assert act({"b": 2, "a": 1}, now + timedelta(hours=23)) == first


def test_the_same_key_with_another_body_is_a_conflict(now: datetime) -> None:
    act({"a": 1}, now)
    with pytest.raises(idempotency.IdempotencyConflict) as conflict:
        act({"a": 2}, now)
    assert (conflict.value.code, conflict.value.status) == ("idempotency-conflict", 409)


def test_keys_of_two_people_have_nothing_to_do_with_each_other(now: datetime) -> None:
    assert act({"a": 1}, now) != act({"a": 2}, now, actor=BORIS)


def test_an_act_that_failed_may_be_sent_again(now: datetime) -> None:
    with pytest.raises(RuntimeError):
        act({"a": 1}, now, fails=True)
    assert act({"a": 1}, now)["reference"]


def test_an_answer_is_kept_for_a_day_at_least_and_then_forgotten(now: datetime) -> None:
    first = act({"a": 1}, now)
    assert idempotency.purge(now=now + timedelta(hours=24)) == 0
    assert act({"a": 1}, now + timedelta(hours=24)) == first
    assert idempotency.purge(now=now + timedelta(days=3)) == 1


def test_a_key_outside_a_transaction_is_refused(now: datetime) -> None:
    with pytest.raises(RuntimeError, match="inside transaction"):
        idempotency.claim(actor=ANNA, scope="s", key="k", fingerprint="f", now=now)


def test_settling_what_nobody_claimed_is_refused() -> None:
    with pytest.raises(LookupError, match="claim"), transaction.atomic():
        idempotency.settle(actor=ANNA, scope="s", key="k", result={})


def test_the_database_itself_holds_one_row_a_key(now: datetime) -> None:
    act({"a": 1}, now)
    row = IdempotencyKey.objects.get()
    assert row.key != "key-1", "a key may be a person's number"
    with pytest.raises(IntegrityError), transaction.atomic():
        IdempotencyKey.objects.create(actor=ANNA.key, scope="file-case", key=row.key, fingerprint="", claimed_at=now)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL only: in SQLite's memory one connection is all there is")
def test_fifty_clicks_at_once_have_one_effect(now: datetime) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def click(_number: int) -> str:
        try:
            return str(act({"a": 1}, now)["reference"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(click, range(50)))
    assert len(answers) == 1
    assert IdempotencyKey.objects.count() == 1
