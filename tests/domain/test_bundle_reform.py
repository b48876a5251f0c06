"""What a reformer sees: blockers, ablation, why a field is asked, the process for other tools, and what an edit changes."""

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as Xml  # what is parsed here we wrote ourselves

import pytest
from bench.made import made_catalogue
from tests.domain.bundles import catalogue, needs, service

from onewindow.domain.bundle import (
    BundleRefused,
    Move,
    ablate,
    bundle_as_bpmn,
    compare_releases,
    compile_bundle,
    explain_element,
    find_blockers,
)
from onewindow.domain.bundle.bpmn import namespaces
from onewindow.domain.bundle.excerpt import excerpt
from onewindow.domain.errors import NotFound

law = [{"title": "Food Safety Law", "article": "35"}]
kinds: dict[str, Any] = {
    "organisations": [{"id": "m", "name": {"zh": "市场监管局", "en": "Market Regulation"}}, {"id": "f", "name": {"en": "Fire Brigade"}}],
    "parties": [{"id": "p", "gives": ["uscc"]}],
    "evidence_types": [{"id": "paper"}, {"id": "deed", "obtainable_from": ["land"]}],
    "resources": [
        {"id": "land", "organisation": "f", "keyed_by": ["uscc"], "gives": ["area", "owner"], "sharing": "none"},
        {"id": "register", "organisation": "m", "keyed_by": ["number"], "gives": ["name", "birth"], "sharing": "conditional"},
    ],
}
event = {"applicant": "p", "yearly_cases": 900, "commitments": {"b.decide": 1}}
first = service("a", "area", "owner", "name", "birth", organisation="m", legal_basis=law, evidence=[needs("r", "deed")])
second = service("b", "area", "seats", organisation="f", evidence=[needs("r", "paper")])
made = catalogue(first, second, event=event, **kinds)


def test_blockers_name_what_to_build_next_weighted_by_yearly_cases() -> None:
    found = find_blockers(made, "e")
    best = found.alone[0]
    assert (best.moves, best.elements, best.documents) == ((Move("share", "land"),), 2, 1)
    assert (best.yearly_elements, best.yearly_documents) == (1800, 900)
    assert {one.moves[0].id: one.documents for one in found.alone if one.moves[0].kind == "commitment"} == {"paper": 1, "deed": 1}
    assert found.together is not None
    assert found.together.moves[0] == Move("share", "land")
    assert found.together.elements + found.together.documents == 4
    saved = {one.moves[0]: one.elements for one in found.alone if one.moves[0].kind == "interface"}
    assert saved[Move("interface", "number")] == saved[Move("interface", "seats")] == 1


def test_two_moves_that_only_help_together_are_found() -> None:
    chain: dict[str, Any] = {
        "parties": [{"id": "p", "gives": ["uscc"]}],
        "resources": [
            {"id": "one", "keyed_by": ["uscc"], "gives": ["number"], "sharing": "none"},
            {"id": "two", "keyed_by": ["number"], "gives": ["x", "y", "z"], "sharing": "none"},
        ],
        "elements": [{"id": "number", "askable": False}],
    }
    found = find_blockers(catalogue(service("a", "x", "y", "z"), event={"applicant": "p"}, **chain), "e")
    assert max(one.elements for one in found.alone) == 1
    assert found.together is not None
    assert (found.together.moves, found.together.elements) == ((Move("share", "one"), Move("share", "two")), 3)


def test_ablation_shows_where_the_effect_comes_from() -> None:
    found = ablate(made, "e")
    assert found.without["sharing"] is not None
    assert (found.full.elements, found.without["sharing"].elements, found.before.elements) == (4, 5, 6)
    assert found.without["joining"] is not None
    assert (found.full.steps, found.without["joining"].steps) == (3, 4)
    assert found.without["parallel"] is not None
    assert (found.full.days, found.without["parallel"].days) == (3, 4)
    assert found.without["commitments"] is not None
    assert found.without["commitments"].days == found.full.days_parallel
    assert [(step.shared, step.added, step.after.elements if step.after else None) for step in found.sharing] == [
        (0, None, 5),
        (1, "register", 4),
    ]


def test_ablation_says_why_when_the_bundle_cannot_do_without_sharing() -> None:
    secret: dict[str, Any] = {"elements": [{"id": "x", "askable": False}], "resources": [{"id": "r", "keyed_by": ["k"], "gives": ["x"]}]}
    found = ablate(catalogue(service("a", "x"), **secret), "e")
    assert found.without["sharing"] is None
    assert "Nothing can supply “x”" in found.refusals["sharing"]
    assert [step.after is None for step in found.sharing] == [True, False]


