"""Promise 34, our OpenID provider under attack: 0 accepted. Source of the attacks: RFC 9700, RFC 6819, OpenID Connect Core 16."""

import base64
import hashlib
import hmac
import html
import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.test import Client

from onewindow.modules.identity import services as identity
from onewindow.modules.identity.selectors import actor_of
from onewindow.modules.signon import keys, services
from onewindow.plumbing import clock
from tests.promises.tally import Tally, tallied
from tests.signon.department import (
    AFTER,
    CALLBACK,
    SYSTEM,
    VERIFIER,
    Browser,
    Department,
    about,
    challenge,
    department,
    logged_in,
    officer,
    person,
    told,
)

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]


@pytest.fixture(scope="module")
def suite(figure: Callable[[int, str], None]) -> Iterator[Callable[[], Tally]]:
    begins, note = tallied("our OpenID provider", figure)
    yield begins
    note()


@pytest.fixture
def tally(suite: Callable[[], Tally]) -> Tally:
    return suite()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    def move(by: timedelta) -> None:
        moment = clock.now() + by
        monkeypatch.setattr(clock, "now", lambda: moment)

    return move


@pytest.fixture
def now() -> datetime:
    return clock.now()


def code_of(browser: Browser, system: Department, **more: str | None) -> str:
    return browser.comes_back_with(system.asks(**more))["code"]


def gave(answer: Any) -> bool:
    """Whether tokens came out."""
    return answer.status_code < 400 and b"token" in answer.content


def test_codes_count_once_at_their_own_system_with_their_own_proof(now: datetime, tally: Tally, later: Any) -> None:
    system, other, browser = department(now), department(now, name={"zh": "图书馆"}), Browser(person())
    logged_in(browser, system)

    code = code_of(browser, system)
    first = system.redeems(code).json()
    for time in ("a second time", "a third time"):
        tally(f"a code, {time}", gave(system.redeems(code)))
    tally("the tokens of a code that came twice", about(first["access_token"]).status_code == 200)
    tally("the refresh token of a code that came twice", gave(system.renews(first["refresh_token"])))

    wrong: dict[str, dict[str, str]] = {
        "no verifier": {"code_verifier": ""},
        "another verifier": {"code_verifier": VERIFIER[::-1]},
        "the challenge as verifier": {"code_verifier": challenge()},
        "a short verifier": {"code_verifier": "short"},
        "a verifier outside ASCII": {"code_verifier": VERIFIER + "é"},
        "no redirect_uri": {"redirect_uri": ""},
        "another redirect_uri": {"redirect_uri": CALLBACK + "/"},
    }
    for what, sent in wrong.items():
        code = code_of(browser, system)
        tally(what, gave(system.redeems(code, **sent)))
        tally(f"{what}, and then the right one", gave(system.redeems(code)))

    code = code_of(browser, system)
    tally("a code of another system", gave(other.redeems(code)))
    tally("a code with another's name in the form", gave(other.redeems(code, client_id=system.id)))
    tally("a code without any secret", gave(system.posts(basic="", grant_type="authorization_code", code=code, client_id=system.id)))
    for secret in ("", "wrong", other.secret, hashlib.sha256(system.secret.encode()).hexdigest()):
        tally(f"the secret {secret[:6]}…", gave(Department(system.id, secret).redeems(code)))
    tally("a code in the address", gave(Client().get("/oidc/token", {"code": code, "client_id": system.id})))
    tally("a code as an access token", about(code).status_code == 200)
    tally("a code twice in one form", gave(_raw(system, [("code", code), ("code", code)])))
    later(timedelta(seconds=61))
    tally("a code after a minute", gave(system.redeems(code)))
    tally.closes("codes")


def _raw(system: Department, sent: list[tuple[str, str]]) -> Any:
    known = [("grant_type", "authorization_code"), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)]
    kind = "application/x-www-form-urlencoded"
    return Client().post("/oidc/token", urlencode([*known, *sent]), content_type=kind, headers={"Authorization": system.basic()})


