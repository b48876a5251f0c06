"""My data in the browser's terms: the archive, the name, another phone, closing the account."""

import io
import json
import zipfile
from datetime import datetime

import pytest
from django.test import Client

from onewindow.modules.identity import services
from onewindow.modules.identity.models import User
from onewindow.modules.messages.models import Message
from onewindow.plumbing import sealing
from onewindow.plumbing.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]
PASSWORD = "spring-river-2026"


@pytest.fixture
def wang(client: Client, now: datetime, system: Actor) -> User:
    people = {"applicants": [{"username": "wang.li", "name": {"zh": "王丽"}, "phone": "13800138000"}]}
    services.load_people(people=people, password=PASSWORD, actor=system, now=now)
    client.post("/accounts/login/", {"login": "wang.li", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return User.objects.get()


def letters() -> list[tuple[str, dict[str, str]]]:
    rows = Message.objects.order_by("recorded_at")
    return [(row.template, json.loads(sealing.unseal(row.sealed, purpose="messages"))) for row in rows]


def test_the_archive_holds_a_page_to_read_and_the_same_for_programs(client: Client, wang: User) -> None:
    response = client.get("/my-data/download/")
    assert response["Content-Disposition"] == 'attachment; filename="my-data.zip"'
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:  # type: ignore[arg-type]
        assert set(archive.namelist()) == {"my-data.json", "my-data.html"}
        held = json.loads(archive.read("my-data.json"))
        assert held["parts"]["account"]["phone"] == wang.phone
        assert wang.phone in archive.read("my-data.html").decode()


def test_a_name_is_put_right_and_an_empty_one_gets_a_sentence(client: Client, wang: User) -> None:
    client.post("/my-data/name/", {"name": "  王 丽 "})
    wang.refresh_from_db()
    assert wang.display_name == {"zh": "王 丽"}
    assert "请填写" in client.post("/my-data/name/", {"name": " "}, follow=True).content.decode()


def test_another_phone_counts_once_its_code_was_typed_and_the_old_one_is_told(client: Client, wang: User) -> None:
    client.post("/my-data/contact/", {"contact": "137 1111 2222"})
    template, letter = letters()[-1]
    assert template == "contact-code"
    assert client.post("/my-data/contact/code/", {"code": "000000"}).status_code == 422
    wang.refresh_from_db()
    assert wang.phone == "13800138000"
    client.post("/my-data/contact/code/", {"code": letter["values"]["code"]})  # type: ignore[index]
    wang.refresh_from_db()
    assert wang.phone == "13711112222"
    assert (letters()[-1][0], letters()[-1][1]["to"]) == ("contact-changed", "13800138000")


def test_nobody_takes_a_phone_that_belongs_to_another_account(client: Client, wang: User) -> None:
    User.objects.create(username="liu", phone="13711112222")
    page = client.post("/my-data/contact/", {"contact": "13711112222"}, follow=True)
    assert letters()[-1][0] == "sign-up-known", "the letter tells its owner; the page tells nobody"
    assert page.status_code == 200
    assert client.post("/my-data/contact/code/", {"code": ""}).status_code == 422
    wang.refresh_from_db()
    assert wang.phone == "13800138000"


def test_a_closed_account_is_logged_out_and_nobody_gets_in_again(client: Client, wang: User) -> None:
    assert client.post("/my-data/close/").status_code == 302
    assert "_auth_user_id" not in client.session
    for login in ("wang.li", "13800138000"):
        client.post("/accounts/login/", {"login": login, "password": PASSWORD})
        assert "_auth_user_id" not in client.session


def test_whoever_finds_an_open_log_in_needs_the_password_for_all_of_it(client: Client, wang: User) -> None:
    client.logout()
    client.post("/accounts/login/", {"login": "wang.li", "password": PASSWORD})
    for path in ("/my-data/download/", "/my-data/contact/", "/my-data/close/"):
        assert client.get(path)["Location"].startswith("/accounts/reauthenticate/"), path
    assert client.post("/my-data/close/")["Location"].startswith("/accounts/reauthenticate/")
    assert User.objects.get().is_active


@pytest.mark.parametrize("path", ["/my-data/", "/my-data/contact/", "/my-data/close/", "/my-data/download/"])
def test_whoever_is_not_logged_in_is_asked_to(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
