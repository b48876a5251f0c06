"""Who somebody is: compared with the population source, seen at the window, ended by the clock; one identity, one account."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from onewindow.domain.errors import Forbidden
from onewindow.modules.identity import identification, selectors, services, sources
from onewindow.modules.identity.models import Identification, Organisation, Person, Post, User
from onewindow.modules.identity.sources import Claimed, SourceSilent
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry

NUMBER, OTHER_NUMBER = "230000199305170419", "23000019850908012X"
PHONE = "19900000417"

pytestmark = pytest.mark.django_db


@dataclass
class Register:
    """Another authority's: what it holds, and whether it answers."""

    people: dict[str, tuple[str, str]] = field(default_factory=lambda: {NUMBER: ("郑晓岚", PHONE), OTHER_NUMBER: ("冯雨欣", "19900000528")})
    silent: bool = False
    asked: list[str] = field(default_factory=list)

    def agrees(self, claimed: Claimed, **_grounds: object) -> bool:
        self.asked.append(claimed.resident_id)
        if self.silent:
            raise SourceSilent
        name, phone = self.people.get(claimed.resident_id, ("", ""))
        return name == claimed.name and claimed.phone in {"", phone}


@pytest.fixture
def register() -> Iterator[Register]:
    kept, found = list(sources._population), Register()
    services.use_population_source(found)
    yield found
    sources._population[:] = kept


def somebody(now: datetime, phone: str = PHONE, email: str = "") -> Actor:
    account = {"phone": phone, "email": email, "name": "晓岚", "password": "x", "language": ""}
    return selectors.actor_of(services.open_account(**account, actor=Actor.anonymous(), now=now))


def clerk(*roles: str) -> Actor:
    Organisation.objects.get_or_create(id="hall")
    user = User.objects.create(username=f"clerk{User.objects.count()}")
    Post.objects.create(user=user, organisation_id="hall", roles=list(roles))
    return selectors.actor_of(user.id)


def level(actor: Actor, now: datetime) -> int:
    return selectors.level_of(actor.id, now)


def match(actor: Actor, now: datetime, name: str = "郑晓岚", number: str = NUMBER) -> None:
    services.match_person(name=name, resident_id=number, actor=actor, now=now)


def test_a_proven_phone_is_level_one_and_agreeing_with_the_register_is_level_two(register: Register, now: datetime) -> None:
    new = somebody(now)
    assert level(new, now) == 1
    assert selectors.party_facts(new.id, "natural") == {"phone": PHONE}
    match(new, now, number="2300 0019 9305 170419")
    assert level(new, now) == 2
    assert selectors.party_facts(new.id, "natural") == {"phone": PHONE, "full-name": "郑晓岚", "resident-id": NUMBER}
    me = selectors.who_am_i(actor=new, now=now)
    assert (me.level, me.name, me.number) == (2, "郑晓岚", "2300**********0419")
    assert [(row.method, row.level, row.state) for row in me.proofs] == [("register", 2, "holds"), ("phone", 1, "holds")]
    assert Person.objects.get(pk=new.id).proof_level == 2
    entry = AuditEntry.objects.get(action="identity.identify")
    assert NUMBER not in str(entry.details)


@pytest.mark.parametrize(
    ("phone", "name", "number"),
    [
        (PHONE, "郑晓兰", NUMBER),
        (PHONE, "郑晓岚", OTHER_NUMBER),
        ("13700000001", "郑晓岚", NUMBER),
        (PHONE, "郑晓岚", "110101199003072316"),
    ],
)
def test_whatever_differs_the_answer_is_the_same_and_proves_nothing(
    register: Register, now: datetime, phone: str, name: str, number: str
) -> None:
    new = somebody(now, phone)
    with pytest.raises(identification.NotMatched) as told:
        match(new, now, name, number)
    assert told.value.values == {}
    assert level(new, now) == 1
    assert selectors.party_facts(new.id, "natural") == {"phone": phone}


def test_whoever_has_only_an_e_mail_is_sent_to_the_counter_without_asking_the_register(register: Register, now: datetime) -> None:
    new = somebody(now, phone="", email="lan@example.com")
    with pytest.raises(identification.NoPhone):
        match(new, now)
    assert not register.asked


def test_a_silent_register_counts_no_try_and_guessing_ends_after_five(register: Register, now: datetime) -> None:
    new = somebody(now)
    register.silent = True
    for minute in range(7):
        with pytest.raises(SourceSilent):
            match(new, now + timedelta(minutes=minute))
    register.silent = False
    for minute in range(5):
        with pytest.raises(identification.NotMatched):
            match(new, now + timedelta(minutes=10 + minute), name="郑晓蓝")
    asked = len(register.asked)
    with pytest.raises(identification.TooManyTries):
        match(new, now + timedelta(minutes=20))
    assert len(register.asked) == asked, "who guesses too often asks no register"
    match(new, now + timedelta(hours=25))


