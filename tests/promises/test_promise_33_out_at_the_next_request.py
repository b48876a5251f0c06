"""Promise 33: a closed account, an ended post, a role that was taken away or an ended session is out at the very next request.

Every surface is walked: pages of a person, the desk, the composer, the API by token and by session. Each way of losing the right is
tried in the middle of a session that was just let in, so that nothing remembered from the request before can help.
"""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from onewindow.modules.cases import models
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import ApiToken, Post, User
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import task
from tests.cases.town import MARKET, WANG, WINDOW
from tests.web.desk_town import Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

Surface = Callable[[], bool]
"""One request; tells whether it was let in."""


def walk(client: Client, path: str, **headers: str) -> bool:
    answer = client.get(path, headers=headers)
    return answer.status_code == 200 or (answer.status_code == 302 and not answer["Location"].startswith("/accounts/login/"))


def session_of(actor: Actor) -> Client:
    """Log in through the door, as a browser does, so that the session is in the list of sessions."""
    user = User.objects.get(pk=actor.id)
    user.set_password("spring-river-2026")
    user.save()
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": "spring-river-2026"})
    assert "_auth_user_id" in client.session
    return client


def surfaces(actor: Actor, case: models.Case, token: str) -> dict[str, tuple[str, Surface]]:
    """Return each surface with what it asks for: an account, a post, or the role of the composer."""
    browser, bearer = session_of(actor), {"Authorization": f"Bearer {token}"}
    post = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
    accept = task(case, "food.accept")
    found: dict[str, tuple[str, Surface]] = {
        "own account": ("account", lambda: walk(browser, "/accounts/")),
        "my cases": ("account", lambda: walk(browser, "/cases/")),
        "sign of life": ("account", lambda: browser.post("/accounts/stay/", **post).status_code == 204),
        "API by token": ("account", lambda: walk(Client(), "/api/v1/cases", **bearer)),
        "API by session": ("account", lambda: walk(browser, "/api/v1/cases")),
    }
    if actor.is_officer:
        found |= {
            "desk": ("post", lambda: walk(browser, "/desk/")),
            "a case at the desk": ("post", lambda: walk(browser, f"/desk/cases/{case.pk}/")),
            "a task at the desk": ("post", lambda: walk(browser, f"/desk/cases/{case.pk}/tasks/{accept.pk}/")),
            "desk by token": ("post", lambda: walk(Client(), "/api/v1/inbox", **bearer)),
            "composer": ("reformer", lambda: walk(browser, "/composer/")),
        }
    return found


def close_account(actor: Actor, now: datetime) -> set[str]:
    identity.set_active(user_id=actor.id, active=False, actor=Actor.system("tests"), now=now)  # type: ignore[arg-type]
    return {"account", "post", "reformer"}


def end_post(actor: Actor, now: datetime) -> set[str]:
    Post.objects.filter(user_id=actor.id).update(is_active=False)
    return {"post", "reformer"}


def take_role(actor: Actor, now: datetime) -> set[str]:
    Post.objects.filter(user_id=actor.id).update(roles=["officer"])
    return {"reformer"}


def end_sessions(actor: Actor, now: datetime) -> set[str]:
    for row in UserSession.objects.filter(user_id=actor.id):
        row.end()
    return {"by session"}


def end_token(actor: Actor, now: datetime) -> set[str]:
    ApiToken.objects.filter(user_id=actor.id).delete()
    return {"by token"}


WAYS = [close_account, end_post, take_role, end_sessions, end_token]


def must_be_out(name: str, asks: str, lost: set[str]) -> bool:
    if lost == {"by token"}:
        return "token" in name
    if lost == {"by session"}:
        return "token" not in name
    return asks in lost


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.replace("_", " "))
def test_whoever_loses_a_right_is_out_at_the_next_request_everywhere(
    desk: Desk,
    way: Callable[[Actor, datetime], set[str]],
    full_size: bool,
    figure: Callable[[int, str], None],
) -> None:
    case = desk.file()
    Post.objects.filter(user_id=MARKET.id).update(roles=["officer", "reformer"])
    requests = stale = 0
    rounds = 20 if full_size else 1
    for number in range(rounds):
        for actor in (WANG, MARKET):
            token = identity.create_token(name="program", actor=actor, now=desk.now)
            walked = list(surfaces(actor, case, token).items())
            random.Random(number).shuffle(walked)
            for name, (_, surface) in walked:
                assert surface(), f"{name} lets its owner in before"
            lost = way(actor, desk.now)
            for name, (asks, surface) in walked:
                requests += 1
                let_in = surface()
                if must_be_out(name, asks, lost):
                    stale += let_in
                    assert not let_in, f"{name} still lets in after {way.__name__}"
                else:
                    assert let_in, f"{name} has nothing to do with {way.__name__}"
            User.objects.filter(pk=actor.id).update(is_active=True)
            Post.objects.filter(user_id=actor.id).update(is_active=True, roles=["officer", "reformer"])
    figure(33, f"{way.__name__.replace('_', ' ')}: {requests} requests on {len(walked)} surfaces, {stale} let in that should not be")


def test_an_act_begun_before_the_account_was_closed_is_not_done_after_it(desk: Desk) -> None:
    case = desk.file()
    client = session_of(WINDOW)
    accept = task(case, "food.accept")
    path = f"/desk/cases/{case.pk}/tasks/{accept.pk}/accept/"
    assert walk(client, f"/desk/cases/{case.pk}/")
    identity.set_active(user_id=WINDOW.id, active=False, actor=Actor.system("tests"), now=desk.now)  # type: ignore[arg-type]
    client.post(path)
    accept.refresh_from_db()
    assert accept.state == "open", "nothing happened"


def test_somebody_half_way_through_a_second_step_does_not_get_in_once_closed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user: Any = User.objects.get(pk=WANG.id)
    user.set_password("spring-river-2026")
    user.save()
    TOTP.activate(user, generate_totp_secret())
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": "spring-river-2026"})
    assert "_auth_user_id" not in client.session
    identity.set_active(user_id=WANG.id, active=False, actor=Actor.system("tests"), now=desk.now)  # type: ignore[arg-type]
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.TOTP.validate_code", lambda *_: True)
    client.post("/accounts/2fa/authenticate/", {"code": "123456"})
    assert client.get("/accounts/").status_code == 302
    assert client.get("/cases/").status_code == 302
