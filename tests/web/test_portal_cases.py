"""The page of a case after filing: what was refused and what fell with it, what was issued, what is to be paid, who looked."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from lxml import html

from onewindow.modules.cases import models, services
from onewindow.modules.exchange.models import Query
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity.models import User
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from onewindow.web import formatting
from onewindow.web.linemap.style import LAMP
from onewindow.web.portal.pages import outcome
from tests import rows
from tests.web.portal_city import LANGUAGES, Visitor, city, registers_down, text_of, visitor
from tests.web.test_portal_drafts import begin, fill, upload

__all__ = ["city", "registers_down", "visitor"]
pytestmark = pytest.mark.usefixtures("city", "registers_down")

WORDS = {
    "en": ("holds no record", "did not answer"),
    "zh-hans": ("没有查到记录", "没有回应"),
    "ru": ("записи не найдено", "ответа не было"),
}
SENTENCE = {"zh": "该地址不能作餐饮场所。", "en": "This address may not house a restaurant.", "ru": "Помещение не подходит."}


@pytest.fixture
def accepted(visitor: Visitor) -> models.Case:
    """Return a case of Wang Li that the one window has accepted; filled in once, its rows are put back for every further test."""
    cookies = rows.once("an accepted restaurant", lambda: _accepted(visitor))
    visitor.client.cookies.load(cookies)
    return models.Case.objects.get()


def _accepted(visitor: Visitor) -> dict[str, str]:
    draft = begin(visitor.log_in().speak("en"))
    fill(visitor, draft)
    upload(visitor, draft)
    send(visitor, f"/drafts/{draft.pk}/check/")
    case = models.Case.objects.get()
    services.accept_all(case_id=case.pk, actor=actor("zhao.xiaoxue"), now=clock.now())
    return {name: cookie.value for name, cookie in visitor.client.cookies.items()}


def send(visitor: Visitor, address: str) -> None:
    """Tick whatever is to be ticked on the last page of a draft, and send it."""
    form = html.fromstring(visitor.get(address).content).xpath("//form[.//input[@name='declared']]")[0]
    ticked: dict[str, Any] = {"key": str(uuid4())}
    for box in form.xpath(".//input[@type='checkbox']"):
        ticked.setdefault(box.get("name"), []).append(box.get("value", "on"))
    visitor.send(address, ticked)


def actor(username: str) -> Actor:
    return identity.actor_of(User.objects.get(username=username).pk)


def task(case: models.Case, service: str, step: str) -> Any:
    return models.Task.objects.get(case=case, service=service, step=step).pk


def refuse(case: models.Case, service: str, step: str, by: str) -> None:
    act = {"outcome": "refuse", "sentence": SENTENCE, "reason": "a dwelling"}
    services.decide(task_id=task(case, service, step), actor=actor(by), now=clock.now(), **act)


def register(case: models.Case) -> None:
    values = {"uscc": "92239900MA7LTHK865", "legal-name": "云江市老灶台餐饮店"}
    services.decide(
        task_id=task(case, "business-registration", "register"),
        outcome="approve",
        output_values=values,
        actor=actor("he.jing"),
        now=clock.now(),
    )


def shown(visitor: Visitor, case: models.Case) -> html.HtmlElement:
    page = visitor.get(f"/cases/{case.pk}/")
    assert page.status_code == 200
    return html.fromstring(page.content)


def words(page: html.HtmlElement, path: str) -> str:
    return " ".join(" ".join(part.text_content() for part in page.xpath(path)).split())


def test_a_refusal_is_told_at_the_top_with_who_why_what_fell_and_what_can_be_done(visitor: Visitor, accepted: models.Case) -> None:
    refuse(accepted, "business-registration", "register", "he.jing")
    page = shown(visitor, accepted)
    first = page.xpath("//main//section")[0]
    assert first.get("aria-labelledby") == "refused"
    told = " ".join(first.text_content().split())
    assert "“Business registration” was refused" in told
    assert "Market Regulation Bureau decided on" in told
    assert SENTENCE["en"] in told
    assert "a dwelling" in told
    assert "市场主体登记管理条例" in told
    assert "Food business licence" in told.partition("Fell with it")[2].partition("Goes on")[0]
    assert "Check of staff health certificates" in told.partition("Goes on")[2]
    at = models.CaseService.objects.get(case=accepted, service="business-registration").decided_at
    assert at is not None
    last = clock.local_date(at) + timedelta(days=60)
    assert f"at least until {formatting.day(last, 'en')}" in told
    assert page.xpath("//section[@aria-labelledby='refused']//a[contains(@href, '/start/')]")


def test_what_fell_with_a_refused_service_is_not_called_withdrawn(visitor: Visitor, accepted: models.Case) -> None:
    refuse(accepted, "business-registration", "register", "he.jing")
    found = shown(visitor, accepted).xpath("//section[@aria-labelledby='services']//li")
    rows = {row.xpath("string(.//span[@class='rows__text']/span)"): row for row in found}
    fell = " ".join(rows["Food business licence"].text_content().split())
    assert "Fell away" in fell
    assert "because “Business registration” was refused" in fell
    assert "Withdrawn" not in fell
    visitor.send(f"/cases/{accepted.pk}/withdraw/")
    page = shown(visitor, accepted)
    taken = words(page, "//section[@aria-labelledby='services']//li[contains(., 'Check of staff health certificates')]")
    assert "Withdrawn" in taken


def test_steps_that_fell_away_are_not_counted_as_done(visitor: Visitor, accepted: models.Case) -> None:
    refuse(accepted, "business-registration", "register", "he.jing")
    told = words(shown(visitor, accepted), "//section[@aria-labelledby='where']/div")
    gone = models.Task.objects.filter(case=accepted, state="skipped").values("node").distinct().count()
    assert f"2 of 3 steps done · {gone} fell away" in told
    assert "1 service refused · 2 of 3 steps done" in text_of(visitor.get("/cases/"))


def test_nobody_is_asked_to_pay_for_what_is_no_longer_done(visitor: Visitor, accepted: models.Case) -> None:
    before = shown(visitor, accepted)
    assert "to be paid at the counter" in words(before, "//section[@aria-labelledby='fees']")
    assert "You pay at the counter" in words(before, "//section[@aria-labelledby='next']")
    refuse(accepted, "business-registration", "register", "he.jing")
    after = shown(visitor, accepted)
    assert "not to be paid" in words(after, "//section[@aria-labelledby='fees']")
    assert "at the counter" not in words(after, "//main")


def test_a_case_that_is_over_with_something_refused_is_not_simply_done(visitor: Visitor, accepted: models.Case) -> None:
    refuse(accepted, "business-registration", "register", "he.jing")
    services.decide(task_id=task(accepted, "staff-health-check", "verify"), outcome="approve", actor=actor("shen.jie"), now=clock.now())
    page = shown(visitor, accepted)
    assert words(page, "//header[@class='case-head']//span[contains(@class, 'tag')]") == "Partly granted"
    assert "Everything is done" not in words(page, "//main")
    assert "Partly granted · 1 service refused" in text_of(visitor.get("/cases/"))


def test_the_lamp_burns_once_on_a_case(visitor: Visitor, accepted: models.Case) -> None:
    register(accepted)
    assert models.Task.objects.filter(case=accepted, state="open").count() > 3
    for drawing in shown(visitor, accepted).xpath("//section[@aria-labelledby='where']//div/*[name()='svg']"):
        assert len([node for node in drawing.iter() if node.get("fill") == LAMP]) == 2  # one station: its sign and its words
    item = services.NoticeItem("document", "sign-picture", {"zh": "请标注尺寸。"})
    services.request_correction(
        task_id=task(accepted, "outdoor-sign", "review"), items=[item], due_days=5, actor=actor("tian.ye"), now=clock.now()
    )
    page = shown(visitor, accepted)
    assert len(page.xpath("//main//a[contains(@class, 'button--lamp')]")) == 1
    assert [node for node in page.xpath("//main//*[name()='svg']//*") if node.get("fill") == LAMP] == []


def test_what_comes_next_stands_before_the_map(visitor: Visitor, accepted: models.Case) -> None:
    order = [section.get("aria-labelledby") for section in shown(visitor, accepted).xpath("//main//section")]
    assert order.index("next") < order.index("where")


def test_every_service_says_by_when_it_is_decided(visitor: Visitor, accepted: models.Case) -> None:
    """What runs names its day, what waits names what is before it, and what stands still is told too."""
    services.suspend(
        task_id=task(accepted, "outdoor-sign", "review"), reason="论证", legal_basis="法", actor=actor("tian.ye"), now=clock.now()
    )
    page = shown(visitor, accepted)
    lines = [" ".join(line.text_content().split()) for line in page.xpath("//section[@aria-labelledby='services']/ul/li")]
    assert len(lines) == 10
    assert all("decides" in line for line in lines)
    due = formatting.day(models.Task.objects.get(pk=task(accepted, "business-registration", "register")).due_date, "en")
    assert any(line.startswith("Business registration") and f"decides by {due}" in line for line in lines)
    assert sum("decides within 1 working day after: Business registration" in line for line in lines) > 1
    assert "Urban Management Bureau clock stands still" in words(page, "//section[@aria-labelledby='next']//li")
    told = visitor.get(f"/api/v1/cases/{accepted.pk}").json()
    running = [row for row in told["tasks"] if row["state"] == "open"]
    assert running
    assert all(row["organisation_name"] and row["due_date"] for row in running), "a program reads who acts next, and by when"


def test_a_licence_shows_its_number_and_its_dates(visitor: Visitor, accepted: models.Case) -> None:
    register(accepted)
    licence = words(shown(visitor, accepted), "//section[@aria-labelledby='outputs']//li")
    assert "92239900MA7LTHK865" in licence
    assert "issued" in licence
    assert "valid until" not in licence  # a registration has no end


def test_a_permit_for_five_years_ends_on_the_day_before() -> None:
    assert outcome.months_later(date(2026, 11, 22), 60) == date(2031, 11, 22)
    assert outcome.months_later(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert outcome.months_later(date(2026, 12, 31), 12) == date(2027, 12, 31)


def test_each_document_stands_once_with_everybody_who_uses_it(visitor: Visitor, accepted: models.Case) -> None:
    rows = shown(visitor, accepted).xpath("//details[@id='documents']//li")
    names = [(row.xpath("string(.//span[@class='rows__text']/span)"), words(row, ".//*[@class='rows__end']")) for row in rows]
    assert len(names) == len(set(names))
    licence = next(row for row in rows if row.xpath("string(.//span[@class='rows__text']/span)") == "Business licence")
    users = licence.text_content().partition("used by")[2]
    assert "Food business licence" in users
    assert "Fire safety inspection before opening" in users


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_record_and_no_answer_are_told_apart(visitor: Visitor, accepted: models.Case, language: str) -> None:
    for outcome_code in ("answered", "no-record", "down"):
        Query.objects.create(
            at=clock.now(),
            actor_kind="person",
            actor_id=accepted.applicant,
            resource="property-register",
            subject_id=accepted.pk,
            purpose="prefill",
            fields=["address"],
            outcome=outcome_code,
            duration_ms=3,
        )
    visitor.speak(language)
    told = words(shown(visitor, accepted), "//details[@id='look-ups']")
    nothing, silent = WORDS[language]
    assert told.count(nothing) == 1
    assert told.count(silent) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_case_speaks_the_language(visitor: Visitor, accepted: models.Case, language: str) -> None:
    refuse(accepted, "business-registration", "register", "he.jing")
    visitor.speak(language)
    page = shown(visitor, accepted)
    section = words(page, "//section[@aria-labelledby='refused']")
    assert SENTENCE[language.split("-", maxsplit=1)[0]] in section
    if language == "zh-hans":
        assert "行政复议" in section
        assert " ：" not in section
        assert "。。" not in section
        assert ";" not in words(page, "//ol[@class='line-map__list']")


def test_the_status_says_what_comes_next_without_a_log_in(visitor: Visitor, accepted: models.Case) -> None:
    refuse(accepted, "business-registration", "register", "he.jing")
    visitor.client.logout()
    visitor.speak("en")
    page = visitor.send("/status/", {"reference": accepted.reference, "phone": accepted.contact_phone})
    status = html.fromstring(page.content).xpath("//section[contains(@class, 'status')]")[0]
    told = " ".join(status.text_content().split())
    assert "What happens next, and by when Check of staff health certificatesHealth Commission by" in told
    assert told.index("What happens next") < told.index("Where it stands")
    assert "2 of 3 steps done" in told
    assert "Fell away" in told
    assert SENTENCE["en"] not in told


def test_the_receipt_is_to_be_had_as_pdf_by_whoever_sees_the_case_and_by_nobody_else(visitor: Visitor, accepted: models.Case) -> None:
    address = f"/cases/{accepted.pk}/receipt/"
    for page in (f"/cases/{accepted.pk}/", f"/cases/{accepted.pk}/filed/"):
        assert html.fromstring(visitor.get(page).content).xpath(f"//a[@href='{address}'][@download]"), page
    made = {}
    for language, name in (("zh-hans", "%E5%9B%9E%E6%89%A7"), ("en", "application receipt"), ("ru", "%D1%80")):
        given = visitor.speak(language).get(address)
        assert given["Content-Type"] == "application/pdf"
        assert "no-store" in given["Cache-Control"]
        assert name in given["Content-Disposition"]
        assert accepted.reference in given["Content-Disposition"]
        made[language] = given.content
        assert given.content.startswith(b"%PDF")
    assert len(set(made.values())) == len(LANGUAGES), "each in its own language"
    assert visitor.log_in("zhou.hang").get(address).status_code == 404


def test_how_long_it_took_lately_stands_beside_the_limit(visitor: Visitor, accepted: models.Case) -> None:
    event, page = f"/things/{accepted.event}/", f"/cases/{accepted.pk}/"
    assert "How long it took lately" not in text_of(visitor.get(event)) + text_of(visitor.get(page))
    row = accepted.services.get(service="business-registration")
    for number in range(20):
        twin = {**_values(accepted), "id": uuid4(), "reference": f"LATELY-{number}", "filed_at": clock.now()}
        models.Case(**twin).save(force_insert=True)
        decided = {**_values(row), "case_id": twin["id"], "state": "completed", "decided_at": clock.now()}
        models.CaseService(**decided).save(force_insert=True)
    told = words(html.fromstring(visitor.get(event).content), "//div[@class='paces']")
    assert "Business registrationlimit: 1 working day" in told
    assert "half of them: the same daynine in ten: the same day" in told
    assert "Business registration" in words(shown(visitor, accepted), "//div[@class='paces']")
    register(accepted)
    assert "How long it took lately" not in text_of(visitor.get(page)), "what is decided needs no outlook"
    asked = visitor.client.get(f"/api/v1/events/{accepted.event}/durations").json()
    first = next(line for line in asked if line["service"] == "business-registration")
    assert first["measured"] == {"cases": 21, "p50_days": 0, "p90_days": 0}
    assert first["limit_days"] > 0
    assert {line["measured"] for line in asked if line is not first} == {None}


def _values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}


def test_whoever_begins_what_already_runs_is_told_and_may_still_begin_anew(visitor: Visitor, accepted: models.Case) -> None:
    start = f"/things/{accepted.event}/start/"
    panel = "//h2[normalize-space()='You already began this']/.."
    told = html.fromstring(visitor.get(start).content).xpath(panel)[0]
    assert told.xpath(".//a/@href") == [f"/cases/{accepted.pk}/"]
    assert "begin anew below" in told.text_content()
    visitor.send(start)
    draft = models.Draft.objects.get(filed_case=None)
    told = html.fromstring(visitor.get(start).content).xpath(panel)[0]
    assert told.xpath(".//a/@href") == [f"/drafts/{draft.pk}/", f"/cases/{accepted.pk}/"]
    known = visitor.client.get(f"/api/v1/events/{accepted.event}/open").json()
    assert [row["id"] for row in (*known["drafts"], *known["cases"])] == [str(draft.pk), str(accepted.pk)]
    assert not html.fromstring(visitor.log_in("zhou.hang").get(start).content).xpath(panel), "nobody reads of another's"
