"""What each reader sees: their own, no more, in the same number of queries however much there is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onewindow.domain.errors import Forbidden, NotFound
from onewindow.modules.cases import models, selectors, services
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import task
from tests.cases.test_desk import accepted, notice, refuse, registered
from tests.cases.town import CITY, FIRE, LIU, MARKET, PDF, TAX, WANG, WINDOW, officer

pytestmark = pytest.mark.django_db
Filing = Callable[..., models.Case]


def queries(read: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as seen:
        read()
    return len(seen)


def test_the_queue_shows_what_is_asked_of_my_department_by_due_date(file: Filing, now: datetime) -> None:
    first = registered(file, now)
    second = registered(file, now - timedelta(days=3))
    queue = selectors.inbox(actor=FIRE, now=now)
    assert [row.case_id for row in queue.rows] == [second.pk, first.pk]
    late, fresh = queue.rows
    assert (late.light, late.days_left) == ("late", -2)  # due on Wednesday, and it is Friday
    assert (fresh.light, fresh.days_left) == ("on_time", 1)
    assert [(label.service, label.step) for label in fresh.steps] == [("fire", "inspect")]
    assert fresh.title == "老灶台餐饮店"
    assert fresh.applicant_name == {"zh": "王丽"}
    assert queue.counts == {"mine": 2, "department": 2, "done": 2, "late": 1, "department-late": 0}


def test_steps_of_one_node_make_one_row(file: Filing, now: datetime) -> None:
    file()
    (row,) = selectors.inbox(actor=MARKET, now=now).rows
    assert {label.service for label in row.steps} == {"registration", "food"}
    assert len(row.task_ids) == 2
    (row,) = selectors.inbox(actor=WINDOW, now=now).rows
    assert {label.service for label in row.steps} == {"registration", "food", "fire"}


def test_the_queue_is_searched_filtered_and_paged(file: Filing, now: datetime) -> None:
    cases = [registered(file, now) for _ in range(3)]
    found = selectors.inbox(actor=FIRE, filter=selectors.InboxFilter(text=cases[1].reference.lower().replace("-", "")), now=now)
    assert [row.case_id for row in found.rows] == [cases[1].pk]
    assert selectors.inbox(actor=FIRE, filter=selectors.InboxFilter(text="老灶台"), now=now).total == 3
    assert selectors.inbox(actor=FIRE, filter=selectors.InboxFilter(text="不存在"), now=now).total == 0
    pages = [selectors.inbox(actor=FIRE, filter=selectors.InboxFilter(page=page, size=2), now=now) for page in (1, 2, 9)]
    assert [len(page.rows) for page in pages] == [2, 1, 1]
    assert {row.case_id for page in pages for row in page.rows} == {case.pk for case in cases}
    done = selectors.inbox(actor=FIRE, filter=selectors.InboxFilter(view="done"), now=now)
    assert {row.steps[0].step for row in done.rows} == {"accept"}


def test_other_departments_and_strangers_see_nothing(file: Filing, now: datetime) -> None:
    case = file()
    attachment = models.Attachment.objects.get()
    elsewhere = officer("elsewhere", "forestry", "supervisor")
    for stranger in (
        LIU,
        elsewhere,
        CITY,
        Actor.anonymous(),
        Actor(kind="officer", id=LIU.id, organisation="market", roles=frozenset({"reformer"})),
    ):
        with pytest.raises(NotFound):
            selectors.case_page(case_id=case.pk, actor=stranger, now=now)
        with pytest.raises(NotFound):
            selectors.attachment(attachment_id=attachment.pk, actor=stranger, now=now)
        assert selectors.my_cases(actor=stranger) == ()
    assert selectors.inbox(actor=elsewhere, now=now).rows == ()
    with pytest.raises(Forbidden):
        selectors.inbox(actor=WANG, now=now)


def test_a_department_reads_what_its_services_need_and_no_more(file: Filing, now: datetime) -> None:
    case = registered(file, now)

    def seen(actor: Actor) -> set[str]:
        return {row.element for row in selectors.case_page(case_id=case.pk, actor=actor, now=now).values}

    assert seen(FIRE) == {"address", "floor-area", "seats"}
    assert "resident-id" in seen(MARKET)
    assert "resident-id" not in seen(TAX)
    assert seen(WANG) >= {"resident-id", "address", "uscc", "trade-name"}
    page = selectors.case_page(case_id=case.pk, actor=FIRE, now=now)
    assert {row.service for row in page.evidence} == {"fire"}
    attachment = models.Attachment.objects.get()
    assert selectors.attachment(attachment_id=attachment.pk, actor=MARKET, now=now).content.read() == PDF
    with pytest.raises(NotFound):  # the layout is for the food licence
        selectors.attachment(attachment_id=attachment.pk, actor=FIRE, now=now)


def test_the_window_sees_a_case_while_it_accepts_and_what_it_accepted(file: Filing, now: datetime) -> None:
    case = file()
    assert {row.element for row in selectors.case_page(case_id=case.pk, actor=WINDOW, now=now).values} >= {"resident-id", "seats"}
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    after = selectors.case_page(case_id=case.pk, actor=WINDOW, now=now)
    assert after.values == ()
    other = Actor(kind="officer", id=LIU.id, organisation="hall", roles=frozenset({"window"}))
    with pytest.raises(NotFound):
        selectors.case_page(case_id=case.pk, actor=other, now=now)


def test_the_page_offers_the_acts_that_the_services_allow(file: Filing, now: datetime) -> None:
    case = registered(file, now)

    def acts(actor: Actor) -> set[tuple[str, str]]:
        return {(act.code, act.step or act.fee) for act in selectors.case_page(case_id=case.pk, actor=actor, now=now).acts}

    assert acts(WANG) == {("withdraw", "")}
    assert acts(FIRE) == {("complete_step", "inspect"), ("request_correction", "inspect"), ("suspend", "inspect")}
    assert ("record_payment", "fee") in acts(MARKET)
    assert acts(TAX) == {("approve", "confirm"), ("request_correction", "confirm"), ("suspend", "confirm"), ("refuse", "confirm")}
    notice(case, "fire.inspect", FIRE, now)
    assert ("answer_notice", "") in acts(WANG)
    assert acts(FIRE) == set()
    services.withdraw(case_id=case.pk, actor=WANG, now=now)
    assert acts(WANG) == acts(MARKET) == set()


def test_the_approving_officer_is_told_what_the_licence_carries(file: Filing, now: datetime) -> None:
    case = file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    page = selectors.case_page(case_id=case.pk, actor=MARKET, now=now)
    act = next(act for act in page.acts if act.code == "approve")
    assert [(field.element, field.value) for field in act.output_fields] == [("uscc", None), ("trade-name", "老灶台餐饮店")]


def test_the_line_map_knows_what_is_done_what_runs_and_what_is_critical(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    nodes = {row.id: row for row in selectors.case_page(case_id=case.pk, actor=WANG, now=now).nodes}
    joint = next(row for row in nodes.values() if len(row.organisations) == 2 and row.state == "open")
    assert set(joint.organisations) == {"market", "fire"}
    assert (joint.light, str(joint.due_date), joint.limit_days, joint.critical) == ("on_time", "2026-03-16", 1, True)
    assert {row.state for row in nodes.values()} == {"done", "open", "waiting"}
    assert all(nodes[before].state == "done" for row in nodes.values() if row.state == "open" for before in row.after)


def test_status_shows_how_far_it_is_and_nothing_that_was_typed(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    status = selectors.status(reference=f" {case.reference.lower()} ", phone="138 0000 0001", actor=Actor.anonymous(), now=now)
    assert status is not None
    assert (status.reference, status.state, status.nodes_done) == (case.reference, "in-progress", 2)
    assert selectors.status(reference=case.reference, phone="13800000002", actor=Actor.anonymous(), now=now) is None
    assert selectors.status(reference="OW-2222-2222", phone="13800000001", actor=Actor.anonymous(), now=now) is None
    assert selectors.status(reference=case.reference, phone="", actor=Actor.anonymous(), now=now) is None
    assert "老灶台" not in repr(status)


def test_my_cases_tell_how_far_each_is(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    notice(case, "food.inspect", MARKET, now)
    (row,) = selectors.my_cases(actor=WANG)
    assert (row.state, row.open_notices, row.nodes_done, row.nodes) == ("awaiting-applicant", 1, 2, 6)
    assert row.refused == 0


def test_steps_that_fell_away_count_neither_as_done_nor_as_to_be_done(file: Filing, now: datetime) -> None:
    case = accepted(file, now, sign=True)
    refuse(case, "registration.register", MARKET, now)
    (row,) = selectors.my_cases(actor=WANG)
    # The window and the refused registration are over, the review of the sign is left; five nodes fell away.
    assert (row.nodes_done, row.nodes, row.refused) == (2, 3, 1)
    status = selectors.status(reference=case.reference, phone="13800000001", actor=Actor.anonymous(), now=now)
    assert status is not None
    assert (status.nodes_done, status.nodes) == (2, 3)


def test_a_service_that_fell_with_a_refused_one_names_it_and_one_taken_back_names_nothing(file: Filing, now: datetime) -> None:
    case = accepted(file, now, sign=True)
    refuse(case, "registration.register", MARKET, now)
    services.withdraw(case_id=case.pk, actor=WANG, now=now)
    page = selectors.case_page(case_id=case.pk, actor=WANG, now=now)
    fell = {row.service: row.because_of for row in page.services}
    assert fell == {"registration": "", "food": "registration", "fire": "registration", "tax": "registration", "sign": ""}
    assert next(row for row in page.services if row.service == "food").because_of_name["zh"] == "设立登记"
    status = selectors.status(reference=case.reference, phone="13800000001", actor=Actor.anonymous(), now=now)
    assert status is not None
    assert {row.service: row.because_of for row in status.services} == fell


def test_the_status_tells_what_is_being_done_now_and_by_when(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    status = selectors.status(reference=case.reference, phone="13800000001", actor=Actor.anonymous(), now=now)
    assert status is not None
    (inspection,) = [line for line in status.running if len(line.organisation_names) == 2]
    assert {(step.service, step.step) for step in inspection.steps} == {("food", "inspect"), ("fire", "inspect")}
    assert str(inspection.due_date) == "2026-03-16"


def test_reading_takes_the_same_few_queries_however_much_there_is(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    reads: dict[str, Callable[[], Any]] = {
        "queue": lambda: selectors.inbox(actor=MARKET, now=now),
        "mine": lambda: selectors.my_cases(actor=WANG),
        "page": lambda: selectors.case_page(case_id=case.pk, actor=WANG, now=now),
    }
    before = {name: queries(read) for name, read in reads.items()}
    for _ in range(4):
        registered(file, now)
    notice(case, "fire.inspect", FIRE, now)
    services.complete_step(task_id=task(case, "food.inspect").pk, finding="合格", actor=MARKET, now=now)
    after = {name: queries(read) for name, read in reads.items()}
    assert after == before
    assert after["queue"] <= 10
    assert after["mine"] <= 6
    assert after["page"] <= 20


def test_everybody_sees_the_licences_they_hold(file: Filing, now: datetime) -> None:
    case = registered(file, now)
    (licence,) = selectors.held(actor=WANG)
    assert (licence.evidence_type, licence.number, licence.reference) == ("business-licence", f"{case.reference}-01", case.reference)
    assert selectors.held(actor=LIU) == ()


def test_every_look_up_is_told_to_whom_it_concerns(file: Filing, now: datetime) -> None:
    from onewindow.modules.exchange.models import Query

    case = file()
    draft = models.Draft.objects.get(filed_case=case)
    for subject, at in ((draft.pk, now), (case.pk, now + timedelta(hours=1))):
        Query.objects.create(
            at=at,
            actor_kind="person",
            actor_id=WANG.id,
            resource="property-register",
            subject_id=subject,
            purpose="prefill",
            fields=["address"],
            outcome="answered",
            duration_ms=3,
        )
    page = selectors.case_page(case_id=case.pk, actor=WANG, now=now)
    assert [(row.resource, row.fields) for row in page.queries] == [("property-register", ("address",))] * 2
