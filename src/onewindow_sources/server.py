"""The HTTP side: finds the register of a call, checks its key, looks the record up, and goes wrong on demand."""

import ipaddress
import json
import logging
import secrets
import socket
import struct
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from onewindow_sources import face, national, openapi, soap, stamps
from onewindow_sources.faults import BadFault, Faults
from onewindow_sources.registers import BadRegister, Key, Record, Register

log = logging.getLogger("onewindow_sources")
max_body_bytes = 64_000


class SourcesServer(ThreadingHTTPServer):
    """Holds the registers, the key and the faults; one thread per connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], *, registers: Mapping[str, Register], api_key: str, faults: Faults) -> None:
        self.registers = registers
        self.api_key = api_key
        self.faults = faults
        self.stopping = threading.Event()
        self.face = face.FaceChannel()
        self.stamps = stamps.StampAuthority()
        super().__init__(address, Handler)
        issuer = f"http://127.0.0.1:{self.server_port}{national.page.rstrip('/')}"
        self.national = national.NationalProvider(issuer=issuer, secret=api_key, people=self._people)

    def _people(self) -> tuple[Record, ...]:
        return self.registers["population"].records if "population" in self.registers else ()

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002  what socketserver hands over
        """Say in one line that a call broke off; the trace would be noise, and its frames hold what was asked about whom."""
        log.warning("a call broke off: %s", type(sys.exception()).__name__)

    def shutdown(self) -> None:
        """Stop, also where a slow answer is still being waited for."""
        self.stopping.set()
        super().shutdown()


class Refused(Exception):
    """A call that ends early. `answer` is the body."""

    def __init__(self, status: int, answer: object) -> None:
        self.status, self.answer = status, answer
        super().__init__(status)


class Handler(BaseHTTPRequestHandler):
    server: SourcesServer
    protocol_version = "HTTP/1.1"
    server_version = "onewindow-sources"
    sys_version = ""
    timeout = 60
    # Head and body leave in one piece: in two, every answer on a kept connection would wait 40 ms for the caller's acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:  # the name http.server looks for
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        began = time.monotonic()
        register: Register | None = None
        mode = None
        try:
            body = self._body()
            parts = urlsplit(self.path)
            if parts.path.startswith("/_") or parts.path == "/openapi.json":
                status, answer = self._own(method, parts.path, body)
            elif parts.path.startswith(face.page):
                self._face_page(parts.path.removeprefix(face.page))
                return
            elif parts.path.startswith(national.page):
                self._national(method, parts.path, parts.query, body, began)
                return
            elif parts.path in {stamps.page, stamps.root_page}:
                self._stamp(method, parts.path, body, began)
                return
            elif parts.path.startswith(soap.page):
                self._soap(method, parts.path, parts.query, body, began)
                return
            elif parts.path == face.api or parts.path.startswith(f"{face.api}/"):
                status, answer = self._face(method, parts.path.removeprefix(face.api).strip("/"), body)
            else:
                register, values = self._find(method, parts.path)
                self._check_key(register)
                fault = self.server.faults.of(register.id)
                mode = fault.mode if fault else None
                if fault and fault.mode == "slow":
                    self.server.stopping.wait(fault.seconds)
                elif fault and self._goes_wrong(fault.mode):
                    self._log(method, register, self.sent_status, mode, began)
                    return
                status, answer = self._look_up(register, values, parts.query, body, wrong=mode == "wrong")
        except (Refused, BadRegister) as refused:
            status, answer = _refusal(refused)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
            return
        self._log(method, register, status, mode, began)
        try:
            self._send(status, json.dumps(answer, ensure_ascii=False).encode())
        except ConnectionError:
            self.close_connection = True

    def _body(self) -> bytes:
        try:
            length = int(self.headers.get("Content-Length") or 0)
        except ValueError:
            length = -1
        if not 0 <= length <= max_body_bytes or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            raise Refused(413, {"error": f"Send a body of at most {max_body_bytes} bytes, with its Content-Length."})
        return self.rfile.read(length)

    def _find(self, method: str, path: str) -> tuple[Register, dict[str, str]]:
        fits = [(register, values) for register in self.server.registers.values() if (values := register.path_values(path)) is not None]
        if not fits:
            raise Refused(404, {"error": "There is no such interface. /openapi.json lists them."})
        for register, values in fits:
            if register.method == method:
                return register, {name: unquote(value) for name, value in values.items()}
        raise Refused(405, {"error": f"Call this interface with {fits[0][0].method}."})

    def _check_key(self, register: Register) -> None:
        given = self.headers.get(register.key_header) or ""
        if not secrets.compare_digest(given.encode("utf-8", "replace"), self.server.api_key.encode()):
            raise Refused(401, {"error": f"Send the key of this interface in the header {register.key_header}."})

    def _look_up(
        self, register: Register, path_values: Mapping[str, str], query: str, body: bytes, *, wrong: bool = False
    ) -> tuple[int, object]:
        asked = _query(query)
        sent = _json(body) if any(key.place == "body" for key in register.keys) else {}
        record = register.find([_key_value(key, path_values, asked, sent) for key in register.keys])
        if record is None:
            return 404, register.not_found
        return 200, register.show_wrong(record) if wrong else register.show(record)

    # --- the face channel ---

    def _face(self, method: str, key: str, body: bytes) -> tuple[int, object]:
        """Begin a check, or tell how one stands; it goes wrong like a register."""
        given = self.headers.get("X-Api-Key") or ""
        if not secrets.compare_digest(given.encode("utf-8", "replace"), self.server.api_key.encode()):
            raise Refused(401, {"error": "Send the key of this interface in the header X-Api-Key."})
        fault = self.server.faults.of(face.name)
        if fault and fault.mode == "slow":
            self.server.stopping.wait(fault.seconds)
        elif fault:
            raise Refused(503, {"error": "The face channel is out of order."})
        if method == "POST" and not key:
            begun = self.server.face.begin(_json(body))
            if begun is None:
                raise Refused(400, {"error": "Send name, idNumber and returnUrl as text."})
            host = self.headers.get("Host") or f"127.0.0.1:{self.server.server_port}"
            return 201, {"checkId": begun, "url": f"http://{host}{face.page}{begun}"}
        state = self.server.face.state(key) if method == "GET" else None
        return (200, {"checkId": key, "state": state}) if state else (404, {"error": "There is no such check."})

    def _face_page(self, path: str) -> None:
        key, _, outcome = path.partition("/")
        drawn = None if outcome else self.server.face.draw(key)
        back = self.server.face.settle(key, outcome) if outcome else None
        if back is not None:
            self.send_response_only(302)
            self.send_header("Location", back)
            self.send_header("Content-Length", "0")
            self.end_headers()
            self.wfile.flush()
        else:
            self._send(200 if drawn else 404, drawn or b"There is no such check.", kind="text/html; charset=utf-8")

    # --- the same registers over SOAP ---

    def _soap(self, method: str, path: str, query: str, body: bytes, began: float) -> None:
        """Serve the WSDL to anybody and records to whoever has the key; it goes wrong like the register itself."""
        register = soap.register_of(path, self.server.registers)
        if register is None:
            raise Refused(404, {"error": "There is no such interface."})
        if method == "GET" and query.lower() == "wsdl":
            host = self.headers.get("Host") or f"127.0.0.1:{self.server.server_port}"
            self._send(200, soap.describe(register, f"http://{host}{path}"), kind=soap.kind)
            return
        self._check_key(register)
        fault = self.server.faults.of(register.id)
        if fault and fault.mode == "slow":
            self.server.stopping.wait(fault.seconds)
        elif fault and self._goes_wrong(fault.mode):
            self._log(method, register, self.sent_status, fault.mode, began)
            return
        status, envelope = soap.answer(register, body, wrong=fault is not None and fault.mode == "wrong")
        self._log(method, register, status, fault.mode if fault else None, began)
        self._send(status, envelope, kind=soap.kind)

    # --- the national identity provider ---

    def _national(self, method: str, path: str, query: str, body: bytes, began: float) -> None:
        fault = self.server.faults.of(national.name)
        mode = fault.mode if fault else None
        if fault and mode == "slow":
            self.server.stopping.wait(fault.seconds)
        if fault and self._goes_wrong(fault.mode):
            self._log(method, None, self.sent_status, mode, began)
            return
        told = {name: self.headers.get(name) or "" for name in ("Authorization", "Cookie")}
        asked = national.Asked(method, path, _query(query), national.form_of(body), told["Authorization"], told["Cookie"])
        reply = self.server.national.answer(asked, mode)
        self._log(method, None, reply.status, mode, began)
        self._send(reply.status, reply.body, kind=reply.kind, more=reply.headers)

    # --- the time-stamping authority ---

    def _stamp(self, method: str, path: str, body: bytes, began: float) -> None:
        if path == stamps.root_page:
            self._send(200, self.server.stamps.root_pem, kind="application/x-pem-file")
            return
        fault = self.server.faults.of(stamps.name)
        mode = fault.mode if fault else None
        if fault and mode == "slow":
            self.server.stopping.wait(fault.seconds)
        if fault and self._goes_wrong(fault.mode):
            self._log(method, None, self.sent_status, mode, began)
            return
        answer = self.server.stamps.answer(body, mode) if method == "POST" else None
        status = 400 if answer is None else 200
        self._log(method, None, status, mode, began)
        self._send(status, answer or b"Send a request as RFC 3161 describes it.", kind=stamps.kind if answer else "text/plain")

    # --- going wrong ---

    sent_status: int = 0

    def _goes_wrong(self, mode: str) -> bool:
        if mode == "down":
            self.sent_status = 503
            self._send(503, b"", kind="text/plain")
        elif mode == "error":
            self.sent_status = 500
            self._send(500, b"<html><body><h1>500 Internal Server Error</h1></body></html>", kind="text/html")
        elif mode == "garbage":
            self.sent_status = 200
            self._send(200, '{"data": {"name": "\ufffd'.encode() + b"\x00\xff\xfe")
        elif mode == "reset":
            self.sent_status = 0
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        else:
            return False
        return True

    # --- the program's own pages ---

    def _own(self, method: str, path: str, body: bytes) -> tuple[int, object]:
        if path == "/openapi.json" and method == "GET":
            return 200, openapi.describe(self.server.registers)
        if path == "/_health" and method == "GET":
            state = self.server.faults.state()
            registers = {name: {"records": register.held, "fault": state[name]} for name, register in self.server.registers.items()}
            return 200, {"status": "ok", "registers": registers}
        if path == "/_faults":
            if not ipaddress.ip_address(self.client_address[0]).is_loopback:
                raise Refused(403, {"error": "Faults are switched from this machine only."})
            if method == "POST":
                self._switch(body)
            return 200, self.server.faults.state()
        raise Refused(404, {"error": "There is no such page. Try /_health, /_faults or /openapi.json."})

    def _switch(self, body: bytes) -> None:
        if not (self.headers.get("Content-Type") or "").startswith("application/json"):
            raise Refused(415, {"error": "Send application/json."})
        asked = _json(body)
        sizes = {name: asked.get(name) for name in ("for_seconds", "delay_seconds", "share")}
        if any(isinstance(value, bool) or not isinstance(value, int | float | None) or (value or 0) < 0 for value in sizes.values()):
            raise Refused(400, {"error": "for_seconds and delay_seconds are numbers of seconds, share is one of answers: each 0 or more."})
        if not isinstance(seed := asked.get("seed", 7), int):
            raise Refused(400, {"error": "seed is a whole number."})
        try:
            self.server.faults.switch(register=str(asked.get("register")), mode=str(asked.get("mode")), seed=seed, **sizes)
        except BadFault as error:
            raise Refused(400, {"error": str(error)}) from None

    # --- answering ---

    def _send(
        self, status: int, content: bytes, *, kind: str = "application/json; charset=utf-8", more: Sequence[tuple[str, str]] = ()
    ) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        for name, value in more:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def _log(self, method: str, register: Register | None, status: int, mode: str | None, began: float) -> None:
        """One line per call: the register, never what was asked about whom."""
        name = register.id if register else "-"
        fault = f" fault={mode}" if mode else ""
        log.info("%s %s %s %.0fms%s", method, name, status or "reset", (time.monotonic() - began) * 1000, fault)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name http.server gives it
        """Swallow http.server's own lines: they would hold the path and with it somebody's number."""


def _refusal(refused: Refused | BadRegister) -> tuple[int, object]:
    """Return how a call ends that was refused, or that a data file spoils."""
    if isinstance(refused, Refused):
        return refused.status, refused.answer
    log.error("%s", refused)
    return 500, {"error": str(refused)}


def _query(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refused(400, {"error": "Send a JSON object."})
    return value


def _key_value(key: Key, path: Mapping[str, str], query: Mapping[str, str], body: Mapping[str, Any]) -> str:
    if key.place == "body":
        value: Any = body
        for part in key.name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    else:
        value = (path if key.place == "path" else query).get(key.name)
    if not isinstance(value, str) or not value:
        raise Refused(400, {"error": f"Send {key.name} as text in the {key.place}."})
    return value