def test_why_am_i_asked_names_the_law_what_it_fetches_and_what_would_remove_it() -> None:
    report = compile_bundle(made, "e")
    area = explain_element(made, report, "area")
    assert [(demand.service, demand.legal_basis) for demand in area.demands] == [
        ("a", ({"title": "Food Safety Law", "article": "35"},)),
        ("b", ()),
    ]
    assert [(opening.kind, opening.resource, opening.organisation) for opening in area.openings] == [("share", "land", "f")]
    number = explain_element(made, report, "number")
    assert number.fetches == (("register", ("name", "birth")),)
    assert [(demand.service, demand.asks) for demand in number.demands] == [("a", False)]
    assert [(opening.kind, opening.keys) for opening in number.openings] == [("interface", ("uscc",))]
    name = explain_element(made, report, "name")
    assert (name.asked, name.openings) == (False, ())
    assert [row.source for row in name.filled] == [{"kind": "resource", "id": "register"}]
    with pytest.raises(NotFound):
        explain_element(made, report, "no-such")


def test_the_process_opens_in_tools_that_read_bpmn() -> None:
    for found, name in ((made, "e"), (made_catalogue(3), "event0")):
        report = compile_bundle(found, name)
        root = Xml.fromstring(bundle_as_bpmn(found, report, language="en"))  # noqa: S314
        process = root.find("bpmn:process", namespaces)
        assert process is not None
        parts = {part.get("id"): part for part in process if part.get("id") and not part.tag.endswith(("laneSet", "sequenceFlow"))}
        flows = process.findall("bpmn:sequenceFlow", namespaces)
        tasks = [part for part in parts.values() if part.tag.endswith("Task")]
        assert len(tasks) == report.after.steps
        assert all(flow.get("sourceRef") in parts and flow.get("targetRef") in parts for flow in flows)
        for ident, part in parts.items():
            ins = sum(flow.get("targetRef") == ident for flow in flows)
            outs = sum(flow.get("sourceRef") == ident for flow in flows)
            gateway = part.tag.endswith("parallelGateway")
            assert (ins <= 1 and outs <= 1) or gateway, ident
            assert ins or part.tag.endswith("startEvent")
            assert outs or part.tag.endswith("endEvent")
        drawn = {shape.get("bpmnElement") for shape in root.iter() if shape.get("bpmnElement")}
        assert drawn >= {*parts, *(flow.get("id") for flow in flows)}
        lanes = {lane.get("name") for lane in process.iter(f"{{{namespaces['bpmn']}}}lane")}
        assert found is not made or lanes == {"Market Regulation", "Fire Brigade"}


def test_boxes_of_the_diagram_do_not_cover_each_other() -> None:
    found = made_catalogue(5)
    root = Xml.fromstring(bundle_as_bpmn(found, compile_bundle(found, "event0")))  # noqa: S314
    boxes = []
    for shape in root.iter(f"{{{namespaces['bpmndi']}}}BPMNShape"):
        bounds = shape.find("dc:Bounds", namespaces)
        if shape.get("isHorizontal") is None and bounds is not None:
            boxes.append(tuple(int(bounds.get(side, "0")) for side in ("x", "y", "width", "height")))
    for number, (x, y, wide, high) in enumerate(boxes):
        for to_x, to_y, to_wide, to_high in boxes[number + 1 :]:
            assert x + wide <= to_x or to_x + to_wide <= x or y + high <= to_y or to_y + to_high <= y


def test_an_edit_shows_every_event_whose_report_changes_and_no_other() -> None:
    old = made_catalogue(2, services=12, elements=80, resources=30, events=3)
    assert compare_releases(old, old) == ()
    touched = old.events["event1"].services[0]
    steps = (replace(old.services[touched].steps[0], limit_days=40), *old.services[touched].steps[1:])
    new = replace(old, services={**old.services, touched: replace(old.services[touched], steps=steps)})
    changes = compare_releases(old, new)
    assert {change.event for change in changes} == {event.id for event in old.events.values() if touched in event.services}
    assert all(any(part.path == "after.days_parallel" for part in change.changes) for change in changes)
    events = {name: event for name, event in old.events.items() if name != "event0"}
    assert [(change.event, change.kind) for change in compare_releases(old, replace(old, events=events))] == [("event0", "removed")]
    assert [(change.event, change.kind) for change in compare_releases(replace(old, events=events), old)] == [("event0", "added")]


def test_an_edit_that_breaks_a_bundle_says_why() -> None:
    broken = replace(made, elements={**made.elements, "seats": replace(made.elements["seats"], askable=False)})
    (change,) = compare_releases(made, broken)
    assert (change.kind, "“seats”" in str(change.refusal)) == ("refused", True)
    assert [change.kind for change in compare_releases(broken, made)] == ["mended"]


@pytest.mark.parametrize("seed", range(25))
def test_an_excerpt_compiles_to_the_same_report(seed: int) -> None:
    whole = made_catalogue(seed, services=8, elements=60, resources=25, events=2)
    for name, one in whole.events.items():
        try:
            expected = json.dumps(compile_bundle(whole, name).as_json())
        except BundleRefused as refusal:
            expected = str(refusal)
        try:
            found = json.dumps(compile_bundle(excerpt(whole, one), name).as_json())
        except BundleRefused as refusal:
            found = str(refusal)
        assert found == expected
