"""The receipt on paper: what came in, for whom, by when it is decided; and how long such things took lately."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onewindow.domain.durations import Measured
from onewindow.domain.errors import NotFound
from onewindow.modules.cases import models, receipt, selectors, services
from onewindow.modules.cases.selectors import receipts
from onewindow.plumbing import accesses
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import task
from tests.cases.town import FIRE, LIU, RESIDENT_ID, WANG, WINDOW

pytestmark = pytest.mark.django_db
STATUS = "https://city.example/status/"


def on_paper(case: models.Case, actor: Actor, now: datetime, language: str = "en") -> dict[str, Any]:
    page = selectors.case_page(case_id=case.pk, actor=actor, now=now)
    return receipt.content(page, limits=receipts._limits(page), status_page=STATUS, language=language)


def test_a_receipt_says_what_came_in_for_whom_and_by_when_each_service_is_decided(file: Callable[..., models.Case], now: datetime) -> None:
    case = file()
    looked = len(accesses.of_person(WANG.id, limit=50))
    made = selectors.receipt(case_id=case.pk, language="zh-hans", status_page=STATUS, actor=FIRE, now=now)
    assert made.content.startswith(b"%PDF")
    assert len(accesses.of_person(WANG.id, limit=50)) == looked + 1, "an officer's receipt is a look at the case"
    with pytest.raises(NotFound):
        selectors.receipt(case_id=case.pk, language="en", status_page=STATUS, actor=LIU, now=now)

    told = on_paper(case, WANG, now)
    facts, parts = dict(told["facts"]), {part["head"]: dict(part["lines"]) for part in told["parts"]}
    assert facts == {"Reference number": case.reference, "Received": "2026-03-13 09:30 (UTC+0800)", "Applicant": "王丽", **rest(facts)}
    limits = {row["name"]: (row["limit"], row["due"]) for row in told["services"]}
    assert limits["Registration"] == ("4 working days", "2026-03-19")  # a day at the window, three to decide; a weekend between
    assert limits["Food licence"] == ("8 working days", "2026-03-25")
    assert parts["Attached"] == {"Layout": "布局图.pdf, 2026-03-13"}
    assert parts["What was stated"]["Seats"] == "48"
    assert parts["Fees"] == {"Food licence": "¥120.00\nFee"}
    assert case.reference not in told["word"]["how"]
    assert RESIDENT_ID not in str(on_paper(case, FIRE, now)), "what an officer sees masked is masked on paper"
    assert {part["head"] for part in on_paper(case, WANG, now, "ru")["parts"]} >= {"Приложено", "Плата"}


def rest(facts: dict[str, str]) -> dict[str, str]:
    return {name: facts[name] for name in ("Name of the undertaking",) if name in facts}


def test_what_was_put_right_later_is_dated_on_the_receipt(file: Callable[..., models.Case], now: datetime) -> None:
    case, later = file(), now + timedelta(days=3)
    items = [services.NoticeItem("element", "seats", "x")]
    sent = services.request_correction(task_id=task(case, "fire.accept").pk, items=items, due_days=5, actor=FIRE, now=now)
    services.answer_notice(notice_id=sent.id, values={"seats": 42}, uploads=[], actor=WANG, now=later)
    parts = {part["head"]: dict(part["lines"]) for part in on_paper(case, WANG, later)["parts"]}
    assert parts["What was stated"]["Seats"] == "42 (put right on 2026-03-16)"


def test_how_long_it_took_lately_is_told_from_twenty_cases_on_in_one_query(file: Callable[..., models.Case], now: datetime) -> None:
    case = file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    decided(case, "fire", now, [*range(19)])
    assert selectors.measured(services=["fire", "food"], now=now) == {}, "nineteen would show too much of each"
    decided(case, "fire", now, [3, 200])
    decided(case, "food", now, [30] * 19, since=timedelta(days=400))
    with CaptureQueriesContext(connection) as asked:
        found = selectors.measured(services=["fire", "food", "none-such"], now=now)
    assert found == {"fire": Measured(cases=21, p50_days=7, p90_days=14)}, "Wednesday of last week; the make-up Saturday counts"
    assert len(asked) <= 2, "one for the decisions, one for whether the calendar changed"
    decided(case, "fire", now + timedelta(days=1), [0] * 100)
    assert selectors.measured(services=["fire"], now=now + timedelta(days=1))["fire"] == Measured(100, 0, 0), "the newest hundred"
    assert selectors.measured(services=[], now=now) == {}


def decided(case: models.Case, service: str, now: datetime, took: list[int], since: timedelta = timedelta(0)) -> None:
    """Copy a case until there are some with this service decided; each took so many days.  Unit: calendar days."""
    row = case.services.get(service=service)
    for days in took:
        filed_at = now - since - timedelta(days=days)
        twin = _like(case, id=uuid.uuid4(), reference=uuid.uuid4().hex[:20], filed_at=filed_at)
        twin.save(force_insert=True)
        _like(row, pk=None, case_id=twin.pk, state="completed", decided_at=now - since).save(force_insert=True)


def _like(row: Any, **own: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    return type(row)(**{**values, **own})
