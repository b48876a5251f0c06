"""At the desk: whose act it is, what follows from it, and what the clock does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from onewindow.domain.errors import Forbidden
from onewindow.domain.lifecycle import IllegalTransition
from onewindow.modules.cases import errors, models, selectors, services
from onewindow.modules.catalogue import services as catalogue
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from tests.cases.conftest import Registers, prepare, service_states, states, task
from tests.cases.town import CITY, FIRE, LIU, MARKET, MARKET_CHIEF, PDF, TAX, TOWN, USCC, WANG, WINDOW

pytestmark = pytest.mark.django_db
Filing = Callable[..., models.Case]
DAY = timedelta(days=1)


def accepted(file: Filing, now: datetime, **options: Any) -> models.Case:
    case = file(**options)
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    return case


def registered(file: Filing, now: datetime, **options: Any) -> models.Case:
    case = accepted(file, now, **options)
    approve(case, "registration.register", MARKET, now, uscc=USCC)
    return case


def approve(case: models.Case, name: str, actor: Actor, now: datetime, **values: Any) -> services.Decided:
    return services.decide(task_id=task(case, name).pk, outcome="approve", output_values=values, actor=actor, now=now)


def refuse(case: models.Case, name: str, actor: Actor, now: datetime) -> services.Decided:
    return services.decide(task_id=task(case, name).pk, outcome="refuse", reason="not-safe", sentence="场地不安全。", actor=actor, now=now)


def notice(case: models.Case, name: str, actor: Actor, now: datetime, *items: tuple[str, str], days: int = 5) -> services.Noticed:
    listed = [services.NoticeItem(kind, ident, "请更正。") for kind, ident in items or [("element", "seats")]]
    return services.request_correction(task_id=task(case, name).pk, items=listed, due_days=days, actor=actor, now=now)


def with_rule(rule: str, now: datetime) -> None:
    """Let the event say what a refusal means."""
    changed = TOWN.replace("    applicant: natural\n", f"    applicant: natural\n    on_refusal: {rule}\n")
    catalogue.load_catalogue(files=[("town.yaml", changed)], actor=Actor.system("tests"), now=now)


# --- acceptance ---


def test_departments_accept_their_own_and_the_window_accepts_for_all(file: Filing, now: datetime) -> None:
    case = file()
    with pytest.raises(Forbidden):
        services.accept(task_id=task(case, "food.accept").pk, actor=FIRE, now=now)
    with pytest.raises(Forbidden):
        services.accept_all(case_id=case.pk, actor=FIRE, now=now)
    services.accept(task_id=task(case, "fire.accept").pk, actor=FIRE, now=now)
    assert task(case, "registration.register").state == "waiting"  # the window opens for all together
    assert services.accept_all(case_id=case.pk, actor=WINDOW, now=now) == 2
    assert task(case, "registration.register").state == "open"
    assert models.Case.objects.get(pk=case.pk).state == "in-progress"
    with pytest.raises(errors.NothingToAccept):
        services.accept_all(case_id=case.pk, actor=WINDOW, now=now)


def test_nobody_acts_on_a_case_of_their_own(town: Registers, now: datetime) -> None:
    clerk = Actor(kind="officer", id=WANG.id, organisation="market", roles=frozenset({"officer", "window", "supervisor"}))
    filed = services.file_case(draft_id=prepare(now), idempotency_key="k", declared=True, actor=WANG, now=now)
    case = models.Case.objects.get(pk=filed.case_id)
    with pytest.raises(Forbidden):
        services.accept_all(case_id=case.pk, actor=clerk, now=now)
    with pytest.raises(Forbidden):
        services.accept(task_id=task(case, "food.accept").pk, actor=clerk, now=now)
    assert selectors.inbox(actor=clerk, now=now).rows == ()


def test_a_step_is_done_by_the_act_that_belongs_to_it(file: Filing, now: datetime) -> None:
    case = accepted(file, now)
    with pytest.raises(errors.WrongStep, match="use decide"):
        services.complete_step(task_id=task(case, "registration.register").pk, actor=MARKET, now=now)
    with pytest.raises(IllegalTransition):
        services.complete_step(task_id=task(case, "food.inspect").pk, finding="合格", actor=MARKET, now=now)  # not open yet
    with pytest.raises(errors.OutcomeUnknown):
        services.decide(task_id=task(case, "registration.register").pk, outcome="maybe", actor=MARKET, now=now)


# --- the process ---


def test_a_joint_inspection_is_over_when_every_department_has_written_its_finding(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    with pytest.raises(errors.FindingMissing):
        services.complete_step(task_id=task(case, "food.inspect").pk, actor=MARKET, now=now)
    services.complete_step(task_id=task(case, "food.inspect").pk, finding="冷食间合格", actor=MARKET, now=now)
    assert states(case)["fire.decide"] == "waiting"
    services.complete_step(task_id=task(case, "fire.inspect").pk, finding={"text": "通道畅通", "passed": True}, actor=FIRE, now=now)
    assert (states(case)["food.decide"], states(case)["fire.decide"]) == ("open", "open")
    assert task(case, "food.inspect").finding == {"text": "冷食间合格"}


def test_the_limit_is_the_one_the_departments_agreed_on(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    assert (task(case, "food.inspect").limit_days, str(task(case, "food.inspect").due_date)) == (1, "2026-03-16")
    assert task(case, "tax.confirm").limit_days == 2


def test_an_output_is_issued_once_with_its_values_and_lets_others_go_on(file: Filing, now: datetime) -> None:
    case = accepted(file, now)
    with pytest.raises(errors.OutputValuesMissing, match="uscc"):
        approve(case, "registration.register", MARKET, now)
    with pytest.raises(errors.ValuesRefused):
        approve(case, "registration.register", MARKET, now, uscc="91350100M000100Y44")
    with pytest.raises(errors.OutputValueUnknown):
        approve(case, "registration.register", MARKET, now, uscc=USCC, **{"food-number": "1"})
    assert task(case, "registration.register").state == "open"
    approve(case, "registration.register", MARKET, now, uscc=USCC)
    output = models.Output.objects.get(case=case)
    assert output.values == {"uscc": USCC, "trade-name": "老灶台餐饮店"}
    assert output.number == f"{case.reference}-01"
    value = models.CaseValue.objects.get(case=case, element="uscc")
    assert (value.source_kind, value.source_id) == ("produced", "registration")
    with pytest.raises(IllegalTransition):
        approve(case, "registration.register", MARKET, now, uscc=USCC)


def test_registers_that_needed_the_output_are_asked_when_it_has_come(file: Filing, town: Registers, now: datetime) -> None:
    case = registered(file, now)
    town.asked.clear()
    assert services.fetch_arrivals(case_id=case.pk, actor=Actor.system("tests"), now=now) == 1
    assert town.asked == [("tax-register", {"uscc": USCC}, ("tax-office",))]
    value = models.CaseValue.objects.get(case=case, element="tax-office")
    assert (value.value, value.source_kind, value.source_id) == ("第一税务所", "resource", "tax-register")
    assert services.fetch_arrivals(case_id=case.pk, actor=Actor.system("tests"), now=now) == 0
    assert len(town.asked) == 1


def test_a_register_that_is_down_when_the_output_comes_is_asked_again_later(file: Filing, town: Registers, now: datetime) -> None:
    town.down.add("tax-register")
    case = registered(file, now)
    services.fetch_arrivals(case_id=case.pk, actor=Actor.system("tests"), now=now)
    later = now + timedelta(minutes=2)
    assert selectors.cases_to_fetch(now=now) == []
    assert selectors.cases_to_fetch(now=later) == [case.pk]
    town.down.clear()
    services.fetch_arrivals(case_id=case.pk, actor=Actor.system("tests"), now=later)
    assert models.CaseValue.objects.filter(case=case, element="tax-office").exists()
    assert selectors.cases_to_fetch(now=later + DAY) == []


def test_the_system_decides_at_once_what_is_proven(file: Filing, now: datetime) -> None:
    case = registered(file, now, staff=False)
    done = task(case, "tax.confirm")
    assert (done.state, done.automatic, done.done_by) == ("done", True, None)
    assert service_states(case)["tax"] == "completed"
    assert models.TimelineEntry.objects.filter(case=case, code="approved-automatically", service="tax").exists()


def test_what_the_system_cannot_prove_stays_with_an_officer(file: Filing, now: datetime) -> None:
    case = registered(file, now, staff=True)
    assert (task(case, "tax.confirm").state, task(case, "tax.confirm").automatic) == ("open", False)
    approve(case, "tax.confirm", TAX, now)
    assert service_states(case)["tax"] == "completed"


def test_an_unpaid_fee_holds_the_last_step_only(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    for name, actor in (("food.inspect", MARKET), ("fire.inspect", FIRE)):
        services.complete_step(task_id=task(case, name).pk, finding="合格", actor=actor, now=now)
    with pytest.raises(errors.FeeUnpaid):
        approve(case, "food.decide", MARKET, now, **{"food-number": "JY1"})
    pay: dict[str, Any] = {"case_id": case.pk, "service": "food", "method": "cash", "receipt": "R-1", "actor": WINDOW, "now": now}
    with pytest.raises(errors.FeeAmountWrong):
        services.record_payment(**pay, fee="fee", fen=11999)
    with pytest.raises(errors.UnknownFee):
        services.record_payment(**pay, fee="tip", fen=12000)
    with pytest.raises(Forbidden):
        services.record_payment(**{**pay, "actor": FIRE}, fee="fee", fen=12000)
    services.record_payment(**pay, fee="fee", fen=12000)
    with pytest.raises(errors.FeePaid):
        services.record_payment(**pay, fee="fee", fen=12000)
    assert approve(case, "food.decide", MARKET, now, **{"food-number": "JY1"}).service_state == "completed"


# --- corrections ---


def test_one_notice_lists_everything_and_stops_the_clock_of_its_service_only(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    notice(case, "food.inspect", MARKET, now, ("element", "seats"), ("document", "layout"))
    assert (states(case)["food.inspect"], states(case)["fire.inspect"]) == ("paused", "open")
    page = selectors.case_page(case_id=case.pk, actor=WANG, now=now)
    assert page.state == "awaiting-applicant"
    assert [(item.kind, item.id) for item in page.notices[0].items] == [("element", "seats"), ("document", "layout")]
    services.complete_step(task_id=task(case, "fire.inspect").pk, finding="合格", actor=FIRE, now=now)  # others go on
    with pytest.raises(errors.NoticeOpen):
        services.request_correction(
            task_id=task(case, "food.inspect").pk,
            items=[services.NoticeItem("element", "seats", "再改")],
            due_days=3,
            actor=MARKET_CHIEF,
            now=now,
        )


def test_the_answer_puts_right_keeps_what_was_there_and_moves_the_limit(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    due = task(case, "food.inspect").due_date
    sent = notice(case, "food.inspect", MARKET, now, ("element", "seats"), ("document", "layout"))
    later = now + timedelta(days=5)  # from Friday to Wednesday: three working days
    answer: dict[str, Any] = {"notice_id": sent.id, "actor": WANG, "now": later}
    with pytest.raises(errors.NoticeIncomplete, match="layout"):
        services.answer_notice(**answer, values={"seats": 44})
    with pytest.raises(errors.UnknownField):
        services.answer_notice(**answer, values={"seats": 44, "address": "皇宫 1 号"})
    with pytest.raises(Forbidden):
        services.answer_notice(**{**answer, "actor": LIU}, values={"seats": 44})
    upload = services.NewFile("layout", "新图.pdf", "application/pdf", PDF)
    services.answer_notice(**answer, values={"seats": 44}, uploads=[upload])
    assert [(row.value, row.superseded_at is None) for row in case.values.filter(element="seats").order_by("id")] == [
        (48, False),
        (44, True),
    ]
    assert [(row.name, row.superseded_at is None) for row in case.attachments.order_by("added_at")] == [
        ("布局图.pdf", False),
        ("新图.pdf", True),
    ]
    assert due is not None
    assert task(case, "food.inspect").state == "open"
    assert (due.isoformat(), task(case, "food.inspect").due_date) == ("2026-03-16", datetime(2026, 3, 19).date())
    with pytest.raises(errors.NoticeClosed):
        services.answer_notice(**answer, values={"seats": 40}, uploads=[upload])


def test_a_second_notice_needs_a_supervisor(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    first = notice(case, "food.inspect", MARKET, now)
    services.answer_notice(notice_id=first.id, values={"seats": 44}, actor=WANG, now=now)
    with pytest.raises(errors.SecondNotice):
        notice(case, "food.inspect", MARKET, now)
    assert notice(case, "food.inspect", MARKET_CHIEF, now).number == 2


def test_a_notice_asks_only_for_what_belongs_to_its_service(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    for kind, ident in (("element", "sign-size"), ("document", "tax-sheet"), ("soul", "seats")):
        with pytest.raises(errors.NothingToCorrect):
            notice(case, "food.inspect", MARKET, now, (kind, ident))
    with pytest.raises(errors.BadDueDays):
        notice(case, "food.inspect", MARKET, now, days=0)
    with pytest.raises(errors.NothingToCorrect):
        services.request_correction(
            task_id=task(case, "food.inspect").pk, items=[{"kind": "element", "id": "seats"}], due_days=3, actor=MARKET, now=now
        )


def test_a_late_answer_still_counts_until_somebody_has_refused(file: Filing, now: datetime) -> None:
    first, second = registered(file, now), registered(file, now)
    sent = [notice(case, "food.inspect", MARKET, now, days=2) for case in (first, second)]
    with pytest.raises(errors.WrongStep):
        refuse(first, "food.inspect", MARKET, now)  # the time is not over yet
    late = now + timedelta(days=10)
    services.answer_notice(notice_id=sent[0].id, values={"seats": 44}, actor=WANG, now=late)
    assert models.TimelineEntry.objects.get(case=first, code="notice-answered").values["late"] is True
    assert refuse(second, "food.inspect", MARKET, late).service_state == "refused"
    with pytest.raises(errors.NoticeClosed):
        services.answer_notice(notice_id=sent[1].id, values={"seats": 44}, actor=WANG, now=late)
    assert second.values.get(element="seats").value == 48


def test_a_corrected_key_asks_the_register_again(file: Filing, town: Registers, now: datetime) -> None:
    case = accepted(file, now)
    sent = notice(case, "registration.register", MARKET, now, ("element", "property-number"))
    services.answer_notice(notice_id=sent.id, values={"property-number": "P-2"}, actor=WANG, now=now)
    assert not case.values.filter(element="address", superseded_at=None).exists()  # it belonged to another property
    services.fetch_arrivals(case_id=case.pk, actor=Actor.system("tests"), now=now)
    assert case.values.get(element="address", superseded_at=None).value == "东湖路 6 号"
    assert case.values.get(element="floor-area", superseded_at=None).value == 80


def test_a_step_that_opens_while_the_applicant_is_asked_opens_with_its_clock_stopped(file: Filing, town: Registers, now: datetime) -> None:
    apart = TOWN.replace(
        "      - {id: inspect, kind: inspection, limit_days: 5, visit: always, joint: visit}\n"
        "      - {id: decide, kind: decision, limit_days: 3}\n"
        "    produces: [food-licence]",
        "      - {id: review, kind: review, limit_days: 2, after: [accept]}\n"
        "      - {id: inspect, kind: inspection, limit_days: 5, visit: always, joint: visit, after: [accept]}\n"
        "      - {id: decide, kind: decision, limit_days: 3, after: [review, inspect]}\n"
        "    produces: [food-licence]",
    )
    catalogue.load_catalogue(files=[("town.yaml", apart)], actor=Actor.system("tests"), now=now)
    case = accepted(file, now)
    sent = notice(case, "food.review", MARKET, now)
    approve(case, "registration.register", MARKET, now, uscc=USCC)
    assert (task(case, "food.inspect").state, task(case, "fire.inspect").state) == ("paused", "open")
    services.answer_notice(notice_id=sent.id, values={"seats": 44}, actor=WANG, now=now + 4 * DAY)
    assert (task(case, "food.inspect").state, str(task(case, "food.inspect").due_date)) == ("open", "2026-03-18")


# --- suspension ---


def test_a_suspension_needs_reason_and_law_and_moves_the_limit(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    chosen = task(case, "food.inspect")
    with pytest.raises(errors.ReasonMissing):
        services.suspend(task_id=chosen.pk, reason="专家论证", legal_basis=" ", actor=MARKET, now=now)
    services.suspend(task_id=chosen.pk, reason="专家论证", legal_basis="食品安全法", actor=MARKET, now=now)
    with pytest.raises(IllegalTransition):
        services.complete_step(task_id=chosen.pk, finding="合格", actor=MARKET, now=now)
    services.resume(task_id=chosen.pk, actor=MARKET, now=now + timedelta(days=4))  # Tuesday: two working days later
    assert str(task(case, "food.inspect").due_date) == "2026-03-18"
    lines = [(row.code, row.values.get("legal_basis")) for row in case.timeline.filter(code__in=("suspended", "resumed"))]
    assert lines == [("suspended", "食品安全法"), ("resumed", None)]


def test_a_suspended_step_is_not_decided_and_one_that_waits_for_the_applicant_not_resumed(
    file: Filing, town: Registers, now: datetime
) -> None:
    case = accepted(file, now)
    services.suspend(task_id=task(case, "registration.register").pk, reason="论证", legal_basis="法", actor=MARKET, now=now)
    with pytest.raises(IllegalTransition):
        approve(case, "registration.register", MARKET, now, uscc=USCC)
    services.resume(task_id=task(case, "registration.register").pk, actor=MARKET, now=now)
    sent = notice(case, "registration.register", MARKET, now, ("element", "address"))
    with pytest.raises(errors.WrongStep, match="answer_notice"):
        services.resume(task_id=task(case, "registration.register").pk, actor=MARKET, now=now)
    services.answer_notice(notice_id=sent.id, values={"address": "胜利路 90 号"}, actor=WANG, now=now)
    assert task(case, "registration.register").state == "open"


# --- refusal and withdrawal ---


def test_a_refusal_needs_reason_and_sentence(file: Filing, now: datetime) -> None:
    case = accepted(file, now)
    act: dict[str, Any] = {"task_id": task(case, "registration.register").pk, "outcome": "refuse", "actor": MARKET, "now": now}
    with pytest.raises(errors.ReasonMissing):
        services.decide(**act, sentence="不行")
    with pytest.raises(errors.SentenceMissing):
        services.decide(**act, reason="incomplete", sentence="  ")
    with pytest.raises(Forbidden):
        services.decide(**{**act, "actor": FIRE}, reason="incomplete", sentence="不行")


def test_services_that_wait_for_a_refused_one_are_withdrawn_and_the_others_go_on(file: Filing, now: datetime) -> None:
    case = accepted(file, now, sign=True)
    assert refuse(case, "registration.register", MARKET, now).case_state == "in-progress"
    assert service_states(case) == {
        "registration": "refused",
        "food": "withdrawn",
        "fire": "withdrawn",
        "tax": "withdrawn",
        "sign": "in-progress",
    }
    services.complete_step(task_id=task(case, "sign.review").pk, finding="合格", actor=CITY, now=now)
    case.refresh_from_db()
    assert case.state == "completed"
    page = selectors.case_page(case_id=case.pk, actor=WANG, now=now)
    assert next(row for row in page.services if row.service == "registration").sentence == {"zh": "场地不安全。"}


def test_a_case_whose_services_are_all_refused_or_fell_with_them_is_refused(file: Filing, now: datetime) -> None:
    case = accepted(file, now)
    assert refuse(case, "registration.register", MARKET, now).case_state == "refused"


def test_a_refusal_that_the_event_lets_others_survive_lets_them_go_on(file: Filing, town: Registers, now: datetime) -> None:
    with_rule("{registration: continue}", now)
    case = accepted(file, now)
    refuse(case, "registration.register", MARKET, now)
    assert states(case)["food.inspect"] == "open"


def test_what_a_refusal_lets_go_on_still_waits_for_the_window(file: Filing, town: Registers, now: datetime) -> None:
    with_rule("{registration: continue}", now)
    case = file()
    refuse(case, "registration.accept", MARKET, now)
    assert states(case)["tax.confirm"] == "waiting"  # the others are not accepted yet
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    assert states(case)["tax.confirm"] == "open"


def test_a_held_service_waits_for_a_supervisor(file: Filing, town: Registers, now: datetime) -> None:
    with_rule("{registration: wait}", now)
    case = accepted(file, now)
    refuse(case, "registration.register", MARKET, now)
    assert service_states(case)["food"] == "on-hold"
    assert states(case)["food.inspect"] == "waiting"
    with pytest.raises(Forbidden):
        services.release_service(case_id=case.pk, service="food", actor=MARKET, now=now)
    services.release_service(case_id=case.pk, service="food", actor=MARKET_CHIEF, now=now)
    assert states(case)["food.inspect"] == "open"
    assert states(case)["fire.inspect"] == "waiting"


def test_an_application_can_be_turned_down_at_acceptance(file: Filing, now: datetime) -> None:
    case = file(sign=True)
    assert refuse(case, "sign.accept", CITY, now).service_state == "refused"
    assert states(case)["sign.review"] == "skipped"
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    assert states(case)["registration.register"] == "open"


def test_the_applicant_withdraws_what_is_not_decided_yet(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    with pytest.raises(Forbidden):
        services.withdraw(case_id=case.pk, actor=LIU, now=now)
    services.withdraw(case_id=case.pk, actor=WANG, now=now)
    case.refresh_from_db()
    assert service_states(case) == {"registration": "completed", "food": "withdrawn", "fire": "withdrawn", "tax": "withdrawn"}
    assert case.state == "completed"
    untouched = file()
    services.withdraw(case_id=untouched.pk, actor=WANG, now=now)
    untouched.refresh_from_db()
    assert untouched.state == "withdrawn"


def test_a_closed_case_cannot_be_touched(file: Filing, now: datetime) -> None:
    case = file()
    services.withdraw(case_id=case.pk, actor=WANG, now=now)
    for act in (
        lambda: services.accept_all(case_id=case.pk, actor=WINDOW, now=now),
        lambda: services.accept(task_id=task(case, "food.accept").pk, actor=MARKET, now=now),
        lambda: services.withdraw(case_id=case.pk, actor=WANG, now=now),
        lambda: services.suspend(task_id=task(case, "food.accept").pk, reason="x", legal_basis="y", actor=MARKET, now=now),
        lambda: services.record_payment(
            case_id=case.pk, service="food", fee="fee", fen=12000, method="cash", receipt="1", actor=WINDOW, now=now
        ),
        lambda: notice(case, "food.accept", MARKET, now),
    ):
        with pytest.raises(errors.CaseClosed):
            act()


# --- overdue, timeline ---


def test_a_limit_that_has_passed_is_brought_before_the_supervisors_once(file: Filing, now: datetime) -> None:
    case = file()
    desk = Actor.system("tests")
    assert services.escalate(actor=desk, now=now + 3 * DAY) == 0  # Monday is the last day
    assert services.escalate(actor=desk, now=now + 4 * DAY) == 3
    assert services.escalate(actor=desk, now=now + 5 * DAY) == 0
    assert case.timeline.filter(code="overdue").count() == 3
    with pytest.raises(Forbidden):
        services.escalate(actor=MARKET_CHIEF, now=now)


def test_every_act_stands_in_the_timeline_and_in_the_audit(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    services.suspend(task_id=task(case, "food.inspect").pk, reason="论证", legal_basis="法", actor=MARKET, now=now)
    services.resume(task_id=task(case, "food.inspect").pk, actor=MARKET, now=now)
    services.withdraw(case_id=case.pk, actor=WANG, now=now)
    codes = [row.code for row in case.timeline.all() if row.code != "task-opened"]
    assert codes == [
        "case-filed",
        *["accepted"] * 3,
        "approved",
        "output-issued",
        "service-completed",
        "suspended",
        "resumed",
        "withdrawal",
        *["service-withdrawn"] * 3,
        "case-completed",
    ]
    actions = list(
        AuditEntry.objects.filter(action__startswith="cases.").exclude(subject_kind="draft").order_by("pk").values_list("action", flat=True)
    )
    assert actions == ["cases.file", "cases.accept-all", "cases.decide", "cases.suspend", "cases.resume", "cases.withdraw"]


def test_signs_that_cannot_be_shown_do_not_stop_an_act(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    broken = "通道\x00畅通\ud800"
    services.complete_step(task_id=task(case, "fire.inspect").pk, finding={"text": broken, "list": [broken]}, actor=FIRE, now=now)
    assert task(case, "fire.inspect").finding == {"text": "通道畅通", "list": ["通道畅通"]}
    services.suspend(task_id=task(case, "food.inspect").pk, reason=broken, legal_basis=broken, actor=MARKET, now=now)
    services.resume(task_id=task(case, "food.inspect").pk, actor=MARKET, now=now)
    assert selectors.inbox(actor=MARKET, filter=selectors.InboxFilter(text="老灶\x00台"), now=now).total == 1
    with pytest.raises(errors.ReasonMissing):
        services.suspend(task_id=task(case, "food.inspect").pk, reason="\x00", legal_basis="法", actor=MARKET, now=now)
