"""A department's system in a real browser: through our log-in and consent and back, past what the pages' policy lets a form lead to."""

import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Site

REGISTER = """
from onewindow.modules.signon import services
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
purpose = {{"zh": "写在许可上", "en": "It stands on the permit"}}
form = services.SystemForm(
    name={{"zh": "停车许可系统", "en": "Parking permits"}}, organisation="market-regulation", redirect_uris=["{0}"], logout_uris=["{0}"],
    claims={{"name": {{"purpose": purpose, "basis": "道路交通安全法"}}}},
)
print(services.register_system(form=form, actor=Actor.system("tests"), now=clock.now()))
"""


class _There(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"arrived")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def system() -> Iterator[str]:
    """Another address on this machine, where a system takes people back."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _There)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/callback"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def asks(site: Site, system: str) -> str:
    client_id = site.act(REGISTER.format(system)).strip().splitlines()[-1]
    rest = "response_type=code&scope=openid+profile&state=s&code_challenge_method=S256&code_challenge=" + "x" * 43
    return f"/oidc/authorize?client_id={client_id}&redirect_uri={system}&{rest}"


def log_in(page: Page, username: str) -> None:
    page.fill("[name=login]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button[type=submit]")


def test_a_person_goes_through_and_the_second_time_is_not_asked(
    page_at: Callable[..., Page], axe: Callable[[Page], None], asks: str, system: str
) -> None:
    page = page_at(390)
    page.goto(asks)
    log_in(page, "wang.li")
    expect(page.locator("h1")).to_contain_text("Parking permits")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("button[value=yes]")
    page.wait_for_url(re.compile(re.escape(system) + r"\?code="))
    page.goto("/accounts/systems/")
    expect(page.locator("main h2")).to_contain_text("Parking permits")
    axe(page)
    again = page_at(1280)
    again.goto(asks)
    log_in(again, "wang.li")
    again.wait_for_url(re.compile(re.escape(system) + r"\?code="))
    again.goto(f"/oidc/logout?{asks.split('?')[1].split('&', maxsplit=1)[0]}&post_logout_redirect_uri={system}")
    axe(again)
    again.click("main button[type=submit]")
    again.wait_for_url(system)


@pytest.mark.parametrize("width", [390, 1280])
def test_an_administrator_registers_a_system(page_at: Callable[..., Page], axe: Callable[[Page], None], width: int) -> None:
    page = page_at(width)
    page.goto("/staff/systems/")
    log_in(page, "xia.yun")
    page.wait_for_url("**/staff/systems/")
    axe(page)
    page.goto("/staff/systems/new/")
    axe(page)
    page.click("main form button[type=submit]")
    expect(page.locator("[role=alert]")).to_contain_text("name")
    axe(page)
    page.fill("[name=name-en]", f"Library {width}")
    page.fill("[name=redirect_uris]", "https://library.example/callback")
    page.check("[value=name]")
    page.fill("[name=purpose-name]", "借阅证")
    page.fill("[name=basis-name]", "公共图书馆法")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/staff/systems/")
    expect(page.locator("main")).to_contain_text(f"Library {width}")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), json.dumps(_wide(page))


def _wide(page: Page) -> Any:
    return page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 80))"
    )
