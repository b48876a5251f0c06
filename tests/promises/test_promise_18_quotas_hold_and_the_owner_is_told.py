"""Promise 18: quotas hold in a crowd, and who keeps the data hears within a minute that a quota is spent, once."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client

from onewindow.domain.errors import Forbidden
from onewindow.modules.exchange import selectors, services
from onewindow.modules.identity import selectors as who
from onewindow.modules.identity.models import Post, User
from onewindow.modules.messages import selectors as letters
from onewindow.modules.messages.delivery import PURPOSE
from onewindow.modules.messages.models import Message
from onewindow.plumbing import clock, sealing
from onewindow.plumbing.outbox import worker
from tests.promises import exchange_town as town
from tests.promises.exchange_race import ADDRESSES, OFFICERS, OWN_QUOTA, QUOTA, held, race_apart

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]


def test_a_hundred_officers_take_no_more_than_the_quota_nor_does_one_from_many_addresses(
    request: pytest.FixtureRequest, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    if not full_size:
        pytest.skip("in the routine run promise 17 does it in its own process")
    found = race_apart(request.getfixturevalue("installation"), 0, crowds=100)["crowds"]
    held(found)
    one = f"one officer from {ADDRESSES} addresses {OWN_QUOTA} of {OWN_QUOTA}"
    figure(18, f"{len(found)} crowds of {OFFICERS} officers at once: each took {QUOTA} of {QUOTA}, {one}; the owner told in the next turn")


@pytest.fixture
def keeper(db: None) -> Iterator[User]:
    with town.running() as register:
        town.found(register)
        user = User.objects.create(username="keeper", email="keeper@example.org", language="en")
        Post.objects.create(user=user, organisation_id="keeper", title={"en": "Head"}, roles=["supervisor"], is_active=True)
        for name, place, role in (
            ("clerk", "keeper", "officer"),
            ("head", "service-centre", "supervisor"),
            ("head", "other", "supervisor"),
        ):
            other = User.objects.create(username=f"{name}-{place}", email=f"{name}.{place}@example.org")
            Post.objects.create(user=other, organisation_id=place, title={}, roles=[role], is_active=True)
        yield user


def test_the_owners_supervisor_alone_gets_one_letter_within_a_minute_and_sees_who_asked(keeper: User, client: Client) -> None:
    now, officer = clock.now(), town.officer(7)
    User.objects.create(id=officer.id, username="officer-seven")
    grant = town.grant(an_officer_a_day=1)
    town.ask(actor=officer, services=["permit"], now=now)
    for _ in range(3):
        with pytest.raises(services.QuotaSpent):
            town.ask(actor=officer, services=["permit"], now=now)
    worker.run_once(clock.now())

    letter = Message.objects.get()
    assert (letter.recorded_at - now).total_seconds() < 60
    told = json.loads(sealing.unseal(letter.sealed, purpose=PURPOSE))
    assert told["to"] == "keeper@example.org"
    _, body = letters.filled(letter.template, told["language"], told["values"])
    assert "street-register" in body
    assert "Centre" in body
    assert str(officer.id) not in body, "who asked stands on the page of the owner, not in a letter"

    (row,) = selectors.spent_quotas(actor=who.actor_of(keeper.pk), now=now)
    assert (row.resource, row.organisation, row.officer, row.most, row.grant_id) == (town.OPEN, "service-centre", officer.id, 1, grant.pk)
    client.force_login(keeper)
    shown = client.get("/interfaces/").content.decode()
    assert "Taken in full today" in shown
    assert "officer-seven" in shown, "who asked"

    asker, clerk, stranger = (
        who.actor_of(User.objects.get(username=name).pk) for name in ("head-service-centre", "clerk-keeper", "head-other")
    )
    assert selectors.spent_quotas(actor=asker, now=now) == (row,), "whose grant it is sees it too"
    assert selectors.spent_quotas(actor=stranger, now=now) == ()
    with pytest.raises(Forbidden):
        selectors.spent_quotas(actor=clerk, now=now)

    span = {"since": now - timedelta(hours=1), "until": now + timedelta(hours=1)}
    for by, name in (("organisation", "service-centre"), ("resource", town.OPEN), ("purpose", "case"), ("service", "permit")):
        for actor in (asker, who.actor_of(keeper.pk), town.SYSTEM):
            (metered,) = selectors.report(**span, by=by, actor=actor)
            assert (metered.name, metered.questions, metered.records, metered.failed) == (name, 1, 1, 0)
        assert selectors.report(**span, by=by, actor=stranger) == (), "what others ask of each other is nobody else's"
    with pytest.raises(Forbidden):
        selectors.report(**span, actor=clerk)
