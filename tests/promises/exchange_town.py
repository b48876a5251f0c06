"""A small exchange for the promises about asking: two registers behind real HTTP that count who asks, grants, consents."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

from onewindow.modules.exchange import models, services
from onewindow.plumbing.actors import Actor

NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
SYSTEM = Actor.system("tests")
PERSON = Actor(kind="person", id=uuid4())
ELEMENTS = ("name", "birth", "street", "income", "spouse")
OPEN, BY_CONSENT = "street-register", "income-register"
CATALOGUE = {
    "format": "onewindow-catalogue/1",
    "organisations": [
        {"id": "keeper", "name": {"en": "Keeper", "zh": "保管部门", "ru": "Хранитель"}},
        {"id": "other", "name": {"en": "Other", "zh": "其他", "ru": "Другой"}},
        {"id": "service-centre", "name": {"en": "Centre", "zh": "中心", "ru": "Центр"}},
    ],
    "services": [
        {"id": name, "name": {"en": name, "zh": name, "ru": name}, "organisation": keeper, "steps": [{"id": "decide", "kind": "decision"}]}
        for name, keeper in (("a", "keeper"), ("b", "other"))
    ],
    "elements": [{"id": name, "name": {"en": name, "zh": name, "ru": name}} for name in ("number", *ELEMENTS)],
    "resources": [
        {
            "id": resource,
            "name": {"en": resource, "zh": resource, "ru": resource},
            "organisation": "keeper",
            "keyed_by": ["number"],
            "gives": list(ELEMENTS),
            "sharing": sharing,
        }
        for resource, sharing in ((OPEN, "unconditional"), (BY_CONSENT, "conditional"))
    ],
}


class Register(ThreadingHTTPServer):
    """Answers whatever stands in `says`, and counts."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.says: Mapping[str, Any] = dict.fromkeys(ELEMENTS, "x")
        self.asked = 0
        self.lock = threading.Lock()


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Register

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.asked += 1
        body = json.dumps(self.server.says).encode()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[Register]:
    register = Register()
    thread = threading.Thread(target=register.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield register
    finally:
        register.shutdown()
        register.server_close()


def found(register: Register) -> None:
    """Load the catalogue and how both registers are reached."""
    from onewindow.modules.catalogue import services as catalogue

    catalogue.load_catalogue(files=[("exchange.json", json.dumps(CATALOGUE).encode())], actor=SYSTEM, now=NOW)
    url = f"http://127.0.0.1:{register.server_address[1]}/{{number}}"
    connectors = [{"resource": name, "url": url, "gives": {name: name for name in ELEMENTS}} for name in (OPEN, BY_CONSENT)]
    services.load_connectors(connectors=connectors, actor=SYSTEM, now=NOW)


def grant(**changes: Any) -> models.Grant:
    """Return a grant of everything for cases, unless told otherwise."""
    given: dict[str, Any] = {
        "resource": OPEN,
        "organisation": "service-centre",
        "fields": list(ELEMENTS),
        "purposes": ["case"],
        "from_date": NOW.date(),
        "granted_at": NOW,
        **changes,
    }
    return models.Grant.objects.create(**given)


def officer(number: int = 1, organisation: str = "service-centre", role: str = "officer") -> Actor:
    return Actor(kind="officer", id=UUID(int=number), organisation=organisation, roles=frozenset({role}))


def ask(**changes: Any) -> services.Answer:
    given: dict[str, Any] = {
        "resource": OPEN,
        "keys": {"number": "7"},
        "fields": ["street"],
        "purpose": "case",
        "subject_kind": "case",
        "subject_id": UUID(int=5),
        "actor": PERSON,
        "now": NOW,
        **changes,
    }
    return services.query(**given)
