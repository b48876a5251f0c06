"""Promise 34, the other half: no door tells who has an account: answer, status, length and time are those of nobody's.

Accounts of three kinds stand against none: an open one, a closed one and one with a second factor. An administrator may learn whether
a user name of their own colleagues exists; that is what appointing is, and it is logged.
"""

import math
from collections.abc import Callable
from datetime import datetime
from itertools import zip_longest
from statistics import median
from typing import Any

import pytest
from django.conf import global_settings
from django.test import Client

from onewindow.config import settings as shipped
from onewindow.modules.cases import models
from onewindow.modules.identity import proofs, services
from onewindow.modules.identity.models import Person, User
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.sealing import keys
from tests.cases import conftest as cases
from tests.promises.enumeration_doors import NOBODY, Door, chance_to_tell, doors, nobodys_id, walked, watched

registers, town, file = cases.registers, cases.town, cases.file
pytestmark = [pytest.mark.django_db, pytest.mark.own_database]
USERNAMES = {
    "an open account": "open.one",
    "a closed account": "shut.one",
    "an account with a second factor": "two.facs",
    NOBODY: "none.one",
}
PHONES = {kind: f"1380013800{number}" for number, kind in enumerate(USERNAMES)}
MAILS = {kind: f"{name}@example.com" for kind, name in USERNAMES.items()}
CHANCE, LEAST = 0.2, 0.25
"""How far from a coin a guess may be; and below how many milliseconds nobody across a network sees it."""
NUMBERS = {"an open account": "230000199209230354", NOBODY: "230000199506180488"}
"""Of residents; the first has an account that is known for sure."""


@pytest.fixture
def city(file: Callable[..., models.Case], now: datetime, system: Actor, settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[Door]:
    """The limits and the lock-out an installation starts with, accounts of every kind, and a case."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(keys, "FRESH_SECONDS", math.inf)  # reading them again is a statement behind whichever door it happens at
    settings.ACCOUNT_RATE_LIMITS, settings.AXES_ENABLED = shipped.ACCOUNT_RATE_LIMITS, True
    rows = [
        {"username": name, "name": {"zh": "某人"}, "phone": PHONES[kind], "email": MAILS[kind]}
        for kind, name in USERNAMES.items()
        if kind != NOBODY
    ]
    services.load_people(people={"format": "onewindow-people/1", "applicants": rows}, password="spring-river-2026", actor=system, now=now)
    User.objects.filter(username=USERNAMES["a closed account"]).update(is_active=False)
    TOTP.activate(User.objects.get(username=USERNAMES["an account with a second factor"]), generate_totp_secret())
    for name, number in (("周航", NUMBERS["an open account"]), ("王丽", "23000019880412026X")):
        user = User.objects.create(username=f"u{number}", display_name={"zh": name})
        Person.objects.create(user=user, facts={"full-name": name, "resident-id": number}, number=number)
        proofs.add(user_id=user.id, method="register", source="tests", now=now)
    more = {
        "numbers": NUMBERS,
        "ids": {"an open account": str(User.objects.get(username=USERNAMES["an open account"]).pk), NOBODY: nobodys_id()},
        "references": {"an open account": file().reference, NOBODY: "OW-2222-2222"},
    }
    return doors(usernames=USERNAMES, phones=PHONES, mails=MAILS, more=more)


@pytest.fixture
def cookies(city: list[Door]) -> Any:
    """Of somebody who is logged in and known for sure: the giver of mandates."""
    client = Client()
    user = User.objects.get(username="u23000019880412026X")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies


def differs(told: list[str], other: list[str]) -> str:
    """Return the first lines that differ."""
    pairs = zip_longest("\n".join(told).splitlines(), "\n".join(other).splitlines(), fillvalue="")
    return next((f"{one.strip()[:300]} != {two.strip()[:300]}" for one, two in pairs if one != two), "")


def test_every_door_tells_the_same_of_every_account_and_of_none(
    city: list[Door], cookies: Any, settings: Any, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    told = {(door.what, who): watched(door, who, cookies) for door in city for who in door.names}
    telling = [f"{what} tells of {who}: {differs(answers, told[what, NOBODY])}" for (what, who), answers in told.items()]
    assert [line for line in telling if not line.endswith(": ")] == []
    wrongly = {door.what: told[door.what, NOBODY][0][:3] for door in city if not told[door.what, NOBODY][0].startswith(door.answers)}
    assert not wrongly, f"these doors are not really tried: {wrongly}"
    if not full_size:
        return
    figure(
        34, f"{len(city)} doors, {len(told) - len(city)} accounts and cases against none: answer, status, length and statements the same"
    )
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # as long as an installation hashes
    chances = {door.what: _chance(door, cookies) for door in city}
    for what, (chance, difference) in chances.items():
        assert abs(chance - 0.5) < CHANCE or abs(difference) < LEAST, f"{what}: {chance:.2f}, {difference:.3f} ms"
    chance, difference = max(chances.values(), key=lambda row: abs(row[0] - 0.5))
    told_by_time = f"at most {chance:.0%} of pairs in the right order (a coin: 50 %), {difference:+.2f} ms in the median"
    figure(34, f"timed in 25 to 80 walks each: {told_by_time}")


def _chance(door: Door, cookies: Any) -> tuple[float, float]:
    """Walk in turn as somebody and as nobody; return how often the longer walk is somebody's, and the difference of the medians in ms."""
    who = next(iter(door.names))
    spent: dict[str, list[float]] = {who: [], NOBODY: []}
    for number in range(5 + (25 if "password" in door.what else 80)):  # a hash of a password takes ten times as long as all the rest
        for one in sorted(spent, reverse=bool(number % 2)):
            milliseconds = walked(door, one, cookies)[1]
            if number >= 5:  # the first walks fill caches
                spent[one].append(milliseconds)
    return chance_to_tell(spent[who], spent[NOBODY]), median(spent[who]) - median(spent[NOBODY])
