"""Composing through the API: drafts are one's own, and an edit of an older version is refused."""

from datetime import datetime
from typing import Any

import pytest

from onewindow.modules.catalogue import selectors
from onewindow.modules.catalogue import services as catalogue
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import Organisation, Post, User
from onewindow.plumbing.actors import Actor
from tests.api.conftest import Api
from tests.cases.town import ident

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]
DRAFTS = "/api/v1/catalogue/drafts"


@pytest.fixture
def reformer(tokens: dict[str, str], now: datetime) -> Api:
    actor = Actor(kind="officer", id=ident("reformer"), organisation="hall", roles=frozenset({"reformer"}))
    user = User.objects.create(id=actor.id, username="reformer", display_name={"en": "reformer"})
    Post.objects.create(user=user, organisation=Organisation.objects.get(id="hall"), roles=["reformer"])
    return Api({**tokens, "reformer": identity.create_token(name="test", actor=actor, now=now)})


def event(**changes: Any) -> dict[str, Any]:
    return {**selectors.documents_at(selectors.current_release() or 0)["events", "open-a-restaurant"], **changes}


def test_an_edit_is_kept_listed_published_and_gone(reformer: Api) -> None:
    kept = reformer("reformer", "PUT", DRAFTS, {"kind": "event", "document": event(yearly_cases=5), "based_on": 1})
    assert kept.status == 200
    (row,) = reformer("reformer", "GET", DRAFTS).body
    assert (row["key"], row["based_on"], row["document"]["yearly_cases"]) == ("open-a-restaurant", 1, 5)
    body = {"kind": "event", "document": row["document"], "based_on": 1}
    assert reformer("reformer", "POST", "/api/v1/catalogue/publish", body).body == {"release": 2, "changed": True}
    assert reformer("reformer", "GET", DRAFTS).body == []
    assert event()["yearly_cases"] == 5


def test_an_edit_of_an_older_version_is_refused_with_the_release_that_came_between(reformer: Api, now: datetime) -> None:
    catalogue.publish(kind="event", document=event(yearly_cases=7), actor=Actor.system("tests"), now=now)
    for method, address in (("PUT", DRAFTS), ("POST", "/api/v1/catalogue/publish")):
        refused = reformer("reformer", method, address, {"kind": "event", "document": event(yearly_cases=5), "based_on": 1})
        assert (refused.status, refused.code) == (409, "stale-edit")
        assert "release 2" in refused.body["detail"]
    assert reformer("reformer", "GET", DRAFTS).body == []


def test_a_draft_is_thrown_away_by_its_author_only_and_others_keep_none(reformer: Api) -> None:
    kept = reformer("reformer", "PUT", DRAFTS, {"kind": "event", "document": event()}).body
    for method, address, body in (
        ("GET", DRAFTS, None),
        ("PUT", DRAFTS, {"kind": "event", "document": event()}),
        ("DELETE", f"{DRAFTS}/{kept['id']}", None),
        ("POST", "/api/v1/catalogue/publish", {"kind": "event", "document": event()}),
    ):
        assert reformer("market", method, address, body).status == 403
    assert reformer("reformer", "DELETE", f"{DRAFTS}/{kept['id']}").status == 204
    assert reformer("reformer", "DELETE", f"{DRAFTS}/{kept['id']}").status == 404


@pytest.mark.parametrize("document", [{}, {"id": ""}, {"id": 7}, {"id": "x" * 201}])
def test_an_object_without_a_usable_id_has_no_place(reformer: Api, document: dict[str, Any]) -> None:
    assert reformer("reformer", "PUT", DRAFTS, {"kind": "event", "document": document}).code == "wrong-shape"
