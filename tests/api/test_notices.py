"""A notice answered through the API: values and documents together, once, whole or not at all."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from onewindow.modules.cases import models
from tests.api.conftest import Answer, Api, task
from tests.cases.town import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]
SAID = {"zh": "请改正。"}
BOTH = ({"kind": "element", "id": "seats", "sentence": SAID}, {"kind": "document", "id": "layout", "sentence": SAID})


def paper(content: bytes = PDF + b"%new\n", name: str = "new.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.fixture
def asked(api: Api, filed: Callable[..., str]) -> tuple[str, str]:
    """A case whose food licence asks for a value and a document, and the notice."""
    case = filed()
    accept = task(api, "market", case, "food.accept")["id"]
    made = api("market", "POST", f"/api/v1/tasks/{accept}/notice", {"items": list(BOTH)})
    return case, f"/api/v1/notices/{made.body['id']}/answer"


def answered(api: Api, address: str, *, key: str = "", who: str = "wang", **form: Any) -> Answer:
    return api(who, "POST", address, key=key, **form)


def test_values_and_documents_go_in_one_call_and_the_clock_runs_again(api: Api, asked: tuple[str, str]) -> None:
    case, address = asked
    done = answered(api, address, values=json.dumps({"seats": 50}), evidence_type=["layout"], file=[paper()])
    assert done.status == 204
    assert models.CaseValue.objects.get(case=case, element="seats", superseded_at=None).value == 50
    old, new = models.Attachment.objects.filter(case=case).order_by("added_at", "superseded_at")
    assert {old.superseded_at is None, new.superseded_at is None} == {True, False}
    assert task(api, "market", case, "food.accept")["state"] == "open"


def test_one_half_alone_is_refused_and_nothing_of_it_is_kept(api: Api, asked: tuple[str, str]) -> None:
    case, address = asked
    for half in ({"values": json.dumps({"seats": 50})}, {"evidence_type": ["layout"], "file": [paper()]}):
        refused = answered(api, address, **half)
        assert (refused.status, refused.code) == (422, "notice-incomplete")
    refused = answered(api, address, values=json.dumps({"seats": "many"}), evidence_type=["layout"], file=[paper()])
    assert refused.code == "values-refused"
    refused = answered(api, address, values=json.dumps({"seats": 50}), evidence_type=["layout"], file=[paper(b"MZ not a paper")])
    assert refused.status == 422
    assert models.Attachment.objects.filter(case=case).count() == 1
    assert models.CaseValue.objects.get(case=case, element="seats", superseded_at=None).value == 48


def test_the_same_answer_twice_with_one_key_has_one_effect_and_another_body_is_a_conflict(api: Api, asked: tuple[str, str]) -> None:
    case, address = asked
    for _ in range(2):
        done = answered(api, address, key="k", values=json.dumps({"seats": 50}), evidence_type=["layout"], file=[paper()])
        assert done.status == 204
    assert models.Attachment.objects.filter(case=case).count() == 2
    other = answered(api, address, key="k", values=json.dumps({"seats": 51}), evidence_type=["layout"], file=[paper()])
    assert (other.status, other.code) == (409, "idempotency-conflict")
    late = answered(api, address, key="l", values=json.dumps({"seats": 50}), evidence_type=["layout"], file=[paper()])
    assert (late.status, late.code) == (409, "notice-closed")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"values": "{"}, "not-json"),
        ({"values": "[1]"}, "wrong-shape"),
        ({"values": '{"a": 1, "a": 2}'}, "not-json"),
        ({"values": "{}", "evidence_type": ["layout"]}, "wrong-shape"),
    ],
)
def test_a_form_that_cannot_be_read_says_where(api: Api, asked: tuple[str, str], form: dict[str, Any], code: str) -> None:
    refused = answered(api, asked[1], **form)
    assert refused.code == code


def test_nobody_answers_anothers_notice_or_learns_that_it_is_there(api: Api, asked: tuple[str, str]) -> None:
    refused = answered(api, asked[1], who="liu", values=json.dumps({"seats": 50}))
    assert refused.status == 404


def test_one_service_is_taken_back_at_the_window(api: Api, filed: Callable[..., str]) -> None:
    address = f"/api/v1/cases/{filed()}/services/fire/withdraw"
    assert api("market", "POST", address, {"reason": "r"}).status == 403
    assert api("window", "POST", address, {}).code == "wrong-shape"
    assert api("window", "POST", address, {"reason": "不再需要"}).status == 204
    assert api("window", "POST", address, {"reason": "不再需要"}).code == "service-decided"
