"""Several at once with one code: at most one gets tokens, and they are worth nothing once the code came again."""

import threading
from typing import Any

import httpx
import pytest
from django.db import connection

from onewindow.plumbing import clock
from tests.signon.department import CALLBACK, VERIFIER, Browser, about, department, logged_in, person

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_at_once_one_redeems_and_then_nobody_has_anything(live_server: Any) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection for all threads; a site never runs so")
    system, browser = department(clock.now()), Browser(person())
    logged_in(browser, system)
    for _ in range(5):
        code = browser.comes_back_with(system.asks())["code"]
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        answers: list[httpx.Response] = []

        def redeem(sent: dict[str, str] = sent, answers: list[httpx.Response] = answers) -> None:
            answers.append(httpx.post(f"{live_server.url}/oidc/token", data=sent, auth=(system.id, system.secret), timeout=60))

        threads = [threading.Thread(target=redeem) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        given = [answer.json() for answer in answers if answer.status_code == 200]
        assert len(given) <= 1
        assert all(about(tokens["access_token"]).status_code == 401 for tokens in given)
