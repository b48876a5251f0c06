"""The compiler, clause by clause of the published format: what a bundle asks, fetches, waits for and costs."""

from typing import Any

import pytest
from tests.domain.bundles import catalogue, compiled, form, needs, service, ways

from onewindow.domain.bundle import (
    AnswerWrong,
    Circle,
    HeldNotLicence,
    HeldUnknown,
    NothingSupplies,
    Report,
    UnknownEvent,
    UnknownQuestion,
    compile_bundle,
)
from onewindow.domain.conditions import ConditionWrong

accept = {"id": "accept", "kind": "acceptance", "limit_days": 1}
yes = {"fact": "answer.q", "is": True}
asked = {"questions": [{"id": "q", "type": "boolean"}]}


def after(report: Report, *names: str) -> tuple[object, ...]:
    return tuple(getattr(report.after, name) for name in names)


# --- the form ---


def test_a_field_that_two_services_ask_is_typed_once() -> None:
    report = compiled(service("a", "name", "phone"), service("b", "name"))
    assert (report.before.elements, report.after.elements, form(report), report.minimal) == (3, 2, ["name", "phone"], True)
    assert [(row.service, row.element, row.source) for row in report.filled] == [("b", "name", {"kind": "same-form", "id": "a"})]


def test_a_number_that_nobody_asks_unlocks_what_all_ask() -> None:
    register = {"id": "register", "keyed_by": ["number"], "gives": ["x", "y", "z"], "sharing": "conditional"}
    report = compiled(service("a", "x", "y"), service("b", "z"), resources=[register])
    assert (form(report), report.consents) == (["number"], ("register",))
    assert report.form[0].asked_by == ("a", "b")


def test_a_personal_number_that_no_law_needs_is_not_collected() -> None:
    register = {"id": "register", "keyed_by": ["number"], "gives": ["x", "y"]}
    personal = [{"id": "number", "personal": True}]
    assert form(compiled(service("a", "x", "y"), resources=[register], elements=personal)) == ["x", "y"]
    assert form(compiled(service("a", "x", "y"), service("b", "number"), resources=[register], elements=personal)) == ["number"]


def test_least_effort_comes_before_fewest_fields() -> None:
    register = {"id": "register", "keyed_by": ["hard"], "gives": ["x", "y", "z"]}
    costly, dear = [{"id": "hard", "effort": 3.5}], [{"id": "hard", "effort": 3}]
    assert form(compiled(service("a", "x", "y", "z"), resources=[register], elements=costly)) == ["x", "y", "z"]
    assert form(compiled(service("a", "x", "y", "z"), resources=[register], elements=dear)) == ["hard"]


def test_of_two_forms_as_good_the_one_a_question_names_is_taken() -> None:
    registers = [{"id": "r1", "keyed_by": ["k1"], "gives": ["x"]}, {"id": "r2", "keyed_by": ["k2"], "gives": ["x"]}]
    for key in ("k1", "k2"):
        event = {"questions": [{"id": "q", "type": "string", "element": key}]}
        gate = service("b", when={"fact": "answer.q", "is": "v"})
        elements = [{"id": "x", "askable": False}]
        report = compiled(service("a", "x"), gate, event=event, resources=registers, elements=elements)
        assert (form(report), report.after.elements, report.open_questions) == ([key], 1, ("q",))


def test_what_the_party_a_licence_or_an_answer_tells_is_not_asked() -> None:
    event = {"applicant": "p", "questions": [{"id": "q", "type": "string", "element": "answered"}]}
    kinds: dict[str, Any] = {
        "parties": [{"id": "p", "gives": ["party"]}],
        "evidence_types": [{"id": "licence", "gives": ["held"], "licence": True}],
    }
    report = compiled(service("a", "party", "held", "answered"), event=event, with_={"answers": {"q": "v"}, "held": ["licence"]}, **kinds)
    assert (form(report), report.after.elements, report.after.questions) == ([], 1, 0)
    assert {row.element: row.source["kind"] for row in report.filled} == {"party": "party", "held": "held", "answered": "answer"}
    unanswered = compiled(service("a", "party", "held", "answered"), event=event, **kinds)
    assert (form(unanswered), unanswered.after.elements) == (["answered", "held"], 2)


