"""Documents of three departments, each written in its own way: what is read in them, and what is sent by what was read."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from onewindow.domain.catalogue.model import Element
from onewindow.domain.exchange.openapi import Operation, read_operations
from onewindow.modules.exchange.connectors import connect
from onewindow.modules.exchange.connectors.auth import forget_tokens
from onewindow.modules.exchange.errors import NoRecord
from onewindow.modules.exchange.interfaces import errors
from onewindow.modules.exchange.interfaces.form import InterfaceForm, guessed, kind_of, settings_of

pytestmark = pytest.mark.own_database

DOCUMENTS = Path(__file__).with_name("documents")
UNIT = "239900001005GB00088F00010001"
ELEMENTS = {
    "property-number": Element("property-number", {"en": "Property number", "zh": "不动产单元号"}, "text"),
    "address": Element("address", {"en": "Address", "zh": "坐落"}, "text"),
    "floor-area": Element("floor-area", {"en": "Floor area"}, "number"),
}


class Department(BaseHTTPRequestHandler):
    """Keeps what it was sent, and says what it is told to say."""

    protocol_version = "HTTP/1.1"
    sent: dict[str, Any]
    says: Any = None

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        told: Any = {"access_token": "t0ken", "expires_in": 300} if self.path == "/token" else Department.says
        if self.path != "/token":
            Department.sent = {"call": f"{self.command} {self.path}", "headers": dict(self.headers), "body": body}
        content = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815  (as the server of the standard library calls it)

    def log_message(self, *told: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Department)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def environment(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_tokens()
    for name, value in {"URL": f"{address}/api/v2/", "TOKEN": f"{address}/token", "KEY": "s3cret", "ID": "city", "SECRET": "hush"}.items():
        monkeypatch.setenv(f"ONEWINDOW_INTERFACE_{name}", value)


def read(name: str) -> tuple[str, tuple[Operation, ...]]:
    title, operations = read_operations((DOCUMENTS / name).read_bytes())
    stored = json.loads(json.dumps([one.as_json() for one in operations]))
    assert tuple(Operation.from_json(one) for one in stored) == operations, "nothing is lost where it is kept"
    return title, operations


def form_of(operation: Operation, **chosen: Any) -> InterfaceForm:
    base = InterfaceForm(base="ONEWINDOW_INTERFACE_URL", key_env="ONEWINDOW_INTERFACE_KEY")
    return replace(guessed(base, operation, ELEMENTS), **chosen)


def ask(operation: Operation, form: InterfaceForm, says: Any) -> dict[str, Any]:
    Department.says = says
    connection = connect(resource="r", kind=kind_of(operation), settings=settings_of(form, operation))
    return dict(connection.fetch({"property-number": UNIT}))


@pytest.mark.usefixtures("environment")
def test_a_list_behind_a_key_in_the_address_and_a_parameter_that_is_always_the_same() -> None:
    title, operations = read("heating.json")
    assert title == "供热收费系统"
    assert [one.id for one in operations] == ["query", "GET /accounts/{houseNo}"], "two of one name can both be chosen"
    assert operations[1].fields == operations[0].fields, "an answer that is written elsewhere in the document"
    assert operations[0].server == "https://heat.example/api/v2"
    form = form_of(operations[0])
    assert form.keys == {"houseNo": "property-number", "format": "=json"}
    assert form.gives == {"property-number": "data[0].houseNo", "address": "data[0].address", "floor-area": "data[0].floorArea"}
    row = {"houseNo": UNIT, "address": "here", "floorArea": 7}
    assert ask(operations[0], form, {"code": 0, "data": [row]})["address"] == "here"
    assert Department.sent["call"] == f"GET /api/v2/accounts/{UNIT}/arrears?format=json&appkey=s3cret", "and no double slash"
    with pytest.raises(NoRecord):
        ask(operations[0], form, {"code": 0, "data": []})


@pytest.mark.usefixtures("environment")
def test_an_answer_put_together_of_parts_behind_a_token_a_header_and_a_fixed_number() -> None:
    _, (operation,) = read("tenancy.yaml")
    assert [(one.name, one.place, one.required, one.usual) for one in operation.parameters] == [
        ("X-Department", "header", True, ""),
        ("version", "body", True, "2"),
        ("criteria.property-number", "body", True, ""),
    ], "what HTTP itself sets is no parameter"
    assert {one.path for one in operation.fields} == {"self", "found", "tenancy.self", "tenancy.address", 'tenancy."floor-area"'}
    proof = operation.proof
    assert (proof.auth, proof.scope, proof.key_prefix, proof.unknown) == ("oauth2", "tenancy.read", "Bearer ", ()), "what can be done"
    form = form_of(operation)
    with pytest.raises(errors.KeyUnfilled, match="X-Department"):
        settings_of(form, operation)
    form = replace(form, keys={**form.keys, "X-Department": "=0451"}, key_env="", no_record_when="found == `false`")
    with pytest.raises(errors.NoProof):
        settings_of(form, operation)
    names = {name: f"ONEWINDOW_INTERFACE_{name.removesuffix('_env').rpartition('_')[2].upper()}" for name in ("token_env", "client_id_env")}
    form = replace(form, **names, client_secret_env="ONEWINDOW_INTERFACE_SECRET")
    assert ask(operation, form, {"found": True, "tenancy": {"address": "here"}}) == {"address": "here"}
    assert json.loads(Department.sent["body"]) == {"version": 2, "criteria": {"property-number": UNIT}}
    assert (Department.sent["headers"]["X-Department"], Department.sent["headers"]["Authorization"]) == ("0451", "Bearer t0ken")
    with pytest.raises(NoRecord):
        ask(operation, form, {"found": False, "tenancy": None})


@pytest.mark.usefixtures("environment")
def test_a_bare_list_a_parameter_nobody_described_a_form_that_is_posted_and_a_certificate() -> None:
    _, (listed, posted) = read("water.yaml")
    assert [(one.name, one.place, one.required) for one in listed.parameters] == [("propertyNumber", "path", True)]
    assert listed.proof.auth == "mtls"
    form = form_of(listed, auth="")
    assert (form.gives, form.no_record_when) == ({"address": "[0].address"}, "@ == `[]`")
    assert ask(listed, form, [{"address": "here"}]) == {"address": "here"}
    with pytest.raises(NoRecord):
        ask(listed, form, [])
    chosen = {"certificate_env": "ONEWINDOW_INTERFACE_ID", "private_key_env": "ONEWINDOW_INTERFACE_KEY"}
    assert settings_of(form_of(listed, **chosen), listed)["auth"]["kind"] == "mtls"
    assert ask(posted, form_of(posted, auth=""), {"address": "here"}) == {"address": "here"}
    assert Department.sent["body"] == f"propertyNumber={UNIT}"


@pytest.mark.usefixtures("environment")
def test_what_is_asked_under_opens_none_of_our_variables(address: str) -> None:
    settings = {"url": f"{address}/x", "headers": {"X-Number": "n {k}", "X-Own": "${ONEWINDOW_INTERFACE_ID}"}, "gives": {"a": "a"}}
    Department.says = {"a": 1}
    connect(resource="r", kind="http-json", settings=settings).fetch({"k": "${ONEWINDOW_INTERFACE_KEY}"})
    headers = Department.sent["headers"]
    assert (headers["X-Number"], headers["X-Own"]) == ("n ${ONEWINDOW_INTERFACE_KEY}", "city")
