"""Guardians: whose children the register names, until which day, and that nobody acts for a child without its word."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from onewindow.domain import guardianship
from onewindow.domain.errors import Forbidden, NotFound
from onewindow.modules.identity import guardians, mandates, proofs, selectors, services, sources
from onewindow.modules.identity.models import Child, Guardianship, Organisation, Person, Post, Tries, User
from onewindow.modules.identity.sources import Claimed, SourceSilent, Ward
from onewindow.plumbing import clock, personal
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry

pytestmark = pytest.mark.django_db

WANG, ZHOU = "23000019880412026X", "230000199209230354"
TEEN, SMALL, NEW = "230000201006140420", "230000201709030172", "230000201501280535"
NAMES = {WANG: "王丽", ZHOU: "周航", TEEN: "陈雨桐", SMALL: "陈子轩", NEW: "周小宁"}


@dataclass
class Register:
    """The register of guardians: what it holds, whether it answers, and by which numbers it was asked."""

    wards: dict[str, list[str]] = field(default_factory=lambda: {WANG: [TEEN, SMALL]})
    silent: bool = False
    asked: list[str] = field(default_factory=list)

    def children_of(self, guardian: Claimed, **_grounds: object) -> tuple[Ward, ...]:
        self.asked.append(guardian.resident_id)
        if self.silent:
            raise SourceSilent
        return tuple(Ward(NAMES[number], number) for number in self.wards.get(guardian.resident_id, []))


@pytest.fixture
def register() -> Iterator[Register]:
    kept, found = list(sources._guardians), Register()
    services.use_guardian_source(found)
    yield found
    sources._guardians[:] = kept


@pytest.fixture
def now(now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    set_clock(monkeypatch, now)
    return now


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def person(number: str, now: datetime) -> Actor:
    user = User.objects.create(username=f"u{number}", display_name={"zh": NAMES[number]})
    Person.objects.create(user=user, facts={"full-name": NAMES[number], "resident-id": number}, number=number)
    proofs.add(user_id=user.id, method="register", source="tests", now=now)
    return Actor(kind="person", id=user.id)


def keys(actor: Actor, now: datetime) -> dict[str, str]:
    """Return {name: key} of the children that somebody may act for."""
    return {choice.name["zh"]: choice.key for choice in selectors.choices(actor=actor, now=now)}


def acting(actor: Actor, key: str) -> Actor | None:
    return selectors.acting_as(actor.id or uuid4(), key)


def test_a_guardian_asks_by_their_own_number_and_acts_for_the_children_the_register_names(now: datetime, register: Register) -> None:
    wang = person(WANG, now)
    assert services.ask_children(actor=wang, now=now) == 2
    assert register.asked == [WANG]
    found = keys(wang, now)
    assert found.keys() == {"陈雨桐", "陈子轩"}
    services.begin_acting(key=found["陈雨桐"], actor=wang, now=now)
    mother = acting(wang, found["陈雨桐"])
    assert mother is not None
    assert mother.on_behalf_of is not None
    child = Child.objects.get(number=TEEN)
    link = Guardianship.objects.get(child=child)
    assert (mother.party, mother.on_behalf_of.guardianship) == (child.pk, link.pk)
    assert selectors.party_facts(child.pk, "natural") == {"full-name": "陈雨桐", "resident-id": TEEN}
    assert selectors.display_names([child.pk]) == {child.pk: {"zh": "陈雨桐"}}
    entry = AuditEntry.objects.get(action="identity.begin-acting")
    assert (entry.actor_id, entry.details) == (wang.id, {"on_behalf_of": str(child.pk), "guardianship": str(link.pk)})
    assert selectors.sureness(actor=mother, now=now) == 2
    (line,) = [row for row in selectors.children(actor=wang, now=now) if row.name == "陈雨桐"]
    assert (line.number, line.of_age_date, line.source) == ("2300**********0420", date(2028, 6, 14), "guardian-register")
    told = str(list(AuditEntry.objects.values_list("details", flat=True))) + str(list(Guardianship.objects.values()))
    assert TEEN not in told
    assert "陈" not in told


def test_nobody_else_learns_who_has_children(now: datetime, register: Register) -> None:
    """There is nothing to type: whoever is not the guardian asks by a number of their own, and finds what is theirs."""
    wang, zhou = person(WANG, now), person(ZHOU, now)
    services.ask_children(actor=wang, now=now)
    assert services.ask_children(actor=zhou, now=now) == 0
    assert register.asked == [WANG, ZHOU]
    assert selectors.children(actor=zhou, now=now) == ()
    for key in (*keys(wang, now).values(), f"child:{uuid4()}", "child:"):
        assert acting(zhou, key) is None
        with pytest.raises(NotFound):
            services.begin_acting(key=key, actor=zhou, now=now)
    claimed = person(SMALL, now)
    proofs.end_all(claimed.id or uuid4(), now)
    with pytest.raises(guardians.GuardianMustBeKnown):
        services.ask_children(actor=claimed, now=now)
    with pytest.raises(guardians.GuardianNotOfAge):
        services.ask_children(actor=person(TEEN, now), now=now)
    assert register.asked == [WANG, ZHOU]
    for act in (services.ask_children, selectors.children):
        with pytest.raises(Forbidden):
            act(actor=Actor.anonymous(), now=now)


def test_it_ends_at_once_when_the_register_no_longer_says_so_and_rests_when_its_word_is_old(
    now: datetime, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = person(WANG, now)
    services.ask_children(actor=wang, now=now)
    found = keys(wang, now)
    later = now + timedelta(hours=2)
    set_clock(monkeypatch, later)
    register.wards[WANG] = [TEEN, NEW]
    register.silent = True
    assert services.recheck_guardians(now=later) == 0, "a silent register takes nothing away"
    assert acting(wang, found["陈子轩"])
    register.silent = False
    assert services.recheck_guardians(now=later) == 1
    assert acting(wang, found["陈子轩"]) is None
    assert keys(wang, later) == {"陈雨桐": found["陈雨桐"]}, "what nobody asked for does not begin"
    assert services.recheck_guardians(now=later) == 0, "it was asked just now"
    evening = now + timedelta(hours=13)
    set_clock(monkeypatch, evening)
    assert keys(wang, evening) == {}, "nobody asked for twelve hours"
    assert [row.fresh for row in selectors.children(actor=wang, now=evening)] == [False]
    register.wards[WANG] = [TEEN]
    services.begin_acting(key=found["陈雨桐"], actor=wang, now=evening)
    assert acting(wang, found["陈雨桐"]), "beginning asks the register again"
    register.wards.clear()
    morning = evening + timedelta(minutes=11)
    set_clock(monkeypatch, morning)
    with pytest.raises(NotFound):
        services.begin_acting(key=found["陈雨桐"], actor=wang, now=morning)
    assert AuditEntry.objects.filter(action="identity.end-guardianship").count() == 2


def test_what_ended_once_is_asked_for_anew_and_the_proof_of_the_guardian_carries_it(now: datetime, register: Register) -> None:
    wang = person(WANG, now)
    services.ask_children(actor=wang, now=now)
    first = keys(wang, now)["陈雨桐"]
    wards, register.wards = register.wards, {}
    services.ask_children(actor=wang, now=now)
    register.wards = wards
    services.ask_children(actor=wang, now=now)
    assert acting(wang, first) is None
    assert keys(wang, now)["陈雨桐"] != first
    assert Child.objects.count() == 2
    proofs.end_all(wang.id or uuid4(), now)
    assert keys(wang, now) == {}
    assert selectors.children(actor=wang, now=now) == ()


def test_on_the_eighteenth_birthday_the_guardian_is_out_and_the_young_adult_may_act(
    now: datetime, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang, teen = person(WANG, now), person(TEEN, now)
    with pytest.raises(mandates.NotOfAge):
        services.add_enterprise(uscc="91239900MA7KQ2WX4C", actor=teen, now=now)
    held = []
    for moment in (datetime(2028, 6, 13, 15, 59, tzinfo=UTC), datetime(2028, 6, 13, 16, 0, tzinfo=UTC)):  # midnight in Shanghai
        set_clock(monkeypatch, moment)
        services.ask_children(actor=wang, now=moment)
        held.append("陈雨桐" in keys(wang, moment))
    assert held == [True, False]
    assert mandates._known(teen, moment).user_id == teen.id


def test_a_child_with_an_account_of_its_own_is_that_account_and_at_the_desk_a_parent_stays_out(now: datetime, register: Register) -> None:
    wang, teen = person(WANG, now), person(TEEN, now)
    services.ask_children(actor=wang, now=now)
    mother = acting(wang, keys(wang, now)["陈雨桐"])
    assert mother is not None
    assert mother.party == teen.id
    Organisation.objects.create(id="market")
    Post.objects.create(user_id=wang.id, organisation_id="market", roles=["officer"])
    officer = selectors.actor_of(wang.id)
    assert officer.is_close_to(teen.id or uuid4())
    Guardianship.objects.update(told_at=now - timedelta(days=3))
    assert selectors.actor_of(wang.id).is_close_to(teen.id or uuid4()), "also while the register's word rests"
    Guardianship.objects.update(told_at=now)
    User.objects.filter(pk=teen.id).update(is_active=False)
    assert "陈雨桐" not in keys(wang, now)


def test_a_minor_acts_for_nobody(now: datetime, register: Register) -> None:
    teen = person(TEEN, now)
    register.wards[TEEN] = [SMALL]
    child = Child.objects.create(number=SMALL, name="陈子轩")
    Guardianship.objects.create(guardian_id=teen.id, child=child, source="x", told_at=now, checked_at=now)
    assert keys(teen, now) == {}


def test_a_year_after_the_last_word_a_child_is_forgotten(now: datetime, register: Register) -> None:
    services.ask_children(actor=person(WANG, now), now=now)
    system = Actor.system("tests")
    assert personal.retain(actor=system, now=now + timedelta(days=364)) == []
    gone = personal.retain(actor=system, now=now + timedelta(days=366))
    assert [(row.item.holder, row.rows) for row in gone] == [("children", 2), ("children", 2)]
    assert not Child.objects.exists()


class Family(RuleBasedStateMachine):
    """Questions, court orders, silence, proofs and hours in any order; a plain model knows for whom the mother may act. Zero leaks."""

    start: datetime
    wang: Actor
    register: Register

    @initialize()
    def begin(self) -> None:
        self.moment, self.proven = self.start, True
        self.told: dict[str, datetime] = {}
        self.register.wards, self.register.silent = {WANG: [TEEN, SMALL]}, False

    @rule(number=st.sampled_from([TEEN, SMALL]), held=st.booleans())
    def court(self, number: str, *, held: bool) -> None:
        wards = set(self.register.wards[WANG]) - {number}
        self.register.wards[WANG] = sorted(wards | {number}) if held else sorted(wards)

    @rule(silent=st.booleans())
    def line(self, *, silent: bool) -> None:
        self.register.silent = silent

    @rule(hours=st.sampled_from([1, 5, 13]))
    def wait(self, hours: int) -> None:
        self.moment += timedelta(hours=hours)

    @rule()
    def almost_the_birthday(self) -> None:
        self.moment = max(self.moment, datetime(2028, 6, 13, 12, tzinfo=UTC))

    @rule()
    def ask(self) -> None:
        try:
            services.ask_children(actor=self.wang, now=self.moment)
        except (SourceSilent, guardians.GuardianMustBeKnown):
            return
        self.told = dict.fromkeys(self.register.wards[WANG], self.moment)

    @rule()
    def job(self) -> None:
        asked = services.recheck_guardians(now=self.moment)
        if asked:
            self.told = {number: at for number, at in self.told.items() if number in self.register.wards[WANG]}

    @rule(proven=st.booleans())
    def prove(self, *, proven: bool) -> None:
        self.proven = proven
        proofs.end_all(self.wang.id or uuid4(), self.moment)
        if proven:
            proofs.add(user_id=self.wang.id or uuid4(), method="register", source="tests", now=self.moment)

    @invariant()
    def nobody_acts_without_a_young_word_of_the_register(self) -> None:
        moment = self.moment
        clock.now = lambda: moment  # the fixture puts it back
        held = {
            NAMES[number]
            for number, at in self.told.items()
            if self.proven
            and at > moment - timedelta(hours=12)
            and not guardianship.of_age(date(int(number[6:10]), int(number[10:12]), int(number[12:14])), clock.local_date(moment))
        }
        assert keys(self.wang, moment).keys() == held


@pytest.fixture
def family(now: datetime, register: Register) -> type[Family]:
    return type("FamilyOfWang", (Family,), {"start": now, "wang": person(WANG, now), "register": register})


def test_in_any_order_nobody_acts_for_a_child_without_the_registers_word(family: type[Family], monkeypatch: pytest.MonkeyPatch) -> None:
    class Fresh(family):  # type: ignore[misc,valid-type]
        def __init__(self) -> None:
            super().__init__()
            Guardianship.objects.all().delete()
            Tries.objects.all().delete()

    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    run_state_machine_as_test(
        Fresh, settings=settings(max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=checks, database=None)
    )


BIRTHS = st.dates(date(2005, 1, 1), date(2026, 1, 1))


WORDS: list[Any] = [None, -3, 0, 6, 8, 16, 17, 30, "16", True]


@given(born=BIRTHS, day=st.dates(date(2021, 1, 1), date(2045, 1, 1)), word=st.sampled_from(WORDS))
def test_who_may_file_alone_may_do_so_ever_after_and_never_below_eight(born: date, day: date, word: Any) -> None:
    may = guardianship.may_file_alone(born, day, word)
    assert may or not guardianship.of_age(born, day)
    assert not may or guardianship.may_file_alone(born, day + timedelta(days=1), word)
    assert not may or day >= guardianship.birthday(born, 8)
    assert guardianship.of_age(born, day) == (day >= guardianship.comes_of_age(born, day))
