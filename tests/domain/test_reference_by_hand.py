"""The brute-force reader against values worked out by hand, each with the clause of the contract that it follows."""

from typing import Any

import pytest
from tests.reference import brute

Thing = dict[str, Any]


def step(name: str, days: int = 0, kind: str = "inspection", **more: Any) -> Thing:
    """Return one step."""
    return {"id": name, "kind": kind, "limit_days": days, **more}


def service(name: str, *asks: str, **more: Any) -> Thing:
    """Return a service that asks some elements; with one step of a day unless said otherwise."""
    made: Thing = {"id": name, "organisation": "o", "kind": "licence", "asks": [{"element": ask} for ask in asks], "steps": [step("do", 1)]}
    return made | more


def event(*services: Thing, **more: Any) -> Thing:
    """Return the one event of an example."""
    return {"id": "event", "kind": "life", "applicant": "person", "services": [found["id"] for found in services], **more}


def report(
    *services: Thing,
    elements: str = "a b c d",
    resources: list[Thing] | None = None,
    types: list[Thing] | None = None,
    answers: Thing | None = None,
    held: list[str] | None = None,
    gives: list[str] | None = None,
    dictionary: list[Thing] | None = None,
    **more: Any,
) -> Thing:
    """Compile an example."""
    catalogue = {
        "format": "onewindow-catalogue/1",
        "organisations": [{"id": "o"}],
        "parties": [{"id": "person", "gives": gives or []}],
        "elements": [{"id": name, "type": "string"} for name in elements.split()] + (dictionary or []),
        "resources": [{"organisation": "o", **resource} for resource in resources or []],
        "evidence_types": types or [],
        "services": list(services),
        "events": [event(*services, **more)],
    }
    return brute.compile(catalogue, "event", answers or {}, held or [])


def ways(found: Thing) -> dict[tuple[str, str], tuple[str, str, str | None]]:
    """Return how each requirement is met."""
    return {(service, need): (way, kind, by) for service, need, way, kind, by in found["evidence"]}


def test_one_certificate_number_unlocks_what_three_services_ask() -> None:
    # Clause "X may hold an element that no service asks, a certificate number that unlocks eight others": effort 2 < 1 + 1 + 1.
    number = {"id": "number", "type": "string", "effort": 2}
    register: Thing = {"id": "register", "keyed_by": ["number"], "gives": ["a", "b", "c"]}
    three = [service("s", "a", "b"), service("t", "b", "c"), service("u", "a")]
    found = report(*three, dictionary=[number], resources=[register])
    assert found["optimum"] == {"effort": 2, "count": 1, "unnamed": 1}
    # alone: the number for s and for t ("least total effort, then fewest elements": 2 and one against 2 and two), a for u.
    assert (found["before"]["elements"], found["alone"]["elements"], found["after"]["elements"]) == (5, 3, 1)
    # Clause "but not a personal one: what no law needs is not collected."
    found = report(*three, dictionary=[number | {"personal": True}], resources=[register])
    assert found["optimum"] == {"effort": 3, "count": 3, "unnamed": 3}
    # Clause "all resources whose sharing is not `none`"
    assert report(*three, dictionary=[number], resources=[register | {"sharing": "none"}])["optimum"]["effort"] == 3
    # Clause "Conditional resources in use are listed under `consents`."
    assert report(*three, dictionary=[number], resources=[register | {"sharing": "conditional"}])["consents"] == {"register"}


def test_what_log_in_a_licence_and_an_answer_give_is_not_asked() -> None:
    # Clause "Let K = elements given by the party, by every held type, by answered questions that name an `element`"; "elements of X
    # and of questions that name an element and are answered or open, each once": d only.
    licence: Thing = {"id": "licence", "licence": True, "gives": ["b", "c"]}
    question = {"id": "q", "type": "string", "element": "d"}
    found = report(
        service("s", "a", "b", "c", "d"), gives=["a"], types=[licence], held=["licence"], questions=[question], answers={"q": "x"}
    )
    assert found["optimum"]["count"] == 0
    assert found["after"]["elements"] == 1
    # Clause "(null is none)": the question is then neither answered nor, as no condition turns on it, open, and d is asked in the form.
    found = report(service("s", "a", "d"), gives=["a"], questions=[question], answers={"q": None})
    assert (found["optimum"]["count"], found["after"]["elements"], found["open_questions"]) == (1, 1, set())


