"""Whose turn it is: what an officer, a supervisor and the window act on, apart from what others of the department act on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from onewindow.domain.errors import Forbidden
from onewindow.modules.cases import models, selectors, services
from onewindow.modules.cases.selectors import Inbox, InboxFilter
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import task
from tests.cases.town import FIRE, MARKET, MARKET_CHIEF, USCC, WANG, WINDOW, officer

pytestmark = pytest.mark.django_db

CHIEF = replace(officer("fire-supervisor", "fire"), roles=frozenset({"supervisor"}))
"""A supervisor who does no steps: the usual one."""


def queue(actor: Actor, now: datetime, view: str = "mine", text: str = "") -> Inbox:
    return selectors.inbox(actor=actor, filter=InboxFilter(view=view, text=text), now=now)


def test_a_supervisor_who_does_no_steps_is_not_told_that_they_wait_for_them(file: Callable[..., models.Case], now: datetime) -> None:
    file()
    own = queue(CHIEF, now)
    assert own.rows == ()
    assert own.counts["mine"] == 0
    others = queue(CHIEF, now, "department")
    assert others.counts["department"] == others.total == 3
    assert not any(row.mine for row in others.rows)


def test_no_step_is_counted_as_mine_and_as_another_s(file: Callable[..., models.Case], now: datetime) -> None:
    file()
    mine, others = queue(FIRE, now), queue(FIRE, now, "department")
    assert all(row.mine for row in mine.rows)
    assert {row.task_ids for row in mine.rows}.isdisjoint(row.task_ids for row in others.rows)
    assert (mine.counts["mine"], mine.counts["department"]) == (1, 2)


def test_a_supervisor_finds_what_is_late_with_others_and_it_is_not_called_their_own(
    file: Callable[..., models.Case], now: datetime
) -> None:
    file()
    later = now + timedelta(days=30)
    assert queue(CHIEF, later, "late").rows == ()
    (row,) = queue(CHIEF, later, "department-late").rows
    assert (row.light, row.mine) == ("late", False)
    assert queue(FIRE, later).counts["late"] == 1
    assert queue(FIRE, later).counts["department-late"] == 0


def held(file: Callable[..., models.Case], now: datetime) -> models.Case:
    case = file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    models.CaseService.objects.filter(case=case, service="fire").update(state="on-hold")
    return case


def test_a_held_service_waits_for_its_supervisor_and_for_nobody_else(file: Callable[..., models.Case], now: datetime) -> None:
    case = held(file, now)
    (row,) = queue(CHIEF, now).rows
    assert row.task_ids == (task(case, "fire.inspect").pk,), "one row, at the first step that is left"
    assert (row.mine, row.pause_reason) == (True, "held")
    assert queue(FIRE, now).rows == ()
    assert {row.pause_reason for row in queue(FIRE, now, "department").rows} == {"held"}
    services.release_service(case_id=case.pk, service="fire", actor=CHIEF, now=now)
    assert queue(CHIEF, now).rows == ()


def test_a_stopped_clock_stays_with_its_officer_and_an_asked_applicant_is_somebody_else(
    file: Callable[..., models.Case], now: datetime
) -> None:
    case = file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    step = task(case, "registration.register").pk
    services.suspend(task_id=step, reason="等专家意见", legal_basis="行政许可法", actor=MARKET, now=now)
    (row,) = queue(MARKET, now).rows
    assert (row.state, row.pause_reason, row.mine) == ("paused", "等专家意见", True)
    services.resume(task_id=step, actor=MARKET, now=now)
    items = [{"kind": "element", "id": "trade-name", "sentence": "请更正。"}]
    services.request_correction(task_id=step, items=items, due_days=5, actor=MARKET, now=now)
    assert queue(MARKET, now).rows == ()
    assert [row.pause_reason for row in queue(MARKET, now, "department").rows if row.state == "paused"] == ["notice"]
    later = now + timedelta(days=20)
    (row,) = queue(MARKET, later).rows
    assert row.pause_reason == "lapsed", "now the officer decides"
    assert "refuse" in {act.code for act in selectors.case_page(case_id=case.pk, actor=MARKET, now=later).acts}


def test_what_runs_comes_before_what_stands_still(file: Callable[..., models.Case], now: datetime) -> None:
    stopped = file()
    services.suspend(task_id=task(stopped, "fire.accept").pk, reason="r", legal_basis="l", actor=FIRE, now=now)
    running = file()
    assert [row.case_id for row in queue(FIRE, now).rows] == [running.pk, stopped.pk]


def test_a_search_counts_what_it_finds_on_every_tab(file: Callable[..., models.Case], now: datetime) -> None:
    file()
    assert queue(FIRE, now, text="老灶台").counts["department"] == 2
    assert queue(FIRE, now, text="没有").counts == dict.fromkeys(("mine", "department", "done", "late", "department-late"), 0)


def test_a_second_notice_is_sent_by_the_supervisor_who_does_no_steps_and_the_first_is_not(
    file: Callable[..., models.Case], now: datetime
) -> None:
    case = file()
    accept = task(case, "fire.accept").pk
    items = [{"kind": "element", "id": "seats", "sentence": {"zh": "请核对座位数。"}}]

    def codes(actor: Actor) -> set[str]:
        return {act.code for act in selectors.case_page(case_id=case.pk, actor=actor, now=now).acts if act.task_id == accept}

    def ask(actor: Actor) -> services.Noticed:
        return services.request_correction(task_id=accept, items=items, due_days=5, actor=actor, now=now)

    assert "request_correction" not in codes(CHIEF)
    with pytest.raises(Forbidden):
        ask(CHIEF)
    first = ask(FIRE)
    services.answer_notice(notice_id=first.id, values={"seats": 47}, actor=WANG, now=now)
    assert "request_correction" not in codes(FIRE)
    assert codes(CHIEF) == {"request_correction"}
    assert ask(CHIEF).number == 2


def test_another_department_s_supervisor_sees_none_of_it(file: Callable[..., models.Case], now: datetime) -> None:
    case = file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    services.decide(task_id=task(case, "registration.register").pk, outcome="approve", output_values={"uscc": USCC}, actor=MARKET, now=now)
    fire_steps = set(models.Task.objects.filter(case=case, service="fire").values_list("pk", flat=True))
    for view in ("mine", "department", "done", "late", "department-late"):
        shown = {ident for row in queue(MARKET_CHIEF, now, view).rows for ident in row.task_ids}
        assert not fire_steps & shown
