"""Made catalogues from a seed: as large as wished, shaped like real ones, the same for the same seed."""

import random
from collections.abc import Sequence
from typing import Any

from onewindow.domain.catalogue import build_catalogue
from onewindow.domain.catalogue.model import Catalogue

Documents = dict[str, list[dict[str, Any]]]


def made_documents(seed: int = 1, *, services: int = 16, elements: int = 200, resources: int = 100, events: int = 1) -> Documents:
    """Return a catalogue of services that share elements, resources that chain, evidence, joint steps and waits."""
    chance = random.Random(seed)
    names = [f"e{number}" for number in range(elements)]
    types = [f"t{number}" for number in range(services * 2)]
    made = [_service(chance, number, names, types) for number in range(services)]
    registers = [_resource(chance, number, names) for number in range(resources)]
    given = {
        name
        for register in registers[::3]
        for name in register["gives"]
        if register["sharing"] != "none" and len(register["keyed_by"]) == 1
    }
    return {
        "organisations": [{"id": f"o{number}"} for number in range(8)],
        "parties": [{"id": "legal", "gives": names[:2]}],
        "elements": [
            {
                "id": name,
                "type": "integer",
                "effort": chance.choice([1, 1, 1, 2, 3]),
                "askable": name not in given or chance.random() < 0.95,
                "personal": chance.random() < 0.1,
            }
            for name in names
        ],
        "resources": registers,
        "evidence_types": [_type(chance, name, names, resources) for name in types],
        "services": made,
        "events": [_event(chance, number, made, services // events) for number in range(events)],
    }


def made_catalogue(seed: int = 1, **sizes: int) -> Catalogue:
    """Return the same as a catalogue that was read and checked."""
    return build_catalogue(made_documents(seed, **sizes))


def _resource(chance: random.Random, number: int, names: Sequence[str]) -> dict[str, Any]:
    keys = chance.sample(names, chance.choice([1, 1, 1, 2, 2, 3]))
    return {
        "id": f"r{number}",
        "organisation": f"o{number % 8}",
        "keyed_by": keys,
        "gives": chance.sample(names, chance.randint(1, 6)),
        "sharing": chance.choice(["unconditional", "unconditional", "conditional", "none"]),
    }


def _type(chance: random.Random, name: str, names: Sequence[str], resources: int) -> dict[str, Any]:
    return {
        "id": name,
        "gives": chance.sample(names, 3),
        "obtainable_from": [f"r{chance.randrange(resources)}"] if resources and chance.random() < 0.5 else [],
        "commitment": chance.random() < 0.3,
        "licence": chance.random() < 0.5,
    }


def _service(chance: random.Random, number: int, names: Sequence[str], types: Sequence[str]) -> dict[str, Any]:
    asks = chance.sample(names, min(len(names), chance.randint(8, 24)))
    return {
        "id": f"s{number}",
        "organisation": f"o{number % 8}",
        "asks": [_ask(chance, name) for name in asks],
        "evidence": [
            {"id": f"q{place}", "any_of": chance.sample(types[: len(types) * 3 // 4], min(len(types) * 3 // 4, chance.randint(1, 3)))}
            for place in range(chance.randint(0, 4))
        ],
        "steps": [
            {"id": "accept", "kind": "acceptance", "limit_days": 1, "visit": "today"},
            {"id": "review", "kind": "review", "limit_days": chance.randint(1, 5)},
            {"id": "inspect", "kind": "inspection", "limit_days": chance.randint(1, 5), "joint": f"j{number % 3}", "after": ["accept"]},
            {"id": "decide", "kind": "decision", "limit_days": chance.randint(1, 3), "after": ["review", "inspect"]},
        ],
        "produces": [types[-1 - number]] if number % 2 else [],
        "fee_fen": chance.choice([0, 0, 5000]),
    }


def _ask(chance: random.Random, name: str) -> dict[str, Any]:
    if chance.random() < 0.1:
        return {"element": name, "when": {"fact": "answer.large", "is": True}}
    return {"element": name}


def _event(chance: random.Random, number: int, made: Sequence[dict[str, Any]], size: int) -> dict[str, Any]:
    chosen = chance.sample([service["id"] for service in made], size) if size < len(made) else [service["id"] for service in made]
    return {
        "id": f"event{number}",
        "kind": "business",
        "applicant": "legal",
        "questions": [{"id": "large", "type": "boolean"}],
        "services": chosen,
        "yearly_cases": 100,
    }
