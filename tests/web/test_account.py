"""Accounts by code: making one, logging in, a forgotten password; and that nobody learns who has an account."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onewindow.modules.identity import selectors, services
from onewindow.modules.identity.models import Person, User
from onewindow.modules.messages.models import Message
from onewindow.plumbing import clock, sealing
from onewindow.plumbing.actors import Actor

pytestmark = pytest.mark.django_db
PASSWORD = "spring-river-2026"
PHONE, UNKNOWN = "13800138000", "13800138001"


@pytest.fixture(autouse=True)
def wang(now: datetime, system: Actor) -> User:
    people = {
        "format": "onewindow-people/1",
        "applicants": [{"username": "wang.li", "name": {"zh": "王丽"}, "phone": PHONE, "email": "wang@example.com"}],
    }
    services.load_people(people=people, password=PASSWORD, actor=system, now=now)
    return User.objects.get()


def letters() -> list[tuple[str, dict[str, Any]]]:
    """Return what waits to be sent, newest last."""
    rows = Message.objects.order_by("recorded_at")
    return [(row.template, json.loads(sealing.unseal(row.sealed, purpose="messages"))) for row in rows]


def newest_code() -> str:
    return str(letters()[-1][1]["values"]["code"])


def logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def plain(response: Any, contact: str) -> str:
    """Return a page without what differs between any two requests."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return f"{response.status_code} {response.get('Location', '')} {text.replace(contact, 'CONTACT')}"


@pytest.mark.parametrize(("contact", "template"), [("137 1111 2222", "sms"), ("New.Person@Example.com", "email")])
def test_whoever_proves_a_phone_or_an_e_mail_gets_an_account_and_is_a_person(client: Client, contact: str, template: str) -> None:
    client.post("/accounts/signup/", {"contact": contact})
    assert letters()[-1][0] == "sign-up-code"
    assert not User.objects.filter(phone="13711112222").exists(), "no account before the proof"
    assert client.post("/accounts/signup/code/", {"code": newest_code()}).status_code == 302
    client.post("/accounts/signup/finish/", {"name": "新来的", "password": PASSWORD})
    assert logged_in(client)
    user = User.objects.exclude(username="wang.li").get()
    assert (user.phone, user.email) in {("13711112222", ""), ("", "new.person@example.com")}
    assert selectors.actor_of(user.id).is_person
    assert Person.objects.get(user=user).proof_level == 1


def test_nobody_skips_the_proof(client: Client) -> None:
    client.post("/accounts/signup/", {"contact": UNKNOWN})
    assert client.get("/accounts/signup/finish/").status_code == 302
    client.post("/accounts/signup/finish/", {"name": "x", "password": PASSWORD})
    assert User.objects.count() == 1


def test_a_code_is_good_for_its_time_only(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/accounts/signup/", {"contact": UNKNOWN})
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.post("/accounts/signup/code/", {"code": newest_code()})["Location"] == "/accounts/signup/"


@pytest.mark.parametrize("password", ["12345678901", "short", "password123"], ids=["digits alone", "too short", "known to everybody"])
def test_a_weak_password_is_refused_with_its_reason(client: Client, password: str) -> None:
    client.post("/accounts/signup/", {"contact": UNKNOWN})
    client.post("/accounts/signup/code/", {"code": newest_code()})
    answer = client.post("/accounts/signup/finish/", {"name": "x", "password": password})
    assert answer.status_code == 422
    assert User.objects.count() == 1


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/login/code/"], ids=["sign-up", "log-in and reset by code"])
@pytest.mark.parametrize(("known", "unknown"), [(PHONE, UNKNOWN), ("wang@example.com", "none@example.com")], ids=["phone", "e-mail"])
def test_known_and_unknown_are_answered_alike_and_with_the_same_work(path: str, known: str, unknown: str) -> None:
    told, work = [], []
    for contact in (known, unknown):
        client = Client()
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(path, {"contact": contact})
        page = client.get(answer["Location"])
        wrong = client.post(answer["Location"], {"code": "000000"})
        told.append([plain(one, contact) for one in (answer, page, wrong)])
        work.append([query["sql"].split()[0] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))])
    assert told[0] == told[1]
    assert work[0] == work[1]


