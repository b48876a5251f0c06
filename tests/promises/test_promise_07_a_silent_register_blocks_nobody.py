"""Promise 7, of the registers: whatever fails, nobody's filing is refused; all evidence arrives after, and no step runs ahead of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from onewindow.modules.cases import models, selectors, services
from onewindow.modules.exchange import services as exchange
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import Registers, registers, states, task, town
from tests.cases.town import LIU, MARKET, PDF, WANG, WINDOW

__all__ = ["registers", "town"]

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

FETCHER = Actor.system("cases.arrivals")
REASONS = ("down", "time-out", "garbage", "refused", "resting")
OUTAGE = timedelta(minutes=30)
TYPED = {"trade-name": "老灶台餐饮店", "property-number": "P-1", "seats": 48}
BY_HAND = {"address": "胜利路 88 号", "floor-area": 120}


class Failing:
    """Every register fails at random, each call for itself, until the outage is over."""

    def __init__(self, town: Registers, seed: int) -> None:
        self.town, self.random, self.share, self.failed = town, Random(seed), 0.7, 0

    def query(self, *, resource: str, **asked: Any) -> exchange.Answer:
        if self.random.random() < self.share:
            self.failed += 1
            raise exchange.SourceUnavailable(resource=resource, reason=self.random.choice(REASONS))
        return self.town.query(resource=resource, **asked)


def file(actor: Actor, now: datetime, *, area: int) -> UUID:
    """Fill the form in and file it, as somebody does who brings no paper that a register has."""
    draft = services.start_draft(event_id="open-a-restaurant", actor=actor, now=now).id
    info = services.save_answers(draft_id=draft, answers={"sign": False, "staff": True}, version=1, actor=actor, now=now)
    info = services.save_elements(draft_id=draft, values=TYPED, version=info.version, actor=actor, now=now)
    services.refresh_prefill(draft_id=draft, actor=actor, now=now)
    page = selectors.draft_page(draft_id=draft, actor=actor)
    asked = {row.element for row in page.fields}
    by_hand = {key: value for key, value in {**BY_HAND, "floor-area": area}.items() if key in asked}
    services.save_elements(draft_id=draft, values=by_hand, version=page.version, actor=actor, now=now)
    services.add_upload(
        draft_id=draft, evidence_type="layout", name="a.pdf", media_type="application/pdf", content=PDF, actor=actor, now=now
    )
    page = selectors.draft_page(draft_id=draft, actor=actor)
    assert page.ready, (page.missing, page.stuck)
    return services.file_case(draft_id=draft, idempotency_key=str(uuid4()), declared=True, actor=actor, now=now).case_id


def work(now: datetime) -> None:
    for case_id in selectors.cases_to_fetch(now=now):
        services.fetch_arrivals(case_id=case_id, actor=FETCHER, now=now)


def test_with_every_register_failing_for_half_an_hour_no_filing_is_refused_and_all_evidence_arrives_after(
    town: Registers, monkeypatch: pytest.MonkeyPatch, now: datetime, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    failing = Failing(town, seed=7)
    monkeypatch.setattr(exchange, "query", failing.query)
    filings = 300 if full_size else 8
    cases, waited = [], 0
    for number in range(filings):
        moment = now + OUTAGE * number / filings
        area = 120 if number % 2 else 95  # every other writes something else than the register holds
        cases.append(file(LIU if number % 3 else WANG, moment, area=area))
        case = models.Case.objects.get(pk=cases[-1])
        services.accept_all(case_id=case.pk, actor=WINDOW, now=moment)
        awaits = bool(case.plan.get("awaited"))
        waited += awaits
        assert states(case)["registration.register"] == ("waiting" if awaits else "open"), "no step runs ahead of its evidence"
        if awaits:
            assert [row.register_name for row in selectors.case_page(case_id=case.pk, actor=MARKET, now=moment).awaited]
        work(moment)
    assert waited, "the seed makes the property register silent for some"
    end, failing.share = now + OUTAGE, 0.0
    minutes = 0
    while selectors.cases_to_fetch(now=end + timedelta(days=1)):
        minutes += 1
        assert minutes <= 10
        work(end + timedelta(minutes=minutes))
    differing = 0
    for case in models.Case.objects.filter(pk__in=cases):
        assert not case.plan.get("awaited")
        assert task(case, "registration.register").state == "open"
        way = next(row for row in case.plan["evidence"] if row["service"] == "registration")
        assert (way["way"], way["by"]) == ("resource", "property-register")
        for row in case.values.filter(superseded_at=None, element__in=BY_HAND):
            assert "unchecked" not in (row.note or {}), "what was written because a register was silent is compared with it"
            if row.source_kind == "typed":
                differs = (row.note or {}).get("differs")
                assert bool(differs) == (row.value != {"address": "胜利路 88 号", "floor-area": 120}[row.element])
                differing += bool(differs)
        assert case.timeline.filter(code="source-silent").count() <= 1, "said once, not at every try"
    assert differing, "the officer sees where a register says otherwise, and what was written stays"
    figure(
        7,
        f"{filings} filed while every register failed {failing.failed} times in 30 minutes: 0 refused; "
        f"{waited} papers awaited, all there {minutes} min after",
    )
