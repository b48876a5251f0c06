"""`onewindow exchange` at a terminal: who may ask, asking for a case, and how much was asked; and what the doctor says of it."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import override_settings

from onewindow.cli import doctor
from onewindow.modules.cases.models import Case, CaseService, Task
from onewindow.modules.exchange import models, services
from onewindow.modules.exchange.identity_sources import BusinessRegister, GuardianRegister, PopulationRegister
from onewindow.modules.identity.models import Post, User
from onewindow.modules.identity.services import Claimed, SourceSilent
from onewindow.plumbing import accesses, clock
from tests.cli.support import on_test_database
from tests.promises import exchange_town as town

pytestmark = pytest.mark.django_db
REFERENCE = "OW-7K4M-29QX"
APPLICANT = UUID(int=77)
Exchange = Callable[..., Any]


@pytest.fixture
def exchange(tmp_path: Path, db: None) -> Iterator[Exchange]:
    """`onewindow exchange …` in this process, where the centre's clerk works on a case and another office has a clerk too."""
    with town.running() as register:
        town.found(register)
        for place in ("service-centre", "other"):
            user = User.objects.create(username=f"clerk-{place}", email=f"{place}@example.org")
            Post.objects.create(user=user, organisation_id=place, title={}, roles=["officer"], is_active=True)
        now = clock.now()
        case = Case.objects.create(
            reference=REFERENCE, event="event", release=1, plan={}, applicant=APPLICANT, state="filed", filed_at=now - timedelta(days=1)
        )
        CaseService.objects.create(case=case, service="permit", organisation="service-centre", state="in-progress", position=1)
        Task.objects.create(
            case=case, service="permit", step="s", kind="review", organisation="service-centre", state="open", position=1, node="n"
        )
        yield partial(on_test_database, tmp_path, "exchange")


def test_an_officer_asks_for_a_case_under_a_grant_and_the_applicant_and_the_report_tell_of_it(exchange: Exchange, tmp_path: Path) -> None:
    def ask(username: str = "clerk-service-centre", field: str = "street") -> Any:
        return exchange("query", town.OPEN, "--as", username, "--case", REFERENCE, "--key", "number=7", "--field", field, "--json")

    assert doctor._grants(tmp_path).state == "note"
    assert "any register" in doctor._grants(tmp_path).says
    assert "no grant covers" in ask().stderr

    grants = {"resource": town.OPEN, "organisation": "service-centre", "fields": ["street"], "purposes": ["case"], "from": "2026-01-01"}
    file = tmp_path / "grants.yaml"
    file.write_text(json.dumps({"format": "onewindow-grants/1", "grants": [grants]}), encoding="utf-8")
    more = tmp_path / "enquiries.yaml"
    said = {name: {"zh": "甲", "en": "a", "ru": "а"} for name in ("name", "about", "none")}
    enquiry = {"id": "street", "resource": town.OPEN, "key": "number", "fields": ["street"], **said}
    more.write_text(json.dumps({"format": "onewindow-enquiries/1", "enquiries": [enquiry]}), encoding="utf-8")
    first, again = exchange("setup", str(file), str(more)), exchange("setup", str(file), str(more))
    assert first.stdout == "1 of 1 grants are new or changed.\n1 of 1 enquiries are new or changed.\n"
    assert again.stdout == "0 of 1 grants are new or changed.\n0 of 1 enquiries are new or changed.\n"
    assert exchange("setup", "--replace", str(file)).returncode == 2, "it would take away every enquiry"
    assert town.BY_CONSENT in doctor._grants(tmp_path).says
    assert town.OPEN not in doctor._grants(tmp_path).says
    with override_settings(ONEWINDOW_SERVICE_CENTRE="hall"):
        assert "“hall”, which the catalogue does not know" in doctor._grants(tmp_path).says

    told = json.loads(ask().stdout)
    assert (told["values"], told["by"], told["organisation"]) == ({"street": "x"}, "clerk-service-centre", "service-centre")
    assert "no grant covers" in ask(field="income").stderr
    assert ask("clerk-other").returncode == 2, "a case of another organisation is not there for them"
    assert "No officer" in ask("nobody").stderr
    (look, *_) = accesses.of_person(APPLICANT)
    assert (look.what, look.organisation, look.purpose) == (accesses.REGISTER, "service-centre", "case:event")

    (row,) = json.loads(exchange("report", "--by", "service", "--json").stdout)["rows"]
    assert (row["name"], row["questions"], row["records"]) == ("permit", 1, 1)
    assert "service-centre" in exchange("report").stdout
    assert exchange("report", "--since", "March").returncode == 2

    services.revoke_grant(grant_id=models.Grant.objects.get().pk, reason="over", actor=town.SYSTEM, now=clock.now())
    assert ask().returncode == 2


@pytest.mark.own_database
def test_without_a_grant_every_register_that_tells_who_somebody_is_counts_as_silent(exchange: Exchange, settings: Any) -> None:
    for name in ("POPULATION", "BUSINESS", "GUARDIAN"):
        setattr(settings, f"ONEWINDOW_{name}_SOURCE", town.OPEN)
    who, told = Claimed("王丽", "23000019880412026X"), {"user_id": uuid4(), "actor": town.PERSON, "now": town.NOW}
    with pytest.raises(SourceSilent):
        PopulationRegister().agrees(who, **told)
    with pytest.raises(SourceSilent):
        BusinessRegister().represented("91230000000000000X", who, **told)
    with pytest.raises(SourceSilent):
        GuardianRegister().children_of(who, **told)
    assert exchange("report", "--json").returncode == 0
