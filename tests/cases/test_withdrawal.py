"""One service taken back at the window: what becomes of it, of those that wait for it, and what is written down."""

from collections.abc import Callable
from datetime import datetime

import pytest

from onewindow.domain import events
from onewindow.domain.errors import Forbidden, NotFound
from onewindow.modules.cases import models, selectors, services
from onewindow.modules.cases.errors import CaseClosed, ReasonMissing, ServiceDecided
from onewindow.modules.catalogue.services import load_catalogue
from onewindow.plumbing import outbox
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from tests.cases.conftest import service_states, states, task
from tests.cases.town import FIRE_CHIEF, MARKET, TOWN, USCC, WANG, WINDOW, officer

pytestmark = pytest.mark.django_db
OTHER_WINDOW = Actor(kind="officer", id=officer("w2", "hall").id, organisation="hall", roles=frozenset({"window"}))


def take_back(case: models.Case, service: str, now: datetime, *, actor: Actor = WINDOW, reason: str = "不再需要") -> None:
    services.withdraw_service(case_id=case.pk, service=service, reason=reason, actor=actor, now=now)


def test_a_service_taken_back_leaves_the_others_alone_and_says_why(
    file: Callable[..., models.Case], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    before = service_states(case)
    told: list[events.Event] = []
    monkeypatch.setattr(outbox, "record", lambda event, **_: told.append(event))
    take_back(case, "fire", now)
    assert service_states(case) == {**before, "fire": "withdrawn"}
    assert {state for name, state in states(case).items() if name.startswith("fire.")} == {"done", "skipped"}
    row = models.CaseService.objects.get(case=case, service="fire")
    assert (row.reason_code, row.decided_at) == ("不再需要", now)
    line = next(line for line in selectors.timeline(case_id=case.pk, actor=WANG, now=now) if line.code == "service-withdrawn-on-request")
    assert line.values["reason"] == "不再需要"
    entry = AuditEntry.objects.get(action="cases.withdraw-service")
    assert entry.details == {"service": "fire"}
    assert [(event.service, event.because_of) for event in told if isinstance(event, events.ServiceWithdrawn)] == [("fire", "")]


@pytest.mark.parametrize(("rule", "fate"), [("withdraw", "withdrawn"), ("wait", "on-hold"), ("continue", "filed")])
def test_what_waits_for_it_fares_as_after_a_refusal(file: Callable[..., models.Case], now: datetime, rule: str, fate: str) -> None:
    changed = TOWN.replace("    applicant: natural\n", f"    applicant: natural\n    on_refusal: {{registration: {rule}}}\n")
    load_catalogue(files=[("town.yaml", changed)], actor=Actor.system("tests"), now=now)
    case = file()
    take_back(case, "registration", now)
    assert service_states(case)["registration"] == "withdrawn"
    assert service_states(case)["tax"] == fate


def test_a_held_service_can_be_taken_back_by_any_window_and_the_case_then_ends(file: Callable[..., models.Case], now: datetime) -> None:
    case = file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    with pytest.raises(NotFound):
        selectors.case_page(case_id=case.pk, actor=OTHER_WINDOW, now=now)
    models.CaseService.objects.filter(case=case, service="tax").update(state="on-hold")
    page = selectors.case_page(case_id=case.pk, actor=OTHER_WINDOW, now=now)
    assert "tax" in {act.service for act in page.acts if act.code == "withdraw_service"}
    assert page.values == (), "the window sees that it stands still, not what is in it"
    found = selectors.inbox(actor=OTHER_WINDOW, filter=selectors.InboxFilter(view="done", text=case.reference), now=now)
    assert found.total == 1
    for name in ("tax", "food", "fire", "registration"):
        if service_states(case)[name] != "withdrawn":
            take_back(case, name, now, actor=OTHER_WINDOW)
    case.refresh_from_db()
    assert case.state == "withdrawn"
    with pytest.raises(CaseClosed):
        take_back(case, "tax", now)


def test_only_the_window_takes_a_service_back_and_never_in_a_case_of_ones_own(file: Callable[..., models.Case], now: datetime) -> None:
    case = file()
    own = Actor(kind="officer", id=WANG.id, organisation="hall", roles=frozenset({"window"}))
    for actor in (MARKET, FIRE_CHIEF, WANG, own):
        with pytest.raises(Forbidden):
            take_back(case, "fire", now, actor=actor)
    assert "withdrawn" not in service_states(case).values()


def test_a_reason_is_needed_and_what_is_decided_stays(file: Callable[..., models.Case], now: datetime) -> None:
    case = file()
    with pytest.raises(ReasonMissing):
        take_back(case, "fire", now, reason=" \x00 ")
    with pytest.raises(NotFound):
        take_back(case, "sign", now)
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    services.decide(task_id=task(case, "registration.register").pk, outcome="approve", output_values={"uscc": USCC}, actor=MARKET, now=now)
    with pytest.raises(ServiceDecided):
        take_back(case, "registration", now)
    assert service_states(case)["registration"] == "completed"
