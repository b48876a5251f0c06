"""Who has a step: officers take it, give it to colleagues and put it back; leave moves it; nobody is kept from acting."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from onewindow.domain.errors import Forbidden
from onewindow.modules.cases import models, selectors, services
from onewindow.modules.cases.services import assigning, choices
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import Leave, Post, User
from onewindow.modules.messages.models import Message
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from onewindow.plumbing.outbox import worker
from tests.cases.conftest import task
from tests.cases.town import FIRE, LIU, MARKET, MARKET_CHIEF, TYPED, WANG, WINDOW

pytestmark = pytest.mark.django_db
Filing = Callable[..., models.Case]
SUN = Actor(kind="officer", id=uuid4(), organisation="market", roles=frozenset({"officer"}))
LEAVES = Actor.system("tests")


@pytest.fixture
def office(file: Filing, now: datetime, monkeypatch: pytest.MonkeyPatch) -> models.Case:
    """A case just filed, and the people of the two desks with their posts."""
    monkeypatch.setattr(clock, "now", lambda: now)
    case = file()
    for actor, name in ((MARKET, "李建国"), (MARKET_CHIEF, "郑国强"), (SUN, "孙丽"), (FIRE, "韩冰")):
        user = User.objects.create(id=actor.id, username=str(actor.id), display_name={"zh": name})
        Post.objects.create(user=user, organisation_id=actor.organisation, roles=sorted(actor.roles))
    return case


def holder(case: models.Case, name: str = "food.accept") -> UUID | None:
    return task(case, name).assigned_to


def give(case: models.Case, to: Actor | None, actor: Actor, now: datetime, name: str = "food.accept") -> bool:
    return services.assign(task_id=task(case, name).pk, officer=to.id if to else None, actor=actor, now=now)


def away(actor: Actor, substitute: Actor, first: datetime, days: int = 4) -> Leave:
    posts = {post.user_id: post for post in Post.objects.all()}
    return Leave.objects.create(
        post=posts[actor.known_id],
        substitute=posts[substitute.known_id],
        from_date=first.date(),
        until_date=(first + timedelta(days=days)).date(),
        roles=["officer"],
        recorded_by=actor.known_id,
        recorded_at=first,
    )


def carry(now: datetime) -> None:
    """Let the worker do what was announced."""
    while worker.run_once(now):
        pass


def test_an_officer_takes_a_step_gives_it_away_and_puts_it_back(office: models.Case, now: datetime) -> None:
    assert give(office, MARKET, MARKET, now)
    assert not give(office, MARKET, MARKET, now), "twice is once"
    assert holder(office, "registration.accept") == MARKET.id, "all of the department's steps in the node go together"
    assert holder(office, "fire.accept") is None, "another department's stay where they are"
    with pytest.raises(assigning.HeldByColleague, match="李建国"):
        give(office, SUN, SUN, now)
    assert give(office, SUN, MARKET, now)
    assert give(office, None, SUN, now)
    assert holder(office) is None
    assert AuditEntry.objects.filter(action="cases.assign").count() == 3


def test_a_supervisor_assigns_whatever_it_is_and_only_to_whoever_may_act_and_is_at_work(office: models.Case, now: datetime) -> None:
    give(office, MARKET, MARKET, now)
    assert give(office, SUN, MARKET_CHIEF, now)
    for wrong in (FIRE, WINDOW):
        with pytest.raises(assigning.CannotTake):
            give(office, wrong, MARKET_CHIEF, now)
    away(MARKET, SUN, now)
    with pytest.raises(assigning.AwayNow, match="2026-03-17"):
        give(office, MARKET, MARKET_CHIEF, now)
    for stranger in (FIRE, WINDOW, LIU):
        with pytest.raises(Forbidden):
            give(office, stranger, stranger, now)
    assert holder(office) == SUN.id


def test_colleagues_still_do_what_somebody_else_has_and_what_is_done_has_no_holder_to_change(office: models.Case, now: datetime) -> None:
    give(office, MARKET, MARKET, now)
    services.accept(task_id=task(office, "food.accept").pk, actor=SUN, now=now)
    services.accept(task_id=task(office, "registration.accept").pk, actor=SUN, now=now)
    with pytest.raises(assigning.StepOver):
        give(office, SUN, MARKET_CHIEF, now)
    assert holder(office) == MARKET.id, "saving the case kept who had it"


def test_the_queue_says_who_has_it_and_picks_out_mine_nobodys_and_colleagues(office: models.Case, file: Filing, now: datetime) -> None:
    other = file(actor=LIU, typed={**TYPED, "trade-name": "东湖小馆"})
    give(office, SUN, SUN, now)

    def picked(actor: Actor, **sift: str) -> set[UUID]:
        wanted = selectors.InboxFilter(sift=selectors.Sift(**sift))
        page = selectors.inbox(actor=actor, filter=wanted, now=now)
        assert page.total == len(page.rows) == page.counts["mine"]
        return {row.case_id for row in page.rows}

    rows = {row.case_id: row for row in selectors.inbox(actor=MARKET, now=now).rows}
    assert (rows[office.pk].holder_name, rows[other.pk].holder_name) == ({"zh": "孙丽"}, {})
    assert picked(MARKET) == {office.pk, other.pk}, "what a colleague has is still there"
    assert picked(MARKET, whose="me") == set()
    assert picked(SUN, whose="me") == picked(MARKET, whose="others") == picked(MARKET, whose=str(SUN.id)) == {office.pk}
    assert picked(MARKET, whose="nobody") == picked(SUN, whose="nobody") == {other.pk}
    assert picked(MARKET, whose="nonsense") == set()
    assert picked(MARKET, kind="acceptance", service="food", event="open-a-restaurant") == {office.pk, other.pk}
    assert picked(MARKET, kind="decision") == picked(MARKET, service="fire") == picked(MARKET, event="x") == set()


def test_the_load_of_colleagues_counts_nodes_and_says_who_is_away(
    office: models.Case, file: Filing, now: datetime, django_assert_num_queries: Callable[[int], object]
) -> None:
    give(office, SUN, SUN, now)
    file(actor=LIU, typed={**TYPED, "trade-name": "东湖小馆"})
    away(MARKET, SUN, now)
    with django_assert_num_queries(2):  # type: ignore[attr-defined]  # a context manager
        load = selectors.colleagues_load(actor=MARKET_CHIEF, now=now + timedelta(days=3))
    lines = {line.user: line for line in load.lines}
    assert set(lines) == {MARKET.id, MARKET_CHIEF.id, SUN.id}
    assert (lines[SUN.known_id].have, lines[SUN.known_id].due_today, lines[SUN.known_id].late) == (1, 1, 0)
    assert (lines[MARKET.known_id].have, lines[MARKET.known_id].away_until) == (0, (now + timedelta(days=4)).date())
    assert load.nobodys is not None
    assert load.nobodys.have == 1
    late = {line.user: line.late for line in selectors.colleagues_load(actor=MARKET, now=now + timedelta(days=4)).lines}
    assert late[SUN.known_id] == 1


def test_leave_hands_over_to_the_substitute_and_brings_back_what_is_not_done(office: models.Case, now: datetime) -> None:
    give(office, MARKET, MARKET, now)
    leave = away(MARKET, SUN, now)
    assert services.cover_leaves(actor=LEAVES, now=now) == 1
    assert services.cover_leaves(actor=LEAVES, now=now) == 0, "safe to repeat"
    assert holder(office) == SUN.id
    assert selectors.colleagues_load(actor=SUN, now=now).came == {MARKET.id: 1}
    (row,) = selectors.inbox(actor=SUN, now=now).rows
    assert row.held_for_name == {"zh": "李建国"}
    back = now + timedelta(days=5)
    assert services.cover_leaves(actor=LEAVES, now=back) == 1
    assert (holder(office), task(office, "food.accept").held_for) == (MARKET.id, None)
    Leave.objects.filter(pk=leave.pk).update(until_date=(back + timedelta(days=9)).date())
    services.cover_leaves(actor=LEAVES, now=back)
    give(office, MARKET_CHIEF, SUN, back)
    Leave.objects.update(ended_at=back)
    assert services.cover_leaves(actor=LEAVES, now=back) == 0
    assert holder(office) == MARKET_CHIEF.id, "what somebody has given away since stays there"


def test_without_a_substitute_who_may_act_it_is_nobodys_until_they_are_back(office: models.Case, now: datetime) -> None:
    give(office, MARKET, MARKET, now)
    away(MARKET, SUN, now)
    away(SUN, MARKET_CHIEF, now, days=1)
    services.cover_leaves(actor=LEAVES, now=now)
    assert holder(office) is None
    services.cover_leaves(actor=LEAVES, now=now + timedelta(days=5))
    assert holder(office) == MARKET.id
    Post.objects.filter(user_id=MARKET.id).update(is_active=False)
    services.cover_leaves(actor=LEAVES, now=now + timedelta(days=5))
    assert holder(office) is None, "whoever has left has nothing"
    services.cover_leaves(actor=LEAVES, now=now + timedelta(days=5))
    assert task(office, "food.accept").held_for is None


def test_a_substitute_is_given_nothing_of_a_case_of_their_own(office: models.Case, now: datetime) -> None:
    user, _ = User.objects.get_or_create(id=WANG.id, defaults={"username": "wang"})
    Post.objects.create(user=user, organisation_id="market", roles=["officer"])
    give(office, MARKET, MARKET, now)
    away(MARKET, WANG, now)
    assert services.cover_leaves(actor=LEAVES, now=now) == 1
    assert holder(office) is None


def test_a_leave_recorded_for_today_counts_at_once_and_the_substitute_is_written_to(office: models.Case, now: datetime) -> None:
    give(office, MARKET, MARKET, now)
    sun = User.objects.get(pk=SUN.id)
    sun.email = "sun@example.org"
    sun.save()
    posts = {post.user_id: post.pk for post in Post.objects.all()}
    substitute = {"post_id": posts[MARKET.known_id], "substitute_id": posts[SUN.known_id]}
    identity.record_leave(**substitute, from_date=now.date(), until_date=now.date(), actor=MARKET, now=now)
    carry(now)
    assert holder(office) == SUN.id
    assert list(Message.objects.values_list("template", "channel")) == [("steps-handed-over", "email")]
    identity.end_leave(leave_id=Leave.objects.get().pk, actor=MARKET, now=now)
    carry(now)
    assert holder(office) == MARKET.id


def test_filters_and_columns_are_kept_for_each_officer_alone(office: models.Case, now: datetime) -> None:
    wanted = {"view": "department", "text": "老灶台", "whose": "me", "unknown": "x"}
    kept = services.keep_filter(name="  我的 踏勘 ", query=wanted, actor=MARKET, now=now)
    assert services.keep_filter(name="我的 踏勘", query={"kind": "inspection"}, actor=MARKET, now=now) == kept, (
        "the same name is the same filter"
    )
    services.choose_columns(columns=["reference", "holder", "x"], actor=MARKET, now=now)
    found = selectors.queue_choices(actor=MARKET)
    assert [(one.name, one.query) for one in found.filters] == [("我的 踏勘", {"kind": "inspection"})]
    assert found.columns == ("holder", "reference")
    assert selectors.queue_choices(actor=SUN) == selectors.QueueChoices()
    with pytest.raises(choices.FilterEmpty):
        services.keep_filter(name="x", query={"view": "mine"}, actor=MARKET, now=now)
    services.drop_filter(filter_id=kept, actor=MARKET, now=now)
    assert selectors.queue_choices(actor=MARKET).filters == ()
    assert "老灶台" not in str(list(AuditEntry.objects.values_list("details", flat=True)))
