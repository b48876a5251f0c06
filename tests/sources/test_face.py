"""The face channel that onewindow sources plays, and our way to it over HTTP, also while it is out of order."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.sources.conftest import api_key

from onewindow.modules.exchange.face import HttpFace
from onewindow.modules.identity import faces, proofs, selectors, services
from onewindow.modules.identity.models import Person, User
from onewindow.modules.identity.sources import Claimed, SourceSilent
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from onewindow_sources.server import SourcesServer

NUMBER = "230000199305170419"
BACK = "http://127.0.0.1:9/accounts/who/face/back/"


@pytest.fixture
def channel(server: SourcesServer, settings: Any) -> str:
    address = f"http://127.0.0.1:{server.server_port}"
    settings.ONEWINDOW_FACE_URL, settings.ONEWINDOW_FACE_KEY = f"{address}/face/v1", api_key
    return address


@pytest.fixture
def look(channel: str) -> Callable[[str, str], str]:
    """Go to the page of a check, end it, and return where it sends one back."""

    def look(address: str, outcome: str) -> str:
        assert "人脸核验" in httpx.get(address).text
        answer = httpx.get(f"{address}/{outcome}")
        assert answer.status_code == 302
        return answer.headers["Location"]

    return look


def test_a_check_ends_as_it_first_ended_and_sends_back(channel: str, look: Callable[[str, str], str]) -> None:
    begun = HttpFace().begin(Claimed("郑晓岚", NUMBER), back=BACK)
    assert HttpFace().outcome(begun.check) == "waiting"
    assert look(begun.address, "fail") == BACK
    assert look(begun.address, "pass") == BACK
    assert HttpFace().outcome(begun.check) == "failed"
    assert httpx.get(f"{begun.address}/perhaps").status_code == 404


@pytest.mark.parametrize("mode", ["down", "error", "garbage", "reset"])
def test_a_channel_out_of_order_is_said_to_be_silent(channel: str, server: SourcesServer, mode: str) -> None:
    server.faults.switch(register="face", mode=mode)
    with pytest.raises(SourceSilent):
        HttpFace().begin(Claimed("郑晓岚", NUMBER), back=BACK)


def test_without_the_key_or_a_whole_question_nothing_begins(channel: str) -> None:
    address, whole = f"{channel}/face/v1/checks", {"name": "x", "idNumber": "1", "returnUrl": BACK}
    assert httpx.post(address, json=whole).status_code == 401
    key = {"X-Api-Key": api_key}
    for body in ({}, {**whole, "name": ""}, {**whole, "returnUrl": "javascript:alert(1)"}):
        assert httpx.post(address, json=body, headers=key).status_code == 400
    assert httpx.get(f"{address}/unknown", headers=key).status_code == 404


@pytest.mark.django_db
def test_whoever_the_register_knows_and_the_channel_has_seen_is_level_three_until_it_expires(
    channel: str, look: Callable[[str, str], str], server: SourcesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    new = User.objects.create(username="new")
    actor = Actor(kind="person", id=new.id)
    with pytest.raises(faces.MatchFirst):
        services.begin_face_check(back=BACK, actor=actor, now=now)
    Person.objects.create(user=new, facts={"full-name": "郑晓岚", "resident-id": NUMBER}, number=NUMBER)
    proofs.add(user_id=new.id, method="register", source="tests", now=now)
    assert services.finish_face_check(actor=actor, now=now) == "waiting"
    server.faults.switch(register="face", mode="down")
    for _ in range(9):
        with pytest.raises(SourceSilent):
            services.begin_face_check(back=BACK, actor=actor, now=now)
    server.faults.switch(register="face", mode="none")
    look(services.begin_face_check(back=BACK, actor=actor, now=now), "fail")
    assert services.finish_face_check(actor=actor, now=now) == "failed"
    assert selectors.level_of(new.id, now) == 2
    now += timedelta(minutes=1)
    look(services.begin_face_check(back=BACK, actor=actor, now=now), "pass")
    stranger = Actor(kind="person", id=User.objects.create(username="stranger").id)
    assert services.finish_face_check(actor=stranger, now=now) == "waiting", "a check is its owner's"
    assert [services.finish_face_check(actor=actor, now=now) for _ in range(2)] == ["passed", "passed"]
    proof = selectors.who_am_i(actor=actor, now=now).proofs[0]
    assert (proof.level, proof.method, proof.state) == (3, "face", "holds")
    assert proof.expires_at is not None
    assert selectors.level_of(new.id, proof.expires_at) == 2
    assert selectors.level_of(uuid4(), datetime.max.replace(tzinfo=now.tzinfo)) == 0
