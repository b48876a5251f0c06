"""Small random catalogues, the same for the same seed, that hit the corners of bundle.md often.

`python -m tests.reference.generate --stats` prints how often each corner is hit.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.reference.breakage import break_one
from tests.reference.checks import Thing

FLAVOURS = ("plain", "circle", "roles", "unlock", "process", "answers", "aliases")
VALUES: dict[str, list[Any]] = {
    "integer": [0, 1, 2, 50],
    "number": [0, 1, 1.5, 2],
    "money": [0, 100, 250],
    "boolean": [True, False],
    "string": ["a", "b", "1"],
    "enum": ["red", "green"],
    "date": ["2024-02-29", "2024-03-01", "2025-01-01"],
}
ORDERS = ("at_least", "at_most", "more_than", "less_than")


@dataclass
class Sample:
    """One thing to compile: a catalogue and the call."""

    catalogue: Thing
    event: str
    answers: Thing = field(default_factory=dict)
    held: list[str] = field(default_factory=list)
    broken: str | None = None  # the refusal that was put in on purpose, as the reader calls it


def sample(seed: int) -> Sample:
    """Return the random catalogue of a seed; about one in seven is broken on purpose."""
    rng = Random(seed)
    made = Maker(rng, rng.choice(FLAVOURS)).make()
    return break_one(made, rng) if rng.random() < 0.15 else made


class Maker:
    """Makes one catalogue; the flavour says which corner it leans to."""

    def __init__(self, rng: Random, flavour: str) -> None:
        self.rng = rng
        self.flavour = flavour
        self.roles = ["seller"] if flavour == "roles" or self.chance(0.08) else []
        if self.roles and self.chance(0.15):
            self.roles = ["seller", "spouse"]
        count = rng.randint(3, 5 if len(self.roles) < 2 else 3) if self.roles else rng.randint(3, 9)
        self.elements = [self.element(f"e{number}") for number in range(1, count + 1)]
        self.aliases = self.make_aliases()
        self.questions = self.make_questions()

    def chance(self, share: float) -> bool:
        """Return true with this probability."""
        return self.rng.random() < share

    def some(self, items: list[Any], low: int, high: int) -> list[Any]:
        """Return between low and high different items."""
        return self.rng.sample(items, min(len(items), self.rng.randint(low, high)))

    def named(self, thing: Thing) -> Thing:
        """Give a thing a name now and then."""
        return thing | {"name": {self.rng.choice(["zh", "en", "ru"]): "n"}} if self.chance(0.1) else thing

    def element(self, name: str) -> Thing:
        """Return one element of the dictionary."""
        kind = self.rng.choice([*VALUES, "integer", "boolean", "string"])
        made: Thing = {"id": name, "type": kind}
        if self.chance(0.05) and name != "e1":
            made |= {"type": "group", "of": ["e1"], "many": True}  # counts as one element
        if kind == "enum":
            made["values"] = VALUES["enum"]
        if self.chance(0.35):
            made["effort"] = self.rng.randint(1, 4)
        if self.chance(0.12):
            made["askable"] = False
        if self.chance(0.15):
            made["personal"] = True
        return self.named(made)

    def make_aliases(self) -> list[Thing]:
        """Return other names for elements, some through chains; what they say of themselves counts for nothing."""
        found: list[Thing] = []
        for number in range(self.rng.randint(1, 3) if self.flavour == "aliases" or self.chance(0.1) else 0):
            target = self.rng.choice(found or self.elements) if self.chance(0.5) else self.rng.choice(self.elements)
            own: Thing = {"type": target["type"], "effort": 9} | ({"values": VALUES["enum"]} if target["type"] == "enum" else {})
            if self.chance(0.3):
                own |= {"askable": False, "personal": True}
            found.append({"id": f"x{number + 1}", "alias_of": target["id"]} | own)
        return found

    def target(self, name: str) -> str:
        """Return what an alias stands for."""
        by_id = {element["id"]: element for element in [*self.elements, *self.aliases]}
        while by_id[name].get("alias_of"):
            name = by_id[name]["alias_of"]
        return name

    def name(self, *, role: float = 0.0) -> str:
        """Return an element to write somewhere, perhaps by another name and within a role."""
        plain: str = self.rng.choice([*self.elements, *self.aliases, *self.aliases])["id"]
        return f"{self.rng.choice(self.roles)}.{plain}" if self.roles and self.chance(role) else plain

    def make_questions(self) -> list[Thing]:
        """Return the event's questions, with and without an element, never two for one element."""
        made, taken = [], set()
        for number in range(1, self.rng.randint(0, 4 if self.flavour == "answers" else 2) + 1):
            question: Thing = {"id": f"q{number}", "type": self.rng.choice(list(VALUES))}
            if self.chance(0.45):
                element = self.name(role=0.3)
                role, _, plain = element.rpartition(".")
                kind = next(found["type"] for found in self.elements if found["id"] == self.target(plain))
                if (role, self.target(plain)) not in taken and kind in VALUES:
                    taken.add((role, self.target(plain)))
                    question |= {"element": element, "type": kind}
            elif self.chance(0.3):
                question["element"] = None
            if question["type"] == "enum":
                question["values"] = VALUES["enum"]
            made.append(self.named(question))
        return made

    def condition(self, depth: int = 0) -> Thing:
        """Return a condition over the questions and the elements."""
        draw = self.rng.random()
        if depth < 2 and draw < 0.35:
            parts = [self.condition(depth + 1) for _ in range(self.rng.randint(1, 3))]
            return {self.rng.choice(["all", "any"]): parts} if draw < 0.25 else {"not": parts[0]}
        if self.questions and self.chance(0.85):
            question = self.rng.choice(self.questions)
            fact, kind = f"answer.{question['id']}", question["type"]
            if question.get("element") and self.chance(0.4):
                fact = question["element"]
        else:
            fact = self.name(role=0.2)
            kind = next(element["type"] for element in self.elements if element["id"] == self.target(fact.rpartition(".")[2]))
        return {"fact": fact} | self.operator(kind)

    def operator(self, kind: str) -> Thing:
        """Return the test of an atom, now and then against a value of another type."""
        draw = self.rng.random()
        if draw < 0.15 or kind not in VALUES:
            return {"known": self.chance(0.7)}
        if kind in {"integer", "number", "money", "date"} and draw < 0.6:
            return {self.rng.choice(ORDERS): self.rng.choice(VALUES[kind])}
        values = VALUES[kind] if self.chance(0.85) else [True, 1, 0, "1", "a"]
        return {"in": self.some(values, 1, 2)} if draw > 0.85 else {"is": self.rng.choice(values)}

    def when(self, share: float) -> Thing:
        """Return a `when` with this probability, more often where answers are what it is about."""
        return {"when": self.condition()} if self.chance(share * (2 if self.flavour == "answers" else 1)) else {}

    def resource(self, name: str) -> Thing:
        """Return one functional dependency; where unlocking is the theme, one key gives much."""
        unlock = self.flavour == "unlock" and self.chance(0.7)
        keys = [self.name() for _ in range(1 if unlock else self.rng.randint(1, 2))]
        gives = [self.name() for _ in range(self.rng.randint(3, 6) if unlock else self.rng.randint(1, 3))]
        made: Thing = {"id": name, "organisation": "o1", "keyed_by": sorted(set(keys)), "gives": sorted(set(gives))}
        sharing = self.rng.choices(["unconditional", "conditional", "none", None], [3, 3, 2, 3])[0]
        if sharing:
            made["sharing"] = sharing
        if sharing == "conditional" and self.chance(0.3):
            made["legal_basis"] = [{"title": "A law", "article": "3"}]
        if self.roles and name == "r1" and self.chance(0.4):
            side = self.rng.choice(["keyed_by", "gives"])
            made[side] = [f"seller.{plain}" for plain in made[side]]
        elif name == "r1" and self.chance(0.05):
            made["gives"] = [f"lodger.{plain}" for plain in made["gives"]]
        return self.named(made)

    def evidence_type(self, name: str, resources: list[Thing]) -> Thing:
        """Return one evidence type."""
        made: Thing = {"id": name, "gives": sorted({self.name() for _ in range(self.rng.randint(0, 3))})}
        sources = [resource["id"] for resource in resources]
        if sources and self.chance(0.45):
            made["obtainable_from"] = self.some(sources, 1, 3)
        if self.roles and self.chance(0.08):
            made["gives"] = sorted({*made["gives"], f"seller.{self.name()}"})
        if self.chance(0.5 if self.flavour == "circle" else 0.25):
            made["commitment"] = True
        if self.chance(0.55):
            made["licence"] = True
        return self.named(made)

    def typed(self, types: list[Thing], *, role: float = 0.25) -> str:
        """Return an evidence type to write somewhere."""
        name: str = self.rng.choice(types)["id"]
        return f"{self.rng.choice(self.roles)}.{name}" if self.roles and self.chance(role) else name

    def service(self, name: str, types: list[Thing], outputs: list[str]) -> Thing:
        """Return one service as its department would write it."""
        steps = self.steps()
        giving = {plain for element in self.elements if element.get("askable", True) for plain in [element["id"]]}
        asks = [self.name(role=0.3) for _ in range(self.rng.randint(1, 5))]
        asks = [ask for ask in asks if self.target(ask.rpartition(".")[2]) in giving or self.chance(0.25)]
        made: Thing = {
            "id": name,
            "organisation": self.rng.choice(["o1", "o2"]),
            "kind": "licence",
            "audience": ["legal"],
            "asks": [{"element": ask} | self.when(0.15) for ask in asks],
            "evidence": [self.requirement(number, types, outputs, steps) for number in range(self.rng.randint(0, 3))],
            "steps": steps,
        } | self.when(0.12)
        produced = [self.typed(types, role=0.05) for _ in range(self.rng.choice([0, 0, 1, 2]))]
        if self.flavour == "circle" and outputs:
            produced.append(self.rng.choice(outputs))
        made["produces"] = sorted(set(produced))
        self.decorate(made)
        return self.named(made)

    def requirement(self, number: int, types: list[Thing], outputs: list[str], steps: list[Thing]) -> Thing:
        """Return one evidence requirement; in circles mostly of what another service gives out."""
        leaning = self.flavour == "circle" and self.chance(0.6)
        any_of = [self.rng.choice(outputs) if leaning and outputs else self.typed(types) for _ in range(self.rng.choice([1, 1, 2, 3]))]
        made: Thing = {"id": f"n{number + 1}", "any_of": list(dict.fromkeys(any_of))} | self.when(0.15)
        if self.chance(0.4):
            made["needed_at"] = self.rng.choice(steps)["id"]
        return made

    def steps(self) -> list[Thing]:
        """Return a service's steps: in a row, side by side, or joined again, in an odd order at times."""
        count = self.rng.randint(1, 4)
        made: list[Thing] = []
        for number in range(1, count + 1):
            kind = (
                "acceptance"
                if number == 1 and self.chance(0.7)
                else self.rng.choice(["inspection", "decision", "inspection", "acceptance"])
            )
            step: Thing = {"id": f"s{number}", "kind": kind, "limit_days": self.rng.choice([0, 1, 1, 2, 3, 5])}
            if self.chance(0.1):
                del step["limit_days"]
            if self.chance(0.35):
                step["visit"] = self.rng.choice(["today", "always", "never"])
            if kind != "acceptance" and self.chance(0.5 if self.flavour == "process" else 0.2):
                step["joint"] = self.rng.choice(["j1", "j1", "j2"])
            if made and self.chance(0.4):
                step["after"] = self.some([earlier["id"] for earlier in made], 0, 2)
            made.append(self.named(step))
        if self.chance(0.1):  # written from the last to the first: every `after` said
            for before, step in zip([None, *made], made, strict=False):
                step.setdefault("after", [before["id"]] if before else [])
            made.reverse()
        return made

    def decorate(self, service: Thing) -> None:
        """Add what is said less often: fees, channels, automatic decisions, the guide."""
        draw = self.rng.random()
        if draw < 0.3:
            service["fee_fen"] = self.rng.choice([0, 0, 500, 1200])
        elif draw < 0.55:
            service["fees"] = [
                {"id": f"f{number}"}
                | ({"assessed": True} if self.chance(0.3) else {"fen": self.rng.choice([0, 100, 250])})
                | self.when(0.35)
                for number in range(1, self.rng.randint(1, 2) + 1)
            ]
        if self.chance(0.25):
            service["channels"] = self.rng.choice([["counter"], ["counter", "terminal"], ["online", "counter"], ["mobile"], ["terminal"]])
        if self.chance(0.25):
            service["decision"] = {"automatic_when": self.condition()} if self.chance(0.8) else "manual"
        if self.chance(0.05):
            service["guide"] = {"phones": ["12345"]}

    def hand_on(self, types: list[Thing], services: list[Thing]) -> None:
        """Let a service ask what only the output of another fills in, now and then."""
        giving = [kind for kind in types if kind["gives"]]
        if not giving or not self.chance(0.3):
            return
        kind = self.rng.choice(giving)
        maker, taker = self.rng.sample(services, 2)
        maker["produces"] = sorted({*maker["produces"], kind["id"]})
        filled = self.target(self.rng.choice(kind["gives"]).rpartition(".")[2])
        next(element for element in self.elements if element["id"] == filled)["askable"] = False
        taker["asks"].append({"element": filled})
        others = [service for service in services if service not in (maker, taker)]
        if others and self.chance(0.6):  # the taker waits through a third
            between, passed = self.rng.choice(others), {"id": "passed-on", "gives": []}
            types.append(passed)
            between["produces"].append(passed["id"])
            between["evidence"].append({"id": "n8", "any_of": [kind["id"]]})
            kind = passed
        taker["evidence"].append({"id": "n9", "any_of": [kind["id"]]})

    def make(self) -> Sample:
        """Return the whole sample."""
        resources = [self.resource(f"r{number}") for number in range(1, self.rng.randint(0, 3 if self.roles else 5) + 1)]
        types = [self.evidence_type(f"t{number}", resources) for number in range(1, self.rng.randint(1, 6) + 1)]
        outputs = [kind["id"] for kind in types[:3]]
        services = [self.service(f"s{number}", types, outputs) for number in range(1, self.rng.randint(2, 5) + 1)]
        self.hand_on(types, services)
        names = [service["id"] for service in services]
        bundled = names if self.chance(0.7) else self.some(names, 1, len(names))
        event: Thing = {
            "id": "event",
            "kind": "business",
            "applicant": "legal",
            "roles": self.roles,
            "questions": self.questions,
            "services": bundled,
        }
        limits = {
            f"{service['id']}.{step['id']}": step.get("limit_days", 0)
            for service in services
            if service["id"] in bundled
            for step in service["steps"]
        }
        if self.chance(0.5):
            event["commitments"] = {name: self.rng.randint(0, limits[name]) for name in self.some(sorted(limits), 1, 4)}
        if self.chance(0.1):
            event["on_refusal"] = {self.rng.choice(bundled): self.rng.choice(["continue", "wait", "withdraw"])}
        catalogue: Thing = {
            "format": "onewindow-catalogue/1",
            "organisations": [{"id": "o1", "name": {"en": "One"}}, {"id": "o2", "name": {"zh": "二"}, "region": "230200"}],
            "parties": [{"id": "legal", "gives": sorted({self.name() for _ in range(self.rng.choice([0, 0, 1, 2]))})}],
            "elements": [*self.aliases, *self.elements] if self.chance(0.5) else [*self.elements, *self.aliases],
            "resources": resources,
            "evidence_types": types,
            "services": services,
            "events": [event],
        }
        answers = {
            question["id"]: self.rng.choice(VALUES[question["type"]]) if self.chance(0.9) else None
            for question in self.questions
            if self.chance(0.6)
        }
        held = [kind["id"] for kind in types if kind.get("licence") and self.chance(0.2)]
        held += [f"seller.{kind['id']}" for kind in types if kind.get("licence") and self.roles and self.chance(0.15)]
        self.others(catalogue)
        return Sample(catalogue, "event", answers, held)

    def others(self, catalogue: Thing) -> None:
        """Add, now and then, what another event needs and this one must not mind."""
        if not self.chance(0.15):
            return
        away = {"fact": "answer.elsewhere", "is": True}
        catalogue["services"].append(
            {
                "id": "away",
                "organisation": "o1",
                "kind": "licence",
                "audience": ["natural"],
                "asks": [{"element": "lodger.e1", "when": away}],
                "steps": [{"id": "s1", "kind": "decision"}],
                "produces": ["t1"],
            }
        )
        catalogue["parties"].append({"id": "natural", "gives": ["e1"]})
        questions = [{"id": "elsewhere", "type": "boolean"}]
        catalogue["events"].append(
            {"id": "other", "kind": "life", "applicant": "natural", "roles": ["lodger"], "questions": questions, "services": ["away"]}
        )


if __name__ == "__main__":
    from tests.reference.stats import main

    main()
