"""Identification and mandates through the API: the same functions as the pages, and a header that names for whom a request is."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from onewindow.modules.identity import proofs
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import Person, User
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import Registers
from tests.cases.town import LIU, RESIDENT_ID, WANG

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]
LIU_NUMBER = "230000199209230354"
GUARDIAN, CHILD = "23000019880412026X", "230000201006140420"


class Caller:
    """One person's program."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.token = identity.create_token(name="tests", actor=actor, now=now)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        told = {"Authorization": f"Bearer {self.token}", **headers}
        return Client().generic(method, f"/api/v1{path}", body, content_type="application/json", headers=told)


@pytest.fixture
def now(now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


def known(actor: Actor, number: str, now: datetime) -> None:
    person = Person.objects.get(pk=actor.id)
    person.facts, person.number = {**person.facts, "resident-id": number}, number
    person.save()
    proofs.add(user_id=person.user_id, method="register", source="tests", now=now)


def test_a_mandate_is_offered_accepted_used_by_a_header_and_ended(town: Registers, now: datetime) -> None:
    known(WANG, RESIDENT_ID, now)
    known(LIU, LIU_NUMBER, now)
    wang, liu = Caller(WANG, now), Caller(LIU, now)
    today = clock.local_date(now)
    terms = {"matters": ["open-a-restaurant"], "from_date": str(today), "until_date": str(today + timedelta(days=9))}
    answer = wang("POST", "/mandates", _json({"receiver_name": "刘强", "receiver_number": LIU_NUMBER, **terms}))
    assert answer.status_code == 201, answer.content
    mandate = answer.json()["id"]
    assert liu("GET", "/acting").json() == []
    assert liu("POST", f"/mandates/{mandate}/accept").status_code == 204
    (choice,) = liu("GET", "/acting").json()
    begun = liu("POST", "/drafts", _json({"event": "open-a-restaurant"}), **{"On-Behalf-Of": choice["key"]})
    assert begun.status_code == 201, begun.content
    draft = f"/drafts/{begun.json()['id']}"
    assert wang("GET", draft).status_code == 200
    assert liu("GET", draft).status_code == 404
    assert wang("POST", f"/mandates/{mandate}/end").status_code == 204
    assert liu("GET", draft, **{"On-Behalf-Of": choice["key"]}).status_code == 403
    assert wang("GET", "/mandates").json()["given"][0]["state"] == "revoked"


def test_somebody_is_compared_with_the_register_and_told_what_is_proven(town: Registers, now: datetime) -> None:
    wang = Caller(WANG, now)
    assert wang("GET", "/me").json()["level"] == 0
    wrong = wang("POST", "/me/identification", _json({"name": "王莉", "resident_id": RESIDENT_ID}))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "identity-not-matched")
    right = wang("POST", "/me/identification", _json({"name": "王丽", "resident_id": RESIDENT_ID}))
    assert (right.status_code, right.json()["level"], right.json()["number"]) == (200, 2, "1101**********2316")
    town.down.add("population-register")
    liu = Caller(LIU, now)
    assert liu("POST", "/me/identification", _json({"name": "刘强", "resident_id": LIU_NUMBER})).status_code == 503
    assert liu("POST", "/mandates", _json(_offer())).json()["code"] == "mandate-level"
    assert liu("POST", f"/mandates/{uuid4()}/end").status_code == 404


def _offer() -> dict[str, Any]:
    days = {"from_date": "2026-05-01", "until_date": "2026-06-01"}
    return {"receiver_name": "王丽", "receiver_number": RESIDENT_ID, "matters": [], **days}


def _json(body: dict[str, Any]) -> str:
    return json.dumps(body)


def test_a_guardian_has_the_register_asked_and_acts_for_a_child_by_the_header(town: Registers, now: datetime) -> None:
    known(WANG, GUARDIAN, now)
    town.records["guardian-register"] = {GUARDIAN: {"full-name": "王丽", "children": [{"full-name": "陈雨桐", "resident-id": CHILD}]}}
    wang, liu = Caller(WANG, now), Caller(LIU, now)
    assert wang("GET", "/children").json() == []
    (row,) = wang("POST", "/children").json()
    assert (row["name"], row["number"], row["of_age_date"], row["fresh"]) == ("陈雨桐", "2300**********0420", "2028-06-14", True)
    assert [resource for resource, *_ in town.asked] == ["guardian-register"]
    assert [one["key"] for one in wang("GET", "/acting").json()] == [row["key"]]
    begun = _json({"event": "open-a-restaurant"})
    assert wang("POST", "/drafts", begun, **{"On-Behalf-Of": row["key"]}).status_code == 201
    assert wang("GET", "/drafts").json() == []
    assert liu("POST", "/drafts", begun, **{"On-Behalf-Of": row["key"]}).status_code == 403
    answer = liu("POST", "/children")
    assert (answer.status_code, answer.json()["code"]) == (403, "guardian-level")

    browser = Client()
    browser.force_login(User.objects.get(pk=WANG.id))
    page = browser.get("/accounts/children/").content.decode()
    assert "陈雨桐" in page
    assert CHILD not in page
    assert browser.post("/accounts/acting/", {"for": row["key"]}).status_code == 302
    assert "陈雨桐" in browser.get("/").content.decode()
    town.records["guardian-register"] = {}
    assert wang("POST", "/children").json() == []
    page = browser.get("/").content.decode()
    assert "您的代办资格已终止" in page, "out at the next request"
