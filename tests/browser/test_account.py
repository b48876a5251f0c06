"""The accounts in a real browser: codes, passkeys, an authenticator app, sessions, and the warning before a log-in ends."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import hotp_value
from playwright.sync_api import Page, expect

from tests.browser import person
from tests.browser.conftest import PASSWORD, Site

OPEN = ["/accounts/login/", "/accounts/login/code/", "/accounts/signup/", "/accounts/password/reset/"]
OWN = ["/accounts/", "/my-data/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/sessions/"]


def newest_code(site: Site, to: str, since: float) -> str:
    """Read the code out of the folder where a development installation keeps its messages."""
    folder = site.home / "messages"
    for _ in range(150):
        letters = [path for path in folder.glob("*.txt") if path.stat().st_mtime >= since and f"To: {to}\n" in path.read_text()]
        if letters:
            newest: Path = max(letters, key=lambda path: path.stat().st_mtime)
            found = re.search(r"\b\d{6}\b", newest.read_text())
            assert found, newest.read_text()
            return found[0]
        time.sleep(0.1)
    raise AssertionError(f"no message to {to} within 15 s")


def log_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", password)
    page.click("form:has([name=password]) button[type=submit]")


def reauthenticate(page: Page) -> None:
    if "reauthenticate" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.click("form:has([name=password]) button[type=submit]")


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is wider than the screen"


def test_somebody_new_makes_an_account_by_phone_and_sets_a_forgotten_password_by_code(site: Site, page_at: Callable[..., Page]) -> None:
    page, began = page_at(390), time.time()
    page.goto("/accounts/signup/")
    page.fill("[name=contact]", "137 1111 2222")
    page.click("main button[type=submit]")
    page.fill("[name=code]", newest_code(site, "13711112222", began))
    page.click("main button[type=submit]")
    page.fill("[name=name]", "新来的")
    page.fill("[name=password]", "spring-river-boat-7")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/")
    page.goto("/accounts/")
    expect(page.get_by_text("13711112222")).to_be_visible()

    other, asked = page_at(1280), time.time()
    other.goto("/accounts/password/reset/")
    other.fill("[name=contact]", "13711112222")
    other.click("main button[type=submit]")
    other.fill("[name=code]", newest_code(site, "13711112222", asked))
    other.click("main form:first-of-type button[type=submit]")
    other.fill("[name=password]", "another-river-boat-8")
    other.click("main form button:has-text('Save')")
    expect(other.get_by_text("The new password counts from now on")).to_be_visible()
    page.goto("/accounts/")
    assert "/login/" in page.url, "the session with the old password is over"
    log_in(page, "13711112222", "another-river-boat-8")
    page.wait_for_url(lambda url: "login" not in url)


def test_a_passkey_logs_in_without_any_password(site: Site, page_at: Callable[..., Page]) -> None:
    page = page_at(1280)
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options: dict[str, Any] = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    client.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}})
    address = site.address.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
    page.context.add_cookies([{"name": "onewindow-language", "value": "en", "url": address}])
    page.goto(f"{address}/accounts/login/?next=/accounts/2fa/webauthn/add/")
    page.fill("[name=login]", "ding.qiang")
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button[type=submit]")
    reauthenticate(page)
    page.fill("#id_name", "My phone")
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "add" not in url)
    page.goto(f"{address}/accounts/")
    expect(page.get_by_text("My phone")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{address}/accounts/login/?next=/accounts/")
    page.click("form[data-passkey] button")
    page.wait_for_url("**/accounts/")
    expect(page.get_by_text("My phone")).to_be_visible()


def test_an_authenticator_app_is_asked_after_the_password_and_a_recovery_code_replaces_it(page_at: Callable[..., Page]) -> None:
    page = page_at(1280)
    log_in(page, "ding.qiang")
    page.goto("/accounts/2fa/totp/activate/")
    reauthenticate(page)
    secret = page.input_value("#authenticator_secret")
    page.fill("[name=code]", f"{hotp_value(secret, int(time.time()) // 30):06d}")
    page.click("main form button[type=submit]")
    page.goto("/accounts/2fa/recovery-codes/")
    codes = page.input_value("#recovery_codes").split()
    assert len(codes) == 10
    other = page_at(390)
    log_in(other, "ding.qiang")
    expect(other.get_by_role("heading", name="The second step")).to_be_visible()
    other.goto("/accounts/")
    assert "authenticate" in other.url, "the password alone does not get in"
    other.fill("[name=code]", codes[0])
    other.click("main form:first-of-type button[type=submit]")
    other.wait_for_url(lambda url: "accounts" not in url)
    page.goto("/accounts/")
    page.click("text=End this session")
    expect(page.get_by_text("That device is logged out")).to_be_visible()
    other.goto("/accounts/")
    assert "login" in other.url, "that device is out at its next page"
    page.goto("/accounts/2fa/totp/deactivate/")
    page.click("main form button[type=submit]")


def test_whoever_types_stays_logged_in_and_whoever_does_not_is_warned_and_keeps_what_was_typed(page_at: Callable[..., Page]) -> None:
    page = page_at(1280)
    log_in(page, "yu.mei")
    page.goto("/accounts/2fa/webauthn/add/")
    reauthenticate(page)
    page.clock.install()
    page.goto("/accounts/2fa/webauthn/add/")
    warning = page.locator("[data-session]")
    page.wait_for_selector("[data-session]", state="attached")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.clock.fast_forward("05:00")
    page.fill("#id_name", "the phone of my")
    page.wait_for_timeout(300)
    assert [url for url in posts if url.endswith("/stay/")], "typing slides the time-out"
    page.clock.fast_forward("10:00")
    expect(warning).not_to_be_visible()
    page.clock.fast_forward("03:30")
    expect(warning).to_be_visible()
    page.click("[data-session-stay]")
    expect(warning).not_to_be_visible()
    page.fill("#id_name", "the phone of my daughter")
    page.clock.run_for("01:10")  # what was typed within a minute of the last sign of life is told after it
    page.wait_for_timeout(300)
    page.clock.fast_forward("13:30")
    expect(warning).to_be_visible()
    with page.expect_request(lambda request: "/accounts/login/?next=" in request.url):
        page.clock.fast_forward("02:00")
    # The server's own clock has not moved here, so the log-in page lets us straight back to where we were.
    page.wait_for_url("**/accounts/2fa/webauthn/add/")
    expect(page.locator("#id_name")).to_have_value("the phone of my daughter")


@pytest.mark.parametrize(("width", "language"), [(390, "ru"), (820, "en"), (1280, "zh-hans")])
def test_every_page_of_the_accounts_is_accessible_and_fits(
    page_at: Callable[..., Page], axe: Callable[[Page], None], sign_in: Callable[[Page, str], None], width: int, language: str
) -> None:
    page = page_at(width, language)
    for path in OPEN:
        page.goto(path)
        axe(page)
        fits(page)
    sign_in(page, "wang.li")
    for path in OWN:
        page.goto(path)
        axe(page)
        fits(page)


@pytest.mark.parametrize(("width", "language"), [(390, "ru"), (1280, "zh-hans")])
def test_the_pages_of_an_administrator_are_accessible_and_fit(
    page_at: Callable[..., Page], axe: Callable[[Page], None], sign_in: Callable[[Page, str], None], language: str, width: int
) -> None:
    page = page_at(width, language)
    sign_in(page, "xia.yun")
    for path in ("/staff/", "/staff/second/", "/staff/issued/", "/staff/permissions/"):
        page.goto(path)
        axe(page)
        fits(page)
    page.goto("/staff/")
    page.locator("tbody a").first.click()
    axe(page)
    fits(page)


TERMINAL = """
from onewindow.modules.identity import services
from onewindow.modules.identity.models import User
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
admin = Actor("officer", User.objects.get(username="xia.yun").pk, "service-centre", frozenset({"admin"}))
print(services.add_terminal(name="Terminal 1", place="South door", actor=admin, now=clock.now()))
"""
LEFT = """async () => ({
  kept: Object.keys(localStorage).concat(Object.keys(sessionStorage)),
  bases: (await indexedDB.databases()).map(one => one.name),
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
TOO_SMALL = """() => [...document.querySelectorAll('a, button, summary, select, input:is([type=text], [type=tel], [type=date])')]
  .filter(one => one.offsetParent && getComputedStyle(one).clipPath === 'none' && !one.matches('.skip-link'))
  .filter(one => one.getBoundingClientRect().height < 63.5)
  .map(one => one.outerHTML.slice(0, 120))"""
PHONE = "19900000126"


@pytest.mark.parametrize(("width", "language", "ending"), [(1280, "zh-hans", "finish"), (390, "ru", "idle")])
def test_nothing_is_left_at_a_terminal_after_finish_and_after_walking_away(
    site: Site, page_at: Callable[..., Page], axe: Callable[[Page], None], *, width: int, language: str, ending: str
) -> None:
    page = page_at(width, language)
    page.clock.install()
    page.goto("/terminal/")
    page.fill("#code", site.act(TERMINAL))
    page.locator("main button[type=submit]").click()
    axe(page)
    page.locator(".terminal-start__begin").click()
    axe(page)
    page.locator("a.choice[href*='/things/open-a-restaurant/']").click()
    page.locator("main a.button--start").first.click()
    began = time.time()
    page.fill("[name=contact]", PHONE)
    page.locator("main form.account-form button[type=submit]").click()
    page.fill("[name=code]", newest_code(site, PHONE, began))
    page.locator("main form.account-form button[type=submit]").first.click()
    page.wait_for_url("**/things/open-a-restaurant/start/")
    person.begin_here(page)
    person.answer_questions(page)
    personal = page.url
    for address in (personal, "/terminal/menu/", "/cases/"):
        page.goto(address)
        axe(page)
        assert not page.evaluate(TOO_SMALL), address
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not page.locator("a[href*='://'], a[href^='tel:'], a[download]").count()
    page.evaluate("() => { localStorage.setItem('left', '王丽'); sessionStorage.setItem('left', '王丽'); indexedDB.open('left') }")
    session = next(one["value"] for one in page.context.cookies() if one["name"] == "sessionid")
    if ending == "finish":
        page.locator("#terminal-finish button").click()
    else:
        page.clock.run_for(61_000)
        expect(page.locator("[data-terminal-visit]")).to_be_visible()
        page.locator("[data-terminal-stay]").click()
        expect(page.locator("[data-terminal-visit]")).to_be_hidden()
        page.clock.run_for(91_000)
    page.wait_for_url("**/terminal/")
    page.locator(".terminal-start__begin").wait_for()
    assert {one["name"] for one in page.context.cookies()} <= {"terminal", "csrftoken"}
    person.until(page, "!localStorage.length && !sessionStorage.length")
    assert page.evaluate(LEFT) == {"kept": [], "bases": [], "caches": [], "workers": 0}
    for _ in range(3):
        page.go_back()
        page.wait_for_url("**/terminal/")
        assert "王丽" not in page.content()
    page.goto(personal)
    assert page.url.endswith("/terminal/")
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.address}])
    page.goto(personal)
    assert page.url.endswith("/terminal/"), "the old session opens nothing"
