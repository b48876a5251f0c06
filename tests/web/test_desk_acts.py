"""Each act of an officer, through the pages: what it does, what it asks for, and what it says when it cannot be done."""

from typing import Any

import pytest

from onewindow.modules.cases import models, services
from onewindow.modules.identity.models import Post, User
from tests.cases.conftest import prepare, service_states, states, task
from tests.cases.town import FIRE, FIRE_CHIEF, LIU, MARKET, MARKET_CHIEF, PDF, TYPED, USCC, WANG, WINDOW
from tests.web.desk_town import Desk, Screen
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = pytest.mark.django_db


def service(case: models.Case, name: str) -> models.CaseService:
    return models.CaseService.objects.get(case=case, service=name)


def sent(page: Screen, form: str = "main-form", **more: Any) -> dict[str, Any]:
    """Fill in the form that a page shows."""
    return {**page.form(form), **more}


# --- acceptance ---


def test_the_window_accepts_everything_with_one_button(desk: Desk) -> None:
    case = desk.file()
    page = desk.get(WINDOW, "/desk/")
    assert "3 个事项一并受理" in page.text
    done = desk.post(WINDOW, desk.path(case, "registration.accept", "accept-all"), sent(page))
    assert "老灶台餐饮店：3 个事项已受理。" in done.text
    assert {name: state for name, state in states(case).items() if name.endswith("accept")} == {
        "registration.accept": "done",
        "food.accept": "done",
        "fire.accept": "done",
    }


def test_a_department_accepts_all_its_services_of_a_case_together_and_no_others(desk: Desk) -> None:
    case = desk.file()
    page = desk.get(MARKET, desk.path(case, "food.accept"))
    assert "2 个事项一并受理" in page.text
    desk.post(MARKET, desk.path(case, "food.accept", "accept"), sent(page))
    assert [states(case)[f"{name}.accept"] for name in ("registration", "food", "fire")] == ["done", "done", "open"]


def test_after_an_act_the_next_step_of_the_same_case_opens_else_the_next_row(desk: Desk) -> None:
    case = desk.file()
    page = desk.get(FIRE, desk.path(case, "fire.accept"))
    done = desk.post(FIRE, desk.path(case, "fire.accept", "accept"), sent(page))
    assert done.url == "/desk/"
    assert "都办完了" in done.text
    assert "已受理" in done.text
    page = desk.get(MARKET, desk.path(case, "food.accept"))
    done = desk.post(MARKET, desk.path(case, "food.accept", "accept"), sent(page))
    assert done.url == desk.path(case, "registration.register")


# --- reviews and inspections ---


def test_an_inspection_is_recorded_with_its_outcome_and_shows_who_is_still_missing(desk: Desk) -> None:
    case = desk.registered()
    page = desk.get(MARKET, desk.path(case, "food.inspect"))
    assert page.part("//ul[@class='together']").count("还没有记录") == 2
    desk.post(MARKET, desk.path(case, "food.inspect", "finish"), sent(page, outcome="remarks", text="冷食间要加一扇门"))
    assert task(case, "food.inspect").finding == {"outcome": "remarks", "text": "冷食间要加一扇门"}
    other = desk.get(FIRE, desk.path(case, "fire.inspect"))
    assert "市场监管局03-13 09:30 已记录" in other.part("//ul[@class='together']").replace(" 03", "03")
    assert "冷食间" not in other.text, "another department's words are not shown"
    assert states(case)["food.decide"] == "waiting"
    services.complete_step(task_id=task(case, "fire.inspect").pk, finding="好", actor=FIRE, now=desk.now)
    decide = desk.get(MARKET, desk.path(case, "food.decide"))
    assert "有整改意见" in decide.text
    assert "冷食间要加一扇门" in decide.text


