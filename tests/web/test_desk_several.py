"""Several ticked rows in one act: what is shown before, what becomes of each, and what is left out."""

from dataclasses import replace
from typing import Any

import pytest

from onewindow.modules.cases import models, services
from onewindow.plumbing import approvals
from onewindow.plumbing.models import AuditEntry
from tests import rows
from tests.cases.conftest import states, task
from tests.cases.town import CITY, FIRE, FIRE_CHIEF, LIU, MARKET, MARKET_CHIEF, TAX, TYPED, USCC, WINDOW
from tests.web.desk_town import Desk, Screen
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

NAMES = ("老灶台餐饮店", "东湖小馆")
CODES = (USCC, "91350211M000100Y1W")
TEXT = {"zh": "请每年自查一次。", "en": "Check it yourself once a year.", "ru": "Проверяйте сами раз в год."}


@pytest.fixture
def two(desk: Desk) -> list[models.Case]:
    """Two cases that market, fire and tax have to decide; at the second, a sign is to be reviewed."""

    def build() -> list[Any]:
        found = []
        for name, code, more in zip(NAMES, CODES, ({}, {"actor": LIU}), strict=True):
            case = desk.file(typed={**TYPED, "trade-name": name}, sign=True, **more)
            services.accept_all(case_id=case.pk, actor=WINDOW, now=desk.now)
            register = task(case, "registration.register").pk
            services.decide(task_id=register, outcome="approve", output_values={"uscc": code}, actor=MARKET, now=desk.now)
            for step, actor in (("food.inspect", MARKET), ("fire.inspect", FIRE)):
                services.complete_step(task_id=task(case, step).pk, finding={"outcome": "pass", "text": ""}, actor=actor, now=desk.now)
            found.append(case.pk)
        return found

    built = rows.once(("two to decide", desk.now), build)
    return [models.Case.objects.get(pk=key) for key in built]


def keys(cases: list[models.Case], step: str) -> list[str]:
    return [f"{case.pk}/{task(case, step).pk}" for case in cases]


def looked(desk: Desk, actor: Any, cases: list[models.Case], step: str, act: str = "approve", **more: Any) -> Screen:
    return desk.post(actor, "/desk/several/", {"row": keys(cases, step), "act": act, **more})


def form(page: Screen) -> dict[str, Any]:
    """What a browser would send of the page in between."""
    (found,) = [one for one in page.document.forms if one.get("id") == "several-form"]
    sent: dict[str, Any] = {}
    for name, value in found.form_values():
        sent.setdefault(name, []).append(value)
    return sent


def test_several_are_approved_after_a_page_with_every_sentence_and_a_second_click_changes_nothing(
    desk: Desk, two: list[models.Case]
) -> None:
    queue = desk.get(FIRE, "/desk/")
    assert queue.document.xpath("//input[@name='row']/@data-can") == ["approve assign"] * 2
    page = looked(desk, FIRE, two, "fire.decide")
    assert "王丽将收到" in page.text
    assert [text.text_content()[:4] for text in page.document.xpath("//blockquote")] == ["王丽您好", "刘强您好"]
    assert {states(case)["fire.decide"] for case in two} == {"open"}, "nothing is done yet"
    done = desk.post(FIRE, "/desk/several/do/", form(page))
    assert "共 2 件，已办 2 件" in done.text
    assert {states(case)["fire.decide"] for case in two} == {"done"}
    decided = models.CaseService.objects.filter(service="fire", case__in=two)
    assert all(set(row.sentence) == {"zh", "en", "ru"} for row in decided)
    acts = AuditEntry.objects.filter(action="cases.decide").count()
    again = desk.post(FIRE, "/desk/several/do/", form(page))
    assert again.text == done.text
    assert AuditEntry.objects.filter(action="cases.decide").count() == acts


