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
purposes = ("study", "work", "family", "assets", "settle")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def compiled(purpose: str, *, mandates: bool = False) -> Report:
    answers = {"purpose": purpose, "mandates": mandates}
    return compile_bundle(catalogue(), "notarise-for-abroad", answers=answers, with_alone=False)


def test_twelve_kinds_are_issued_at_once_and_the_rest_within_five_days_instead_of_fifteen() -> None:
    services = [catalogue().services[name] for name in catalogue().events["notarise-for-abroad"].services]
    at_once = [service for service in services if service.automatic_when]
    assert len(at_once) == 12
    later = [service for service in services if service not in at_once]
    assert [service.id for service in later] == ["notarise-assets", "notarise-statement"]
    limits = {service.id: sum(step.limit_days for step in service.steps) for service in later}
    promised = catalogue().events["notarise-for-abroad"].commitments
    assert set(limits.values()) == {15}
    assert {name: sum(days for key, days in promised.items() if key.startswith(f"{name}.")) for name in limits} == dict.fromkeys(limits, 5)
    issued = {service.id for purpose in purposes for service in at_once if service.id in compiled(purpose).services}
    assert issued == {service.id for service in at_once} < set(compiled("settle").services)


def test_the_notary_draws_on_28_interfaces_of_10_departments_each_described_granted_and_of_some_level() -> None:
    found = catalogue().services
    used: dict[str, set[str]] = {}
    for purpose in purposes:
        report = compiled(purpose, mandates=True)
        for row in report.filled:
            if row.source["kind"] == "resource":
                used.setdefault(row.source["id"], set()).add(row.service)
        assert len(report.services) == len({found[name].id for name in report.services})
    assert (len(used), len({catalogue().resources[name].organisation for name in used})) == (28, 10)
    connectors = {row["resource"]: row for file in scenarios.glob("*/connectors.yaml") for row in read(file)["connectors"]}
    described = {row["id"]: row for file in scenarios.glob("*/data-resources.yaml") for row in read(file)["resources"]}
    assert set(connectors) <= set(described), "every interface is to a resource that is described"
    for name in used:
        resource, told = catalogue().resources[name], described[name]
        assert connectors[name]["level"] in {"state", "province", "city"}
        assert (told["organisation"], told["sharing"], told["keys"]) == (resource.organisation, resource.sharing, list(resource.keyed_by))
        assert {field["name"] for field in told["fields"]} >= set(resource.gives)
    assert sum(connectors[name]["kind"] == "soap" for name in used) == 4


@pytest.mark.parametrize("purpose", purposes)
def test_whatever_it_is_for_two_fields_are_typed_and_nothing_is_uploaded(purpose: str) -> None:
    report = compiled(purpose)
    assert report.minimal
    assert {row.element for row in report.form} == {"destination", "translated-into"}
    days = 5 if "notarise-assets" in report.services else 0
    assert (report.after.documents, report.after.visits, report.after.days) == (0, 0, days)
    with_statement = compiled(purpose, mandates=True)
    assert (with_statement.after.visits, with_statement.after.days, with_statement.after.documents) == (1, 5, 0)
    named = {"assets": "property or investment", "settle": "moving abroad"}
    text = (folder / "README.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| {named.get(purpose, purpose)} |"))
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
    for purpose in purposes:
        for row in compiled(purpose, mandates=True).filled:
            if row.source["kind"] == "resource":
                assert any(
                    grant["resource"] == row.source["id"]
                    and row.element in grant["fields"]
                    and row.service in grant.get("services", [row.service])
                    for grant in grants
                ), (row.element, row.service)