def test_what_an_awaited_output_tells_is_filled_when_it_arrives_and_only_there() -> None:
    kinds: dict[str, Any] = {"evidence_types": [{"id": "licence", "gives": ["number"]}]}
    first = service("a", produces=["licence"])
    second = service("b", "number", evidence=[needs("l", "licence")])
    third = service("c", evidence=[needs("m", "permit")])
    assert form(compiled(first, second | {"produces": ["permit"]}, third | {"asks": [{"element": "number"}]}, **kinds)) == []
    assert form(compiled(first, second, service("c", "number"), **kinds)) == ["number"]


def test_aliases_are_one_field_through_chains_and_roles() -> None:
    elements = [{"id": "place", "alias_of": "site"}, {"id": "site", "alias_of": "address"}, {"id": "address"}]
    report = compiled(
        service("a", "place", "site", "seller.place"), service("b", "address"), event={"roles": ["seller"]}, elements=elements
    )
    assert (form(report), report.before.elements) == (["address", "seller.address"], 3)


def test_a_resource_holds_once_for_the_applicant_and_once_within_each_role() -> None:
    register = {"id": "r", "keyed_by": ["id-number"], "gives": ["name", "birth"]}
    people = service("a", "name", "birth", "seller.name", "seller.birth")
    assert form(compiled(people, event={"roles": ["seller"]}, resources=[register])) == ["id-number", "seller.id-number"]
    named = {"id": "r", "keyed_by": ["deed"], "gives": ["seller.name", "seller.birth"]}
    assert form(compiled(people, event={"roles": ["seller"]}, resources=[named])) == ["birth", "deed", "name"]


def test_a_resource_that_names_a_role_holds_as_written_and_in_no_other_role() -> None:
    named = {"id": "r", "keyed_by": ["deed"], "gives": ["seller.name"]}
    kinds: dict[str, Any] = {"resources": [named], "parties": [{"id": "p", "gives": ["seller.deed"]}]}
    assert form(compiled(service("a", "seller.name"), event={"roles": ["seller"], "applicant": "p"}, **kinds)) == ["deed"]


def test_what_nothing_can_supply_is_named() -> None:
    elements = [{"id": "secret", "askable": False}]
    with pytest.raises(NothingSupplies, match=r"Nothing can supply “secret” \(needed by a\)"):
        compiled(service("a", "secret", "x"), elements=elements)
    register = {"id": "r", "keyed_by": ["x"], "gives": ["secret"], "sharing": "none"}
    with pytest.raises(NothingSupplies):
        compiled(service("a", "secret", "x"), elements=elements, resources=[register])


def test_a_form_stays_as_it_is_while_it_is_as_good() -> None:
    registers = [{"id": f"r{key}", "keyed_by": [key], "gives": ["x"]} for key in ("k1", "k2", "k3")]
    made = catalogue(service("a", "x"), resources=registers, elements=[{"id": "x", "askable": False}])
    first = compile_bundle(made, "e")
    assert form(first) == ["k1"]
    other = catalogue(service("a", "x"), resources=registers[1:], elements=[{"id": "x", "askable": False}, {"id": "k1"}])
    earlier = compile_bundle(other, "e")
    assert form(earlier) == ["k2"]
    assert form(compile_bundle(made, "e", earlier=earlier)) == ["k2"]
    assert form(compile_bundle(other, "e", earlier=first)) == ["k2"]


# --- conditions ---


