"""Logging in, signing up, and being locked out: what people meet at the door."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import include, path

from onewindow.modules.identity import selectors, services
from onewindow.modules.identity.models import User
from onewindow.plumbing.actors import Actor

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "spring-river-2026"
PEOPLE: dict[str, Any] = {
    "format": "onewindow-people/1",
    "applicants": [
        {
            "username": "Wang.Li",
            "name": {"zh": "王丽", "en": "Wang Li"},
            "resident_id": "11010519491231002X",
            "phone": "13800138000",
            "email": "Wang@example.com",
            "language": "en",
        }
    ],
}


def home(request: Any) -> Any:
    from django.http import HttpResponse

    return HttpResponse(selectors.actor_of(request.user.pk).kind)


urlpatterns = [path("accounts/", include("allauth.urls")), path("", home)]


@pytest.fixture(autouse=True)
def bare_site() -> Iterator[None]:
    plain = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.messages.context_processors.messages"]}}]  # fmt: skip
    with override_settings(ROOT_URLCONF=__name__, TEMPLATES=plain):
        yield


@pytest.fixture(autouse=True)
def people(now: datetime, system: Actor) -> None:
    services.load_people(people=PEOPLE, password=PASSWORD, actor=system, now=now)


def log_in(client: Client, login: str, password: str = PASSWORD) -> bool:
    client.post("/accounts/login/", {"login": login, "password": password})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "login", ["Wang.Li", "wang.li", "wang@example.com", "WANG@Example.com", "13800138000", "138 0013 8000", "+86 138-0013-8000"]
)
def test_people_log_in_by_user_name_e_mail_or_phone_however_they_write_it(client: Client, login: str) -> None:
    assert log_in(client, login)
    assert client.get("/").content == b"person"


@pytest.mark.parametrize("login", ["wang", "13800138001", "other@example.com", "", "' OR 1=1 --"])
def test_others_do_not_get_in(client: Client, login: str) -> None:
    assert not log_in(client, login)


def test_a_wrong_password_does_not_get_in_and_is_not_shown_again(client: Client) -> None:
    response = client.post("/accounts/login/", {"login": "wang.li", "password": "not-the-password"})
    assert "_auth_user_id" not in client.session
    assert b"not-the-password" not in response.content


def test_an_account_that_was_closed_is_out_at_the_next_page(client: Client, now: datetime, system: Actor) -> None:
    assert log_in(client, "wang.li")
    services.set_active(user_id=User.objects.get().id, active=False, actor=system, now=now)
    assert client.get("/").content == b"anonymous"
    assert not log_in(Client(), "wang.li")


@override_settings(AXES_ENABLED=True, AXES_FAILURE_LIMIT=3)
def test_after_too_many_wrong_passwords_even_the_right_one_waits(client: Client) -> None:
    for login in ("wang.li", "Wang@example.com", "13800138000"):
        assert not log_in(client, login, "wrong-password")
    assert not log_in(client, "wang.li")
    assert log_in(Client(REMOTE_ADDR="203.0.113.9"), "wang.li"), "the owner at another address is not locked out"


@override_settings(AXES_ENABLED=True)
def test_what_is_typed_into_the_wrong_field_is_kept_nowhere(client: Client) -> None:
    from axes.models import AccessAttempt

    log_in(client, "my-secret-password", "whatever-it-is")
    rows = str(list(AccessAttempt.objects.values()))
    assert "unknown:" in rows
    assert "my-secret-password" not in rows
    assert "whatever-it-is" not in rows


def test_log_out_ends_the_session(client: Client) -> None:
    assert log_in(client, "wang.li")
    client.post("/accounts/logout/")
    assert client.get("/").content == b"anonymous"