def test_each_row_is_for_itself_what_a_colleague_did_meanwhile_says_who_it_was(desk: Desk, two: list[models.Case]) -> None:
    page = looked(desk, FIRE, two, "fire.decide")
    services.decide(task_id=task(two[0], "fire.decide").pk, outcome="approve", actor=FIRE_CHIEF, now=desk.now)
    done = desk.post(FIRE, "/desk/several/do/", form(page))
    assert "共 2 件，已办 1 件" in done.text
    assert "唐志勇" in done.part("//li[contains(., '老灶台')]")
    assert states(two[1])["fire.decide"] == "done"


def test_a_case_that_changed_since_the_page_was_read_is_looked_at_again(desk: Desk, two: list[models.Case]) -> None:
    page = looked(desk, FIRE, two, "fire.decide")
    value = models.CaseValue.objects.get(case=two[0], element="seats", superseded_at=None)
    value.value = 60
    value.save()
    done = desk.post(FIRE, "/desk/several/do/", form(page))
    assert "有了变化" in done.part("//li[contains(., '老灶台')]")
    assert [states(case)["fire.decide"] for case in two] == ["open", "done"]


def test_what_needs_its_own_values_a_fee_or_a_second_officer_is_left_out_and_says_so(
    desk: Desk, two: list[models.Case], settings: Any
) -> None:
    page = looked(desk, MARKET, two, "food.decide")
    assert page.text.count("许可证号") == 2
    assert not page.document.xpath("//input[@name='do']")
    forced = desk.post(MARKET, "/desk/several/do/", {"do": keys(two, "food.decide"), "act": "approve", "key": "k"})
    assert "共 2 件，已办 0 件" in forced.text
    assert {states(case)["food.decide"] for case in two} == {"open"}
    settings.ONEWINDOW_SECOND_OFFICER = ["tax"]
    refusal = {"outcome": "refuse", "sentence": "不予办理。", "reason": "x"}
    services.decide(task_id=task(two[0], "tax.confirm").pk, **refusal, actor=TAX, now=desk.now)
    page = looked(desk, TAX, two, "tax.confirm")
    assert "第二名工作人员" in page.part("//section[contains(., '老灶台')]")
    assert len(page.document.xpath("//input[@name='do']")) == 1
    assert approvals.is_open(kind="cases.refuse", subject_id=task(two[0], "tax.confirm").pk)


def test_a_ready_text_stands_behind_every_sentence_and_is_sent_in_three_languages(desk: Desk, two: list[models.Case]) -> None:
    chosen = services.save_template(use="approve", service="tax", text=TEXT, law={}, actor=_chief_of_tax(), now=desk.now)
    page = looked(desk, TAX, two, "tax.confirm", template=str(chosen), again="1", do=keys(two[:1], "tax.confirm"))
    assert len(page.document.xpath(f"//blockquote[contains(., '{TEXT['zh']}')]")) == 2
    assert len(page.document.xpath("//input[@name='do'][@checked]")) == 1, "what was unticked stays so"
    desk.post(TAX, "/desk/several/do/", form(page))
    sentence = models.CaseService.objects.get(case=two[0], service="tax").sentence
    assert all(sentence[language].endswith(text) for language, text in TEXT.items())
    assert states(two[1])["tax.confirm"] == "open"


def test_several_reviews_are_recorded_as_passed_and_nobody_elses_step_is_shown_or_done(desk: Desk, two: list[models.Case]) -> None:
    foreign = looked(desk, MARKET_CHIEF, two, "sign.review", "finish")
    assert "老灶台" not in foreign.text
    assert not foreign.document.xpath("//input[@name='do']")
    page = looked(desk, CITY, two, "sign.review", "finish")
    desk.post(MARKET_CHIEF, "/desk/several/do/", form(page))
    assert {states(case)["sign.review"] for case in two} == {"open"}
    desk.post(CITY, "/desk/several/do/", form(page))
    assert [task(case, "sign.review").finding for case in two] == [{"outcome": "pass", "text": ""}] * 2
    assert desk.get(CITY, "/desk/several/").url == "/desk/", "there is nothing to come back to by an address alone"


def _chief_of_tax() -> Any:
    return replace(MARKET_CHIEF, organisation="tax")
