"""What the pages of posts show: who works here, who is away, whose rights would rise, and who somebody is today."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from tests.identity.office import DAY, STAFF, TODAY, Office
from tests.identity.office import office as office

from onewindow.modules.identity import posts, selectors, services
from onewindow.modules.identity.models import Post, Region, User
from onewindow.plumbing import approvals
from onewindow.plumbing.access_store.models import AccessEntry
from onewindow.plumbing.actors import Actor, Hat
from onewindow.plumbing.proposals import Proposal

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]


def test_the_list_of_posts_shows_who_is_away_and_what_waits_and_that_it_was_read_is_told(office: Office) -> None:
    chief, clerk = office.post("chief"), office.post("clerk")
    office.away("clerk", "chief", TODAY - 9 * DAY, TODAY - DAY)
    office.away("clerk", "chief", ended_at=office.now)
    later = office.away("clerk", "bob", TODAY + DAY, TODAY + DAY)
    today = office.away("clerk", "chief", TODAY - DAY, TODAY)
    services.give_roles(post_id=clerk.pk, roles=["officer", "window", "leader"], **office.by("ann"))
    Post.objects.filter(pk=clerk.pk).update(roles=["window", "officer", "a role of old"])
    Post.objects.filter(pk=chief.pk).update(is_active=False)
    User.objects.filter(username="bob").update(is_active=False)
    rows = selectors.staff(actor=selectors.actor_of(office.id("ann")))
    assert [row.username for row in rows] == ["ann", "bob", "clerk", "chief"]
    row = rows[2]
    assert (row.id, row.user, row.name, row.title) == (clerk.pk, office.id("clerk"), {"zh": "何静"}, {"zh": "clerk的岗位"})
    assert (row.roles, row.waiting, row.active) == (("officer", "window"), ("leader",), True)
    assert (row.region, row.region_name) == ("230102", {"zh": "道里区"})
    assert row.leaves == (
        posts.LeaveRow(today.pk, TODAY - DAY, TODAY, chief.pk, {"zh": "赵主任"}),
        posts.LeaveRow(later.pk, TODAY + DAY, TODAY + DAY, office.post("bob").pk, {"zh": "bob"}),
    )
    assert [row.active for row in rows] == [True, False, True, False], "a closed account and a closed post"
    assert (rows[1].name, rows[1].region_name, rows[1].leaves, rows[1].waiting) == ({"zh": "bob"}, {"zh": "2301"}, (), ())
    assert (rows[0].region, rows[0].region_name) == ("", {})
    (read,) = AccessEntry.objects.filter(what="identity.staff")
    assert (read.kind, read.actor_id, read.organisation, read.at) == ("read", office.id("ann"), "market", office.now)
    assert (read.subject_kind, read.subject_id, read.purpose) == ("organisation", "market", "administration")
    assert read.persons == {str(office.id(name)): [] for name in STAFF}


def test_the_list_takes_as_many_questions_for_a_large_office_as_for_a_small_one(office: Office) -> None:
    ann = selectors.actor_of(office.id("ann"))

    def asked(read: Callable[[], object]) -> int:
        with CaptureQueriesContext(connections["default"]) as queries:
            read()
        return len(queries)

    office.away("clerk", "chief")
    few = asked(lambda: selectors.staff(actor=ann))
    for name in ("new", "gone"):
        office.hire(name, "market", ["officer"], region_id="2399")
        office.away("clerk", name)
    assert asked(lambda: selectors.staff(actor=ann)) == few
    bob = office.post("bob").pk
    office.away("chief", "bob")
    lent = asked(lambda: selectors.actor_of(office.id("bob")))
    office.away("ann", "bob")
    assert asked(lambda: selectors.actor_of(office.id("bob"))) == lent, "whoever acts is asked at every request"
    assert asked(lambda: str(posts.own_post(bob, ann).user) + str(posts.own_post(bob, ann).region)) == 2


def test_the_second_administrator_reads_whose_rights_would_rise_and_who_asked(office: Office) -> None:
    office.hire("ann", "fire", [])
    User.objects.filter(username="clerk").update(display_name={})
    clerk = Post.objects.get(user=office.id("clerk"))
    ann = {"actor": selectors.actor_of(office.id("ann"))}
    first = services.limit_region(post_id=clerk.pk, region="", **ann, now=office.now)
    second = services.give_roles(post_id=clerk.pk, roles=["officer", "leader"], **ann, now=office.now + DAY)
    given: dict[str, Any] = {"subject_id": "x", "organisation": "market"}
    acts: dict[str, Any] = {"says": "Another module's act.", "may_confirm": lambda *_: True, "carry_out": lambda *_: None}
    approvals.register("tests.other", **acts)
    assert approvals.registered()["tests.other"] == approvals.Kind("tests.other", **acts)
    try:
        approvals.propose(kind="tests.other", payload={}, **given, **ann, now=office.now)
        gone = {"post": 10**6, "roles": []}
        approvals.propose(kind="identity.give-roles", payload=gone, **given, **ann, now=office.now)
        Proposal.objects.create(
            kind="identity.stand-in", subject_id="y", organisation="market", payload={"post": clerk.pk, "roles": []},
            proposed_by=uuid4(), proposed_at=office.now,
        )  # fmt: skip
        rows = selectors.rights_waiting(actor=selectors.actor_of(office.id("bob")))
    finally:
        approvals._kinds.pop("tests.other")
    names = ({"zh": "clerk"}, {"zh": "安娜"})
    assert rows == (
        posts.RightRow(first or uuid4(), "identity.widen-region", *names, (), office.now),
        posts.RightRow(second or uuid4(), "identity.give-roles", *names, ("leader",), office.now + DAY),
    )
    assert selectors.regions() == (("2301", {}), ("230102", {"zh": "道里区"}), ("230102001", {}), ("2399", {}))


def test_a_title_is_that_of_the_first_open_post(office: Office) -> None:
    office.hire("clerk", "fire", [], title={"zh": "消防"})
    ids = [office.id(name) for name in ("clerk", "chief", "new")]
    assert posts.titles(ids) == {ids[0]: {"zh": "clerk的岗位"}, ids[1]: {"zh": "chief的岗位"}}
    Post.objects.filter(user=ids[0], organisation="market").update(is_active=False)
    assert posts.titles(ids[:1]) == {ids[0]: {"zh": "消防"}}
    assert selectors.actor_of(ids[0]).organisation == "fire"


def test_a_substitute_has_what_each_colleague_on_leave_lent_and_nothing_of_who_is_gone(office: Office, settings: Any) -> None:
    office.away("chief", "clerk", TODAY, TODAY + DAY, roles=["officer", "supervisor", "leader"])
    office.away("bob", "clerk", TODAY - DAY, TODAY, roles=["officer", "admin"])
    clerk = selectors.actor_of(office.id("clerk"))
    assert clerk == Actor(
        "officer",
        office.id("clerk"),
        "market",
        frozenset({"officer"}),
        regions=frozenset({"230102", "230102001"}),
        stands_in=(
            Hat("market", frozenset({"officer"}), frozenset({"2301", "230102", "230102001"})),
            Hat("market", frozenset({"officer", "supervisor"})),
        ),
    )
    settings.ONEWINDOW_SECOND_FACTOR = frozenset({"supervisor"})
    assert [hat.roles for hat in selectors.actor_of(office.id("clerk")).stands_in] == [{"officer"}] * 2
    for change in (
        lambda: Post.objects.filter(user=office.id("chief")).update(is_active=False),
        lambda: User.objects.filter(username="bob").update(is_active=False),
    ):
        before = len(selectors.actor_of(office.id("clerk")).stands_in)
        change()
        assert len(selectors.actor_of(office.id("clerk")).stands_in) == before - 1
    office.away("outsider", "clerk")
    assert selectors.actor_of(office.id("clerk")).stands_in == (), "only of one's own organisation"


def test_regions_that_lie_in_each_other_do_not_go_round_for_ever(office: Office) -> None:
    Region.objects.filter(code="2301").update(parent="230102001")
    assert posts.within("230102") == {"2301", "230102", "230102001"}
    assert posts.within("2399") == {"2399"}
