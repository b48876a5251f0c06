"""Reading catalogue files: what loads, what is refused, and that every refusal says what, where and how to mend it."""

import copy
import json
from typing import Any

import jsonschema
import pytest
import yaml
from bench.made import made_documents
from hypothesis import given
from hypothesis import strategies as st

from onewindow.domain.catalogue import CatalogueRefused, Problem, build_catalogue, catalogue_schema, check_catalogue, read_catalogue

SMALL = """\
format: onewindow-catalogue/1
organisations:
  - {id: market, name: {zh: 市场监管局, en: Market Regulation}}
parties:
  - {id: legal, gives: [uscc]}
elements:
  - {id: uscc, type: uscc}
  - {id: seats, type: integer, effort: 2}
  - {id: places, alias_of: seats}
  - {id: opened, type: date}
  - {id: people, type: group, of: [seats, uscc], many: true}
resources:
  - {id: register, organisation: market, keyed_by: [uscc], gives: [opened], sharing: conditional}
evidence_types:
  - {id: lease, obtainable_from: [register]}
  - {id: permit, licence: true}
services:
  - id: food
    organisation: market
    when: {fact: answer.cooks, is: true}
    asks:
      - {element: seats}
      - {element: opened, when: {fact: places, at_least: 50}}
    evidence:
      - {id: premises, any_of: [lease], needed_at: decide}
    steps:
      - {id: accept, kind: acceptance, limit_days: 1}
      - {id: inspect, kind: inspection, limit_days: 5, joint: visit, after: [accept]}
      - {id: decide, kind: decision}
    produces: [permit]
    fee_fen: 100
events:
  - id: open
    kind: business
    applicant: legal
    roles: [seller]
    questions:
      - {id: cooks, type: boolean}
      - {id: how-many, element: places}
    services: [food]
    commitments: {food.inspect: 1}
    on_refusal: {food: wait}
"""


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(CatalogueRefused) as refused:
        read_catalogue([("small.yaml", text)])
    return refused.value.problems


