"""The form tells all that is wrong at once, says why it asks, and asks nobody without leave."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import pytest
from lxml import html

from onewindow.modules.cases import models
from onewindow.modules.exchange import services as exchange
from tests.web.portal_city import EVENT, LANGUAGES, Visitor, city, registers_down, text_of, visitor, words_of
from tests.web.test_portal_drafts import NAMES, VALUES, begin, fill, upload

__all__ = ["city", "registers_down", "visitor"]

pytestmark = pytest.mark.usefixtures("city")
WRONG_NUMBER = "239900001005GB99999F00010001"


@pytest.fixture
def no_record(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let no register know any number; return which were asked."""
    asked: list[str] = []

    def query(*, resource: str, keys: Mapping[str, Any], fields: Collection[str], **_: Any) -> exchange.Answer:
        assert keys
        assert fields
        asked.append(resource)
        raise exchange.NoRecord(resource=resource)

    monkeypatch.setattr(exchange, "query", query)
    return asked


def fields_of(page: Any) -> list[str]:
    names = html.fromstring(page.content).xpath("//*[@data-part]//*[self::input or self::select or self::textarea]/@name")
    return list(dict.fromkeys(names))


def send_page(visitor: Visitor, address: str, **changes: str) -> Any:
    """Fill in the page at an address and send it as a browser would, with everything that the page itself sends along."""
    form = next(form for form in html.fromstring(visitor.get(address).content).forms if form.xpath(".//input[@name='version']"))
    hidden: dict[str, list[str]] = {}
    for box in form.xpath(".//input[@type='hidden']"):
        hidden.setdefault(box.get("name"), []).append(box.get("value"))
    names = list(dict.fromkeys(form.xpath(".//*[@data-part]//*[self::input or self::select]/@name")))
    return visitor.send(address, {**hidden, **{name: {**VALUES, **changes}[name] for name in names}})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_without_a_record_is_told_at_the_number_with_the_questions_it_brings(
    visitor: Visitor, no_record: list[str], language: str
) -> None:
    draft = begin(visitor.log_in().speak(language))
    answer = send_page(visitor, f"/drafts/{draft.pk}/form/1/", **{"property-number": WRONG_NUMBER})
    assert "property-register" in no_record
    document = html.fromstring(answer.content)
    (notice,) = document.xpath("//p[@class='field-notice']")
    box = document.xpath("//input[@name='property-number']")[0]
    assert notice.get("id") in box.get("aria-describedby").split()
    assert WRONG_NUMBER in notice.text_content()
    assert document.xpath("//div[contains(@class,'govuk-error-summary')]//a/@href") == ["#f-property-number"]
    assert not document.xpath("//p[@class='govuk-error-message']")  # what was not asked yet is not missed
    brought = [row.element for row in page_of(draft).fields if row.why == "no-record" and row.source != "population-register"]
    assert str(len(brought)) in notice.text_content()
    first = fields_of(answer)
    place = first.index("property-number") + 1
    assert set(first[place : place + 2]) <= set(brought)  # they follow right after the number
    if language == "en":
        assert "was asked and has no such record, so we ask you" in text_of(answer)
        why = document.xpath(f"//*[@data-part][.//*[@name='{brought[0]}']]")[0].text_content()
        assert "No register that these departments may ask gives this" not in why
    else:
        assert words_of(answer) - NAMES - {"GB"} == set()


def page_of(draft: models.Draft) -> Any:
    from onewindow.modules.cases import selectors
    from onewindow.plumbing.actors import Actor

    return selectors.draft_page(draft_id=draft.pk, actor=Actor(kind="person", id=draft.owner))


def test_after_the_notice_one_may_go_on_with_the_questions_or_mend_the_number(visitor: Visitor, no_record: list[str]) -> None:
    draft = begin(visitor.log_in().speak("en"))
    there = send_page(visitor, f"/drafts/{draft.pk}/form/1/", **{"property-number": WRONG_NUMBER})
    assert "look=property-number" in there.request["QUERY_STRING"]
    onward = send_page(visitor, there.request["PATH_INFO"], **{"property-number": WRONG_NUMBER})
    assert onward.request["QUERY_STRING"] == ""
    assert onward.request["PATH_INFO"] != there.request["PATH_INFO"]
    no_record.clear()
    again = send_page(visitor, there.request["PATH_INFO"], **{"property-number": WRONG_NUMBER.replace("99999", "88888")})
    assert "property-register" in no_record
    assert "88888" in html.fromstring(again.content).xpath("string(//p[@class='field-notice'])")


