"""The data of the restaurant: what departments describe computes to the published figures, and the story fits it."""

from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from stdnum.cn import ric, uscc

from onewindow.domain.bundle import Report, compile_bundle
from onewindow.domain.catalogue.model import Catalogue
from onewindow.domain.catalogue.read import Loaded, read_catalogue
from onewindow.domain.conditions import evaluate

folder = Path(__file__).parents[2] / "scenarios/restaurant"
event_id = "open-a-restaurant"
languages = {"zh", "en", "ru"}


def read(name: str) -> Any:
    return yaml.safe_load((folder / name).read_text(encoding="utf-8"))


@cache
def loaded() -> Loaded:
    return read_catalogue([(file.name, file.read_bytes()) for file in sorted((folder / "catalogue").glob("*.yaml"))])


@cache
def catalogue() -> Catalogue:
    return loaded().catalogue


@cache
def story() -> Any:
    return read("story.yaml")


@cache
def report(answered: bool = False) -> Report:
    return compile_bundle(catalogue(), event_id, answers=acts("answer")[0]["values"] if answered else {})


def acts(*kinds: str) -> list[dict[str, Any]]:
    return [act for act in story()["acts"] if act["act"] in kinds]


def names_in(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every `name`, and every object with an id that lacks one."""
    found: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        if "id" in value or "name" in value:
            found.append((f"{path}/{value.get('id')}", value.get("name")))
        for key, child in value.items():
            found += names_in(child, f"{path}/{key}")
    elif isinstance(value, list):
        for child in value:
            found += names_in(child, path)
    return found


# --- the catalogue ---


def test_the_catalogue_loads_without_a_warning() -> None:
    assert loaded().warnings == ()
    event = catalogue().events[event_id]
    assert len(event.services) == 10
    assert len({catalogue().services[service].organisation for service in event.services}) >= 8


def test_separate_services_ask_and_take_what_was_published() -> None:
    assert (report().before.elements, report().before.days) == (45, 41)


@pytest.mark.parametrize("answered", [False, True])
def test_the_bundle_computes_to_one_short_form_and_a_few_days(answered: bool) -> None:
    result = report(answered)
    assert result.minimal
    assert result.after.elements is not None
    assert result.after.elements <= 7
    assert result.after.days_parallel <= 20
    assert result.after.days is not None
    assert result.after.days <= 3
    assert (result.after.documents, result.after.visits) == (2, 1)
    assert result.alone is not None
    assert result.alone.elements is not None
    assert result.after.elements < result.alone.elements < 45


def test_every_combination_of_answers_has_a_plan_within_the_agreed_days() -> None:
    dishes = [value["id"] for value in catalogue().elements["dishes"].values]
    for serves, sign, staff in product(dishes, (True, False), (True, False)):
        result = compile_bundle(
            catalogue(), event_id, answers={"serves": serves, "outdoor-sign": sign, "employs-staff": staff}, with_alone=False
        )
        assert result.minimal
        assert result.after.days is not None
        assert result.after.days <= 3
        assert ("outdoor-sign" in result.services) is sign
        assert ("social-insurance-registration" in result.services) is staff
        assert ("fume-filing" in result.services) is str(serves).startswith("hot")


def test_four_departments_inspect_together_and_nobody_inspects_alone() -> None:
    (joint,) = [node for node in report().nodes if any(step.endswith(".inspect") for step in node.steps)]
    assert len(joint.steps) == 4
    assert len({catalogue().services[step.split(".")[0]].organisation for step in joint.steps}) == 4
    assert report().not_joined == ()


def test_the_services_that_wait_for_each_other_are_opened_by_a_commitment() -> None:
    ways = {(row.service, row.requirement): (row.way, row.type) for row in report().evidence}
    assert ways["fume-filing", "sewer"] == ("commitment", "sewage-discharge-permit")
    assert ways["sewage-discharge-permit", "grease-trap"] == ("produced", "fume-filing-receipt")
    types = catalogue().evidence_types
    stuck = replace(types["sewage-discharge-permit"], commitment=False)
    without = replace(catalogue(), evidence_types={**types, stuck.id: stuck})
    with pytest.raises(Exception, match=r"fume-filing.*sewage-discharge-permit|sewage-discharge-permit.*fume-filing"):
        compile_bundle(without, event_id)


def test_health_data_need_consent_and_registers_that_are_not_shared_are_not_used() -> None:
    assert report().consents == ("health-certificate-register",)
    used = {row.by for row in report().evidence} | {row.source["id"] for row in report().filled}
    hidden = {resource.id for resource in catalogue().resources.values() if resource.sharing == "none"}
    assert hidden
    assert not used & hidden


def test_every_name_is_written_in_three_languages() -> None:
    files = [f"catalogue/{file.name}" for file in (folder / "catalogue").glob("*.yaml")]
    for file in [*files, "people.yaml", "story.yaml"]:
        for path, name in names_in({key: value for key, value in read(file).items() if key != "acts"}):
            assert isinstance(name, dict), f"{file}{path} has no name"
            assert set(name) == languages, f"{file}{path}: {name}"
            assert all(isinstance(text, str) and text.strip() for text in name.values()), f"{file}{path}: {name}"
            assert any("\u4e00" <= char <= "\u9fff" for char in name["zh"]), f"{file}{path}: {name['zh']}"
            assert any("\u0400" <= char <= "\u04ff" for char in name["ru"]), f"{file}{path}: {name['ru']}"


def test_every_service_and_register_names_the_law_it_rests_on() -> None:
    assert not [service.id for service in catalogue().services.values() if not service.legal_basis]
    assert not [resource.id for resource in catalogue().resources.values() if not resource.legal_basis]
    commitments = [kind for kind in catalogue().evidence_types.values() if kind.commitment]
    assert len(commitments) >= 4
    assert all(kind.legal_basis for kind in commitments)


def test_a_question_offers_the_values_of_its_field() -> None:
    (question,) = [question for question in catalogue().events[event_id].questions if question.element]
    assert question.values == catalogue().elements["dishes"].values


def test_the_table_in_the_readme_is_what_the_compiler_says() -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    event = catalogue().events[event_id]
    for service in event.services:
        alone = replace(catalogue(), events={event_id: replace(event, services=(service,), commitments={}, on_refusal={})})
        counts = compile_bundle(alone, event_id, with_alone=False).before
        name = catalogue().services[service].name["en"]
        row = f"| {name} | {counts.elements} | {counts.documents} | {counts.steps} | {counts.visits} | {counts.days:g} |"
        assert row in text
    total = report().before
    row = f"| **{total.elements}** | **{total.documents}** | **{total.steps}** | **{total.visits}** | **{total.days:g}** |"
    assert row in text


# --- the people ---


def test_every_organisation_has_an_officer_and_a_supervisor() -> None:
    people = read("people.yaml")
    for organisation in catalogue().organisations:
        roles = {role for officer in people["officers"] if officer["organisation"] == organisation for role in officer["roles"]}
        assert {"officer", "supervisor"} <= roles, organisation
    roles = {role for officer in people["officers"] for role in officer["roles"]}
    assert roles == {"officer", "supervisor", "window", "reformer", "leader", "admin"}
    usernames = [person["username"] for person in people["officers"] + people["applicants"]]
    assert len(set(usernames)) == len(usernames)
    assert all(set(person["name"]) == languages for person in people["officers"] + people["applicants"])
    assert {person["language"] for person in people["applicants"]} == {"zh-hans", "en", "ru"}


def test_applicants_stand_in_the_population_register_under_their_own_names() -> None:
    register = {record["number"]: record["name"] for record in read("registers/population.yaml")["records"]}
    for person in read("people.yaml")["applicants"]:
        assert ric.is_valid(person["resident_id"])
        assert register[person["resident_id"]] == person["name"]["zh"]


# --- the story ---


def test_the_story_types_uploads_and_commits_exactly_what_the_plan_asks() -> None:
    plan = report(answered=True)
    (form,) = acts("fill")
    assert set(form["values"]) == {field.element for field in plan.form}
    assert {act["evidence_type"] for act in acts("upload")} == {row.type for row in plan.evidence if row.way == "upload"}
    (commit,) = acts("commit")
    assert set(commit["evidence_types"]) == {row.type for row in plan.evidence if row.way == "commitment"}
    (consent,) = acts("consent")
    assert tuple(consent["resources"]) == plan.consents
    (accept,) = acts("accept")
    assert tuple(accept["services"]) == plan.services
    assert set(acts("answer")[0]["values"]) == {question.id for question in catalogue().events[event_id].questions}


def test_every_step_is_done_once_in_an_order_the_process_allows_by_its_own_department() -> None:
    people = read("people.yaml")
    organisation = {officer["username"]: officer["organisation"] for officer in people["officers"]}
    done = [f"{service}.accept" for service in acts("accept")[0]["services"]]
    nodes = {step: node for node in report().nodes for step in node.steps}
    by_id = {node.id: node for node in report().nodes}
    for act in acts("review", "decide", "inspect", "deliver", "automatic"):
        step = f"{act['service']}.{act['step']}"
        assert step not in done, f"{step} is done twice"
        for earlier in nodes[step].after:
            assert set(by_id[earlier].steps) <= set(done), f"{step} before {earlier}"
        if act["act"] != "automatic":
            assert organisation[act["actor"]] == catalogue().services[act["service"]].organisation
        done.append(step)
    assert set(done) == set(nodes)


def test_every_output_is_issued_with_the_values_that_others_fill_in() -> None:
    outputs = {kind: values for act in acts("decide") for kind, values in act["outputs"].items()}
    for kind, values in outputs.items():
        assert set(values) == set(catalogue().evidence_types[kind].gives), kind
    automatic = {kind for act in acts("automatic") for kind in catalogue().services[act["service"]].produces}
    produced = {kind for service in report().services for kind in catalogue().services[service].produces}
    assert set(outputs) | automatic == produced == set(story()["ends"]["issued"])
    assert uscc.is_valid(outputs["business-licence"]["uscc"])


def test_the_automatic_filing_follows_from_what_two_registers_prove() -> None:
    number = acts("fill")[0]["values"]["property-number"]
    (unit,) = [record for record in read("registers/property.yaml")["records"] if record["number"] == number]
    (building,) = [record for record in read("registers/building.yaml")["records"] if record["number"] == number]
    assert (unit["use"], building["flue"]) == ("商业", "Y")
    (act,) = acts("automatic")
    condition = catalogue().services[act["service"]].automatic_when
    assert evaluate(condition, {"property-use": "commercial", "dedicated-flue": True}).value is True
    assert evaluate(condition, {"property-use": "commercial"}).value is None
    assert evaluate(condition, {"property-use": "residential", "dedicated-flue": True}).value is False


def test_one_department_asks_once_for_a_correction_and_gets_it_before_it_goes_on() -> None:
    order = [act["id"] for act in story()["acts"]]
    (notice,) = acts("notice")
    (correction,) = acts("correct")
    assert correction["actor"] == story()["applicant"]
    assert (notice["service"], notice["step"]) == (correction["service"], correction["step"])
    assert order.index(notice["id"]) < order.index(correction["id"]) < order.index("sign-reviewed")
    assert {item["evidence_type"] for item in notice["items"]} == {correction["evidence_type"]}


def test_the_fee_of_the_story_is_on_the_bill() -> None:
    (paid,) = acts("pay")
    assert [(line.service, line.fee) for line in report().fees] == [(paid["service"], paid["fee"])]
    assert report().fee_fen > 0


def test_every_act_has_a_known_actor_and_says_in_three_languages_what_happens() -> None:
    people = read("people.yaml")
    known = {person["username"] for person in people["officers"] + people["applicants"]}
    ids = [act["id"] for act in story()["acts"]]
    assert len(set(ids)) == len(ids)
    for act in story()["acts"]:
        assert set(act["tells"]) == languages, act["id"]
        assert act["act"] == "automatic" or act["actor"] in known, act["id"]


def test_the_uploads_are_small_real_pictures() -> None:
    files = story()["files"]
    assert {act["file"] for act in acts("upload", "correct")} == set(files)
    for file in files.values():
        content = (folder / file["path"]).read_bytes()
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert len(content) < 50_000
