"""A push service and the browsers behind it, as a program of its own: it shares no code with the platform and opens what it is sent.

`python push_service.py` prints its port. POST /subscribe makes a browser's subscription, GET /received tells what came,
POST /faults says how to answer from now on. Source: RFC 8030, RFC 8291, RFC 8292.
"""

import base64
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Service(BaseHTTPRequestHandler):
    browsers: dict[str, tuple[ec.EllipticCurvePrivateKey, bytes]] = {}  # noqa: RUF012  (one service a process)
    received: list[dict[str, Any]] = []  # noqa: RUF012
    faults: dict[str, Any] = {}  # noqa: RUF012

    def do_GET(self) -> None:
        self._answer(200, self.received)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path == "/subscribe":
            self._answer(201, self._subscribe())
        elif self.path == "/faults":
            type(self).faults = json.loads(body)
            self._answer(200, {})
        else:
            self._push(self.path.rpartition("/")[2], body)

    def _subscribe(self) -> dict[str, Any]:
        key, secret, name = ec.generate_private_key(ec.SECP256R1()), os.urandom(16), packed(os.urandom(12))
        self.browsers[name] = (key, secret)
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        port = self.server.server_address[1]
        return {"endpoint": f"http://127.0.0.1:{port}/push/{name}", "keys": {"p256dh": packed(point), "auth": packed(secret)}}

    def _push(self, name: str, body: bytes) -> None:
        status = self.faults.get("status", 201 if name in self.browsers else 404)
        told: dict[str, Any] = {"status": status, "ttl": self.headers["TTL"], "topic": self.headers["Topic"], "body": body.hex()}
        told["host"], told["encoding"] = self.headers["Host"], self.headers["Content-Encoding"]
        if name in self.browsers:
            key, secret = self.browsers[name]
            told["plain"] = json.loads(http_ece.decrypt(body, private_key=key, auth_secret=secret, version="aes128gcm"))
            told["signed"] = self._signed()
        self.received.append(told)
        self._answer(status, {}, self.faults.get("headers", {}))

    def _signed(self) -> dict[str, Any]:
        """Check the signature with the key that came with it, as a push service does."""
        scheme, _, rest = self.headers["Authorization"].partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpacked(parts["k"]))
        claims = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=f"http://{self.headers['Host']}")
        return {"scheme": scheme, "key": parts["k"], **claims}

    def _answer(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        text = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