def test_a_catalogue_is_read_with_its_defaults() -> None:
    loaded = read_catalogue([("small.yaml", SMALL)])
    food, event = loaded.catalogue.services["food"], loaded.catalogue.events["open"]
    assert [step.after for step in food.steps] == [(), ("accept",), ("inspect",)]
    assert (food.steps[2].limit_days, food.steps[2].visit, food.channels) == (0, "never", ("online", "mobile", "counter"))
    assert loaded.catalogue.elements["uscc"].name == {"en": "uscc"}
    assert event.questions[1].type == "integer"
    assert loaded.documents["services"]["food"]["fee_fen"] == 100
    assert check_catalogue(loaded.catalogue) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("asks:", "aks:", "Did you mean “asks”?"),
        ("{element: seats}", "{element: seets}", "Did you mean “seats”?"),
        ("effort: 2", "effort: 0.5", "below 1"),
        ("effort: 2", "effort: yes", "“effort” must be a number, not “yes”"),
        ("alias_of: seats", "alias_of: places", "the aliases go in a circle: places → places"),
        ("alias_of: seats", "alias_of: seller.seats", "an alias stands for a plain element"),
        ("of: [seats, uscc]", "of: [people]", "the group contains itself"),
        ("type: integer", "type: intger", "Did you mean “integer”?"),
        ("sharing: conditional", "sharing: secret", "unconditional, conditional, none"),
        ("fact: answer.cooks", "fact: answer.cook", "Did you mean “cooks”?"),
        ("is: true", "equals: true", "“equals” is not an operator"),
        ("fact: places, at_least", "fact: uscc, at_least", "Order applies to integer, number, money and date"),
        ("at_least: 50", "at_least: 2024-01-01", "Write a number"),
        ("needed_at: decide", "needed_at: decades", "it has no step “decades”"),
        ("after: [accept]", "after: [decide]", "the steps wait for each other: decide → inspect → decide"),
        ("kind: acceptance, limit", "kind: acceptance, joint: visit, limit", "cannot have a “joint” of its own"),
        ("limit_days: 5", "limit_days: -5", "at least 0"),
        ("limit_days: 5", "limit_days: .nan", "must be a number"),
        ("fee_fen: 100", "fee_fen: 1.5", "a whole number of fen"),
        ("fee_fen: 100", "fee_fen: 100\n    fees: [{id: f, fen: 1}]", "stands beside “fees”"),
        ("fee_fen: 100", "fees: [{id: f}]", "either “fen” or “assessed: true”"),
        ("id: how-many", "id: cooks", "the id stands twice"),
        ("{id: cooks, type: boolean}", "{id: cooks}", "“type” is missing"),
        ("{id: cooks, type: boolean}", "{id: cooks, type: enum}", "an enum needs its values"),
        ("element: places}", "element: buyer.places}", "the role “buyer” is none of the event"),
        ("any_of: [lease]", "any_of: [buyer.lease]", "the role “buyer” is none of the event “open”"),
        ("food.inspect: 1", "food.inspect: 6", "above the step's limit of 5"),
        ("food.inspect: 1", "food.inspekt: 1", "Did you mean “food.inspect”?"),
        ("services: [food]", "services: [food, food]", "stands twice"),
        ("{food: wait}", "{food: stop}", "continue, wait, withdraw"),
        ("{food: wait}", "{foot: wait}", "Did you mean “food”?"),
        ("roles: [seller]", "roles: [answer]", "cannot be a role"),
        ("id: permit", "id: lease", "the id stands already at small.yaml:15"),
        ("id: permit", "id: per.mit", "has a dot"),
        ("id: permit", "id: 7", "“id” must be a text, not the number 7"),
        ("zh: 市场监管局", "cn: 市场监管局", "is not a text in zh, en or ru"),
        ("name: {zh: 市场监管局, en: Market Regulation}", "name: Market", "Write {zh: …, en: …, ru: …}"),
        ("organisation: market\n    when", "organisation: markt\n    when", "Did you mean “market”?"),
        ("format: onewindow-catalogue/1", "format: onewindow-catalogue/2", "Write format: onewindow-catalogue/1."),
        ("applicant: legal", "applicant: natural", "there is no party “natural”"),
    ],
)  # fmt: skip
def test_every_problem_says_what_where_and_how_to_mend_it(old: str, new: str, said: str) -> None:
    place = SMALL.index(old)
    found = problems(SMALL[:place] + new + SMALL[place + len(old) :])
    line = SMALL.count("\n", 0, place) + 1
    assert said in str(found[0]), found
    assert (found[0].file, found[0].line) == ("small.yaml", line)
    assert all(problem.remedy for problem in found)


def test_two_questions_for_one_element_are_refused_through_aliases_too() -> None:
    (problem,) = problems(SMALL.replace("type: boolean}", "type: integer, element: seats}").replace("is: true", "is: 1"))
    assert "the questions “cooks” and “how-many” ask the same element “seats”" in problem.message


def test_all_problems_come_at_once_from_all_files() -> None:
    with pytest.raises(CatalogueRefused) as refused:
        read_catalogue([("a.yaml", SMALL.replace("effort: 2", "effort: 0")), ("b.json", '{"servces": []}'), ("c.yaml", "a: [")])
    assert {problem.file for problem in refused.value.problems} == {"a.yaml", "b.json", "c.yaml"}
    assert str(refused.value).startswith("The catalogue was not loaded, 3 problem(s)")


def test_a_service_without_steps_is_refused() -> None:
    assert "it has no steps" in str(problems("services: [{id: a}]")[0])
    assert "it has no steps" in str(problems("services: [{id: a, steps: []}]")[0])


@pytest.mark.parametrize("text", ["[]", "a", "1", "services: {}", "services: [1]", "services: [{}]", "elements: [{id: [a]}]"])
def test_what_is_no_catalogue_is_refused_with_a_sentence(text: str) -> None:
    assert problems(text)[0].message


def test_files_may_come_in_any_order_and_number() -> None:
    whole = yaml.load(SMALL, Loader=yaml.CSafeLoader)
    parts = [(f"{kind}.json", json.dumps({"format": whole["format"], kind: rows})) for kind, rows in whole.items() if kind != "format"]
    assert read_catalogue(parts[::-1]).catalogue == read_catalogue([("small.yaml", SMALL)]).catalogue