def test_unknown_is_kept_and_its_questions_are_open() -> None:
    event = {
        "questions": [{"id": "q", "type": "boolean"}, {"id": "n", "type": "integer", "element": "seats"}, {"id": "idle", "type": "boolean"}]
    }
    maybe = service("b", "seats", when={"any": [yes, {"fact": "seats", "more_than": 5}]})
    other = service("c", when={"fact": "x", "is": 1})
    elements = [{"id": "seats", "type": "integer"}, {"id": "x"}]
    report = compiled(maybe, other, event=event, elements=elements)
    assert (report.services, report.open_questions, report.after.questions) == (("b", "c"), ("q", "n", "x"), 1)
    assert report.after.elements == 1
    answered = compiled(maybe, other, event=event, elements=elements, with_={"answers": {"q": False, "n": 5}})
    assert (answered.services, answered.open_questions, answered.after.questions) == (("c",), ("x",), 1)
    assert {row.source["kind"] for row in answered.filled} == {"not-applicable"}
    nothing = compiled(maybe, event=event, elements=elements, with_={"answers": {"q": False, "n": 5, "idle": None}})
    assert after(nothing, "acts", "steps", "days", "elements") == (0, 0, 0, 1)


def test_an_ask_a_requirement_and_a_fee_may_hang_on_an_answer() -> None:
    one = service(
        "a", evidence=[needs("r", "t", when=yes)], fees=[{"id": "f", "fen": 500, "when": yes}], asks=[{"element": "x", "when": yes}]
    )
    open_, true, false = (compiled(one, event=asked, with_={"answers": answers}) for answers in ({}, {"q": True}, {"q": False}))
    assert [(r.before.elements, r.before.documents, r.before.acts, r.fee_fen) for r in (open_, true, false)] == [
        (1, 1, 2, 500), (1, 1, 2, 500), (0, 0, 1, 0)
    ]  # fmt: skip
    assert (open_.form[0].when, true.form[0].when) == (yes, None)
    assert (open_.fees[0].open, true.fees[0].open) == (True, False)
    assert ways(false) == {"a.r": ("not-applicable", None, None)}


def test_answers_and_licences_that_cannot_be_are_refused() -> None:
    made = catalogue(service("a", when=yes, evidence=[needs("r", "t")]), event=asked)
    wrong: list[tuple[type[Exception], dict[str, Any]]] = [
        (UnknownQuestion, {"answers": {"p": True}}),
        (AnswerWrong, {"answers": {"q": "yes"}}),
        (AnswerWrong, {"answers": {"q": 1}}),
        (HeldUnknown, {"held": ["u"]}),
        (HeldNotLicence, {"held": ["t"]}),
    ]
    for refusal, arguments in wrong:
        with pytest.raises(refusal):
            compile_bundle(made, "e", **arguments)
    with pytest.raises(UnknownEvent, match=r"Did you mean “e”|The events are e"):
        compile_bundle(made, "f")


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("integer", [1, 2.0], [1.5, True, "1"]),
        ("number", [1, 1.5], [False, "1", float("nan")]),
        ("money", [100], ["100"]),
        ("date", ["2024-02-29"], ["2023-02-29", 20240229]),
        ("string", ["x", ""], [1, True, []]),
        ("enum", ["x", 2], ["y", "2", True]),
        ("group", [{}, [{}]], ["x", 1]),
    ],
)
def test_an_answer_is_of_the_type_of_its_question(kind: str, right: list[Any], wrong: list[Any]) -> None:
    question = {"id": "q", "type": kind} | ({"values": ["x", {"id": 2, "name": {"en": "two"}}]} if kind == "enum" else {})
    made = catalogue(service("a", when={"fact": "answer.q", "known": True}), event={"questions": [question]})
    for answer in right:
        assert compile_bundle(made, "e", answers={"q": answer}).services == ("a",)
    for answer in wrong:
        with pytest.raises(AnswerWrong):
            compile_bundle(made, "e", answers={"q": answer})