def got_further(answer: Any) -> bool:
    """Whether a request to log in was taken: the person is asked, or a code is on its way."""
    return b'name="asked"' in answer.content or "code=" in answer.get("Location", "") or b"code=" in answer.content


def test_nobody_logs_in_without_pkce_or_with_another_flow(now: datetime, tally: Tally) -> None:
    system, browser = department(now), Browser(person())
    logged_in(browser, system)
    asked: list[dict[str, str | None]] = [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain", "code_challenge": VERIFIER},
        {"code_challenge_method": "plain", "code_challenge": challenge()},
        {"code_challenge_method": "s256"},
        {"code_challenge_method": "S512"},
        {"code_challenge_method": ""},
        {"code_challenge": ""},
        {"code_challenge": "short"},
        {"code_challenge": challenge() + "="},
        {"code_challenge": "x" * 44},
        *({"response_type": kind} for kind in ("token", "id_token", "code token", "code id_token", "none", "", "CODE", "code code")),
        *({"response_mode": mode} for mode in ("fragment", "form_post", "web_message", "query.jwt")),
        {"request": jwt.encode({"client_id": system.id}, None, algorithm="none")},
        {"request_uri": "https://evil.example/request"},
        {"max_age": "-1"},
        {"max_age": "١"},
        {"prompt": "none login"},
    ]
    for more in asked:
        tally(str(more), got_further(browser.goes(system.asks(**more))))
    for twice in ("redirect_uri=https://evil.example/", "client_id=x", "scope=openid", "state=other", "code_challenge=" + "y" * 43):
        tally(f"twice: {twice}", got_further(browser.goes(f"{system.asks()}&{twice}")))
    for grant in ("password", "client_credentials", "implicit", "urn:ietf:params:oauth:grant-type:device_code", "", "refresh_token "):
        sent = {"grant_type": grant, "username": "wang", "password": "spring-river-2026", "scope": "openid"}
        tally(f"grant {grant}", gave(system.posts(**sent)))
    tally.closes("PKCE and other flows")


RETURNS = [
    *(
        CALLBACK + more
        for more in ("/", "?x=1", "#x", "%2F", "/..", "/../evil", "%00", ";x", "\\", ".evil.example", "%20", " ", "\t", "//", "x")
    ),
    *(before + CALLBACK for before in (" ", "\n", "https://evil.example/?", "https://evil.example/#")),
    CALLBACK.replace("https", "http"),
    CALLBACK.replace("https", "HTTPS"),
    CALLBACK.replace("parking", "Parking"),
    CALLBACK.replace("/callback", "/Callback"),
    CALLBACK.replace("/callback", "/./callback"),
    CALLBACK.replace("/callback", "//callback"),
    CALLBACK.replace("/callback", ""),
    CALLBACK.replace("parking.example", "parking.example:443"),
    CALLBACK.replace("parking.example", "parking.example:8443"),
    CALLBACK.replace("parking.example", "parking.example."),
    CALLBACK.replace("parking.example", "evil.example"),
    CALLBACK.replace("parking.example", "parking.example.evil.example"),
    CALLBACK.replace("parking.example", "evil-parking.example"),
    CALLBACK.replace("parking.example", "sub.parking.example"),
    CALLBACK.replace("parking.example", "user@parking.example"),
    CALLBACK.replace("parking.example", "parking.example@evil.example"),
    CALLBACK.replace("parking.example", "evil.example\\@parking.example"),
    CALLBACK.replace("parking.example", "pаrking.example"),  # a Cyrillic letter
    CALLBACK.replace("parking.example", "xn--prking-9ve.example"),
    CALLBACK.replace("/callback", "/%63allback"),
    "//parking.example/callback",
    "/callback",
    "callback",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://127.0.0.1/callback",
    "http://localhost/callback",
    "https://",
    "*",
    "",
    None,
]


def some(of: Sequence[Any], full_size: bool) -> Sequence[Any]:
    """All of them at full size, every third in the routine run."""
    return of if full_size else of[::3]


