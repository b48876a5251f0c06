"""The pages that everybody may see: they speak the reader's language, compute their numbers, and run nothing of their own making."""

import re
from math import ceil

import pytest
from django.test import Client, RequestFactory, override_settings
from django.views import defaults
from lxml import html

from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.catalogue import services
from onewindow.plumbing import calendars, clock
from onewindow.plumbing.actors import Actor
from onewindow.web import formatting
from onewindow.web.site import city as cities
from tests.web.portal_city import CITY, EVENT, LANGUAGES, Visitor, city, text_of, visitor, words_of

__all__ = ["city", "visitor"]

PUBLIC = [
    "/",
    EVENT,
    f"{EVENT}numbers/",
    "/search/?q=食品",
    "/search/?q=zzzz",
    "/search/?office=tax-service",
    "/status/",
    "/privacy/",
    "/accessibility/",
]
ACCOUNT = ["/accounts/login/", f"/accounts/login/?next={EVENT}start/", "/accounts/signup/"]
NAMES = {"OneWindow", "English", "PDF", "Demo", "City", "Cookie", "cookie", "E-mail", "WCAG", "docs", "accessibility", "zzzz"}
"""What is written with Latin letters in every language: names, and what a visitor typed."""


@pytest.mark.parametrize("address", [*PUBLIC, *ACCOUNT, "/there-is-no-such-page/"])
@pytest.mark.parametrize("language", ["zh-hans", "ru"])
def test_a_page_in_chinese_or_russian_holds_no_english_word(city: None, visitor: Visitor, address: str, language: str) -> None:
    page = visitor.speak(language).get(address)
    assert page.status_code in {200, 404}
    assert words_of(page) - NAMES == set()
    assert len(text_of(page)) > 60


@pytest.mark.parametrize("address", [*PUBLIC, *ACCOUNT, "/there-is-no-such-page/"])
def test_a_page_in_english_holds_no_chinese_sentence(city: None, visitor: Visitor, address: str) -> None:
    page = visitor.speak("en").get(address)
    # Laws are named as they are published, languages as they name themselves, and a search shows what was typed.
    shown = re.sub(r"Law:.*?(?=\d+ [a-z]|$)", "", text_of(page)).replace("中文", "").replace("食品", "")
    assert re.findall(r"[\u4e00-\u9fff]{2,}", shown) == []


@pytest.mark.parametrize("address", [*PUBLIC, *ACCOUNT])
def test_no_page_carries_a_style_or_a_script_of_its_own(city: None, visitor: Visitor, address: str) -> None:
    document = html.fromstring(visitor.get(address).content)
    assert document.xpath("//@style") == []
    assert document.xpath("//style") == []
    assert [script for script in document.xpath("//script") if not script.get("src")] == []
    assert [name for element in document.iter() for name in element.attrib if str(name).startswith("on")] == []


def test_the_home_page_shows_what_the_compiler_computes(city: None, visitor: Visitor) -> None:
    report = catalogue.compiled(release=1, event_id="open-a-restaurant", answers={}, held=())
    card = html.fromstring(visitor.speak("en").get("/").content).xpath("//li[contains(@class,'event-card')]")[0].text_content()
    shown = " ".join(card.split())
    assert f"{report.before.days:g} → now: {report.after.days:g} working days" in shown
    assert f"{report.after.elements + report.after.questions} answers" in shown


def test_the_event_page_tells_before_and_after_what_is_known_and_what_is_brought(city: None, visitor: Visitor) -> None:
    report = catalogue.compiled(release=1, event_id="open-a-restaurant", answers={}, held=())
    page = html.fromstring(visitor.speak("en").get(EVENT).content)
    figures = [" ".join(part.text_content().split()) for part in page.xpath("//dl[contains(@class,'figures')]/div/dd")]
    pairs = [(getattr(report.before, key), getattr(report.after, key)) for key in ("days", "elements", "documents", "visits")]
    assert figures == [f"before: {before:g} now: {after:g}" for before, after in pairs]
    needs = " ".join(page.xpath("//section[@aria-labelledby='needs']")[0].text_content().split())
    assert "Property register" in needs
    assert "with your consent" in needs
    assert "Picture of the sign on the front PDF or photo" in needs
    assert len(page.xpath("//ol[@class='line-map__list']/li")) == len(report.nodes) + 1
    ready = calendars.current().add_workdays(clock.local_date(clock.now()), ceil(report.after.days))
    shown = formatting.day(ready, "en", weekday=True)
    assert f"ready by {shown}" in page.xpath("//section[@aria-labelledby='long']")[0].text_content()


def test_the_numbers_page_accounts_for_every_field_and_document_that_went(city: None, visitor: Visitor) -> None:
    report = catalogue.compiled(release=1, event_id="open-a-restaurant", answers={}, held=(), with_alone=True)
    page = html.fromstring(visitor.speak("en").get(f"{EVENT}numbers/").content)
    for part, gone in (("fields", len(report.filled)), ("papers", report.before.documents - report.after.documents)):
        section = page.xpath(f"//section[@aria-labelledby='{part}']")[0]
        counted = sum(int(number) for number in section.xpath(".//summary/b/text()"))
        assert counted == gone
        assert int(section.xpath("string(.//div[@class='section__head']/p)")) == gone
    told = " ".join(page.text_content().split())
    assert f"each service alone: {report.alone.elements:g}" in told
    assert f"{report.after.days_parallel:g} computed" in told


