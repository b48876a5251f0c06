"""Mandates: who gives, who receives, in which matters, until when; enterprises; and that nothing is done without one."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from onewindow.domain.errors import Forbidden, NotFound
from onewindow.domain.mandates import MandateOver
from onewindow.modules.identity import mandates, proofs, selectors, services, sources
from onewindow.modules.identity.models import LegalPerson, MandateRow, Organisation, Person, Post, User
from onewindow.modules.identity.sources import Claimed
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor

pytestmark = pytest.mark.django_db

WANG, ZHOU, LI = "23000019880412026X", "230000199209230354", "230000199506180488"
NAMES = {WANG: "王丽", ZHOU: "周航", LI: "李娜塔莉"}
CODE = "91239900MA7KQ2WX4C"
TODAY = date(2026, 3, 2)


@pytest.fixture
def now(now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


def person(number: str, now: datetime, *, method: str = "register") -> Actor:
    user = User.objects.create(username=f"u{number}", display_name={"zh": NAMES[number]})
    facts = {"full-name": NAMES[number], "resident-id": number}
    Person.objects.create(user=user, facts=facts, number=number)
    proofs.add(user_id=user.id, method=method, source="tests", now=now)
    return Actor(kind="person", id=user.id)


def offered(giver: Actor, now: datetime, to: str = ZHOU, party: UUID | None = None, **more: Any) -> UUID:
    today = clock.local_date(now)
    terms = {"role": "agent", "matters": [], "from_date": today, "until_date": today + timedelta(days=30), **more}
    named = {"receiver_name": NAMES[to], "receiver_number": to}
    return services.offer_mandate(party=party or giver.id or uuid4(), **named, **terms, actor=giver, now=now)


def keys(actor: Actor, now: datetime) -> list[str]:
    return [choice.key for choice in selectors.choices(actor=actor, now=now)]


def acts(actor: Actor, mandate: UUID) -> Actor | None:
    return selectors.acting_as(actor.id or uuid4(), f"mandate:{mandate}")


class Business:
    """The business register: Zhou Hang is the representative of one enterprise."""

    names = ZHOU

    def represented(self, uscc: str, representative: Claimed, **_grounds: object) -> str | None:
        return "和顺餐饮" if (uscc, representative.resident_id) == (CODE, self.names) else None


@pytest.fixture
def business() -> Any:
    kept, found = list(sources._business), Business()
    services.use_business_source(found)
    yield found
    sources._business[:] = kept


def test_a_mandate_counts_once_it_is_accepted_and_until_either_side_ends_it(now: datetime) -> None:
    wang, zhou = person(WANG, now), person(ZHOU, now)
    mandate = offered(wang, now, matters=["open-a-restaurant"])
    assert acts(zhou, mandate) is None
    (line,) = selectors.mandates(actor=zhou, now=now).received
    assert (line.state, line.party_name, line.in_force) == ("offered", {"zh": "王丽"}, False)
    services.accept_mandate(mandate_id=mandate, actor=zhou, now=now)
    acting = acts(zhou, mandate)
    assert acting is not None
    assert acting.on_behalf_of is not None
    assert (acting.party, acting.on_behalf_of.mandate) == (wang.id, mandate)
    assert acting.is_party(wang.id, "open-a-restaurant")
    assert not acting.is_party(wang.id, "retire")
    assert not acting.is_party(zhou.id, "open-a-restaurant"), "who acts for another does not act for themselves"
    services.end_mandate(mandate_id=mandate, actor=wang, now=now)
    assert acts(zhou, mandate) is None
    assert selectors.mandates(actor=wang, now=now).given[0].state == "revoked"


@pytest.mark.parametrize("ender", [WANG, ZHOU])
def test_both_sides_end_it_and_nothing_brings_it_back(now: datetime, ender: str) -> None:
    sides = {WANG: person(WANG, now), ZHOU: person(ZHOU, now)}
    mandate = offered(sides[WANG], now)
    services.accept_mandate(mandate_id=mandate, actor=sides[ZHOU], now=now)
    services.end_mandate(mandate_id=mandate, actor=sides[ender], now=now)
    for again in (services.accept_mandate, services.end_mandate):
        with pytest.raises(MandateOver):
            again(mandate_id=mandate, actor=sides[ZHOU], now=now)


def test_nobody_else_sees_accepts_or_ends_it(now: datetime) -> None:
    wang, li = person(WANG, now), person(LI, now)
    person(ZHOU, now)
    mandate = offered(wang, now)
    for act in (services.accept_mandate, services.end_mandate):
        with pytest.raises(NotFound):
            act(mandate_id=mandate, actor=li, now=now)
    assert selectors.mandates(actor=li, now=now) == selectors.Mandates((), (), ())
    with pytest.raises(NotFound):
        services.accept_mandate(mandate_id=mandate, actor=wang, now=now)
    for act in (selectors.mandates,):
        with pytest.raises(Forbidden):
            act(actor=Actor.anonymous(), now=now)


def test_it_waits_for_somebody_who_has_no_account_yet_and_tells_nobody_so(now: datetime) -> None:
    mandate = offered(person(WANG, now), now)
    zhou = person(ZHOU, now)
    services.accept_mandate(mandate_id=mandate, actor=zhou, now=now)
    assert keys(zhou, now) == [f"mandate:{mandate}"]


def test_whoever_is_not_known_for_sure_gives_takes_and_uses_none(now: datetime) -> None:
    claimed = person(WANG, now, method="phone")
    with pytest.raises(mandates.MustBeKnown):
        offered(claimed, now)
    li, zhou = person(LI, now), person(ZHOU, now)
    mandate = offered(li, now)
    services.accept_mandate(mandate_id=mandate, actor=zhou, now=now)
    proofs.end_all(zhou.id or uuid4(), now)
    assert keys(zhou, now) == []
    assert acts(zhou, mandate) is None


def test_it_begins_and_ends_with_its_days(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    wang, zhou = person(WANG, now), person(ZHOU, now)
    today = clock.local_date(now)
    mandate = offered(wang, now, from_date=today + timedelta(days=1), until_date=today + timedelta(days=2))
    services.accept_mandate(mandate_id=mandate, actor=zhou, now=now)
    held = []
    for days in range(4):
        monkeypatch.setattr(clock, "now", lambda days=days: now + timedelta(days=days))
        held.append(acts(zhou, mandate) is not None)
    assert held == [False, True, True, False]
    assert selectors.mandates(actor=zhou, now=now + timedelta(days=3)).received[0].state == "expired"


@pytest.mark.parametrize(
    "terms",
    [
        {"until_date": date(2020, 1, 1), "from_date": date(2019, 1, 1)},
        {"from_date": date(2026, 3, 2), "until_date": date(2036, 3, 2)},
        {"role": "manager"},
        {"to": WANG},
    ],
)
def test_what_no_mandate_can_be_is_refused_with_a_sentence(now: datetime, terms: dict[str, Any]) -> None:
    wang = person(WANG, now)
    with pytest.raises(mandates.MandateRefused):
        offered(wang, now, **terms)


def test_the_representative_whom_the_business_register_names_acts_for_the_enterprise(now: datetime, business: Business) -> None:
    zhou, li = person(ZHOU, now), person(LI, now)
    with pytest.raises(mandates.NotRepresentative):
        services.add_enterprise(uscc=CODE, actor=li, now=now)
    enterprise = services.add_enterprise(uscc="9123 9900 MA7KQ2WX4C", actor=zhou, now=now)
    (key,) = keys(zhou, now)
    acting = selectors.acting_as(zhou.id or uuid4(), key)
    assert acting is not None
    assert acting.party == enterprise
    assert selectors.party_facts(enterprise, "legal") == {"uscc": CODE, "legal-name": "和顺餐饮", "legal-representative": "周航"}
    assert selectors.acting_as(li.id or uuid4(), key) is None
    business.names = LI
    services.add_enterprise(uscc=CODE, actor=li, now=now)
    assert keys(zhou, now) == [], "the register names another now"
    LegalPerson.objects.update(confirmed_at=now - timedelta(days=181))
    assert keys(li, now) == [], "the register's word is half a year old"


def test_a_manager_gives_clerks_no_more_and_no_longer_than_the_manager_has(now: datetime, business: Business) -> None:
    zhou, wang, li = person(ZHOU, now), person(WANG, now), person(LI, now)
    firm = services.add_enterprise(uscc=CODE, actor=zhou, now=now)
    own = offered(zhou, now, to=WANG, party=firm, role="manager", matters=["a", "b"])
    services.accept_mandate(mandate_id=own, actor=wang, now=now)
    today = clock.local_date(now)
    for wider in (
        {"role": "manager", "matters": ["a"]},
        {"matters": []},
        {"matters": ["c"]},
        {"matters": ["a"], "until_date": today + timedelta(days=99)},
    ):
        with pytest.raises(mandates.MandateRefused):
            offered(wang, now, to=LI, party=firm, **{"role": "clerk", **wider})
    clerk = offered(wang, now, to=LI, party=firm, role="clerk", matters=["a"])
    services.accept_mandate(mandate_id=clerk, actor=li, now=now)
    with pytest.raises(NotFound):
        offered(li, now, to=WANG, party=firm, role="clerk", matters=["a"])
    with pytest.raises(NotFound):
        services.end_mandate(mandate_id=own, actor=li, now=now)
    services.end_mandate(mandate_id=clerk, actor=wang, now=now)
    services.end_mandate(mandate_id=own, actor=zhou, now=now)
    assert keys(wang, now) == keys(li, now) == []


def test_an_officer_is_never_at_the_desk_in_a_case_of_somebody_they_act_for(now: datetime) -> None:
    wang, zhou = person(WANG, now), person(ZHOU, now)
    Organisation.objects.create(id="market")
    Post.objects.create(user_id=zhou.id, organisation_id="market", roles=["officer"])
    mandate = offered(wang, now)
    services.accept_mandate(mandate_id=mandate, actor=zhou, now=now)
    officer = selectors.actor_of(zhou.id)
    assert officer.is_officer
    assert officer.is_close_to(wang.id or uuid4())
    acting = acts(zhou, mandate)
    assert acting is not None
    assert not acting.is_officer, "who acts for another has left the desk"


def test_a_closed_account_gives_nothing(now: datetime) -> None:
    wang, zhou = person(WANG, now), person(ZHOU, now)
    mandate = offered(wang, now)
    services.accept_mandate(mandate_id=mandate, actor=zhou, now=now)
    User.objects.filter(pk=wang.id).update(is_active=False)
    assert acts(zhou, mandate) is None


def test_the_row_keeps_no_number(now: datetime) -> None:
    mandate = offered(person(WANG, now), now)
    row: Callable[..., Any] = MandateRow.objects.filter(pk=mandate).values
    assert ZHOU not in str(row().get())