@pytest.mark.parametrize(
    ("given", "says"),
    [({}, "请选择结果"), ({"outcome": "remarks", "text": " "}, "请写下您看到的情况")],
)
def test_an_unfinished_finding_is_asked_for_and_nothing_is_lost(desk: Desk, given: dict[str, str], says: str) -> None:
    case = desk.registered()
    page = desk.get(MARKET, desk.path(case, "food.inspect"))
    again = desk.post(MARKET, desk.path(case, "food.inspect", "finish"), sent(page, **{"text": "写了一半", **given}))
    assert again.status == 422
    assert says in again.part("//*[@role='alert']")
    assert states(case)["food.inspect"] == "open"
    if "text" not in given:
        assert again.form()["text"] == "写了一半"


# --- approving ---


def test_an_approval_sends_the_sentence_the_officer_saw_in_every_language(desk: Desk) -> None:
    case = desk.file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=desk.now)
    page = desk.get(MARKET, desk.path(case, "registration.register"))
    shown = page.document.xpath("string(//textarea[@name='sentence.zh'])")
    assert shown.startswith("王丽您好，“设立登记”批准了。")
    assert "营业执照" in shown
    done = desk.post(MARKET, desk.path(case, "registration.register", "approve"), sent(page, uscc=USCC))
    assert "已准予：老灶台餐饮店 · 设立登记" in done.text
    assert service(case, "registration").sentence["zh"] == shown
    assert set(service(case, "registration").sentence) == {"zh", "en", "ru"}
    assert models.Output.objects.get(case=case).values["uscc"] == USCC


def test_a_changed_sentence_goes_out_as_it_was_written_and_in_no_other_words(desk: Desk) -> None:
    case = desk.inspected()
    desk.pay(case)
    page = desk.get(MARKET, desk.path(case, "food.decide"))
    desk.post(MARKET, desk.path(case, "food.decide", "approve"), sent(page, **{"food-number": "JY1", "sentence.zh": "可以做热菜和凉菜。"}))
    assert service(case, "food").sentence == {"zh": "可以做热菜和凉菜。"}


def test_an_applicant_who_reads_russian_is_written_to_in_russian_as_well(desk: Desk) -> None:
    User.objects.filter(pk=WANG.id).update(language="ru")
    case = desk.inspected()
    page = desk.get(FIRE, desk.path(case, "fire.decide"))
    assert [area.get("lang") for area in page.document.xpath("//textarea[@lang]")] == ["zh-hans", "ru"]
    assert "Здравствуйте" in page.text
    desk.post(FIRE, desk.path(case, "fire.decide", "approve"), sent(page, **{"sentence.ru": "Можно открываться."}))
    assert service(case, "fire").sentence["ru"] == "Можно открываться."
    assert set(service(case, "fire").sentence) == {"zh", "ru"}, "the English draft would say something else"


def test_values_that_are_issued_are_asked_for_beside_their_field_and_the_sentence_is_kept(desk: Desk) -> None:
    case = desk.file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=desk.now)
    path = desk.path(case, "registration.register", "approve")
    page = desk.get(MARKET, desk.path(case, "registration.register"))
    again = desk.post(MARKET, path, sent(page, **{"sentence.zh": "我改过的话。"}))
    assert again.status == 422
    assert "信用代码：请填写这一项。" in again.part("//*[@role='alert']")
    assert again.form()["sentence.zh"] == "我改过的话。"
    wrong = desk.post(MARKET, path, sent(again, uscc="91350100M000100Y00"))
    assert wrong.status == 422
    assert wrong.form()["uscc"] == "91350100M000100Y00"
    assert "信用代码" in wrong.part("//*[@role='alert']")
    assert states(case)["registration.register"] == "open"