def test_nobody_is_sent_to_an_address_that_is_not_registered(now: datetime, tally: Tally, full_size: bool) -> None:
    system, other = department(now), department(now, name={"zh": "图书馆"}, redirect_uris=["https://library.example/callback"])
    browser = Browser(person())
    logged_in(browser, system)
    ways: Sequence[dict[str, str | None]] = ({}, {"prompt": "none"}, {"scope": "wrong"}, {"response_type": "token"})
    for uri in [*some(RETURNS, full_size), other.redirect_uri]:
        for more in ways if full_size else ways[:2]:
            answer = browser.goes(system.asks(redirect_uri=uri, **more))
            tally(f"{uri!r} {more}", answer.status_code < 400)
    for client_id in ("", "x", system.id.upper(), system.id + " ", "sys-*", "' OR 1=1 --", None):
        tally(f"the system {client_id!r}", browser.goes(system.asks(client_id=client_id)).status_code < 400)
    tally.closes("addresses to return to")


def test_nobody_is_sent_on_to_an_address_of_somebody_else_after_log_out(now: datetime, tally: Tally, full_size: bool) -> None:
    system, other = department(now), department(now, name={"zh": "图书馆"}, logout_uris=["https://library.example/bye"])
    browser = Browser(person())
    token = logged_in(browser, system)["id_token"]
    variants = [str(uri).replace(CALLBACK, AFTER).replace("/callback", "/bye") for uri in some(RETURNS, full_size) if uri]
    for uri in [*variants, CALLBACK, "https://library.example/bye"]:
        for hint in ({"client_id": system.id}, {"id_token_hint": token}, {"id_token_hint": token, "client_id": other.id}, {}):
            asked = {"post_logout_redirect_uri": uri, **hint}
            tally(f"{uri!r} {sorted(hint)}", browser.client.get("/oidc/logout", asked).get("Location"))
            if full_size:
                answer = browser.client.post("/oidc/logout/confirm", {"asked": urlencode(asked)})
                tally(f"{uri!r} {sorted(hint)} sent", answer.get("Location"))
    tally.closes("addresses after log-out")


def test_a_stolen_refresh_token_ends_the_log_in(now: datetime, tally: Tally, later: Any) -> None:
    system, other, browser = department(now), department(now, name={"zh": "图书馆"}), Browser(person())
    first = logged_in(browser, system)
    second = system.renews(first["refresh_token"]).json()
    tally("a refresh token, a second time", gave(system.renews(first["refresh_token"])))
    tally("the newest after that", gave(system.renews(second["refresh_token"])))
    for name, tokens in (("first", first), ("second", second)):
        tally(f"the {name} access token after that", about(tokens["access_token"]).status_code == 200)

    tokens = logged_in(browser, system)
    tally("at another system", gave(other.renews(tokens["refresh_token"])))
    tally("with another's name", gave(other.renews(tokens["refresh_token"], client_id=system.id)))
    tally("an access token as a refresh token", gave(system.renews(tokens["access_token"])))
    tally("a refresh token as an access token", about(tokens["refresh_token"]).status_code == 200)
    tally("an ID token as a refresh token", gave(system.renews(tokens["id_token"])))
    for scope in ("openid profile email identity", "openid staff", "openid phone", "openid profile email *", "identity"):
        tally(f"more scopes: {scope}", gave(system.renews(tokens["refresh_token"], scope=scope)))
    narrow = system.renews(tokens["refresh_token"], scope="openid").json()
    tally("scopes given up, asked again", gave(system.renews(narrow["refresh_token"], scope="openid profile")))
    tally("another ends it", other.posts("/oidc/revoke", token=narrow["refresh_token"]).status_code != 200)
    assert about(narrow["access_token"]).status_code == 200, "another system ends nothing"
    later(timedelta(minutes=10))
    tally("an access token after ten minutes", about(narrow["access_token"]).status_code == 200)
    later(timedelta(hours=12))
    tally("a refresh token after a day's work", gave(system.renews(narrow["refresh_token"])))
    tally.closes("refresh tokens")