def test_order_over_a_value_of_another_type_is_an_error_not_a_guess() -> None:
    event = {"questions": [{"id": "q", "type": "string", "element": "seats"}]}
    made = catalogue(
        service("a", "seats", when={"fact": "seats", "at_least": 5}), event=event, elements=[{"id": "seats", "type": "integer"}]
    )
    with pytest.raises(ConditionWrong):
        compile_bundle(made, "e", answers={"q": "many"})


# --- evidence ---


def test_the_least_burden_wins_and_ties_go_to_the_first() -> None:
    kinds: dict[str, Any] = {
        "evidence_types": [
            {"id": "own", "licence": True}, {"id": "fetched", "obtainable_from": ["r"]}, {"id": "promised", "commitment": True},
            {"id": "also-promised", "commitment": True},
        ],
        "resources": [{"id": "r", "keyed_by": ["k"], "gives": ["g"]}],
    }  # fmt: skip
    maker = service("m", produces=["made"])
    every = ["paper", "also-promised", "promised", "made", "fetched", "own"]
    expected = [("held", "own"), ("resource", "fetched"), ("produced", "made"), ("commitment", "also-promised"), ("upload", "paper")]
    for cut, (way, name) in enumerate(expected):
        left = every[: len(every) - cut] if cut < 4 else ["paper"]
        report = compiled(service("a", evidence=[needs("r", *left)]), maker, with_={"held": ["own"]}, **kinds)
        assert ways(report)["a.r"][:2] == (way, name)


def test_the_key_of_a_resource_in_use_is_asked_but_not_counted_before() -> None:
    kinds: dict[str, Any] = {
        "evidence_types": [{"id": "t", "obtainable_from": ["far", "asked", "near"]}],
        "resources": [
            {"id": "far", "keyed_by": ["f"], "gives": ["g"]},
            {"id": "asked", "keyed_by": ["x"], "gives": ["g"]},
            {"id": "near", "keyed_by": ["n"], "gives": ["g"]},
        ],
    }
    one = service("a", evidence=[needs("r", "t")])
    report = compiled(one, **kinds)
    assert (ways(report)["a.r"], form(report), report.before.elements) == (("resource", "t", "far"), ["f"], 0)
    assert ways(compiled(one, service("b", "x"), **kinds))["a.r"][2] == "asked"
    party: dict[str, Any] = {"parties": [{"id": "p", "gives": ["n"]}]}
    assert ways(compiled(one, service("b", "x"), event={"applicant": "p"}, **kinds, **party))["a.r"][2] == "near"


def test_what_another_service_is_about_to_produce_is_not_fetched() -> None:
    kinds: dict[str, Any] = {
        "evidence_types": [{"id": "t", "obtainable_from": ["r"]}],
        "resources": [{"id": "r", "keyed_by": ["k"], "gives": ["g"]}],
    }
    maker, taker = service("m", produces=["t"]), service("a", evidence=[needs("r", "t")])
    assert ways(compiled(taker, maker, **kinds))["a.r"] == ("produced", "t", "m")
    assert ways(compiled(taker | {"produces": ["t"]}, **kinds))["a.r"] == ("resource", "t", "r")


def test_a_resource_whose_key_cannot_be_known_is_no_way() -> None:
    kinds: dict[str, Any] = {
        "evidence_types": [{"id": "t", "obtainable_from": ["r"]}],
        "resources": [{"id": "r", "keyed_by": ["k"], "gives": []}],
        "elements": [{"id": "k", "askable": False}],
    }
    assert ways(compiled(service("a", evidence=[needs("r", "t")]), **kinds))["a.r"] == ("upload", "t", None)


def test_fewest_distinct_papers_serve_all_ties_by_id() -> None:
    report = compiled(
        service("a", evidence=[needs("r", "x", "z")]),
        service("b", evidence=[needs("r", "y", "z")]),
        service("c", evidence=[needs("r", "w", "v")]),
    )
    assert report.after.documents == 2
    assert ways(report) == {"a.r": ("upload", "z", None), "b.r": ("upload", "z", None), "c.r": ("upload", "v", None)}


