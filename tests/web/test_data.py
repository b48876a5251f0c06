"""The data pages: from a description to a grant and to its end, and the open data sets without log-in."""

import pytest
from django.test import Client

from onewindow.modules.exchange import models
from onewindow.modules.exchange.resources.models import AccessRequest, ResourceVersion
from tests.cases.town import FIRE, MARKET, MARKET_CHIEF, WANG
from tests.web.desk_town import Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = pytest.mark.django_db

FORM = {
    "id": "shop-register",
    "title-zh": "店铺登记库",
    "title-en": "Shop register",
    "subject": "business",
    "sharing": "conditional",
    "update_cycle": "daily",
    "legal_basis": "某条例",
    "keys": "uscc",
    "target-completeness": "90",
    "name-0": "trade-name",
    "element-0": "trade-name",
    "type-0": "string",
    "level-0": "general",
    "name-1": "owner",
    "label-1": "店主",
    "type-1": "string",
    "level-1": "important",
    "personal-1": "on",
    "name-2": "",
}
ONE = "/data/resources/shop-register/"


def test_a_department_describes_publishes_and_grants_and_ends_it_on_the_pages(desk: Desk) -> None:
    assert desk.get(MARKET, "/data/new/").status == 200
    wrong = desk.post(MARKET, "/data/new/", {**FORM, "legal_basis": ""}, language="en")
    assert (wrong.status, "names the law" in wrong.text) == (422, True)
    assert wrong.document.xpath("//input[@name='label-1']/@value") == ["店主"], "what was typed stays"
    desk.post(MARKET, "/data/new/", FORM, language="en")
    assert desk.get(FIRE, ONE).status == 404, "a draft is its keepers' alone"
    desk.post(MARKET, f"{ONE}publish/", {})
    shown = desk.get(FIRE, ONE, language="en").text
    for said in ("Shop register", "on conditions", "not measured", "Promised: 90 %", "Ask for it", "personal"):
        assert said in shown
    assert "Write the next version" not in shown
    assert "Shop register" in desk.get(FIRE, "/data/?q=TRADE&sharing=conditional", language="en").text
    assert "Nothing fits" in desk.get(FIRE, "/data/?q=moon", language="en").text

    assert desk.get(FIRE, f"{ONE}ask/").status == 200
    owners_own = desk.post(FIRE, f"{ONE}ask/", {"fields": ["owner"], "purposes": ["trial"], "reason": "x"}, language="en")
    assert "There is no purpose" in owners_own.text, "only the owner tries an interface"
    refused = desk.post(FIRE, f"{ONE}ask/", {"fields": ["owner"]}, language="en")
    assert (refused.status, "Say why you need it" in refused.text) == (422, True)
    wish = {"fields": ["owner", "trade-name"], "purposes": ["oversight"], "reason": "消防检查", "a_day": "20"}
    desk.post(FIRE, f"{ONE}ask/", wish)
    page = f"/data/requests/{AccessRequest.objects.get().pk}/"
    listed = desk.get(MARKET_CHIEF, "/data/requests/", language="en").text
    assert "on time" in listed
    assert "1 request waits for a decision" in listed
    assert "1 request for data" in desk.get(MARKET_CHIEF, "/desk/", language="en").text
    assert "1 request for data" not in desk.get(MARKET, "/desk/", language="en").text, "its supervisor decides"
    assert "Give the ticked fields" not in desk.get(MARKET, page, language="en").text, "its supervisor decides"
    assert "消防检查" in desk.get(MARKET_CHIEF, page).text
    answer = {"fields": ["trade-name"], "answer": "店主信息与用途无关", "a_day": "5", "answer-is": "give"}
    desk.post(MARKET_CHIEF, page, answer)
    assert "1 request for data" not in desk.get(MARKET_CHIEF, "/desk/", language="en").text
    assert "No request waits for a decision" in desk.get(MARKET_CHIEF, "/data/requests/", language="en").text
    told = desk.get(FIRE, page, language="en").text
    assert "granted in part" in told
    assert "店主信息与用途无关" in told
    assert "Today 0 of 5 records" in desk.get(FIRE, "/data/grants/", language="en").text

    grant = models.Grant.objects.get(resource="shop-register")
    assert desk.post(FIRE, f"/data/grants/{grant.pk}/end/", {"reason": "x"}).status == 403
    desk.post(MARKET_CHIEF, f"/data/grants/{grant.pk}/end/", {"reason": "检查已结束"})
    assert "检查已结束" in desk.get(FIRE, "/data/grants/").text

    desk.post(FIRE, f"{ONE}follow/", {"follow": "1"})
    assert desk.get(MARKET, f"{ONE}edit/").document.xpath("//input[@name='label-1']/@value") == ["店主"]
    desk.post(MARKET, f"{ONE}edit/", {**FORM, "update_cycle": "weekly"})
    desk.post(MARKET, f"{ONE}publish/", {})
    assert "Version 2 is new" in desk.get(FIRE, ONE, language="en").text
    assert "New versions of what you follow" in desk.get(FIRE, "/data/", language="en").text
    assert "Write why" in desk.post(MARKET_CHIEF, f"{ONE}withdraw/", {"reason": " "}, language="en").text
    desk.post(MARKET_CHIEF, f"{ONE}withdraw/", {"reason": "并入新库"})
    assert desk.get(FIRE, ONE).status == 404
    assert [row.why_ended for row in ResourceVersion.objects.order_by("number")] == ["2", "并入新库"]
    assert desk.get(WANG, "/data/").status == 403, "citizens have the open ones"


