"""Others' client libraries, unchanged, against our site over HTTP: discovery, log-in, consent, tokens, who it is, refresh, log-out."""

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from onewindow.plumbing import clock
from tests.promises.installation import ROOT, free_port
from tests.signon.department import PASSWORD, Department, department, person

HERE = Path(__file__).parent
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.own_database]


@dataclass
class Person:
    """Somebody at a browser: follows addresses, fills in the log-in, agrees."""

    home: str
    ours: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    def goes(self, address: str, until: str) -> str:
        """Return the address below `until` that the browser is sent to."""
        method, sent = "GET", None
        for _ in range(12):
            if address.startswith(until):
                return address
            answer = self.ours.request(method, address, data=sent)
            method, sent = "GET", None
            if answer.is_redirect:
                address = urljoin(address, answer.headers["Location"])
                continue
            assert answer.status_code == 200, answer.text[:500]
            onward = re.search(r'http-equiv="refresh" content="0;url=([^"]*)"', answer.text)
            if onward:
                address = html.unescape(onward[1])
                continue
            method, (action, sent) = "POST", self.fills(answer)
            address = urljoin(str(answer.url), action)
        raise AssertionError(f"never came to {until}")

    def fills(self, page: httpx.Response) -> tuple[str, dict[str, str]]:
        forms = re.findall(r'<form method="post" action="([^"]*)"[^>]*>(.*?)</form>', page.text, re.DOTALL)
        action, inside = next(
            pair for pair in forms if pair[0] in {"/oidc/consent", "/oidc/logout/confirm"} or pair[0].startswith("/accounts/login/")
        )
        found = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', inside))
        sent = {name: html.unescape(value) for name, value in found.items()}
        if action.startswith("/accounts/login/"):
            sent |= {"login": "wang", "password": PASSWORD}
        return html.unescape(action), {**sent, "answer": "yes"}


