"""The national provider that onewindow sources plays, running, and somebody's browser that goes to it and comes back."""

import html
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from django.test import Client

from onewindow.modules.identity.models import User
from onewindow_sources.main import build
from onewindow_sources.server import SourcesServer
from tests.signon.department import BACKEND

DATA = Path(__file__).parents[2] / "scenarios/restaurant/registers"
SECRET = "secret of the test"
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Everything here is on this machine; reading the certificates of all authorities takes longer than a whole log-in."""
ORIGIN = "http://127.0.0.1:9"
WANG, ZHENG, FENG = "王丽", "郑晓岚", "冯雨欣"
NUMBERS = {WANG: "23000019880412026X", ZHENG: "230000199305170419", FENG: "23000019850908012X"}


@contextmanager
def running() -> Iterator[SourcesServer]:
    server = build(data=DATA, port=0, api_key=SECRET)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()


def stands_in_front(settings: Any, server: SourcesServer, **more: Any) -> None:
    """Let the provider stand in front of our log-in."""
    settings.ONEWINDOW_ORIGIN = ORIGIN
    settings.ONEWINDOW_NATIONAL = {
        "issuer": server.national.issuer,
        "client_id": "onewindow",
        "secret": SECRET,
        "label": {"zh": "国家身份认证", "en": "National log-in", "ru": "Национальный вход"},
        "scope": "openid profile",
        "claims": {"name": "name", "resident-id": "citizen_number"},
        "levels": {"urn:national:loa:substantial": 2, "urn:national:loa:high": 3},
        "officers": False,
        **more,
    }


@dataclass
class Traveller:
    """Somebody at a browser."""

    server: SourcesServer
    client: Client = field(default_factory=lambda: Client(headers={"Accept-Language": "en"}))
    there: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=10, trust_env=False, verify=NO_CERTIFICATES))

    def logs_in_here(self, user: User) -> "Traveller":
        self.client.force_login(user, backend=BACKEND)
        return self

    def sets_out(self, target: str = "") -> str:
        """Press the button, and return the provider's address that one is sent to."""
        page = self.client.post("/accounts/national/", {"next": target} if target else {})
        found = re.search(r'content="0;url=([^"]*)"', page.content.decode())
        return html.unescape(found[1]) if found else ""

    def proves(self, address: str, name: str = ZHENG, way: str = "password", answer: str = "yes") -> str:
        """Choose at the provider who one is, and return the address of ours that one is sent back to."""
        page = self.there.get(address)
        request = re.search(r"name=request value='([^']*)'", page.text)
        subject = next(key for key, row in self.server.national.people.items() if row["name"] == name)
        assert request, page.text
        sent = {"request": request[1], "person": subject, "way": way, "answer": answer}
        back = self.there.post(f"{self.server.national.issuer}/log-in", data=sent)
        return str(back.headers["Location"])

    def returns(self, address: str) -> Any:
        """Come back, and follow our own pages to the last of them."""
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}", follow=True)

    def travels(self, name: str = ZHENG, way: str = "password", target: str = "") -> Any:
        return self.returns(self.proves(self.sets_out(target), name, way))

    @property
    def user(self) -> str:
        """The id of whoever is logged in here."""
        return str(self.client.session.get("_auth_user_id", ""))


def answer_in(address: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
