"""At a terminal: one visit after the other, each in a session of its own, and nothing left of the one before."""

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from lxml import html

from onewindow.modules.cases import models
from onewindow.modules.cases import selectors as cases
from onewindow.modules.evaluation import services as evaluation
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity import services as people
from onewindow.modules.identity.models import Terminal, User
from onewindow.plumbing import clock, courier
from onewindow.plumbing.actors import Actor
from onewindow.web.terminal.middleware import EVERYBODY, WITHIN
from tests.matrix.routes import page_names
from tests.web.portal_city import EVENT, Visitor, city, registers_down, text_of, visitor, words_of
from tests.web.test_portal_drafts import NAMES, begin, fill, ticks, upload

__all__ = ["city", "registers_down", "visitor"]

pytestmark = [pytest.mark.usefixtures("city", "registers_down"), pytest.mark.own_database]
PHONE = "19900000126"


@pytest.fixture
def device(visitor: Visitor) -> Visitor:
    """A browser that an administrator of the service centre has made a terminal."""
    user = User.objects.get(username="zhao.xiaoxue")
    admin = Actor("officer", user.pk, "service-centre", frozenset({"admin"}))
    code = people.add_terminal(name="一号终端", place="大厅南门", actor=admin, now=clock.now())
    visitor.log_in("zhao.xiaoxue")
    wrong = visitor.send("/terminal/", {"code": "1234"})
    assert wrong.status_code == 422
    set_up = visitor.send("/terminal/", {"code": f"{code[:4]} {code[4:]}"})
    assert "一号终端" in text_of(set_up)
    assert not set_up.wsgi_request.user.is_authenticated
    assert Client().post("/terminal/", {"code": code}).status_code == 422, "a code sets up one device"
    return visitor


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    def carry(*, letter: courier.Letter, now: datetime) -> None:
        assert (letter.to, bool(now)) == (PHONE, True)
        found.append(letter.values["code"])

    monkeypatch.setattr(courier, "_registered", [carry])
    return found


def visit(device: Visitor, codes: list[str]) -> models.Draft:
    """Begin a visit, log in by a code to the phone, and begin the restaurant."""
    device.send("/terminal/begin/")
    page = device.get(f"{EVENT}start/")
    assert page.request["PATH_INFO"] == "/accounts/login/code/"
    assert not html.fromstring(page.content).xpath("//input[@type='password'] | //*[@data-passkey]")
    device.send("/accounts/login/code/", {"phone": PHONE, "contact": PHONE, "next": f"{EVENT}start/"})
    landed = device.send("/accounts/login/code/confirm/", {"code": codes[-1], "next": f"{EVENT}start/"})
    assert landed.request["PATH_INFO"] == f"{EVENT}start/"
    return begin(device)


def gone(device: Visitor, draft: models.Draft) -> None:
    """Nothing of the visit is left: not in the browser's jar, not in the session, not behind the back button."""
    assert {name for name, morsel in device.client.cookies.items() if morsel.value} <= {"terminal", "onewindow-language"}
    for address in (f"/drafts/{draft.pk}/form/1/", "/cases/", "/terminal/menu/", "/accounts/login/code/confirm/", "/my-data/"):
        answer = device.client.get(address)
        assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (302, "/terminal/", "no-store")
    assert "王丽" not in text_of(device.get("/terminal/"))


def test_a_case_is_filed_at_a_terminal_printed_there_and_nothing_is_left_of_who_was_there(device: Visitor, codes: list[str]) -> None:
    device.speak("ru")
    for address in ("/", EVENT, "/cases/", "/accounts/login/"):
        assert device.client.get(address)["Location"] == "/terminal/"
    draft = visit(device, codes)
    fill(device, draft)
    upload(device, draft)
    form = device.get(f"/drafts/{draft.pk}/form/1/")
    assert b"data-keep-nothing" in form.content
    assert "X-Keep-On-Device" not in form
    check = device.get(f"/drafts/{draft.pk}/check/")
    assert check["Cache-Control"] == "no-store"
    filed = device.send(f"/drafts/{draft.pk}/check/", ticks(check))
    case = models.Case.objects.get()
    assert case.channel == "terminal"
    for page in (filed, device.get(f"/cases/{case.pk}/")):
        links = html.fromstring(page.content).xpath("//a/@href")
        assert not [link for link in links if "://" in link or link.startswith("tel:")], links
        assert f"/terminal/receipt/{case.pk}/" in links
        assert "download" not in page.content.decode()
    printed = device.get(f"/terminal/receipt/{case.pk}/")
    assert html.fromstring(printed.content).xpath("//img/@src")[0].startswith("data:image/svg+xml;base64,")
    assert words_of(printed) - NAMES == set()
    for name, pattern in page_names().items():
        if "<" not in pattern and name not in WITHIN | EVERYBODY and name != "account_login":
            assert device.client.get(f"/{pattern}")["Location"] == "/terminal/menu/", name
    for address in (f"/cases/{case.pk}/receipt/", "/accounts/login/"):
        assert device.client.get(address)["Location"] != address

    assert device.client.get("/api/v1/code-lists/division/codes?q=x").status_code != 302
    finished = device.client.post("/terminal/finish/")
    assert finished["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(session_key=finished.wsgi_request.session.session_key).exists()
    gone(device, draft)
    services = models.CaseService.objects.filter(case=case)
    services.update(state="approved")
    own = identity.actor_of(case.applicant)
    act = next(row for row in cases.acts_done(case_id=case.pk, actor=own) if row.node == "decision")
    assert act.channel == "terminal"
    judging = {"node": act.node, "subject": act.subject, "level": 5, "indicators": {"guide": 5}}
    assert evaluation.evaluate(case_id=case.pk, **judging, actor=own, now=clock.now()).call_back_until is None


def test_whoever_walks_away_is_forgotten_and_an_ended_terminal_is_none(
    device: Visitor, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = visit(device, codes)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=80))
    assert device.client.post("/terminal/stay/").status_code == 204
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=170))
    assert device.client.get("/terminal/menu/").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=280))
    assert device.client.post("/terminal/stay/").status_code == 401
    assert device.client.get("/cases/")["Clear-Site-Data"]
    gone(device, draft)
    device.send("/terminal/begin/")
    assert device.get("/cases/").request["PATH_INFO"] == "/accounts/login/code/", "the next is somebody else"
    Terminal.objects.update(ended_at=now)
    assert device.client.get("/").status_code == 200


def test_an_administrator_keeps_the_terminals_of_their_own_organisation(visitor: Visitor) -> None:
    assert visitor.log_in("wang.li").get("/staff/terminals/").status_code == 403
    visitor.log_in("xia.yun").speak("ru")
    added = visitor.send("/staff/terminals/", {"name": "Терминал 1", "place": "зал"})
    code = html.fromstring(added.content).xpath("string(//p[@class='reference'])")
    assert len(code.replace(" ", "")) == 8
    assert words_of(added) - NAMES - {"http", "testserver", "terminal"} == set()
    assert visitor.send("/staff/terminals/", {"name": "", "place": ""}).status_code == 422
    row = Terminal.objects.get()
    assert code not in text_of(visitor.get("/staff/terminals/"))
    assert "ещё не настроен" in text_of(visitor.get("/staff/terminals/"))
    assert "отключён" in text_of(visitor.send(f"/staff/terminals/{row.pk}/end/"))
    assert visitor.send(f"/staff/terminals/{row.pk}/end/").status_code == 404
    assert Client().post("/terminal/", {"code": code}).status_code == 422
