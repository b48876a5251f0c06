"""Promise 39: the whole API is robust: schemathesis tries everything as everybody, and the answer is never an error of ours."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from hypothesis import given
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import Organisation, Post, User
from onewindow.plumbing.actors import Actor
from tests.api import conftest as with_api
from tests.api.conftest import Api, as_generated, on_the_wire
from tests.api.test_document import CHECKS, DOCUMENT, Known, known
from tests.cases.town import ident
from tests.promises.conftest import FULL

api, tokens, prepared, filed = with_api.api, with_api.tokens, with_api.prepared, with_api.filed
registers, town = with_api.registers, with_api.town
__all__ = ["known"]
pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

WHO = ("", "wang", "market", "market-chief", "window", "reformer")
"""Nobody, a citizen, an officer, a supervisor, the one window, and who composes."""
ANYBODY_S = [not_a_server_error, content_type_conformance, status_code_conformance, response_schema_conformance]
"""What must hold of every answer, also where the asker may not; the citizen's are tried by all checks."""
REFORMER = Actor(kind="officer", id=ident("reformer"), organisation="hall", roles=frozenset({"reformer"}))
EXAMPLES = {"wang": 30, "": 8} if FULL else {}
"""How many requests to each operation: most by the citizen, whose answers are tried by all checks."""

schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.app = on_the_wire


@pytest.fixture
def everybody(api: Api, now: Any) -> Api:
    """Give the reformer a token too: nobody else in the small town may publish."""
    user = User.objects.create(id=REFORMER.id, username="reformer", display_name={"en": "reformer"})
    Post.objects.create(user=user, organisation=Organisation.objects.get(pk="hall"), roles=["reformer"])
    token = identity.create_token(name="test", actor=REFORMER, now=now)
    return Api({**api.tokens, "reformer": token})


def test_whatever_somebody_sends_the_answer_is_no_error_of_ours(everybody: Api, known: Known, figure: Callable[[int, str], None]) -> None:
    answers: Counter[int] = Counter()
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]
    for who in WHO:
        before = transaction.savepoint()
        for operation in operations:
            _try(operation, who, everybody, known, answers)
        transaction.savepoint_rollback(before)
    assert max(answers) < 500
    assert sum(answers.values()) >= len(WHO) * len(DOCUMENT["paths"])
    addresses, people = len(DOCUMENT["paths"]), len(WHO)
    figure(39, f"{sum(answers.values()):,} requests to {addresses} addresses as {people} kinds of people: 0 server errors")


def _try(operation: Any, who: str, everybody: Api, known: Known, answers: Counter[int]) -> None:
    headers = {"Authorization": f"Bearer {everybody.tokens[who]}"} if who else {}

    @as_generated(EXAMPLES.get(who, EXAMPLES.get("", 1)))
    def attempt(case: Case[Any]) -> None:
        for name, value in (case.path_parameters or {}).items():
            if isinstance(value, str) and len(value) == 36:
                case.path_parameters[name] = known[name]
        response = case.call(headers=headers)
        answers[response.status_code] += 1
        checks = CHECKS if who == "wang" and FULL else ANYBODY_S
        case.validate_response(response, checks=checks, headers=headers)

    given(case=operation.as_strategy())(attempt)()