def test_the_quickest_producer_is_waited_for_at_the_step_that_needs_it() -> None:
    slow, quick = service("slow", produces=["t"]), service("quick", produces=["t"], steps=[accept])
    waiting = service("a", evidence=[needs("r", "t", needed_at="decide")])
    report = compiled(waiting, slow, quick)
    assert ways(report)["a.r"] == ("produced", "t", "quick")
    assert next(node for node in report.nodes if node.id == "a.decide").after == ("a.accept",)
    assert {"a.accept", "slow.accept", "quick.accept"} == set(report.nodes[0].steps)


def test_mutual_prerequisites_open_by_commitment_in_the_events_order() -> None:
    first = service("a", produces=["ta"], evidence=[needs("r", "tb")])
    second = service("b", produces=["tb"], evidence=[needs("r", "ta")])
    promised = [{"id": "ta", "commitment": True}, {"id": "tb", "commitment": True}]
    assert ways(compiled(first, second, evidence_types=promised)) == {"a.r": ("commitment", "tb", None), "b.r": ("produced", "ta", "a")}
    assert ways(compiled(second, first, evidence_types=promised)) == {"b.r": ("commitment", "ta", None), "a.r": ("produced", "tb", "b")}
    assert ways(compiled(first, second, evidence_types=promised[:1])) == {"a.r": ("produced", "tb", "b"), "b.r": ("commitment", "ta", None)}


def test_a_circle_that_nothing_opens_is_named_with_what_would_open_it() -> None:
    first = service("a", produces=["ta"], evidence=[needs("r", "tb", when=yes)])
    second = service("b", produces=["tb"], evidence=[needs("r", "ta")])
    with pytest.raises(Circle, match=r"An answer to q might dissolve it.*let “tb” be given on commitment") as refused:
        compiled(first, second, event=asked)
    assert refused.value.circle == ("a.decide", "b.decide")
    assert compiled(first, second, event=asked, with_={"answers": {"q": False}}).after.steps == 3
    other = service("a", produces=["ta"], evidence=[needs("r", "tb", "paper")])
    assert ways(compiled(other, second))["a.r"] == ("upload", "paper", None)


# --- the process ---


def test_joint_steps_are_one_visit_unless_that_closes_a_circle_or_takes_longer() -> None:
    def steps(*rest: dict[str, Any]) -> dict[str, Any]:
        return {"steps": [accept, *rest]}

    look = {"id": "look", "kind": "inspection", "joint": "j", "visit": "always"}
    one = service("a", **steps(look | {"limit_days": 5}))
    same = compiled(one, service("b", **steps(look | {"limit_days": 3})))
    assert (after(same, "steps", "visits", "days"), same.not_joined) == ((2, 1, 6), ())
    late = service("b", **steps({"id": "first", "kind": "review", "limit_days": 4}, look | {"limit_days": 2}))
    early = service("a", **steps(look | {"limit_days": 5}, {"id": "last", "kind": "decision", "limit_days": 2}))
    longer = compiled(early, late, service("c", **steps(look)))
    assert (longer.not_joined, after(longer, "days_parallel", "visits")) == (("b.look",), (8, 2))
    circle = service("a", **steps(look, {"id": "then", "kind": "review"}, look | {"id": "again"}))
    assert compiled(circle).not_joined == ("a.again",)


def test_only_acceptances_that_wait_for_nothing_are_the_one_window() -> None:
    late = {"id": "late", "kind": "acceptance", "limit_days": 1}
    report = compiled(service("a", steps=[accept, late]), service("b"), service("c", steps=[accept, late | {"after": []}]))
    assert report.nodes[0].steps == ("a.accept", "b.accept", "c.accept", "c.late")
    assert "a.late" in {node.id for node in report.nodes}
    waiting = service("d", evidence=[needs("r", "t", needed_at="accept")])
    assert compiled(service("a", produces=["t"]), waiting).after.steps == 4