def forged(token: str, system: Department) -> dict[str, str]:
    """Return tokens that nobody of us signed, or that were changed after."""
    said: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    header, body, signature = token.split(".")
    kid = jwt.get_unverified_header(token)["kid"]
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    published = Client().get("/oidc/keys").content

    def part(what: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(what).encode()).rstrip(b"=").decode()

    def symmetric(secret: bytes) -> str:
        signed = f"{part({'alg': 'HS256', 'kid': kid, 'typ': 'JWT'})}.{body}"
        return signed + "." + base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).rstrip(b"=").decode()

    return {
        "another key": jwt.encode(said, stranger, algorithm="RS256", headers={"kid": kid}),
        "another key under its own name": jwt.encode(said, stranger, algorithm="RS256", headers={"kid": "mine"}),
        "a key in the header": jwt.encode(said, stranger, algorithm="RS256", headers={"jwk": {"kty": "RSA"}, "kid": kid}),
        "alg none": f"{part({'alg': 'none', 'kid': kid})}.{body}.",
        "alg none with a signature": f"{part({'alg': 'none', 'kid': kid})}.{body}.{signature}",
        "the public key as a secret": symmetric(published),
        "the system's secret": symmetric(system.secret.encode()),
        "another session": f"{header}.{part({**said, 'sid': 'x'})}.{signature}",
        "another audience": f"{header}.{part({**said, 'aud': 'x'})}.{signature}",
        "no signature": f"{header}.{body}.",
        "another issuer": keys.sign({**said, "iss": "https://evil.example"}, clock.now()),
        "nothing": "",
        "not a token": "a.b.c",
    }