def test_an_unpaid_fee_is_named_in_words_and_can_be_recorded_from_there(desk: Desk) -> None:
    case = desk.inspected()
    page = desk.get(MARKET, desk.path(case, "food.decide"))
    assert "还没有缴费：收费 120.00 元" in page.text
    again = desk.post(MARKET, desk.path(case, "food.decide", "approve"), sent(page, **{"food-number": "JY1"}))
    assert again.status == 409
    assert "“fee”" not in again.text
    assert "收费" in again.part("//*[@role='alert']")
    assert again.form()["food-number"] == "JY1"
    (link,) = again.document.xpath("//ul[@class='checks']//a[contains(@href, '/pay/')]/@href")
    pay = desk.get(MARKET, link)
    assert "120.00 元" in pay.text
    empty = desk.post(MARKET, link.split("?")[0], sent(pay, "act-form"))
    assert empty.status == 422
    assert {"请选择缴费方式。", "请写票据号。"} <= set(empty.document.xpath("//*[@role='alert']//a/text()"))
    paid = desk.post(MARKET, link.split("?")[0], sent(empty, "act-form", method="cash", receipt="R-7"))
    assert "已登记缴费" in paid.text
    assert models.Payment.objects.get(case=case).receipt == "R-7"
    twice = desk.post(MARKET, link.split("?")[0], {"fee": "fee", "method": "cash", "receipt": "R-8"})
    assert twice.status == 409
    assert "没有重复登记" in twice.text
    assert models.Payment.objects.filter(case=case).count() == 1


# --- refusing ---


def test_a_refusal_needs_its_reason_in_the_applicants_sentence(desk: Desk) -> None:
    case = desk.inspected()
    path = desk.path(case, "fire.decide", "refuse")
    page = desk.get(FIRE, path)
    draft = page.document.xpath("string(//textarea[@name='sentence.zh'])")
    assert "行政复议法" in draft
    assert "［…］" in draft
    again = desk.post(FIRE, path, sent(page, "act-form", reason="通道被堵"))
    assert again.status == 422
    assert "请把 ［…］ 换成原因。" in again.part("//*[@role='alert']")
    assert again.form("act-form")["reason"] == "通道被堵"
    words = draft.replace("［…］", "安全出口被堵")
    desk.post(FIRE, path, sent(again, "act-form", **{"sentence.zh": words}))
    assert service_states(case)["fire"] == "refused"
    assert service(case, "fire").sentence == {"zh": words}
    assert service(case, "fire").reason_code == "通道被堵"


def test_a_refusal_without_a_reason_for_the_file_is_not_sent(desk: Desk) -> None:
    case = desk.inspected()
    path = desk.path(case, "fire.decide", "refuse")
    again = desk.post(FIRE, path, sent(desk.get(FIRE, path), "act-form", **{"sentence.zh": "没有批准，因为出口被堵。"}))
    assert again.status == 422
    assert "请写存档的原因。" in again.text
    assert again.form("act-form")["sentence.zh"] == "没有批准，因为出口被堵。"
    assert service_states(case)["fire"] == "in-progress"


# --- putting right ---


def test_everything_to_be_put_right_goes_out_in_one_notice_and_the_clock_stops(desk: Desk) -> None:
    case = desk.registered()
    path = desk.path(case, "food.inspect", "correct")
    page = desk.get(MARKET, path)
    assert "布局图" in page.part("//fieldset[1]")
    more = {
        "tick.document:layout": "1",
        "say.document:layout.zh": "请标上尺寸。",
        "tick.element:seats": "1",
        "say.element:seats.zh": "座位数和图不一致。",
    }
    done = desk.post(MARKET, path, sent(page, "act-form", **more))
    assert "已告知申请人" in done.text
    notice = models.Notice.objects.get(case=case)
    assert {(item["kind"], item["id"]): item["sentence"]["zh"] for item in notice.items} == {
        ("document", "layout"): "请标上尺寸。",
        ("element", "seats"): "座位数和图不一致。",
    }
    shown = desk.get(MARKET, desk.path(case, "food.inspect"))
    assert "等申请人补正" in shown.part("//div[@class='limit']")
    assert "已告知申请人补正，最晚 2026-03-20 周五。" in shown.text
    assert shown.ways() == {"pay"}