def test_stored_objects_come_back_as_the_same_catalogue() -> None:
    loaded = read_catalogue([("small.yaml", SMALL)])
    rows = {kind: list(objects.values()) for kind, objects in loaded.documents.items()}
    assert build_catalogue(rows) == loaded.catalogue
    rows["elements"] = []
    with pytest.raises(CatalogueRefused):
        build_catalogue(rows)


def test_null_is_the_same_as_leaving_a_key_out() -> None:
    loaded = read_catalogue([("small.yaml", SMALL)])
    rows = {kind: [copy.deepcopy(row) for row in objects.values()] for kind, objects in loaded.documents.items()}
    rows["services"][0] |= {"fees": None, "decision": None, "channels": None, "guide": None}
    rows["events"][0]["questions"][0]["element"] = None
    assert build_catalogue(rows) == loaded.catalogue


def test_check_warns_of_a_fact_that_nobody_can_ever_know() -> None:
    loaded = read_catalogue([("small.yaml", SMALL.replace("{fact: places, at_least: 50}", "{fact: uscc, is: a}"))])
    codes = [warning.code for warning in check_catalogue(loaded.catalogue)]
    assert codes == ["catalogue-fact-never-known"]


@pytest.mark.parametrize(
    ("stated", "kind", "codes"),
    [
        ({"since": "2004-07-01", "legal_basis": [{"title": "行政许可法", "article": "第五十条"}]}, "decision", []),
        ({"since": "2004-07-01", "legal_basis": [{"title": "行政许可法"}]}, "review", ["catalogue-silence-without-decision"]),
        ({"since": "2004-07-01"}, "decision", ["catalogue-silence-without-law"]),
    ],
)
def test_check_warns_where_silence_is_said_to_grant_and_never_can(stated: dict[str, Any], kind: str, codes: list[str]) -> None:
    loaded = read_catalogue([("small.yaml", SMALL)])
    rows = {name: [copy.deepcopy(row) for row in objects.values()] for name, objects in loaded.documents.items()}
    rows["services"][0]["guide"] = {"silence_grants": stated}
    rows["services"][0]["steps"][-1]["kind"] = kind
    assert [warning.code for warning in check_catalogue(build_catalogue(rows)) if "silence" in warning.code] == codes


VALID = jsonschema.Draft202012Validator(catalogue_schema())


def test_the_published_schema_is_a_schema_and_fits_what_is_read() -> None:
    jsonschema.Draft202012Validator.check_schema(catalogue_schema())
    assert list(VALID.iter_errors(yaml.load(SMALL, Loader=yaml.CSafeLoader) | {"format": "onewindow-catalogue/1"})) == []
    assert list(VALID.iter_errors(made_documents(3))) == []


junk = st.sampled_from([None, True, 0, -1, 1.5, "", "x", "a.b", [], ["x"], [1], {}, {"id": "x"}, {"zh": "x"}, {"fact": "seats", "is": 1}])


@given(st.data())
def test_reader_and_published_schema_agree_on_what_is_malformed(data: st.DataObject) -> None:
    """What the schema refuses the reader refuses; what only the reader refuses is a matter between objects."""
    document: Any = yaml.load(SMALL, Loader=yaml.CSafeLoader)
    here: Any = document
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(here[key], dict | list) or not here[key] or data.draw(st.integers(0, 3)) == 0:
            break
        here = here[key]
    change = data.draw(st.sampled_from(["replace", "rename", "remove"]))
    if change == "replace" or isinstance(here, list):
        here[key] = data.draw(junk)
    else:
        value = here.pop(key)
        if change == "rename":
            here["no-such-key"] = value
    fits = VALID.is_valid(document)
    refused = refusal_of(document)
    assert fits or refused, document
    if fits:
        assert all(problem.code.startswith(between_objects) for problem in refused), refused


between_objects = (
    "catalogue-unknown-", "catalogue-two-questions", "catalogue-wrong-order", "catalogue-step-circle", "catalogue-alias-circle",
    "catalogue-group-circle", "catalogue-commitment-above-limit", "catalogue-enum-without-values", "catalogue-duplicate-id",
    "catalogue-wrong-condition", "catalogue-wrong-fee",
)  # fmt: skip


def refusal_of(document: Any) -> tuple[Problem, ...]:
    try:
        read_catalogue([("a.json", json.dumps(document))])
    except CatalogueRefused as refused:
        return refused.problems
    return ()
