"""Promise 15: no question without purpose, matter, key, fields, grant and somebody who asks. Promise 16: only granted fields return."""

import itertools
import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onewindow.domain.errors import DomainError
from onewindow.modules.exchange import circuit, models, services
from onewindow.plumbing.actors import Actor
from tests.promises import exchange_town as town
from tests.promises.exchange_town import ELEMENTS, NOW, Register

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]
Figure = Callable[[int, str], None]
DAY = timedelta(days=1)

GROUNDS: dict[str, tuple[Any, ...]] = {
    # the first of each is good, the others are not
    "purpose": ("case", "", "oversight", "gossip", "cases", "prefill:stall"),
    "subject_id": (UUID(int=5), None),
    "keys": ({"number": "7"}, {}),
    "fields": (["street"], [], ["income"], ["number"]),
    "services": (["permit"], [], ["other"]),
    "actor": (town.PERSON, Actor.anonymous(), town.officer(1, "other"), town.officer(1, role="leader")),
    "grant": (
        {},
        None,
        {"revoked_at": NOW},
        {"from_date": NOW.date() + DAY},
        {"until_date": NOW.date() - DAY},
        {"resource": town.BY_CONSENT},
        {"a_day": 0},
        {"organisation": "other"},
    ),
}

_OF_ANOTHER = (0, 0, 0, 0, 0, 2, 7)
"""An officer of another organisation, under what was granted to that one: nothing is missing there."""


@pytest.fixture
def register(db: None) -> Iterator[Register]:
    circuit.forget_all()
    with town.running() as running:
        town.found(running)
        yield running


def test_nothing_is_asked_where_any_of_the_grounds_is_missing(register: Register, full_size: bool, figure: Figure) -> None:
    every = list(itertools.product(*(range(len(values)) for values in GROUNDS.values())))
    bad = [row for row in every if any(row) and row != _OF_ANOTHER]
    alone = [row for row in bad if sum(map(bool, row)) == 1]
    chosen = bad if full_size else alone + random.Random(15).sample(bad, 150)
    for row in chosen:
        picked = {name: values[place] for (name, values), place in zip(GROUNDS.items(), row, strict=True)}
        _permit(picked.pop("grant"))
        with pytest.raises(DomainError):
            town.ask(**picked)
    assert register.asked == 0, "a register was asked"
    assert not models.Query.objects.exists(), "a question was written down"
    assert not models.QuotaUse.objects.filter(taken__gt=0).exists(), "a record was counted"

    good = {name: values[0] for name, values in GROUNDS.items()}
    _permit(good.pop("grant"))
    assert town.ask(**good).values == {"street": "x"}, "with everything in place it is asked: the refusals above were for what was missing"
    assert register.asked == 1
    figure(15, f"{len(chosen)} combinations with something missing: 0 questions, 0 rows")


def _permit(changes: dict[str, Any] | None) -> None:
    models.Grant.objects.all().delete()
    if changes is not None:
        town.grant(**{"fields": ["street"], "services": ["permit"], **changes})


FIELDS = st.lists(st.sampled_from(ELEMENTS), min_size=1, unique=True)
PURPOSES = st.lists(st.sampled_from(["case", "prefill"]), min_size=1, unique=True)
SERVICES = st.lists(st.sampled_from(["a", "b"]), unique=True)
DAYS = st.sampled_from(
    [(date(2026, 1, 1), None), (date(2026, 1, 1), NOW.date()), (date(2027, 1, 1), None), (date(2025, 1, 1), date(2025, 12, 31))]
)
ORGANISATIONS = st.sampled_from(["service-centre", "service-centre", "keeper", "other"])
GRANTS = st.lists(st.tuples(FIELDS, PURPOSES, SERVICES, DAYS, st.booleans(), ORGANISATIONS), max_size=4)
KEEPERS = {"a": "keeper", "b": "other"}
WINDOW, OTHER = town.officer(role="window"), town.officer(organisation="other")
ASKERS = st.sampled_from([town.PERSON, town.SYSTEM, WINDOW, OTHER, town.officer(1, "nowhere")])
ASKED = st.lists(st.sampled_from([*ELEMENTS, *(f"seller.{name}" for name in ELEMENTS)]), min_size=1, unique=True)
ANSWERS = st.dictionaries(st.sampled_from([*ELEMENTS, "password", "neighbours"]), st.text("xyz", min_size=1, max_size=3))


def _asks_for(organisation: str, actor: Actor, of: set[str]) -> tuple[bool, set[str]]:
    """Tell whether somebody asks for a case in the name of an organisation, and for which of the services."""
    if actor.is_officer and actor is not WINDOW:
        return actor.organisation == organisation, of
    own = of if organisation == "service-centre" else {service for service in of if KEEPERS[service] == organisation}
    return organisation == "service-centre" or bool(own), own


def test_no_field_beyond_the_grants_comes_back_whatever_the_register_tells(register: Register, full_size: bool, figure: Figure) -> None:
    extra = tried = 0

    @settings(max_examples=3000 if full_size else 60)
    @given(grants=GRANTS, asked=ASKED, answer=ANSWERS, purpose=st.sampled_from(["case", "prefill"]), matter=st.tuples(SERVICES, ASKERS))
    def run(grants: list[Any], asked: list[str], answer: dict[str, str], purpose: str, matter: tuple[list[str], Actor]) -> None:
        nonlocal extra, tried
        of, actor = matter
        models.Grant.objects.all().delete()
        models.Query.objects.all().delete()
        circuit.forget_all()
        register.says, before, may = answer, register.asked, set()
        for fields, purposes, held_for, (begins, ends), revoked, whose in grants:
            row = town.grant(fields=fields, purposes=purposes, services=held_for, from_date=begins, until_date=ends, organisation=whose)
            asks, for_which = _asks_for(whose, actor, set(of))
            if revoked:
                services.revoke_grant(grant_id=row.pk, reason="test", actor=town.SYSTEM, now=NOW)
            elif (
                asks
                and purpose in purposes
                and (not held_for or for_which & set(held_for))
                and begins <= NOW.date() <= (ends or NOW.date())
            ):
                may |= set(fields)
        values: dict[str, Any] = {}
        with suppress(services.SourceUnavailable):
            values = dict(town.ask(fields=asked, purpose=purpose, services=of, actor=actor).values)
        granted = {name for name in asked if name.rpartition(".")[2] in may}
        tried += 1
        extra += len(set(values) - granted)
        assert values == {name: answer[name.rpartition(".")[2]] for name in granted if name.rpartition(".")[2] in answer}
        assert (register.asked > before) == bool(granted), "a register is asked exactly where something is granted"
        lines = [json.loads(bytes(line)) for line in models.Query.objects.values_list("request", flat=True)]
        assert [set(line["fields"]) for line in lines] == ([granted] if granted else []), "the log tells what was asked, and no more"

    run()
    figure(16, f"{tried} random grants, questions and answers: {extra} fields beyond the grants")
