"""Consents and promises through the API: the same rules as on the pages."""

from collections.abc import Callable
from datetime import datetime

import pytest

from onewindow.modules.catalogue import services as catalogue
from onewindow.plumbing.actors import Actor
from tests.api.conftest import Api
from tests.cases.conftest import Registers
from tests.cases.test_consents import ON_CONSENT, REGISTER
from tests.cases.town import TOWN, TYPED

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]


@pytest.fixture
def careful(api: Api, town: Registers, now: datetime) -> Registers:
    """The town where the property register answers only on consent, and a promise stands for the layout."""
    text = TOWN.replace(REGISTER, ON_CONSENT).replace("{id: layout, name", "{id: layout, commitment: true, name")
    catalogue.load_catalogue(files=[("town.yaml", text)], actor=Actor.system("tests"), now=now)
    return town


@pytest.fixture
def begun(api: Api, careful: Registers) -> Callable[..., str]:
    def begin(**body: object) -> str:
        draft = api("wang", "POST", "/api/v1/drafts", {"event": "open-a-restaurant", **body}).body
        at = f"/api/v1/drafts/{draft['id']}"
        draft = api("wang", "PUT", f"{at}/answers", {"version": draft["version"], "answers": {"sign": False, "staff": True}}).body
        assert api("wang", "PUT", f"{at}/elements", {"version": draft["version"], "values": dict(TYPED)}).status == 200
        return at

    return begin


def test_a_program_asks_a_register_only_after_the_consent(api: Api, careful: Registers, begun: Callable[..., str]) -> None:
    at = begun()
    assert api("wang", "POST", f"{at}/prefill").body["fetched"] == []
    assert careful.asked == []
    (consent,) = api("wang", "GET", at).body["consents"]
    assert (consent["resource"], consent["given_at"]) == ("property-register", None)
    assert api("wang", "PUT", f"{at}/consents", {"consents": {"tax-register": True}}).code == "nothing-to-consent-to"
    assert api("liu", "PUT", f"{at}/consents", {"consents": {"property-register": True}}).status in {403, 404}
    assert api("wang", "PUT", f"{at}/consents", {"consents": {"property-register": True}}).status == 200
    assert set(api("wang", "POST", f"{at}/prefill").body["fetched"]) == {"address", "floor-area"}
    assert api("wang", "GET", at).body["consents"][0]["given_at"]
    assert api("wang", "PUT", f"{at}/consents", {"consents": {"property-register": False}}).status == 200
    assert "address" in {row["element"] for row in api("wang", "GET", at).body["fields"]}


def test_a_filing_without_its_promises_says_which_are_missing(api: Api, begun: Callable[..., str]) -> None:
    at = begun(consents=["property-register"])
    api("wang", "POST", f"{at}/prefill")
    assert [row["type"] for row in api("wang", "GET", at).body["commitments"]] == ["layout"]
    refused = api("wang", "POST", f"{at}/file", {"declared": True}, key="k")
    assert (refused.status, refused.code) == (422, "promises-missing")
    filed = api("wang", "POST", f"{at}/file", {"declared": True, "promised": ["layout"]}, key="k")
    assert filed.status == 201, filed.body
    plan = api("wang", "GET", f"/api/v1/cases/{filed.body['case_id']}").body["plan"]
    assert [row["resource"] for row in plan["consents_given"]] == ["property-register"]
    assert [row["type"] for row in plan["promises"]] == ["layout"]
