"""The OpenAPI document says what the API does: a machine reads it, and tries what it allows and what it forbids."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from jsonschema import Draft202012Validator
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from onewindow.api.app import api as described
from onewindow.api.problems import listed
from onewindow.domain.errors import DomainError
from onewindow.modules.cases.models import MachineDecision
from onewindow.modules.evaluation.models import Evaluation
from onewindow.modules.identity.models import MandateRow
from onewindow.plumbing import clock
from tests import rows
from tests.api.conftest import Api, Prepare, as_generated, on_the_wire, task
from tests.cases.town import WANG
from tests.matrix.parts import take_part

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

DOCUMENT: dict[str, Any] = json.loads(json.dumps(described.get_openapi_schema(path_prefix="/api/v1/")))
CHECKS = [
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]
schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.app = on_the_wire


@pytest.fixture
def known(api: Api, prepared: Prepare, filed: Callable[..., str]) -> "Known":
    """Ids that exist, by the name they have in addresses."""
    return Known(lambda: rows.once("ids of the document", lambda: _ids(api, prepared(), filed())))


def _mandate() -> str:
    """Something that Wang offered and may revoke."""
    now = clock.now()
    days = {"from_date": now.date(), "until_date": now.date(), "offered_at": now}
    row = MandateRow.objects.create(
        party=WANG.id, party_kind="natural", role="agent", receiver_name="x", receiver_number="x", offered_by=WANG.id, **days
    )
    return str(row.pk)


def _evaluation(case: str) -> str:
    """A bad evaluation that market answers."""
    of = {"node": "decision", "subject": "food", "channel": "online", "organisation": "market"}
    day = clock.local_date(clock.now())
    return str(Evaluation.objects.create(case_id=UUID(case), **of, level=1, given_on=day, due_date=day).pk)


def _by_machine(case: str) -> str:
    """As if the machine had decided for market, and chance had drawn it."""
    of = {"service": "registration", "organisation": "market", "ground": "proven", "rate": 1, "decided_at": clock.now()}
    return str(MachineDecision.objects.create(case_id=UUID(case), **of, due_date=clock.local_date(clock.now())).pk)


def _ids(api: Api, draft: str, case: str) -> dict[str, str]:
    accept = task(api, "market", case, "food.accept")["id"]
    items = [{"kind": "element", "id": "seats", "sentence": "x"}]
    fire = task(api, "fire", case, "fire.accept")["id"]
    notice = api("fire", "POST", f"/api/v1/tasks/{fire}/notice", {"items": items}).body["id"]
    upload = api("wang", "GET", f"/api/v1/drafts/{draft}").body["documents"][0]["uploads"][0]["id"]
    service = "food"
    return {
        "draft_id": draft,
        "case_id": case,
        "task_id": accept,
        "notice_id": notice,
        "upload_id": upload,
        "service": service,
        "service_id": service,
        "mandate_id": _mandate(),
        "evaluation_id": _evaluation(case),
        "decision_id": _by_machine(case),
        "part_id": str(take_part(UUID(draft), clock.now(), person=WANG.id)),
    }


class Known:
    """Made at the first address that needs it."""

    def __init__(self, make: Callable[[], dict[str, str]]) -> None:
        self._make = make

    def __getitem__(self, name: str) -> str:
        self.found = getattr(self, "found", None) or self._make()
        return self.found[name]


@schema.parametrize()
@as_generated(3)
def test_every_answer_is_one_that_the_document_names(case: Case, api: Api, known: Known) -> None:
    for name in case.path_parameters or {}:
        if isinstance(case.path_parameters[name], str) and len(case.path_parameters[name]) == 36:
            case.path_parameters[name] = known[name]
    roles = {
        "tasks/": "market",
        "inbox": "market",
        "accept-all": "window",
        "payments": "window",
        "release": "market",
        "call-backs": "market-chief",
        "rechecks": "market",
        "oversight": "market-chief",
    }
    who = next((role for part, role in roles.items() if part in case.path), "wang")
    headers = {"Authorization": f"Bearer {api.tokens[who]}"} if case.operation.definition.raw.get("security") else {}
    case.call_and_validate(headers=headers, checks=CHECKS)


def test_every_error_is_documented_as_a_problem() -> None:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            for status, response in operation["responses"].items():
                expected = ["application/problem+json"] if int(status) >= 400 else ["application/json"]
                if path.endswith("/receipt") and int(status) < 400:
                    expected = ["application/pdf"]
                assert list(response.get("content", {})) in ([], expected), (method, path, status)


def test_every_schema_of_the_document_is_a_schema() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    for name, part in DOCUMENT["components"]["schemas"].items():
        Draft202012Validator.check_schema(part), name
    names = [operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))
    text = json.dumps(DOCUMENT)
    for reference in {part.split('"', maxsplit=1)[0] for part in text.split('"$ref": "#/components/schemas/')[1:]}:
        assert reference in DOCUMENT["components"]["schemas"]


def test_every_code_is_explained_where_its_type_points(api: Api) -> None:
    refused = api("wang", "GET", "/api/v1/cases/x")
    address, _, code = refused.body["type"].partition("#")
    rows = {row["code"]: row for row in api("", "GET", address).body}
    assert rows[code]["status"] == refused.status
    codes = [row["code"] for row in listed()]
    assert len(codes) == len(set(codes))
    assert DomainError.code in codes


def test_the_document_and_its_page_are_there(api: Api) -> None:
    assert api("", "GET", "/api/v1/openapi.json").body["paths"]
    page = api.client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "/api/v1/openapi.json" in page.content.decode()
    assert "//" not in page.content.decode().replace("<!DOCTYPE html>", ""), "the page asks other machines"
