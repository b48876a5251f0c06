"""What an administrator does with posts: what counts at once, what waits, what is refused, and what is told of it."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.identity.office import DAY, LATER, TODAY, Office, refused
from tests.identity.office import office as office

from onewindow.domain.errors import Forbidden, NotFound
from onewindow.modules.identity import officers, posts, selectors, services
from onewindow.modules.identity.models import Leave, Post
from onewindow.plumbing import approvals
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.proposals import Proposal

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]


def proposed(kind: str, proposal: UUID, subject: object) -> tuple[Any, ...]:
    return ("approvals.proposed", "proposal", str(proposal), {"kind": kind, "subject": str(subject)})


def test_what_is_taken_counts_at_once_what_is_added_waits_and_each_step_is_told_of_who_took_it(office: Office) -> None:
    clerk, kind = office.post("clerk"), "identity.give-roles"
    waiting = services.give_roles(post_id=clerk.pk, roles=["supervisor", "window"], **office.by("ann"))
    assert waiting is not None
    row = Proposal.objects.get()
    assert (row.pk, row.kind, row.subject_id, row.organisation, row.state) == (waiting, kind, str(clerk.pk), "market", "open")
    assert row.payload == {"post": clerk.pk, "roles": ["supervisor", "window"]}
    assert (row.gains, row.proposed_by, row.proposed_at) == (office.id("clerk"), office.id("ann"), office.now)
    taken = (kind, "post", str(clerk.pk), {"roles": []})
    assert office.told("ann") == [taken, proposed(kind, waiting, clerk.pk)]
    assert office.post("clerk").roles == []
    with pytest.raises(approvals.SecondOfficerOpen):
        services.give_roles(post_id=clerk.pk, roles=["leader"], **office.by("ann"))
    with pytest.raises(Forbidden):
        services.settle_rights(proposal_id=waiting, confirm=True, **office.by("chief"))
    office.settle(waiting)
    row.refresh_from_db()
    assert (row.state, row.settled_by, row.settled_at) == ("confirmed", office.id("bob"), office.now + LATER)
    assert office.post("clerk").roles == ["supervisor", "window"]
    settled = ("approvals.confirmed", "proposal", str(waiting), {"kind": kind, "subject": str(clerk.pk)})
    assert office.told("bob", LATER) == [settled, (kind, "post", str(clerk.pk), {"roles": ["supervisor", "window"]})]
    assert services.give_roles(post_id=clerk.pk, roles=["window", "supervisor"], **office.by("ann")) is None
    assert office.told("ann") == [], "the same roles again are no act"
    Post.objects.filter(pk=clerk.pk).update(is_active=False)
    office.settle(services.give_roles(post_id=clerk.pk, roles=["leader", "supervisor", "window"], **office.by("ann")))
    assert office.post("clerk").roles == ["leader", "supervisor", "window"]
    assert not office.post("clerk").is_active, "more roles open no closed post"


def test_a_proposal_is_settled_once_and_a_rejected_one_changes_nothing(office: Office) -> None:
    clerk = office.post("clerk")
    waiting = services.give_roles(post_id=clerk.pk, roles=["officer", "leader"], **office.by("ann"))
    office.told("ann")
    office.settle(waiting, confirm=False, reason=f"  {'因' * 600} ")
    row = Proposal.objects.get()
    assert (row.state, row.settled_by, row.settled_at) == ("rejected", office.id("bob"), office.now + LATER)
    assert row.reason == "因" * 500
    details = {"kind": "identity.give-roles", "subject": str(clerk.pk)}
    assert office.told("bob", LATER) == [("approvals.rejected", "proposal", str(waiting), details)]
    assert office.post("clerk").roles == ["officer"]
    again = "This proposal is “rejected” already. Reload the page to see how it stands."
    refused(approvals.ProposalSettled, again, office.settle, proposal=waiting)
    nobody = uuid4()
    missing = f"There is no proposal “{nobody}” that you may see. Check the number or go back to the list."
    refused(NotFound, missing, office.settle, proposal=nobody)
    office.settle(services.give_roles(post_id=clerk.pk, roles=["officer", "leader"], **office.by("ann")), confirm=False)
    assert list(Proposal.objects.order_by("reason").values_list("state", flat=True)) == ["rejected"] * 2


def test_nobody_is_given_an_act_that_no_module_knows_and_one_wish_does_not_bar_another(office: Office) -> None:
    given: dict[str, Any] = {"subject_id": 7, "organisation": "market", "payload": {}, **office.by("ann")}
    with pytest.raises(LookupError, match=r"^'?Nobody registered the second-officer act tests\.unknown\.'?$"):
        approvals.propose(kind="tests.unknown", **given)
    first = approvals.propose(kind="identity.give-roles", **given)
    second = approvals.propose(kind="identity.widen-region", **given)
    third = approvals.propose(kind="identity.give-roles", **{**given, "subject_id": 8})
    said = "This has been proposed already and waits for a second officer. Let somebody else of your organisation confirm or reject it."
    refused(approvals.SecondOfficerOpen, said, approvals.propose, kind="identity.give-roles", **given)
    kinds = approvals.registered()
    assert {"identity.give-roles", "identity.widen-region", "identity.stand-in", "cases.revoke"} <= set(kinds)
    assert all(kind.code == code and kind.says.endswith(".") for code, kind in kinds.items())
    waits = [approvals.is_open(kind="identity.give-roles", subject_id=number) for number in (7, 8, 9)]
    assert waits == [True, True, False]
    assert not approvals.is_open(kind="identity.stand-in", subject_id=7)
    assert [row.id for row in approvals.open_of(kind="identity.give-roles", subjects=[7, 9])] == [first]
    assert [row.id for row in approvals.open_of(kind="identity.widen-region", subjects=[7, 8])] == [second]
    office.told("ann")
    approvals.lapse(kind="identity.give-roles", subject_id=7, **office.by("ann", DAY))
    assert office.told("ann", DAY) == [("approvals.lapsed", "proposal", str(first), {"kind": "identity.give-roles", "subject": "7"})]
    rows = {row.pk: (row.state, row.settled_by, row.settled_at) for row in Proposal.objects.all()}
    assert rows == {first: ("lapsed", None, office.now + DAY), second: ("open", None, None), third: ("open", None, None)}
    assert not approvals.is_open(kind="identity.give-roles", subject_id=7)
    assert approvals.open_of(kind="identity.give-roles", subjects=[7]) == ()


def test_whoever_proposed_gains_works_elsewhere_or_is_no_officer_does_not_confirm(office: Office) -> None:
    given: dict[str, Any] = {
        "kind": "identity.give-roles",
        "organisation": "market",
        "payload": {"post": office.post("clerk").pk, "roles": []},
    }
    later = approvals.propose(**given, subject_id="later", gains=office.id("clerk"), **office.by("ann", DAY))
    first = approvals.propose(**given, subject_id="first", **office.by("ann"))
    gained = approvals.propose(**given, subject_id="own", gains=office.id("bob"), **office.by("ann"))
    Proposal.objects.create(kind="tests.gone", subject_id="x", organisation="market", proposed_by=uuid4(), proposed_at=office.now)
    bob = selectors.actor_of(office.id("bob"))
    assert [row.id for row in approvals.waiting(actor=bob)] == [first, later], "the oldest first"
    assert bob.organisation is not None
    for nobody in (
        selectors.actor_of(office.id("ann")),
        selectors.actor_of(office.id("outsider")),
        Actor("person", bob.id, bob.organisation, bob.roles),
        Actor("officer", None, bob.organisation, bob.roles),
        Actor.system("tests"),
    ):
        assert approvals.waiting(actor=nobody) == ()
    with pytest.raises(Forbidden):
        services.settle_rights(proposal_id=gained, confirm=True, **office.by("bob"))


def test_an_appointed_person_has_nothing_before_another_administrator_says_so(office: Office) -> None:
    office.users["new"].username = "New.One"
    office.users["new"].save()
    office.hire("gone", "fire", ["officer"])
    named: dict[str, Any] = {"title": "科" * 90, "roles": ["window", "officer"], "region": "230102", **office.by("ann")}
    waiting = services.appoint(username="  new.ONE ", **{**named, "title": f" {named['title']}"})
    post = office.post("new")
    assert (post.organisation_id, post.title, post.region_id, post.roles) == ("market", {"zh": "科" * 80}, "230102", [])
    assert not post.is_active
    appointed = ("identity.appoint", "post", str(post.pk), {})
    assert office.told("ann") == [appointed, proposed("identity.give-roles", waiting, post.pk)]
    assert Proposal.objects.get().payload == {"post": post.pk, "roles": ["officer", "window"], "opens": True}
    assert Proposal.objects.get().gains == office.id("new")
    assert selectors.actor_of(office.id("new")).kind == "person"
    office.settle(waiting)
    assert office.post("new").is_active
    assert selectors.actor_of(office.id("new")).roles == {"officer", "window"}
    already = "New.One has a post already. Change that one, or let their organisation close it first."
    refused(officers.AppointedAlready, already, services.appoint, username="new.one", **named)
    for name in ("gone", "nobody" * 20):
        sentence = f"There is no user “{name[:80]}” that you may see. Check the number or go back to the list."
        refused(NotFound, sentence, services.appoint, username=f" {name} ", **named)
    own = "Nobody changes their own rights. Ask another administrator of your organisation."
    refused(officers.NotOneself, own, services.appoint, username="ann", **named)
    with pytest.raises(Forbidden):
        services.appoint(username="new.one", **{**named, **office.by("chief")})


def test_a_role_that_does_not_exist_is_named_with_those_that_do(office: Office) -> None:
    choose = "Choose from admin, leader, officer, reformer, supervisor, window."
    clerk = office.post("clerk").pk
    for roles, shown in ((["officer", "king"], "king"), (["z", "x" * 50], "x" * 40)):
        sentence = f"There is no role “{shown}”. {choose}"
        refused(officers.RoleUnknown, sentence, services.give_roles, post_id=clerk, roles=roles, **office.by("ann"))
        refused(officers.RoleUnknown, sentence, services.appoint, username="new", title="x", roles=roles, **office.by("ann"))
    none: dict[str, Any] = {"username": "new", "title": "x", "roles": []}
    refused(officers.RoleUnknown, f"There is no role “”. {choose}", services.appoint, **none, **office.by("ann"))
    own = "Nobody changes their own rights. Ask another administrator of your organisation."
    refused(officers.NotOneself, own, services.give_roles, post_id=office.post("ann").pk, roles=[], **office.by("ann"))
    outside = office.post("outsider").pk
    missing = f"There is no post “{outside}” that you may see. Check the number or go back to the list."
    refused(NotFound, missing, services.give_roles, post_id=outside, roles=[], **office.by("ann"))
    for act in (
        lambda: services.give_roles(post_id=clerk, roles=[], **office.by("chief")),
        lambda: services.limit_region(post_id=clerk, region="", **office.by("chief")),
        lambda: services.close_post(post_id=clerk, **office.by("chief")),
        lambda: selectors.staff(actor=selectors.actor_of(office.id("chief"))),
    ):
        with pytest.raises(Forbidden):
            act()
    assert office.told("ann") == []


def test_a_narrower_region_counts_at_once_and_a_wider_one_waits(office: Office) -> None:
    clerk = office.post("clerk")

    def limit(region: str) -> UUID | None:
        return services.limit_region(post_id=clerk.pk, region=region, **office.by("ann"))

    assert limit("230102") is None
    assert office.told("ann") == [], "the same region again is no act"
    limited = ("identity.limit-region", "post", str(clerk.pk), {})
    assert limit("230102001") is None
    assert (office.post("clerk").region_id, office.told("ann")) == ("230102001", [limited])
    wider = limit("2301")
    assert wider is not None
    assert office.told("ann") == [proposed("identity.widen-region", wider, clerk.pk)]
    assert Proposal.objects.get().payload == {"post": clerk.pk, "roles": [], "region": "2301"}
    assert office.post("clerk").region_id == "230102001"
    office.settle(wider)
    assert office.post("clerk").region_id == "2301"
    assert office.post("bob").region_id == "2301"
    assert office.told("bob", LATER)[1] == limited
    office.settle(limit("2399"))
    assert office.post("clerk").region_id == "2399", "elsewhere is as good as wider"
    office.settle(limit(""))
    assert office.post("clerk").region_id is None
    assert limit("2301") is None
    assert office.post("clerk").region_id == "2301"
    missing = f"There is no region “{'9' * 20}” that you may see. Check the number or go back to the list."
    refused(NotFound, missing, limit, region="9" * 30)


def test_with_a_closed_post_its_wishes_are_void_and_those_of_others_stay(office: Office) -> None:
    clerk, chief = office.post("clerk"), office.post("chief")
    void = [
        services.give_roles(post_id=clerk.pk, roles=["officer", "leader"], **office.by("ann")),
        services.limit_region(post_id=clerk.pk, region="", **office.by("ann")),
    ]
    stays = services.give_roles(post_id=chief.pk, roles=["officer", "supervisor", "leader"], **office.by("ann"))
    office.told("ann")
    services.close_post(post_id=clerk.pk, **office.by("ann", LATER))
    assert set(Proposal.objects.filter(state="lapsed").values_list("pk", flat=True)) == set(void)
    assert Proposal.objects.get(pk=stays).state == "open"
    told = office.told("ann", LATER)
    assert [row[0] for row in told] == ["approvals.lapsed", "approvals.lapsed", "identity.close-post"]
    assert told[2] == ("identity.close-post", "post", str(clerk.pk), {})
    assert not office.post("clerk").is_active
    assert office.post("chief").is_active
    with pytest.raises(officers.NotOneself):
        services.close_post(post_id=office.post("ann").pk, **office.by("ann"))


def leave(office: Office, post: str, substitute: str, by: str, *days: date) -> UUID | None:
    first, last = days or (TODAY, TODAY)
    ids = {"post_id": office.post(post).pk, "substitute_id": office.post(substitute).pk}
    return services.record_leave(**ids, from_date=first, until_date=last, **office.by(by))


def test_leave_begins_at_once_where_the_substitute_gains_nothing_and_ends_once(office: Office) -> None:
    assert leave(office, "clerk", "chief", "clerk", TODAY, TODAY + 366 * DAY) is None
    row, last = Leave.objects.get(), (TODAY + 366 * DAY).isoformat()
    assert (row.post, row.substitute, row.roles) == (office.post("clerk"), office.post("chief"), ["officer"])
    assert (row.from_date, row.until_date, row.recorded_by, row.recorded_at) == (TODAY, TODAY + 366 * DAY, office.id("clerk"), office.now)
    details = {"post": office.post("clerk").pk, "substitute": office.post("chief").pk, "from": "2026-03-13", "until": last}
    assert office.told("clerk") == [("identity.record-leave", "leave", str(row.pk), details)]
    missing = f"There is no leave “{row.pk}” that you may see. Check the number or go back to the list."
    refused(NotFound, missing, services.end_leave, leave_id=row.pk, **office.by("outsider"))
    with pytest.raises(Forbidden):
        services.end_leave(leave_id=row.pk, **office.by("chief"))
    services.end_leave(leave_id=row.pk, **office.by("ann", LATER))
    row.refresh_from_db()
    assert row.ended_at == office.now + LATER
    assert office.told("ann", LATER) == [("identity.end-leave", "leave", str(row.pk), {})]
    refused(NotFound, missing, services.end_leave, leave_id=row.pk, **office.by("ann"))


def test_leave_by_which_the_substitute_gains_waits_and_whoever_asked_stays_named(office: Office) -> None:
    Post.objects.filter(user=office.id("chief")).update(roles=["admin", "officer", "supervisor"])
    waiting = leave(office, "chief", "clerk", "ann", TODAY, TODAY + DAY)
    assert waiting is not None, "more roles and a wider region"
    chief, clerk = office.post("chief").pk, office.post("clerk").pk
    assert office.told("ann") == [proposed("identity.stand-in", waiting, f"{chief}:{clerk}:2026-03-13")]
    row = Proposal.objects.get()
    days = {"from": "2026-03-13", "until": "2026-03-14"}
    assert row.payload == {"post": chief, "substitute": clerk, **days, "roles": ["officer", "supervisor"]}
    assert row.gains == office.id("clerk")
    office.settle(waiting)
    begun = Leave.objects.get()
    assert (begun.recorded_by, begun.recorded_at, begun.roles) == (office.id("ann"), office.now + LATER, ["officer", "supervisor"])
    told = office.told("bob", LATER)
    assert told[1] == ("identity.record-leave", "leave", str(begun.pk), {"post": chief, "substitute": clerk, **days})
    Post.objects.filter(pk=clerk).update(roles=["officer", "supervisor"])
    assert leave(office, "chief", "clerk", "ann", TODAY + DAY, TODAY + DAY) is not None, "the same roles in a wider region"
    Post.objects.filter(pk=clerk).update(roles=["officer"], region=None)
    assert leave(office, "chief", "clerk", "ann", TODAY + 2 * DAY, TODAY + 3 * DAY) is not None, "more roles in the same region"
    Post.objects.filter(pk=clerk).update(roles=["officer", "supervisor"])
    assert leave(office, "chief", "clerk", "ann", TODAY + 4 * DAY, TODAY + 5 * DAY) is None


def test_leave_that_cannot_be_is_refused_with_its_reason(office: Office) -> None:
    def why(sentence: str, substitute: str, *days: date) -> None:
        refused(officers.LeaveRefused, f"The leave was not recorded: {sentence}", lambda: leave(office, "clerk", substitute, "ann", *days))

    why("choose a colleague as the substitute.", "clerk")
    days = "the last day lies before the first, or more than a year after it. Correct the days."
    why(days, "chief", TODAY, TODAY - DAY)
    why(days, "chief", TODAY, TODAY + 367 * DAY)
    with pytest.raises(officers.NotOneself):
        leave(office, "clerk", "ann", "ann")
    with pytest.raises(Forbidden):
        leave(office, "clerk", "chief", "chief")
    with pytest.raises(NotFound):
        leave(office, "clerk", "outsider", "clerk")
    closed = "one of the two posts is closed. Choose an open one."
    for name in ("clerk", "chief"):
        Post.objects.filter(user=office.id(name)).update(is_active=False)
        why(closed, "chief")
        Post.objects.filter(user=office.id(name)).update(is_active=True)
    assert not Leave.objects.exists()


def test_two_administrators_at_one_post_in_the_same_moment_do_not_undo_each_other(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(post_id: int, actor: Actor) -> Post:
        """Another act is through between the reading and the writing of this one."""
        found = posts.own_post(post_id, actor)
        Post.objects.filter(pk=post_id).update(title={"zh": "新岗位"})
        return found

    monkeypatch.setattr(officers, "own_post", meanwhile)
    for act in (
        lambda post: services.give_roles(post_id=post, roles=[], **office.by("ann")),
        lambda post: services.limit_region(post_id=post, region="230102001", **office.by("ann")),
    ):
        Post.objects.filter(user=office.id("clerk")).update(title={})
        act(office.post("clerk").pk)
        assert office.post("clerk").title == {"zh": "新岗位"}
    assert (office.post("clerk").roles, office.post("clerk").region_id) == ([], "230102001")
