"""Numbers on what is issued: readable, of a sensible length, and never on two documents of one kind."""

from collections.abc import Callable
from datetime import datetime

import pytest

from onewindow.modules.cases import models, services
from onewindow.modules.cases.errors import ValuesRefused
from onewindow.modules.catalogue.services import load_catalogue
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import task
from tests.cases.town import FIRE, LIU, MARKET, TOWN, TYPED, USCC, WINDOW

pytestmark = pytest.mark.django_db
OTHER_USCC = "92239900MA7LTHK865"


def ready(file: Callable[..., models.Case], now: datetime, uscc: str = USCC, **options: object) -> models.Case:
    """Return a case in which the food licence only waits for its decision."""
    case = file(**options)
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    services.decide(task_id=task(case, "registration.register").pk, outcome="approve", output_values={"uscc": uscc}, actor=MARKET, now=now)
    for name, actor in (("food.inspect", MARKET), ("fire.inspect", FIRE)):
        services.complete_step(task_id=task(case, name).pk, finding="好", actor=actor, now=now)
    services.record_payment(case_id=case.pk, service="food", fee="fee", fen=12000, method="cash", receipt="R", actor=WINDOW, now=now)
    return case


def issue(case: models.Case, now: datetime, number: str) -> str:
    services.decide(task_id=task(case, "food.decide").pk, outcome="approve", output_values={"food-number": number}, actor=MARKET, now=now)
    return str(models.Output.objects.get(case=case, evidence_type="food-licence").values["food-number"])


@pytest.mark.parametrize(
    "number", ["JY22399000012685", "云水排字第2026-0417号", "云消检字〔2026〕第0316号", "（2026）12/3 №4", "第四十二号"]
)
def test_numbers_as_offices_write_them_are_taken(file: Callable[..., models.Case], now: datetime, number: str) -> None:
    assert issue(ready(file, now), now, f"  {number} ") == number


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("同意", "number-unreadable"),
        ("!!!", "number-unreadable"),
        ("JY2\u200b399", "number-unreadable"),
        ("JY2\u202e993", "number-unreadable"),
        ("JY2😀", "number-unreadable"),
        ("<b>1</b>", "number-unreadable"),
        ("12", "number-length"),
        ("9" * 61, "number-length"),
        ("a\x00b1", "value-refused"),
    ],
)
def test_what_is_no_number_is_refused_at_its_field_and_nothing_is_issued(
    file: Callable[..., models.Case], now: datetime, number: str, code: str
) -> None:
    case = ready(file, now)
    with pytest.raises(ValuesRefused) as refused:
        issue(case, now, number)
    assert {name: error.code for name, error in refused.value.errors.items()} == {"food-number": code}
    assert not models.Output.objects.filter(case=case, evidence_type="food-licence").exists()
    assert task(case, "food.decide").state == "open"


def test_a_number_that_another_licence_carries_is_refused_however_it_is_written(file: Callable[..., models.Case], now: datetime) -> None:
    first = ready(file, now)
    issue(first, now, "JY2399")
    second = ready(file, now, uscc=OTHER_USCC, actor=LIU, typed={**TYPED, "trade-name": "东湖小馆"})
    with pytest.raises(ValuesRefused) as refused:
        issue(second, now, "ＪＹ 2399")
    (error,) = refused.value.errors.values()
    assert error.code == "number-taken"
    assert first.reference in str(error)
    assert issue(second, now, "JY2400") == "JY2400"


def test_the_same_place_keeps_its_number_when_its_licence_is_renewed(file: Callable[..., models.Case], now: datetime) -> None:
    issue(ready(file, now), now, "JY2399")
    assert issue(ready(file, now), now, "JY2399") == "JY2399"


def test_the_code_of_a_business_is_given_to_one_business_only(file: Callable[..., models.Case], now: datetime) -> None:
    ready(file, now)
    with pytest.raises(ValuesRefused):
        ready(file, now, actor=LIU, typed={**TYPED, "trade-name": "东湖小馆"})


def test_a_taken_number_is_refused_when_it_is_written_not_when_the_licence_is_handed_over(
    file: Callable[..., models.Case], now: datetime
) -> None:
    decide = "      - {id: decide, kind: decision, limit_days: 3}\n    produces: [food-licence]"
    assert decide in TOWN
    longer = TOWN.replace(decide, decide.replace("\n", "\n      - {id: deliver, kind: delivery, limit_days: 1}\n", 1))
    load_catalogue(files=[("town.yaml", longer)], actor=Actor.system("tests"), now=now)
    first = ready(file, now)
    number = {"food-number": "JY2399"}
    services.decide(task_id=task(first, "food.decide").pk, outcome="approve", output_values=number, actor=MARKET, now=now)
    services.complete_step(task_id=task(first, "food.deliver").pk, actor=MARKET, now=now)
    second = ready(file, now, uscc=OTHER_USCC, actor=LIU, typed={**TYPED, "trade-name": "东湖小馆"})
    with pytest.raises(ValuesRefused):
        services.decide(task_id=task(second, "food.decide").pk, outcome="approve", output_values=number, actor=MARKET, now=now)
    assert task(second, "food.decide").state == "open"
