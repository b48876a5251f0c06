"""At the desk: taking, giving and putting back, alone and in bulk; everybody's load; filters with a name, and what a row shows."""

from uuid import UUID

import pytest

from onewindow.modules.cases import models, services
from onewindow.modules.catalogue import services as catalogue
from onewindow.modules.identity.models import Leave, Post, User
from onewindow.plumbing import personal
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import task
from tests.cases.town import FIRE, LIU, MARKET, MARKET_CHIEF, TOWN, TYPED, WINDOW
from tests.web.desk_town import Desk, Screen
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]
SUN = Actor(kind="officer", id=UUID(int=77), organisation="market", roles=frozenset({"officer"}))


@pytest.fixture
def sun(desk: Desk) -> Actor:
    """A colleague of Li's at the market bureau."""
    user = User.objects.create(id=SUN.id, username="sun", display_name={"zh": "孙丽"})
    Post.objects.create(user=user, organisation_id="market", roles=["officer"])
    return SUN


def keys(page: Screen) -> list[str]:
    return [str(key) for key in page.document.xpath("//input[@name='row']/@value")]


def chips(page: Screen) -> dict[str, str]:
    return {link.text_content().strip(): link.get("href") for link in page.document.xpath("//*[@class='chips']/a")}


def test_a_step_is_taken_given_to_a_colleague_and_put_back(desk: Desk, sun: Actor) -> None:
    case = desk.file()
    path = desk.path(case, "food.accept")
    page = desk.get(MARKET, path)
    assert "还没人领" in page.part("//*[contains(@class, 'holder')]")
    for _ in range(2):
        assert "已领办" in desk.post(MARKET, f"{path}assign/", {"to": "me"}).text
    assert "您领的" in desk.get(MARKET, "/desk/").rows()[0]
    assert "李建国" in desk.get(sun, "/desk/").rows()[0], "colleagues see who has it, and the step is still theirs to do"
    told = desk.post(sun, f"{path}assign/", {"to": "me"})
    assert "李建国已领办这一步" in told.part("//*[@role='alert']")
    assert "已交给孙丽" in desk.post(MARKET, f"{path}assign/", {"to": str(sun.id)}).text
    given = desk.get(sun, path)
    assert "李建国把这一步交给您" in given.part("//*[@class='case__scroll']")
    assert "受理" in given.part("//*[@data-main]")
    assert "已放回" in desk.post(sun, f"{path}assign/", {"to": "nobody"}).text
    assert task(case, "food.accept").assigned_to is None
    assert desk.post(FIRE, f"{path}assign/", {"to": "me"}).status == 403
    assert desk.get(WINDOW, path).document.xpath("//*[contains(@class, 'holder')]") == []
    assert "请先选择同事" in desk.post(sun, f"{path}assign/", {"whom": ""}).text


def test_ticked_rows_are_given_together_and_each_that_was_not_says_why(desk: Desk, sun: Actor) -> None:
    first, second = desk.file(), desk.file(actor=LIU, typed={**TYPED, "trade-name": "东湖小馆"})
    services.assign(task_id=task(first, "food.accept").pk, officer=sun.id, actor=sun, now=desk.now)
    ticked = keys(desk.get(MARKET, "/desk/"))
    page = desk.post(MARKET, "/desk/assign/", {"row": [*ticked, "nonsense"], "to": "me", "whom": str(sun.id)})
    assert "1 件：已领办" in page.part("//*[contains(@class, 'panel--leaf')]")
    refused = [" ".join(line.text_content().split()) for line in page.document.xpath("//*[@role='alert']//li")]
    assert refused[0].startswith("老灶台餐饮店 孙丽已领办这一步")
    assert len(refused) == 2
    assert task(second, "food.accept").assigned_to == MARKET.id
    both = desk.post(MARKET_CHIEF, "/desk/assign/?view=department", {"row": ticked, "whom": str(sun.id)})
    assert "2 件：已交给孙丽" in both.text, "a supervisor assigns whatever it is"
    assert both.url.endswith("?view=department")
    assert "先勾选" in desk.post(MARKET, "/desk/assign/", {"to": "me"}).text
    assert "请先选择同事" in desk.post(MARKET, "/desk/assign/", {"row": ticked, "whom": ""}).text


