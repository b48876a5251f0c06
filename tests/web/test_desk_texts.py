"""The texts a department keeps ready: written by its supervisor, chosen by its officers, sent in three languages."""

from typing import Any

import pytest

from onewindow.modules.cases import models, services
from onewindow.plumbing.models import AuditEntry
from tests.cases.conftest import service_states, task
from tests.cases.town import FIRE, FIRE_CHIEF, MARKET, MARKET_CHIEF
from tests.web.desk_town import Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

REASON = {"zh": "经营场所没有第二个安全出口。", "en": "the premises have no second exit.", "ru": "в помещении нет второго выхода."}
LAW = {"zh": "消防法", "en": "Fire Protection Law", "ru": "Закон о пожарной безопасности"}
WHOLE = {f"{kind}.{language}": text for kind, texts in (("text", REASON), ("law", LAW)) for language, text in texts.items()}


def keep(desk: Desk, use: str, text: dict[str, str], service: str = "food") -> str:
    named: dict[str, Any] = {"use": use, "service": service, "text": text, "law": {}, "actor": MARKET_CHIEF, "now": desk.now}
    return str(services.save_template(**named))


def test_a_supervisor_keeps_a_refusal_and_an_officer_sends_it_in_three_languages(desk: Desk) -> None:
    new = "/staff/texts/new/"
    lacking = desk.post(FIRE_CHIEF, new, {**WHOLE, "use": "refuse", "text.ru": " ", "law.en": ""}, language="en")
    assert lacking.status == 422
    assert "Русский: Write this in every language" in lacking.part("//*[@role='alert']")
    assert "English: Name the law in every language" in lacking.part("//*[@role='alert']")
    assert REASON["en"] in lacking.text, "nothing that was typed is lost"
    assert desk.post(FIRE_CHIEF, new, {**WHOLE, "use": "refuse"}).url == "/staff/texts/"
    assert AuditEntry.objects.filter(action="cases.save-template", actor_id=FIRE_CHIEF.id).count() == 1
    case = desk.inspected()
    path = desk.path(case, "fire.decide", "refuse")
    page = desk.get(FIRE, path)
    (chosen,) = page.document.xpath("//select[@name='template']/option/@value")[1:]
    assert desk.post(FIRE, path, {**page.form("act-form"), "use": "sentence"}).status == 422, "nothing was chosen"
    filled = desk.post(FIRE, path, {**page.form("act-form"), "template": chosen, "use": "sentence"})
    assert service_states(case)["fire"] == "in-progress", "writing a text in decides nothing"
    entries = filled.form("act-form")
    assert "原因是：经营场所没有第二个安全出口（消防法）。您不同意的" in entries["sentence.zh"]
    assert entries["reason"] == "经营场所没有第二个安全出口（消防法）"
    desk.post(FIRE, path, entries)
    spoken = models.CaseService.objects.get(case=case, service="fire").sentence
    assert "because the premises have no second exit (Fire Protection Law). If you do not agree" in spoken["en"]
    assert "в помещении нет второго выхода (Закон о пожарной безопасности)" in spoken["ru"]
    other = desk.get(MARKET, desk.path(case, "food.decide", "refuse"))
    assert not other.document.xpath("//select[@name='template']"), "another department keeps its own"
    text = f"/staff/texts/{chosen}/"
    assert [desk.get(actor, text).status for actor in (FIRE_CHIEF, MARKET_CHIEF, FIRE)] == [200, 404, 403]
    desk.post(FIRE_CHIEF, f"{text}remove/")
    assert "还没有" in desk.get(FIRE_CHIEF, "/staff/texts/").text


def test_a_notice_and_the_conditions_of_an_approval_are_written_in_as_well(desk: Desk) -> None:
    keep(desk, "correct", {"zh": "请写明［…］。", "en": "Say [it].", "ru": "Напишите."})
    whole = keep(desk, "correct", {"zh": "请写明座位数。", "en": "Say how many seats there are.", "ru": "Укажите число мест."}, "")
    granted = keep(desk, "approve", {"zh": "不得加工生食。", "en": "No raw food.", "ru": "Сырые блюда нельзя."})
    first, second = desk.file(), desk.inspected()
    path = desk.path(first, "food.accept", "correct")
    page = desk.get(MARKET, path)
    key = page.document.xpath("//*[@name='use']/@value")[0]
    gap, chosen = (
        desk.post(MARKET, path, {**page.form("act-form"), f"template.{key}": one, "use": key})
        for one in (page.document.xpath("//select[1]/option/@value")[1], whole)
    )
    wrong = desk.post(MARKET, path, gap.form("act-form"))
    assert wrong.status == 422, "what the officer has to fill in is not sent"
    desk.post(MARKET, path, chosen.form("act-form"))
    (item,) = models.Notice.objects.get(case=first).items
    assert item["sentence"] == {"zh": "请写明座位数。", "en": "Say how many seats there are.", "ru": "Укажите число мест."}
    desk.pay(second)
    path = desk.path(second, "food.decide", "approve")
    page = desk.get(MARKET, desk.path(second, "food.decide"))
    filled = desk.post(MARKET, path, {**page.form(), "food-number": "JY1", "template": granted, "use": "sentence"})
    assert task(second, "food.decide").state == "open"
    desk.post(MARKET, path, filled.form())
    spoken = models.CaseService.objects.get(case=second, service="food").sentence
    assert spoken["zh"].endswith("不得加工生食。")
    assert spoken["en"].startswith("Dear")
    assert spoken["en"].endswith(". No raw food.")
