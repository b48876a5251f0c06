"""The notary: twelve kinds of certificate are proven by registers and issue themselves, what is declared is signed in person."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.scenarios.test_retirement_data import catalogue

from onewindow.cli.story_player import Player
from onewindow.domain.bundle import Report, compile_bundle
from onewindow.domain.values import normalise

scenarios = Path(__file__).parents[2] / "scenarios"
folder = scenarios / "notary"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def compiled(purpose: str, *, mandates: bool = False) -> Report:
    answers = {"purpose": purpose, "mandates": mandates}
    return compile_bundle(catalogue(), "notarise-for-abroad", answers=answers, with_alone=False)


def test_twelve_kinds_are_issued_at_once_and_the_rest_within_five_days_instead_of_fifteen() -> None:
    services = [catalogue().services[name] for name in catalogue().events["notarise-for-abroad"].services]
    at_once = [service for service in services if service.automatic_when]
    assert len(at_once) == 12
    assert [service.id for service in services if service not in at_once] == ["notarise-statement"]
    issued = {
        service.id for purpose in ("study", "work", "family", "assets") for service in at_once if service.id in compiled(purpose).services
    }
    assert issued == {service.id for service in at_once}


@pytest.mark.parametrize("purpose", ["study", "work", "family", "assets"])
def test_whatever_it_is_for_two_fields_are_typed_and_nothing_is_uploaded(purpose: str) -> None:
    report = compiled(purpose)
    assert report.minimal
    assert {row.element for row in report.form} == {"destination", "translated-into"}
    assert (report.after.documents, report.after.visits, report.after.days) == (0, 0, 0)
    with_statement = compiled(purpose, mandates=True)
    assert (with_statement.after.visits, with_statement.after.days, with_statement.after.documents) == (1, 5, 0)
    text = (folder / "README.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| {'property or investment' if purpose == 'assets' else purpose} |"))
    assert len(row.split("|")[2].split(",")) == len(report.services)


def test_the_story_plays_what_the_plan_asks_and_every_field_is_granted() -> None:
    story = read(folder / "story.yaml")
    people = [read(scenarios / name / "people.yaml") for name in ("restaurant", "city-registers", "notary")]
    known = {row["username"]: row for part in people for row in (*part.get("applicants", ()), *part["officers"])}
    acts = {act["id"]: act for act in story["acts"]}
    report = compiled(acts["answers"]["values"]["purpose"], mandates=acts["answers"]["values"]["mandates"])
    assert set(acts["form"]["values"]) == {row.element for row in report.form}
    assert all(normalise(value, catalogue().elements[element]) == value for element, value in acts["form"]["values"].items())
    assert tuple(acts["consent"]["resources"]) == report.consents
    assert tuple(acts["accepted"]["services"]) == report.services
    assert all(hasattr(Player, f"_{act['act']}") and set(act["tells"]) == {"zh", "en", "ru"} for act in story["acts"])
    assert {act["actor"] for act in story["acts"] if "actor" in act} | {story["applicant"]} <= set(known)
    produced = [kind for name in report.services for kind in catalogue().services[name].produces]
    assert sorted(story["ends"]["issued"]) == sorted(produced)
    grants = [row for name in ("restaurant", "notary") for row in read(scenarios / name / "grants.yaml")["grants"]]
    for purpose in ("study", "work", "family", "assets"):
        for row in compiled(purpose, mandates=True).filled:
            if row.source["kind"] == "resource":
                assert any(
                    grant["resource"] == row.source["id"]
                    and row.element in grant["fields"]
                    and row.service in grant.get("services", [row.service])
                    for grant in grants
                ), (row.element, row.service)
