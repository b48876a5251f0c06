"""The composer in a browser: the result follows every change, the keyboard reaches everything, and what is published works at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import person

PageAt = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Axe = Callable[[Page], None]

NEW = "/composer/new/"
RESTAURANT = "/composer/things/open-a-restaurant/"
SERVICES = ("business-registration", "food-business-licence", "outdoor-sign")


@pytest.fixture
def at(page_at: PageAt, sign_in: SignIn) -> Callable[..., Page]:
    def open_page(address: str, width: int = 1280, language: str = "en", *, scripts: bool = True) -> Page:
        page = page_at(width, language, scripts=scripts)
        page.goto(address)
        sign_in(page, "sun.mingzhe")
        page.wait_for_url(f"**{address}")
        return page

    return open_page


def pick(page: Page, service: str) -> None:
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/new/")):
        page.locator(f"[name=service][value={service}]").check()


def name_it(page: Page, english: str) -> None:
    page.fill("#name_zh", f"开{english}")
    page.fill("#name_en", english)
    page.fill("#name_ru", f"Открыть {english}")


def test_what_a_reformer_composes_a_citizen_uses_on_the_next_page(at: Callable[..., Page], page_at: PageAt, sign_in: SignIn) -> None:
    page = at(NEW)
    expect(page.locator("#result")).to_contain_text("Pick the services that belong to one thing people want")
    for service in SERVICES:
        pick(page, service)
    for figure in ("Fields 20 → 8", "Working days 17 → 10"):
        expect(page.locator("#composer-said")).to_contain_text(figure)
    expect(page.locator("#composer-count")).to_have_text("3 services")
    expect(page.locator("#moves tbody tr")).to_have_count(8)
    expect(page.locator("#result .composer__map--wide svg")).to_be_visible()
    name_it(page, "Noodle stand")
    page.select_option("#applicant", "natural")
    expect(page.locator("h1")).to_have_text("Noodle stand")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/things/noodle-stand/")
    expect(page.locator("main")).to_contain_text("Published. Citizens can use it from now on.")

    citizen = page_at()
    citizen.goto("/")
    citizen.get_by_role("link", name="Noodle stand").first.click()
    citizen.wait_for_url("**/things/noodle-stand/")
    citizen.locator("main a.button--start").first.click()
    citizen.wait_for_url("**/start/")
    sign_in(citizen, "zhou.hang")
    citizen.locator("main form .button--start").click()
    citizen.wait_for_url("**/drafts/**")
    expect(citizen.locator("main")).to_contain_text("Will you put up a sign outside?")


def test_sliders_follow_the_keyboard_and_say_that_this_is_what_if(at: Callable[..., Page]) -> None:
    page = at(RESTAURANT)
    page.focus("#shared")
    page.keyboard.press("Home")
    expect(page.locator("#composer-said")).to_contain_text("Fields 45 → 17")
    expect(page.locator("#value-shared")).to_have_text("0 of 5")
    expect(page.locator("#shared")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#joining")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#joining")).to_have_attribute("aria-valuetext", "off")
    expect(page.locator(".composer__what-if")).to_contain_text("No source is shared. Nothing is done jointly.")
    page.get_by_role("button", name="Back to the full effect").click()
    expect(page.locator("#composer-said")).to_contain_text("Fields 45 → 7")
    expect(page.locator(".composer__what-if")).to_have_count(0)


def test_a_service_is_taken_out_with_the_space_bar(at: Callable[..., Page]) -> None:
    page = at(RESTAURANT)
    page.focus("[name=service][value=seal-filing]")
    page.keyboard.press("Space")
    expect(page.locator(".changes")).to_contain_text("No longer in it: Seal engraving filing")
    expect(page.locator("[name=service][value=seal-filing]")).to_be_focused()
    expect(page.locator("#limits")).not_to_contain_text("Seal engraving filing")


def test_enter_in_a_field_shows_the_effect_and_publishes_nothing(at: Callable[..., Page]) -> None:
    page = at(RESTAURANT)
    page.get_by_text("Limits the departments agreed on").click()
    page.fill("#limit-food-business-licence--decide", "9")
    page.keyboard.press("Enter")
    sentence = "9 working days are more than the legal limit of 3. Agree on 3 or fewer."
    expect(page.locator("#note-limit-food-business-licence--decide")).to_contain_text(sentence)
    expect(page.locator("#limit-food-business-licence--decide")).to_be_focused()
    page.fill("#limit-food-business-licence--decide", "3")
    page.keyboard.press("Enter")
    expect(page.locator("#note-limit-food-business-licence--decide")).not_to_contain_text("legal limit")
    expect(page.locator("#composer-said")).to_contain_text("Working days 41 → 5")
    assert page.url.endswith(RESTAURANT)


def test_what_is_missing_takes_the_focus_and_leads_to_its_field(at: Callable[..., Page], axe: Axe) -> None:
    page = at(NEW)
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe(page)
    page.locator(".govuk-error-summary a").last.click()
    expect(page.locator("#name_zh")).to_be_focused()


def test_a_draft_is_kept_resumed_and_thrown_away(at: Callable[..., Page]) -> None:
    page = at(NEW)
    pick(page, "tax-set-up")
    name_it(page, "Tax only")
    page.get_by_role("button", name="Keep as a draft").click()
    page.wait_for_url("**/composer/things/tax-only/")
    page.goto("/composer/")
    page.get_by_role("link", name="Tax only").click()
    expect(page.locator("[name=service][value=tax-set-up]")).to_be_checked()
    page.get_by_text("Throw my draft away").click()
    page.get_by_role("button", name="Throw it away").click()
    page.wait_for_url("**/composer/")
    expect(page.locator("main")).not_to_contain_text("Tax only")


def test_without_scripts_a_button_shows_the_result(at: Callable[..., Page]) -> None:
    page = at(NEW, scripts=False)
    for service in SERVICES:
        page.locator(f"[name=service][value={service}]").check()
    page.get_by_role("button", name="Show the effect").click()
    expect(page.locator("#result")).to_contain_text("What it saves")
    page.get_by_role("button", name="Try every interface, share and commitment").click()
    expect(page.locator("#moves tbody tr")).to_have_count(8)
    expect(page.locator("[name=service][value=outdoor-sign]")).to_be_checked()


def test_without_a_connection_the_page_says_that_its_picture_is_old(at: Callable[..., Page]) -> None:
    page = at(RESTAURANT)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator("[name=service][value=seal-filing]").uncheck()
    expect(page.locator("#offline")).to_contain_text("This picture is not up to date")
    page.context.set_offline(False)
    page.locator("[name=service][value=seal-filing]").check()
    expect(page.locator("#offline")).to_be_empty()


def test_the_proof_opens_beside_the_composer(at: Callable[..., Page], axe: Axe) -> None:
    page = at(RESTAURANT)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="minimum proven").click()
    proof = opened.value
    expect(proof.locator("h1")).to_have_text("Why no shorter form can do")
    axe(proof)
    with proof.expect_download() as taken:
        proof.get_by_role("button", name="Take the certificate along").click()
    assert taken.value.suggested_filename == "open-a-restaurant.certificate.json"


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (820, "zh-hans"), (390, "ru")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(at: Callable[..., Page], axe: Axe, width: int, language: str) -> None:
    page = at("/composer/", width, language)
    for address in ("/composer/", NEW, RESTAURANT):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.evaluate("() => document.querySelectorAll('main details').forEach(one => (one.open = true))")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} is wider than the screen"
    page.locator("#parallel").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".composer__what-if")).to_be_visible()
    page.wait_for_load_state("networkidle")
    axe(page)


def test_on_a_phone_the_result_is_near_and_the_figures_stay_in_sight(at: Callable[..., Page]) -> None:
    page = at(RESTAURANT, 390)
    expect(page.locator("#services")).to_be_hidden()
    assert page.locator("#saves").bounding_box()["y"] < 900  # type: ignore[index]
    page.get_by_text("Where the effect comes from").click()
    page.locator("#agreed").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#composer-said")).to_contain_text("Working days 41 → 10")
    page.locator("#moves-title").scroll_into_view_if_needed()
    expect(page.locator("#composer-said")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Publish")).to_be_in_viewport()


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-hans"), (1280, "en"), (1100, "en"), (390, "en")])
def test_the_picture_of_ten_departments_fits_its_pane(at: Callable[..., Page], width: int, language: str) -> None:
    page = at(RESTAURANT, width, language)
    wider = page.evaluate(
        "() => [...document.querySelectorAll('.composer__map')].filter(map => map.offsetParent)"
        ".map(map => map.scrollWidth - map.clientWidth)"
    )
    assert wider == [0]


def test_the_picture_of_a_long_process_scrolls_with_the_keyboard(at: Callable[..., Page]) -> None:
    page = at(RESTAURANT, 1280, "ru")
    page.locator(".composer__map--wide").focus()
    page.keyboard.press("ArrowRight")
    person.until(page, "document.querySelector('.composer__map--wide').scrollLeft > 0")
    clipped = page.evaluate(
        "() => { const map = document.querySelector('.composer__map--wide'), top = map.getBoundingClientRect().top;"
        " return [...map.querySelectorAll('text')].filter(one => one.getBoundingClientRect().top < top).length }"
    )
    assert clipped == 0