def test_a_forged_token_logs_nobody_out_and_opens_nothing(now: datetime, tally: Tally) -> None:
    system, browser = department(now), Browser(person())
    tokens = logged_in(browser, system)
    for what, token in forged(tokens["id_token"], system).items():
        browser.client.get("/oidc/logout", {"id_token_hint": token, "client_id": system.id, "post_logout_redirect_uri": AFTER})
        tally(f"{what} logs out", "_auth_user_id" not in browser.client.session)
        tally(f"{what} at userinfo", about(token).status_code == 200)
    tally("an ID token at userinfo", about(tokens["id_token"]).status_code == 200)
    tally("a token in the address", Client().get("/oidc/userinfo", {"access_token": tokens["access_token"]}).status_code == 200)
    tally("a token in the form", Client().post("/oidc/userinfo", {"access_token": tokens["access_token"]}).status_code == 200)
    elsewhere = Browser(person("li"))
    elsewhere.client.get("/oidc/logout", {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": AFTER})
    tally("somebody else's token logs out", "_auth_user_id" not in elsewhere.client.session)
    services.rotate_keys(actor=SYSTEM, now=now, at_once=True)
    browser.client.get("/oidc/logout", {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": AFTER})
    tally("a token of a key that was withdrawn", "_auth_user_id" not in browser.client.session)
    tally.closes("forged tokens")


def test_a_system_learns_no_more_than_it_is_registered_for(now: datetime, tally: Tally) -> None:
    system, browser = department(now), Browser(officer())
    for scope in (
        "openid phone",
        "openid identity",
        "openid staff",
        "openid profile offline_access",
        "profile",
        "",
        "openid *",
        "OPENID",
        "openid,phone",
    ):
        tally(f"scope {scope!r}", got_further(browser.goes(system.asks(scope=scope))))
    wanted = json.dumps({"userinfo": {"resident_id": {"essential": True}, "roles": None}, "id_token": {"phone_number": None}})
    tokens = logged_in(browser, system, claims=wanted)
    told_about = about(tokens["access_token"]).json()
    said = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    for claim in ("resident_id", "roles", "phone_number", "organisation", "preferred_username"):
        tally(f"claims: {claim}", claim in told_about or claim in said)
    with pytest.raises(Exception, match="staff only"):
        department(now, claims={"roles": {"purpose": {"zh": "x"}, "basis": "x"}})
    page = browser.goes(department(now, name={"zh": "图书馆"}).asks())
    shown = html.unescape(re.search(r'name="asked" value="([^"]*)"', page.content.decode())[1])  # type: ignore[index]
    for more in ("&scope=openid+identity", "&client_id=x", "&redirect_uri=https://evil.example"):
        answer = browser.client.post("/oidc/consent", {"asked": shown + more, "answer": "yes"})
        tally(f"an answer with {more}", "code=" in answer.get("Location", ""))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(browser.user, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    tally("an answer from another page", "code=" in strict.post("/oidc/consent", {"asked": shown, "answer": "yes"}).get("Location", ""))
    tally("a log-out from another page", strict.post("/oidc/logout/confirm", {"asked": ""}).status_code == 302)
    tally("a frame around the question", "frame-ancestors 'none'" not in page["Content-Security-Policy"])
    tally.closes("scopes, claims and consent")


def test_whoever_is_out_is_out_and_learns_nothing(now: datetime, tally: Tally) -> None:
    user, system = person(), department(now)
    browser = Browser(user)

    def dead(what: str, tokens: dict[str, Any]) -> None:
        tally(f"{what}: access", about(tokens["access_token"]).status_code == 200)
        tally(f"{what}: refresh", gave(system.renews(tokens["refresh_token"])))

    tokens, code = logged_in(browser, system), code_of(browser, system)
    identity.set_active(user_id=user.pk, active=False, actor=SYSTEM, now=now)
    tally("a closed account's code", gave(system.redeems(code)))
    dead("a closed account", tokens)
    identity.set_active(user_id=user.pk, active=True, actor=SYSTEM, now=now)
    browser = Browser(user)
    tokens, code = logged_in(browser, system), code_of(browser, system)
    browser.client.post("/accounts/logout/")
    tally("a code after log-out", gave(system.redeems(code)))
    dead("logged out", tokens)
    tally("silently, after log-out", "code" in told(browser.goes(system.asks(prompt="none"))))
    browser = Browser(user)
    tokens, code = logged_in(browser, system), code_of(browser, system)
    services.leave_system(system_id=system.id, actor=actor_of(user.pk), now=now)
    tally("a code after leaving", gave(system.redeems(code)))
    dead("left", tokens)
    tally("silently, after leaving", "code" in told(browser.goes(system.asks(prompt="none"))))
    tokens = logged_in(browser, system)
    old = Department(system.id, system.secret)
    system.secret = services.renew_secret(system_id=system.id, actor=SYSTEM, now=now)
    tally("the old secret", gave(old.renews(tokens["refresh_token"])))
    services.close_system(system_id=system.id, actor=SYSTEM, now=now)
    dead("a closed system", tokens)
    tally("a log-in to a closed system", got_further(browser.goes(system.asks())))
    unknown, wrong = Department("sys-0000000000000000", "x").redeems("x"), Department(system.id, "x").redeems("x")
    tally("telling an unknown system from a wrong secret", (unknown.status_code, unknown.content) != (wrong.status_code, wrong.content))
    tally.closes("ended log-ins")


def test_every_answer_says_who_gives_it(now: datetime, tally: Tally) -> None:
    system, browser = department(now), Browser(person())
    answers = [
        browser.goes(system.asks(prompt="none")),
        browser.goes(system.asks(scope="openid phone")),
        browser.goes(system.asks(response_type="token")),
        browser.agrees(browser.goes(system.asks()), "no"),
        browser.agrees(browser.goes(system.asks())),
        browser.goes(system.asks()),
        Browser().goes(system.asks(prompt="none")),
    ]
    for number, answer in enumerate(answers):
        tally(f"answer {number} without iss", told(answer).get("iss") != settings.ONEWINDOW_ORIGIN)
    assert Client().get("/.well-known/openid-configuration").json()["authorization_response_iss_parameter_supported"]
    tally.closes("mix-up")