def test_mine_nobodys_and_colleagues_are_picked_out_and_everybodys_load_leads_there(desk: Desk, sun: Actor) -> None:
    first = desk.file()
    desk.file(actor=LIU, typed={**TYPED, "trade-name": "东湖小馆"})
    services.assign(task_id=task(first, "food.accept").pk, officer=sun.id, actor=sun, now=desk.now)
    page = desk.get(MARKET, "/desk/")
    assert len(page.rows()) == 2
    for name, titles in {"我领的": [], "没人领": ["东湖小馆"], "同事领的": ["老灶台餐饮店"]}.items():
        picked = desk.get(MARKET, chips(page)[name])
        assert [row.split()[0] for row in picked.rows()] == titles
        assert len(desk.get(MARKET, chips(picked)[name]).rows()) == 2, "chosen again, it is let go"
    posts = {post.user_id: post for post in Post.objects.all()}
    dates = {"from_date": desk.now.date(), "until_date": desk.now.date(), "recorded_at": desk.now}
    Leave.objects.create(post=posts[sun.known_id], substitute=posts[MARKET.known_id], recorded_by=sun.known_id, roles=[], **dates)
    load = desk.get(MARKET_CHIEF, "/desk/colleagues/")
    rows = {row.xpath("string(.//a)"): [cell.text_content() for cell in row[1:]] for row in load.document.xpath("//tbody/tr")}
    assert rows["孙丽"] == ["1", "0", "0"]
    assert rows["还没人领"] == ["1", "0", "0"]
    assert "休假至" in load.text
    assert "由李建国代办" in load.text
    (link,) = load.document.xpath("//tbody//a[text()='孙丽']/@href")
    assert [row.split()[0] for row in desk.get(MARKET, link).rows()] == ["老灶台餐饮店"]
    services.cover_leaves(actor=Actor.system("tests"), now=desk.now)
    stands_in = desk.get(MARKET, "/desk/")
    assert "孙丽休假，1 个步骤转给您" in stands_in.text
    assert any("代孙丽" in row for row in stands_in.rows())


def test_a_filter_is_kept_under_a_name_and_rows_show_what_their_officer_chose(desk: Desk, sun: Actor) -> None:
    case = desk.inspected()
    desk.file(actor=LIU, typed={**TYPED, "trade-name": "东湖小馆"})
    decisions = desk.get(MARKET, "/desk/?kind=decision&service=food&matter=open-a-restaurant")
    assert [row.split()[0] for row in decisions.rows()] == ["老灶台餐饮店"]
    assert "只看：决定，食品经营许可，" in decisions.part("//*[@class='fold sift']/summary").replace("、", "，")
    kept = desk.post(MARKET, "/desk/filters/?kind=decision&service=food", {"name": "许可决定"})
    assert chips(kept)["许可决定"] == "/desk/?kind=decision&service=food"
    assert kept.document.xpath("//*[@class='chips']/a[@aria-current][text()='许可决定']")
    assert "许可决定" not in chips(desk.get(sun, "/desk/")), "a filter is its officer's alone"
    assert "给筛选起个名字" in desk.post(MARKET, "/desk/filters/?kind=decision", {"name": " "}).text
    desk.post(MARKET, "/desk/columns/", {"column": ["reference", "applicant"]})
    (row,) = desk.get(MARKET, "/desk/?kind=decision").rows()
    assert row == f"老灶台餐饮店 决定：食品经营许可 剩 3 天 {case.reference} 申请人 王丽"
    assert case.reference not in desk.get(sun, "/desk/?kind=decision").rows()[0]
    (part,) = [part for part in personal.held_about(MARKET.known_id) if part.name == "queue"]
    assert part.data["filters"][0]["name"] == "许可决定", "it is taken along with one's data"
    (removal,) = kept.document.xpath("//ul[contains(@class, 'sift__kept')]//form/@action")
    assert "许可决定" not in chips(desk.post(MARKET, removal))
    assert desk.post(MARKET, removal).status == 404
    assert models.QueueChoice.objects.count() == 1


def test_the_page_says_which_limit_it_is_and_what_the_law_allows(desk: Desk) -> None:
    lawful = TOWN.replace("guide: {retention_years: 5}", "guide: {retention_years: 5, statutory_limit_days: 20}", 1)
    catalogue.load_catalogue(files=[("town.yaml", lawful)], actor=Actor.system("tests"), now=desk.now)
    case = desk.registered()
    page = desk.get(MARKET, desk.path(case, "food.inspect"))
    assert "1 个工作日" in page.part("//*[@class='limit']")
    assert "单独办理 5 个工作日" in page.part("//*[@class='limit']")
    assert "法定时限（整个事项）20 个工作日" in page.part("//*[@class='limit']")
    assert "约定 1 天" in desk.get(MARKET, "/desk/?kind=inspection").rows()[0]