@pytest.mark.parametrize("names", [("wang.li", "nobody"), (PHONE, UNKNOWN), ("wang@example.com", "none@example.com")])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike_after_the_same_work(
    names: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told, hashed = [], []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args, **rest: hashed.append(1) or encode(*args, **rest))  # type: ignore[func-returns-value]
    work = []
    for name in names:
        hashed.clear()
        told.append(plain(Client().post("/accounts/login/", {"login": name, "password": "wrong-password"}), name))
        work.append(len(hashed))
    assert told[0] == told[1]
    assert work[0] == work[1] > 0


def test_the_owner_of_a_known_phone_is_told_and_the_stranger_who_typed_it_gets_no_account(client: Client) -> None:
    client.post("/accounts/signup/", {"contact": PHONE})
    template, letter = letters()[-1]
    assert (template, letter["to"]) == ("sign-up-known", PHONE)
    client.post("/accounts/signup/code/", {"code": letter["values"]["code"]})
    assert client.get("/accounts/signup/finish/").status_code == 302
    assert User.objects.count() == 1


def test_a_code_logs_in_and_lets_a_forgotten_password_be_replaced_while_other_devices_are_out() -> None:
    other = Client()
    other.post("/accounts/login/", {"login": "wang.li", "password": PASSWORD})
    assert other.get("/accounts/").status_code == 200
    client = Client()
    client.post("/accounts/login/code/", {"contact": PHONE, "next": "/accounts/password/new/"})
    answer = client.post("/accounts/login/code/confirm/", {"code": newest_code(), "next": "/accounts/password/new/"})
    assert answer["Location"] == "/accounts/password/new/"
    client.post("/accounts/password/new/", {"password": "another-river-2026"})
    assert client.get("/accounts/").status_code == 200
    assert other.get("/accounts/").status_code == 302
    again = Client()
    again.post("/accounts/login/", {"login": "wang.li", "password": "another-river-2026"})
    assert logged_in(again)


def test_after_a_log_in_by_password_the_old_password_is_asked_for_a_new_one(client: Client) -> None:
    client.post("/accounts/login/", {"login": "wang.li", "password": PASSWORD})
    assert client.post("/accounts/password/new/", {"password": "another-river-2026"})["Location"] == "/accounts/password/change/"


def test_a_closed_account_gets_no_code(client: Client, wang: User, now: datetime, system: Actor) -> None:
    services.set_active(user_id=wang.id, active=False, actor=system, now=now)
    client.post("/accounts/login/code/", {"contact": PHONE})
    assert letters()[-1][0] == "nobody"


def test_a_phone_is_sent_three_codes_a_minute_at_most() -> None:
    answers = [Client().post("/accounts/login/code/", {"contact": PHONE}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 200]
    assert Message.objects.count() == 3


def test_nobody_ends_a_session_of_somebody_else(client: Client, now: datetime) -> None:
    from allauth.usersessions.models import UserSession

    client.post("/accounts/login/", {"login": "wang.li", "password": PASSWORD})
    mine = UserSession.objects.get()
    user_id = services.open_account(phone=UNKNOWN, email="", name="x", password=PASSWORD, language="", actor=Actor.anonymous(), now=now)
    stranger = Client()
    stranger.post("/accounts/login/", {"login": UNKNOWN, "password": PASSWORD})
    assert str(user_id) == stranger.session["_auth_user_id"]
    stranger.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert stranger.post(f"/accounts/session/{mine.pk}/end/").status_code == 404
    assert client.get("/accounts/").status_code == 200
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post(f"/accounts/session/{mine.pk}/end/").status_code == 302
    assert client.get("/accounts/").status_code == 302


def test_whoever_lost_the_session_by_time_is_told_why_on_the_log_in_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/accounts/login/", {"login": "wang.li", "password": PASSWORD})
    client.get("/accounts/")
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.post("/accounts/stay/").status_code == 401
    client.cookies["onewindow-language"] = "en"
    assert b"nobody used the page" in client.get("/accounts/login/?next=/cases/").content
