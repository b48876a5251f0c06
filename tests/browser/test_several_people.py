"""Two people, one matter: the tenant files, the landlord confirms it by the link in a message, and the desk reads who did."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import person
from tests.browser.conftest import Site

CONTRACT = Path(__file__).resolve().parents[2] / "scenarios" / "lease" / "files" / "contract.png"
VALUES = {
    "property-number": "239900001005GB00091F00020007",
    "monthly-rent": "2600.00",
    "lease-from": "2026-12-01",
    "lease-until": "2027-11-30",
}


@pytest.fixture
def look(axe: Callable[[Page], None]) -> Callable[[Page], None]:
    def look(page: Page) -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is wider than the screen"

    return look


def link_to(site: Site, phone: str) -> str:
    """Return the link in the newest message to a telephone."""
    for _ in range(150):
        found = [text for path in (site.home / "messages").glob("*.txt") if f"To: {phone}\n" in (text := path.read_text())]
        links = [link[0] for text in found if (link := re.search(r"/invitations/[\w-]+/", text))]
        if links:
            return links[-1]
        time.sleep(0.1)
    raise AssertionError(f"no invitation to {phone} within 15 s")


def test_a_landlord_confirms_by_link_what_the_tenant_then_files(
    site: Site, page_at: Callable[..., Page], look: Callable[[Page], None], sign_in: Callable[[Page, str], None]
) -> None:
    wang, zhou, desk = page_at(390), page_at(390), page_at(1280)
    sign_in(wang, "wang.li")
    wang.goto("/things/register-a-lease/start/")
    expect(wang.locator("main")).to_contain_text("You need somebody else as well: the landlord")
    look(wang)
    draft = re.split(r"/(form|questions)/", person.begin_here(wang))[0].rstrip("/") + "/"
    wang.goto(f"{draft}form/1/")
    person.fill(wang, VALUES)
    person.save(wang)
    wang.goto(f"{draft}documents/")
    wang.set_input_files("input[type=file]", CONTRACT)
    wang.wait_for_load_state("networkidle")
    wang.goto(f"{draft}others/")
    look(wang)
    wang.fill("[name=name]", "周航")
    wang.fill("[name=contact]", "19900000235")
    wang.click("[name=invite]")
    expect(wang.locator("main")).to_contain_text("nobody has opened it yet")
    look(wang)
    wang.goto(f"{draft}check/")
    expect(wang.locator(".check__missing")).to_contain_text("Not confirmed yet: the landlord")

    zhou.goto(link_to(site, "19900000235"))
    sign_in(zhou, "zhou.hang")
    expect(zhou.locator("h1")).to_contain_text("Wang Li asks you to confirm something")
    look(zhou)
    zhou.click("main form button[type=submit]")
    zhou.wait_for_url("**/parts/**")
    expect(zhou.locator("main")).to_contain_text("云江市文化街17号2层")
    look(zhou)
    zhou.locator("main input[type=radio]").first.check()
    zhou.click("form:has([value=save]) button")
    expect(zhou.locator("#confirm")).to_be_visible()
    look(zhou)
    zhou.click("form:has([value=confirm]) button")
    expect(zhou.locator("main")).to_contain_text("Your confirmation is recorded")
    look(zhou)

    wang.goto(f"{draft}others/")
    expect(wang.locator("main")).to_contain_text("Identity: seen in person")
    person.declare(wang, draft)
    look(wang)
    wang.locator("main .button--start").click()
    wang.wait_for_url("**/filed/")
    case = wang.url.split("/cases/")[1].split("/")[0]
    wang.goto(f"/cases/{case}/")
    expect(wang.locator(".confirmed")).to_contain_text("Zhou Hang")
    look(wang)
    zhou.reload()
    expect(zhou.locator("main")).to_contain_text("It was sent")
    look(zhou)
    sign_in(desk, "fang.yuan")
    desk.goto(f"/desk/cases/{case}/#values")
    expect(desk.locator(".confirmed")).to_contain_text("I let this property to the applicant")
    look(desk)