class Talk:
    """A program that says where to send the browser and is told where it came back to."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(["node", *command], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def hears(self, line: str = "") -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if line:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        said = self.process.stdout.readline()
        assert said, f"the program ended: {self.process.wait()}"
        return dict(json.loads(said))


@pytest.fixture
def talk() -> Iterator[Callable[..., Talk]]:
    begun: list[Talk] = []

    def begin(*command: str) -> Talk:
        begun.append(Talk(*command))
        return begun[-1]

    yield begin
    for program in begun:
        program.process.kill()
        program.process.wait()


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    settings.ONEWINDOW_ORIGIN = live_server.url
    return str(live_server.url)


@pytest.fixture
def wang(site: str) -> Iterator[Person]:
    person()
    wang = Person(site)
    yield wang
    wang.ours.close()


def system_at(base: str, callback: str, **more: Any) -> Department:
    return department(clock.now(), redirect_uris=[base + callback], logout_uris=[f"{base}/"], **more)


def test_openid_client_logs_in_refreshes_and_logs_out(site: str, wang: Person, talk: Callable[..., Talk]) -> None:
    base = "http://127.0.0.1:9"
    system = system_at(base, "/callback")
    program = talk(str(HERE / "openid_client.mjs"), site, system.id, system.secret, system.redirect_uri, f"{base}/")
    told = program.hears(wang.goes(program.hears()["go"], base))
    assert told["known"]["name"] == told["again"]["name"] == "王芳"
    assert set(told["known"]) == {"sub", "name", "email"}
    back = wang.goes(told["go"], base)
    assert urlsplit(back).query == "state=bye"
    assert program.hears("out")["refused"] == "invalid_grant", "logged out is logged out"
    assert wang.ours.get(f"{site}/accounts/").is_redirect


def test_oauth4webapi_logs_in_without_a_secret(site: str, wang: Person, talk: Callable[..., Talk]) -> None:
    base = "http://127.0.0.1:9"
    system = system_at(base, "/callback", public=True)
    program = talk(str(HERE / "oauth4webapi.mjs"), site, system.id, system.redirect_uri, f"{base}/")
    told = program.hears(wang.goes(program.hears()["go"], base))
    assert told["known"]["name"] == "王芳"
    assert "email" not in told["known"], "it was not asked for"
    assert told["refused"] == "invalid_grant", "revoked is revoked"
    assert wang.goes(told["go"], f"{base}/") == f"{base}/", "after the question whether to log out"


@pytest.fixture
def department_site(site: str, tmp_path: Path) -> Iterator[str]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    system = system_at(base, "/oidc/callback/")
    command = [sys.executable, str(HERE / "department_site.py"), str(port), site, system.id, system.secret, str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if httpx.get(base, timeout=1).status_code == 200:
                break
        except httpx.HTTPError:
            time.sleep(0.1)
    yield base
    process.kill()
    process.wait()


def test_mozilla_django_oidc_logs_a_person_in(department_site: str, wang: Person) -> None:
    with httpx.Client(follow_redirects=False, timeout=30) as theirs:
        go = theirs.get(f"{department_site}/oidc/authenticate/").headers["Location"]
        back = theirs.get(wang.goes(go, department_site))
        assert back.headers["Location"] == "/"
        assert theirs.get(department_site).text == "hello wang@example.com"


@pytest.fixture
def apache(site: str) -> Iterator[str]:
    """Start a real Apache with mod_auth_openidc as somebody without rights, in a folder of its own."""
    program, modules = shutil.which("apache2", path=f"{os.environ['PATH']}:/usr/sbin"), Path("/usr/lib/apache2/modules")
    if program is None or not (modules / "mod_auth_openidc.so").exists():
        pytest.skip("Apache's mod_auth_openidc is absent: apt-get install apache2-bin libapache2-mod-auth-openidc")
    folder, port = Path(tempfile.mkdtemp(prefix="onewindow-apache-")), free_port()
    base = f"http://127.0.0.1:{port}"
    system = system_at(base, "/parking/callback")
    filled = {"FOLDER": folder, "PORT": port, "MODULES": modules, "SITE": site, "CLIENT": system.id, "SECRET": system.secret}
    text = (HERE / "apache.conf").read_text()
    for name, value in filled.items():
        text = re.sub(rf"\b{name}\b", str(value), text)
    pages = folder / "pages" / "parking"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text(
        '<!--#echo var="OIDC_CLAIM_name" --> <!--#echo var="OIDC_CLAIM_email" --> <!--#echo var="REMOTE_USER" -->'
    )
    (folder / "apache.conf").write_text(text)
    nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
    if nobody:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "nobody", "nogroup")
    command = [program, "-f", str(folder / "apache.conf"), "-DFOREGROUND"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **nobody)  # type: ignore[call-overload]  # three keywords at once
    try:
        _wait_for(base, folder / "error.log", process)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder)


def _wait_for(base: str, log: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(base, timeout=1)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"Apache did not start:\n{log.read_text() if log.exists() else ''}")


def test_apache_with_mod_auth_openidc_guards_a_page_refreshes_and_logs_out(apache: str, site: str, wang: Person) -> None:
    page, callback = f"{apache}/parking/index.html", f"{apache}/parking/callback"
    with httpx.Client(follow_redirects=False, timeout=30) as theirs:
        back = theirs.get(wang.goes(theirs.get(page).headers["Location"], callback))
        assert back.headers["Location"] == page
        name, email, subject = theirs.get(page).text.split()
        assert (name, email) == ("王芳", "wang@example.com")
        before = theirs.get(callback, params={"info": "json"}).json()
        assert before["userinfo"] == {"sub": subject, "name": name, "email": email}
        renewed = theirs.get(callback, params={"refresh": page, "access_token": before["access_token"]})
        assert renewed.headers["Location"] == page, "refreshed without an error"
        after = theirs.get(callback, params={"info": "json"}).json()
        assert after["access_token"] != before["access_token"]
        leaving = theirs.get(callback, params={"logout": f"{apache}/"}).headers["Location"]
        assert leaving.startswith(f"{site}/oidc/logout?")
        assert wang.goes(leaving, f"{apache}/") == f"{apache}/"
        assert theirs.get(page).headers["Location"].startswith(f"{site}/oidc/authorize?"), "logged out there"
    assert wang.ours.get(f"{site}/accounts/").is_redirect, "and here"
