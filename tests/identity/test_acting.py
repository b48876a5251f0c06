"""For whom somebody may act, as they read it: names, days, both sides' mandates, and the enterprises they may give them for."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from onewindow.modules.identity import acting, proofs, selectors
from onewindow.modules.identity.models import LegalPerson, MandateRow, Person, User
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Acting, Actor

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

WANG, ZHOU, CHILD = "23000019880412026X", "230000199209230354", "230000201605180016"
DAY = timedelta(days=1)


@pytest.fixture
def now(now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


def person(name: str, number: str, now: datetime, **more: Any) -> Actor:
    user = User.objects.create(username=f"u-{name}")
    Person.objects.create(user=user, facts={"full-name": name, "resident-id": number}, number=number, **more)
    proofs.add(user_id=user.id, method="register", source="tests", now=now)
    return Actor(kind="person", id=user.id)


def firm(name: str, code: str, now: datetime, representative: Actor | None = None) -> LegalPerson:
    who = representative.id if representative else None
    return LegalPerson.objects.create(uscc=code, name=name, representative_id=who, source="tests", confirmed_at=now)


def mandate(party: UUID | None, receiver: Actor | None, now: datetime, *, kind: str = "natural", **more: Any) -> MandateRow:
    today = clock.local_date(now)
    row = {"from_date": today, "until_date": today + DAY, "role": "agent", "state": "accepted", "receiver_name": "周航"}
    to = {"receiver_id": receiver.id if receiver else None, "offered_at": now, "offered_by": uuid4()}
    return MandateRow.objects.create(party=party, party_kind=kind, **{**row, **to, **more})


def test_the_page_of_mandates_shows_both_sides_newest_first_and_ones_enterprises_by_name(now: datetime) -> None:
    wang, zhou = person("王丽", WANG, now), person("周航", ZHOU, now)
    today = clock.local_date(now)
    second, first = firm("乙公司", "91239900MA7KQ2WX4C", now, zhou), firm("丙公司", "91350100M000100Y43", now, zhou)
    led = firm("甲公司", "91110000600037341L", now, wang)
    manager = mandate(led.pk, zhou, now, kind="legal", role="manager", offered_at=now - DAY)
    clerk = mandate(first.pk, wang, now, kind="legal", role="clerk", matters=["move"])
    revoked = mandate(wang.id, zhou, now, state="revoked", offered_at=now - 2 * DAY)
    offered = mandate(wang.id, None, now, state="offered", receiver_number=ZHOU, offered_at=now + DAY, matters=["a", "b"])
    mandate(wang.id, None, now, state="offered", receiver_number=ZHOU, receiver_name="周某")
    mandate(wang.id, None, now, state="offered", receiver_number=WANG)
    old = mandate(wang.id, zhou, now, from_date=today - 2 * DAY, until_date=today - DAY, offered_at=now - 3 * DAY)
    page = selectors.mandates(actor=zhou, now=now)
    assert [row.id for row in page.received] == [offered.pk, manager.pk, revoked.pk, old.pk]
    assert [(row.state, row.in_force, row.may_revoke) for row in page.received] == [
        ("offered", False, True),
        ("accepted", True, True),
        ("revoked", False, False),
        ("expired", False, False),
    ]
    line = page.received[0]
    assert (line.party, line.party_kind, line.party_name, line.receiver_name) == (wang.id, "natural", {"zh": "王丽"}, "周航")
    assert (line.role, line.matters, line.from_date, line.until_date) == ("agent", ("a", "b"), today, today + DAY)
    assert [(row.id, row.party_name, row.may_revoke) for row in page.given][-1] == (manager.pk, {"zh": "甲公司"}, True)
    assert {row.id for row in page.given} == {clerk.pk, manager.pk}
    by_name = sorted([(second.pk, second.name, True), (first.pk, first.name, True), (led.pk, led.name, False)], key=lambda row: row[1])
    assert [(row.id, row.name, row.by_law) for row in page.enterprises] == by_name
    assert {(row.uscc, row.confirmed_at) for row in page.enterprises} == {(row.uscc, now) for row in (first, second, led)}
    keys = [f"legal:{row.pk}" for row in sorted((first, second), key=lambda row: row.name)] + [f"mandate:{manager.pk}"]
    assert [choice.key for choice in selectors.choices(actor=zhou, now=now)] == keys
    (choice,) = [choice for choice in selectors.choices(actor=wang, now=now) if choice.matters]
    assert (choice.party, choice.kind, choice.name, choice.matters) == (first.pk, "legal", {"zh": "丙公司"}, ("move",))
    assert selectors.choices(actor=Actor.anonymous(), now=now) == ()
    assert acting.parties_of(zhou.id or uuid4(), now) == {first.pk, second.pk, led.pk}
    proofs.end_all(zhou.id or uuid4(), now)
    assert offered.pk not in {row.id for row in selectors.mandates(actor=zhou, now=now).received}, "nobody knows that it is they"
    assert selectors.mandates(actor=Actor("person", User.objects.create(username="new").pk), now=now).received == ()


def test_the_widest_of_several_rights_counts_and_a_word_half_a_year_old_no_more(now: datetime) -> None:
    wang, zhou = person("王丽", WANG, now), person("周航", ZHOU, now)
    own = firm("甲公司", "91110000600037341L", now, wang)
    narrow = mandate(own.pk, zhou, now, kind="legal", role="manager", matters=["move"], offered_at=now - DAY)
    clerk = mandate(own.pk, zhou, now, kind="legal", role="clerk", offered_at=now - 2 * DAY)
    one, two = wang.id or uuid4(), zhou.id or uuid4()
    assert [choice.key for choice in selectors.choices(actor=zhou, now=now)] == [f"mandate:{row.pk}" for row in (clerk, narrow)]
    assert acting.managed(two, own.pk, now) == Acting(own.pk, "legal", narrow.pk, frozenset({"move"}), manages=True)
    wide = mandate(own.pk, zhou, now, kind="legal", role="manager")
    assert acting.managed(two, own.pk, now) == Acting(own.pk, "legal", wide.pk, manages=True)
    mandate(own.pk, wang, now, kind="legal", role="manager", offered_at=now - DAY)
    assert acting.managed(one, own.pk, now) == Acting(own.pk, "legal", manages=True)
    assert acting.managed(one, uuid4(), now) is None
    natural = mandate(one, zhou, now, role="manager")
    assert acting.managed(two, one, now) is None, "only an enterprise is managed"
    acts = selectors.acting_as(two, f"mandate:{natural.pk}")
    assert acts == Actor("person", two, on_behalf_of=Acting(one, "natural", natural.pk, manages=True))
    rest = proofs.identification_rules(now).representative_for
    for age, holds in ((rest - timedelta(seconds=1), True), (rest, False)):
        LegalPerson.objects.update(confirmed_at=now - age)
        assert (selectors.acting_as(one, f"legal:{own.pk}") is not None) is holds
    LegalPerson.objects.all().delete()
    assert selectors.acting_as(two, f"mandate:{wide.pk}") is None, "the enterprise is gone"


def test_nobody_under_age_acts_for_another(now: datetime) -> None:
    wang, child = person("王丽", WANG, now), person("小明", CHILD, now)
    row = mandate(wang.id, child, now)
    assert selectors.acting_as(child.id or uuid4(), f"mandate:{row.pk}") is None


def test_everybody_is_called_by_their_proven_name_else_as_the_account_says(now: datetime) -> None:
    wang = person("王丽", WANG, now)
    shown = User.objects.create(username="shown", display_name={"en": "Shown"})
    bare, nameless = User.objects.create(username="bare"), User.objects.create(username="x", display_name={"zh": "某"})
    Person.objects.create(user=nameless, facts={})
    own, alone = firm("甲公司", "91110000600037341L", now, wang), firm("乙公司", "91239900MA7KQ2WX4C", now)
    ids = [wang.id or uuid4(), shown.pk, bare.pk, nameless.pk, own.pk, uuid4()]
    names = [{"zh": "王丽"}, {"en": "Shown"}, {"zh": "bare"}, {"zh": "某"}, {"zh": "甲公司"}]
    assert acting.party_names(ids) == dict(zip(ids[:5], names, strict=True))
    with CaptureQueriesContext(connections["default"]) as queries:
        assert acting.enterprise_names([]) == {}
    assert len(queries) == 0
    people = [asked_for(ids[:count]) for count in (1, 2)]
    assert people[0] == people[1], "one question for all of them"
    code = {"uscc": "91110000600037341L", "legal-name": "甲公司"}
    with CaptureQueriesContext(connections["default"]) as queries:
        assert acting.legal_facts(own.pk) == {**code, "legal-representative": "王丽"}
    assert len(queries) == 1
    assert acting.legal_facts(alone.pk) == {"uscc": "91239900MA7KQ2WX4C", "legal-name": "乙公司"}
    for without in (nameless, bare):
        LegalPerson.objects.filter(pk=own.pk).update(representative=without)
        assert acting.legal_facts(own.pk) == code
    assert acting.legal_facts(uuid4()) == {}


def asked_for(ids: list[UUID]) -> int:
    with CaptureQueriesContext(connections["default"]) as queries:
        acting.party_names(ids)
    return len(queries)
