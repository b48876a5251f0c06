"""One restaurant through the API alone, from the first answer to the last decision."""

from collections.abc import Callable

import pytest

from onewindow.modules.cases import services
from onewindow.plumbing import clock
from tests.api.conftest import Api, system, task
from tests.cases.town import USCC

pytestmark = pytest.mark.django_db


def test_a_restaurant_is_filed_worked_and_completed_by_programs_alone(api: Api, filed: Callable[..., str]) -> None:
    case = filed()
    assert api("window", "POST", f"/api/v1/cases/{case}/accept-all").body == {"accepted": 3}
    register = task(api, "market", case, "registration.register")["id"]
    decided = api("market", "POST", f"/api/v1/tasks/{register}/decide", {"outcome": "approve", "output_values": {"uscc": USCC}})
    assert decided.body == {"service": "registration", "service_state": "completed", "case_state": "in-progress", "proposed": False}
    services.fetch_arrivals(case_id=case, actor=system(), now=clock.now())
    for who, name in (("market", "food.inspect"), ("fire", "fire.inspect")):
        assert api(who, "POST", f"/api/v1/tasks/{task(api, who, case, name)['id']}/complete", {"finding": "in order"}).status == 204
    paid = {"service": "food", "fee": "fee", "fen": 12000, "method": "cash", "receipt": "R1"}
    assert api("window", "POST", f"/api/v1/cases/{case}/payments", paid, key="p").status == 201
    outputs = {"food.decide": {"food-number": "JY1"}}
    for who, name in (("fire", "fire.decide"), ("market", "food.decide"), ("tax", "tax.confirm")):
        body = {"outcome": "approve", "output_values": outputs.get(name, {})}
        assert api(who, "POST", f"/api/v1/tasks/{task(api, who, case, name)['id']}/decide", body).status == 200, name
    page = api("wang", "GET", f"/api/v1/cases/{case}").body
    assert page["state"] == "completed"
    assert {row["evidence_type"] for row in page["outputs"]} == {"business-licence", "food-licence", "fire-opinion", "tax-sheet"}
    status = api("", "POST", "/api/v1/status", {"reference": page["reference"], "phone": "13800000001"}).body
    assert (status["state"], status["nodes_done"]) == ("completed", status["nodes"])


def test_a_notice_is_sent_answered_and_the_corrected_value_stands(api: Api, filed: Callable[..., str]) -> None:
    case = filed()
    accept = task(api, "market", case, "food.accept")["id"]
    items = [{"kind": "element", "id": "seats", "sentence": {"en": "Count the seats again."}}]
    sent = api("market", "POST", f"/api/v1/tasks/{accept}/notice", {"items": items, "due_days": 5}, key="n")
    assert (sent.status, sent.body["number"]) == (201, 1)
    assert api("market", "POST", f"/api/v1/tasks/{accept}/notice", {"items": items, "due_days": 5}, key="n").body == sent.body
    assert api("market", "POST", f"/api/v1/tasks/{accept}/notice", {"items": items}).code == "notice-open"
    assert api("wang", "GET", "/api/v1/cases").body[0]["state"] == "awaiting-applicant"
    assert api("wang", "POST", f"/api/v1/notices/{sent.body['id']}/values", {"values": {"trade-name": "x"}}).code == "unknown-field"
    assert api("wang", "POST", f"/api/v1/notices/{sent.body['id']}/values", {"values": {"seats": 40}}).status == 204
    values = {row["element"]: row["value"] for row in api("wang", "GET", f"/api/v1/cases/{case}").body["values"]}
    assert values["seats"] == 40


def test_a_clock_is_stopped_with_its_law_and_started_again(api: Api, filed: Callable[..., str]) -> None:
    case = filed()
    accept = task(api, "fire", case, "fire.accept")["id"]
    assert api("fire", "POST", f"/api/v1/tasks/{accept}/suspend", {"reason": "expert hearing"}).status == 422
    assert api("fire", "POST", f"/api/v1/tasks/{accept}/suspend", {"reason": "expert hearing", "legal_basis": "Art. 45"}).status == 204
    assert task(api, "fire", case, "fire.accept")["light"] == "paused"
    assert api("fire", "POST", f"/api/v1/tasks/{accept}/resume").status == 204
    assert task(api, "fire", case, "fire.accept")["state"] == "open"


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_lists_of_any_length_are_lists(api: Api, count: int) -> None:
    for _ in range(count):
        api("wang", "POST", "/api/v1/drafts", {"event": "open-a-restaurant"})
    assert len(api("wang", "GET", "/api/v1/drafts").body) == count


def test_two_cases_are_a_list_of_two_cases(api: Api, filed: Callable[..., str]) -> None:
    cases = {filed(key="one"), filed(key="two")}
    assert {row["id"] for row in api("wang", "GET", "/api/v1/cases").body} == cases
    assert api("market", "GET", "/api/v1/inbox").body["total"] == 2
