"""The retirement: what six authorities describe comes to thirty working days by themselves and to one short form together."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from stdnum.cn import ric

from onewindow.cli.demo import register_folders
from onewindow.cli.files import catalogue_files, with_wsdl
from onewindow.cli.story_player import Player
from onewindow.domain.bundle import Report, compile_bundle
from onewindow.domain.catalogue.model import Catalogue
from onewindow.domain.catalogue.read import Loaded, read_catalogue
from onewindow.domain.conditions import evaluate
from onewindow.domain.values import normalise
from onewindow.modules.exchange.connectors import connect
from onewindow.modules.exchange.errors import NoRecord
from onewindow_sources.main import build
from onewindow_sources.server import SourcesServer

scenarios = Path(__file__).parents[2] / "scenarios"
city, registers, folder = scenarios / "restaurant", scenarios / "city-registers", scenarios / "retirement"
guo, his_son, wang_li = "230000196603120731", "230000199305210855", "23000019880412026X"
his_firm = "91239900MA4YJHB3X6"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def loaded() -> Loaded:
    every = sorted({path.parent for path in scenarios.glob("*/catalogue")})
    return read_catalogue(catalogue_files(tuple(str(place / "catalogue") for place in every)))


def catalogue() -> Catalogue:
    return loaded().catalogue


@cache
def report() -> Report:
    return compile_bundle(catalogue(), "retire", answers={"withdraws-fund": True, "only-child": True})


def acts(*kinds: str) -> list[dict[str, Any]]:
    return [act for act in read(folder / "story.yaml")["acts"] if act["act"] in kinds]


def test_the_whole_city_loads_without_a_warning_and_nobody_stands_in_it_twice() -> None:
    assert loaded().warnings == ()
    people = [
        row["username"]
        for file in scenarios.glob("*/people.yaml")
        for kind in ("applicants", "officers")
        for row in read(file).get(kind, ())
    ]
    assert sorted(people) == sorted(set(people))


def test_separate_services_take_the_published_thirty_days_and_together_none_is_waited_for() -> None:
    event = catalogue().events["retire"]
    services = [catalogue().services[name] for name in event.services]
    assert len({service.organisation for service in services}) == 6
    assert all(service.legal_basis and service.automatic_when for service in services)
    assert report().minimal
    assert (report().before.days, report().after.days) == (30, 0)
    assert {row.element for row in report().form} == {"pension-bank-account", "emergency-phone"}
    assert (report().after.documents, report().after.visits) == (0, 0)
    text = (folder / "README.md").read_text(encoding="utf-8")
    for service in services:
        alone = replace(catalogue(), events={"retire": replace(event, services=(service.id,), commitments={}, on_refusal={})})
        counts = compile_bundle(alone, "retire", with_alone=False).before
        row = f"| {service.name['en']} | {counts.elements} | {counts.documents} | {counts.steps} | {counts.visits} | {counts.days:g} |"
        assert row in text
    total = report().before
    assert f"| **{total.elements}** | **{total.documents}** | **{total.steps}** | **{total.visits}** | **{total.days:g}** |" in text


def test_who_has_no_fund_and_no_only_child_is_asked_nothing_about_them() -> None:
    short = compile_bundle(catalogue(), "retire", answers={"withdraws-fund": False, "only-child": False}, with_alone=False)
    assert set(report().services) - set(short.services) == {"fund-withdrawal", "only-child-reward"}
    assert (report().consents, short.consents) == (("provident-fund-register",), ())


def test_every_act_of_the_story_is_one_that_the_plan_asks_and_somebody_can_play() -> None:
    people = [read(place / "people.yaml") for place in (city, registers, folder)]
    officers = {row["username"]: row for part in people for row in part["officers"]}
    applicants = {row["username"]: row for part in people for row in part.get("applicants", [])}
    story = read(folder / "story.yaml")
    who = applicants[story["applicant"]]
    assert ric.is_valid(who["resident_id"])
    assert {row["number"]: row["name"] for row in read(city / "registers/population.yaml")["records"]}[guo] == who["name"]["zh"]
    assert all(hasattr(Player, f"_{act['act']}") and set(act["tells"]) == {"zh", "en", "ru"} for act in story["acts"])
    (form,), (accept,), (consent,) = acts("fill"), acts("accept"), acts("consent")
    assert set(form["values"]) == {row.element for row in report().form}
    assert all(normalise(value, catalogue().elements[element]) == value for element, value in form["values"].items())
    assert officers[accept["actor"]]["organisation"] == "service-centre"
    assert tuple(accept["services"]) == report().services
    assert tuple(consent["resources"]) == report().consents
    assert {act["service"] for act in acts("automatic")} == set(report().services)
    produced = [kind for name in report().services for kind in catalogue().services[name].produces]
    assert sorted(story["ends"]["issued"]) == sorted(produced)
    for organisation in {catalogue().services[name].organisation for name in report().services}:
        roles = {role for row in officers.values() if row["organisation"] == organisation for role in row["roles"]}
        assert {"officer", "supervisor"} <= roles, organisation


def test_every_field_that_comes_from_a_register_is_granted_for_a_service_that_asks_it() -> None:
    grants = [row for place in (city, folder) for row in read(place / "grants.yaml")["grants"] if "prefill" in row["purposes"]]
    filled = [row for row in report().filled if row.source["kind"] == "resource"]
    assert len(filled) > 25
    for row in filled:
        assert any(
            grant["resource"] == row.source["id"] and row.element in grant["fields"] and row.service in grant.get("services", [row.service])
            for grant in grants
        ), (row.element, row.service)
    known = {(name, field) for name, resource in catalogue().resources.items() for field in resource.gives}
    of_people = read(folder / "grants.yaml")["grants"]
    assert {(grant["resource"], field) for grant in of_people for field in grant["fields"]} <= known


@pytest.fixture(scope="module")
def played() -> Iterator[SourcesServer]:
    server = build(data=register_folders(city), port=0, api_key="key of the test")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()


def test_every_register_of_the_city_is_asked_over_http_and_proves_what_decides_the_retirement(
    played: SourcesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEWINDOW_SOURCES_URL", f"http://127.0.0.1:{played.server_port}")
    monkeypatch.setenv("ONEWINDOW_SOURCES_KEY", "key of the test")
    rows = with_wsdl(read(registers / "connectors.yaml")["connectors"], registers)
    described = [resource for file in sorted((registers / "catalogue").glob("*.yaml")) for resource in read(file).get("resources", ())]
    assert {row["resource"] for row in rows} == {resource["id"] for resource in described}
    of_a_pensioner = {row["resource"] for row in read(folder / "grants.yaml")["grants"]}
    known: dict[str, Any] = {}
    for row in rows:
        gives = set(catalogue().resources[row["resource"]].gives)
        ways = {name: value for name, value in row.items() if name not in {"resource", "kind", "level"}}
        connection = connect(resource=row["resource"], kind=row["kind"], settings=ways)
        number = wang_li if row["resource"] in {"traffic-fine-register", "fees-due-register"} else his_son
        values = connection.fetch({"resident-id": guo if row["resource"] in of_a_pensioner else number, "uscc": his_firm})
        assert set(values) == gives == set(row["gives"]), row["resource"]
        for element, value in values.items():
            assert normalise(value, catalogue().elements[element]) == value
        known |= values
        with pytest.raises(NoRecord):
            connection.fetch({"resident-id": "nobody's", "uscc": "nobody's"})
    known["home-address"] = "云江市松林路21号2单元302"
    for name in report().services:
        condition = catalogue().services[name].automatic_when
        assert condition is not None
        assert evaluate(condition, known).value is True, name
