"""Somebody new opens a restaurant: an account by phone, the identity confirmed in place, nothing lost; then the window."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import person
from tests.browser.conftest import PASSWORD, Site
from tests.browser.test_account import newest_code

PageAt = Callable[..., Page]
PHONE, NAME, NUMBER = "19900000417", "郑晓岚", "230000199305170419"


@pytest.fixture
def look(axe: Callable[[Page], None]) -> Callable[[Page], None]:
    def look(page: Page) -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is wider than the screen"

    return look


def sign_up(page: Page, site: Site, phone: str = PHONE) -> None:
    began = time.time()
    page.goto("/accounts/signup/?next=/things/open-a-restaurant/start/")
    page.fill("[name=contact]", phone)
    page.click("main button[type=submit]")
    page.fill("[name=code]", newest_code(site, phone, began))
    page.click("main button[type=submit]")
    page.fill("[name=name]", "晓岚")
    page.fill("[name=password]", "spring-river-boat-7")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/start/")


def compare(page: Page, name: str, number: str) -> None:
    page.fill("#name", name)
    page.fill("#resident_id", number)
    page.click("main .account-form button[type=submit]")


def begin(page: Page) -> str:
    """Agree to everything, begin, answer the questions, and return the draft's address."""
    for box in page.locator("[name=consent]").all():
        box.check()
    page.locator("main .button--start").click()
    page.wait_for_url("**/drafts/**")
    draft = page.url.split("/questions/")[0] + "/"
    person.answer_questions(page)
    return draft


def test_somebody_new_is_identified_in_place_files_and_is_seen_at_the_window(
    site: Site, page_at: PageAt, look: Callable[[Page], None], sign_in: Callable[[Page, str], None]
) -> None:
    page = page_at(390)
    sign_up(page, site)
    draft = begin(page)
    page.wait_for_url("**/who/")
    look(page)
    page.goto(f"{draft}form/1/")
    person.fill(
        page, {**person.VALUES, "trade-name": "晓岚小馆", "full-name": NAME, "resident-id": NUMBER, "home-address": "还没有人问过登记机关"}
    )
    person.save(page)
    page.goto(f"{draft}check/")
    expect(page.locator(".check__missing")).to_contain_text("Confirm who you are")
    page.goto(f"{draft}who/")
    compare(page, "郑晓蓝", NUMBER)
    expect(page.locator(".govuk-error-summary")).to_contain_text("are not in the register")
    look(page)
    compare(page, NAME, NUMBER)
    page.wait_for_url(lambda url: "/who/" not in url)
    expect(page.locator("main")).to_contain_text("Your identity is confirmed")
    while "/form/" in page.url:
        person.fill(page)
        person.save(page)
    page.goto(f"{draft}known/")
    expect(page.locator("main")).to_contain_text("云江市向阳路31号5单元301")
    person.add_documents(page, draft)
    person.declare(page, draft)
    expect(page.locator("main")).to_contain_text("晓岚小馆")
    page.locator("main .button--start").click()
    page.wait_for_url("**/filed/")

    page.goto("/accounts/who/")
    look(page)
    for outcome, told in (("fail", "did not recognise you"), ("pass", "has seen you")):
        page.click("form[action*='who/face'] button")
        look(page)
        page.click("text=Go to the face check")
        page.click(f"#{outcome}")
        page.wait_for_url("**/accounts/who/")
        expect(page.locator("main")).to_contain_text(told)
    expect(page.locator("main")).to_contain_text("Level 3")
    page.click("form[action*='who/code'] button")
    code = page.locator(".account__visit").inner_text()
    look(page)
    desk = page_at(1280)
    sign_in(desk, "zhao.xiaoxue")
    desk.goto("/staff/window/")
    look(desk)
    desk.fill("#code", code)
    desk.fill("#name", NAME)
    desk.fill("#resident_id", NUMBER)
    desk.click("main form button[type=submit]")
    look(desk)
    desk.fill("#again", NUMBER)
    desk.click("main form button[type=submit]")
    expect(desk.locator("main")).to_contain_text("was seen in person")
    page.goto("/accounts/who/")
    expect(page.locator("main")).to_contain_text("your card was looked at")


def proves(page: Page, name: str, look: Callable[[Page], None] | None = None) -> None:
    """Go to the national provider and choose there who one is."""
    page.click("form[action$='/accounts/national/'] button")
    page.wait_for_url("**/national/authorize?**")
    if look:
        look(page)
    page.check(f"label:has-text('{name}') input")
    page.click("button[value=yes]")


