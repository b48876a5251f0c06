"""One log-in for every department: what a person sees, what a system is told, and when it ends."""

from datetime import datetime, timedelta

import jwt
import pytest
from django.conf import settings
from django.test import Client

from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import Post
from onewindow.modules.identity.selectors import actor_of
from onewindow.modules.signon import keys, selectors, services
from onewindow.modules.signon.models import Login, SigningKey
from onewindow.plumbing import accesses, clock, personal
from onewindow.plumbing.models import AuditEntry
from tests.signon.department import AFTER, SYSTEM, Browser, about, department, form, logged_in, officer, person, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The real clock: sessions are made by it."""
    return clock.now()


def said_in(id_token: str, audience: str) -> dict[str, object]:
    published = jwt.PyJWKSet.from_dict(Client().get("/oidc/keys").json())
    key = published[jwt.get_unverified_header(id_token)["kid"]]
    found: dict[str, object] = jwt.decode(id_token, key, algorithms=["RS256"], audience=audience, issuer=settings.ONEWINDOW_ORIGIN)
    return found


def test_a_person_agrees_once_and_the_system_is_told_what_it_is_registered_for(now: datetime) -> None:
    system, browser = department(now), Browser(person())
    page = browser.goes(system.asks())
    assert "停车许可" in page.content.decode()
    assert "Road Traffic Safety Law" in page.content.decode()
    assert "form-action 'self' https://parking.example" in page["Content-Security-Policy"]
    came = told(browser.agrees(page))
    assert (came["state"], came["iss"]) == ("s-1", settings.ONEWINDOW_ORIGIN)
    tokens = system.redeems(came["code"]).json()
    assert about(tokens["access_token"]).json() == {
        "sub": selectors_sub(),
        "name": "王芳",
        "email": "wang@example.com",
    }
    said = said_in(tokens["id_token"], system.id)
    assert (said["sub"], said["nonce"]) == (selectors_sub(), "n-1")
    assert "name" not in said, "who asks for tokens need not learn who it is"
    again = browser.goes(system.asks())
    assert b'name="asked"' not in again.content
    assert "code" in told(again)


def selectors_sub() -> str:
    return Login.objects.latest("began_at").grant.sub


def test_two_systems_know_the_same_person_under_different_names(now: datetime) -> None:
    one, other, browser = department(now), department(now, name={"zh": "图书馆"}), Browser(person())
    subs = [about(logged_in(browser, system)["access_token"]).json()["sub"] for system in (one, other, one)]
    assert subs[0] == subs[2] != subs[1]


def test_somebody_who_says_no_is_sent_back_and_nothing_is_told(now: datetime) -> None:
    system, browser = department(now), Browser(person())
    came = told(browser.agrees(browser.goes(system.asks()), "no"))
    assert (came["error"], came["state"]) == ("access_denied", "s-1")
    assert not Login.objects.exists()


def test_a_visitor_logs_in_first_and_goes_on_without_asking_again(now: datetime) -> None:
    system, user = department(now), person()
    logged_in(Browser(user), system)
    browser = Browser()
    door = browser.client.get(system.asks())
    assert door["Location"].startswith("/accounts/login/?next=/oidc/authorize")
    door = browser.client.post(door["Location"], {"login": "wang", "password": "spring-river-2026", "next": door_next(door["Location"])})
    page = browser.goes(door["Location"])
    assert page.status_code == 200
    assert b"http-equiv" in page.content, "a form of ours cannot lead to the system by itself"
    tokens = system.redeems(told(page)["code"]).json()
    assert said_in(tokens["id_token"], system.id)["amr"] == ["pwd"]


def door_next(address: str) -> str:
    from urllib.parse import parse_qs, urlsplit

    return parse_qs(urlsplit(address).query)["next"][0]


def test_prompts_are_kept(now: datetime) -> None:
    system, user = department(now), person()
    assert told(Browser().goes(system.asks(prompt="none")))["error"] == "login_required"
    browser = Browser(user)
    assert told(browser.goes(system.asks(prompt="none")))["error"] == "consent_required"
    logged_in(browser, system)
    assert "code" in told(browser.goes(system.asks(prompt="none")))
    assert b'name="asked"' in browser.goes(system.asks(prompt="consent")).content
    again = browser.client.get(system.asks(prompt="login"))
    assert again["Location"].startswith("/accounts/reauthenticate/")
    assert told(browser.goes(system.asks(prompt="none", max_age="0")))["error"] == "login_required"


def test_proving_oneself_again_comes_back_to_the_system(now: datetime) -> None:
    system, user = department(now), person()
    logged_in(Browser(user), system)
    browser = Browser()
    browser.client.post("/accounts/login/", {"login": "wang", "password": "spring-river-2026"})
    door = browser.client.get(system.asks(prompt="login"))
    again = browser.client.post(door["Location"], {"password": "spring-river-2026", "next": door_next(door["Location"])})
    page = browser.goes(again["Location"])
    assert "code" in told(page)


def test_a_refresh_token_counts_once_and_the_new_one_goes_on(now: datetime) -> None:
    system, browser = department(now), Browser(person())
    first = logged_in(browser, system)
    second = system.renews(first["refresh_token"])
    assert second.status_code == 200
    assert about(second.json()["access_token"]).status_code == 200
    third = system.renews(second.json()["refresh_token"], scope="openid")
    assert about(third.json()["access_token"]).json().keys() == {"sub"}, "fewer scopes, fewer claims"


def test_a_closed_account_is_out_at_the_next_use(now: datetime) -> None:
    user = person()
    system = department(now)
    tokens = logged_in(Browser(user), system)
    identity.set_active(user_id=user.pk, active=False, actor=SYSTEM, now=now)
    assert about(tokens["access_token"]).status_code == 401
    assert system.renews(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_the_staffs_own_system_is_for_the_staff_and_is_told_their_post(now: datetime) -> None:
    claims = {name: {"purpose": {"zh": "内部"}, "basis": "—"} for name in ("organisation", "roles", "preferred_username")}
    system = department(now, audience="staff", claims=claims)
    zhao, elsewhere = officer(), officer("qian", "fire")
    for stranger in (person(), elsewhere):
        page = Browser(stranger).goes(system.asks(scope="openid staff"))
        assert page.status_code == 403
    tokens = logged_in(Browser(zhao), system, scope="openid staff")
    found = about(tokens["access_token"]).json()
    assert (found["organisation"], found["roles"], found["preferred_username"]) == ("traffic", ["officer"], "zhao")
    Post.objects.filter(user=zhao).update(is_active=False)
    assert about(tokens["access_token"]).status_code == 401, "a post that ended tells nothing any more"


def test_logging_out_at_the_system_ends_everything_from_this_browser(now: datetime) -> None:
    one, other, browser = department(now), department(now, name={"zh": "图书馆"}), Browser(person())
    first, second = logged_in(browser, one), logged_in(browser, other)
    elsewhere = logged_in(Browser(browser.user), one)
    answer = browser.client.get("/oidc/logout", {"id_token_hint": first["id_token"], "post_logout_redirect_uri": AFTER, "state": "x y"})
    assert answer["Location"] == f"{AFTER}?state=x+y"
    assert "_auth_user_id" not in browser.client.session
    assert about(first["access_token"]).status_code == about(second["access_token"]).status_code == 401
    assert about(elsewhere["access_token"]).status_code == 200, "another browser is another matter"


def test_logging_out_here_ends_the_systems_too(now: datetime) -> None:
    system, browser = department(now), Browser(person())
    tokens = logged_in(browser, system)
    browser.client.post("/accounts/logout/")
    assert about(tokens["access_token"]).status_code == 401


def test_without_a_proof_the_person_is_asked_whether_to_log_out(now: datetime) -> None:
    system, browser = department(now), Browser(person())
    logged_in(browser, system)
    page = browser.client.get("/oidc/logout", {"client_id": system.id, "post_logout_redirect_uri": AFTER})
    assert page.status_code == 200
    assert "_auth_user_id" in browser.client.session
    asked = f"client_id={system.id}&post_logout_redirect_uri={AFTER}"
    assert browser.client.post("/oidc/logout/confirm", {"asked": asked})["Location"] == AFTER
    assert "_auth_user_id" not in browser.client.session


def test_i_see_which_systems_know_me_and_end_it(now: datetime) -> None:
    system, browser = department(now), Browser(person())
    tokens = logged_in(browser, system)
    page = browser.client.get("/accounts/systems/").content.decode()
    assert "停车许可" in page
    assert "交警支队" in page
    browser.client.post("/accounts/systems/leave/", {"system": system.id})
    assert about(tokens["access_token"]).status_code == 401
    assert "停车许可" not in browser.client.get("/accounts/systems/").content.decode()
    assert b'name="asked"' in browser.goes(system.asks()).content, "it has to ask again"


def test_keys_change_without_anybody_being_turned_away(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    system, browser = department(now), Browser(person())
    old = logged_in(browser, system)["id_token"]
    services.rotate_keys(actor=SYSTEM, now=now)
    assert len(selectors.published(now)) == 2, "both are published while one takes over"
    assert jwt.get_unverified_header(logged_in(browser, system)["id_token"])["kid"] == jwt.get_unverified_header(old)["kid"]
    later = now + keys.PUBLISHED_AHEAD
    assert jwt.get_unverified_header(keys.sign({"sub": "x"}, later))["kid"] != jwt.get_unverified_header(old)["kid"]
    assert len(selectors.published(later)) == 2
    assert len(selectors.published(later + timedelta(days=2))) == 1
    assert "PRIVATE KEY" not in SigningKey.objects.values_list("sealed", flat=True)[0]


def test_a_key_in_wrong_hands_is_out_at_once(now: datetime) -> None:
    system, browser = department(now), Browser(person())
    old = logged_in(browser, system)["id_token"]
    services.rotate_keys(actor=SYSTEM, now=now, at_once=True)
    assert [key["kid"] for key in selectors.published(now)] != [jwt.get_unverified_header(old)["kid"]]
    assert len(selectors.published(now)) == 1
    assert said_in(logged_in(browser, system)["id_token"], system.id)


def test_a_system_needs_two_administrators(now: datetime) -> None:
    first, second = officer("first", roles=("admin",)), officer("second", roles=("admin",))
    browser = Browser(first)
    sent = {
        "name-zh": "停车许可",
        "audience": "citizens",
        "redirect_uris": "https://parking.example/callback",
        "claims": ["name"],
        "purpose-name": "开具许可",
        "basis-name": "Road Traffic Safety Law",
    }
    assert browser.client.post("/staff/systems/new/", {**sent, "basis-name": ""}).status_code == 422
    assert browser.client.post("/staff/systems/new/", sent).status_code == 302
    row = selectors.systems(actor=actor_of(first.pk))[0]
    assert not row.active
    assert browser.goes(f"/oidc/authorize?client_id={row.id}").status_code == 422, "not before it is confirmed"
    assert not selectors.systems_waiting(actor=actor_of(first.pk)), "nobody confirms their own"
    waits = selectors.systems_waiting(actor=actor_of(second.pk))[0]
    assert "停车许可" in Browser(second).client.get("/staff/second/").content.decode()
    Browser(second).client.post(f"/staff/second/{waits.id}/", {"answer": "confirm"})
    page = browser.client.post(f"/staff/systems/{row.id}/secret/")
    assert b"ows_" in page.content
    assert selectors.systems(actor=actor_of(first.pk))[0].active
    browser.client.post(f"/staff/systems/{row.id}/close/")
    assert not selectors.systems(actor=actor_of(first.pk))[0].active


@pytest.mark.parametrize(
    "uri",
    [
        "http://parking.example/callback",
        "https://parking.example/#here",
        "https://*.example/callback",
        "https://a@parking.example/",
        "javascript:alert(1)",
        "https:///nowhere",
        "https://parking.example:0/",
        "https://parking.example/a b",
        "https://停车.example/",
        "http://127.0.0.1.evil.example/",
    ],
)
def test_an_address_that_could_lead_elsewhere_is_not_registered(now: datetime, uri: str) -> None:
    department(now)
    with pytest.raises(Exception, match="is not taken"):
        services.register_system(form=form(redirect_uris=[uri]), actor=SYSTEM, now=now)


def test_each_telling_is_written_down(now: datetime) -> None:
    system, browser = department(now), Browser(person())
    about(logged_in(browser, system)["access_token"])
    acts = list(AuditEntry.objects.filter(action__startswith="signon.").order_by("pk").values_list("action", flat=True))
    assert acts[-3:] == ["signon.agree", "signon.log-in", "signon.tokens"]
    look = accesses.of_person(browser.user.pk)[0]  # type: ignore[union-attr]
    assert (look.what, look.actor_name, look.organisation) == ("signon.tell", f"signon:{system.id}", "traffic")
    assert look.details == {"system": system.id, "claims": ["email", "name"]}


def test_what_is_held_about_me_goes_with_my_account(now: datetime) -> None:
    user, system = person(), department(now)
    logged_in(Browser(user), system)
    part = next(part for part in personal.held_about(user.pk) if part.name == "systems")
    assert [row["system"] for row in part.data["agreements"]] == [system.id]
    identity.close_account(actor=actor_of(user.pk), now=now)
    assert not Login.objects.exists()


def test_old_log_ins_are_forgotten(now: datetime) -> None:
    logged_in(Browser(person()), department(now))
    assert services.forget_logins(now=now) == 0
    assert services.forget_logins(now=now + timedelta(days=8)) > 0
    assert not Login.objects.exists()
