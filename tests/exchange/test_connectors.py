"""Every kind of connector against something that really answers, and every fault with its reason."""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from onewindow.modules.exchange.connectors import SettingsProblem, connect
from onewindow.modules.exchange.connectors.auth import forget_tokens
from onewindow.modules.exchange.errors import NoRecord, SourceUnavailable
from onewindow.plumbing import clock
from tests.exchange.conftest import KEY, Sources

UNIT = "239900001005GB00088F00010001"
GIVES = {"address": "row.addr", "floor-area": "row.area"}

pytestmark = pytest.mark.own_database


def ask(kind: str, settings: dict[str, Any], key: str = UNIT) -> Any:
    """Return the values, or the reason why there are none."""
    try:
        return dict(connect(resource="r", kind=kind, settings=settings).fetch({"property-number": key}))
    except SourceUnavailable as refused:
        return refused.reason
    except NoRecord:
        return "no-record"


def problem(kind: str, **settings: Any) -> str:
    with pytest.raises(SettingsProblem) as refused:
        connect(resource="r", kind=kind, settings=settings)
    return str(refused.value)


# --- SOAP ---


@pytest.fixture(scope="module")
def soap(running_sources: Sources) -> dict[str, Any]:
    wsdl = httpx.get(f"{running_sources.url}/soap/property?wsdl", trust_env=False).text
    return {
        "wsdl": wsdl,
        "operation": "FindProperty",
        "url": "${ONEWINDOW_SOURCES_URL}/soap/property",
        "arguments": {"number": "{property-number}"},
        "gives": {"address": "unit[0].addr", "floor-area": "unit[0].area_m2"},
        "key": {"header": "X-Api-Key", "env": "ONEWINDOW_SOURCES_KEY"},
        "no_record_faults": ["Client.NoRecord"],
        "timeout_seconds": 1,
    }


