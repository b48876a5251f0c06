"""Points of OpenID's own conformance plans (Basic, Config, RP-Initiated Logout OP) that need no suite: the table of docs/log-in.md."""

from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.test import Client

from onewindow.plumbing import clock
from tests.signon.department import AFTER, Browser, about, department, logged_in, person, told

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]


@pytest.fixture
def now() -> datetime:
    return clock.now()


def said(tokens: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    return found


def test_what_is_published_is_whole_and_true(now: datetime) -> None:
    answer = Client().get("/.well-known/openid-configuration")
    found = answer.json()
    assert answer["Content-Type"] == "application/json"
    assert found["issuer"] == settings.ONEWINDOW_ORIGIN
    needed = {"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"}
    assert all(found[name].startswith(f"{found['issuer']}/") for name in needed)
    lists = {"response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported", "scopes_supported"}
    assert all(isinstance(found[name], list) and found[name] for name in lists)
    assert {"RS256", "openid"} <= {*found["id_token_signing_alg_values_supported"], *found["scopes_supported"]}
    assert found["request_uri_parameter_supported"] is found["claims_parameter_supported"] is False
    tokens = logged_in(Browser(person()), department(now))
    keys = Client().get("/oidc/keys").json()["keys"]
    assert {key["kid"] for key in keys} >= {jwt.get_unverified_header(tokens["id_token"])["kid"]}
    assert all(set(key) == {"kty", "n", "e", "kid", "use", "alg"} for key in keys), "the public half alone"
    assert set(said(tokens)) <= set(found["claims_supported"]) | {"at_hash"}


def test_errors_have_the_names_of_the_standards(now: datetime) -> None:
    system, browser = department(now), Browser(person())
    sent_back: dict[str, dict[str, str | None]] = {
        "invalid_request": {"response_type": None},
        "unsupported_response_type": {"response_type": "token"},
        "request_not_supported": {"request": "a.b.c"},
        "request_uri_not_supported": {"request_uri": "https://parking.example/request"},
        "registration_not_supported": {"registration": "{}"},
        "invalid_scope": {"scope": "profile"},
        "consent_required": {"prompt": "none"},
    }
    for error, more in sent_back.items():
        answer = told(browser.goes(system.asks(**more)))
        assert (answer["error"], answer["state"], answer["iss"]) == (error, "s-1", settings.ONEWINDOW_ORIGIN), more
    assert told(Browser().goes(system.asks(prompt="none")))["error"] == "login_required"
    assert browser.goes(system.asks(redirect_uri="https://parking.example/callback?x=1")).status_code == 422, "nobody is sent on"
    assert "code" in browser.comes_back_with(
        system.asks(claims='{"id_token":{"name":null}}', display="popup", acr_values="x", login_hint="x")
    )
    for error, sent in {
        "invalid_request": {"grant_type": "authorization_code"},
        "unsupported_grant_type": {"grant_type": "password"},
        "invalid_grant": {"grant_type": "authorization_code", "code": "x"},
    }.items():
        answer = system.posts(**sent)
        assert (answer.status_code, answer.json()["error"], answer["Cache-Control"]) == (400, error, "no-store")
    assert system.posts().json()["error"] == system.posts(grant_type="refresh_token").json()["error"] == "invalid_request"
    wrong = system.posts(basic="Basic eDp5", grant_type="authorization_code", code="x")
    assert (wrong.status_code, wrong.json()["error"], wrong["WWW-Authenticate"]) == (401, "invalid_client", 'Basic realm="OneWindow"')
    assert Client().get("/oidc/userinfo")["WWW-Authenticate"] == 'Bearer realm="OneWindow"'
    assert about("x")["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_tokens_say_what_they_should_and_no_more(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    system, browser = department(now), Browser(person())
    tokens = logged_in(browser, system, max_age="10000")
    first = said(tokens)
    assert {"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash"} <= set(first)
    assert about(tokens["access_token"]).json()["sub"] == first["sub"]
    posted = Client().post("/oidc/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert posted.json() == about(tokens["access_token"]).json()
    renewed = said(system.renews(tokens["refresh_token"]).json())
    assert all(renewed[name] == first[name] for name in ("iss", "sub", "aud", "auth_time"))
    assert "nonce" not in renewed
    assert "nonce" not in said(logged_in(browser, system, nonce=None))
    assert said(logged_in(browser, system, max_age="10000"))["auth_time"] == first["auth_time"], "nobody is asked again without need"
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert browser.client.get(system.asks(max_age="60"))["Location"].startswith("/accounts/reauthenticate/")
    assert told(browser.goes(system.asks(max_age="60", prompt="none")))["error"] == "login_required"


def test_a_hint_names_who_is_meant(now: datetime) -> None:
    system, wang, li = department(now), Browser(person()), Browser(person("li"))
    tokens, others = logged_in(wang, system), logged_in(li, system)
    for prompt in ("none", ""):
        assert "code" in told(wang.goes(system.asks(id_token_hint=tokens["id_token"], prompt=prompt)))
        assert told(wang.goes(system.asks(id_token_hint=others["id_token"], prompt=prompt)))["error"] == "login_required"
    assert told(wang.goes(system.asks(id_token_hint="a.b.c", prompt="none")))["error"] == "login_required"
    assert "code" in told(wang.goes(system.asks(id_token_hint="a.b.c"))), "one that nobody can read any more says nothing"
    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": AFTER, "state": "s-2"}
    assert wang.client.get("/oidc/logout", asked)["Location"] == f"{AFTER}?state=s-2"