def test_ways_of_evidence_go_by_burden_and_uploads_are_chosen_together() -> None:
    # Clause "*held* < *resource* < *produced* < *commitment* < *upload*": t2 by its register, though t1 stands first.
    register: Thing = {"id": "register", "keyed_by": ["a"], "gives": ["b"]}
    types: list[Thing] = [
        {"id": "t1"},
        {"id": "t2", "obtainable_from": ["register"]},
        {"id": "t3", "commitment": True},
        {"id": "t4"},
        {"id": "t5"},
    ]
    needs = [
        {"id": "n1", "any_of": ["t1", "t2"]},
        {"id": "n2", "any_of": ["t1", "t3"]},
        {"id": "n3", "any_of": ["t5", "t1", "t4"]},
        {"id": "n4", "any_of": ["t4"]},
    ]
    found = report(service("s", evidence=needs), resources=[register], types=types)
    assert ways(found) == {
        ("s", "n1"): ("resource", "t2", "register"),
        ("s", "n2"): ("commitment", "t3", None),
        # Clause "the fewest distinct types that serve every requirement left to upload"
        ("s", "n3"): ("upload", "t4", None),
        ("s", "n4"): ("upload", "t4", None),
    }
    assert (found["before"]["documents"], found["after"]["documents"]) == (4, 1)
    # Clause "The key joins needs(s)… (before-counts leave the keys out)."
    assert (found["before"]["elements"], found["after"]["elements"]) == (0, 1)


def test_mutual_prerequisites_are_opened_by_commitment_or_refused() -> None:
    # Clause "requirements whose wait lies on a circle are met another way, one at a time in the event's order, until it opens":
    # s comes first but has no other way, so t commits.
    s = service("s", produces=["of-s"], evidence=[{"id": "n", "any_of": ["of-t"]}])
    t = service("t", produces=["of-t"], evidence=[{"id": "n", "any_of": ["of-s"]}])
    found = report(s, t, types=[{"id": "of-s", "commitment": True}, {"id": "of-t"}])
    assert ways(found) == {("s", "n"): ("produced", "of-t", "t"), ("t", "n"): ("commitment", "of-s", None)}
    assert {tuple(sorted(node)): when for node, when in found["nodes"].items()} == {("t.do",): (0, 1), ("s.do",): (1, 1)}
    # Clause "an upload may not, neither here nor when the uploads are chosen … If none has one, the error"
    with pytest.raises(brute.Refused, match="circle"):
        report(s, t, types=[{"id": "of-s"}, {"id": "of-t"}])


def test_an_output_fills_a_field_only_for_those_who_wait() -> None:
    # Clause "needs(s) ⊆ cl(K ∪ X ∪ O(s))": u waits for t, t for s, so a of s's output is there for both; v does not wait and asks it.
    types: list[Thing] = [{"id": "of-s", "gives": ["a"]}, {"id": "of-t"}]
    chain = [
        service("s", "b", produces=["of-s"]),
        service("t", "a", produces=["of-t"], evidence=[{"id": "n", "any_of": ["of-s"]}]),
        service("u", "a", evidence=[{"id": "n", "any_of": ["of-t"]}]),
    ]
    assert report(*chain, types=types)["optimum"]["count"] == 1
    assert report(*chain, service("v", "a"), types=types)["optimum"]["count"] == 2
    # Clause "find the set X ⊆ A … If no X exists, the error": a cannot be asked, so v is refused, and `alone` is
    # "null where one is refused".
    unaskable = [{"id": "a", "type": "string", "askable": False}]
    assert report(*chain, types=types, elements="b", dictionary=unaskable)["alone"] is None
    with pytest.raises(brute.Refused, match="cannot-supply"):
        report(*chain, service("v", "a"), types=types, elements="b", dictionary=unaskable)


def test_acceptances_merge_and_a_joint_step_that_would_delay_stays_alone() -> None:
    # Clause "First all acceptances without a predecessor … merge into one node"; "a node lasts as long as its longest member".
    def three(first: int) -> list[Thing]:
        return [
            service("s", steps=[step("accept", 1, "acceptance"), step("look", 2, joint="visit"), step("decide", 3, "decision")]),
            service("t", steps=[step("accept", 2, "acceptance"), step("read", first), step("look", 1, joint="visit")]),
        ]

    # Apart: s = 2 + 2 + 3 = 7, t = 2 + 0 + 1 = 3. Joined after `read` of 0 days: 2 + 0 + 2 + 3 = 7, not longer.
    found = report(*three(0))
    assert {frozenset({"s.accept", "t.accept"}), frozenset({"s.look", "t.look"})} < set(found["nodes"])
    assert (found["after"]["steps"], found["after"]["days"], found["before"]["days"]) == (4, 7, 9)
    # Clause "makes `days_parallel` longer: then it stays alone, is listed in `not_joined`": with 1 day, 2 + 1 + 2 + 3 = 8 > 7.
    found = report(*three(1))
    assert (found["not_joined"], found["after"]["days"]) == (["t.look"], 7)
    # Two steps of one service in a row: joining them "closes a circle".
    found = report(service("s", steps=[step("a", 1, joint="j"), step("b", 1, joint="j")]))
    assert found["not_joined"] == ["s.b"]


