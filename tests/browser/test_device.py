"""The app on a phone: without a network, with a browser that is killed, with answers that get lost; and the same draft on a desk."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import person
from tests.browser.conftest import Site
from tests.browser.link import Link
from tests.chromium import ARGUMENTS

PageAt = Callable[..., Page]
SignIn = Callable[[Page, str], None]
LOSE_THE_FIRST_ANSWER = """
const send = XMLHttpRequest.prototype.send;
globalThis.sent = 0;
XMLHttpRequest.prototype.send = function (body) {
  globalThis.sent += 1;
  if (globalThis.sent === 1) this.onload = this.onerror;
  send.call(this, body);
};
"""
"""The first request of a page reaches the server, and its answer does not reach the page."""
TYPED = {"trade-name": "九龙餐馆 Nine Dragons", "seats": "52", "kitchen-area": "40.5"}


@pytest.fixture
def link(site: Site) -> Iterator[Link]:
    """What lies between the phone and the site."""
    made = Link(site.address)
    yield made
    made.cut()


@pytest.fixture
def phone(browser: Browser, chromium: str, link: Link, tmp_path: Path) -> Callable[[], BrowserContext]:
    """Start a browser with a memory of its own, as a phone has; started again, it remembers."""

    def start() -> BrowserContext:
        context = browser.browser_type.launch_persistent_context(
            tmp_path, executable_path=chromium, args=[*ARGUMENTS], viewport={"width": 390, "height": 844}, base_url=link.address
        )
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "onewindow-language", "value": "en", "url": link.address}])
        return context

    return start


def kill(folder: Path) -> None:
    """End a browser as an empty battery does."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in words:
            os.kill(int(process.name), signal.SIGKILL)


def the_link_is_back(page: Page) -> None:
    """Tell the page what its system tells it then."""
    page.evaluate("dispatchEvent(new Event('online'))")


def test_a_draft_of_a_phone_without_a_network_is_finished_on_a_desk_without_a_lost_keystroke(
    phone: Callable[[], BrowserContext], link: Link, page_at: PageAt, sign_in: SignIn, tmp_path: Path
) -> None:
    page = phone().pages[0]
    draft = person.begin(page, sign_in, "zhou.hang").removeprefix(link.address)
    person.answer_questions(page)
    person.until(page, "document.documentElement.dataset.kept === 'yes'")
    link.cut()
    page.locator("[name=trade-name]").press_sequentially(TYPED["trade-name"])  # the focus stays in the box: every keystroke counts
    expect(page.locator("#saved")).to_contain_text("Kept on this device, not sent yet")
    kill(tmp_path)

    context = phone()
    context.add_init_script(LOSE_THE_FIRST_ANSWER)
    page = context.pages[0]
    page.goto(f"{draft}check/")
    expect(page.locator("main h1")).to_have_text("There is no connection just now")
    expect(page.locator("[data-on-device-list]")).to_contain_text("Open a restaurant · not sent yet: 1")
    page.locator("[data-on-device-list] a").click()
    expect(page.locator("[name=trade-name]")).to_have_value(TYPED["trade-name"])
    person.fill(page, {**dict.fromkeys(person.VALUES, ""), **TYPED})
    page.locator("[data-send] .button").first.click()
    page.wait_for_url("**/documents/")
    person.until(page, "document.documentElement.dataset.files === 'ready'")
    page.set_input_files("#file-sign-picture-camera", str(person.DOCUMENTS["sign-picture"]))
    waiting = page.locator("#d-sign-picture [data-waiting-file]")
    expect(waiting).to_contain_text("not sent yet: there is no connection")

    desk = page_at()
    sign_in(desk, "zhou.hang")
    desk.goto(f"{draft}form/1/")
    desk.locator("[name=seats]").fill("60")
    desk.locator("[name=seats]").blur()
    expect(desk.locator("#saved")).to_contain_text("Saved")

    context.clear_cookies(name="sessionid")  # a night has passed
    link.join()
    the_link_is_back(page)
    page.locator("[data-signed-out] a").click()
    sign_in(page, "zhou.hang")
    page.wait_for_url("**/documents/")
    person.until(page, "sent === 1")
    the_link_is_back(page)
    expect(waiting).to_have_count(0)
    expect(page.locator("#d-sign-picture .upload__file")).to_have_count(1)
    assert page.evaluate("sent") == 2, "it was sent again, because nobody had said that it came"
    page.goto(f"{draft}form/1/")
    differing = page.locator(".differing")
    expect(differing).to_contain_text("There: 60")
    expect(differing).to_contain_text("Here: 52")
    differing.locator("[data-take=mine]").click()
    expect(differing).to_have_count(0)
    expect(page.locator("#saved")).to_contain_text("Saved")
    context.close()

    desk.goto(f"{draft}form/1/")
    for name, value in TYPED.items():
        expect(desk.locator(f"[name={name}]")).to_have_value(value)
    desk.goto(f"{draft}documents/")
    expect(desk.locator("#d-sign-picture .upload__file")).to_have_count(1)


def test_a_form_is_begun_without_a_network_and_becomes_a_draft_of_whoever_logs_in(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at(390, worker=True)
    page.goto("/things/open-a-restaurant/")
    page.locator("[data-keep-form]").click()
    expect(page.locator("main")).to_contain_text("you can begin this form without a network")
    page.context.set_offline(True)
    page.goto("/things/open-a-restaurant/start/")
    expect(page.locator("main h1")).to_have_text("Begin without a network")
    page.locator("[name='answer:serves']").first.check()
    page.locator("[name=trade-name]").press_sequentially("Nine Dragons")
    expect(page.locator("#saved")).to_contain_text("Kept on this device, not sent yet")
    page.context.set_offline(False)
    page.locator("form[data-keep] .button[type=submit]").click()
    page.locator("[data-signed-out] a").click()
    sign_in(page, "zhou.hang")
    page.wait_for_url("**/offline/")
    expect(page.locator("[name=trade-name]")).to_have_value("Nine Dragons")
    page.locator("form[data-keep] .button[type=submit]").click()
    page.wait_for_url("**/drafts/**")
    draft = page.url.split("/questions/")[0]
    page.goto(f"{draft}/form/1/")
    expect(page.locator("[name=trade-name]")).to_have_value("Nine Dragons")
