"""The small town of the cases' tests behind the API: a token for everybody in it, and a caller that checks every answer's form."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings

from onewindow.config.wsgi import application
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import Organisation, Post, User
from onewindow.plumbing.actors import Actor
from tests import rows
from tests.cases import conftest as cases
from tests.cases.conftest import Registers
from tests.cases.town import CITY, FIRE, LIU, MARKET, MARKET_CHIEF, PDF, TAX, TYPED, WANG, WINDOW

JSON = "application/json"
registers = cases.registers
town = cases.town

PEOPLE = {"wang": WANG, "liu": LIU}
OFFICERS = {"market": MARKET, "market-chief": MARKET_CHIEF, "fire": FIRE, "tax": TAX, "city": CITY, "window": WINDOW}


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return str(self.body["code"])


@dataclass
class Api:
    """Calls the API as somebody; whatever comes back must be JSON, or a problem of the documented form, and never a failure of ours."""

    tokens: Mapping[str, str]
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __call__(
        self, who: str, method: str, path: str, body: Any = None, *, key: str = "", raw: bytes | None = None, kind: str = JSON, **form: Any
    ) -> Answer:
        headers = {**({"Authorization": f"Bearer {self.tokens[who]}"} if who else {}), **({"Idempotency-Key": key} if key else {})}
        if form:
            return checked(self.client.post(path, form, headers=headers))
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return checked(self.client.generic(method, path, content, content_type=kind, headers=headers))


def checked(response: Any) -> Answer:
    """Return the answer, once its form is as promised."""
    assert response.status_code < 500, response.content[:500]
    kind = response.headers.get("Content-Type", "")
    if response.status_code == 204:
        assert response.content == b""
        return Answer(204, None, response.headers)
    body = json.loads(response.content)
    if response.status_code < 400:
        assert kind.startswith("application/json"), kind
        return Answer(response.status_code, body, response.headers)
    assert kind == "application/problem+json", kind
    assert set(body) == {"type", "title", "status", "code", "detail", "errors"}
    assert body["status"] == response.status_code
    assert body["type"].endswith("#" + body["code"])
    assert body["detail"].strip().endswith((".", "?")), body["detail"]
    return Answer(response.status_code, body, response.headers)


@pytest.fixture
def tokens(town: Registers, now: datetime) -> Mapping[str, str]:
    return rows.once(("tokens", now), lambda: _tokens(now))


def _tokens(now: datetime) -> Mapping[str, str]:
    Organisation.objects.get_or_create(id="hall", defaults={"name": {"en": "Hall"}})
    for name, actor in OFFICERS.items():
        user = User.objects.create(id=actor.id, username=name, display_name={"en": name})
        Post.objects.create(user=user, organisation_id=actor.organisation, roles=sorted(actor.roles))
    return {name: identity.create_token(name="test", actor=actor, now=now) for name, actor in {**PEOPLE, **OFFICERS}.items()}


@pytest.fixture
def api(tokens: Mapping[str, str]) -> Api:
    return Api(tokens)


def as_generated(count: int) -> settings:
    """Try so many requests as they are made: always the same ones, none made smaller, none kept."""
    return settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def on_the_wire(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer as the WSGI application does, but leave the test's own connection to the database open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        response = application(environ, start_response)
        content = b"".join(response)
        response.close()
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
    return [content]


Prepare = Callable[..., str]


@pytest.fixture
def prepared(api: Api) -> Iterator[Prepare]:
    """Bring a draft through the API to the point where only the declaration is missing, and return its id."""

    def prepare(who: str = "wang", *, staff: bool = True, sign: bool = False, upload: bool = True) -> str:
        draft = api(who, "POST", "/api/v1/drafts", {"event": "open-a-restaurant"}).body
        at = f"/api/v1/drafts/{draft['id']}"
        draft = api(who, "PUT", f"{at}/answers", {"version": draft["version"], "answers": {"sign": sign, "staff": staff}}).body
        values = {**TYPED, **({"sign-size": 3} if sign else {})}
        assert api(who, "PUT", f"{at}/elements", {"version": draft["version"], "values": values}).status == 200
        assert api(who, "POST", f"{at}/prefill").body["fetched"]
        if upload:
            assert add(api, who, draft["id"]).status == 201
        return str(draft["id"])

    return prepare


def add(api: Api, who: str, draft: str, *, content: bytes = PDF, key: str = "", kind: str = "layout", **file: str) -> Answer:
    """Upload a file to a draft. `file`: its name, and what it is said to be."""
    sent = SimpleUploadedFile(file.get("name", "plan.pdf"), content, file.get("said", "application/pdf"))
    return api(who, "POST", f"/api/v1/drafts/{draft}/uploads", key=key, evidence_type=kind, file=sent)


@pytest.fixture
def filed(api: Api, prepared: Prepare) -> Callable[..., str]:
    """File a case through the API and return its id."""

    def file(who: str = "wang", key: str = "the-key", **options: Any) -> str:
        answer = api(who, "POST", f"/api/v1/drafts/{prepared(who, **options)}/file", {"declared": True}, key=key)
        assert answer.status == 201, answer.body
        return str(answer.body["case_id"])

    return file


def task(api: Api, who: str, case: str, name: str) -> Mapping[str, Any]:
    """Return a task of a case, by `service.step`, as somebody sees it."""
    rows = api(who, "GET", f"/api/v1/cases/{case}").body["tasks"]
    return next(row for row in rows if f"{row['service']}.{row['step']}" == name)


def system() -> Actor:
    return Actor.system("tests")