def test_wrong_and_empty_fields_are_told_together_in_the_order_of_the_form(visitor: Visitor, registers_down: list[str]) -> None:
    draft = begin(visitor.log_in().speak("en"))
    address = f"/drafts/{draft.pk}/form/1/"
    names = fields_of(visitor.get(address))
    assert len(names) > 3
    assert names != sorted(names)
    answer = send_page(visitor, address, **{**dict.fromkeys(names, ""), names[0]: "   ", "seats": "many"})
    document = html.fromstring(answer.content)
    links = document.xpath("//div[contains(@class,'govuk-error-summary')]//a/@href")
    assert links == [f"#f-{name}" for name in names]
    assert fields_of(answer) == names
    said = text_of(answer)
    assert "“many” is not a whole number" in said
    assert said.count("Fill this in.") >= len(names) - 1


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "“-5” is below zero. Write a number that is zero or more."),
        ("zh-hans", "“-5”小于零。请填写零或更大的数。"),
        ("ru", "«-5» меньше нуля."),
    ],
)
def test_a_number_below_zero_is_refused_in_words(visitor: Visitor, registers_down: list[str], language: str, says: str) -> None:
    draft = begin(visitor.log_in().speak(language))
    sent = {"version": str(draft.version), "seats": "-5", "kitchen-area": "-5", "trade-name": "老灶台"}
    addresses = [f"/drafts/{draft.pk}/form/{part}/" for part in (1, 2)]
    address = next(address for address in addresses if "seats" in fields_of(visitor.get(address)))
    assert says in text_of(visitor.send(address, sent))
    draft.refresh_from_db()
    assert "seats" not in draft.elements


def test_a_basement_can_be_told_while_the_archive_that_knows_storeys_is_down(visitor: Visitor, registers_down: list[str]) -> None:
    draft = begin(visitor.log_in())
    for element, value in (("property-number", "239900001005GB00088F00010001"), ("storey", "-1")):
        addresses = [f"/drafts/{draft.pk}/form/{part}/" for part in (1, 2)]
        address = next(address for address in addresses if element in fields_of(visitor.get(address)))
        draft.refresh_from_db()
        visitor.send(address, {"version": str(draft.version), element: value})
    draft.refresh_from_db()
    assert draft.elements["storey"] == -1


def test_a_consent_is_given_box_by_box_before_the_start_and_can_be_taken_back(visitor: Visitor, no_record: list[str]) -> None:
    visitor.log_in().speak("en")
    page = html.fromstring(visitor.get(f"{EVENT}start/").content)
    (box,) = page.xpath("//input[@name='consent']")
    assert box.get("checked") is None
    assert box.get("value") == "health-certificate-register"
    visitor.send(f"{EVENT}start/", {"consent": box.get("value")})
    draft = models.Draft.objects.latest("created_at")
    assert list(draft.consents) == ["health-certificate-register"]
    known = f"/drafts/{draft.pk}/known/"
    assert "Take it back" in text_of(visitor.get(known))
    after = visitor.send(known, {"consent": "health-certificate-register", "agreed": "no"})
    assert "I agree, look it up" in text_of(after)
    draft.refresh_from_db()
    assert draft.consents == {}


def test_without_the_consent_the_register_is_never_asked_and_the_field_says_that_it_could_be(
    visitor: Visitor, no_record: list[str]
) -> None:
    draft = begin(visitor.log_in().speak("en"))
    fill(visitor, draft)
    assert "property-register" in no_record
    assert "health-certificate-register" not in no_record
    asked = {row.element: row.why for row in page_of(draft).fields}
    assert asked["certificates-valid-until"] == "no-consent"
    visitor.send(f"/drafts/{draft.pk}/known/", {"consent": "health-certificate-register", "agreed": "yes"})
    assert "health-certificate-register" in no_record


def test_the_last_page_and_the_receipt_tell_the_whole_fee_and_the_last_day(visitor: Visitor, registers_down: list[str]) -> None:
    draft = begin(visitor.log_in().speak("en"))
    fill(visitor, draft)
    upload(visitor, draft)
    page = visitor.get(f"/drafts/{draft.pk}/check/")
    said = text_of(page)
    for words in ("Total fee", "Everything is decided by", "working days"):
        assert words in said
    document = html.fromstring(page.content)
    promised = document.xpath("//input[@name='promised']/@value")
    assert len(promised) == len(set(promised)) > 3  # each document once, however many services need it
    key = document.xpath("string(//input[@name='key']/@value)")
    receipt = visitor.send(f"/drafts/{draft.pk}/check/", {"key": key, "promised": promised, "declared": "yes"})
    outlook = "string(//dl[contains(@class,'outlook')])"
    before, after = (" ".join(html.fromstring(one.content).xpath(outlook).split()) for one in (page, receipt))
    assert before == after
    case = models.Case.objects.get()
    last = max(task.due_date for task in case.tasks.all() if task.due_date)
    assert isinstance(last, date)
    assert [row["type"] for row in case.plan["promises"]]


def test_a_number_says_where_it_is_printed(visitor: Visitor, registers_down: list[str]) -> None:
    draft = begin(visitor.log_in().speak("en"))
    page = html.fromstring(visitor.get(f"/drafts/{draft.pk}/form/1/").content)
    assert "printed on" in page.xpath("string(//*[@id='f-property-number-hint'])")
    pages = [html.fromstring(visitor.get(f"/drafts/{draft.pk}/form/{part}/").content) for part in (1, 2)]
    hints = [one.xpath("string(//*[@id='f-health-check-number-hint'])") for one in pages]
    assert any("Health certificate register" in hint for hint in hints)
