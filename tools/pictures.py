"""Pictures of the present product, taken from a fresh demo city, so that they never lie.

python -m tools.pictures        writes docs/pictures/*.png
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from tests import chromium
from tests.promises.installation import free_port

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LISTS = ("interfaces",)
"""Lists without an end: their picture is what fits the screen."""
PASSWORD = "one-window-demo"  # noqa: S105  (invented people)


@contextmanager
def _demo() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="onewindow-pictures-") as home:
        port, sources = free_port(), free_port()
        command = [sys.executable, "-m", "onewindow.cli", "up", "--home", home, "--port", str(port), "--sources-port", str(sources)]
        log = (Path(home) / "up.log").open("w+")
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT)
        try:
            while "is ready after" not in (Path(home) / "up.log").read_text():
                if process.poll() is not None:
                    raise SystemExit((Path(home) / "up.log").read_text())
                time.sleep(0.3)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def _page(browser: Browser, base: str, width: int, language: str, username: str = "") -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=language, device_scale_factor=1)
    context.add_cookies([{"name": "onewindow-language", "value": language, "url": base}])
    page = context.new_page()
    if username:
        page.goto(f"{base}/accounts/login/")
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", PASSWORD)
        page.locator("form:has(input[name=password]) button[type=submit]").click()
        page.wait_for_load_state("networkidle")
    return page


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with _demo() as base, sync_playwright() as playwright:
        story = [sys.executable, "-m", "onewindow.cli", "story", "run", "restaurant", "--url", base, "--json"]
        print(json.loads(subprocess.run(story, cwd=ROOT, capture_output=True, text=True, check=False).stdout or "{}").get("state"))
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=[*chromium.ARGUMENTS])
        shots = [
            ("home", 1280, "en", "", "/"),
            ("home", 390, "zh-hans", "", "/"),
            ("event", 1280, "en", "", "/things/open-a-restaurant/"),
            ("event", 390, "zh-hans", "", "/things/open-a-restaurant/"),
            ("cases", 1280, "zh-hans", "wang.li", "/cases/"),
            ("desk", 1280, "zh-hans", "li.jianguo", "/desk/?view=done"),
            ("composer", 1280, "en", "sun.mingzhe", "/composer/things/open-a-restaurant/"),
            ("interfaces", 1280, "en", "qian.wen", "/interfaces/"),
        ]
        for name, width, language, username, path in shots:
            page = _page(browser, base, width, language, username)
            page.goto(base + path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=name not in LISTS)
            print(name, width)
            page.context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
