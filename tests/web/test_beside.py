"""Help at the window, page by page: what the officer reaches in the person's name, and that the person's code sends it."""

from datetime import datetime

import pytest
from lxml import html

from onewindow.modules.cases import models
from onewindow.modules.identity.models import Assistance
from onewindow.plumbing import clock, courier
from onewindow.web.staff.beside import WITHIN
from tests.matrix.routes import page_names, with_an_id
from tests.web.portal_city import EVENT, Visitor, city, registers_down, text_of, visitor, words_of
from tests.web.test_portal_drafts import NAMES, begin, fill, ticks, upload

__all__ = ["city", "registers_down", "visitor"]

pytestmark = [pytest.mark.usefixtures("city", "registers_down"), pytest.mark.own_database]
PHONE = "19900000126"
NOT_OURS = ("signon:", "mfa_", "account_", "socialaccount", "usersessions", "site:log")
"""Allauth's own pages and those without a view of ours answer before or after; they show the officer's own account."""


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes that reach the person's phone."""
    found: list[str] = []

    def carry(*, letter: courier.Letter, now: datetime) -> None:
        assert (letter.to, bool(now)) == (PHONE, True)
        found.append(letter.values["code"])

    monkeypatch.setattr(courier, "_registered", [carry])
    return found


def test_an_officer_fills_in_beside_a_person_who_sends_it_by_a_code_of_their_own(visitor: Visitor, codes: list[str]) -> None:
    visitor.log_in("zhao.xiaoxue").speak("ru")
    asked = visitor.send("/staff/help/", {"matter": "open-a-restaurant", "contact": PHONE})
    offer = html.fromstring(asked.content).xpath("string(//input[@name='offer']/@value)")
    wrong = {"matter": "open-a-restaurant", "contact": PHONE, "offer": offer, "code": "1"}
    assert "Код неверный" in text_of(visitor.send("/staff/help/", wrong))
    begun = visitor.send("/staff/help/", {**wrong, "code": codes[-1]})
    assert begun.redirect_chain[-1][0] == f"{EVENT}start/"
    assert "Вы заполняете рядом" in text_of(begun)

    for name, pattern in page_names().items():
        if name in WITHIN or with_an_id(pattern) or name.startswith(NOT_OURS) or "<" in pattern:
            continue
        for method in (visitor.client.get, visitor.client.post):
            answer = method(f"/{pattern}")
            assert (answer.status_code, answer.headers.get("Location")) == (302, "/staff/help/"), name
    assert visitor.client.get("/api/v1/me", headers={"accept": "application/json"}).status_code in {302, 404}

    draft = begin(visitor)
    assert "Вы помогаете человеку" in text_of(visitor.get("/cases/"))
    fill(visitor, draft)
    upload(visitor, draft)
    form = visitor.get(f"/drafts/{draft.pk}/form/1/")
    assert b"data-keep-nothing" in form.content
    assert "X-Keep-On-Device" not in form, "nothing of the person stays on the officer's machine"
    check = f"/drafts/{draft.pk}/check/"
    everything = ticks(visitor.get(check))
    assert "Код неверный" in text_of(visitor.send(check, everything))
    sent = visitor.send(check, {**everything, "send-code": "yes"})
    assert words_of(sent) - NAMES == set()
    filed = visitor.send(check, {**everything, "person-code": codes[-1]})
    case = models.Case.objects.get()
    assert filed.redirect_chain[-1][0] == f"/cases/{case.pk}/filed/"
    assert (case.channel, case.applicant) == ("counter", draft.owner)
    assert visitor.client.get(f"/cases/{case.pk}/receipt/").content[:4] == b"%PDF"
    visitor.send("/staff/help/end/")
    assert visitor.client.get(f"/cases/{case.pk}/filed/").status_code == 200, "as the one window, which accepts it"
    assert visitor.client.get(f"/drafts/{draft.pk}/", follow=True).status_code in {403, 404}

    visitor.log_in("wang.li")
    assert "Заполнено с помощью в окне" in text_of(visitor.get(f"/cases/{case.pk}/"))
    looked = text_of(visitor.get("/who-looked/"))
    assert "Заполнял(а) форму рядом с вами, в окне, с вашего согласия" in looked


def test_when_the_time_is_over_the_officer_is_at_their_own_desk_again(visitor: Visitor, codes: list[str]) -> None:
    visitor.log_in("zhao.xiaoxue").speak("en")
    asked = {"matter": "open-a-restaurant", "contact": PHONE}
    offer = html.fromstring(visitor.send("/staff/help/", asked).content).xpath("string(//input[@name='offer']/@value)")
    visitor.send("/staff/help/", {**asked, "offer": offer, "code": codes[-1]})
    draft = begin(visitor)
    Assistance.objects.update(ends_at=clock.now())
    answer = visitor.get(f"/drafts/{draft.pk}/form/1/")
    assert answer.status_code == 404
    assert "The help at the counter has ended" in text_of(answer)
    assert visitor.get("/desk/").status_code == 200
