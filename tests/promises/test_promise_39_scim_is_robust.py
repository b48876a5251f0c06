"""Promise 39, the staff's part: whatever a personnel system sends to SCIM, with a key and without, the answer is never an error of ours."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import given
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from tests.api import test_scim as with_scim
from tests.api.conftest import as_generated, on_the_wire
from tests.api.test_scim import PATCH, Personnel
from tests.promises.conftest import FULL
from tests.promises.scim_document import SCIM, document
from tests.signon.department import officer

now, admin, personnel = with_scim.now, with_scim.admin, with_scim.personnel
pytestmark = [pytest.mark.django_db, pytest.mark.own_database]
EXAMPLES = 150 if FULL else 1
AWKWARD: list[Any] = [None, 1, "x", "\ud800", "a\0b", [], {}, [[]], {"value": {}}, ["x" * 10_000], 1e308, True]


def test_whatever_a_personnel_system_sends_the_answer_is_no_error_of_ours(personnel: Personnel, figure: Callable[[int, str], None]) -> None:
    staff = [str(officer(name, roles=("officer",)).pk) for name in ("li.na", "wang.fang")]
    schema = schemathesis.openapi.from_dict(document(staff))
    schema.app = on_the_wire
    answers: Counter[int] = Counter()
    operations = [found.ok() for found in schema.get_all_operations()]
    for headers in ({"Authorization": f"Bearer {personnel.key}"}, {}):
        for operation in operations:
            _try(operation, headers, answers)
    assert max(answers) < 500
    assert {200, 400, 401} <= set(answers)
    figure(39, f"SCIM: {sum(answers.values()):,} requests to {len(operations)} operations with a key and without: 0 errors of ours")


def _try(operation: Any, headers: dict[str, str], answers: Counter[int]) -> None:
    @as_generated(EXAMPLES)
    def attempt(case: Case[Any]) -> None:
        response = case.call(headers=headers)
        answers[response.status_code] += 1
        case.validate_response(response, checks=[not_a_server_error, status_code_conformance], headers=headers)

    given(case=operation.as_strategy())(attempt)()


def test_no_awkward_value_in_any_place_is_an_error_of_ours(personnel: Personnel) -> None:
    user = f"Users/{officer('li.na', roles=('officer',)).pk}"
    client = Client(raise_request_exception=False)
    key = {"Authorization": f"Bearer {personnel.key}"}
    for awkward in AWKWARD:
        for method, path, body in _sent(user, awkward):
            answer = client.generic(method, f"/scim/v2/{path}", json.dumps(body), content_type=SCIM, headers=key)
            assert answer.status_code < 500, f"{method} {path} {body}"


def _sent(user: str, awkward: Any) -> list[tuple[str, str, Any]]:
    """Return right requests with the awkward value in one place each."""
    officer_role = [{"value": "officer"}]
    whole = {"userName": "new.one", "displayName": "x", "title": "x", "roles": officer_role, "emails": [], "name": {}, "active": True}
    operation = {"op": "replace", "path": "title", "value": "x"}
    change: dict[str, Any] = {"schemas": [PATCH], "Operations": [operation]}
    groups = (user, "Groups/officer")
    sent: list[tuple[str, str, Any]] = [("POST", "Users", {**whole, name: awkward}) for name in whole]
    sent += [("PUT", user, {name: awkward}) for name in whole]
    sent += [("PATCH", at, {**change, name: awkward}) for name in change for at in groups]
    sent += [("PATCH", at, {**change, "Operations": [{**operation, name: awkward}]}) for name in operation for at in groups]
    sent += [("PATCH", user, {**change, "Operations": [{**operation, "path": name, "value": awkward}]}) for name in ("active", "roles", "")]
    return [*sent, ("PUT", "Groups/officer", {"members": awkward}), ("PATCH", user, awkward)]
