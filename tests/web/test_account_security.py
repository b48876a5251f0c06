"""What an account is kept safe by beside its codes: good passwords, a second factor at the desk, nothing left in the browser, a log."""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from click.testing import CliRunner
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from onewindow.cli import accounts as command
from onewindow.cli.failures import Failure
from onewindow.modules.identity import services
from onewindow.modules.identity.adapter import MfaAdapter
from onewindow.modules.identity.models import User
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from onewindow.web.site import preferences

pytestmark = pytest.mark.django_db
PASSWORD, SECRET = "spring-river-2026", "JBSWY3DPEHPK3PXP"


@pytest.fixture
def people(now: datetime, system: Actor) -> None:
    name = {"zh": "王丽"}
    file = {
        "format": "onewindow-people/1",
        "applicants": [{"username": "wang.li", "name": name, "phone": "13800138000", "email": "wang@example.com"}],
    }
    services.load_people(people=file, password=PASSWORD, actor=system, now=now)


def log_in(client: Client, username: str = "wang.li") -> Any:
    return client.post("/accounts/login/", {"login": username, "password": PASSWORD})


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("139 1234 5678", "number"),
        ("1999010112", "number"),
        ("110101199003072316", "number"),
        ("OneWindow2026", "context"),
        ("yunjiang!!123", "context"),
        ("123456云江2026", "context"),
        ("liqiang@example.com", "password_too_similar"),
        ("0123456789012345678", ""),
        ("三月的风吹过江面了吧好", ""),
        ("correct horse " * 6, ""),
    ],
)
def test_what_others_guess_first_is_no_password_and_any_kind_of_signs_is(password: str, code: str) -> None:
    owner = User(username="u1", email="liqiang@example.com")
    if not code:
        validate_password(password, owner)
        return
    with pytest.raises(ValidationError) as refused:
        validate_password(password, owner)
    assert code in {error.code for error in refused.value.error_list}


def test_a_password_on_the_operators_list_of_breached_ones_is_refused(settings: Any, tmp_path: Path) -> None:
    known = [f"stolen-once-{number}" for number in range(50)]
    digests = sorted(hashlib.sha1(one.encode(), usedforsecurity=False).hexdigest().upper() for one in known)
    path = tmp_path / "breached.txt"
    path.write_text("".join(f"{digest}:{number * 7}\n" for number, digest in enumerate(digests)))
    settings.ONEWINDOW_BREACHED_PASSWORDS = str(path)
    for one in known:
        with pytest.raises(ValidationError) as refused:
            validate_password(one)
        assert [error.code for error in refused.value.error_list] == ["breached"]
    for number in range(50):
        validate_password(f"never-stolen-{number}")
    path.write_bytes(b"\xff" * 90)
    with pytest.raises(ImproperlyConfigured, match="ONEWINDOW_BREACHED_PASSWORDS"):
        validate_password("stolen-once-1")


def test_no_browser_keeps_what_somebody_logged_in_was_shown(client: Client, people: None, settings: Any) -> None:
    assert "no-store" not in client.get("/").get("Cache-Control", "")
    order = settings.MIDDLEWARE  # files of the pages answer at once: what goes on every answer stands before them
    assert order.index("csp.middleware.CSPMiddleware") < order.index("whitenoise.middleware.WhiteNoiseMiddleware")
    log_in(client)
    assert "no-store" in client.get("/")["Cache-Control"]
    assert "public" in client.get("/city.css")["Cache-Control"], "what is everybody's may be kept"
    assert "no-store" in Client().get("/api/v1/me", headers={"Authorization": "Bearer x"})["Cache-Control"]
    left = client.post("/accounts/logout/")
    assert left["Clear-Site-Data"] == '"storage"'
    assert "Clear-Site-Data" not in client.get("/")


def test_under_https_only_this_host_can_set_the_cookies_of_the_page(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    response = HttpResponse()
    preferences.keep(response, "size", "large", secure=True)
    kept = response.cookies["__Host-size"]
    assert (kept["secure"], kept["httponly"], kept["path"], kept["domain"]) == (True, True, "/", "")
    request = RequestFactory().get("/")
    request.COOKIES["size"] = "large"
    assert preferences.of(request).size == "normal"
    request.COOKIES["__Host-size"] = "large"
    assert preferences.of(request).size == "large"


def test_each_try_at_a_door_is_logged_without_what_was_typed(client: Client, people: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "onewindow.accounts")
    client.post("/accounts/login/", {"login": "wang.li", "password": "wrong-password"})
    log_in(client)
    told = [record.msg if isinstance(record.msg, dict) else json.loads(record.getMessage()) for record in caplog.records]
    lines = [line for line in told if line.get("event") == "entrance"]
    assert [(line["door"], line["outcome"], line["logged_in"]) for line in lines] == [("login", "refused", False), ("login", "taken", True)]
    assert (lines[1]["account"], lines[1]["methods"]) == (str(User.objects.get().pk), ["password"])
    assert not any(text in str(lines) for text in ("wrong-password", PASSWORD, "wang.li"))


def test_another_session_ends_only_after_one_has_shown_again_who_one_is(client: Client, people: None) -> None:
    other = Client()
    log_in(other)
    other.get("/accounts/")
    log_in(client)
    client.get("/accounts/")
    row = UserSession.objects.get(session_key=other.session.session_key)
    for one in (f"/accounts/session/{row.pk}/end/", "/accounts/sessions/"):
        again = client.post(one)["Location"]
        assert again.startswith("/accounts/reauthenticate/"), one
        assert UserSession.objects.filter(pk=row.pk).exists()
    before = client.session.session_key
    client.post(again, {"password": PASSWORD})
    assert client.session.session_key != before, "the session has a new name"
    assert len(UserSession.objects.purge_and_list(User.objects.get())) == 1
    assert not UserSession.objects.filter(pk=row.pk).exists()


def test_the_operator_logs_one_or_everybody_out(client: Client, people: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("prepare", "open_installation"):
        monkeypatch.setattr(command, name, lambda: None)
    other = Client()
    other.get("/accounts/login/")
    for whom in (["wang.li"], ["--all"]):
        log_in(client)
        assert client.get("/accounts/").status_code == 200
        assert "1 sessions ended" in CliRunner().invoke(command.accounts, ["log-out", *whom], catch_exceptions=False).output
        assert client.get("/accounts/")["Location"].startswith("/accounts/login/")
    assert [row.subject_id for row in AuditEntry.objects.filter(action="identity.end-sessions")] == [str(User.objects.get().pk), "all"]
    for whom in ([], ["nobody"], ["wang.li", "--all"]):
        with pytest.raises(Failure):
            CliRunner().invoke(command.accounts, ["log-out", *whom], catch_exceptions=False, standalone_mode=False)


def test_a_code_of_an_app_counts_once_in_whichever_process(client: Client, people: None) -> None:
    log_in(client)
    Authenticator.objects.create(user=User.objects.get(), type="totp", data={"secret": MfaAdapter().encrypt(SECRET)})
    code, door = (
        format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time()))),
        "/accounts/2fa/reauthenticate/?next=/accounts/",
    )
    assert client.post(door, {"code": code})["Location"] == "/accounts/"
    cache.clear()  # another process of the site knows nothing of it
    assert client.post(door, {"code": code}).status_code == 200, "the same code again is a wrong one"
