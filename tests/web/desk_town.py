"""The small town with its officers able to log in, and cases in it: what the tests of the desk stand on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from lxml import html

from onewindow.modules.cases import models, services
from onewindow.modules.identity.models import Organisation, Post, User
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import Registers, found_town, prepare, registers, task
from tests.cases.town import CITY, FIRE, FIRE_CHIEF, MARKET, MARKET_CHIEF, TAX, USCC, WANG, WINDOW

__all__ = ["Desk", "Screen", "desk", "registers"]

NAMES = {
    MARKET.id: "李建国",
    MARKET_CHIEF.id: "郑国强",
    FIRE.id: "韩冰",
    FIRE_CHIEF.id: "唐志勇",
    TAX.id: "于丽娟",
    CITY.id: "田野",
    WINDOW.id: "赵晓雪",
}
PNG = (Path(__file__).parents[2] / "scenarios/restaurant/files/sign-picture.png").read_bytes()


@dataclass
class Screen:
    """A page as somebody at the desk sees it."""

    status: int
    url: str
    document: html.HtmlElement

    @property
    def text(self) -> str:
        """Everything that can be read, and what stands in the fields."""
        fields = " ".join(area.text or "" for area in self.document.xpath("//textarea"))
        return " ".join(f"{self.document.xpath('string(//body)')} {fields}".split())

    def part(self, path: str) -> str:
        return " ".join(self.document.xpath(f"string({path})").split())

    def rows(self) -> list[str]:
        return [" ".join(row.text_content().split()) for row in self.document.xpath("//*[@data-row]")]

    def form(self, identifier: str = "main-form") -> dict[str, str]:
        """Return what a browser would send of a form."""
        return dict(next(form for form in self.document.forms if form.get("id") == identifier).form_values())

    def ways(self) -> set[str]:
        """Return the acts that the page offers."""
        forms = [form.get("action") for form in self.document.forms if form.get("id") == "main-form"]
        links = self.document.xpath("//details[contains(@class, 'ways')]//a/@href")
        return {match.group(1) for target in (*forms, *links) if (match := re.search(r"/tasks/[^/]+/([a-z-]+)/", target))}


class Desk:
    """Officers at work: each call is one page or one act of one person."""

    def __init__(self, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = now
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def wait(self, **time: int) -> None:
        self.now += timedelta(**time)

    def client(self, actor: Actor | None, language: str = "") -> Client:
        client = Client()
        if actor is not None:
            client.force_login(User.objects.get(pk=actor.id), backend="allauth.account.auth_backends.AuthenticationBackend")
        if language:
            client.cookies["onewindow-language"] = language
        return client

    def get(self, actor: Actor | None, path: str, *, language: str = "", **headers: str) -> Screen:
        return _screen(self.client(actor, language).get(path, follow=True, headers=headers))

    def post(self, actor: Actor, path: str, sent: dict[str, Any] | None = None, *, language: str = "") -> Screen:
        return _screen(self.client(actor, language).post(path, sent or {}, follow=True))

    def file(self, **options: Any) -> models.Case:
        draft_id = prepare(self.now, **options)
        actor = options.get("actor", WANG)
        filed = services.file_case(draft_id=draft_id, idempotency_key=str(uuid4()), declared=True, actor=actor, now=self.now)
        return models.Case.objects.get(pk=filed.case_id)

    def registered(self, **options: Any) -> models.Case:
        """A case whose business is registered, so that everybody may inspect."""
        case = self.file(**options)
        services.accept_all(case_id=case.pk, actor=WINDOW, now=self.now)
        services.decide(
            task_id=task(case, "registration.register").pk, outcome="approve", output_values={"uscc": USCC}, actor=MARKET, now=self.now
        )
        return case

    def inspected(self, **options: Any) -> models.Case:
        """A case that market and fire have to decide."""
        case = self.registered(**options)
        for name, actor in (("food.inspect", MARKET), ("fire.inspect", FIRE)):
            services.complete_step(task_id=task(case, name).pk, finding={"outcome": "pass", "text": "合格"}, actor=actor, now=self.now)
        return case

    def pay(self, case: models.Case) -> None:
        services.record_payment(
            case_id=case.pk, service="food", fee="fee", fen=12000, method="cash", receipt="R1", actor=WINDOW, now=self.now
        )

    @staticmethod
    def path(case: models.Case, name: str, act: str = "") -> str:
        found = task(case, name)
        return f"/desk/cases/{case.pk}/tasks/{found.pk}/{act}{'/' if act else ''}"


def _screen(response: Any) -> Screen:
    url = response.redirect_chain[-1][0] if response.redirect_chain else response.request["PATH_INFO"]
    return Screen(response.status_code, url, html.fromstring(response.content.decode() or "<html><body></body></html>"))


@pytest.fixture
def desk(db: None, registers: Registers, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    found_town(now)
    Organisation.objects.get_or_create(id="hall", defaults={"name": {"zh": "政务大厅", "en": "Service hall", "ru": "Зал"}})
    for actor in (MARKET, MARKET_CHIEF, FIRE, FIRE_CHIEF, TAX, CITY, WINDOW):
        user = User.objects.create(id=actor.id, username=str(actor.id), display_name={"zh": NAMES[actor.id]})
        Post.objects.create(user=user, organisation_id=actor.organisation, roles=sorted(actor.roles))
    return Desk(now, monkeypatch)
