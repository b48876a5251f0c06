"""Promise 35: an administrator cannot raise their own rights, nor through a friend: every act × every target, and any order."""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import combinations, islice
from typing import Any

import pytest
from django.db import transaction

from onewindow.domain.errors import DomainError
from onewindow.modules.identity import selectors, services
from onewindow.modules.identity.models import Leave, Organisation, Post, Region, User
from onewindow.plumbing import clock
from onewindow.plumbing.actors import ROLES, Actor
from onewindow.plumbing.proposals import Proposal

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

STAFF = {
    "admin-a": ["admin"],
    "admin-b": ["admin", "officer"],
    "friend": ["officer"],
    "chief": ["officer", "supervisor", "window"],
    "stranger": [],
}
LEAVE = {"from_date": date(2026, 3, 13), "until_date": date(2026, 3, 20)}


@pytest.fixture
def office(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> dict[str, User]:
    """Two administrators, an officer who is a friend, a chief, and somebody without a post; and another organisation's administrator."""
    monkeypatch.setattr(clock, "now", lambda: now)
    for name in ("market", "fire"):
        Organisation.objects.create(id=name, name={"zh": name})
    Region.objects.create(code="2301")
    Region.objects.create(code="230102", parent_id="2301")
    users = {name: User.objects.create(username=name) for name in (*STAFF, "outsider")}
    for name, roles in STAFF.items():
        if roles:
            Post.objects.create(user=users[name], organisation_id="market", roles=roles, region_id="230102")
    Post.objects.create(user=users["outsider"], organisation_id="fire", roles=["admin"])
    return users


def actor(user: User) -> Actor:
    return selectors.actor_of(user.pk)


def rights(user: User) -> tuple[set[str], int]:
    """Return every role that somebody can use today, and how wide their posts reach."""
    found = actor(user)
    roles = {role for hat in found.hats for role in hat.roles}
    return roles, max((100 if not hat.regions else len(hat.regions) for hat in found.hats), default=0)


def risen(before: tuple[set[str], int], after: tuple[set[str], int]) -> bool:
    return not after[0] <= before[0] or after[1] > before[1]


def acts(users: dict[str, User], who: User, now: datetime) -> Iterator[Callable[[], object]]:
    """Give everything one person can try, on everybody, with every set of up to two roles more."""
    by = actor(who)
    named: dict[str, Any] = {"actor": by, "now": now}
    posts = list(Post.objects.order_by("pk"))
    for post in posts:
        for extra in [*combinations(sorted(ROLES), 1), tuple(sorted(ROLES))]:
            roles = sorted({*post.roles, *extra})
            yield lambda post=post, roles=roles: services.give_roles(post_id=post.pk, roles=roles, **named)
        for region in ("", "2301", "230102"):
            yield lambda post=post, region=region: services.limit_region(post_id=post.pk, region=region, **named)
        for substitute in posts:
            ids = {"post_id": post.pk, "substitute_id": substitute.pk}
            yield lambda ids=ids: services.record_leave(**ids, **LEAVE, **named)
    for user in users.values():
        yield lambda user=user: services.appoint(username=user.username, title="x", roles=["admin", "supervisor"], **named)
        yield lambda user=user: services.set_active(user_id=user.pk, active=True, **named)
    for proposal in Proposal.objects.filter(state="open"):
        yield lambda row=proposal: services.settle_rights(proposal_id=row.pk, confirm=True, **named)
    yield lambda: services.load_people(people={"officers": [_entry(who)]}, password="x", **named)


def _entry(user: User) -> dict[str, Any]:
    return {"username": user.username, "name": {"zh": "x"}, "organisation": "market", "roles": sorted(ROLES)}


def attempt(act: Callable[[], object]) -> None:
    try:
        with transaction.atomic():
            act()
    except DomainError:
        pass


def test_nobody_raises_anybody_by_an_act_of_their_own(
    office: dict[str, User], now: datetime, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    tried = 0
    for number, who in enumerate(office.values()):
        before = {name: rights(user) for name, user in office.items()}
        some = acts(office, who, now) if full_size else islice(acts(office, who, now), number % 3, None, 3)
        for act in some:
            spot = transaction.savepoint()
            attempt(act)
            tried += 1
            raised = [name for name, user in office.items() if risen(before[name], rights(user))]
            transaction.savepoint_rollback(spot)
            assert raised == [], f"{who.username} raised {raised}"
    assert tried > (400 if full_size else 130)
    figure(35, f"0 rises in {tried:,} acts of one person on everybody")


def test_not_in_any_order_of_acts_and_not_with_a_friend_who_is_no_administrator(
    office: dict[str, User], now: datetime, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    """The administrator, their friend, the chief, a stranger and another organisation's administrator together; only B stays out."""
    dice = random.Random(35)
    conspirators = [user for name, user in office.items() if name != "admin-b"]
    before = {name: rights(user) for name, user in office.items()}
    rounds = 400 if full_size else 12
    for _ in range(rounds):
        spot = transaction.savepoint()
        for who in dice.choices(conspirators, k=8):
            attempt(dice.choice(list(acts(office, who, now))))
        for name, user in office.items():
            roles, width = rights(user)
            # A chief on leave may lend a friend what the friend has already; nothing new may come of it.
            assert not risen(before[name], (roles, width)), f"{name} has risen to {roles}"
        transaction.savepoint_rollback(spot)
    figure(35, f"0 rises in {rounds:,} conspiracies of five without the second administrator")


def test_two_administrators_together_can_or_this_would_prove_nothing(office: dict[str, User], now: datetime) -> None:
    friend = Post.objects.get(user=office["friend"])
    waiting = services.give_roles(post_id=friend.pk, roles=["officer", "supervisor"], actor=actor(office["admin-a"]), now=now)
    assert waiting is not None
    assert actor(office["friend"]).roles == {"officer"}
    assert [row.id for row in selectors.rights_waiting(actor=actor(office["admin-b"]))] == [waiting]
    services.settle_rights(proposal_id=waiting, confirm=True, actor=actor(office["admin-b"]), now=now)
    assert actor(office["friend"]).roles == {"officer", "supervisor"}


def test_what_is_taken_away_counts_at_the_next_request(office: dict[str, User], now: datetime) -> None:
    chief = Post.objects.get(user=office["chief"])
    assert services.give_roles(post_id=chief.pk, roles=["officer"], actor=actor(office["admin-a"]), now=now) is None
    assert actor(office["chief"]).roles == {"officer"}
    services.close_post(post_id=chief.pk, actor=actor(office["admin-a"]), now=now)
    assert actor(office["chief"]).kind == "person"


def test_a_substitute_does_the_work_from_the_first_day_to_the_last_and_gives_no_rights(
    office: dict[str, User], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    chief, friend = (Post.objects.get(user=office[name]) for name in ("chief", "friend"))
    Post.objects.filter(pk=chief.pk).update(roles=["admin", "officer", "supervisor"])
    ids = {"post_id": chief.pk, "substitute_id": friend.pk}
    waiting = services.record_leave(**ids, **LEAVE, actor=actor(office["chief"]), now=now)
    assert waiting is not None, "the friend would gain the supervisor's rights: a second administrator says whether"
    assert actor(office["friend"]).stands_in == ()
    services.settle_rights(proposal_id=waiting, confirm=True, actor=actor(office["admin-b"]), now=now)
    standing = actor(office["friend"])
    assert [hat.roles for hat in standing.stands_in] == [frozenset({"officer", "supervisor"})]
    assert standing.acts_as("supervisor", organisation="market", region="230102")
    assert not standing.acts_as("admin", organisation="market", region="230102"), "the right to give rights is not lent"
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(days=1))
    assert actor(office["friend"]).stands_in == ()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=7))
    assert actor(office["friend"]).stands_in != (), "the last day counts"
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=8))
    assert actor(office["friend"]).stands_in == ()
    monkeypatch.setattr(clock, "now", lambda: now)
    services.end_leave(leave_id=Leave.objects.get().pk, actor=actor(office["chief"]), now=now)
    assert actor(office["friend"]).stands_in == ()


def test_a_closed_account_lends_nothing(office: dict[str, User], now: datetime, system: Actor) -> None:
    chief, friend = (Post.objects.get(user=office[name]) for name in ("chief", "friend"))
    Leave.objects.create(post=chief, substitute=friend, recorded_by=chief.user_id, recorded_at=now, roles=["supervisor"], **LEAVE)
    assert actor(office["friend"]).stands_in != ()
    services.set_active(user_id=chief.user_id, active=False, actor=system, now=now)
    assert actor(office["friend"]).stands_in == ()