def test_commitments_shorten_days_and_an_automatic_decision_takes_none() -> None:
    # Clause "`days_parallel` = longest path with each step's own limit (an automatic decision 0); `days` = longest path with the
    # event's `commitments`".
    made = service(
        "s",
        steps=[step("look", 5), step("decide", 4, "decision")],
        decision={"automatic_when": {"fact": "answer.q", "is": True}},
    )
    question = {"id": "q", "type": "boolean"}
    found = report(made, questions=[question], answers={"q": True}, commitments={"s.look": 2})
    assert (found["before"]["days"], found["alone"]["days"], found["after"]["days_parallel"], found["after"]["days"]) == (9, 5, 5, 2)
    found = report(made, questions=[question], answers={"q": False}, commitments={"s.look": 2})
    assert (found["after"]["days_parallel"], found["after"]["days"]) == (9, 6)
    # Clause "What is unknown is kept; every fact without a value in a condition that came out unknown is listed in `open_questions`"
    found = report(made, questions=[question])
    assert (found["open_questions"], found["after"]["questions"], found["after"]["days"]) == ({"q"}, 1, 9)


def test_a_service_with_an_unknown_condition_is_kept_and_a_false_one_is_not() -> None:
    question = {"id": "q", "type": "integer", "element": "b"}
    number = {"id": "b", "type": "integer"}
    asked = service("s", "a", when={"fact": "answer.q", "at_least": 50})
    # Clause "(a question that names an `element` sets both)"; b is named by an open question: 1 + 1 elements.
    found = report(asked, elements="a", dictionary=[number], questions=[question])
    assert (found["services"], found["open_questions"], found["after"]["elements"]) == (["s"], {"q"}, 2)
    found = report(asked, elements="a", dictionary=[number], questions=[question], answers={"q": 49})
    # Clause "(nothing where no service applies)"
    assert (found["services"], found["after"]["acts"], found["before"]["acts"]) == ([], 0, 0)
    # Clause "Values of different types are never equal (1 is not true; numbers compare by value)"
    for value, services in ((1, ["s"]), (1.0, ["s"]), (True, []), ("1", [])):
        same = service("s", "a", when={"fact": "b", "is": value})
        assert report(same, elements="a", dictionary=[number], questions=[question], answers={"q": 1})["services"] == services
    # Clause "order applies to integer, number, money and date, anything else is an error"
    with pytest.raises(brute.Refused, match="order-on-unordered"):
        report(service("s", "a", when={"fact": "a", "at_least": "m"}), elements="a")


def test_visits_acts_and_fees_are_counted_as_the_table_says() -> None:
    steps = [step("come", 1, visit="today"), step("sign", 1, visit="always"), step("send", 1, visit="never")]
    online = service("s", steps=steps, fee_fen=500)
    counter = service("t", steps=steps, channels=["counter"], fees=[{"id": "f", "assessed": True}])
    free = service("u", fees=[{"id": "f", "fen": 900, "when": {"fact": "answer.q", "is": True}}])
    found = report(online, counter, free, questions=[{"id": "q", "type": "boolean"}], answers={"q": False})
    # before: 2 + 2 visits; acts 3 filings + 4 visits + 2 payments ("1 payment if it has a fee that is not inapplicable").
    assert (found["before"]["visits"], found["before"]["acts"]) == (4, 9)
    # after: "`always`, or is `today` in a service with neither `online` nor `mobile`": 1 + 2; acts 1 filing + 3 + 1 payment,
    # Clause "if the bill has a line".
    assert (found["after"]["visits"], found["after"]["acts"], found["fee_fen"]) == (3, 5, 500)
    # alone: 1 + 1 + 1, 1 + 2 + 1, 1 + 0 + 0.
    assert (found["alone"]["visits"], found["alone"]["acts"]) == (3, 8)


def test_a_role_has_its_own_elements_types_and_resources_and_aliases_are_replaced() -> None:
    # Clause "A resource whose keys and gives … name no role holds once for the applicant and once within each role of the event".
    register: Thing = {"id": "register", "keyed_by": ["a"], "gives": ["b", "c"]}
    found = report(service("s", "b", "c", "seller.b", "seller.c"), resources=[register], roles=["seller"])
    assert found["solution"].key == {"a", "seller.a"}
    # Clause "one that names a role holds as written"
    found = report(service("s", "b", "c", "seller.b", "seller.c"), resources=[register | {"gives": ["b", "seller.b"]}], roles=["seller"])
    assert found["optimum"]["count"] == 3
    # Clause "Only the applicant's licences are `held` unless written with a role."
    card: Thing = {"id": "card", "licence": True}
    needs = [{"id": "n1", "any_of": ["card"]}, {"id": "n2", "any_of": ["seller.card"]}]
    found = report(service("s", evidence=needs), types=[card], held=["card"], roles=["seller"])
    assert [way for way, _, _ in ways(found).values()] == ["held", "upload"]
    # Clause "Aliases are replaced by what they stand for everywhere …, through chains"; "Within one service an element counts once."
    aliases = [{"id": "x", "type": "string", "alias_of": "a"}, {"id": "y", "type": "string", "alias_of": "x"}]
    found = report(service("s", "a", "x", "y", "seller.y"), dictionary=aliases, roles=["seller"])
    assert (found["before"]["elements"], found["solution"].key) == (2, {"a", "seller.a"})
    # Clause "a role that the event lacks"
    with pytest.raises(brute.Refused, match="role-missing"):
        report(service("s", "seller.a"))
