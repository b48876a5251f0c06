"""News in the browser, from the button to the note; and the tiles with a keyboard.

The browser of the tests knows no push service: a program beside it gives the subscription and takes what is sent, over real HTTP.
"""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

SERVICE = Path(__file__).resolve().parents[1] / "messages" / "push_service.py"
SUBSCRIBED = """told => {
  PushManager.prototype.subscribe = async (wanted) => {
    if (wanted.applicationServerKey.length !== 65 || !wanted.userVisibleOnly) throw new Error("no key");
    return { toJSON: () => told, unsubscribe: async () => true };
  };
}"""
NEWS = """
from uuid import UUID
from datetime import timedelta
from onewindow.modules.identity.models import User
from onewindow.modules.messages import delivery, services
from onewindow.plumbing import clock
now = clock.now()
user = User.objects.get(username="wang.li").pk
services.tell_news(users=[user], case_id=UUID(int=7), reference="QQH-7", now=now)
print(delivery.deliver(now=now + timedelta(seconds=20)))
"""
WAKE = """told => {
  self.registration.showNotification = async (title, more) => { self.shown = [title, more.body, more.tag, more.data.case]; };
  self.dispatchEvent(new PushEvent("push", { data: JSON.stringify(told) }));
  return self.shown;
}"""


@pytest.fixture
def outside() -> Iterator[Callable[..., Any]]:
    with subprocess.Popen([sys.executable, str(SERVICE)], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        port = running.stdout.readline().strip()

        def ask(what: str, told: Any = None) -> Any:
            body = None if told is None else json.dumps(told).encode()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{what}", body, timeout=10) as answer:
                return json.load(answer)

        yield ask
        running.kill()


def test_somebody_is_told_in_this_browser_after_pressing_the_button_and_ends_it(
    page_at: Callable[..., Page], site: Site, sign_in: Callable[[Page, str], None], outside: Callable[..., Any]
) -> None:
    page = page_at(390, "en", worker=True)
    page.context.grant_permissions(["notifications"], origin=site.address)
    sign_in(page, "wang.li")
    page.goto("/accounts/")
    button = page.get_by_role("button", name="Tell me in this browser")
    page.evaluate(SUBSCRIBED, outside("subscribe", {}))
    button.click()
    news = page.locator("#news")
    expect(news.get_by_text("this one")).to_be_visible()
    expect(news.get_by_text("Chrome, Linux", exact=True)).to_be_visible()
    assert site.act(NEWS).strip() == "1"
    (came,) = outside("received")
    assert "QQH-7" in came["plain"]["body"]
    worker = next(one for one in page.context.service_workers if one.url.startswith(site.address))
    assert worker.evaluate(WAKE, came["plain"]) == [came["plain"][name] for name in ("title", "body", "tag", "case")]
    news.get_by_role("button", name="No more news").click()
    expect(page.get_by_text("That browser is told nothing more.")).to_be_visible()
    expect(news.get_by_text("Chrome, Linux", exact=True)).to_have_count(0)


def test_the_tiles_are_arranged_with_the_keyboard_alone(
    page_at: Callable[..., Page], sign_in: Callable[[Page, str], None], axe: Callable[[Page], None]
) -> None:
    page = page_at(390, "ru")
    sign_in(page, "yan.shu")
    page.goto("/staff/tiles/")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    first = page.locator(".arrange__tile").first.locator(".arrange__what")
    before = first.inner_text()
    page.locator("button[value='down:0.0']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("button[value='down:0.1']")).to_be_focused()
    assert first.inner_text() != before
    page.keyboard.press("Enter")
    expect(page.locator("button[value='down:0.2']")).to_be_focused()
    page.locator("input[name='group.zh']").first.evaluate("box => { box.closest('details').open = true; box.focus() }")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.get_by_text("Изменено, ещё не опубликовано.")).to_be_visible()  # Enter in a box publishes nothing