def test_a_notice_without_a_sentence_or_without_a_tick_is_not_sent_and_keeps_what_was_typed(desk: Desk) -> None:
    case = desk.registered()
    path = desk.path(case, "food.inspect", "correct")
    page = desk.get(MARKET, path)
    nothing = desk.post(MARKET, path, sent(page, "act-form", due_days="x"))
    assert nothing.status == 422
    assert "请至少勾选一项" in nothing.text
    assert "请写工作日数" in nothing.text
    half = desk.post(
        MARKET, path, sent(page, "act-form", **{"tick.element:seats": "1", "tick.document:layout": "1", "say.element:seats.zh": "请核对。"})
    )
    assert half.status == 422
    assert "请用一句话说清楚要改什么。" in half.text
    kept = half.form("act-form")
    assert kept["tick.element:seats"] == "1"
    assert kept["say.element:seats.zh"] == "请核对。"
    assert kept["tick.document:layout"] == "1"
    assert not models.Notice.objects.exists()


def test_a_second_notice_is_only_for_a_supervisor_and_the_page_says_why(desk: Desk) -> None:
    case = desk.registered()
    path = desk.path(case, "food.inspect", "correct")
    more = {"tick.element:seats": "1", "say.element:seats.zh": "请核对。"}
    desk.post(MARKET, path, sent(desk.get(MARKET, path), "act-form", **more))
    notice = models.Notice.objects.get(case=case)
    services.answer_notice(notice_id=notice.pk, values={"seats": 40}, actor=WANG, now=desk.now)
    page = desk.get(MARKET, desk.path(case, "food.inspect"))
    assert "correct" not in page.ways()
    assert "第二次告知要由本部门主管发出" in page.part("//details[contains(@class,'ways')]")
    assert "申请人已补正" in page.text
    assert "已补正" in page.part("//*[@id='values']")
    refused = desk.get(MARKET, path)
    assert refused.status == 409
    assert "主管" in refused.part("//*[@role='alert']")
    forced = desk.post(MARKET, path, {"due_days": "5", **more})
    assert forced.status in {403, 409}
    assert models.Notice.objects.count() == 1
    desk.post(MARKET_CHIEF, path, sent(desk.get(MARKET_CHIEF, path), "act-form", **more))
    assert models.Notice.objects.count() == 2


def test_when_the_time_to_put_right_has_passed_the_next_act_is_to_decide(desk: Desk) -> None:
    case = desk.registered()
    path = desk.path(case, "food.inspect", "correct")
    desk.post(MARKET, path, sent(desk.get(MARKET, path), "act-form", **{"tick.element:seats": "1", "say.element:seats.zh": "请核对。"}))
    desk.wait(days=30)
    page = desk.get(MARKET, desk.path(case, "food.inspect"))
    assert "申请人没有按时补正" in page.text
    assert page.document.xpath("//a[@data-main]/@href") == [desk.path(case, "food.inspect", "refuse")]
    form = desk.get(MARKET, desk.path(case, "food.inspect", "refuse"))
    desk.post(
        MARKET, desk.path(case, "food.inspect", "refuse"), sent(form, "act-form", reason="未补正", **{"sentence.zh": "没有按时补正。"})
    )
    assert service_states(case)["food"] == "refused"


# --- the clock ---


