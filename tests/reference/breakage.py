"""Put one error into a good sample: every kind that bundle.md names."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.reference.checks import Thing
    from tests.reference.generate import Sample

Breaker = Callable[["Sample", Random], None]
BREAKERS: list[tuple[str, Breaker]] = []


def breaks(code: str) -> Callable[[Breaker], Breaker]:
    """Register a function that breaks a sample so that the reader refuses it with this code."""

    def register(breaker: Breaker) -> Breaker:
        BREAKERS.append((code, breaker))
        return breaker

    return register


def break_one(sample: Sample, rng: Random) -> Sample:
    """Return a broken copy of a sample."""
    code, breaker = rng.choice(BREAKERS)
    broken = deepcopy(sample)
    breaker(broken, rng)
    broken.broken = code
    return broken


def bundled(sample: Sample, rng: Random) -> Thing:
    """Return a service of the event, always applicable from now on."""
    name = rng.choice(sample.catalogue["events"][0]["services"])
    service: Thing = next(found for found in sample.catalogue["services"] if found["id"] == name)
    service.pop("when", None)
    return service


def listed(sample: Sample, rng: Random, kind: str) -> Thing:
    """Return some object of a kind that has at least one."""
    thing: Thing = rng.choice(sample.catalogue[kind])
    return thing


def add(sample: Sample, kind: str, thing: Thing) -> None:
    """Add an object to the catalogue."""
    sample.catalogue[kind] = [*sample.catalogue[kind], thing]


def ask(service: Thing, name: str, **more: Any) -> None:
    """Let a service ask one more element."""
    service["asks"] = [*service.get("asks", []), {"element": name, **more}]


@breaks("unknown-key")
def _unknown_key(sample: Sample, rng: Random) -> None:
    kind = rng.choice(["organisations", "parties", "elements", "evidence_types", "services", "events", "steps"])
    thing = rng.choice(bundled(sample, rng)["steps"]) if kind == "steps" else listed(sample, rng, kind)
    thing["colour"] = "red"


@breaks("wrong-type")
def _wrong_type(sample: Sample, rng: Random) -> None:
    kind, key, value = rng.choice(
        [
            ("elements", "effort", "two"),
            ("elements", "askable", "maybe"),
            ("elements", "personal", 3),
            ("elements", "type", "colour"),
            ("evidence_types", "gives", "e1"),
            ("evidence_types", "commitment", "yes, please"),
            ("services", "fee_fen", "free"),
            ("services", "decision", "at random"),
            ("services", "produces", {"t1": 1}),
            ("events", "services", "s1"),
            ("events", "questions", {"id": "q1"}),
            ("parties", "gives", 7),
            ("events", "on_refusal", {"s1": "explode"}),
        ]
    )
    thing = listed(sample, rng, kind)
    thing.pop("fees", None)
    thing[key] = value


@breaks("wrong-type")
def _wrong_type_of_step(sample: Sample, rng: Random) -> None:
    step = rng.choice(bundled(sample, rng)["steps"])
    key, value = rng.choice([("limit_days", "three"), ("visit", "sometimes"), ("after", {"s1": "s2"})])
    step[key] = value


@breaks("unknown-id")
def _unknown_element(sample: Sample, rng: Random) -> None:
    service = bundled(sample, rng)
    place = rng.randrange(6)
    if place == 0:
        ask(service, "nowhere")
    elif place == 1:
        ask(service, "e1", when={"fact": "nowhere", "is": 1})
    elif place == 2:
        listed(sample, rng, "parties")["gives"] = ["nowhere"]
    elif place == 3:
        listed(sample, rng, "evidence_types")["gives"] = ["nowhere"]
    elif place == 4:
        add(sample, "elements", {"id": "lost", "type": "string", "alias_of": "nowhere"})
    else:
        key, other = rng.choice([("keyed_by", "gives"), ("gives", "keyed_by")])
        add(sample, "resources", {"id": "lost", "organisation": "o1", key: ["nowhere"], other: ["e1"]})


@breaks("unknown-id")
def _unknown_thing(sample: Sample, rng: Random) -> None:
    service, event = bundled(sample, rng), sample.catalogue["events"][0]
    place = rng.randrange(10)
    if place == 0:
        service["organisation"] = "nowhere"
    elif place == 1:
        service["produces"] = ["nowhere"]
    elif place == 2:
        service["evidence"] = [{"id": "n1", "any_of": ["t1", "nowhere"]}]
    elif place == 3:
        service["evidence"] = [{"id": "n1", "any_of": ["t1"], "needed_at": "nowhere"}]
    elif place == 4:
        service["steps"] = [*service["steps"], {"id": "late", "kind": "decision", "after": ["nowhere"]}]
    elif place == 5:
        event["services"] = [*event["services"], "nowhere"]
    elif place == 6:
        event["applicant"] = "nowhere"
    elif place == 7:
        event["on_refusal"] = {"nowhere": "wait"}
    elif place == 8:
        event["commitments"] = {rng.choice(["nowhere.s1", f"{service['id']}.nowhere"]): 0}
    else:
        listed(sample, rng, "evidence_types")["obtainable_from"] = ["nowhere"]


@breaks("unknown-id")
def _unknown_in_the_call(sample: Sample, rng: Random) -> None:
    if rng.random() < 0.5:
        sample.event = "nowhere"
    else:
        sample.held = ["nowhere"]


@breaks("duplicate-id")
def _duplicate(sample: Sample, rng: Random) -> None:
    kind = rng.choice(["organisations", "parties", "elements", "evidence_types", "services", "events", "steps", "evidence", "questions"])
    if kind == "steps":
        service = bundled(sample, rng)
        service["steps"] = [*service["steps"], deepcopy(service["steps"][0])]
    elif kind == "evidence":
        bundled(sample, rng)["evidence"] = [{"id": "n1", "any_of": ["t1"]}] * 2
    elif kind == "questions":
        sample.catalogue["events"][0]["questions"] = [{"id": "q1", "type": "boolean"}] * 2
        sample.answers = {}
    else:
        add(sample, kind, deepcopy(listed(sample, rng, kind)))


@breaks("dot-in-id")
def _dot(sample: Sample, rng: Random) -> None:
    places: list[tuple[str, Thing]] = [
        ("organisations", {"id": "o.3", "name": {"en": "Three"}}),
        ("parties", {"id": "legal.person", "gives": []}),
        ("elements", {"id": "e.10", "type": "string"}),
        ("resources", {"id": "r.10", "organisation": "o1", "keyed_by": ["e1"], "gives": ["e2"]}),
        ("evidence_types", {"id": "t.10", "gives": []}),
        ("services", _another_service("s.10")),
        ("services", _another_service("s10", step="a.b")),
    ]
    kind, thing = rng.choice(places)
    add(sample, kind, thing)


def _another_service(name: str, step: str = "s1") -> Thing:
    steps = [{"id": step, "kind": "decision", "limit_days": 1}]
    return {"id": name, "organisation": "o1", "kind": "licence", "audience": ["legal"], "asks": [], "evidence": [], "steps": steps}


@breaks("no-steps")
def _no_steps(sample: Sample, rng: Random) -> None:
    service = bundled(sample, rng)
    service["steps"] = []
    for need in service["evidence"]:
        need.pop("needed_at", None)
    sample.catalogue["events"][0].pop("commitments", None)


@breaks("fee-and-fees")
def _fees_twice(sample: Sample, rng: Random) -> None:
    bundled(sample, rng).update(fee_fen=rng.choice([0, 100]), fees=[{"id": "f1", "fen": 100}])


@breaks("acceptance-joint")
def _joint_acceptance(sample: Sample, rng: Random) -> None:
    rng.choice(bundled(sample, rng)["steps"]).update(kind="acceptance", joint="j1")


@breaks("effort-below-1")
def _cheap(sample: Sample, rng: Random) -> None:
    listed(sample, rng, "elements")["effort"] = rng.choice([0, -1])


@breaks("alias-circle")
def _alias_circle(sample: Sample, rng: Random) -> None:
    if rng.random() < 0.3:
        add(sample, "elements", {"id": "x10", "type": "string", "alias_of": "x10"})
        return
    for name, other in (("x10", "x11"), ("x11", "x10")):
        add(sample, "elements", {"id": name, "type": "string", "alias_of": other})


@breaks("alias-of-a-role")
def _alias_of_a_role(sample: Sample, rng: Random) -> None:
    sample.catalogue["events"][0]["roles"] = ["seller"]
    add(sample, "elements", {"id": "x10", "type": "string", "alias_of": "seller.e1"})


@breaks("commitment-above-limit")
def _slow(sample: Sample, rng: Random) -> None:
    service = bundled(sample, rng)
    step = rng.choice(service["steps"])
    sample.catalogue["events"][0]["commitments"] = {f"{service['id']}.{step['id']}": step.get("limit_days", 0) + 1}


@breaks("order-on-unordered")
def _order(sample: Sample, rng: Random) -> None:
    kind = rng.choice(["string", "boolean", "enum"])
    bound = {"string": "a", "boolean": True, "enum": "red"}[kind]
    add(sample, "elements", {"id": "e10", "type": kind} | ({"values": ["red"]} if kind == "enum" else {}))
    if rng.random() < 0.3:
        add(sample, "elements", {"id": "e11", "type": "integer"})
        ask(bundled(sample, rng), "e1", when={"fact": "e11", "at_least": rng.choice(["3", True])})
        return
    ask(bundled(sample, rng), "e1", when={"fact": "e10", rng.choice(["at_least", "less_than"]): bound})


@breaks("not-one-operator")
def _operators(sample: Sample, rng: Random) -> None:
    atom: Thing = {"fact": "e1", "is": 1}
    wrong = rng.choice(
        [{"fact": "e1"}, {"fact": "e1", "is": 1, "in": [1]}, {"all": [atom], "any": [atom]}, {"none": [atom]}, atom | {"not": atom}, {}]
    )
    ask(bundled(sample, rng), "e1", when=wrong)


@breaks("no-question-for-answer")
def _no_question(sample: Sample, rng: Random) -> None:
    service, condition = bundled(sample, rng), {"fact": "answer.nobody-asks", "is": True}
    place = rng.randrange(4)
    if place == 0:
        service["when"] = {"any": [condition, {"not": condition}]}
    elif place == 1:
        service["evidence"] = [{"id": "n1", "any_of": ["t1"], "when": condition}]
    elif place == 2:
        service["decision"] = {"automatic_when": condition}
    else:
        service.pop("fee_fen", None)
        service["fees"] = [{"id": "f1", "fen": 1, "when": condition}]


@breaks("two-questions")
def _two_questions(sample: Sample, rng: Random) -> None:
    element = sample.catalogue["elements"][0]
    other = element["id"]
    if rng.random() < 0.5:
        add(sample, "elements", {"id": "x10", "type": element["type"], "alias_of": other})
        other = "x10"
    event = sample.catalogue["events"][0]
    event["questions"] = [
        *[question for question in event["questions"] if not question.get("element")],
        {"id": "q10", "type": element["type"], "element": element["id"]},
        {"id": "q11", "type": element["type"], "element": other},
    ]
    names = {question["id"] for question in event["questions"]}
    _forget_questions(sample, names)


def _forget_questions(sample: Sample, kept: set[str]) -> None:
    """Leave no condition on a question that was taken out, so that only the error put in remains."""
    sample.answers = {name: value for name, value in sample.answers.items() if name in kept}
    for service in sample.catalogue["services"]:
        for thing in [service, *service.get("asks", []), *service.get("evidence", []), *service.get("fees", [])]:
            thing.pop("when", None)
        service.pop("decision", None)


@breaks("wrong-answer")
def _wrong_answer(sample: Sample, rng: Random) -> None:
    kind, value = rng.choice(
        [
            ("integer", "three"),
            ("integer", True),
            ("integer", 1.5),
            ("number", "1"),
            ("boolean", 1),
            ("boolean", "true"),
            ("string", 5),
            ("date", "2024-02-30"),
            ("date", "yesterday"),
            ("enum", "blue"),
            ("money", "a lot"),
        ]
    )
    event = sample.catalogue["events"][0]
    event["questions"] = [*event["questions"], {"id": "q10", "type": kind} | ({"values": ["red"]} if kind == "enum" else {})]
    sample.answers = sample.answers | {"q10": value}


@breaks("answer-to-no-question")
def _answer_to_nobody(sample: Sample, rng: Random) -> None:
    sample.answers = sample.answers | {"q10": rng.choice([True, 1, "a"])}


@breaks("role-missing")
def _no_such_role(sample: Sample, rng: Random) -> None:
    service = bundled(sample, rng)
    place = rng.randrange(6)
    if place == 0:
        ask(service, "lodger.e1")
    elif place == 1:
        service["evidence"] = [{"id": "n1", "any_of": ["lodger.t1"]}]
    elif place == 2:
        ask(service, "e1", when={"fact": "lodger.e1", "known": True})
    elif place == 3:
        event = sample.catalogue["events"][0]
        event["questions"] = [*event["questions"], {"id": "q10", "type": "string", "element": "lodger.e1"}]
    elif place == 4:
        service["produces"] = ["lodger.t1"]
    else:
        add(sample, "evidence_types", {"id": "t10", "gives": [], "licence": True})
        sample.held = ["lodger.t10"]


@breaks("held-not-licence")
def _held_paper(sample: Sample, rng: Random) -> None:
    add(sample, "evidence_types", {"id": "t10", "gives": []} | ({"licence": False} if rng.random() < 0.5 else {}))
    sample.held = [*sample.held, "t10"]


@breaks("circle")
def _circle_of_after(sample: Sample, rng: Random) -> None:
    service = bundled(sample, rng)
    service["steps"][0]["after"] = [rng.choice(service["steps"])["id"]]
    service["steps"] = [
        step if number == 0 else step | {"after": [service["steps"][number - 1]["id"]]} for number, step in enumerate(service["steps"])
    ]


@breaks("circle")
def _circle_of_waits(sample: Sample, rng: Random) -> None:
    event, made = sample.catalogue["events"][0], ["c1", "c2", "c3"][: rng.randint(2, 3)]
    for number, name in enumerate(made):
        add(sample, "evidence_types", {"id": f"out-{name}", "gives": []})
        service = _another_service(name) | {"produces": [f"out-{name}"]}
        service["evidence"] = [{"id": "n1", "any_of": [f"out-{made[number - 1]}"]}]
        add(sample, "services", service)
    event["services"] = [*event["services"], *made]


@breaks("cannot-supply")
def _nothing_supplies(sample: Sample, rng: Random) -> None:
    add(sample, "elements", {"id": "e10", "type": "string", "askable": False})
    if rng.random() < 0.5:
        add(sample, "resources", {"id": "r10", "organisation": "o1", "keyed_by": ["e1"], "gives": ["e10"], "sharing": "none"})
    ask(bundled(sample, rng), "e10")
