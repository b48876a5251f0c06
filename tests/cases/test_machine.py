"""Anybody does anything to a case at any time: what must hold, holds."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from onewindow.domain import lifecycle
from onewindow.domain.errors import DomainError
from onewindow.modules.cases import models, services
from onewindow.modules.cases.plans import CasePlan
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from tests.cases.conftest import Registers, prepare
from tests.cases.town import CITY, FIRE, FIRE_CHIEF, LIU, MARKET, MARKET_CHIEF, TAX, USCC, WANG, WINDOW

ACTORS = [WANG, LIU, MARKET, MARKET_CHIEF, FIRE, FIRE_CHIEF, TAX, CITY, WINDOW]
SYSTEM = Actor.system("machine")
actors = strategies.sampled_from(ACTORS)
numbers = strategies.integers(0, 30)
OUTPUT = {"registration": {"uscc": USCC}, "food": {"food-number": "JY-1"}}


class Office(RuleBasedStateMachine):
    """Four filed cases stand ready; one is picked, and then everybody pushes every button."""

    cases: list[models.Case]
    start: datetime

    def __init__(self) -> None:
        super().__init__()
        self.now = self.start
        self.read: dict[str, Any] | None = None
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(pick=numbers)
    def choose(self, pick: int) -> None:
        self.case = self.cases[pick % len(self.cases)]
        self.acts = AuditEntry.objects.count()
        self.seen = self.snapshot()

    # --- what anybody may try ---

    def tasks(self) -> list[models.Task]:
        return list(models.Task.objects.filter(case=self.case).order_by("position"))

    def task(self, pick: int) -> models.Task:
        tasks: list[models.Task] = self.found()["rows"]
        lively = [task for task in tasks if task.state in {"open", "paused"}]
        return lively[pick % len(lively)] if lively and pick % 5 else tasks[pick % len(tasks)]

    def attempt(self, act: Callable[[], Any]) -> None:
        """Do it; a refusal changes nothing, a deed leaves an audit entry and a line in the timeline."""
        before, lines, entries = self.found(), self.lines(), AuditEntry.objects.count()
        refused = None
        try:
            act()
        except DomainError as error:
            refused = str(error)
        finally:
            self.read = None
        if refused is not None:
            assert len(refused) > 20
            assert self.found() == before
            assert (self.lines(), AuditEntry.objects.count()) == (lines, entries)
        else:
            assert self.lines() > lines
            assert AuditEntry.objects.count() == entries + 1
            assert not lifecycle.is_final("case", before["case"]), "a closed case was changed"

    @rule(actor=actors, pick=numbers)
    def accept(self, actor: Actor, pick: int) -> None:
        self.attempt(lambda: services.accept(task_id=self.task(pick).pk, actor=actor, now=self.now))

    @rule(actor=strategies.sampled_from([WINDOW, MARKET, WANG]))
    def accept_all(self, actor: Actor) -> None:
        self.attempt(lambda: services.accept_all(case_id=self.case.pk, actor=actor, now=self.now))

    @rule(actor=actors, pick=numbers)
    def complete(self, actor: Actor, pick: int) -> None:
        self.attempt(lambda: services.complete_step(task_id=self.task(pick).pk, finding="合格", actor=actor, now=self.now))

    @rule(pick=numbers, right=strategies.booleans(), actor=actors)
    def approve(self, pick: int, right: bool, actor: Actor) -> None:
        task = self.task(pick)
        who = next((one for one in ACTORS if one.organisation == task.organisation), actor) if right else actor
        values = OUTPUT.get(task.service, {})
        self.attempt(lambda: services.decide(task_id=task.pk, outcome="approve", output_values=values, actor=who, now=self.now))

    @rule(actor=actors, pick=numbers)
    def refuse(self, actor: Actor, pick: int) -> None:
        task = self.task(pick)
        self.attempt(lambda: services.decide(task_id=task.pk, outcome="refuse", sentence="不行", reason="no", actor=actor, now=self.now))

    @rule(actor=actors, pick=numbers, element=strategies.sampled_from(["seats", "address", "property-number", "uscc"]))
    def ask_to_correct(self, actor: Actor, pick: int, element: str) -> None:
        items = [services.NoticeItem("element", element, "请更正")]
        self.attempt(lambda: services.request_correction(task_id=self.task(pick).pk, items=items, due_days=2, actor=actor, now=self.now))

    @rule(actor=strategies.sampled_from([WANG, WANG, LIU, MARKET]), pick=numbers)
    def answer(self, actor: Actor, pick: int) -> None:
        notices = list(models.Notice.objects.filter(case=self.case).order_by("sent_at", "service"))
        if notices:
            notice = notices[pick % len(notices)]
            good = {"seats": 40, "address": "东湖路 1 号", "property-number": "P-2", "uscc": USCC}
            values = {item["id"]: good[item["id"]] for item in notice.items}
            self.attempt(lambda: services.answer_notice(notice_id=notice.pk, values=values, actor=actor, now=self.now))

    @rule(actor=actors, pick=numbers)
    def suspend(self, actor: Actor, pick: int) -> None:
        self.attempt(lambda: services.suspend(task_id=self.task(pick).pk, reason="论证", legal_basis="法", actor=actor, now=self.now))

    @rule(actor=actors, pick=numbers)
    def resume(self, actor: Actor, pick: int) -> None:
        self.attempt(lambda: services.resume(task_id=self.task(pick).pk, actor=actor, now=self.now))

    @rule(actor=actors, fen=strategies.sampled_from([12000, 12000, 1]))
    def pay(self, actor: Actor, fen: int) -> None:
        self.attempt(
            lambda: services.record_payment(
                case_id=self.case.pk, service="food", fee="fee", fen=fen, method="cash", receipt="R", actor=actor, now=self.now
            )
        )

    @rule(actor=actors, service=strategies.sampled_from(["food", "fire", "tax", "registration"]))
    def release(self, actor: Actor, service: str) -> None:
        self.attempt(lambda: services.release_service(case_id=self.case.pk, service=service, actor=actor, now=self.now))

    @rule(actor=strategies.sampled_from([LIU, MARKET, LIU, LIU, LIU, WANG]))
    def withdraw(self, actor: Actor) -> None:
        self.attempt(lambda: services.withdraw(case_id=self.case.pk, actor=actor, now=self.now))

    @rule(days=strategies.integers(0, 5))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days, minutes=5)
        self.read = None
        services.escalate(actor=SYSTEM, now=self.now)

    @rule()
    def registers_are_asked(self) -> None:
        self.read = None
        services.fetch_arrivals(case_id=self.case.pk, actor=SYSTEM, now=self.now)

    # --- what must hold ---

    def lines(self) -> int:
        return models.TimelineEntry.objects.filter(case=self.case).count()

    def found(self) -> dict[str, Any]:
        """The snapshot after the last act, read once for all that must hold."""
        if self.read is None:
            self.read = self.snapshot()
        return self.read

    def snapshot(self) -> dict[str, Any]:
        case = self.case
        rows = self.tasks()
        return {
            "case": models.Case.objects.values_list("state", flat=True).get(pk=case.pk),
            "services": dict(models.CaseService.objects.filter(case=case).values_list("service", "state")),
            "tasks": {(row.service, row.step): row.state for row in rows},
            "due": {(row.service, row.step): row.due_date for row in rows},
            "rows": rows,
            "values": sorted(models.CaseValue.objects.filter(case=case).values_list("id", "superseded_at"), key=str),
            "outputs": sorted(models.Output.objects.filter(case=case).values_list("service", "evidence_type")),
            "payments": models.Payment.objects.filter(case=case).count(),
            "notices": sorted(models.Notice.objects.filter(case=case).values_list("id", "closed_at"), key=str),
            "pauses": sorted(models.Pause.objects.filter(task__case=case).values_list("id", "ended_at")),
        }

    @invariant()
    def what_is_over_stays_over(self) -> None:
        found = self.found()
        for thing, key in (("task", "tasks"), ("service", "services")):
            for name, state in self.seen[key].items():
                if lifecycle.is_final(thing, state):  # type: ignore[arg-type]
                    assert found[key][name] == state
        if lifecycle.is_final("case", self.seen["case"]):
            assert found == self.seen
        assert set(self.seen["outputs"]) <= set(found["outputs"])
        self.seen = found

    @invariant()
    def no_node_opens_before_what_it_waits_for_is_done(self) -> None:
        plan = CasePlan(self.case.plan)
        tasks: dict[str, list[models.Task]] = {}
        for task in self.found()["rows"]:
            tasks.setdefault(task.node, []).append(task)
        for node in plan.nodes:
            if any(task.opened_at for task in tasks.get(node.id, ())):
                for before in node.after:
                    assert all(task.state in {"done", "skipped"} for task in tasks.get(before, ())), (node.id, before)

    @invariant()
    def every_open_step_runs_and_every_paused_one_says_why(self) -> None:
        pauses = {row.task_id: row.reason for row in models.Pause.objects.filter(task__case=self.case, ended_at=None)}
        for task in self.found()["rows"]:
            assert (task.pk in pauses) == (task.state == "paused")
            assert (task.due_date is not None) == (task.opened_at is not None)
            if task.state == "done":
                assert task.done_at is not None

    @invariant()
    def an_output_comes_of_every_completed_service_and_of_no_other(self) -> None:
        found = self.found()
        completed = {service for service, state in found["services"].items() if state == "completed"}
        assert {service for service, _ in found["outputs"]} == completed
        assert len(found["outputs"]) == len(set(found["outputs"])) == len(completed)

    @invariant()
    def a_service_waits_for_the_applicant_while_a_notice_is_open(self) -> None:
        asked = set(models.Notice.objects.filter(case=self.case, closed_at=None).values_list("service", flat=True))
        assert asked == {service for service, state in self.found()["services"].items() if state == "correction"}

    @invariant()
    def a_case_is_over_when_all_its_services_are(self) -> None:
        found = self.found()
        over = all(lifecycle.is_final("service", state) for state in found["services"].values())
        assert lifecycle.is_final("case", found["case"]) == over
        if over:
            assert all(state in {"done", "skipped"} for state in found["tasks"].values())

    @invariant()
    def something_is_always_to_be_done_in_an_open_case(self) -> None:
        """No dead end: a step runs, or waits for the applicant, a suspension's end or a supervisor."""
        found = self.found()
        if not lifecycle.is_final("case", found["case"]):
            assert {"open", "paused"} & set(found["tasks"].values()) or "on-hold" in found["services"].values()


@pytest.mark.django_db
@pytest.mark.parametrize("rule_of_refusal", [None, "wait", "continue"])
def test_nobody_can_bring_a_case_into_a_state_that_must_not_be(town: Registers, now: datetime, rule_of_refusal: str | None) -> None:
    if rule_of_refusal:
        from tests.cases.test_desk import with_rule

        with_rule(f"{{registration: {rule_of_refusal}}}", now)
    cases = []
    for sign, staff in ((True, True), (False, False)):
        filed = services.file_case(
            draft_id=prepare(now, sign=sign, staff=staff), idempotency_key=str(uuid4()), declared=True, actor=WANG, now=now
        )
        cases.append(models.Case.objects.get(pk=filed.case_id))
    accepted = services.file_case(draft_id=prepare(now), idempotency_key=str(uuid4()), declared=True, actor=WANG, now=now)
    services.accept_all(case_id=accepted.case_id, actor=WINDOW, now=now)
    cases.append(models.Case.objects.get(pk=accepted.case_id))
    machine = type("Town", (Office,), {"cases": cases, "start": now})
    profile = settings()
    run_state_machine_as_test(machine, settings=settings(profile, max_examples=max(profile.max_examples // 8, 6), stateful_step_count=40))