def test_the_clock_stops_with_reason_and_law_and_runs_again(desk: Desk) -> None:
    case = desk.registered()
    path = desk.path(case, "food.inspect", "stop")
    page = desk.get(MARKET, path)
    again = desk.post(MARKET, path, sent(page, "act-form", reason="等检测报告"))
    assert again.status == 422
    assert "请写明法律依据。" in again.text
    assert again.form("act-form")["reason"] == "等检测报告"
    desk.post(MARKET, path, sent(again, "act-form", legal_basis="食品经营许可和备案管理办法"))
    assert states(case)["food.inspect"] == "paused"
    stopped = desk.get(MARKET, desk.path(case, "food.inspect"))
    assert "暂停计时" in stopped.part("//div[@class='limit']")
    assert stopped.ways() == {"resume", "pay"}
    due = task(case, "food.inspect").due_date
    desk.wait(days=7)
    desk.post(MARKET, desk.path(case, "food.inspect", "resume"), sent(stopped))
    fresh = task(case, "food.inspect")
    assert fresh.state == "open"
    assert due
    assert fresh.due_date
    assert (fresh.due_date - due).days == 7


def test_the_law_behind_a_service_is_offered_when_its_clock_stops(desk: Desk) -> None:
    case = desk.file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=desk.now)
    page = desk.get(MARKET, desk.path(case, "registration.register", "stop"))
    assert page.document.xpath("//datalist/option/@value") == ["市场主体登记管理条例"]


# --- held services ---


def test_a_supervisor_lets_a_held_service_go_on_and_an_officer_reads_who_decides(desk: Desk) -> None:
    case = desk.file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=desk.now)
    services.decide(
        task_id=task(case, "registration.register").pk, outcome="approve", output_values={"uscc": USCC}, actor=MARKET, now=desk.now
    )
    row = service(case, "fire")
    row.state = "on-hold"
    row.save()
    held = task(case, "fire.inspect")
    models.Task.objects.filter(pk=held.pk).update(state="paused")
    models.Pause.objects.create(task=held, reason="held", held=True, began_at=desk.now)
    officer = desk.get(FIRE, desk.path(case, "fire.inspect"))
    assert "由本部门主管决定" in officer.text
    assert officer.ways() == set()
    chief = desk.get(FIRE_CHIEF, desk.path(case, "fire.inspect"))
    assert chief.ways() == {"release"}
    desk.post(FIRE_CHIEF, desk.path(case, "fire.inspect", "release"), sent(chief))
    assert service_states(case)["fire"] == "in-progress"
    assert states(case)["fire.inspect"] == "open"


# --- twice, too late, changed meanwhile ---


def test_a_double_click_has_one_effect_and_both_clicks_end_well(desk: Desk) -> None:
    case = desk.inspected()
    page = desk.get(FIRE, desk.path(case, "fire.decide"))
    form = sent(page)
    path = desk.path(case, "fire.decide", "approve")
    first, second = desk.post(FIRE, path, form), desk.post(FIRE, path, form)
    assert (first.status, second.status) == (200, 200)
    assert "已准予" in first.text
    assert "已准予" in second.text
    assert models.TimelineEntry.objects.filter(case=case, code="approved", service="fire").count() == 1


def test_whoever_comes_too_late_learns_who_was_first_and_keeps_what_was_typed(desk: Desk) -> None:
    case = desk.inspected()
    page = desk.get(FIRE_CHIEF, desk.path(case, "fire.decide"))
    services.decide(task_id=task(case, "fire.decide").pk, outcome="approve", actor=FIRE, now=desk.now)
    late = desk.post(FIRE_CHIEF, desk.path(case, "fire.decide", "approve"), sent(page, **{"sentence.zh": "我写了很久的一句话。"}))
    assert late.status == 409
    assert "韩冰已于2026-03-13 周五 09:30办完这一步" in late.part("//*[@role='alert']")
    assert "我写了很久的一句话。" in late.part("//*[@role='alert']")
    assert desk.get(FIRE_CHIEF, desk.path(case, "fire.decide", "refuse")).status == 409


