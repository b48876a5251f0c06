"""Officers at work in a real browser: a restaurant from the window to its licence, the keys, the phone."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Site

PageAt = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Axe = Callable[[Page], None]

FILES = ROOT / "scenarios" / "restaurant" / "files"
TOOLS = """
import json, uuid
from pathlib import Path
from onewindow.modules.cases import models, selectors, services
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity.models import User
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
now = clock.now()
def who(name):
    return identity.actor_of(User.objects.get(username=name).pk)
def task(case_id, name):
    service, _, step = name.rpartition(".")
    return models.Task.objects.get(case=case_id, service=service, step=step).pk
"""
FILE = """
actor = who(USERNAME)
draft = services.start_draft(event_id="open-a-restaurant", consents=["health-certificate-register"], actor=actor, now=now)
answers = {"serves": "hot-and-cold", "outdoor-sign": True, "employs-staff": True}
info = services.save_answers(draft_id=draft.id, answers=answers, version=draft.version, actor=actor, now=now)
values = {"trade-name": TITLE, "property-number": "239900001005GB00088F00010001", "seats": 48, "kitchen-area": 36.5, "sign-area": 6.4,
          "health-check-number": "YJTJ-2026-1147"}
services.save_elements(draft_id=draft.id, values=values, version=info.version, actor=actor, now=now)
for _ in range(3):
    services.refresh_prefill(draft_id=draft.id, actor=actor, now=now)
for kind in ("kitchen-layout", "sign-picture"):
    services.add_upload(draft_id=draft.id, evidence_type=kind, name=f"{kind}.png", media_type="image/png",
                        content=Path(FILES, f"{kind}.png").read_bytes(), actor=actor, now=now)
promised = ["fire-safety-declaration", "food-safety-rules", "premises-statement", "purifier-certificate", "sewage-discharge-permit",
            "water-quality-statement"]
filed = services.file_case(draft_id=draft.id, idempotency_key=str(uuid.uuid4()), declared=True, promised=promised, actor=actor, now=now)
tasks = {f"{row.service}.{row.step}": str(row.pk) for row in models.Task.objects.filter(case=filed.case_id)}
print(json.dumps({"id": str(filed.case_id), "reference": filed.reference, "tasks": tasks}))
"""
REGISTER = """
codes = {"wang.li": "92239900MA7LTHK865", "natalia.li": "91350100M000100Y43", "zhou.hang": "91239900MA4YJHB3X6"}
applicant = User.objects.get(pk=models.Case.objects.get(pk=CASE).applicant).username
values = {"uscc": codes[applicant], "legal-name": "云江市老灶台餐饮店"}
register = task(CASE, "business-registration.register")
services.decide(task_id=register, outcome="approve", output_values=values, actor=who("he.jing"), now=now)
services.fetch_arrivals(case_id=CASE, actor=Actor.system("tests"), now=now)
services.complete_step(task_id=task(CASE, "sewage-discharge-permit.check-plan"), finding="可行", actor=who("jiang.lan"), now=now)
services.decide(task_id=task(CASE, "staff-health-check.verify"), outcome="approve", actor=who("shen.jie"), now=now)
"""
OTHERS_INSPECT = """
for name, officer in (("fire-safety-inspection", "han.bing"), ("fume-filing", "lin.qing"), ("sewage-discharge-permit", "jiang.lan")):
    services.complete_step(task_id=task(CASE, f"{name}.inspect"), finding={"outcome": "pass", "text": "符合"}, actor=who(officer), now=now)
