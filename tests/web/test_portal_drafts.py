"""From Start to the receipt without a browser: nothing is lost, nothing forged is taken, nobody sees another's matter."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse as Response
from lxml import html

from onewindow.modules.cases import models
from tests.web.portal_city import CITY, EVENT, LANGUAGES, Visitor, city, registers_down, text_of, visitor, words_of

__all__ = ["city", "registers_down", "visitor"]

pytestmark = pytest.mark.usefixtures("city", "registers_down")
ANSWERS = {"serves": "hot-and-cold", "outdoor-sign": "true", "employs-staff": "true"}
VALUES = {
    "trade-name": "老灶台",
    "property-number": "239900001005GB00088F00010001",
    "seats": "48",
    "kitchen-area": "36.5",
    "sign-area": "6.4",
    "health-check-number": "YJTJ-2026-1147",
    "home-address": "云江市江沿街126号3单元402",
    "address": "云江市胜利路88号1层",
    "floor-area": "126.5",
    "property-use": "commercial",
    "storey": "1",
    "dedicated-flue": "true",
    "fire-acceptance-number": "云建消验字〔2016〕第0088号",
    "staff-count": "4",
    "certificates-valid-until": "2027-09-30",
    "sewer-connection": "WS-SL-0412",
}
PROMISES = [
    "premises-statement",
    "food-safety-rules",
    "fire-safety-declaration",
    "purifier-certificate",
    "sewage-discharge-permit",
    "water-quality-statement",
]
PICTURE = (CITY / "files" / "sign-picture.png").read_bytes()
NAMES = {"OneWindow", "English", "PDF", "Demo", "City", "Wang", "YJTJ", "WS-SL", "WS-SL-", "YJTJ-", "png", "kitchen-layout", "sign-picture"}
"""Names, and what was typed or uploaded."""


def begin(visitor: Visitor) -> models.Draft:
    """Begin the restaurant and answer the questions."""
    visitor.send(f"{EVENT}start/")
    draft = models.Draft.objects.latest("created_at")
    for question, answer in ANSWERS.items():
        draft.refresh_from_db()
        page = visitor.send(f"/drafts/{draft.pk}/questions/{question}/", {question: answer, "version": str(draft.version)})
        assert page.status_code == 200
    draft.refresh_from_db()
    return draft


def fill(visitor: Visitor, draft: models.Draft) -> None:
    """Type every field there is, page after page; a silent register makes more of them."""
    for _ in range(8):
        address = visitor.get(f"/drafts/{draft.pk}/").request["PATH_INFO"]
        if "/form/" not in address:
            return
        page = html.fromstring(visitor.get(address).content)
        form = next(form for form in page.forms if form.xpath(".//input[@name='version']"))
        names = {name for name in form.fields if name in VALUES} | {n for n in form.xpath(".//input[@type='radio']/@name") if n in VALUES}
        sent = {"version": form.fields["version"], **{name: VALUES[name] for name in names}}
        answer = visitor.send(address, sent)
        assert answer.status_code == 200, text_of(answer)
    pytest.fail("the form does not end")


def upload(visitor: Visitor, draft: models.Draft) -> None:
    for row in html.fromstring(visitor.get(f"/drafts/{draft.pk}/documents/").content).xpath("//section[@data-upload]/@id"):
        kind = row.removeprefix("d-")
        name = kind if (CITY / "files" / f"{kind}.png").exists() else "kitchen-layout"
        file = SimpleUploadedFile(f"{name}.png", (CITY / "files" / f"{name}.png").read_bytes(), "image/png")
        assert visitor.send(f"/drafts/{draft.pk}/documents/", {"type": kind, "file": file}).status_code == 200


def ticks(page: Response) -> dict[str, Any]:
    """Return what somebody sends who ticks everything on the last page."""
    document = html.fromstring(page.content)
    return {"promised": document.xpath("//input[@name='promised']/@value"), "declared": "yes"}


def test_start_leads_through_the_log_in_and_back(visitor: Visitor) -> None:
    page = visitor.speak("en").get(f"{EVENT}start/")
    assert "Nothing is lost" in text_of(page)
    sent = {"login": "wang.li", "password": "one-window-demo", "next": f"{EVENT}start/"}
    page = visitor.send("/accounts/login/", sent)
    assert page.request["PATH_INFO"] == f"{EVENT}start/"
    assert "Population register" in text_of(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_draft_speaks_the_language(visitor: Visitor, language: str) -> None:
    draft = begin(visitor.log_in().speak(language))
    pages = [
        f"/drafts/{draft.pk}/{part}" for part in ("questions/serves/", "form/1/", "form/2/", "known/", "documents/", "check/", "discard/")
    ]
    for address in [*pages, f"{EVENT}start/", "/cases/"]:
        page = visitor.get(address)
        assert page.status_code == 200, address
        if language == "en":
            assert len(words_of(page)) > 10
        else:
            assert words_of(page) - NAMES == set(), address


def test_when_the_registers_are_silent_the_questions_are_asked_and_the_case_is_filed(visitor: Visitor, registers_down: list[str]) -> None:
    draft = begin(visitor.log_in().speak("en"))
    fill(visitor, draft)
    assert "property-register" in registers_down
    assert "did not answer" in text_of(visitor.get(f"/drafts/{draft.pk}/known/"))
    upload(visitor, draft)
    page = visitor.get(f"/drafts/{draft.pk}/check/")
    assert "Still missing" not in text_of(page)
    key = html.fromstring(page.content).xpath("string(//input[@name='key']/@value)")
    sent = {"key": key, **ticks(page)}
    first, second = (visitor.send(f"/drafts/{draft.pk}/check/", sent) for _ in range(2))
    case = models.Case.objects.get()
    assert case.reference in text_of(first)
    assert case.reference in text_of(second)
    assert "What happens next, and by when" in text_of(first)


def test_a_draft_is_resumed_where_the_next_thing_is_to_be_done(visitor: Visitor) -> None:
    draft = begin(visitor.log_in())
    assert visitor.get(f"/drafts/{draft.pk}/").request["PATH_INFO"] == f"/drafts/{draft.pk}/form/1/"


def test_a_forged_field_is_refused_and_nothing_is_saved(visitor: Visitor) -> None:
    draft = begin(visitor.log_in().speak("en"))
    address = f"/drafts/{draft.pk}/form/1/"
    # A form takes its own fields only; whatever else is sent along is not even read.
    visitor.send(address, {"version": str(draft.version), "full-name": "Somebody Else", "trade-name": "Nine Dragons"})
    draft.refresh_from_db()
    assert "full-name" not in draft.elements
    assert "Somebody Else" not in text_of(visitor.get(f"/drafts/{draft.pk}/check/"))
    page = visitor.send(f"/drafts/{draft.pk}/known/", {"element": "no-such-element"})
    assert page.status_code == 422
    assert "Nothing was changed." in text_of(page)


def test_every_wrong_entry_is_named_and_the_good_ones_are_saved(visitor: Visitor) -> None:
    draft = begin(visitor.log_in().speak("en"))
    page = visitor.get(f"/drafts/{draft.pk}/form/1/")
    names = [name for name in html.fromstring(page.content).xpath("//*[@data-part]//input/@name") if name in VALUES]
    wrong = {"kitchen-area": "large", "seats": "many"}
    sent = {name: wrong.get(name, VALUES[name]) for name in names}
    answer = visitor.send(f"/drafts/{draft.pk}/form/1/", {"version": str(draft.version), **sent})
    asked = [name for name in names if name in wrong]
    assert asked
    assert answer.status_code == 422
    document = html.fromstring(answer.content)
    links = document.xpath("//div[contains(@class,'govuk-error-summary')]//a/@href")
    assert links == [f"#f-{name}" for name in asked]
    for name in names:
        assert document.xpath(f"string(//input[@name='{name}']/@value)") == sent[name]
    draft.refresh_from_db()
    assert {name for name in names if name in draft.elements} == set(names) - set(wrong)


def sync(visitor: Visitor, draft: Any, typed: dict[str, str], base: dict[str, str] | None = None, **more: str) -> Response:
    """Send what a device kept, as its own script does."""
    seen = {f"base:{name}": mark for name, mark in (base or {}).items()}
    sent = {**typed, **seen, "shown": list(typed), **more}
    return visitor.client.post(f"/drafts/{draft}/sync/", sent, headers={"HX-Request": "true", "Accept": "application/json"})


def test_two_devices_save_entry_by_entry_and_neither_writes_over_what_it_never_saw(visitor: Visitor) -> None:
    draft = begin(visitor.log_in().speak("en"))
    phone = sync(visitor, draft.pk, {"trade-name": "Nine Dragons", "seats": "many", "none-such": "x"}).json()
    assert phone["saved"].keys() == {"trade-name"}
    assert "“many” is not a whole number" in phone["refused"]["seats"]
    assert phone["unasked"] == ["none-such"]
    assert phone["version"] == phone["before"] + 1
    assert phone["told"].startswith("Saved ")
    again = sync(visitor, draft.pk, {"trade-name": "Nine Dragons"}).json()
    assert again["version"] == phone["version"], "sent twice, saved once"
    desktop = sync(visitor, draft.pk, {"trade-name": "Ten Dragons", "seats": "48"}).json()
    assert desktop["saved"].keys() == {"seats"}, "it had never seen what the phone saved"
    other = desktop["differing"]["trade-name"]
    assert (other["said"], other["text"], other["mark"]) == ("Nine Dragons", "Nine Dragons", phone["saved"]["trade-name"])
    chosen = sync(visitor, draft.pk, {"trade-name": "Ten Dragons"}, {"trade-name": other["mark"]}).json()
    assert chosen["saved"].keys() == {"trade-name"}
    draft.refresh_from_db()
    assert (draft.elements["trade-name"], draft.elements["seats"]) == ("Ten Dragons", 48)


def test_a_form_begun_without_a_network_becomes_one_draft_however_often_it_is_sent(visitor: Visitor) -> None:
    visitor.log_in().speak("en")
    made, typed = uuid4(), {**{f"answer:{key}": value for key, value in ANSWERS.items()}, "trade-name": "老灶台", "kitchen-area": "36,5"}
    for _ in range(2):
        answer = sync(visitor, made, typed, begin="open-a-restaurant").json()
        assert answer["saved"].keys() == typed.keys()
    draft = models.Draft.objects.get()
    assert (draft.pk, draft.answers["outdoor-sign"], draft.elements["kitchen-area"]) == (made, True, 36.5)
    visitor.client.logout()
    assert sync(visitor, made, {}, begin="open-a-restaurant").status_code == 401
    assert "Saved" not in str(sync(visitor.log_in("zhou.hang"), made, typed, begin="open-a-restaurant").json())


def test_a_photograph_that_is_sent_twice_is_added_once_and_stays_away_where_it_was_removed(visitor: Visitor) -> None:
    draft = begin(visitor.log_in().speak("en"))
    name = str(uuid4())

    def send(content: bytes = PICTURE) -> Response:
        file = SimpleUploadedFile("sign.png", content, "image/png")
        sent = {"type": "sign-picture", "upload": name, "file": file}
        return visitor.client.post(f"/drafts/{draft.pk}/documents/", sent, headers={"HX-Request": "true", "Accept": "application/json"})

    assert "sign.png" in send().json()["box"]
    assert send().status_code == 200
    assert str(draft.uploads.get().pk) == name
    assert "other content" in send(PICTURE + b" ").json()["sentence"]
    visitor.client.post(f"/drafts/{draft.pk}/documents/{name}/remove/", {"type": "sign-picture"})
    assert send().status_code == 200
    assert not draft.uploads.exists()


def test_whoever_was_logged_out_while_typing_is_told_so_and_nothing_is_saved(visitor: Visitor) -> None:
    draft = begin(visitor.log_in().speak("en"))
    visitor.client.logout()
    visitor.speak("en")
    answer = sync(visitor, draft.pk, {"trade-name": "Nine Dragons"})
    assert answer.status_code == 401
    assert "what you typed stays" in answer.content.decode()


def test_the_check_page_names_everything_that_is_missing_and_cannot_be_skipped(visitor: Visitor) -> None:
    draft = begin(visitor.log_in().speak("en"))
    page = visitor.get(f"/drafts/{draft.pk}/check/")
    assert "Fill in: Number of seats" in text_of(page)
    assert "Add: Picture of the sign on the front" in text_of(page)
    assert html.fromstring(page.content).xpath("//input[@name='declared']") == []
    answer = visitor.send(f"/drafts/{draft.pk}/check/", {"key": str(uuid4()), "promised": PROMISES, "declared": "yes"})
    assert answer.status_code == 422
    assert not models.Case.objects.exists()


def test_without_the_declaration_or_the_promises_nothing_is_sent(visitor: Visitor) -> None:
    draft = begin(visitor.log_in().speak("en"))
    fill(visitor, draft)
    upload(visitor, draft)
    page = visitor.send(f"/drafts/{draft.pk}/check/", {"key": str(uuid4())})
    assert page.status_code == 422
    links = html.fromstring(page.content).xpath("//div[contains(@class,'govuk-error-summary')]//a/@href")
    assert links == [*(f"#promised-{kind}" for kind in PROMISES), "#declared"]  # everything at once
    made = PROMISES[:-1]
    page = visitor.send(f"/drafts/{draft.pk}/check/", {"key": str(uuid4()), "promised": made, "declared": "yes"})
    document = html.fromstring(page.content)
    assert document.xpath("//div[contains(@class,'govuk-error-summary')]//a/@href") == [f"#promised-{PROMISES[-1]}"]
    assert document.xpath("//input[@type='checkbox'][@checked]/@value") == [*made, "yes"]  # what was ticked stays ticked
    assert not models.Case.objects.exists()


def test_anothers_draft_and_case_look_like_none(visitor: Visitor) -> None:
    draft = begin(visitor.log_in())
    fill(visitor, draft)
    upload(visitor, draft)
    visitor.send(f"/drafts/{draft.pk}/check/", {"key": str(uuid4()), "promised": PROMISES, "declared": "yes"})
    case = models.Case.objects.get()
    visitor.log_in("zhou.hang")
    parts = [f"/drafts/{draft.pk}/{part}" for part in ("", "check/", "known/", "documents/", "form/1/")]
    for address in [*parts, f"/cases/{case.pk}/", f"/cases/{case.pk}/filed/", f"/cases/{case.pk}/withdraw/"]:
        assert visitor.get(address).status_code == 404, address
    assert visitor.send(f"/drafts/{draft.pk}/discard/").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_case_tells_where_it_stands_in_every_language(visitor: Visitor, language: str) -> None:
    draft = begin(visitor.log_in().speak(language))
    fill(visitor, draft)
    upload(visitor, draft)
    visitor.send(f"/drafts/{draft.pk}/check/", {"key": str(uuid4()), "promised": PROMISES, "declared": "yes"})
    case = models.Case.objects.get()
    for address in (f"/cases/{case.pk}/", f"/cases/{case.pk}/filed/", f"/cases/{case.pk}/withdraw/", "/cases/", "/"):
        page = visitor.get(address)
        assert page.status_code == 200
        if language != "en":
            assert {word for word in words_of(page) if word not in case.reference} - NAMES == set(), address
    page = html.fromstring(visitor.get(f"/cases/{case.pk}/").content)
    assert len(page.xpath("//ol[@class='line-map__list']/li")) > 10
    paper = page.xpath("//details//a[contains(@href, '/papers/')]/@href")[0]
    sent = visitor.client.get(paper)
    assert sent["Content-Disposition"].startswith("attachment")


def test_withdrawing_asks_first_and_then_stops_everything(visitor: Visitor) -> None:
    draft = begin(visitor.log_in().speak("en"))
    fill(visitor, draft)
    upload(visitor, draft)
    visitor.send(f"/drafts/{draft.pk}/check/", {"key": str(uuid4()), "promised": PROMISES, "declared": "yes"})
    case = models.Case.objects.get()
    assert "cannot be undone" in text_of(visitor.get(f"/cases/{case.pk}/withdraw/"))
    case.refresh_from_db()
    assert case.state != "withdrawn"
    assert "It is withdrawn." in text_of(visitor.send(f"/cases/{case.pk}/withdraw/"))
    case.refresh_from_db()
    assert case.state == "withdrawn"


def test_a_page_of_a_form_needs_few_queries(visitor: Visitor, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    draft = begin(visitor.log_in())
    visitor.get(f"/drafts/{draft.pk}/form/1/")
    with django_assert_max_num_queries(20):
        visitor.get(f"/drafts/{draft.pk}/form/1/")