def test_the_national_log_in_opens_an_account_steps_up_in_a_draft_and_is_linked_to_an_account_there_is(
    site: Site, page_at: PageAt, look: Callable[[Page], None]
) -> None:
    feng = page_at(390)
    feng.goto("/accounts/login/?next=/my-data/")
    look(feng)
    proves(feng, "冯雨欣", look)
    expect(feng.locator("h1")).to_contain_text("Your first time here")
    look(feng)
    feng.click("main form button")
    feng.wait_for_url("**/my-data/")
    feng.goto("/accounts/who/")
    expect(feng.locator("main")).to_contain_text("Level 2")
    look(feng)
    feng.goto("/accounts/logout/")
    feng.click("main form button")
    feng.wait_for_url(f"{site.address}/")
    feng.goto("/accounts/login/?next=/my-data/")
    proves(feng, "冯雨欣")
    feng.wait_for_url("**/my-data/")

    page = page_at(1280)
    sign_up(page, site, "13711114444")
    draft = begin(page)
    page.goto(f"{draft}form/1/")
    typed = {"trade-name": "文英小馆", "full-name": "曾文英", "resident-id": NUMBER, "home-address": "站前路"}
    person.fill(page, {**person.VALUES, **typed})
    person.save(page)
    page.goto(f"{draft}who/")
    look(page)
    proves(page, "曾文英")
    page.wait_for_url(lambda url: url.startswith(draft) and "/who/" not in url)
    expect(page.locator("main")).to_contain_text("The national log-in has confirmed who you are")
    page.goto(f"{draft}form/1/")
    expect(page.locator("[name=trade-name]")).to_have_value("文英小馆")
    page.goto("/accounts/who/")
    expect(page.locator("main")).to_contain_text("Level 2")

    zhou = page_at(1280)
    zhou.goto("/accounts/login/?next=/cases/")
    proves(zhou, "周航")
    expect(zhou.locator("h1")).to_contain_text("You have an account already")
    look(zhou)
    zhou.click("text=Log in and link it")
    zhou.fill("[name=login]", "zhou.hang")
    zhou.fill("[name=password]", PASSWORD)
    zhou.click("form:has([name=password]) button[type=submit]")
    zhou.wait_for_url("**/accounts/national/link/")
    look(zhou)
    zhou.click("button[value=yes]")
    zhou.wait_for_url("**/cases/")
    expect(zhou.locator("main")).to_contain_text("Linked")
    zhou.context.clear_cookies()
    zhou.goto("/accounts/login/?next=/cases/")
    proves(zhou, "周航")
    zhou.wait_for_url("**/cases/")


def test_a_mandate_is_given_accepted_used_and_revoked_at_once(
    page_at: PageAt, look: Callable[[Page], None], sign_in: Callable[[Page, str], None]
) -> None:
    wang, zhou = page_at(390), page_at(1280)
    sign_in(wang, "wang.li")
    wang.goto("/accounts/mandates/")
    look(wang)
    wang.fill("#receiver_name", "周航")
    wang.fill("#receiver_number", "230000199209230354")
    wang.click("form[action*='offer'] button[type=submit]")
    expect(wang.locator(".govuk-error-summary")).to_contain_text("for which matters")
    look(wang)
    wang.check("#matter-open-a-restaurant")
    wang.click("form[action*='offer'] button[type=submit]")
    expect(wang.locator("main")).to_contain_text("offered, not yet accepted")
    look(wang)

    sign_in(zhou, "zhou.hang")
    zhou.goto("/accounts/mandates/")
    look(zhou)
    zhou.click("main form[action*='/accept/'] button")
    expect(zhou.locator("main")).to_contain_text("Choose at the top of the page")
    look(zhou)
    zhou.click(".acting button")
    expect(zhou.locator(".acting")).to_contain_text("You act for 王丽")
    draft = person.begin(zhou, sign_in, "zhou.hang")
    person.answer_questions(zhou)
    zhou.goto(f"{draft}known/")
    look(zhou)
    expect(zhou.locator("main")).to_contain_text("云江市江沿街126号3单元402")
    zhou.goto(f"{draft}check/")
    expect(zhou.locator("main")).to_contain_text("You file this for Wang Li. Your mandate: Open a restaurant, until")
    wang.goto("/cases/")
    expect(wang.locator(f"main a[href*='{draft.rsplit('/', 2)[1]}']").first).to_be_visible()

    wang.goto("/accounts/mandates/")
    wang.click("main form[action*='/end/'] button")
    zhou.goto("/accounts/mandates/")
    expect(zhou.locator("main")).to_contain_text("You no longer act for another")
    answer = zhou.goto(draft)
    assert answer is not None
    assert answer.status == 404

    zhou.goto("/accounts/mandates/")
    zhou.fill("#uscc", "91239900MA7KQ2WX4C")
    zhou.click("form[action*='enterprises'] button[type=submit]")
    expect(zhou.locator("main")).to_contain_text("云江市和顺餐饮管理有限公司")
    look(zhou)


def test_a_daughter_begins_and_her_mother_finds_it_under_my_children(
    page_at: PageAt, look: Callable[[Page], None], sign_in: Callable[[Page, str], None]
) -> None:
    daughter, mother = page_at(390), page_at(1280)
    draft = person.begin(daughter, sign_in, "chen.yutong")
    daughter.goto(f"{draft}who/")
    expect(daughter.locator("h1")).to_contain_text("A parent or guardian files this")
    look(daughter)
    daughter.goto("/accounts/children/")
    expect(daughter.locator("main")).to_contain_text("You are not of age yet")
    look(daughter)
    daughter.goto("/things/change-business/start/")
    expect(daughter.locator("main")).to_contain_text("An enterprise files this")
    expect(daughter.locator("main .button--start")).to_have_count(0)
    look(daughter)

    sign_in(mother, "wang.li")
    mother.goto("/accounts/children/")
    mother.click("main form[action*='/children/ask/'] button")
    expect(mother.locator("main")).to_contain_text("陈雨桐")
    look(mother)
    mother.click("main li:has-text('陈雨桐') button")
    expect(mother.locator(".acting")).to_contain_text("You act for 陈雨桐")
    mother.goto("/cases/")
    mother.goto(draft)
    expect(mother.locator("main")).to_contain_text("Open a restaurant")
    mother.goto(f"{draft}check/")
    expect(mother.locator("main")).not_to_contain_text("A parent or guardian")
    mother.click(".acting button")
    answer = mother.goto(draft)
    assert answer is not None
    assert answer.status == 404