def test_a_decision_on_evidence_that_has_changed_is_asked_for_again(desk: Desk) -> None:
    case = desk.inspected()
    desk.pay(case)
    page = desk.get(MARKET, desk.path(case, "food.decide"))
    models.Attachment.objects.filter(case=case).update(superseded_at=desk.now)
    form = sent(page, **{"food-number": "JY1", "sentence.zh": "可以。"})
    again = desk.post(MARKET, desk.path(case, "food.decide", "approve"), form)
    assert again.status == 409
    assert "有了变化" in again.part("//*[@role='alert']")
    assert again.form()["food-number"] == "JY1"
    assert states(case)["food.decide"] == "open"
    desk.post(MARKET, desk.path(case, "food.decide", "approve"), sent(again))
    assert states(case)["food.decide"] == "done"


def test_a_corrected_file_stands_above_the_one_it_replaced(desk: Desk) -> None:
    case = desk.registered()
    path = desk.path(case, "food.inspect", "correct")
    more = {"tick.document:layout": "1", "say.document:layout.zh": "请标上尺寸。"}
    desk.post(MARKET, path, sent(desk.get(MARKET, path), "act-form", **more))
    desk.wait(hours=2)
    new = services.NewFile("layout", "新布局图.pdf", "application/pdf", PDF + b"\n%new")
    services.answer_notice(notice_id=models.Notice.objects.get().pk, values={}, uploads=[new], actor=WANG, now=desk.now)
    page = desk.get(MARKET, desk.path(case, "food.inspect"))
    paper = page.part("//figure[contains(@class, 'paper')]")
    assert paper.startswith("新布局图.pdf")
    assert "以前的： 03-13 09:30" in paper.replace("\xa0", " ")


def test_a_disputed_value_shows_both_sides_and_asks_for_attention(desk: Desk) -> None:
    draft_id = prepare(desk.now)
    info = services.dispute_prefill(draft_id=draft_id, element="floor-area", note="多算了阳台", actor=WANG, now=desk.now)
    services.save_elements(draft_id=draft_id, values={"floor-area": 100}, version=info.version, actor=WANG, now=desk.now)
    filed = services.file_case(draft_id=draft_id, idempotency_key="once", declared=True, actor=WANG, now=desk.now)
    page = desk.get(FIRE, desk.path(models.Case.objects.get(pk=filed.case_id), "fire.accept"))
    assert "申请人说登记库的这一项不对：面积" in page.part("//li[contains(@class, 'check--warn')]")
    disputed = page.part("//div[@class='is-disputed']")
    assert "100" in disputed
    assert "登记库写的是：120" in disputed
    assert "多算了阳台" in disputed


def test_an_unknown_act_is_no_page(desk: Desk) -> None:
    case = desk.file()
    assert desk.get(MARKET, desk.path(case, "food.accept", "burn")).status == 404


# --- numbers ---


def test_a_number_that_is_taken_is_told_at_its_field_by_the_names_people_know(desk: Desk) -> None:
    first = desk.registered()
    second = desk.file(actor=LIU, typed={**TYPED, "trade-name": "东湖小馆"})
    services.accept_all(case_id=second.pk, actor=WINDOW, now=desk.now)
    page = desk.get(MARKET, desk.path(second, "registration.register"))
    again = desk.post(MARKET, desk.path(second, "registration.register", "approve"), sent(page, uscc=USCC))
    assert again.status == 422
    told = again.part("//*[@role='alert']")
    assert "营业执照" in told
    assert first.reference in told
    assert again.form()["uscc"] == USCC
    assert again.part("//*[contains(@class, 'govuk-error-message')]").count(first.reference) == 1


# --- several mistakes at once, each once ---


