"""The fifteen-minute connector in a browser: from a pasted document to a form that asks less."""

import urllib.request
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

UNIT = "239900001005GB00088F00010001"
KEEP = """
from onewindow.modules.catalogue import selectors
print(selectors.current_release())
"""
PUT_BACK = """
from onewindow.modules.catalogue import selectors, services
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
files = [("before.yaml", selectors.exported({release}, form="yaml"))]
services.load_catalogue(files=files, replace=True, actor=Actor.system("test"), now=clock.now())
"""
STAFF = (
    "/data/", "/data/resources/property-register/", "/data/resources/property-register/ask/", "/data/requests/", "/data/grants/",
    "/data/systems/", "/data/systems/exchange-hub/", "/data/new/", "/staff/corrections/",
)  # fmt: skip
PUBLIC = ("/open-data/", "/open-data/service-directory/", "/enquiries/")


@pytest.fixture
def catalogue_put_back(site: Site) -> Iterator[None]:
    """Other tests of this site count the questions of the same One Thing."""
    release = int(site.act(KEEP))
    yield
    site.act(PUT_BACK.format(release=release))


@pytest.mark.usefixtures("catalogue_put_back")
def test_a_register_is_connected_from_its_document_tried_and_published(
    site: Site, page_at: Callable[..., Page], sign_in: Callable[[Page, str], None], axe: Callable[[Page], None]
) -> None:
    sources = site.act("import os; print(os.environ['ONEWINDOW_SOURCES_URL'])").strip()
    with urllib.request.urlopen(f"{sources}/openapi.json") as answer:  # noqa: S310  (our own registers)
        document = answer.read().decode()
    page = page_at()
    page.goto("/interfaces/new/")
    sign_in(page, "kong.lei")
    page.wait_for_url("**/interfaces/new/")
    page.select_option("#organisation", "housing-construction")
    page.fill("#document", document)
    page.get_by_role("button", name="Read it").click()
    page.get_by_label("Fit-out filings").check()
    page.get_by_role("button", name="Go on").click()
    for guess in ("#key-0", "#element-0"):  # looked over: what the register calls unitNo
        page.fill(guess, "property-number")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".interface-worth")).to_contain_text("Open a restaurant 7 → 5 questions")
    expect(page.locator(".interface-worth")).to_contain_text("900 cases a year: 1,800 answers that nobody types")
    page.select_option("#base", "ONEWINDOW_SOURCES_URL")
    page.select_option("#key_env", "ONEWINDOW_SOURCES_KEY")
    page.fill("#trial-property-number", UNIT)
    page.get_by_role("button", name="Ask the register").click()
    expect(page.locator(".interface-trial")).to_contain_text("36.5")
    axe(page)
    for field, value in {"resource": "fitout-filings", "name_en": "Fit-out filings", "name_zh": "装修备案", "name_ru": "Отделка"}.items():
        page.fill(f"#{field}", value)
    page.select_option("#sharing", "unconditional")
    page.select_option("#granted_to", "service-centre")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url(lambda url: url.partition("#")[0].endswith("/interfaces/"))  # the place of the trial stays in the address
    expect(page.locator("main")).to_contain_text("Fit-out filings")
    page.set_viewport_size({"width": 390, "height": 900})
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.goto("/things/open-a-restaurant/")
    expect(page.locator("main")).to_contain_text("Fit-out filings")


def test_every_page_of_the_data_is_whole_for_whoever_cannot_see_it_and_fits_a_phone(
    page_at: Callable[..., Page], sign_in: Callable[[Page, str], None], axe: Callable[[Page], None]
) -> None:
    page = page_at(390, "ru")
    for address in PUBLIC:
        page.goto(address)
        _whole(page, axe)
    page.goto(STAFF[0])
    sign_in(page, "fan.siyuan")
    for address in STAFF:
        page.goto(address)
        _whole(page, axe)


def _whole(page: Page, axe: Callable[[Page], None]) -> None:
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is wider than the screen"
