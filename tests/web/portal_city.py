"""The demo city in the database, without registers: what the tests of the portal stand on."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.http import HttpResponse as Response
from django.test import Client
from lxml import html

from onewindow.modules.catalogue import selectors as catalogue_selectors
from onewindow.modules.catalogue import services as catalogue_services
from onewindow.modules.exchange import services as exchange
from onewindow.modules.identity import services as identity_services
from onewindow.modules.identity.models import User
from onewindow.plumbing import calendars, clock
from onewindow.plumbing.actors import Actor
from tests import rows

CITY = Path(__file__).resolve().parents[2] / "scenarios" / "restaurant"
PASSWORD = "one-window-demo"
EVENT = "/things/open-a-restaurant/"
LANGUAGES = ("zh-hans", "en", "ru")

__all__ = ["CITY", "EVENT", "LANGUAGES", "Visitor", "city", "registers_down", "visitor"]


@dataclass
class Visitor:
    """Somebody with a browser without scripts."""

    client: Client

    def speak(self, language: str) -> "Visitor":
        self.client.cookies["onewindow-language"] = language
        return self

    def log_in(self, username: str = "wang.li") -> "Visitor":
        self.client.force_login(User.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend")
        return self

    def get(self, address: str, **extra: Any) -> Response:
        return self.client.get(address, follow=True, **extra)

    def send(self, address: str, values: Mapping[str, Any] | None = None) -> Response:
        return self.client.post(address, values or {}, follow=True)


def text_of(answer: Response) -> str:
    """Return what can be read on a page, scripts and styles left out."""
    document = html.fromstring(answer.content)
    for element in document.xpath("//script | //style | //*[@lang][not(self::html)]"):
        element.drop_tree()
    told = [*document.xpath("//@aria-label"), *document.xpath("//@placeholder"), *document.xpath("//@alt"), document.text_content()]
    return " ".join(" ".join(told).split())


def words_of(answer: Response) -> set[str]:
    """Return the words of a page that are written with Latin letters."""
    return set(re.findall(r"[A-Za-z][A-Za-z’'-]{2,}", text_of(answer)))


@pytest.fixture
def city(db: None) -> Iterator[None]:
    """Load the demo city as `onewindow up` does; loaded once, its rows are put back for every further test."""
    catalogue_selectors.forget_all()
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    rows.once(("portal", hour), lambda: _load(now))
    yield
    catalogue_selectors.forget_all()


def _load(now: datetime) -> None:
    calendars.seed_calendars()
    actor = Actor.system("tests")
    files = [(path.name, path.read_bytes()) for path in sorted((CITY / "catalogue").glob("*.yaml"))]
    catalogue_services.load_catalogue(files=files, actor=actor, now=now)
    people = yaml.safe_load((CITY / "people.yaml").read_text(encoding="utf-8"))
    identity_services.load_people(people=people, password=PASSWORD, actor=actor, now=now)


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(Client(enforce_csrf_checks=False))


@pytest.fixture
def registers_down(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let no register answer; return which were asked."""
    asked: list[str] = []

    def query(*, resource: str, keys: Mapping[str, Any], fields: Collection[str], **_: Any) -> exchange.Answer:
        assert keys
        assert fields
        asked.append(resource)
        raise exchange.SourceUnavailable(resource=resource, reason="down")

    monkeypatch.setattr(exchange, "query", query)
    return asked
