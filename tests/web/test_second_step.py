"""A role that counts only with a second step at log-in: nothing of it opens before, on pages and through the API."""

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from pytest_django import Settings

from onewindow.config import environment
from onewindow.modules.identity import selectors, services
from onewindow.modules.identity.models import User
from tests.cases.town import MARKET, MARKET_CHIEF
from tests.web.desk_town import Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

PASSWORD = "spring-river-2026"
LOG_IN, STEP = "/accounts/login/", "/accounts/second-step/"


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def log_in(user: User) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(LOG_IN, {"login": user.username, "password": PASSWORD})


@pytest.mark.own_database
def test_a_supervisor_is_led_to_a_second_step_and_supervises_nothing_before(desk: Desk, settings: Settings) -> None:
    settings.ONEWINDOW_SECOND_FACTOR = frozenset({"admin", "supervisor"})
    chief = User.objects.get(pk=MARKET_CHIEF.id)
    chief.set_password(PASSWORD)
    chief.save()
    case = desk.registered()
    token = services.create_token(name="program", actor=MARKET_CHIEF, now=desk.now)
    release = f"/api/v1/cases/{case.pk}/services/food/release"

    def by_program() -> Any:
        return Client().post(release, headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "1"})

    client, entered = log_in(chief)
    assert (entered.status_code, entered["Location"]) == (302, STEP)
    for door in ("/desk/", desk.path(case, "food.inspect"), "/staff/permissions/"):
        assert client.get(door)["Location"].startswith(STEP), door
    page = client.get(f"{STEP}?next=/desk/", headers={"Accept-Language": "en"}).content.decode()
    assert "/accounts/2fa/totp/activate/" in page
    assert "Supervisor" in page
    assert by_program().json()["code"] == "second-factor-missing"
    assert selectors.actor_of(chief.pk).withheld == {"supervisor"}
    assert client.get("/").status_code == 200, "a private person they are all the same"
    assert desk.client(MARKET).get("/desk/").status_code == 200, "a role that needs none is not held up"

    secret = generate_totp_secret()
    TOTP.activate(chief, secret)
    assert selectors.actor_of(chief.pk).roles == MARKET_CHIEF.roles
    assert by_program().json().get("code") != "second-factor-missing"
    assert client.get("/desk/")["Location"].startswith(STEP), "this session began before there was a second step"
    assert "/accounts/2fa/reauthenticate/" in client.get(STEP).content.decode()
    confirmed = client.post("/accounts/2fa/reauthenticate/?next=/desk/", {"code": code(secret), "next": "/desk/"})
    assert confirmed["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    assert client.get(STEP)["Location"] == "/"

    client, entered = log_in(chief)
    assert entered["Location"].startswith("/accounts/2fa/authenticate/"), "from now on every log-in asks for it"
    assert client.get("/desk/")["Location"].startswith(LOG_IN)


def test_the_roles_are_a_setting_and_a_wrong_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.second_factor("admin,supervisor") == {"admin", "supervisor"}
    monkeypatch.setenv("ONEWINDOW_SECOND_FACTOR", "none")
    assert environment.second_factor("admin") == frozenset()
    monkeypatch.setenv("ONEWINDOW_SECOND_FACTOR", "admin,king")
    with pytest.raises(Exception, match="king"):
        environment.second_factor("")
