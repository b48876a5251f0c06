"""Workers that come, stall, fail and die in any order: what was recorded is done once or still waits, and never by two at once."""

from datetime import UTC, datetime, timedelta
from unittest import mock
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from tests.plumbing.ping import Ping

from onewindow.plumbing import outbox
from onewindow.plumbing.models import AuditEntry, OutboxRow
from onewindow.plumbing.outbox import registry, worker

NOTE = "tests.plumbing.ping.note"
WORKERS = st.sampled_from(["a", "b", "c"])


class KilledError(BaseException):
    """The process ends here: no handler of exceptions in the worker may see it."""


class Outbox(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        OutboxRow.objects.all().delete()
        AuditEntry.objects.all().delete()
        self.now = datetime(2026, 3, 13, tzinfo=UTC)
        self.recorded = 0
        self.done: list[int] = []
        self.in_hand: dict[str, list[tuple[UUID, OutboxRow, datetime]]] = {"a": [], "b": [], "c": []}

    @rule(count=st.integers(1, 4), ahead=st.sampled_from([0, 0, 5, 90]))
    def record(self, count: int, ahead: int) -> None:
        with transaction.atomic():
            for _ in range(count):
                outbox.record(Ping(number=self.recorded, at=self.now), at=self.now, run_at=self.now + timedelta(seconds=ahead))
                self.recorded += 1

    @rule(name=WORKERS, batch=st.integers(1, 5))
    def claim(self, name: str, batch: int) -> None:
        lease, rows = worker.claim(self.now, batch)
        leased = {row.pk for hand in self.in_hand.values() for _, row, until in hand if until > self.now}
        assert leased.isdisjoint(row.pk for row in rows), "a row within its lease went to a second worker"
        assert all(row.run_at <= self.now for row in rows), "a row was taken before its time"
        self.in_hand[name] += [(lease, row, self.now + worker.LEASE) for row in rows]

    @precondition(lambda self: any(self.in_hand.values()))
    @rule(name=WORKERS, fate=st.sampled_from(["done", "done", "handler fails", "killed in the handler", "killed before the commit"]))
    def perform(self, name: str, fate: str) -> None:
        if not self.in_hand[name]:
            return
        lease, row, _until = self.in_hand[name].pop(0)
        runs: list[int] = []
        real = registry.handlers[NOTE]

        def handler(event: Ping) -> None:
            runs.append(event.number)
            real(event)
            if fate == "handler fails":
                raise ValueError
            if fate == "killed in the handler":
                raise KilledError

        def handle(row: OutboxRow, now: datetime) -> None:
            real_handle(row, now)
            if fate == "killed before the commit":
                raise KilledError

        real_handle = worker._handle
        with mock.patch.dict(registry.handlers, {NOTE: handler}), mock.patch.object(worker, "_handle", handle):
            try:
                finished = worker.perform(row, lease, self.now)
            except KilledError:
                finished = False
                self.in_hand[name] = []  # the rest of its batch dies with it
        if finished:
            self.done += runs

    @rule(seconds=st.sampled_from([0.5, 3, 31, 1000]))
    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def nothing_is_lost_and_nothing_doubled(self) -> None:
        effects = [int(number) for number in AuditEntry.objects.filter(action="tests.noted").values_list("subject_id", flat=True)]
        waiting = [payload["number"] for payload in OutboxRow.objects.filter(event="Ping").values_list("payload", flat=True)]
        assert sorted(effects) == sorted(self.done)
        assert sorted(effects + waiting) == list(range(self.recorded))

    def teardown(self) -> None:
        """Whatever happened, a worker that stays alive finishes the rest."""
        for _ in range(30):
            self.now += worker.LONGEST_DELAY
            worker.run_once(self.now, 50)
        dead = len(outbox.dead())
        assert OutboxRow.objects.filter(event="Ping").count() == dead
        assert AuditEntry.objects.filter(action="tests.noted").count() == self.recorded - dead


@pytest.mark.django_db(transaction=True)
def test_whatever_workers_do_every_event_is_done_once_or_still_waits() -> None:
    with mock.patch.dict(registry.periodic, clear=True):
        run_state_machine_as_test(Outbox, settings=settings(max_examples=25, stateful_step_count=25))
