"""The composer as a reformer meets it, here without scripts: what it shows, what it says where something is wrong, what it publishes."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from onewindow.domain.bundle import ablate, compile_bundle
from onewindow.modules.catalogue import models, selectors, services
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from tests.web.portal_city import Visitor, city, text_of, visitor

__all__ = ["city", "visitor"]

pytestmark = pytest.mark.usefixtures("city")

NEW = "/composer/new/"
RESTAURANT = "/composer/things/open-a-restaurant/"
THREE = ["business-registration", "food-business-licence", "fire-safety-inspection"]
SYSTEM = Actor.system("tests")
ROOT = Path(__file__).resolve().parents[2]


class Reformer(Visitor):
    """A visitor whose answers are looked into."""

    def get(self, address: str, **extra: Any) -> Any:
        return super().get(address, **extra)

    def send(self, address: str, values: Mapping[str, Any] | None = None) -> Any:
        return super().send(address, values)


def parsed(answer: Any) -> Any:
    return html.fromstring(answer.content.decode())


def release() -> int:
    return selectors.current_release() or 0


def published(event_id: str = "open-a-restaurant") -> dict[str, Any]:
    return dict(selectors.documents_at(release())[("events", event_id)])


def written(**changes: Any) -> dict[str, Any]:
    """Return what the form of a new One Thing sends; a change of None leaves the field out."""
    form = {
        "composed": "1",
        "based_on": str(release()),
        "name_zh": "开一家小吃店",
        "name_en": "Open a snack bar",
        "name_ru": "Открыть закусочную",
        "kind": "business",
        "applicant": "natural",
        "yearly_cases": "300",
        "service": THREE,
    }
    return {name: value for name, value in (form | changes).items() if value is not None}


def existing(**changes: Any) -> dict[str, Any]:
    """Return what the form of the restaurant sends as it was opened."""
    event = published()
    names = {f"name_{language}": text for language, text in event["name"].items()}
    limits = {f"limit:{name}": str(days) for name, days in event["commitments"].items()}
    return written(
        **(
            names
            | limits
            | {"applicant": event["applicant"], "yearly_cases": "900", "service": event["services"], "shared_of": "5"}
            | changes
        )
    )


@pytest.fixture
def reformer(visitor: Visitor) -> Reformer:
    visitor.speak("en").log_in("sun.mingzhe")
    return Reformer(visitor.client)


def shown(answer: Any) -> str:
    """Return what can be read of the result, or of the whole page where there is none."""
    parts = parsed(answer).xpath("//*[@id='result']")
    return " ".join(parts[0].text_content().split()) if parts else text_of(answer)


def strip(answer: Any) -> str:
    return " ".join(parsed(answer).get_element_by_id("composer-said").text_content().split())


def summary(answer: Any) -> str:
    return " ".join(" ".join(part.text_content().split()) for part in parsed(answer).find_class("govuk-error-summary"))


def field(answer: Any, name: str) -> str:
    (found,) = parsed(answer).xpath(f"//input[@name='{name}']")
    return str(found.get("value"))


# --- who may ---


@pytest.mark.parametrize("address", ["/composer/", NEW, RESTAURANT])
def test_a_visitor_logs_in_first(visitor: Visitor, address: str) -> None:
    answer = visitor.client.get(address)
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("username", ["wang.li", "he.jing", "gao.yuan"])
@pytest.mark.parametrize("act", ["", "save/", "publish/", "moves/", "proof/"])
def test_nobody_but_a_reformer_composes(visitor: Visitor, username: str, act: str) -> None:
    visitor.speak("en").log_in(username)
    answer: Any = visitor.send(f"{NEW}{act}", written())
    assert answer.status_code == 403
    assert "You may not do this" in text_of(answer)
    assert visitor.get("/composer/").status_code == 403
    assert ("events", "open-a-snack-bar") not in selectors.documents_at(release())
    assert not models.DraftObject.objects.exists()


def test_who_was_logged_out_meanwhile_is_told_so_in_place(visitor: Visitor) -> None:
    answer: Any = visitor.speak("en").client.post(NEW, written(), headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "You have been logged out" in text_of(answer)


# --- the effect ---


def test_ticked_services_show_what_the_compiler_says(reformer: Reformer) -> None:
    answer = reformer.send(NEW, written())
    catalogue = selectors.catalogue_at(release())
    before = sum(len({ask.element for ask in catalogue.services[name].asks}) for name in THREE)
    assert f"Fields {before} → " in strip(answer)
    assert "What it saves" in shown(answer)
    assert answer.content.count(b"lm lm-composer") == 1
    smaller = reformer.send(NEW, written(service=THREE[:1]))
    assert f"Fields {len(catalogue.services[THREE[0]].asks)} → " in strip(smaller)
    assert "Pick the services" in shown(reformer.send(NEW, written(service=[])))


def test_the_numbers_of_the_published_one_are_those_of_its_report(reformer: Reformer) -> None:
    report = selectors.compiled(release=release(), event_id="open-a-restaurant", answers={}, held=())
    answer = reformer.get(RESTAURANT)
    assert f"Fields {report.before.elements} → {report.after.elements}" in strip(answer)
    assert f"Working days {report.before.days:.0f} → {report.after.days:.0f}" in strip(answer)
    assert "minimum proven" in shown(answer)
    assert "With the applicant's consent: Health certificate register" in shown(answer)
    assert "What changes against" not in shown(answer)


def test_what_the_same_case_makes_is_one_row_and_the_rows_add_up(reformer: Reformer) -> None:
    page = parsed(reformer.get(RESTAURANT))
    rows = [" ".join(row.text_content().split()) for row in page.xpath("//details[contains(@class,'went__row')]/summary")]
    assert sum("made in the same case" in row for row in rows) == 2
    assert sum(int(row.split()[0]) for row in rows) == 38 + 24


def test_with_scripts_only_the_parts_that_change_are_sent(reformer: Reformer) -> None:
    headers = {"HX-Request": "true"}
    first = reformer.client.post(NEW, written(listed="", shared_of="0"), headers=headers).content.decode()
    assert "<html" not in first
    assert 'name="limit:food-business-licence.review"' in first
    again = reformer.client.post(NEW, written(listed=",".join(THREE), shared_of="4"), headers=headers).content.decode()
    assert "<input" not in re.sub(r"<button[^>]*>", "", again).replace('<input type="hidden"', "")
    assert 'id="note-shared" hx-swap-oob' in again


# --- what if ---


def without(cause: str) -> Any:
    return ablate(selectors.catalogue_at(release()), "open-a-restaurant").without[cause]


@pytest.mark.parametrize(
    ("switch", "cause", "kind", "label"),
    [
        ("shared", "sharing", "elements", "Fields"),
        ("joining", "joining", "visits", "Visits"),
        ("parallel", "parallel", "days", "Working days"),
        ("agreed", "commitments", "days", "Working days"),
    ],
)
def test_a_switch_shows_the_bundle_without_one_cause(reformer: Reformer, switch: str, cause: str, kind: str, label: str) -> None:
    answer = reformer.send(RESTAURANT, existing(**{switch: "0"}))
    number = getattr(without(cause), kind)
    full = getattr(selectors.compiled(release=release(), event_id="open-a-restaurant", answers={}, held=()).after, kind)
    assert number > full
    assert re.search(rf"{label} \d+ → {number:.0f}\b", strip(answer))
    assert strip(answer).startswith("What if:")
    assert "Keeping and publishing take no notice of it" in shown(answer)
    back = reformer.send(RESTAURANT, existing(**{switch: "0", "reset": "1"}))
    assert "what if" not in shown(back)


def test_the_slider_of_shared_sources_names_those_that_stay(reformer: Reformer) -> None:
    answer = reformer.send(RESTAURANT, existing(shared="1"))
    assert "Shared are only: Property register." in shown(answer)
    assert "1 of 5" in text_of(answer)
    assert "what if" not in shown(reformer.send(RESTAURANT, existing(shared="5")))


def test_all_sources_stay_all_when_a_service_is_added(reformer: Reformer) -> None:
    answer = reformer.send(NEW, written(shared="2", shared_of="2"))
    assert "what if" not in shown(answer)


def test_publishing_takes_no_notice_of_the_switches(reformer: Reformer) -> None:
    reformer.send(f"{NEW}publish/", written(shared="0", shared_of="4", joining="0", parallel="0", agreed="0"))
    event = published("open-a-snack-bar")
    assert event["services"] == THREE
    assert not {"shared", "switches", "joining"} & set(event)
    plain = compile_bundle(selectors.catalogue_at(release()), "open-a-snack-bar").after
    assert (plain.days, plain.elements) == (plain.days_parallel, 6)


# --- agreed limits ---


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("abc", "“abc” is not a number of working days. Write a number from 0 to 2."),
        ("1e1", "“1e1” is not a number of working days."),
        ("nan", "“nan” is not a number of working days."),
        ("٢", "“٢” is not a number of working days."),
        ("9", "9 working days are more than the legal limit of 2. Agree on 2 or fewer."),
        ("-1", "a limit cannot be below 0."),
    ],
)
def test_a_wrong_limit_is_told_beside_it_and_is_not_published(reformer: Reformer, text: str, sentence: str) -> None:
    form = written(**{"limit:food-business-licence.review": text})
    answer = reformer.send(NEW, form)
    assert answer.status_code == 200
    assert f"Food business licence – Review of the layout: {sentence}" in text_of(answer)
    assert field(answer, "limit:food-business-licence.review") == text
    for act in ("publish/", "save/"):
        refused = reformer.send(f"{NEW}{act}", form)
        assert refused.status_code == 422
        assert sentence in summary(refused)
        assert field(refused, "limit:food-business-licence.review") == text
        assert field(refused, "name_zh") == "开一家小吃店"
    assert ("events", "open-a-snack-bar") not in selectors.documents_at(release())
    assert not models.DraftObject.objects.exists()


@pytest.mark.parametrize(("text", "days"), [("0", 0), ("1", 1), ("0,5", 0.5), (" 1.5 ", 1.5), ("2", None), ("", None)])
def test_an_agreed_limit_is_kept_where_it_is_below_the_law(reformer: Reformer, text: str, days: float | None) -> None:
    reformer.send(f"{NEW}publish/", written(**{"limit:food-business-licence.review": text}))
    assert published("open-a-snack-bar")["commitments"].get("food-business-licence.review") == days


def test_a_lower_limit_shortens_the_process_and_is_shown_apart(reformer: Reformer) -> None:
    limits = {f"limit:food-business-licence.{step}": "0" for step in ("accept", "review", "inspect", "decide")}
    answer = reformer.send(NEW, written(**limits))
    computed = re.search(r"(\d+) computed, (\d+) taken off by agreement", shown(answer))
    assert computed
    assert re.search(rf"Working days \d+ → {int(computed[1]) - int(computed[2])}$", strip(answer))


# --- publishing ---


def test_a_published_one_thing_is_usable_on_the_next_page(reformer: Reformer) -> None:
    answer = reformer.send(f"{NEW}publish/", written())
    assert answer.redirect_chain[-1][0] == "/things/open-a-snack-bar/"
    assert "Published. Citizens can use it from now on." in text_of(answer)
    citizen = Reformer(type(reformer.client)())
    citizen.speak("en").log_in("wang.li")
    assert "Open a snack bar" in text_of(citizen.get("/"))
    assert "Open a snack bar" in text_of(citizen.get("/things/open-a-snack-bar/"))
    begun = citizen.send("/things/open-a-snack-bar/start/")
    assert begun.status_code == 200
    assert "/drafts/" in begun.redirect_chain[-1][0]


def test_what_is_missing_is_told_all_at_once(reformer: Reformer) -> None:
    answer = reformer.send(f"{NEW}publish/", written(service=[], name_ru=" ", name_zh="", yearly_cases="many"))
    assert answer.status_code == 422
    told = summary(answer)
    assert "Pick at least one service." in told
    assert "Give it a name in each language; there is none in: 中文, Русский." in told
    assert "Write the cases a year as a whole number, for example 900." in told
    assert field(answer, "name_en") == "Open a snack bar"
    assert field(answer, "yearly_cases") == "many"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("开店", "The English name needs Latin letters or digits"),
        ("Open a restaurant", "There is a One Thing with this English name already."),
        ("a" * 120, "The name in English has 120 characters. Shorten it to 100."),
    ],
)
def test_an_english_name_that_makes_no_address_is_refused(reformer: Reformer, name: str, sentence: str) -> None:
    before = published()
    for act in ("publish/", "save/"):
        answer = reformer.send(f"{NEW}{act}", written(name_en=name))
        assert answer.status_code == 422
        assert sentence in summary(answer)
        assert field(answer, "name_en") == name
    assert published() == before


def test_a_published_one_keeps_its_address_when_it_is_renamed(reformer: Reformer) -> None:
    reformer.send(f"{RESTAURANT}publish/", existing(name_en="Open an eatery"))
    assert published()["name"]["en"] == "Open an eatery"
    assert ("events", "open-an-eatery") not in selectors.documents_at(release())


def test_publishing_twice_publishes_once(reformer: Reformer) -> None:
    form = written()
    assert reformer.send(f"{NEW}publish/", form).status_code == 200
    number = release()
    again = reformer.send(f"{NEW}publish/", form)
    assert again.redirect_chain[-1][0] == "/things/open-a-snack-bar/"
    assert release() == number


def test_two_clicks_that_race_publish_once(reformer: Reformer, monkeypatch: pytest.MonkeyPatch) -> None:
    real = services.publish
    clicks: list[str] = []

    def slow(**options: Any) -> Any:
        if not clicks:
            clicks.append("the other one was faster")
            real(**options)
        return real(**options)

    monkeypatch.setattr(services, "publish", slow)
    answer = reformer.send(f"{NEW}publish/", written())
    assert clicks
    assert answer.redirect_chain[-1][0] == "/things/open-a-snack-bar/"


def test_publishing_without_a_change_makes_no_release(reformer: Reformer) -> None:
    number = release()
    answer = reformer.send(f"{RESTAURANT}publish/", existing())
    assert "nothing is left to change" in text_of(answer)
    assert release() == number


def test_who_publishes_over_a_newer_version_is_told_and_loses_nothing(reformer: Reformer) -> None:
    form = existing(name_zh="开一家好餐馆")
    other = published() | {"services": published()["services"][:-1], "yearly_cases": 777}
    other["commitments"] = {key: days for key, days in other["commitments"].items() if key.split(".")[0] in other["services"]}
    services.publish(kind="event", document=other, actor=SYSTEM, now=clock.now())
    answer = reformer.send(f"{RESTAURANT}publish/", form)
    assert answer.status_code == 422
    assert "was changed in release 2 after you began" in summary(answer)
    assert "Somebody published another version after you began" in shown(answer)
    assert "New in it: Check of staff health certificates" in shown(answer)
    assert field(answer, "name_zh") == "开一家好餐馆"
    assert published()["yearly_cases"] == 777

    taken_up = reformer.send(RESTAURANT, form | {"rebase": "1"})
    assert field(taken_up, "based_on") == "2"
    assert field(taken_up, "name_zh") == "开一家好餐馆"
    reformer.send(f"{RESTAURANT}publish/", form | {"based_on": "2"})
    assert published()["name"]["zh"] == "开一家好餐馆"
    assert published()["yearly_cases"] == 900


def test_who_keeps_a_draft_of_an_older_version_is_told_and_takes_up_the_new_one(reformer: Reformer) -> None:
    form = existing(name_zh="开一家好餐馆")
    services.publish(kind="event", document=published() | {"yearly_cases": 777}, actor=SYSTEM, now=clock.now())
    answer = reformer.send(f"{RESTAURANT}save/", form)
    assert answer.status_code == 422
    assert "was changed in release 2 after you began" in summary(answer)
    assert field(answer, "name_zh") == "开一家好餐馆"
    assert not models.DraftObject.objects.exists()
    assert reformer.send(f"{RESTAURANT}save/", form | {"based_on": "2"}).status_code == 200
    assert models.DraftObject.objects.get().based_on == 2


def test_the_map_of_ten_departments_fits_its_pane(reformer: Reformer) -> None:
    for language in ("zh-hans", "en"):
        reformer.client.cookies["onewindow-language"] = language
        page = html.fromstring(reformer.get(RESTAURANT).content.decode())
        (drawn,) = page.xpath("//*[contains(@class, 'composer__map--wide')]/svg")
        _, _, width, height = (float(number) for number in drawn.get("viewbox").split())
        shown = float(drawn.get("width"))
        assert shown <= 944, "the pane on a screen of 1280"
        assert shown / width >= 0.8, "its letters can still be read"
        assert abs(float(drawn.get("height")) / shown - height / width) < 0.01
        assert page.xpath("//*[contains(@class, 'composer__map--wide')]/@tabindex") == ["0"]


def test_another_one_thing_published_meanwhile_is_not_in_the_way(reformer: Reformer) -> None:
    form = existing(yearly_cases="950")
    services.publish(kind="event", document=published() | {"id": "other"}, actor=SYSTEM, now=clock.now())
    reformer.send(f"{RESTAURANT}publish/", form)
    assert published()["yearly_cases"] == 950


# --- what was changed ---


def test_an_edit_shows_what_changes_against_the_published_version(reformer: Reformer) -> None:
    kept = [name for name in published()["services"] if name != "seal-filing"]
    answer = reformer.send(RESTAURANT, existing(service=kept, **{"limit:food-business-licence.decide": "3"}))
    told = shown(answer)
    assert "What changes against the published version" in told
    assert "No longer in it: Seal engraving filing" in told
    assert "Food business licence – Decision on the licence: 1 → 3 working days" in told
    assert "Working days 3 → 5 more than now" in told
    assert "Cases that are under way keep the plan they were filed under." in told
    assert "Its name, kind" not in told
    assert "Its name, kind" in shown(reformer.send(RESTAURANT, existing(yearly_cases="901")))


def test_the_questions_that_will_be_asked_are_listed(reformer: Reformer) -> None:
    questions = parsed(reformer.get(RESTAURANT)).get_element_by_id("questions").text_content()
    assert "Will you put up a sign outside?" in questions
    assert "Hot and cold dishes" in questions
    fewer = reformer.send(NEW, written(service=["business-registration", "outdoor-sign"]))
    assert "Will you put up a sign outside?" in parsed(fewer).get_element_by_id("questions").text_content()
    assert "Will you employ staff?" not in text_of(fewer)
    reformer.send(f"{NEW}publish/", written(service=["business-registration", "outdoor-sign"]))
    assert [question["id"] for question in published("open-a-snack-bar")["questions"]] == ["outdoor-sign"]


# --- what does not fit ---


def describe(ident: str, **more: Any) -> None:
    """Let a department publish one more service."""
    service = {
        "id": ident,
        "name": {"en": ident.replace("-", " ").title()},
        "organisation": "market-regulation",
        "asks": [{"element": "seats"}],
        "steps": [{"id": "accept", "kind": "acceptance", "limit_days": 1}, {"id": "decide", "kind": "decision", "limit_days": 2}],
        **more,
    }
    services.publish(kind="service", document=service, actor=SYSTEM, now=clock.now())


def test_a_question_that_nobody_asks_yet_is_named(reformer: Reformer) -> None:
    describe("terrace-permit", when={"fact": "answer.has-terrace", "is": True})
    form = written(service=[*THREE, "terrace-permit"])
    told = shown(reformer.send(NEW, form))
    assert "“Terrace Permit”: all or part of it depends on the answer to “has-terrace”, and no One Thing asks this question yet." in told
    refused = reformer.send(f"{NEW}publish/", form)
    assert refused.status_code == 422
    assert "has-terrace" in summary(refused)
    assert ("events", "open-a-snack-bar") not in selectors.documents_at(release())


def test_a_circle_is_told_with_what_would_open_it(reformer: Reformer) -> None:
    for kind in ("egg-card", "hen-card"):
        services.publish(kind="evidence_type", document={"id": kind, "name": {"en": kind.title()}}, actor=SYSTEM, now=clock.now())
    describe("hen", produces=["hen-card"], evidence=[{"id": "egg", "name": {"en": "Proof of an egg"}, "any_of": ["egg-card"]}])
    describe("egg", produces=["egg-card"], evidence=[{"id": "hen", "name": {"en": "Proof of a hen"}, "any_of": ["hen-card"]}])
    answer = reformer.send(NEW, written(service=["hen", "egg"]))
    told = shown(answer)
    assert "These steps wait for each other in a circle:" in told
    assert "let “Hen” take a commitment for “Egg-Card”, or accept something else as “Proof of an egg”" in told
    assert reformer.send(f"{NEW}publish/", written(service=["hen", "egg"])).status_code == 422


def test_a_field_that_nothing_supplies_is_told_by_its_name(reformer: Reformer) -> None:
    element = {"id": "moon-phase", "name": {"en": "Phase of the moon"}, "askable": False}
    services.publish(kind="element", document=element, actor=SYSTEM, now=clock.now())
    describe("night-market", asks=[{"element": "moon-phase"}])
    told = shown(reformer.send(NEW, written(service=["night-market"])))
    assert "Nothing can supply “Phase of the moon”, which “Night Market” needs" in told


def test_services_for_other_applicants_are_told(reformer: Reformer) -> None:
    told = shown(reformer.send(NEW, written(applicant="legal")))
    assert "not offered to the applicant you chose: Business registration." in told
    assert "not offered" not in shown(reformer.send(NEW, written()))


# --- drafts ---


def test_a_draft_is_kept_resumed_and_thrown_away(reformer: Reformer) -> None:
    limit = {"limit:food-business-licence.review": "1"}
    kept = reformer.send(f"{NEW}save/", written(name_ru="", **limit))
    assert kept.redirect_chain[-1][0] == "/composer/things/open-a-snack-bar/"
    assert "Only you see it until it is published." in text_of(kept)
    assert "Open a snack bar" in text_of(reformer.get("/composer/"))
    resumed = reformer.get("/composer/things/open-a-snack-bar/")
    assert field(resumed, "limit:food-business-licence.review") == "1"
    assert field(resumed, "name_zh") == "开一家小吃店"
    assert len(parsed(resumed).xpath("//input[@name='service'][@checked]")) == 3
    assert reformer.get("/things/open-a-snack-bar/").status_code == 404
    gone = reformer.send("/composer/things/open-a-snack-bar/discard/")
    assert "Your draft was thrown away." in text_of(gone)
    assert reformer.get("/composer/things/open-a-snack-bar/").status_code == 404
    assert reformer.send("/composer/things/open-a-snack-bar/discard/").status_code == 200


def test_a_draft_is_its_authors_own(reformer: Reformer) -> None:
    services.save_draft(kind="event", document={**published(), "id": "secret-plan"}, actor=SYSTEM, now=clock.now())
    assert "secret-plan" not in reformer.get("/composer/").content.decode()
    assert reformer.get("/composer/things/secret-plan/").status_code == 404


def test_drafts_without_a_name_do_not_replace_each_other(reformer: Reformer) -> None:
    for number in (1, 2):
        reformer.send(f"{NEW}save/", written(name_en="", name_zh=f"第{number}个"))
    assert sorted(row.document["name"]["zh"] for row in models.DraftObject.objects.all()) == ["第1个", "第2个"]


def test_a_named_draft_moves_to_its_name_and_publishing_ends_it(reformer: Reformer) -> None:
    reformer.send(f"{NEW}save/", written(name_en=""))
    answer = reformer.send("/composer/things/new-one-thing/save/", written())
    assert answer.redirect_chain[-1][0] == "/composer/things/open-a-snack-bar/"
    assert [row.key for row in models.DraftObject.objects.all()] == ["open-a-snack-bar"]
    reformer.send("/composer/things/open-a-snack-bar/publish/", written(name_en="Open a kiosk"))
    assert not models.DraftObject.objects.exists()
    assert published("open-a-kiosk")["services"] == THREE
    assert ("events", "open-a-snack-bar") not in selectors.documents_at(release())
    again = reformer.send("/composer/things/open-a-snack-bar/publish/", written(name_en="Open a kiosk"))
    assert again.redirect_chain[-1][0] == "/things/open-a-kiosk/"


def test_keeping_twice_keeps_one_draft_and_another_of_that_name_is_refused(reformer: Reformer) -> None:
    for _ in range(2):
        assert reformer.send(f"{NEW}save/", written()).status_code == 200
    assert models.DraftObject.objects.count() == 1
    other = reformer.send(f"{NEW}save/", written(service=THREE[:1]))
    assert other.status_code == 422
    assert "You keep a draft with this English name already." in summary(other)
    assert models.DraftObject.objects.get().document["services"] == THREE


def test_a_draft_of_something_published_meanwhile_says_so(reformer: Reformer) -> None:
    reformer.send(f"{RESTAURANT}save/", existing(name_zh="我的餐馆"))
    services.publish(kind="event", document=published() | {"yearly_cases": 5}, actor=SYSTEM, now=clock.now())
    resumed = reformer.get(RESTAURANT)
    assert "Somebody published another version after you began" in shown(resumed)
    assert field(resumed, "name_zh") == "我的餐馆"


def test_a_draft_with_a_service_that_is_gone_opens_without_it(reformer: Reformer) -> None:
    reformer.send(f"{NEW}save/", written())
    row = models.DraftObject.objects.get()
    row.document["services"].append("abolished")
    row.document["commitments"]["abolished.accept"] = 1
    row.save()
    answer = reformer.get("/composer/things/open-a-snack-bar/")
    assert answer.status_code == 200
    assert "The service “abolished” is not in the catalogue (any more)" in text_of(answer)
    assert "What it saves" in shown(answer)


# --- forged and strange input ---


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"service": [*THREE, "no-such-service"]}, "The service “no-such-service” is not in the catalogue"),
        ({"applicant": "martian"}, "This choice is not offered."),
        ({"kind": "<b>"}, "This choice is not offered."),
        ({"based_on": "99"}, "This page does not say which version of the catalogue it was begun on."),
        ({"based_on": "x"}, "This page does not say which version of the catalogue it was begun on."),
        ({"based_on": None}, "This page does not say which version of the catalogue it was begun on."),
        ({"yearly_cases": "-5"}, "Write the cases a year as a whole number"),
    ],
)
def test_forged_fields_are_refused_with_a_sentence(reformer: Reformer, changes: dict[str, Any], sentence: str) -> None:
    answer = reformer.send(f"{NEW}publish/", written(**changes))
    assert answer.status_code == 422
    assert sentence in summary(answer)
    assert ("events", "open-a-snack-bar") not in selectors.documents_at(release())


def test_fields_that_the_form_does_not_have_change_nothing(reformer: Reformer) -> None:
    strange = {
        "id": "evil",
        "event": "open-a-restaurant",
        "questions": "[]",
        "on_refusal": "x",
        "limit:food-business-licence.nothing": "0",
        "limit:tax-set-up.confirm": "0",
        "shared": "999999999",
        "service": [*THREE, *THREE],
        "name_zh": "开\0一家",
    }
    reformer.send(f"{NEW}publish/", written(**strange))
    event = published("open-a-snack-bar")
    assert event["services"] == THREE
    assert event["commitments"] == {}
    assert event["name"]["zh"] == "开一家"
    assert published()["services"] != THREE


def test_an_unknown_one_thing_is_not_found(reformer: Reformer) -> None:
    assert reformer.get("/composer/things/nothing/").status_code == 404


def test_a_form_whose_draft_is_gone_is_still_taken(reformer: Reformer) -> None:
    answer = reformer.send("/composer/things/gone-meanwhile/", written())
    assert field(answer, "name_en") == "Open a snack bar"


# --- what next, and why ---


def test_at_most_eight_moves_are_shown_with_the_best_two_together(reformer: Reformer) -> None:
    answer = reformer.send(f"{RESTAURANT}moves/", existing())
    assert len(parsed(answer).xpath("//tbody/tr")) == 8
    assert "Share: Kitchen plan archive" in text_of(answer)
    best = parsed(answer).find_class("moves__best")[0]
    assert re.search(r"Best two together: .* \+ .* – 2 fields 1 document fewer per case", " ".join(best.text_content().split()))
    whole = reformer.send(RESTAURANT, existing(moves="1"))
    assert "Share: Kitchen plan archive" in shown(whole)


def test_a_move_counts_the_cases_of_every_one_thing_it_touches(reformer: Reformer) -> None:
    answer = reformer.send(f"{NEW}moves/", written(service=["business-registration", "food-business-licence"]))
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in parsed(answer).xpath("//tbody/tr")]
    (archive,) = [row for row in rows if row[0].startswith("Share: Kitchen plan archive")]
    assert archive[2:] == ["2", "1,200"]


def test_the_minimum_is_proven_by_a_file_that_checks_without_us(reformer: Reformer, tmp_path: Path) -> None:
    page = reformer.send(f"{RESTAURANT}proof/", existing(shared="0"))
    assert "Why no shorter form can do" in text_of(page)
    assert "7 fields are typed" in text_of(page)
    taken = reformer.send(f"{RESTAURANT}proof/", existing(shared="0") | {"as": "file"})
    certificate = json.loads(taken.content)
    assert len(certificate["form"]) == 7
    (tmp_path / "c.json").write_bytes(taken.content)
    done = subprocess.run([sys.executable, str(ROOT / "docs" / "certify.py"), str(tmp_path / "c.json")], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def test_there_is_no_proof_of_nothing(reformer: Reformer) -> None:
    describe("terrace-permit", when={"fact": "answer.has-terrace", "is": True})
    answer = reformer.send(f"{NEW}proof/", written(service=["terrace-permit"]))
    assert answer.status_code == 422
    assert "There is no proof of it yet." in summary(answer)


def test_the_published_process_can_be_taken_as_bpmn(reformer: Reformer) -> None:
    answer = reformer.get(f"{RESTAURANT}process.bpmn")
    assert answer["Content-Type"] == "application/xml"
    assert b"definitions" in answer.content


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "这是“假如”"), ("ru", "Это «что, если»")])
def test_the_composer_speaks_the_readers_language(reformer: Reformer, language: str, words: str) -> None:
    reformer.speak(language)
    assert words in shown(reformer.send(RESTAURANT, existing(joining="0")))


def test_a_word_that_staff_put_into_a_group_finds_at_once_and_no_longer_when_it_is_taken_away(visitor: Visitor) -> None:
    reformer = visitor.speak("en").log_in("sun.mingzhe")
    nothing = text_of(reformer.get("/composer/words/?q=串串香"))
    assert "Put the word into a group" in nothing
    assert "No group has this word" in nothing
    assert "Write between 2" in text_of(reformer.send("/composer/words/save/", {"words": "串串香"}))
    kept = reformer.send("/composer/words/save/", {"words": "串串香，餐馆"})
    assert "Searches find by these words" in text_of(kept)
    assert "Open a restaurant" in text_of(reformer.get("/search/?q=串串香"))
    (group,) = [row for row in selectors.synonyms() if "串串香" in row.words]
    reformer.send(f"/composer/words/{group.id}/", {"words": "串串香, 麻辣烫, 餐馆"})
    assert "Open a restaurant" in text_of(reformer.get("/search/?q=麻辣烫"))
    reformer.send(f"/composer/words/{group.id}/remove/")
    assert "Nothing found" in text_of(reformer.get("/search/?q=麻辣烫"))
