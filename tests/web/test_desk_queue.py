"""The queue: what an officer sees first, and accepting several at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from onewindow.modules.cases import models, services
from onewindow.web.desk.pages import queue as queue_page
from tests.cases.conftest import states, task
from tests.cases.town import FIRE, LIU, MARKET, TYPED, WANG, WINDOW
from tests.web.desk_town import Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = pytest.mark.django_db


def test_a_row_says_what_is_asked_how_much_is_left_and_of_which_matter(desk: Desk) -> None:
    desk.file()
    page = desk.get(MARKET, "/desk/")
    (row,) = page.rows()
    assert row == "老灶台餐饮店 受理：设立登记等 2 项 剩 1 天 共 1 天 开一家餐馆"
    assert page.part("//h1[@id='case-title']") == "老灶台餐饮店：开一家餐馆"
    assert "sla--on_time" in html.tostring(page.document, encoding="unicode")


def test_the_tabs_count_what_waits_for_me_and_for_my_department(desk: Desk) -> None:
    case = desk.file()
    page = desk.get(MARKET, "/desk/")
    assert page.part("//nav[contains(@class,'tabs')]") == "待我办 1本部门 3已办"
    services.accept_all(case_id=case.pk, actor=WINDOW, now=desk.now)
    assert desk.get(MARKET, "/desk/?view=done").rows() == ["老灶台餐饮店 受理：设立登记等 2 项 03-13 09:30 办结 开一家餐馆"]


def test_late_and_due_today_can_be_picked_out_and_say_so_in_words(desk: Desk) -> None:
    desk.file()
    desk.wait(days=3)  # Monday: the day on which a filing of Friday is to be accepted
    desk.file(actor=LIU, typed={**TYPED, "trade-name": "东湖小馆"})
    assert "今天到期" in desk.get(MARKET, "/desk/?only=today").rows()[0]
    assert len(desk.get(MARKET, "/desk/?only=today").rows()) == 1
    assert desk.get(MARKET, "/desk/?only=late").rows() == []
    desk.wait(days=1)
    (late,) = desk.get(MARKET, "/desk/?only=late").rows()
    assert late.startswith("老灶台餐饮店")
    assert "超期 1 天" in late
    assert [row.split()[0] for row in desk.get(MARKET, "/desk/").rows()] == ["老灶台餐饮店", "东湖小馆"]


def test_a_case_is_found_by_its_name_and_by_its_reference(desk: Desk) -> None:
    case = desk.file()
    desk.file(actor=LIU, typed={**TYPED, "trade-name": "东湖小馆"})
    assert [row.split()[0] for row in desk.get(MARKET, "/desk/?q=东湖").rows()] == ["东湖小馆"]
    assert [row.split()[0] for row in desk.get(MARKET, f"/desk/?q={case.reference.lower()}").rows()] == ["老灶台餐饮店"]
    nothing = desk.get(MARKET, "/desk/?q=没有")
    assert nothing.rows() == []
    assert "没有找到" in nothing.text


def test_a_long_queue_has_pages_and_a_row_keeps_its_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_page, "SIZE", 1)
    for name in ("一号", "二号"):
        desk.file(typed={**TYPED, "trade-name": name})
    first, second = desk.get(MARKET, "/desk/"), desk.get(MARKET, "/desk/?page=2")
    assert {first.rows()[0].split()[0], second.rows()[0].split()[0]} == {"一号", "二号"}
    assert "1 / 2" in first.text
    assert second.document.xpath("//@data-row/../@href")[0].endswith("?page=2")


def test_a_click_on_a_row_brings_only_the_two_panes(desk: Desk) -> None:
    case = desk.file()
    swapped = desk.get(MARKET, desk.path(case, "food.accept"), **{"HX-Request": "true", "HX-Target": "panes"})
    assert not swapped.document.xpath("//*[@data-queue]")
    assert swapped.document.xpath("//*[@data-case]")
    assert swapped.document.xpath("//*[@data-tabs]")
    whole = desk.get(
        MARKET, desk.path(case, "food.accept"), **{"HX-Request": "true", "HX-Target": "panes", "HX-History-Restore-Request": "true"}
    )
    assert whole.document.xpath("//*[@data-queue]"), "what the back button asks for is the whole page"


def test_several_cases_are_accepted_at_once_at_the_window(desk: Desk) -> None:
    first, second = desk.file(), desk.file(actor=LIU)
    page = desk.get(WINDOW, "/desk/")
    keys = page.document.xpath("//input[@name='row']/@value")
    assert len(keys) == 2
    done = desk.post(WINDOW, "/desk/accept/", {"row": keys})
    assert "已受理 2 件" in done.text
    for case in (first, second):
        assert {states(case)[name] for name in ("registration.accept", "food.accept", "fire.accept")} == {"done"}


def test_a_department_accepts_only_its_own_share_of_a_ticked_case(desk: Desk) -> None:
    case, other = desk.file(), desk.file(actor=LIU)
    keys = desk.get(FIRE, "/desk/").document.xpath("//input[@name='row']/@value")
    desk.post(FIRE, "/desk/accept/", {"row": keys})
    for one in (case, other):
        assert states(one)["fire.accept"] == "done"
        assert states(one)["food.accept"] == "open"


def test_a_ticked_case_that_somebody_else_accepted_is_told_and_the_others_are_accepted(desk: Desk) -> None:
    first, second = desk.file(), desk.file(actor=LIU)
    keys = desk.get(MARKET, "/desk/").document.xpath("//input[@name='row']/@value")
    services.accept_all(case_id=first.pk, actor=WINDOW, now=desk.now)
    page = desk.post(MARKET, "/desk/accept/", {"row": keys})
    assert "已受理 1 件" in page.text
    assert page.document.xpath("//*[contains(@class, 'panel--brick')]")
    assert states(second)["food.accept"] == "done"


def test_nothing_ticked_and_nonsense_are_told_and_change_nothing(desk: Desk) -> None:
    case = desk.file()
    assert "请先勾选" in desk.post(MARKET, "/desk/accept/").text
    desk.post(MARKET, "/desk/accept/", {"row": ["nonsense", f"{case.pk}/{task(case, 'fire.accept').pk}"]})
    assert "done" not in states(case).values()


def test_an_empty_queue_says_so(desk: Desk) -> None:
    assert models.Case.objects.count() == 0
    assert "都办完了" in desk.get(MARKET, "/desk/").text


def test_a_page_asks_the_database_no_more_often_for_many_cases_than_for_two(desk: Desk) -> None:
    """The pages on which lists stand, of the desk and of the portal: none asks once more for each row."""
    readers = {actor: desk.client(actor) for actor in (MARKET, WINDOW, WANG)}
    desk_pages = ["/desk/", "/desk/?view=department", "/desk/?view=done", "/desk/?only=late", "/desk/?q=号"]
    pages = [(actor, page) for actor in (MARKET, WINDOW) for page in desk_pages]
    pages += [(WANG, page) for page in ("/", "/cases/", "/who-looked/")]

    def asked() -> dict[tuple[str, str], int]:
        found = {}
        for actor, page in pages:
            counted = []
            for _ in range(3):  # what is kept for a minute is read by one of them and there for the others
                with CaptureQueriesContext(connection) as queries:
                    assert readers[actor].get(page).status_code == 200
                counted.append(len(queries))
            found[str(actor.organisation), page] = min(counted)
        return found

    def more(*names: str) -> None:
        for name in names:
            accepted = desk.file(typed={**TYPED, "trade-name": name})
            desk.file(typed={**TYPED, "trade-name": f"{name}乙"})
            services.accept_all(case_id=accepted.pk, actor=WINDOW, now=desk.now)

    more("一号")
    few = asked()
    more("二号", "三号", "四号")
    assert asked() == few
    assert max(few.values()) <= 44
