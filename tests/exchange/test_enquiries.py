"""Enquiries without a case: who is proven asks a register about themselves and takes a statement along."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from onewindow.modules.catalogue import services as catalogue
from onewindow.modules.exchange import enquiries, services
from onewindow.modules.exchange.errors import EnquiriesRefused
from onewindow.modules.exchange.models import Enquiry, EnquiryAnswer, Grant, Query
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import Identification, User
from onewindow.plumbing import accesses, clock, documents, personal
from tests.exchange.conftest import CITY, SYSTEM, Sources

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

LIST = "/enquiries/"
ASK = f"{LIST}home-address/ask/"


def described() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = yaml.safe_load((CITY / "enquiries.yaml").read_text(encoding="utf-8"))["enquiries"]
    return rows


def browser(username: str, language: str = "en") -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["onewindow-language"] = language
    return client


@pytest.fixture
def people(city: None) -> None:
    now = clock.now()
    found = yaml.safe_load((CITY / "people.yaml").read_text(encoding="utf-8"))
    wanted = [row for row in found["applicants"] if row["username"] in {"wang.li", "zhou.hang"}]
    identity.load_people(people={**found, "applicants": wanted, "officers": []}, password="one-window-demo", actor=SYSTEM, now=now)
    services.load_enquiries(enquiries=described(), actor=SYSTEM, now=now)


def test_somebody_proven_reads_what_a_register_holds_about_them_with_source_time_and_a_statement(
    people: None, sources: Sources, tmp_path: Path
) -> None:
    wang, zhou = browser("wang.li"), browser("zhou.hang")
    assert "Log in first" in Client(headers={"accept-language": "en"}).get(LIST).content.decode()
    shown = wang.get(LIST).content.decode()
    assert "My registered address" in shown
    answered = wang.post(ASK)
    page = wang.get(answered["Location"]).content.decode()
    assert "江沿街126号" in page
    assert "Population register" in page
    assert "2300**********026X" in page
    assert "23000019880412026X" not in page
    assert zhou.get(answered["Location"]).status_code == 404, "another's answer is not there"
    (asked,) = Query.objects.all()
    assert (asked.purpose, asked.resource, asked.organisation) == (
        "enquiry:home-address",
        "population-register",
        "service-centre",
    )
    user = User.objects.get(username="wang.li")
    assert "because you asked" in wang.get("/who-looked/").content.decode()
    row = EnquiryAnswer.objects.get()
    assert "江沿街".encode() not in bytes(EnquiryAnswer.objects.values_list("told", flat=True).get()), "kept sealed"

    address = f"{answered['Location']}statement/"
    first, second = wang.get(address), wang.get(address)
    assert first["Content-Type"] == "application/pdf"
    assert "no-store" in first["Cache-Control"]
    assert first.content == second.content, "the same answer, the same bytes"
    documents._compiler.cache_clear()
    assert wang.get(address).content == first.content, "whatever was compiled before"
    assert browser("wang.li", "ru").get(address).content != first.content
    assert zhou.get(address).status_code == 404
    assert {part.name for part in personal.held_about(user.pk)} >= {"enquiries"}
    later = clock.now() + enquiries.life()
    assert [item.subject_id for item in personal.overdue(later) if item.holder == "enquiries"] == [str(row.pk)]


def test_a_silent_register_an_ended_grant_and_an_unproven_person_get_a_sentence_and_nothing_else(people: None, sources: Sources) -> None:
    zhou = browser("zhou.hang")
    sources.fault("population", "down")
    said = zhou.post(ASK, follow=True).content.decode()
    assert "please ask again from" in said
    sources.fault("population", "none")
    assert not EnquiryAnswer.objects.exists()
    assert accesses.of_person(User.objects.get(username="zhou.hang").pk, limit=5), "asked is asked, and seen"
    Grant.objects.filter(purposes=["enquiry"]).delete()
    assert "does not allow this question" in zhou.post(ASK, follow=True).content.decode()
    Identification.objects.all().update(ended_at=clock.now())
    asked = Query.objects.count()
    assert "It is not sure enough yet who you are" in zhou.post(ASK, follow=True).content.decode()
    assert "Your identity is not confirmed yet" in zhou.get(LIST).content.decode()
    assert Query.objects.count() == asked, "nobody asked about whoever is not proven"
    assert zhou.post(f"{LIST}none-such/ask/").status_code == 404


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"fields": ["floor-area"]}, "does not give floor-area"),
        ({"key": "phone"}, "not under phone"),
        ({"resource": "x"}, "no resource x"),
        ({"name": {"zh": "x"}}, "must be written in"),
    ],
)
def test_a_list_that_does_not_fit_the_catalogue_is_not_loaded(city: None, change: dict[str, object], what: str) -> None:
    first, *others = described()
    with pytest.raises(EnquiriesRefused, match=what):
        services.load_enquiries(enquiries=[{**first, **change}, *others], actor=SYSTEM, now=clock.now())


def test_every_enquiry_of_the_city_fits_its_catalogue_and_is_granted(db: None) -> None:
    folders = [CITY, CITY.parent / "city-registers"]
    files = [(path.name, path.read_bytes()) for folder in folders for path in sorted((folder / "catalogue").glob("*.yaml"))]
    catalogue.load_catalogue(files=files, actor=SYSTEM, now=clock.now())

    def read(name: str) -> list[dict[str, Any]]:
        return [row for folder in folders for row in yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))[name]]

    wanted = read("enquiries")
    assert services.load_enquiries(enquiries=wanted, actor=SYSTEM, now=clock.now()) == len(wanted) >= 11
    load = partial(services.load_enquiries, actor=SYSTEM, now=clock.now())
    assert load(enquiries=wanted) == load(enquiries=wanted[3:5]) == 0, "what is there already stays, and so does what a file does not name"
    shorter = {**wanted[3], "fields": wanted[3]["fields"][:1]}
    assert load(enquiries=[shorter]) == 1
    assert list(Enquiry.objects.order_by("place").values_list("pk", flat=True)) == [row["id"] for row in wanted]
    assert load(enquiries=wanted[:-1], replace=True) == 2
    assert not Enquiry.objects.filter(pk=wanted[-1]["id"]).exists()
    granted = {(row["resource"], name) for row in read("grants") if "enquiry" in row["purposes"] for name in row["fields"]}
    assert {(row["resource"], name) for row in wanted for name in row["fields"]} == granted
    reached = {row["resource"] for row in read("connectors")}
    assert {row["resource"] for row in wanted} <= reached


def test_a_statement_says_amounts_days_and_choices_as_people_write_them() -> None:
    choices = ({"id": "n", "name": {"zh": "正常", "en": "in use"}},)
    said = [
        documents.said(value, kind, some, "en")
        for value, kind, some in (
            (8643250, "money", ()),
            ("2026-02-28", "date", ()),
            ("n", "enum", choices),
            (True, "boolean", ()),
            (7, "integer", ()),
        )
    ]
    assert said == ["¥86,432.50", "2026-02-28", "in use", "yes", "7"]
