"""A person opens a restaurant, from the start page to the receipt, and somebody looks over their shoulder on every page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import person

PageAt = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Axe = Callable[[Page], None]


@pytest.mark.parametrize(("width", "language", "username"), [(1280, "en", "zhou.hang"), (390, "zh-hans", "wang.li")])
def test_a_person_opens_a_restaurant_on_a_phone_and_on_a_desk(
    page_at: PageAt, axe: Axe, sign_in: SignIn, *, width: int, language: str, username: str
) -> None:
    page = page_at(width, language)

    def look(page: Page) -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} is wider than the screen"

    page.goto("/")
    look(page)
    draft = person.begin(page, sign_in, username, look)
    person.answer_questions(page, look)
    look(page)
    while "/form/" in page.url:
        person.fill(page)
        person.save(page)
    page.goto(f"{draft}known/")
    look(page)
    expect(page.locator(".given")).to_have_count(13)
    person.add_documents(page, draft)
    look(page)
    person.declare(page, draft)
    look(page)
    page.locator("main .button--start").click()
    page.wait_for_url("**/filed/")
    look(page)
    reference = page.locator(".reference").inner_text()
    page.goto(page.url.removesuffix("filed/"))
    look(page)
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    look(page)
    expect(page.locator("#look-ups li").first).to_be_visible()
    page.goto("/cases/")
    look(page)
    expect(page.locator("main")).to_contain_text(reference)


def test_sending_twice_by_an_impatient_double_click_makes_one_case(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at()
    sign_in(page, "natalia.li")
    page.goto("/cases/")
    before = page.locator(".case-rows > li", has_text="OW-").count()
    draft = person.begin(page, sign_in, "natalia.li")
    person.answer_questions(page)
    while "/form/" in page.url:
        person.fill(page)
        person.save(page)
    person.add_documents(page, draft)
    person.declare(page, draft)
    form = page.locator("form:has([name=key])")
    sent = {field.get_attribute("name"): field.input_value() for field in form.locator("input").all()}
    page.locator("main .button--start").dblclick()
    page.wait_for_url("**/filed/")
    first = page.locator(".reference").inner_text()
    again = page.request.post(f"{draft}check/", form={str(key): str(value) for key, value in sent.items()}, headers={"Referer": page.url})
    assert again.ok
    assert first in again.text()
    page.goto("/cases/")
    assert page.locator(".case-rows > li", has_text="OW-").count() == before + 1


def test_the_whole_form_can_be_sent_without_any_script(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at(scripts=False)
    draft = person.begin(page, sign_in, "wang.li")
    person.answer_questions(page)
    while "/form/" in page.url:
        for name, value in person.VALUES.items():
            field = page.locator(f"[name='{name}']")
            if field.count():
                field.fill(value)
        person.save(page)
    page.goto(f"{draft}documents/")
    for kind, file in person.DOCUMENTS.items():
        page.set_input_files(f"#file-{kind}", str(file))
        page.locator(f"#d-{kind} form:has([type=file]) button").click()
        page.wait_for_url(f"**#d-{kind}")
    expect(page.locator(".upload__file")).to_have_count(2)
    person.declare(page, draft)
    page.locator("main .button--start").click()
    page.wait_for_url("**/filed/")
    assert page.locator(".reference").inner_text().startswith("OW-")


def test_somebody_with_only_a_keyboard_gets_from_the_start_page_into_the_form(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[name=q]")).to_be_focused()
    page.keyboard.type("restaurant")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    _tab_to(page, "a[href='/things/open-a-restaurant/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/things/open-a-restaurant/")
    _tab_to(page, "main a.button--start")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/login/**")
    _tab_to(page, "[name=login]")
    page.keyboard.type("zhou.hang")
    page.keyboard.press("Tab")
    page.keyboard.type("one-window-demo")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    _tab_to(page, "main .button--start")
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/**")
    _tab_to(page, "main input[type=radio]")
    page.keyboard.press("Space")
    _tab_to(page, "main form .button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/outdoor-sign/")


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until something that fits has the focus, which must be visible where it is."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            ring = page.evaluate(
                "() => [document.activeElement, document.activeElement.nextElementSibling].filter(Boolean)"
                ".some(one => getComputedStyle(one).outlineStyle !== 'none' || getComputedStyle(one, '::before').outlineStyle !== 'none')"
            )
            assert ring, f"the focus on {selector} cannot be seen"
            return
    pytest.fail(f"Tab never reached {selector}")