def test_one_number_is_guessed_at_ten_times_a_day_whoever_does_it(register: Register, now: datetime) -> None:
    for place in range(10):
        with pytest.raises(identification.NotMatched):
            match(somebody(now, f"1370000000{place}"), now)
    with pytest.raises(identification.TooManyTries):
        match(somebody(now, "13700000099"), now)
    services.forget_tries(now=now + timedelta(hours=2))
    with pytest.raises(identification.TooManyTries):
        match(somebody(now, "13700000098"), now + timedelta(hours=2))


def test_an_account_that_is_somebody_becomes_nobody_else(register: Register, now: datetime) -> None:
    new = somebody(now)
    match(new, now)
    with pytest.raises(identification.SomebodyElse):
        match(new, now, "冯雨欣", OTHER_NUMBER)
    assert register.asked == [NUMBER]


def test_an_officer_at_the_window_confirms_from_the_card_with_a_second_look(register: Register, now: datetime) -> None:
    new, officer = somebody(now, phone="", email="lan@example.com"), clerk("window")
    card = {"name": "郑晓岚", "resident_id": NUMBER, "again": NUMBER}
    code = services.make_visit_code(actor=new, now=now)
    with pytest.raises(identification.TypedDifferently):
        services.confirm_in_person(code=code, **{**card, "again": OTHER_NUMBER}, actor=officer, now=now)
    with pytest.raises(identification.CodeUnknown):
        services.confirm_in_person(code="00000000", **card, actor=officer, now=now)
    with pytest.raises(identification.CodeUnknown):
        services.confirm_in_person(code=code, **card, actor=officer, now=now + timedelta(minutes=16))
    with pytest.raises(identification.NotMatched):
        services.confirm_in_person(code=code, **{**card, "name": "郑晓蓝"}, actor=officer, now=now)
    assert services.confirm_in_person(code=f"{code[:4]} {code[4:]}", **card, actor=officer, now=now) == new.id
    assert level(new, now) == 3
    proof = Identification.objects.get(user_id=new.id, method="window")
    assert (proof.by, proof.source) == (officer.id, "identity-card, population-register")
    with pytest.raises(identification.CodeUnknown):
        services.confirm_in_person(code=code, **card, actor=officer, now=now)


@pytest.mark.parametrize("roles", [(), ("officer",), ("admin", "supervisor")])
def test_nobody_without_the_role_confirms_and_nobody_confirms_themselves(register: Register, now: datetime, roles: tuple[str, ...]) -> None:
    new, card = somebody(now), {"name": "郑晓岚", "resident_id": NUMBER, "again": NUMBER}
    code = services.make_visit_code(actor=new, now=now)
    for actor in (clerk(*roles), new, Actor.anonymous()):
        with pytest.raises(Forbidden):
            services.confirm_in_person(code=code, **card, actor=actor, now=now)
    officer = clerk("window")
    own = services.make_visit_code(actor=officer, now=now)
    with pytest.raises(identification.OneselfRefused):
        services.confirm_in_person(code=own, **card, actor=officer, now=now)


def test_an_identity_belongs_to_one_account_and_moves_at_the_counter_only(register: Register, now: datetime) -> None:
    first = somebody(now)
    match(first, now)
    second, officer = somebody(now, "13700000001"), clerk("window")
    register.people[NUMBER] = ("郑晓岚", "13700000001")  # she has a new phone
    with pytest.raises(identification.IdentityTaken):
        match(second, now)
    card = {"name": "郑晓岚", "resident_id": NUMBER, "again": NUMBER}
    with pytest.raises(identification.IdentityTaken):
        services.confirm_in_person(code=services.make_visit_code(actor=second, now=now), **card, actor=officer, now=now)
    services.confirm_in_person(code=services.make_visit_code(actor=second, now=now), **card, moves=True, actor=officer, now=now)
    assert (level(first, now), level(second, now)) == (1, 3)
    assert selectors.party_facts(first.id, "natural") == {"phone": PHONE}
    assert AuditEntry.objects.filter(action="identity.move", subject_id=str(first.id), actor_id=officer.id).exists()


def test_a_proof_that_ends_by_the_clock_proves_nothing_from_that_moment_on(
    register: Register, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = somebody(now)
    match(new, now)
    Identification.objects.filter(user_id=new.id, level=2).update(expires_at=now + timedelta(days=1))
    later = now + timedelta(days=1)
    assert (level(new, later - timedelta(seconds=1)), level(new, later)) == (2, 1)
    monkeypatch.setattr("onewindow.plumbing.clock.now", lambda: later)
    assert selectors.party_facts(new.id, "natural") == {"phone": PHONE}
    assert services.expire_proofs(now=later) == 1
    assert Person.objects.get(pk=new.id).proof_level == 1
    assert [row.state for row in selectors.who_am_i(actor=new, now=later).proofs] == ["expired", "holds"]
    match(new, later)
    assert level(new, later) == 2
