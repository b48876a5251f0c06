"""What a person does on the portal, page by page; the tests say what they expect to see in between."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

FILES = Path(__file__).resolve().parents[2] / "scenarios" / "restaurant" / "files"
VALUES = {
    "trade-name": "老灶台",
    "property-number": "239900001005GB00088F00010001",
    "seats": "48",
    "kitchen-area": "36.5",
    "sign-area": "6.4",
    "health-check-number": "YJTJ-2026-1147",
}
DOCUMENTS = {"kitchen-layout": FILES / "kitchen-layout.png", "sign-picture": FILES / "sign-picture.png"}
Look = Callable[[Page], None]


def nothing(page: Page) -> None:
    """Look at nothing in particular."""


def until(page: Page, holds: str) -> None:
    """Wait until an expression holds. Ours, because a page's own waiting would have to be allowed to evaluate text."""
    for _ in range(100):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"this did not come true within five seconds: {holds}")


def begin(page: Page, sign_in: Callable[[Page, str], None], username: str, look: Look = nothing) -> str:
    """Start the restaurant, log in on the way, and return the address of the draft."""
    page.goto("/things/open-a-restaurant/")
    look(page)
    page.locator("main a.button--start").first.click()
    page.wait_for_url("**/start/")
    if "/accounts/login/" in page.url:
        look(page)
        sign_in(page, username)
    assert page.url.endswith("/things/open-a-restaurant/start/")
    look(page)
    return begin_here(page)


def begin_here(page: Page) -> str:
    """Agree to everything on the page before the beginning, and begin; return the address of the draft."""
    for box in page.locator("[name=consent]").all():
        box.check()
    page.locator("main .button--start").click()
    page.wait_for_url("**/drafts/**")
    return page.url.split("/questions/")[0] + "/"


def answer_questions(page: Page, look: Look = nothing) -> None:
    """Choose the first answer of every guided question."""
    while "/questions/" in page.url:
        look(page)
        address = page.url
        page.locator("main input[type=radio]").first.check()
        page.locator("main form .button[type=submit]").first.click()
        page.wait_for_url(lambda url, before=address: url != before)


def fill(page: Page, values: dict[str, str] | None = None) -> None:
    """Type into every field of the page, one after the other where it shows one at a time."""
    values = values or VALUES
    step = page.locator("[data-one-at-a-time] > .actions .button:visible").first
    for _ in range(20):
        for field in page.locator("[data-part] .govuk-input:visible").all():
            field.fill(values[str(field.get_attribute("name"))])
        if page.locator("[data-send]").is_visible():
            return
        step.click()


def save(page: Page) -> None:
    """Save the page of the form and wait for the next."""
    address = page.url
    page.locator("[data-send] .button").first.click()
    page.wait_for_url(lambda url: url != address)


def add_documents(page: Page, draft: str) -> None:
    """Choose a file for every document; the page sends each at once."""
    page.goto(f"{draft}documents/")
    for kind, file in DOCUMENTS.items():
        page.set_input_files(f"#file-{kind}", str(file))
        page.locator(f"#d-{kind} .upload__file").wait_for()


def declare(page: Page, draft: str) -> None:
    """Tick what the last page asks to be ticked."""
    page.goto(f"{draft}check/")
    for box in page.locator("[name=promised]").all():
        box.check()
    page.locator("#declared").check()


def file_restaurant(page: Page, sign_in: Callable[[Page, str], None], username: str) -> tuple[str, str]:
    """Go the whole way; return the address of the case and its reference."""
    draft = begin(page, sign_in, username)
    answer_questions(page)
    while "/form/" in page.url:
        fill(page)
        save(page)
    add_documents(page, draft)
    declare(page, draft)
    page.locator("main .button--start").click()
    page.wait_for_url("**/filed/")
    return page.url.removesuffix("filed/"), page.locator(".reference").inner_text()
