"""The staff pages: withdrawing what was issued, with a second officer; regions and leave of a post."""

from datetime import timedelta

import pytest

from onewindow.modules.cases import models
from onewindow.modules.cases import services as cases
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import Leave, Post, Region, User
from onewindow.plumbing import approvals
from tests.cases.conftest import task
from tests.cases.town import FIRE, MARKET, MARKET_CHIEF, USCC, officer
from tests.web.desk_town import Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = pytest.mark.django_db

GROUNDS = {"sentence": "予以撤销。", "reason": "提交的材料不实", "legal_basis": "行政许可法第六十九条"}


def issued(desk: Desk) -> models.Output:
    case = desk.registered()
    register = task(case, "registration.register")
    if register.state != "done":
        cases.decide(task_id=register.pk, outcome="approve", output_values={"uscc": USCC}, actor=MARKET, now=desk.now)
    return models.Output.objects.get(case=case, service="registration")


def test_an_officer_finds_what_was_issued_by_its_number_and_a_colleague_confirms_the_withdrawal(desk: Desk) -> None:
    output = issued(desk)
    assert output.number in desk.get(MARKET, f"/staff/issued/?q={output.number[:-3]}").text
    assert output.number not in desk.get(MARKET, "/staff/issued/?q=nothing-of-ours").text
    page = f"/staff/issued/{output.pk}/"
    proposed = desk.post(MARKET, f"{page}withdraw/", GROUNDS, language="en")
    assert proposed.url == page
    assert "a withdrawal waits for the second officer" in desk.get(MARKET, page, language="en").text
    (row,) = approvals.waiting(actor=MARKET_CHIEF)
    assert desk.post(MARKET, f"/staff/second/{row.id}/", {"answer": "confirm"}).status == 403, "nobody is their own second officer"
    assert desk.post(MARKET_CHIEF, f"/staff/second/{row.id}/", {"answer": "confirm"}).status == 200
    shown = desk.get(MARKET, page, language="en").text
    assert "withdrawn" in shown
    assert "Propose the withdrawal" not in shown


def test_a_withdrawal_without_its_law_is_refused_with_a_sentence_and_keeps_what_was_typed(desk: Desk) -> None:
    output = issued(desk)
    answer = desk.post(MARKET, f"/staff/issued/{output.pk}/withdraw/", {**GROUNDS, "legal_basis": " "}, language="en")
    assert answer.status == 422
    assert GROUNDS["reason"] in answer.text
    assert approvals.waiting(actor=MARKET_CHIEF) == ()


def test_another_department_sees_nothing_of_it(desk: Desk) -> None:
    output = issued(desk)
    assert output.number not in desk.get(FIRE, "/staff/issued/").text
    assert desk.get(FIRE, f"/staff/issued/{output.pk}/").status == 404
    assert desk.post(FIRE, f"/staff/issued/{output.pk}/withdraw/", GROUNDS).status == 404


def test_an_administrator_limits_a_region_at_once_and_ends_a_leave(desk: Desk) -> None:
    admin = officer("market-admin", "market", "admin")
    User.objects.create(id=admin.id, username="market-admin")
    Post.objects.create(user_id=admin.id, organisation_id="market", roles=["admin"])
    Region.objects.create(code="350211", name={"zh": "集美区"})
    post, chief = (Post.objects.get(user=person.id) for person in (MARKET, MARKET_CHIEF))
    assert desk.post(admin, f"/staff/posts/{post.pk}/region/", {"region": "350211"}).status == 200
    post.refresh_from_db()
    assert post.region_id == "350211"
    desk.post(admin, f"/staff/posts/{post.pk}/region/", {"region": ""})
    post.refresh_from_db()
    assert post.region_id == "350211", "a wider region waits for another administrator"
    today = desk.now.date()
    identity.record_leave(
        post_id=post.pk, substitute_id=chief.pk, from_date=today, until_date=today + timedelta(days=3), actor=admin, now=desk.now
    )
    leave = Leave.objects.get()
    actions = [form.get("action") for form in desk.get(admin, f"/staff/posts/{post.pk}/").document.forms]
    assert f"/staff/posts/{post.pk}/leave/{leave.pk}/end/" in actions
    assert desk.post(admin, f"/staff/posts/{post.pk}/leave/{leave.pk}/end/").status == 200
    leave.refresh_from_db()
    assert leave.ended_at is not None