def test_open_data_sets_are_there_for_everybody_and_for_harvesters(desk: Desk) -> None:
    open_set = {"id": "parks", "title-zh": "公园名录", "title-en": "Parks", "subject": "environment", "sharing": "unconditional"}
    open_set |= {"update_cycle": "yearly", "open": "on", "name-0": "place", "type-0": "string", "level-0": "general"}
    desk.post(MARKET, "/data/new/", open_set)
    desk.post(MARKET, "/data/new/", FORM)
    for name in ("parks", "shop-register"):
        desk.post(MARKET, f"/data/resources/{name}/publish/", {})
    shown = desk.get(None, "/open-data/", language="en").text
    assert "Parks" in shown
    assert "Shop register" not in shown
    assert "every year" in desk.get(None, "/open-data/parks/", language="en").text
    assert desk.get(None, "/open-data/shop-register/").status == 404
    for form, kind in (("ttl", "text/turtle"), ("jsonld", "application/ld+json")):
        answer = Client().get(f"/open-data/catalogue.{form}")
        assert answer["Content-Type"].startswith(kind)
        assert b"parks" in answer.content
        assert b"shop-register" not in answer.content
    assert Client().get("/open-data/catalogue.xml").status_code == 404


def test_the_register_of_systems_shows_what_needs_what(desk: Desk) -> None:
    hub = {"id": "hub", "name-zh": "枢纽", "name-en": "Hub", "state": "moved", "moved": "2026-02-01"}
    assert "Id" in desk.get(MARKET, "/data/systems/new/", language="en").text
    desk.post(MARKET, "/data/systems/new/", hub)
    assert desk.get(MARKET, "/data/systems/hub/edit/").document.xpath("//input[@name='moved']/@value") == ["2026-02-01"]
    assert "which day" in desk.post(FIRE, "/data/systems/new/", {**hub, "id": "alarm", "moved": ""}, language="en").text
    desk.post(FIRE, "/data/systems/new/", {"id": "alarm", "name-en": "Alarm", "state": "moving", "needs": ["hub"]})
    assert "Alarm" in desk.get(FIRE, "/data/systems/hub/", language="en").text
    assert "Alarm" not in desk.get(FIRE, "/data/systems/?state=moved", language="en").part("//table")
    found = desk.get(FIRE, "/data/systems/?q=ALA", language="en").part("//table")
    assert ("Alarm" in found, "Hub" in found) == (True, False)
    assert "Nothing fits" in desk.get(FIRE, "/data/systems/?q=alarm&organisation=market-regulation", language="en").text
    assert desk.get(FIRE, "/data/systems/hub/edit/").status == 403