def test_a_register_answers_over_soap_and_every_fault_of_it_has_its_reason(
    soap: dict[str, Any], sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask("soap", soap) == {"address": "云江市胜利路88号1层", "floor-area": 126.5}
    assert ask("soap", soap, "nowhere") == "no-record"
    for mode, reason in {"down": "down", "error": "down", "garbage": "garbage", "reset": "down"}.items():
        sources.fault("property", mode)
        assert ask("soap", soap) == reason, mode
    sources.fault("property", "slow", delay_seconds=1)
    assert ask("soap", {**soap, "timeout_seconds": 0.2}) == "time-out"
    sources.fault("property", "none")
    monkeypatch.setenv("ONEWINDOW_SOURCES_KEY", "wrong")
    assert ask("soap", soap) == "refused"
    assert ask("soap", {**soap, "arguments": {"nothing": "{property-number}"}}) == "no-connector"


def test_a_wsdl_that_leads_out_or_is_hostile_is_refused_when_it_is_loaded(soap: dict[str, Any], tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    import_ = f'<xs:import namespace="urn:x" schemaLocation="{secret.as_uri()}"/>'
    outside = soap["wsdl"].replace('elementFormDefault="unqualified">', f'elementFormDefault="unqualified">{import_}')
    entity = soap["wsdl"].replace("<wsdl:definitions", f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><wsdl:definitions')
    for wsdl in (outside, entity, "<not-a-wsdl/>", "no xml"):
        assert "wsdl" in problem("soap", **{**soap, "wsdl": wsdl})
    assert "FindProperty" in problem("soap", **{**soap, "operation": "Steal"})


# --- one small server for what the registers do not play ---


class Played(BaseHTTPRequestHandler):
    """Gives tokens, checks tokens and signatures, answers as an X-Road security server does; counts what it gave."""

    protocol_version = "HTTP/1.1"
    tokens = 0
    xroad = "good"
    secret = b"shared"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _answer(self, body: bytes) -> None:
        status, told, more = 200, json.dumps({"row": {"addr": "here", "area": 7}}).encode(), {}
        if self.path == "/token":
            Played.tokens += 1
            time.sleep(0.05)  # long enough for eight threads to come at once
            expected = base64.b64encode(b"me:shared").decode()
            status = 200 if self.headers.get("Authorization") == f"Basic {expected}" else 401
            told = json.dumps({"access_token": f"token-{Played.tokens}", "expires_in": 3600}).encode()
        elif self.path.startswith("/by-token"):
            status = 200 if self.headers.get("Authorization") == f"Bearer token-{Played.tokens}" else 401
        elif self.path.startswith("/signed"):
            path, _, query = self.path.partition("?")
            lines = [self.command, path, query, hashlib.sha256(body).hexdigest(), self.headers["X-Timestamp"], self.headers["X-Nonce"]]
            signature = hmac.digest(self.secret, "\n".join(lines).encode(), "sha256").hex()
            status = 200 if self.headers.get("Authorization") == f"HMAC me:{signature}" else 401
        elif self.path.startswith("/form"):
            told = json.dumps({"row": {"addr": body.decode(), "area": 1}}).encode()
        elif self.path.startswith("/r1/"):
            more = {"X-Road-Id": self.headers["X-Road-Id"], "X-Road-Request-Hash": base64.b64encode(hashlib.sha512(body).digest()).decode()}
            if self.xroad == "unbound":
                more["X-Road-Id"] = "another"
            elif self.xroad != "good":
                status, more = 500, {"X-Road-Error": self.xroad}
            told = json.dumps({"row": {"addr": f"{self.headers['X-Road-Client']} {self.path}", "area": 1}}).encode()
        self.send_response(status)
        for name, value in {**more, "Content-Length": str(len(told)), "Content-Type": "application/json"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def played() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Played)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def environment(played: str, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("ONEWINDOW_INTERFACE_P_URL", played)
    monkeypatch.setenv("ONEWINDOW_INTERFACE_P_ID", "me")
    monkeypatch.setenv("ONEWINDOW_INTERFACE_P_SECRET", "shared")
    forget_tokens()
    Played.tokens, Played.xroad = 0, "good"
    return monkeypatch


TOKEN = {
    "kind": "oauth2",
    "token_url": "${ONEWINDOW_INTERFACE_P_URL}/token",
    "client_id_env": "ONEWINDOW_INTERFACE_P_ID",
    "client_secret_env": "ONEWINDOW_INTERFACE_P_SECRET",
}
HERE = {"address": "here", "floor-area": 7}


def test_a_token_is_fetched_once_for_all_threads_and_anew_when_it_is_not_taken(environment: pytest.MonkeyPatch) -> None:
    settings = {"url": "${ONEWINDOW_INTERFACE_P_URL}/by-token/{property-number}", "gives": GIVES, "auth": TOKEN}
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(ask("http-json", settings))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, Played.tokens) == ([HERE] * 8, 1)
    Played.tokens = 5  # the source has forgotten it
    assert (ask("http-json", settings), Played.tokens) == (HERE, 6)
    forget_tokens()
    environment.setenv("ONEWINDOW_INTERFACE_P_SECRET", "wrong")
    assert ask("http-json", settings) == "refused"


def test_a_request_is_signed_to_the_letter_of_what_is_sent(environment: pytest.MonkeyPatch) -> None:
    auth = {"kind": "hmac", "secret_env": "ONEWINDOW_INTERFACE_P_SECRET", "id": "${ONEWINDOW_INTERFACE_P_ID}"}
    url = "${ONEWINDOW_INTERFACE_P_URL}/signed"
    asked = {"url": url, "query": {"number": "{property-number}", "为": "审"}, "gives": GIVES, "auth": auth}
    posted = {"url": url, "method": "POST", "body": {"号": "{property-number}"}, "gives": GIVES, "auth": auth}
    assert [ask("http-json", asked), ask("http-json", posted), ask("http-form", posted)] == [HERE] * 3
    environment.setenv("ONEWINDOW_INTERFACE_P_SECRET", "wrong")
    assert ask("http-json", asked) == "refused"
    assert "may name" in problem("http-json", **{**asked, "auth": {**auth, "signs": "{everything}"}})


def test_a_form_is_posted_as_a_form(environment: pytest.MonkeyPatch) -> None:
    settings = {"url": "${ONEWINDOW_INTERFACE_P_URL}/form", "method": "POST", "body": {"n": "{property-number}"}, "gives": GIVES}
    assert ask("http-form", settings, "a b")["address"] == "n=a+b"


def test_an_answer_over_x_road_counts_only_when_it_is_bound_to_our_question(environment: pytest.MonkeyPatch) -> None:
    settings = {
        "server": "${ONEWINDOW_INTERFACE_P_URL}",
        "client": "CITY/GOV/1/portal",
        "service": "CITY/GOV/2/land/units",
        "path": "/v1/{property-number}",
        "gives": GIVES,
    }
    assert ask("x-road", settings)["address"] == f"CITY/GOV/1/portal /r1/CITY/GOV/2/land/units/v1/{UNIT}"
    told = {"unbound": "garbage", "Client.AccessDenied": "refused", "Server.ServerProxy.NetworkError": "down"}
    for played, reason in told.items():
        Played.xroad = played
        assert ask("x-road", settings) == reason
    assert "INSTANCE" in problem("x-road", **{**settings, "client": "portal"})


def _certificate(name: str, issuer: Any = None, *, authority: bool = False) -> tuple[Any, Any]:
    key, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    )
    return built.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def _write(folder: Path, name: str, made: tuple[Any, Any]) -> tuple[str, str]:
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / f"{name}.pem").write_bytes(made[0].public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(made[1].private_bytes(*plain))
    return str(folder / f"{name}.pem"), str(folder / f"{name}.key")


def test_a_source_that_wants_our_certificate_gets_it_and_without_one_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = _certificate("authority", authority=True)
    roots, _ = _write(tmp_path, "authority", authority)
    server_files, ours = (_write(tmp_path, name, _certificate(name, authority)) for name in ("server", "ours"))
    stranger = _write(tmp_path, "stranger", _certificate("stranger"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*server_files)
    context.load_verify_locations(roots)
    context.verify_mode = ssl.CERT_REQUIRED
    server = ThreadingHTTPServer(("127.0.0.1", 0), Played)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # strangers are turned away at the handshake
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv("ONEWINDOW_INTERFACE_T_URL", f"https://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("ONEWINDOW_INTERFACE_T_ROOTS", roots)
    auth = {
        "kind": "mtls",
        "certificate_env": "ONEWINDOW_INTERFACE_T_CERT",
        "key_env": "ONEWINDOW_INTERFACE_T_KEY",
        "authorities_env": "ONEWINDOW_INTERFACE_T_ROOTS",
    }
    settings = {"url": "${ONEWINDOW_INTERFACE_T_URL}/units/{property-number}", "gives": GIVES, "auth": auth, "retries": 0}
    try:
        told = []
        for certificate, key in (ours, stranger, ("/nowhere", "/nowhere")):
            monkeypatch.setenv("ONEWINDOW_INTERFACE_T_CERT", certificate)
            monkeypatch.setenv("ONEWINDOW_INTERFACE_T_KEY", key)
            told.append(ask("http-json", settings))
        assert told == [HERE, "down", "no-connector"]
        assert ask("http-json", {**settings, "auth": None}) == "down", "a server that nobody vouches for is not believed"
    finally:
        server.shutdown()
        server.server_close()


# --- databases and folders ---

VIEW = "SELECT addr, area FROM units WHERE number = {property-number}"
SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS addr FROM n WHERE i <> {property-number}"


def test_a_view_is_only_read_by_its_key_and_within_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(tmp_path / "land.db") as made:
        made.execute("CREATE TABLE units (number TEXT, addr TEXT, area REAL)")
        made.execute("INSERT INTO units VALUES (?, 'here', 7)", [UNIT])
    made.close()
    monkeypatch.setenv("ONEWINDOW_INTERFACE_DB_DSN", f"sqlite:///{tmp_path / 'land.db'}")
    settings = {"dsn_env": "ONEWINDOW_INTERFACE_DB_DSN", "statement": VIEW, "gives": GIVES}
    assert ask("sql-view", settings) == HERE
    assert ask("sql-view", settings, "' OR '1'='1") == "no-record"
    assert ask("sql-view", {**settings, "statement": SLOW, "timeout_seconds": 0.1}) == "time-out"
    assert ask("sql-view", {**settings, "statement": "SELECT a FROM nothing WHERE b = {property-number}"}) == "down"
    monkeypatch.setenv("ONEWINDOW_INTERFACE_DB_DSN", f"sqlite:///{tmp_path / 'nowhere.db'}")
    assert ask("sql-view", settings) == "down"
    for statement in ("DELETE FROM units WHERE number = {property-number}", f"{VIEW}; DROP TABLE units", "SELECT 1"):
        assert "statement" in problem("sql-view", **{**settings, "statement": statement})
    assert "ONEWINDOW_INTERFACE_" in problem("sql-view", **{**settings, "dsn_env": "ONEWINDOW_DATABASE_URL"})


def test_a_folder_gives_what_is_fresh_and_never_a_file_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    (tmp_path / "secret.json").write_text('{"row": {"addr": "canary"}}')
    (folder / f"{UNIT}.json").write_text('{"row": {"addr": "here", "area": 7}}')
    (folder / "units.csv").write_text(f"﻿number,addr,area\n{UNIT},here,7\nother,there,8\n", encoding="utf-8")
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    monkeypatch.setenv("ONEWINDOW_INTERFACE_DROP", str(folder))
    single = {"folder_env": "ONEWINDOW_INTERFACE_DROP", "file": "{property-number}.json", "gives": GIVES}
    table = {**single, "file": "units.csv", "where": {"number": "{property-number}"}}
    assert ask("file-drop", single) == HERE
    assert ask("file-drop", table) == {"address": "here", "floor-area": "7"}
    told = [ask("file-drop", single, key) for key in ("nobody", "../secret", "..", "link")]
    assert told == ["no-record", "no-record", "no-record", "garbage"]
    assert ask("file-drop", table, "nobody") == "no-record"
    (folder / "units.csv").write_text("number,addr\n1,2,3\n")
    assert ask("file-drop", table) == "garbage", "a line that was cut"
    (folder / "units.csv").write_bytes(b"\xff\xfe\x00")
    assert ask("file-drop", table) == "garbage"
    old = time.time() - 25 * 3600
    os.utime(folder / f"{UNIT}.json", (old, old))
    assert ask("file-drop", single) == "stale"
    monkeypatch.setenv("ONEWINDOW_INTERFACE_DROP", str(tmp_path / "gone"))
    assert ask("file-drop", table) == "down"
    assert "file" in problem("file-drop", **{**single, "file": "../{property-number}.json"})


def test_no_setting_can_send_our_own_secrets_away(sources: Sources) -> None:
    for name in ("ONEWINDOW_LOG_KEY", "SECRET_KEY", "PATH"):
        assert "ONEWINDOW_INTERFACE_" in problem(
            "http-json", url="https://elsewhere.example/{k}", gives={"a": "b"}, key={"header": "X", "env": name}
        )
        assert "ONEWINDOW_INTERFACE_" in problem("http-json", url=f"https://elsewhere.example/${{{name}}}/{{k}}", gives={"a": "b"})
    assert KEY, "the registers' own key may be named"
