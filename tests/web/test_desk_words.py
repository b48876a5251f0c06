"""The desk speaks three languages, all of it."""

import re

import pytest

from onewindow.modules.cases import models, services
from tests.cases.conftest import task
from tests.cases.town import FIRE, FIRE_CHIEF, MARKET, WINDOW
from tests.web.desk_town import Desk, Screen
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = pytest.mark.django_db

LATIN = re.compile(r"[A-Za-z]{3,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
NOT_OURS = {
    "English",
    "Enter",
    "OneWindow",
    "pdf",
    "accept",
    "register",
    "inspect",
    "decide",
    "layout",
    "resident",
    "food",
    "number",
    "property",
    "certificate",
    "confirm",
}
"""The names of the languages and keys, and ids of the small town that nobody gave a name."""


def tour(desk: Desk, language: str) -> list[Screen]:
    """Walk through every kind of page: each state of a step, each act with its form, forms with every field wrong."""
    seen: list[Screen] = []
    case = desk.file()
    seen += [desk.get(WINDOW, "/desk/", language=language), desk.get(WINDOW, desk.path(case, "food.accept", "pay"), language=language)]
    services.accept_all(case_id=case.pk, actor=WINDOW, now=desk.now)
    waiting = desk.path(case, "food.inspect")
    seen += [desk.get(MARKET, path, language=language) for path in ("/desk/?view=department", "/desk/?view=done", "/desk/?q=x", waiting)]
    case = desk.registered()
    inspect = desk.path(case, "food.inspect")
    for act in ("", "correct/", "stop/"):
        seen.append(desk.get(MARKET, inspect + act, language=language))
    for act in ("finish", "correct", "stop", "resume"):
        seen.append(desk.post(MARKET, f"{inspect}{act}/", {}, language=language))
    services.suspend(task_id=task(case, "fire.inspect").pk, reason="理由", legal_basis="法", actor=FIRE, now=desk.now)
    seen.append(desk.get(FIRE, desk.path(case, "fire.inspect"), language=language))
    case = desk.inspected()
    decide = desk.path(case, "food.decide")
    for act in ("", "refuse/", "pay/?fee=fee"):
        seen.append(desk.get(MARKET, decide + act, language=language))
    for act in ("approve", "refuse", "pay"):
        seen.append(desk.post(MARKET, f"{decide}{act}/", {"fee": "fee"}, language=language))
    form = desk.get(FIRE, desk.path(case, "fire.decide"), language=language).form()
    seen.append(desk.post(FIRE, desk.path(case, "fire.decide", "approve"), form, language=language))
    seen.append(desk.post(FIRE_CHIEF, desk.path(case, "fire.decide", "approve"), form, language=language))
    desk.wait(days=40)
    seen.append(desk.get(MARKET, "/desk/", language=language))
    return seen


def ours(page: Screen) -> str:
    """Return what the page says in its own words: without the catalogue's names, what people typed, codes and keys."""
    skipped = "ancestor-or-self::*[self::textarea or self::kbd or self::svg or self::script or self::datalist or @class='kept']"
    texts = page.document.xpath(f"//text()[not({skipped})]")
    labels = page.document.xpath("//@aria-label | //@placeholder | //@alt")
    return " | ".join(" ".join(text.split()) for text in [*texts, *labels] if text.strip())


@pytest.mark.parametrize("language", ["zh-hans", "ru"])
def test_no_page_holds_a_word_of_english(desk: Desk, language: str) -> None:
    for page in tour(desk, language):
        found = {word for word in LATIN.findall(re.sub(r"OW-\S+|\S+\.pdf|SHA-256|[0-9a-f]{64}", "", ours(page))) if word not in NOT_OURS}
        assert not found, f"{page.url} says {sorted(found)}"


def test_the_english_pages_hold_no_chinese_but_what_is_written_in_chinese(desk: Desk) -> None:
    names = set()
    for page in tour(desk, "en"):
        text = ours(page)
        names |= set(CHINESE.findall(text))
    allowed = {
        "中文",
        "老灶台餐饮店",
        "李建国",
        "郑国强",
        "韩冰",
        "唐志勇",
        "赵晓雪",
        "王丽",
        "王",
        "胜利路",
        "号",
        "布局图",
        "理由",
        "法",
        "合格",
    }
    assert names <= allowed, names - allowed


def test_russian_counts_as_russian_does(desk: Desk) -> None:
    desk.file()
    assert "остался 1 день" in desk.get(MARKET, "/desk/", language="ru").rows()[0]
    models.Task.objects.update(due_date="2026-03-20")
    assert "осталось 5 дней" in desk.get(MARKET, "/desk/", language="ru").rows()[0]
    models.Task.objects.update(due_date="2026-03-17")
    assert "осталось 2 дня" in desk.get(MARKET, "/desk/", language="ru").rows()[0]