def test_time_is_the_longest_path_and_commitments_are_shown_apart() -> None:
    report = compiled(service("a"), service("b"), event={"commitments": {"a.decide": 0.5, "b.decide": 1}})
    assert (report.before.days, report.after.days, report.after.days_parallel) == (6, 2, 3)
    assert report.critical_path == ("a.accept", "b.decide")
    assert report.nodes[-1].earliest_day == 1


def test_an_automatic_decision_takes_no_time_once_its_facts_are_proven() -> None:
    one = service("a", decision={"automatic_when": yes})
    assert compiled(one, event=asked).after.days == 3
    assert compiled(one, event=asked).open_questions == ("q",)
    sure = compiled(one, event=asked, with_={"answers": {"q": True}})
    assert (sure.after.days, sure.before.days) == (1, 3)


def test_visits_of_today_fall_away_only_where_there_is_a_way_online() -> None:
    steps = [accept | {"visit": "today"}, {"id": "seal", "kind": "issue", "visit": "today"}]
    report = compiled(service("a", steps=steps), service("b", steps=steps, channels=["counter"]), service("c", steps=steps, fee_fen=5))
    assert (report.before.visits, report.before.acts, report.after.visits, report.after.acts) == (6, 10, 2, 4)


def test_the_bill_has_a_line_per_organisation_and_service() -> None:
    kinds: dict[str, Any] = {"organisations": [{"id": "m"}, {"id": "n"}]}
    report = compiled(
        service("a", organisation="m", fee_fen=100), service("b", organisation="n", fees=[{"id": "x", "assessed": True}]),
        service("c", organisation="m", fee_fen=50), service("d", organisation="n", fee_fen=0), **kinds,
    )  # fmt: skip
    assert [(line.organisation, line.service, line.fen) for line in report.fees] == [("m", "a", 100), ("m", "c", 50), ("n", "b", None)]
    assert (report.fee_fen, report.before.acts, report.after.acts) == (150, 7, 2)


# --- alone ---


def test_alone_is_what_prefilling_saves_by_itself() -> None:
    register = {"id": "r", "keyed_by": ["k"], "gives": ["x", "y"]}
    report = compiled(service("a", "x", "y"), service("b", "x", "y"), resources=[register])
    assert report.alone is not None
    assert (report.before.elements, report.alone.elements, report.after.elements) == (4, 2, 1)
    assert (report.alone.steps, report.alone.acts, report.alone.days) == (4, 2, 6)


def test_alone_keeps_only_the_questions_a_service_uses_and_is_null_where_one_is_refused() -> None:
    event = {"questions": [{"id": "q", "type": "string", "element": "x"}]}
    report = compiled(service("a", "x"), service("b", "y"), event=event, with_={"answers": {"q": "v"}})
    assert report.alone is not None
    assert (report.alone.elements, report.after.elements) == (2, 2)
    kinds: dict[str, Any] = {"evidence_types": [{"id": "t", "gives": ["z"]}], "elements": [{"id": "z", "askable": False}]}
    both = compiled(service("a", produces=["t"]), service("b", "z", evidence=[needs("r", "t")]), **kinds)
    assert (both.alone, both.after.elements) == (None, 0)


def test_the_report_is_plain_json_as_published() -> None:
    report = compiled(service("a", "x"), service("b", "x")).as_json()
    assert set(report) == {
        "event", "services", "minimal", "before", "alone", "after", "form", "filled", "evidence", "nodes", "critical_path", "not_joined",
        "open_questions", "consents", "fee_fen", "fees",
    }  # fmt: skip
    assert report["filled"][0]["from"] == {"kind": "same-form", "id": "a"}
    assert set(report["before"]) == set(report["alone"]) == {"elements", "documents", "steps", "visits", "acts", "days"}
    assert set(report["after"]) == {*report["before"], "questions", "days_parallel"}
