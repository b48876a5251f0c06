"""The same request twice: one effect, one answer."""

from typing import Any

import pytest

from onewindow.modules.cases import models
from tests.api.conftest import Api, Prepare, add, task
from tests.cases.town import PDF, USCC

pytestmark = pytest.mark.django_db


def test_a_draft_begun_twice_with_one_key_is_one_draft(api: Api) -> None:
    first, again = (api("wang", "POST", "/api/v1/drafts", {"event": "open-a-restaurant"}, key="k") for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body) == (201, first.body)
    assert models.Draft.objects.count() == 1
    other = api("liu", "POST", "/api/v1/drafts", {"event": "open-a-restaurant"}, key="k")
    assert other.body["id"] != first.body["id"]  # keys belong to whoever made them


def test_a_key_with_another_body_is_a_conflict_and_changes_nothing(api: Api, prepared: Prepare) -> None:
    first, second = prepared(), prepared()
    filed = api("wang", "POST", f"/api/v1/drafts/{first}/file", {"declared": True}, key="k")
    assert filed.status == 201
    assert api("wang", "POST", f"/api/v1/drafts/{first}/file", {"declared": True}, key="k").body == filed.body
    for draft, declared in ((second, True), (first, False)):
        refused = api("wang", "POST", f"/api/v1/drafts/{draft}/file", {"declared": declared}, key="k")
        assert (refused.status, refused.code) == (409, "idempotency-conflict")
    assert models.Case.objects.count() == 1


def test_another_key_for_a_filed_draft_names_the_case_it_became(api: Api, prepared: Prepare) -> None:
    draft = prepared()
    filed = api("wang", "POST", f"/api/v1/drafts/{draft}/file", {"declared": True}, key="one").body
    refused = api("wang", "POST", f"/api/v1/drafts/{draft}/file", {"declared": True}, key="two")
    assert (refused.status, refused.code) == (409, "draft-filed")
    assert filed["reference"] in refused.body["detail"]


def test_a_refused_filing_uses_its_key_up_for_nothing(api: Api, prepared: Prepare) -> None:
    draft = prepared(upload=False)
    assert api("wang", "POST", f"/api/v1/drafts/{draft}/file", {"declared": True}, key="k").code == "documents-missing"
    add(api, "wang", draft)
    assert api("wang", "POST", f"/api/v1/drafts/{draft}/file", {"declared": True}, key="k").status == 201


def test_a_file_sent_twice_with_one_key_is_one_document(api: Api, prepared: Prepare) -> None:
    draft = prepared(upload=False)
    first, again = (add(api, "wang", draft, key="k") for _ in range(2))
    assert first.body == again.body
    assert models.Upload.objects.count() == 1
    assert add(api, "wang", draft, key="k", content=PDF + b"\n").code == "idempotency-conflict"


def test_a_payment_recorded_twice_with_one_key_is_one_payment(api: Api, prepared: Prepare) -> None:
    case = api("wang", "POST", f"/api/v1/drafts/{prepared()}/file", {"declared": True}, key="k").body["case_id"]
    paid = {"service": "food", "fee": "fee", "fen": 12000, "method": "cash", "receipt": "R1"}
    first, again = (api("window", "POST", f"/api/v1/cases/{case}/payments", paid, key="p") for _ in range(2))
    assert (first.status, first.body) == (201, again.body)
    assert api("window", "POST", f"/api/v1/cases/{case}/payments", {**paid, "receipt": "R2"}, key="p").code == "idempotency-conflict"
    assert api("window", "POST", f"/api/v1/cases/{case}/payments", paid, key="q").code == "fee-paid"
    assert models.Payment.objects.count() == 1


@pytest.mark.parametrize("key", ["", "a b", "х", "k" * 201, "a\tb"])
def test_filing_without_a_usable_key_is_refused_with_its_name(api: Api, prepared: Prepare, key: str) -> None:
    draft = prepared()
    headers: dict[str, Any] = {"Authorization": f"Bearer {api.tokens['wang']}", **({"Idempotency-Key": key} if key else {})}
    response = api.client.post(f"/api/v1/drafts/{draft}/file", {"declared": True}, content_type="application/json", headers=headers)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"
    assert models.Case.objects.count() == 0


def test_a_decision_sent_twice_is_refused_the_second_time_and_stands_as_it_was(api: Api, prepared: Prepare) -> None:
    case = api("wang", "POST", f"/api/v1/drafts/{prepared()}/file", {"declared": True}, key="k").body["case_id"]
    api("window", "POST", f"/api/v1/cases/{case}/accept-all")
    register = task(api, "market", case, "registration.register")["id"]
    body = {"outcome": "approve", "output_values": {"uscc": USCC}}
    assert api("market", "POST", f"/api/v1/tasks/{register}/decide", body).status == 200
    again = api("market", "POST", f"/api/v1/tasks/{register}/decide", {"outcome": "refuse", "reason": "r", "sentence": "s"})
    assert (again.status, again.code) == (409, "illegal-transition")
    assert models.CaseService.objects.get(case=case, service="registration").state == "completed"
