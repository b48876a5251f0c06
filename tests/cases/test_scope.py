"""Which rows each reader's own lists are made of, and how something that was issued is withdrawn by two: one case, everybody at it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import QuerySet

from onewindow.domain import events
from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.cases import models, selectors, services
from onewindow.modules.cases.selectors import scope
from onewindow.modules.cases.services import second_officer
from onewindow.modules.identity.models import User
from onewindow.plumbing import outbox
from onewindow.plumbing.access_store.models import AccessEntry
from onewindow.plumbing.actors import Acting, Actor, Hat
from onewindow.plumbing.models import AuditEntry
from onewindow.plumbing.proposals import Proposal
from tests.cases.conftest import prepare, task
from tests.cases.town import FIRE, FIRE_CHIEF, LIU, MARKET, MARKET_CHIEF, TAX, USCC, WANG, WINDOW, officer

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

Filing = Callable[..., models.Case]
NORTH, SOUTH = frozenset({"230102"}), frozenset({"2399"})
SYSTEM, NOBODY = Actor.system("tests"), Actor.anonymous()
NAMELESS = replace(MARKET_CHIEF, id=None)
AGENT = Actor("person", LIU.id, on_behalf_of=Acting(WANG.id or uuid4(), "natural", matters=frozenset({"open-a-restaurant"})))
OTHER_MATTER = Actor("person", LIU.id, on_behalf_of=Acting(WANG.id or uuid4(), "natural", matters=frozenset({"retire"})))
SUPERVISOR = replace(officer("market-head", "market"), roles=frozenset({"supervisor"}))
CLOSE = replace(MARKET, represents=frozenset({WANG.id or uuid4()}))
BY_CARD = replace(WINDOW, id=uuid4())
"""Another colleague at the window."""


def of(actor: Actor, *regions: frozenset[str]) -> list[Actor]:
    return [replace(actor, regions=region) for region in regions]


def issued(file: Filing, now: datetime) -> tuple[models.Case, models.Output]:
    case = file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    step = task(case, "registration.register").pk
    services.decide(task_id=step, outcome="approve", output_values={"uscc": USCC}, actor=MARKET, now=now)
    return case, models.Output.objects.get(case=case)


def test_everybody_reads_their_own_rows_and_the_desk_those_of_its_office_and_region(file: Filing, now: datetime) -> None:
    case, output = issued(file, now)
    models.Case.objects.filter(pk=case.pk).update(region="230102")
    other = file(actor=LIU)

    def first(rows: Callable[[Actor], QuerySet[Any]], *actors: Actor) -> list[int]:
        return [len({getattr(row, "case_id", row.pk) for row in rows(actor)} & {case.pk}) for actor in actors]

    readers = (WANG, AGENT, OTHER_MATTER, LIU, SYSTEM, NOBODY, NAMELESS, replace(AGENT, id=None))
    assert first(scope.visible_cases, *readers) == [1, 1, 0, 0, 1, 0, 0, 0]
    assert first(scope.own_cases, *readers) == [1, 1, 0, 0, 0, 0, 0, 0]
    assert first(scope.own_outputs, *readers) == [1, 1, 0, 0, 0, 0, 0, 0]
    desk = (MARKET, SUPERVISOR, FIRE, officer("x", "city"), WINDOW, BY_CARD)
    assert first(scope.visible_cases, *desk) == [1, 1, 1, 0, 1, 0]
    assert first(scope.visible_attachments, *desk, LIU) == [1, 1, 1, 0, 1, 0, 0]
    assert first(scope.issued_outputs, *desk, CLOSE, NAMELESS, WANG, SYSTEM) == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert first(scope.steps, *desk, CLOSE, NAMELESS) == [1, 1, 1, 0, 1, 1, 0, 0]
    for rows in (scope.visible_cases, scope.issued_outputs, scope.steps):
        assert first(rows, *of(MARKET, NORTH, SOUTH)) == [1, 0]
        lent = (Hat("market", frozenset({"officer"}), NORTH), Hat("city", frozenset({"officer"})))
        assert first(rows, replace(officer("y", "city"), stands_in=lent)) == [1], "one of several posts is enough"
    assert first(scope.visible_cases, *of(WINDOW, NORTH, SOUTH)) == [1, 0]
    assert first(scope.steps, *of(WINDOW, NORTH, SOUTH)) == [1, 0]
    assert {row.kind for row in scope.steps(WINDOW)} == {"acceptance"}
    assert {row.organisation for row in scope.steps(MARKET)} == {"market"}
    assert set(models.Task.objects.filter(scope.of_departments(MARKET, "supervisor"))) == set()
    assert {row.organisation for row in models.Task.objects.filter(scope.of_departments(SUPERVISOR, "supervisor"))} == {"market"}
    assert set(scope.visible_cases(BY_CARD)) == {other}, "what waits at the window, and nothing a colleague has accepted"
    models.CaseService.objects.filter(case=case, service="food").update(state="on-hold")
    assert set(scope.visible_cases(BY_CARD)) == {case, other}, "the applicant may take it back here"
    assert set(models.Case.objects.filter(scope.held())) == {case}
    assert {row.case_id for row in models.Task.objects.filter(scope.held("case"))} == {case.pk}
    assert [list(scope.by_reference(text)) for text in (case.reference, "OW-0000-0000")] == [[case], []]
    models.Case.objects.filter(pk=case.pk).update(fetch_due_at=now + timedelta(days=1))
    models.Case.objects.filter(pk=other.pk).update(fetch_due_at=now)
    assert [list(scope.to_fetch(now + timedelta(seconds=late))) for late in (-1, 0)] == [[], [other]]
    models.Output.objects.filter(pk=output.pk).update(revoked_at=now)
    assert first(scope.own_outputs, WANG) == [0]
    assert first(scope.issued_outputs, MARKET) == [1]
    assert scope.close_parties(CLOSE) == sorted([MARKET.id or uuid4(), WANG.id or uuid4()])
    assert scope.close_parties(NOBODY) == []


def test_a_draft_and_its_documents_are_its_partys(file: Filing, now: datetime) -> None:
    draft = prepare(now)
    prepare(now, actor=LIU)
    readers = (WANG, AGENT, OTHER_MATTER, MARKET, NOBODY, SYSTEM)
    assert [[row.pk for row in scope.own_drafts(actor)] for actor in readers] == [[draft], [draft], [], [], [], []]
    assert [[row.draft_id for row in scope.own_uploads(actor)] for actor in readers] == [[draft], [draft], [], [], [], []]


def test_the_applicant_sees_all_of_a_case_and_the_window_as_long_as_something_waits_there(file: Filing, now: datetime) -> None:
    case = file()
    case.region = "230102"

    def everything(*actors: Actor) -> list[bool]:
        tasks = list(models.Task.objects.filter(case=case))
        return [scope.sees_everything(case, actor, tasks) for actor in actors]

    readers = (WANG, AGENT, SYSTEM, LIU, OTHER_MATTER, MARKET, WINDOW, *of(WINDOW, NORTH, SOUTH))
    assert everything(*readers) == [True, True, True, False, False, False, True, True, False]
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    assert everything(*readers) == [True, True, True] + [False] * 6
    rows = list(models.CaseService.objects.filter(case=case))
    own = [scope.own_services(case, actor, rows) for actor in (MARKET, SUPERVISOR, FIRE, WINDOW, *of(TAX, NORTH, SOUTH))]
    assert own == [{"registration", "food"}, {"registration", "food"}, {"fire"}, frozenset(), {"tax"}, frozenset()]


def refused(sentence: str, act: Callable[[], object]) -> None:
    with pytest.raises(DomainError) as found:
        act()
    assert str(found.value) == sentence


def test_a_withdrawal_names_its_evidence_its_law_and_both_officers(file: Filing, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    case, output = issued(file, now)
    later = now + timedelta(hours=2)
    grounds: dict[str, Any] = {"sentence": {"zh": "予以撤销。", "en": " "}, "reason": f" {'据' * 600}", "legal_basis": f"{'法' * 600} "}

    def propose(of: UUID = output.pk, **more: Any) -> UUID:
        return services.revoke_output(output_id=of, **{**grounds, **more}, actor=MARKET, now=now)

    unknown = uuid4()
    refused(f"There is no output “{unknown}” that you may see. Check the number or go back to the list.", lambda: propose(unknown))
    refused("A withdrawal needs the evidence. Write it, then send again.", lambda: propose(reason=" ", legal_basis=""))
    refused("A withdrawal needs the law that allows it. Write it, then send again.", lambda: propose(legal_basis=" "))
    refused("Write the sentence that the applicant will read with this decision, then send again.", lambda: propose(sentence=" "))
    proposal = propose()
    row = Proposal.objects.get()
    kept = {"sentence": {"zh": "予以撤销。"}, "reason": "据" * 500, "legal_basis": "法" * 500}
    assert row.payload == {**kept, "case": str(case.pk), "service": "registration"}
    assert (row.kind, row.subject_id, row.organisation) == ("cases.revoke", str(output.pk), "market")
    assert (row.gains, row.proposed_by, row.proposed_at) == (None, MARKET.id, now)
    told: list[object] = []
    monkeypatch.setattr(outbox, "record", lambda event, at: told.append((event, at)))
    services.settle(proposal_id=proposal, confirm=True, actor=MARKET_CHIEF, now=later)
    output.refresh_from_db()
    assert (output.revoked_at, output.revocation) == (later, {**kept, "by": [str(MARKET.id), str(MARKET_CHIEF.id)]})
    line = models.TimelineEntry.objects.order_by("pk").last()
    assert line is not None
    assert (line.code, line.service, line.at, line.actor_id) == ("output-revoked", "registration", later, MARKET_CHIEF.id)
    assert line.values == {"evidence_type": "business-licence", "number": output.number}
    entry = AuditEntry.objects.order_by("pk").last()
    assert entry is not None
    assert (entry.action, entry.subject_kind, entry.subject_id) == ("cases.revoke", "output", str(output.pk))
    assert (entry.details, entry.actor_id, entry.at) == ({"service": "registration"}, MARKET_CHIEF.id, later)
    ((event, at),) = told
    about = {"case_id": case.pk, "output_id": output.pk, "service": "registration", "evidence_type": "business-licence"}
    assert (event, at) == (events.OutputRevoked(at=later, **about), later)
    again = f"Number {output.number} has been withdrawn already. Nothing is left to withdraw."
    refused(again, propose)
    models.Output.objects.filter(pk=output.pk).update(revoked_at=None)
    second = propose()
    models.Output.objects.filter(pk=output.pk).update(revoked_at=now)
    refused(again, lambda: services.settle(proposal_id=second, confirm=True, actor=MARKET_CHIEF, now=later))
    refused(
        "A rejection needs a reason. Write it, then send again.",
        lambda: services.settle(proposal_id=second, confirm=False, actor=MARKET_CHIEF, now=later),
    )
    services.settle(proposal_id=second, confirm=False, reason=f" {'因' * 501}", actor=MARKET_CHIEF, now=later)
    settled = Proposal.objects.get(pk=second)
    assert (settled.state, settled.reason, settled.settled_by, settled.settled_at) == ("rejected", "因" * 500, MARKET_CHIEF.id, later)


def test_the_second_officer_reads_what_a_colleague_proposes_and_why(file: Filing, now: datetime, settings: Any) -> None:
    settings.ONEWINDOW_SECOND_OFFICER = ["food"]
    assert [second_officer.needs_second(name) for name in ("food", "fire")] == [True, False]
    case, output = issued(file, now)
    User.objects.create(id=MARKET.id, username="market", display_name={"zh": "何静"})
    step = task(case, "food.inspect")
    services.complete_step(task_id=step.pk, finding="不合格", actor=MARKET, now=now)
    services.complete_step(task_id=task(case, "fire.inspect").pk, finding="合格", actor=FIRE, now=now)
    decide = task(case, "food.decide")
    told = services.decide(task_id=decide.pk, outcome="refuse", sentence="不予许可。", reason="不符合条件", actor=MARKET, now=now)
    assert told.proposed
    row = Proposal.objects.get()
    assert (row.kind, row.subject_id, row.organisation, row.proposed_at) == ("cases.refuse", str(decide.pk), "market", now)
    assert row.payload == {"sentence": {"zh": "不予许可。"}, "reason": "不符合条件", "case": str(case.pk), "service": "food"}
    grounds = {"sentence": "予以撤销。", "reason": "材料不实", "legal_basis": "第六十九条"}
    later = now + timedelta(minutes=5)
    revoke = services.revoke_output(output_id=output.pk, **grounds, actor=MARKET_CHIEF, now=later)
    deputy = replace(officer("market-two", "market", "admin"))
    rows = selectors.proposals_waiting(actor=deputy, now=later)
    assert [(row.id, row.kind, row.legal_basis) for row in rows] == [(row.pk, "cases.refuse", ""), (revoke, "cases.revoke", "第六十九条")]
    first = rows[0]
    assert (first.case_id, first.reference, first.title, first.proposed_at) == (case.pk, case.reference, case.shown_title, now)
    assert (first.sentence, first.reason) == ({"zh": "不予许可。"}, "不符合条件")
    assert (first.service_name["zh"], first.by, rows[1].by) == ("食品经营许可", {"zh": "何静"}, {})
    (read,) = AccessEntry.objects.filter(what="cases.proposals")
    assert (read.actor_id, read.purpose, read.at, read.details, read.organisation) == (deputy.id, "second-officer", later, {}, "market")
    assert read.persons == {str(WANG.id): [str(case.pk)]}
    for nobody in (replace(deputy, represents=frozenset({WANG.id or uuid4()})), FIRE_CHIEF, WANG, NOBODY):
        assert selectors.proposals_waiting(actor=nobody, now=now) == ()
    Proposal.objects.create(
        kind="identity.widen-region", subject_id="1", organisation="market", payload={}, proposed_by=uuid4(), proposed_at=now
    )
    assert len(selectors.proposals_waiting(actor=deputy, now=later)) == 2
    models.CaseService.objects.filter(case=case, service="food").delete()
    assert [row.id for row in selectors.proposals_waiting(actor=deputy, now=later)] == [revoke]
    elsewhere, other = issued(file, now)
    services.revoke_output(output_id=other.pk, **grounds, actor=MARKET, now=now - timedelta(hours=1))
    assert len(selectors.proposals_waiting(actor=deputy, now=later)) == 2
    models.Task.objects.filter(case=elsewhere).update(organisation="city")
    assert [row.id for row in selectors.proposals_waiting(actor=deputy, now=later)] == [revoke], "a case that has left the office"
    with pytest.raises(NotFound):
        services.settle(proposal_id=uuid4(), confirm=True, actor=deputy, now=now)