"""


@dataclass(frozen=True)
class Filed:
    """A case, and the addresses of its steps on the desk."""

    id: str
    reference: str
    tasks: dict[str, str]

    def path(self, name: str) -> str:
        return f"/desk/cases/{self.id}/tasks/{self.tasks[name]}/"


def do(site: Site, code: str, **values: Any) -> str:
    """Let other people of the city do their part, through the same services as the pages."""
    given = "".join(f"{name.upper()} = {json.dumps(value)}\n" for name, value in values.items())
    return site.act(TOOLS + given + code)


def file_case(site: Site, title: str, username: str = "wang.li") -> Filed:
    told = do(site, FILE, title=title, username=username, files=str(FILES))
    return Filed(**json.loads(told.splitlines()[-1]))


@pytest.fixture
def officer(page_at: PageAt, sign_in: SignIn) -> Callable[..., Page]:
    def at_work(username: str, width: int = 1280, language: str = "zh-hans", **options: Any) -> Page:
        page = page_at(width, language, **options)
        page.goto("/accounts/login/")
        sign_in(page, username)
        page.goto("/desk/")
        return page

    return at_work


def look(page: Page, axe: Axe) -> None:
    """Nothing that axe finds, nothing wider than the screen."""
    page.wait_for_load_state("networkidle")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), f"{page.url} is too wide"


def test_a_restaurant_goes_over_five_desks_from_the_window_to_its_licence(
    site: Site, officer: Callable[..., Page], axe: Axe, page_at: PageAt, sign_in: SignIn
) -> None:
    case = file_case(site, "五桌饭店")

    window = officer("zhao.xiaoxue")
    window.locator("[data-row]", has_text="五桌饭店").click()
    expect(window.locator("#case-title")).to_contain_text("五桌饭店")
    look(window, axe)
    window.locator("[data-tab=values]").click()
    hidden = window.locator("#values .reveal:visible")
    masked = hidden.count()
    hidden.first.locator("summary").click()
    look(window, axe)
    hidden.first.locator("select").select_option("compare-identity")
    hidden.first.locator("button").click()
    expect(hidden).to_have_count(masked - 1)
    look(window, axe)
    window.locator("[data-main]").click()
    expect(window.locator(".told")).to_contain_text("10 个事项已受理")
    look(window, axe)

    do(site, REGISTER, case=case.id)
    sign = officer("tian.ye")
    sign.goto(case.path("outdoor-sign.review"))
    sign.locator(".ways summary").click()
    look(sign, axe)
    sign.locator(".ways a", has_text="一次性告知").click()
    look(sign, axe)
    item = sign.locator(".item", has_text="门头招牌效果图")
    expect(item.locator("textarea")).to_be_hidden()
    item.locator("input[type=checkbox]").check()
    item.locator("textarea").fill("请补一张标注尺寸的图。")
    sign.locator("[data-main]").click()
    expect(sign.locator(".told").first).to_contain_text("已告知申请人")
    sign.goto(case.path("outdoor-sign.review"))
    expect(sign.locator(".limit")).to_contain_text("等申请人补正")

    applicant = page_at(390, "zh-hans")
    applicant.goto("/accounts/login/")
    sign_in(applicant, "wang.li")
    applicant.goto(f"/cases/{case.id}/")
    applicant.locator("a[href*='/notices/']").first.click()
    expect(applicant.locator("main")).to_contain_text("请补一张标注尺寸的图。")
    applicant.set_input_files("#file-sign-picture", str(FILES / "sign-picture-with-size.png"))
    applicant.locator("main form button[type=submit]").click()
    applicant.wait_for_url(f"**/cases/{case.id}/")
    applicant.goto("/who-looked/")
    expect(applicant.locator("main .rows li", has_text="打开了您的办件").first).to_be_visible()
    look(applicant, axe)

    sign.goto(case.path("outdoor-sign.review"))
    expect(sign.locator(".checks")).to_contain_text("申请人已补正")
    sign.locator("[data-tab=changes]").click()
    expect(sign.locator(".change a[data-view]")).to_have_count(2)
    look(sign, axe)
    sign.locator(".change a[data-view]").first.click()
    expect(sign.locator("[data-viewer-place]")).to_have_text("2 / 2")
    sign.keyboard.press("ArrowRight")
    sign.keyboard.press("+")
    sign.keyboard.press("r")
    expect(sign.locator("[data-viewer-picture]")).to_be_visible()
    expect(sign.locator("[data-viewer-size]")).to_have_text("125 %")
    look(sign, axe)
    sign.keyboard.press("Escape")
    expect(sign.locator(".change a[data-view]").first).to_be_focused()
    sign.locator("[data-main]").click()
    expect(sign.locator("[role=alert]").first).to_contain_text("请选择结果")
    look(sign, axe)
    sign.get_by_text("通过", exact=True).click()
    sign.locator("[data-main]").click()
    expect(sign.locator(".told")).to_contain_text("已记录")

    food = officer("li.jianguo")
    food.goto(case.path("food-business-licence.review"))
    food.get_by_text("通过", exact=True).click()
    food.locator("textarea[name=text]").fill("布局合理。")
    food.locator("[data-main]").click()
    food.wait_for_url(f"**{case.path('food-business-licence.inspect')}")
    expect(food.locator(".together li")).to_have_count(4)
    look(food, axe)
    do(site, OTHERS_INSPECT, case=case.id)
    food.reload()
    expect(food.locator(".together .tick")).to_have_count(3)
    food.get_by_text("有整改意见", exact=True).click()
    food.locator("textarea[name=text]").fill("冷食间加门帘。")
    food.locator("[data-main]").click()

    food.wait_for_url(f"**{case.path('food-business-licence.decide')}")
    expect(food.locator(".checks")).to_contain_text("冷食间加门帘。")
    look(food, axe)
    food.locator("input[name=food-licence-number]").fill("JY22399000012685")
    food.locator("textarea[name='sentence.zh']").fill("王丽您好，可以做热菜和凉菜。")
    food.locator("#case-title").focus()
    food.keyboard.press("a")
    expect(food.locator("dialog[open]")).to_contain_text("王丽您好，可以做热菜和凉菜。")
    look(food, axe)
    food.keyboard.press("Enter")
    expect(food.locator(".told")).to_contain_text("已准予：五桌饭店")

    applicant.goto(f"/cases/{case.id}/")
    expect(applicant.locator("main")).to_contain_text("王丽您好，可以做热菜和凉菜。")


def test_the_queue_is_worked_through_with_the_keyboard_alone(site: Site, officer: Callable[..., Page]) -> None:
    for title in ("键盘一号", "键盘二号"):
        file_case(site, title, "zhou.hang")
    page = officer("qian.wen")
    page.keyboard.press("/")
    page.keyboard.type("键盘")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.keyboard.press("j")
    second = page.locator("[data-row]").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#case-title")).to_contain_text(second.locator("b").inner_text())
    expect(second).to_have_attribute("aria-current", "true")
    expect(page.locator("[data-announce]")).to_contain_text("受理")
    assert "?q=" in page.url, "the search stays"
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    first = page.locator("[data-row]").first
    expect(page.locator("#case-title")).to_contain_text(first.locator("b").inner_text())
    page.go_back()
    expect(page.locator("#case-title")).to_contain_text(second.locator("b").inner_text())
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator(".told")).to_contain_text("已受理")


def test_several_are_ticked_and_accepted_together(site: Site, officer: Callable[..., Page], axe: Axe) -> None:
    for title in ("一起甲", "一起乙", "一起丙"):
        file_case(site, title, "natalia.li")
    page = officer("zhao.xiaoxue")
    page.goto("/desk/?q=一起")
    button = page.locator("[data-several-button]")
    expect(button).to_be_hidden()
    for number in range(2):
        page.locator(".row__tick input").nth(number).check()
    expect(button).to_contain_text("(2)")
    look(page, axe)
    button.click()
    expect(page.locator(".told")).to_contain_text("已受理 2 件")
    expect(page.locator("[data-row]")).to_have_count(1)

    page = officer("shen.jie", 390)
    page.goto("/desk/?q=一起")
    for box in page.locator("[data-can~=approve]").all():
        box.check()
    page.locator("[data-for=approve]").click()
    look(page, axe)
    page.locator("[data-count-button]").click()
    expect(page.locator("main")).to_contain_text("共 2 件，已办 2 件")
    look(page, axe)

    colleague = officer("li.jianguo")
    colleague.goto("/desk/?q=一起丙")
    colleague.keyboard.press("t")
    expect(colleague.locator(".holder")).to_contain_text("您已领办")
    colleague.keyboard.press("g")
    expect(colleague.locator(".give__menu button").first).to_be_focused()
    look(colleague, axe)
    colleague.locator(".row__tick input").first.check()
    colleague.keyboard.press("g")
    colleague.keyboard.press("End")
    colleague.locator("[data-bulk] button", has_text="交给").click()
    expect(colleague.locator(".told")).to_contain_text("已放回")


def test_the_desk_works_on_a_phone(site: Site, officer: Callable[..., Page], axe: Axe) -> None:
    case = file_case(site, "手机饭店", "zhou.hang")
    page = officer("shen.jie", 390)
    page.goto("/desk/?q=手机")
    expect(page.locator(".queue")).to_be_visible()
    expect(page.locator(".case")).to_be_hidden()
    look(page, axe)
    page.locator("[data-row]").first.click()
    expect(page.locator("#case-title")).to_be_visible()
    expect(page.locator(".queue")).to_be_hidden()
    look(page, axe)
    page.locator("[data-tab=values]").click()
    expect(page.locator("#values")).to_contain_text("YJTJ-2026-1147")
    expect(page.locator("#documents")).to_be_hidden()
    page.locator(".back a").click()
    expect(page.locator(".queue")).to_be_visible()
    page.locator("[data-row]").first.click()
    act = page.locator("[data-main]")
    expect(act).to_be_in_viewport()  # under the thumb, before anything is scrolled
    act.click()
    expect(page.locator(".told")).to_contain_text("已受理")
    do(site, "services.accept_all(case_id=CASE, actor=who('zhao.xiaoxue'), now=now)", case=case.id)
    page.goto(case.path("staff-health-check.verify"))
    act.click()
    expect(page.locator("#ask")).to_contain_text("周航您好")
    look(page, axe)
    page.locator("[data-ask-yes]").click()
    expect(page.locator(".told")).to_contain_text("已准予：手机饭店")
    page.goto("/desk/exports/")
    look(page, axe)


@pytest.mark.parametrize(("width", "language"), [(820, "ru"), (1280, "en"), (1920, "zh-hans")])
def test_every_page_of_a_step_fits_and_can_be_read_aloud(
    site: Site, officer: Callable[..., Page], axe: Axe, width: int, language: str
) -> None:
    case = file_case(site, f"宽{width}", "natalia.li")
    page = officer("he.jing", width, language)
    for act in ("", "refuse/", "correct/", "stop/"):
        page.goto(case.path("business-registration.accept") + act)
        look(page, axe)
    for tab in ("values", "letters", "documents"):
        page.locator(f"[data-tab={tab}]").click()
        look(page, axe)
    page.goto("/desk/?view=department")
    look(page, axe)


@pytest.mark.parametrize(("width", "language"), [(820, "en"), (820, "ru"), (1280, "ru")])
def test_no_tab_is_cut_off_and_the_foot_leaves_what_is_checked_in_sight(
    site: Site, officer: Callable[..., Page], width: int, language: str
) -> None:
    case = file_case(site, f"脚{width}{language}", "natalia.li")
    do(site, "services.accept_all(case_id=CASE, actor=who('zhao.xiaoxue'), now=now)", case=case.id)
    page = officer("he.jing", width, language)
    page.goto(case.path("business-registration.register"))
    cut = "() => { const tabs = document.querySelector('.queue > .tabs'); return tabs.scrollWidth - tabs.clientWidth }"
    assert page.evaluate(cut) <= 0
    page.evaluate("() => document.querySelectorAll('.queue > .tabs .number').forEach(one => (one.textContent = '128'))")
    assert page.evaluate(cut) <= 0, "a large department has large numbers"
    shown = page.locator(".todo h2").bounding_box()
    foot = page.locator(".foot__buttons" if width < 1200 else ".foot").bounding_box()
    assert shown
    assert foot
    assert shown["y"] + 160 < foot["y"], "the first checks stand above the foot"
    assert foot["height"] < 0.45 * 900


def test_without_scripts_everything_is_a_link_or_a_form(site: Site, officer: Callable[..., Page]) -> None:
    file_case(site, "无脚本", "zhou.hang")
    page = officer("zhao.xiaoxue", scripts=False)
    page.goto("/desk/?q=无脚本")
    page.locator("[data-row]").first.click()
    expect(page.locator("#values")).to_be_visible()
    expect(page.locator("#letters")).to_be_visible()
    page.locator("[data-main]").click()
    expect(page.locator(".told")).to_contain_text("10 个事项已受理")