def test_without_a_catalogue_the_home_page_invents_nothing(db: None, visitor: Visitor) -> None:
    catalogue.forget_all()
    page = visitor.speak("en").get("/")
    assert page.status_code == 200
    assert "working days" not in text_of(page)
    assert visitor.get(EVENT).status_code == 404


def test_search_finds_the_one_thing_and_the_services_in_it(city: None, visitor: Visitor) -> None:
    found = text_of(visitor.speak("en").get("/search/?q=food"))
    assert "Food business licence" in found
    assert "Done as part of Open a restaurant" in found
    assert "Nothing found" in text_of(visitor.get("/search/?q=zzzz"))
    for typed in ("shipin jingying", "sp jyxk", "饭店", "eatery", "кафе", "restarant"):
        assert "Open a restaurant" in text_of(visitor.get(f"/search/?q={typed}")), typed
    assert 'href="/status/"' in visitor.get("/search/?q=查进度").content.decode(), "a page of help is found too"
    office = text_of(visitor.get("/search/?q=税务局"))
    assert "Department" in office
    assert "Tax Service" in office
    narrowed = visitor.get("/search/?q=登记&office=tax-service")
    assert "Show all results" in text_of(narrowed)
    assert "Business registration" not in text_of(narrowed).split("Results")[-1]
    assert "outside the filters" in text_of(visitor.get("/search/?q=餐馆&office=nowhere"))


@pytest.mark.parametrize(("address", "most"), [("/", 12), (EVENT, 12), ("/search/?q=食品", 12), ("/status/", 2)])
def test_a_public_page_needs_few_queries(city: None, visitor: Visitor, address: str, most: int, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    visitor.get(address)
    with django_assert_max_num_queries(most):
        visitor.get(address)


def test_a_switch_keeps_the_choice_and_never_sends_anybody_elsewhere(visitor: Visitor) -> None:
    answer = visitor.client.post("/preferences/", {"size": "large", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert visitor.client.cookies["size"].value == "large"
    visitor.client.post("/preferences/", {"contrast": "'><script>", "next": "/"})
    assert "contrast" not in visitor.client.cookies
    visitor.client.post("/preferences/", {"language": "ru", "next": "/"})
    assert visitor.client.cookies["onewindow-language"].value == "ru"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_our_own_mistakes_needs_no_database(language: str) -> None:
    from django.utils import translation

    with translation.override(language):
        page = defaults.server_error(RequestFactory().get("/"))
        bad = defaults.bad_request(RequestFactory().get("/"), ValueError())
    assert (page.status_code, bad.status_code) == (500, 400)
    assert "<h1>" in page.content.decode()


def test_a_form_from_a_page_that_is_too_old_is_answered_with_what_became_of_it(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["onewindow-language"] = "en"
    page = client.post("/preferences/", {"size": "large"})
    assert page.status_code == 403
    assert "Answers that were saved before are still in your draft." in page.content.decode()


def test_a_request_that_is_far_too_large_gets_a_sentence(db: None) -> None:
    client = Client()
    client.cookies["onewindow-language"] = "en"
    page = client.post("/status/", data=b"", content_type="application/octet-stream", headers={"content-length": str(70 * 1024 * 1024)})
    assert page.status_code == 413
    assert "at most 10 MB" in page.content.decode()


def test_a_city_puts_its_own_name_colour_and_telephone_over_ours() -> None:
    town = cities.build({"name": {"en": "Testford"}, "colour": "#7a1f5c", "phone": "555"})
    assert (town.name["en"], town.colour, town.phone, town.host) == ("Testford", "#7a1f5c", "555", {})
    assert cities.build({"colour": "red;}"}).colour == ""


@override_settings(ONEWINDOW_CITY_COLOUR="#7a1f5c")
def test_the_colour_of_a_city_comes_as_a_style_sheet(db: None) -> None:
    cities.city.cache_clear()
    try:
        client = Client()
        assert "/city.css" in client.get("/").content.decode()
        assert "--lake:#7a1f5c" in client.get("/city.css").content.decode()
    finally:
        cities.city.cache_clear()


def test_what_lacks_a_language_is_not_offered_in_it_and_says_where_to_read_it(city: None, visitor: Visitor) -> None:
    written = (CITY / "catalogue/public-security.yaml").read_text(encoding="utf-8")
    lacking = written.replace(
        "name: {zh: 领取印章, en: Handing over the seals, ru: Выдача печатей}", "name: {zh: 领取印章, en: Handing over}"
    )
    assert lacking != written
    loader = Actor.system("test")
    info = services.load_catalogue(files=[("public-security.yaml", lacking)], actor=loader, now=clock.now())
    told = [warning for warning in info.warnings if warning.code == "catalogue-not-translated"]
    assert [warning.message for warning in told] == ["“seal-filing” (deliver) lacks “ru”, so “open-a-restaurant” is not offered in it"]

    assert "Открыть ресторан" not in text_of(visitor.speak("ru").get("/"))
    page = visitor.get(EVENT)
    assert "На вашем языке этого пока нет" in text_of(page)
    assert [button.get("value") for button in html.fromstring(page.content).xpath("//main//button[@name='language']")] == ["zh-hans", "en"]
    assert visitor.log_in().get(f"{EVENT}start/").redirect_chain[-1][0] == EVENT
    assert "Open a restaurant" in text_of(visitor.speak("en").get("/"))
