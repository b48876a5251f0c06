"""One restaurant from the first answer to the last decision."""

from collections.abc import Callable
from datetime import datetime

import pytest

from onewindow.modules.cases import models, services
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import service_states, states, task
from tests.cases.town import FIRE, MARKET, TAX, USCC, WINDOW

pytestmark = pytest.mark.django_db


def test_a_restaurant_is_filed_once_and_every_licence_comes_of_it(file: Callable[..., models.Case], now: datetime) -> None:
    case = file()
    assert states(case)["registration.accept"] == "open"
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    services.decide(task_id=task(case, "registration.register").pk, outcome="approve", output_values={"uscc": USCC}, actor=MARKET, now=now)
    services.fetch_arrivals(case_id=case.pk, actor=Actor.system("tests"), now=now)
    print(states(case), service_states(case))
    services.complete_step(task_id=task(case, "food.inspect").pk, finding="合格", actor=MARKET, now=now)
    services.complete_step(task_id=task(case, "fire.inspect").pk, finding="合格", actor=FIRE, now=now)
    services.record_payment(case_id=case.pk, service="food", fee="fee", fen=12000, method="cash", receipt="R1", actor=WINDOW, now=now)
    services.decide(task_id=task(case, "fire.decide").pk, outcome="approve", actor=FIRE, now=now)
    services.decide(task_id=task(case, "food.decide").pk, outcome="approve", output_values={"food-number": "JY1"}, actor=MARKET, now=now)
    services.decide(task_id=task(case, "tax.confirm").pk, outcome="approve", actor=TAX, now=now)
    case.refresh_from_db()
    print(states(case), service_states(case))
    assert case.state == "completed"
