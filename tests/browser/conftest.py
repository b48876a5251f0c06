"""A real site and a real browser: `onewindow up` on an empty folder, and Debian's Chromium.

What every browser test may use: `site`, `page_at(width, language)`, `axe(page)`, `sign_in(page, username)`.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.acting import Interpreter
from tests.chromium import ARGUMENTS, MISSING, program

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "one-window-demo"
READY_WITHIN_SECONDS = 90
SIZES_APART = {"test_desk", "test_account", "test_composer"}
"""Files whose tests of several sizes need nothing of the others: another worker may run them."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every test here drives a browser; the tests of one file share one site, but where sizes and languages stand for themselves."""
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            if config.pluginmanager.hasplugin("xdist"):
                file = Path(item.fspath).stem
                item.add_marker(pytest.mark.xdist_group(f"{file}, sizes" if file in SIZES_APART and hasattr(item, "callspec") else file))


@dataclass(frozen=True)
class Site:
    """A running installation with the demo city in it."""

    address: str
    home: Path
    environment: dict[str, str] = field(repr=False)
    inside: Interpreter

    def act(self, code: str) -> str:
        """Run Python inside the installation, as its officers' programs would; return what it printed."""
        return self.inside.run(code)


@pytest.fixture(scope="session")
def chromium() -> str:
    return program() or pytest.skip(MISSING)


@pytest.fixture(scope="session")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Start site, worker and registers as a person would, on free ports and an empty folder."""
    if not (ROOT / "static-built" / "vendor" / "govuk.css").exists():
        pytest.skip("the browser files are absent: npm install && npm run build")
    home = tmp_path_factory.mktemp("installation")
    port, sources = _free_port(), _free_port()
    environment = _environment(home, sources)
    with (home / "up.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "onewindow.cli", "up", "--home", str(home), "--port", str(port), "--sources-port", str(sources)],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(process, home / "running.json", f"{address}/privacy/", home / "up.log")
            key = (home / "sources-key").read_text().strip()
            environment["ONEWINDOW_SOURCES_KEY"] = key
            inside = Interpreter(environment)
            yield Site(address, home, environment, inside)
            inside.end()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS])
        yield opened
        opened.close()


@pytest.fixture
def page_at(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Open a page of a given width and language; whatever the page's own scripts complain about fails the test."""
    contexts = []
    complaints: list[str] = []

    def open_page(width: int = 1280, language: str = "en", *, scripts: bool = True, worker: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            base_url=site.address,
            service_workers="allow" if worker else "block",  # what the worker does has tests of its own
        )
        context.add_cookies([{"name": "onewindow-language", "value": language, "url": site.address}])
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Fail on anything axe finds on the page as it stands."""
    script = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        pytest.skip("axe-core is absent: npm install")
    source = script.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        page.evaluate(source)
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        told = [
            f"{one['id']}: {one['help']}: {[(node['target'], node['html'][:160], node.get('failureSummary')) for node in one['nodes'][:3]]}"
            for one in found["violations"]
        ]
        assert not told, f"{page.url}\n" + "\n".join(told)

    return check


@pytest.fixture(scope="session")
def sign_in() -> Callable[[Page, str], None]:
    """Log one of the demo people in and come back to where the log-in page sends them; who did it before is known again."""
    known: dict[str, list[Any]] = {}

    def log_in(page: Page, username: str) -> None:
        if "/accounts/login/" not in page.url:
            page.goto("/accounts/login/")
        if username in known:
            target = parse_qs(urlsplit(page.url).query).get("next", ["/"])[0]
            page.context.add_cookies(known[username])
            page.goto(target)
            asked = "/accounts/login/" in page.url or (target == "/" and page.locator("header a[href^='/accounts/login/']").count() > 0)
            if not asked:
                return
            page.goto(f"/accounts/login/?{urlencode({'next': target})}")  # another test has ended that log-in
        page.fill("[name=login]", username)
        page.fill("[name=password]", PASSWORD)
        page.locator("form:has([name=password]) button[type=submit]").click()
        page.wait_for_url(lambda url: "/accounts/login/" not in url)
        known[username] = [cookie for cookie in page.context.cookies() if cookie["name"] in {"sessionid", "csrftoken"}]

    return log_in


def _environment(home: Path, sources: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ONEWINDOW_", "DJANGO_"))}
    return {
        **kept,
        "PYTHONPATH": str(ROOT / "src"),
        "ONEWINDOW_HOME": str(home),
        "ONEWINDOW_DEMO_PASSWORD": PASSWORD,
        "ONEWINDOW_SOURCES_URL": f"http://127.0.0.1:{sources}",
        "ONEWINDOW_LOG_INS_A_MINUTE": "999",  # everybody here comes from one address
        "ONEWINDOW_PUSH_LOOPBACK": "1",  # the push service of the tests is this machine
        "LANG": "C.UTF-8",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", running: Path, address: str, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if running.exists() and json.loads(running.read_text() or "{}"):
            with urllib.request.urlopen(address, timeout=10):  # noqa: S310  (our own address)
                return
        time.sleep(0.2)
    pytest.fail(f"the site did not start:\n{log.read_text()[-4000:]}")
