"""Promise 34: 20 log-ins per address a minute, 10 tries of a one-time code, out after 15 idle minutes and after 12 hours.

The limits are dated data of the settings; these tests take the row an installation starts with, and a clock of their own.
"""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings

from onewindow.config import settings as shipped
from onewindow.modules.identity import limits, services
from onewindow.modules.identity.models import User
from onewindow.modules.messages.models import Message
from onewindow.plumbing import clock, sealing
from onewindow.plumbing.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]
PASSWORD = "spring-river-2026"
PHONE = "13800138000"
MINUTE = timedelta(minutes=1)


class Time:
    """The clock of these tests; it goes when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)

    def go(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Time:
    own = Time()
    monkeypatch.setattr(clock, "now", lambda: own.now)
    settings.ONEWINDOW_ACCOUNT_LIMITS = shipped.ONEWINDOW_ACCOUNT_LIMITS
    return own


@pytest.fixture(autouse=True)
def people(time: Time, system: Actor) -> None:
    rows = [
        {"username": "wang.li", "name": {"zh": "王丽"}, "phone": PHONE},
        {"username": "liu", "name": {"zh": "刘"}, "phone": "13800138009"},
    ]
    services.load_people(people={"format": "onewindow-people/1", "applicants": rows}, password=PASSWORD, actor=system, now=time.now)


def newest_code() -> str:
    row = Message.objects.order_by("-recorded_at")[0]
    return str(json.loads(sealing.unseal(row.sealed, purpose="messages"))["values"]["code"])


def logged_in() -> Client:
    client = Client()
    client.force_login(User.objects.get(phone=PHONE), backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/accounts/")
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def test_no_minute_ever_holds_more_than_twenty_attempts_of_one_address(
    time: Time, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    generator = random.Random(34)
    doors = [
        ("/accounts/login/", {"login": "wang.li", "password": "wrong-password"}),
        ("/accounts/login/", {"login": "nobody", "password": "wrong-password"}),
        ("/accounts/login/code/confirm/", {"code": "000000"}),
        ("/accounts/signup/code/", {"code": "000000"}),
        ("/accounts/2fa/authenticate/", {"code": "000000"}),
    ]
    addresses, tries = (20, 400) if full_size else (2, 45)
    taken: dict[str, list[datetime]] = {}
    for _ in range(tries):
        time.go(seconds=generator.choice([0, 0.1, 0.5, 1, 2, 5, 20]))
        for number in range(addresses):
            address = f"203.0.113.{number}"
            path, form = generator.choice(doors)
            if Client(REMOTE_ADDR=address).post(path, form).status_code != 429:
                taken.setdefault(address, []).append(time.now)
    worst = 0
    for moments in taken.values():
        worst = max(worst, *(sum(start <= moment < start + MINUTE for moment in moments) for start in moments))
    assert worst == 20, "the limit is reached in this run, and never passed"
    time.go(minutes=1)
    assert Client(REMOTE_ADDR="203.0.113.0").post(*doors[0]).status_code == 200, "who waits gets in again"
    figure(34, f"{addresses * tries:,} attempts of {addresses} addresses: at most {worst} of one address in any minute")


def test_the_right_password_waits_too_once_an_address_has_tried_too_often(time: Time) -> None:
    client = Client()
    for _ in range(20):
        client.post("/accounts/login/", {"login": "nobody", "password": "wrong-password"})
    right = {"login": "wang.li", "password": PASSWORD}
    refused = client.post("/accounts/login/", right)
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert "_auth_user_id" not in client.session
    other = Client(REMOTE_ADDR="203.0.113.7")
    assert other.post("/accounts/login/", right).status_code == 302, "another address is not meant"


def test_the_eleventh_code_of_an_account_is_refused_even_when_it_is_right_and_however_many_codes_were_sent(time: Time) -> None:
    tried = 0
    while tried < 10:
        client = Client(REMOTE_ADDR=f"203.0.113.{tried}")
        client.post("/accounts/login/code/", {"contact": PHONE})
        for _ in range(3):
            if tried < 10:
                time.go(seconds=7)
                assert client.post("/accounts/login/code/confirm/", {"code": "000000"}).status_code == 200
                tried += 1
    client = Client(REMOTE_ADDR="203.0.113.200")
    time.go(seconds=60)
    client.post("/accounts/login/code/", {"contact": PHONE})
    assert client.post("/accounts/login/code/confirm/", {"code": newest_code()}).status_code == 429
    assert "_auth_user_id" not in client.session
    time.go(minutes=10)
    client.post("/accounts/login/code/confirm/", {"code": newest_code()})
    assert "_auth_user_id" in client.session, "after the lock the code that came is good"


def test_an_unknown_phone_is_locked_after_as_many_tries_so_the_lock_tells_nothing(time: Time) -> None:
    for contact in (PHONE, "13800138777"):
        client = Client(REMOTE_ADDR=f"203.0.113.{contact[-1]}")
        client.post("/accounts/login/code/", {"contact": contact})
        answers = [client.post("/accounts/login/code/confirm/", {"code": "000000"}).status_code for _ in range(9)]
        other = Client(REMOTE_ADDR=f"203.0.114.{contact[-1]}")
        other.post("/accounts/login/code/", {"contact": contact})
        answers += [other.post("/accounts/login/code/confirm/", {"code": "000000"}).status_code for _ in range(2)]
        assert answers == [200] * 10 + [429], contact


def test_the_code_of_a_second_factor_is_limited_alike(time: Time) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(User.objects.get(phone=PHONE), generate_totp_secret())
    answers = []
    for number in range(11):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        client.post("/accounts/login/", {"login": "wang.li", "password": PASSWORD})
        answers.append(client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code)
    assert answers == [200] * 10 + [429]


def test_whoever_does_nothing_for_fifteen_minutes_is_out_and_whoever_works_is_not(time: Time) -> None:
    idle, working = logged_in(), logged_in()
    for _ in range(14):
        time.go(minutes=1)
        assert working.post("/accounts/stay/").status_code == 204
    time.go(seconds=59)
    assert is_in(working)
    time.go(seconds=1)
    assert not is_in(idle)
    assert idle.get("/cases/").status_code == 302
    time.go(minutes=13)
    assert is_in(working), "every request slides the time-out"
    time.go(minutes=15)
    assert not is_in(working)


def test_no_activity_carries_a_session_past_twelve_hours(time: Time) -> None:
    client = logged_in()
    for _ in range(12 * 6 - 1):
        time.go(minutes=10)
        assert is_in(client)
    time.go(minutes=9, seconds=59)
    assert is_in(client)
    time.go(seconds=1)
    assert not is_in(client)
    assert not is_in(client), "and it stays so"


def test_a_page_is_told_in_time_to_warn(time: Time) -> None:
    client = logged_in()
    page = client.get("/accounts/").content.decode()
    assert 'data-idle="890"' in page
    assert 'data-warning="120"' in page
    for _ in range(71):
        time.go(minutes=10)
        client.get("/accounts/")
    assert 'data-left="600"' in client.get("/accounts/").content.decode(), "the end of the working day is told as well"


def test_a_change_of_the_limits_counts_from_its_day(time: Time) -> None:
    stricter = {**shipped.ONEWINDOW_ACCOUNT_LIMITS[0], "from": "2026-03-14", "idle_minutes": 5}
    with override_settings(ONEWINDOW_ACCOUNT_LIMITS=[*shipped.ONEWINDOW_ACCOUNT_LIMITS, stricter]):
        client = logged_in()
        time.go(minutes=6)
        assert is_in(client)
        time.now = datetime(2026, 3, 13, 16, 0, tzinfo=UTC)  # midnight in the city
        tomorrow = logged_in()
        time.go(minutes=6)
        assert not is_in(tomorrow)
    assert limits.on(shipped.ONEWINDOW_ACCOUNT_LIMITS, time.now.date()).idle == timedelta(minutes=15)
