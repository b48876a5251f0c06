"""Promise 27: an adverse status needs evidence and a second officer. Random officers try every way; nothing adverse happens by one hand."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from onewindow.domain.errors import DomainError, Forbidden
from onewindow.modules.cases import models, selectors, services
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.proposals import Proposal
from tests.cases.conftest import file, registers, service_states, task, town
from tests.cases.town import FIRE, FIRE_CHIEF, LIU, MARKET, MARKET_CHIEF, TAX, USCC, WANG, WINDOW, officer

__all__ = ["file", "registers", "town"]

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

Filing = Callable[..., models.Case]
MARKET_TWO = officer("market-two", "market")
PEOPLE = (WANG, LIU, MARKET, MARKET_TWO, MARKET_CHIEF, FIRE, FIRE_CHIEF, TAX, WINDOW, Actor.anonymous())
GROUNDS = {"sentence": "予以撤销。", "reason": "提交的材料不实", "legal_basis": "行政许可法第六十九条"}


def issued(file: Filing, now: datetime) -> tuple[models.Case, models.Output]:
    case = file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    register = task(case, "registration.register").pk
    services.decide(task_id=register, outcome="approve", output_values={"uscc": USCC}, actor=MARKET, now=now)
    return case, models.Output.objects.get(case=case)


def refuse(case: models.Case, actor: Actor, now: datetime) -> services.Decided:
    accept = task(case, "food.accept").pk
    return services.decide(task_id=accept, outcome="refuse", sentence="不予许可。", reason="不符合条件", actor=actor, now=now)


def test_what_was_issued_holds_until_a_second_officer_confirms(file: Filing, now: datetime) -> None:
    case, output = issued(file, now)
    before = selectors.case_page(case_id=case.pk, actor=WANG, now=now)
    proposal = services.revoke_output(output_id=output.pk, **GROUNDS, actor=MARKET, now=now)
    assert selectors.case_page(case_id=case.pk, actor=WANG, now=now) == before, "the applicant sees no change"
    assert [row.number for row in selectors.held(actor=WANG)] == [output.number]
    for nobody in (MARKET, FIRE_CHIEF, TAX, WINDOW, WANG, Actor.system("x")):
        with pytest.raises(Forbidden):
            services.settle(proposal_id=proposal, confirm=True, actor=nobody, now=now)
    assert [row.id for row in selectors.proposals_waiting(actor=MARKET_CHIEF, now=now)] == [proposal]
    assert selectors.proposals_waiting(actor=MARKET, now=now) == ()
    services.settle(proposal_id=proposal, confirm=True, actor=MARKET_CHIEF, now=now)
    output.refresh_from_db()
    assert output.revocation["by"] == [str(MARKET.id), str(MARKET_CHIEF.id)]
    assert selectors.held(actor=WANG) == ()


@pytest.mark.parametrize("missing", sorted(GROUNDS))
def test_without_evidence_law_or_sentence_nothing_is_even_proposed(missing: str, file: Filing, now: datetime) -> None:
    _, output = issued(file, now)
    with pytest.raises(DomainError):
        services.revoke_output(output_id=output.pk, **{**GROUNDS, missing: " "}, actor=MARKET, now=now)
    assert not Proposal.objects.exists()


def test_where_the_body_wants_it_a_refusal_is_only_proposed(file: Filing, now: datetime, settings: Any) -> None:
    settings.ONEWINDOW_SECOND_OFFICER = ["food"]
    case = file()
    before = service_states(case)
    assert refuse(case, MARKET, now).proposed
    assert service_states(case) == before
    with pytest.raises(DomainError, match="waits for a second officer"):
        refuse(case, MARKET_TWO, now)
    proposal = Proposal.objects.get()
    with pytest.raises(DomainError, match="reason"):
        services.settle(proposal_id=proposal.pk, confirm=False, actor=MARKET_TWO, now=now)
    services.settle(proposal_id=proposal.pk, confirm=False, reason="证据不足", actor=MARKET_TWO, now=now)
    assert service_states(case) == before
    refuse(case, MARKET, now)
    services.settle(proposal_id=Proposal.objects.get(state="open").pk, confirm=True, actor=MARKET_TWO, now=now)
    assert service_states(case)["food"] == "refused"
    assert models.CaseService.objects.get(case=case, service="food").decided_by == MARKET_TWO.id


def test_a_service_that_the_body_did_not_name_is_refused_by_one(file: Filing, now: datetime, settings: Any) -> None:
    settings.ONEWINDOW_SECOND_OFFICER = ["fire"]
    case = file()
    assert not refuse(case, MARKET, now).proposed
    assert service_states(case)["food"] == "refused"


def test_a_refusal_that_waited_is_void_once_the_applicant_has_withdrawn(file: Filing, now: datetime, settings: Any) -> None:
    settings.ONEWINDOW_SECOND_OFFICER = ["*"]
    case = file()
    refuse(case, MARKET, now)
    services.withdraw(case_id=case.pk, actor=WANG, now=now)
    with pytest.raises(DomainError, match="withdrawn"):
        services.settle(proposal_id=Proposal.objects.get().pk, confirm=True, actor=MARKET_TWO, now=now)
    assert Proposal.objects.get().state == "open"


def test_the_database_itself_takes_no_confirmation_by_one_hand(file: Filing, now: datetime) -> None:
    _, output = issued(file, now)
    services.revoke_output(output_id=output.pk, **GROUNDS, actor=MARKET, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(state="confirmed", settled_by=MARKET.id)


def test_no_order_of_acts_by_one_person_brings_anything_adverse(
    file: Filing, now: datetime, settings: Any, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    settings.ONEWINDOW_SECOND_OFFICER = ["*"]
    case, output = issued(file, now)
    steps, bypasses, adverse = 4000 if full_size else 40, 0, 0
    dice = random.Random(27)
    for _ in range(steps):
        spot = transaction.savepoint()
        for actor in (dice.choice(PEOPLE),) * dice.randrange(1, 5):
            _one_act(dice, case, output, actor, now)
        bypasses += _fell(case, output)
        transaction.savepoint_rollback(spot)
        spot = transaction.savepoint()
        for actor in dice.choices(PEOPLE, k=6):
            _one_act(dice, case, output, actor, now)
        adverse += _fell(case, output)
        settled = Proposal.objects.filter(state="confirmed")
        assert all(row.settled_by != row.proposed_by for row in settled)
        assert _fell(case, output) <= settled.count()
        transaction.savepoint_rollback(spot)
    figure(27, f"{bypasses} bypasses in {steps:,} orders of acts by one person; by two, {adverse} came about")
    assert bypasses == 0
    assert adverse > 0, "two officers can: else this proves nothing"


def _one_act(dice: random.Random, case: models.Case, output: models.Output, actor: Actor, now: datetime) -> None:
    waiting: list[UUID] = list(Proposal.objects.filter(state="open").values_list("pk", flat=True))
    open_task = dice.choice(list(models.Task.objects.filter(case=case, service__in=("food", "fire"))))
    acts: list[Callable[[], object]] = [
        lambda: services.revoke_output(output_id=output.pk, **GROUNDS, actor=actor, now=now),
        lambda: services.decide(task_id=open_task.pk, outcome="refuse", sentence="不", reason="r", actor=actor, now=now),
        *(lambda one=one: services.settle(proposal_id=one, confirm=True, actor=actor, now=now) for one in waiting),
        *(lambda one=one: services.settle(proposal_id=one, confirm=False, reason="r", actor=actor, now=now) for one in waiting),
    ]
    try:
        with transaction.atomic():
            dice.choice(acts)()
    except DomainError:
        pass


def _fell(case: models.Case, output: models.Output) -> int:
    refused = models.CaseService.objects.filter(case=case, state="refused").count()
    return refused + models.Output.objects.filter(pk=output.pk).exclude(revoked_at=None).count()