def test_everything_that_is_wrong_with_a_refusal_is_told_at_once_and_each_mistake_once(desk: Desk) -> None:
    case = desk.registered(actor=LIU, typed={**TYPED, "trade-name": "东湖小馆"})
    User.objects.filter(pk=LIU.id).update(language="ru")
    services.complete_step(task_id=task(case, "food.inspect").pk, finding="好", actor=MARKET, now=desk.now)
    services.complete_step(task_id=task(case, "fire.inspect").pk, finding="好", actor=FIRE, now=desk.now)
    path = desk.path(case, "fire.decide", "refuse")
    again = desk.post(FIRE, path, sent(desk.get(FIRE, path), "act-form", reason=" "))
    links = again.document.xpath("//*[@role='alert']//a")
    assert [link.get("href") for link in links] == ["#a-reason", "#a-sentence-zh"], "the gap stands in two languages, and is told once"
    assert len({link.text for link in links}) == 2
    for target in ("a-reason", "a-sentence-zh", "a-sentence-ru"):
        assert again.document.xpath(f"//*[@id='{target}']/..//*[contains(@class, 'govuk-error-message')]"), target


def test_an_empty_number_and_an_empty_sentence_are_told_together(desk: Desk) -> None:
    case = desk.inspected()
    desk.pay(case)
    page = desk.get(MARKET, desk.path(case, "food.decide"))
    again = desk.post(MARKET, desk.path(case, "food.decide", "approve"), sent(page, **{"food-number": "", "sentence.zh": ""}))
    assert len(again.document.xpath("//*[@role='alert']//a")) == 2


# --- a supervisor ---


def test_a_supervisor_sees_how_a_step_stands_and_is_not_asked_to_do_it(desk: Desk) -> None:
    case = desk.file()
    Post.objects.filter(user_id=FIRE_CHIEF.id).update(roles=["supervisor"])
    empty = desk.get(FIRE_CHIEF, "/desk/")
    assert empty.rows() == []
    assert empty.part("//nav[contains(@class,'tabs')]") == "待我办 0本部门 3已办"
    assert empty.document.xpath("//li[@class='queue__empty']//a/@href") == ["/desk/?view=department"]
    page = desk.get(FIRE_CHIEF, desk.path(case, "fire.accept"))
    assert page.ways() == set()
    assert "由消防救援支队的经办人办理" in page.text
    assert "要您" not in page.text


def test_a_held_service_goes_on_at_its_supervisors_word(desk: Desk) -> None:
    case = desk.file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=desk.now)
    models.CaseService.objects.filter(case=case, service="fire").update(state="on-hold")
    Post.objects.filter(user_id=FIRE_CHIEF.id).update(roles=["supervisor"])
    (row,) = desk.get(FIRE_CHIEF, "/desk/").rows()
    assert "决定是否继续办理：消防检查" in row
    page = desk.get(FIRE_CHIEF, desk.path(case, "fire.inspect"))
    assert page.ways() == {"release"}
    desk.post(FIRE_CHIEF, desk.path(case, "fire.inspect", "release"), sent(page))
    assert service_states(case)["fire"] == "in-progress"


# --- taking one service back ---


def test_the_window_takes_one_service_back_for_the_applicant_with_the_reason_in_the_file(desk: Desk) -> None:
    case = desk.file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=desk.now)
    path = desk.path(case, "fire.accept", "withdraw")
    assert "withdraw" in desk.get(WINDOW, desk.path(case, "fire.accept")).ways()
    assert "withdraw" not in desk.get(FIRE, desk.path(case, "fire.accept")).ways()
    page = desk.get(WINDOW, path)
    again = desk.post(WINDOW, path, sent(page, "act-form"))
    assert again.status == 422
    assert len(again.document.xpath("//*[@role='alert']//a")) == 2
    assert service_states(case)["fire"] == "in-progress"
    done = desk.post(WINDOW, path, sent(page, "act-form", service="fire", reason="面积改小，不再需要"))
    assert "已撤回：老灶台餐饮店 · 消防检查" in done.text
    assert service_states(case)["fire"] == "withdrawn"
    assert "应申请人要求撤回。面积改小，不再需要" in desk.get(FIRE, desk.path(case, "fire.accept")).text
    assert "面积改小" not in desk.get(MARKET, desk.path(case, "food.accept")).text, "another department reads no reasons"
