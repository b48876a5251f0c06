"""What is recorded is done once, in its time, and what cannot be done is put aside where somebody sees it."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from tests.plumbing.ping import Ping

from onewindow.domain.errors import NotFound
from onewindow.plumbing import outbox
from onewindow.plumbing.models import AuditEntry, OutboxRow
from onewindow.plumbing.outbox import registry, worker

pytestmark = pytest.mark.django_db(transaction=True)
NOTE = "tests.plumbing.ping.note"


@pytest.fixture(autouse=True)
def only_the_jobs_of_the_test() -> Iterator[None]:
    with mock.patch.dict(registry.periodic, clear=True):
        yield


def record(number: int, *, at: datetime, run_at: datetime | None = None) -> None:
    with transaction.atomic():
        assert outbox.record(Ping(number=number, at=at), at=at, run_at=run_at) == 1


def noted() -> list[str]:
    return list(AuditEntry.objects.filter(action="tests.noted").order_by("id").values_list("subject_id", flat=True))


def failing() -> Any:
    return mock.patch.dict(registry.handlers, {NOTE: mock.Mock(side_effect=ValueError("a person's name"))})


def test_an_event_reaches_its_handler_once(now: datetime) -> None:
    record(1, at=now)
    assert worker.run_once(now) == 1
    assert worker.run_once(now) == 0
    assert noted() == ["1"]
    assert not OutboxRow.objects.exists()


def test_what_was_rolled_back_is_never_told(now: datetime) -> None:
    with pytest.raises(RuntimeError, match="given up"), transaction.atomic():  # noqa: PT012
        outbox.record(Ping(number=1, at=now), at=now)
        raise RuntimeError("given up")
    assert worker.run_once(now) == 0


def test_recording_outside_a_transaction_is_refused(now: datetime) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        outbox.record(Ping(number=1, at=now), at=now)
    assert not OutboxRow.objects.exists()


def test_a_scheduled_event_waits_for_its_time(now: datetime) -> None:
    later = now + timedelta(hours=3)
    record(1, at=now, run_at=later)
    assert worker.run_once(later - timedelta(seconds=1)) == 0
    assert worker.run_once(later) == 1
    assert noted() == ["1"]


def test_more_rows_than_a_batch_are_taken_in_turns_oldest_first(now: datetime) -> None:
    for number in range(7):
        record(number, at=now + timedelta(seconds=number))
    at_last = now + timedelta(minutes=1)
    assert [worker.run_once(at_last, 3) for _ in range(4)] == [3, 3, 1, 0]
    assert noted() == [str(number) for number in range(7)]


def test_what_a_failing_handler_wrote_is_taken_back_and_tried_again_later(now: datetime) -> None:
    record(1, at=now)
    real = registry.handlers[NOTE]

    def half_done(event: Ping) -> None:
        real(event)
        raise ValueError

    with mock.patch.dict(registry.handlers, {NOTE: half_done}):
        worker.run_once(now)
    assert noted() == []
    assert worker.run_once(now) == 0, "it waits before the next try"
    assert worker.run_once(now + timedelta(seconds=2)) == 1
    assert noted() == ["1"]


def test_waiting_doubles_up_to_a_quarter_of_an_hour(now: datetime) -> None:
    with mock.patch.object(random, "uniform", return_value=1):
        waits = [worker.delay(attempts).total_seconds() for attempts in range(1, 13)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert all(worker.delay(5) <= timedelta(seconds=16) for _ in range(50))
    assert len({worker.delay(5) for _ in range(50)}) > 40, "workers must not come back all at once"


def test_after_ten_failures_it_becomes_a_dead_letter_that_names_no_person_and_can_be_revived(now: datetime) -> None:
    record(1, at=now)
    moment = now
    with failing():
        for _ in range(worker.ATTEMPTS):
            assert worker.run_once(moment) == 1
            moment += worker.LONGEST_DELAY
        assert worker.run_once(moment) == 0
    [letter] = outbox.dead()
    assert (letter.event, letter.handler, letter.attempts, letter.failure) == ("Ping", NOTE, 10, "ValueError")
    outbox.revive(letter.id, now=moment)
    assert outbox.dead() == []
    assert worker.run_once(moment) == 1
    assert noted() == ["1"]
    with pytest.raises(NotFound):
        outbox.revive(letter.id, now=moment)


def test_a_row_whose_handler_is_gone_is_kept(now: datetime) -> None:
    record(1, at=now)
    OutboxRow.objects.update(handler="a.module.that.was.removed")
    worker.run_once(now)
    row = OutboxRow.objects.get()
    assert (row.failure, row.attempts) == ("HandlerGone", 1)


def test_a_leased_row_is_left_to_its_worker_until_the_lease_ends(now: datetime) -> None:
    record(1, at=now)
    lease, [row] = worker.claim(now)
    assert worker.run_once(now + worker.LEASE - timedelta(seconds=1)) == 0
    assert worker.run_once(now + worker.LEASE) == 1, "its worker died: another one takes it"
    assert not worker.perform(row, lease, now), "the first worker comes back too late"
    assert noted() == ["1"]


def test_a_worker_whose_lease_went_to_another_does_not_run_the_row(now: datetime) -> None:
    record(1, at=now)
    slow_lease, [row] = worker.claim(now)
    _lease, [again] = worker.claim(now + worker.LEASE)
    assert again.pk == row.pk
    assert not worker.perform(row, slow_lease, now + worker.LEASE)
    assert noted() == []


def test_a_row_that_only_kills_its_workers_is_put_aside_at_last(now: datetime) -> None:
    record(1, at=now)
    moment = now
    for _ in range(worker.CLAIMS):
        assert len(worker.claim(moment)[1]) == 1
        moment += worker.LEASE
    assert worker.claim(moment)[1] == []
    assert [letter.failure for letter in outbox.dead()] == ["WorkerLost"]


def test_one_failing_row_does_not_hold_up_the_others(now: datetime) -> None:
    record(1, at=now)
    record(2, at=now)
    real = registry.handlers[NOTE]

    def picky(event: Ping) -> None:
        if event.number == 1:
            raise ValueError
        real(event)

    with mock.patch.dict(registry.handlers, {NOTE: picky}):
        worker.run_once(now)
    assert noted() == ["2"]


def test_a_periodic_job_runs_at_its_pace_whatever_the_number_of_workers(now: datetime) -> None:
    turns: list[datetime] = []

    @outbox.every(60, "tests.tick")
    def tick(*, now: datetime) -> None:
        turns.append(now)

    worker.ensure_jobs(now)
    worker.ensure_jobs(now)
    assert OutboxRow.objects.filter(job="tests.tick").count() == 1
    for second in range(0, 181, 20):
        worker.run_once(now + timedelta(seconds=second))
    assert turns == [now + timedelta(seconds=second) for second in (0, 60, 120, 180)]


def test_a_periodic_job_that_fails_is_tried_again_for_ever(now: datetime) -> None:
    tries = 0

    @outbox.every(60, "tests.broken")
    def broken(*, now: datetime) -> None:
        nonlocal tries
        tries += 1
        if tries <= 15:
            raise ValueError

    worker.ensure_jobs(now)
    for quarter in range(17):
        worker.run_once(now + quarter * worker.LONGEST_DELAY)
    assert tries == 17
    row = OutboxRow.objects.get(job="tests.broken")
    assert (row.dead_at, row.attempts, row.failure) == (None, 0, "")


def test_the_log_of_a_failure_names_the_class_and_not_the_message(now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    record(1, at=now)
    with failing(), caplog.at_level("WARNING"):
        worker.run_once(now)
    from onewindow.config.logs import failure_without_values

    [entry] = [item.msg for item in caplog.records if item.name == "onewindow.outbox"]
    assert isinstance(entry, dict)
    assert "a person's name" not in str(failure_without_values(None, "warning", dict(entry)))
    assert OutboxRow.objects.get().failure == "ValueError"
