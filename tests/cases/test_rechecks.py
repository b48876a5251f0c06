"""What the machine decides: some of it is looked at again, as chance wants it; and what is not decided in time, the law may grant."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from onewindow.domain import sampling
from onewindow.domain.errors import Forbidden, NotFound
from onewindow.modules.cases import errors, jobs, models, selectors, services
from onewindow.modules.catalogue import services as catalogue
from onewindow.modules.identity.models import Post, User
from onewindow.modules.messages.models import Message
from onewindow.plumbing import approvals, personal
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from onewindow.plumbing.outbox import worker
from tests import rows
from tests.cases.conftest import Registers, service_states, states, task
from tests.cases.test_desk import accepted, approve, notice, registered
from tests.cases.town import FIRE, LIU, MARKET, MARKET_CHIEF, TAX, TOWN, WANG, WINDOW, officer

pytestmark = pytest.mark.django_db
Filing = Callable[..., models.Case]
DAY = timedelta(days=1)
TAX_CHIEF, TAX_HEAD = officer("tax-chief", "tax", "supervisor"), officer("tax-head", "tax", "leader")
SILENCE = "silence_grants: {since: 2020-01-01, legal_basis: [{title: 行政许可法, article: 第五十条}]}"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def with_guide(now: datetime, *, tax: str = "recheck_rate: 1", registration: str = "", food: str = "") -> None:
    """Load the town with other guides."""
    changed = TOWN.replace(
        "{fact: answer.staff, is: false}]}}\n    guide: {", f"{{fact: answer.staff, is: false}}]}}}}\n    guide: {{{tax}, "
    )
    for produced, more in (("[business-licence]\n", registration), ("[food-licence]\n    fee_fen: 12000\n", food)):
        changed = changed.replace(f"produces: {produced}    guide: {{", f"produces: {produced}    guide: {{{more}{', ' if more else ''}")
    catalogue.load_catalogue(files=[("town.yaml", changed)], actor=Actor.system("tests"), now=now)


def hire(*actors: Actor) -> None:
    for actor in actors:
        user = User.objects.create(id=actor.id, username=str(actor.id), display_name={"zh": "某人"}, email=f"{actor.known_id}@x.example")
        Post.objects.create(user=user, organisation_id=actor.organisation, roles=sorted(actor.roles))


@pytest.fixture
def decided(file: Filing, town: Registers, now: datetime) -> models.Case:
    """Registered by market; the tax office's part was decided by the machine, and drawn."""

    def build() -> models.Case:
        with_guide(now)
        hire(TAX, TAX_CHIEF)
        case = registered(file, now, staff=False)
        services.fetch_arrivals(case_id=case.pk, actor=Actor.system("tests"), now=now)
        return case

    return rows.once("a decision of the machine", build)


def test_a_drawn_decision_comes_to_the_desk_with_the_facts_it_went_by(decided: models.Case, now: datetime) -> None:
    assert service_states(decided)["tax"] == "completed"
    (row,) = selectors.rechecks(actor=TAX, now=now)
    assert (row.reference, row.due_date - now.date(), row.light) == (decided.reference, timedelta(days=14), "on_time")
    shown = selectors.recheck(decision_id=row.id, actor=TAX, now=now)
    assert [(fact.source_kind, fact.value) for fact in shown.facts] == [("produced", "91350100M000100Y43"), ("answer", False)]
    assert [(output.number[-2:], output.revoked) for output in shown.outputs] == [("02", False)]
    for stranger in (MARKET, FIRE, WANG, LIU):
        assert stranger.kind != "officer" or not selectors.rechecks(actor=stranger, now=now)
        with pytest.raises((Forbidden, NotFound)):
            selectors.recheck(decision_id=row.id, actor=stranger, now=now)
        with pytest.raises(Forbidden):
            services.answer_recheck(decision_id=row.id, outcome="right", actor=stranger, now=now)
    assert selectors.rechecks_waiting(actor=TAX, now=now + 20 * DAY) == selectors.ToRecheck(1, 1)
    assert "by_machine" in str([part.data for part in personal.held_about(WANG.known_id)])


@pytest.mark.own_database
def test_anybody_can_repeat_a_draw_from_the_log_and_chance_keeps_the_rate(decided: models.Case, now: datetime) -> None:
    (entry,) = [row for row in AuditEntry.objects.all() if "by_machine" in row.details]
    (draw,) = entry.details["by_machine"]
    assert sampling.is_drawn(draw["number"], case=decided.pk, service=draw["service"], rate=draw["rate"]) is draw["recheck"] is True
    shares = [sampling.is_drawn(f"{number:032x}", case=decided.pk, service="tax", rate=0.2) for number in range(4000)]
    assert 700 < sum(shares) < 900


def test_what_is_right_stands_at_the_case_and_what_is_wrong_leads_to_two_officers(
    decided: models.Case, now: datetime, client: Client
) -> None:
    (row,) = selectors.rechecks(actor=TAX, now=now)
    answer: dict[str, Any] = {"decision_id": row.id, "actor": TAX, "now": now}
    with pytest.raises(errors.RecheckOutcomeUnknown):
        services.answer_recheck(outcome="maybe", **answer)
    with pytest.raises(errors.ReasonMissing):
        services.answer_recheck(outcome="wrong", reason=" ", **answer)
    services.answer_recheck(outcome="wrong", reason="税务所不对", **answer)
    with pytest.raises(errors.RecheckDone):
        services.answer_recheck(outcome="right", **answer)
    while worker.run_once(now):
        pass
    assert Message.objects.filter(template="recheck-wrong").count() == 1, "the supervisor of the tax office hears of it"
    assert not decided.timeline.filter(code="rechecked").exists(), "nothing has changed for the applicant yet"
    (line,) = selectors.oversight(actor=TAX_CHIEF, now=now).machine
    assert (line.proven, line.drawn, line.right, line.wrong, line.still_valid) == (1, 1, 0, 1, 1)
    client.force_login(User.objects.get(pk=TAX.id), backend=BACKEND)
    client.cookies["onewindow-language"] = "en"
    (output,) = models.Output.objects.filter(case=decided, service="tax")
    onward = f"/staff/issued/{output.pk}/?recheck={row.id}"
    assert onward in client.get(f"/staff/rechecks/{row.id}/").content.decode()
    assert "税务所不对" in client.get(onward).content.decode(), "why, stands in the form of the withdrawal"
    grounds = {"sentence": "撤销。", "reason": "不实", "legal_basis": "行政许可法第69条"}
    proposal = services.revoke_output(output_id=output.pk, **grounds, actor=TAX, now=now)
    services.settle(proposal_id=proposal, confirm=True, actor=TAX_CHIEF, now=now)
    assert selectors.oversight(actor=TAX_CHIEF, now=now).machine[0].still_valid == 0
    with pytest.raises(Forbidden):
        selectors.oversight(actor=TAX, now=now)


@pytest.mark.own_database
def test_the_pages_of_a_second_look_take_its_answer(decided: models.Case, now: datetime, client: Client) -> None:
    (row,) = selectors.rechecks(actor=TAX, now=now)
    client.force_login(User.objects.get(pk=TAX_CHIEF.id), backend=BACKEND)
    client.cookies["onewindow-language"] = "en"
    assert "1 decision of the system to look at again" in client.get("/desk/").content.decode()
    assert "100%" in client.get("/staff/oversight/").content.decode()
    address = f"/staff/rechecks/{row.id}/"
    assert address in client.get("/staff/rechecks/").content.decode()
    refused = client.post(address, {"outcome": "wrong", "reason": ""})
    assert refused.status_code == errors.ReasonMissing.status
    assert client.post(address, {"outcome": "right", "reason": ""}).status_code == 302
    assert "right" in client.get("/staff/rechecks/?view=done").content.decode()
    assert decided.timeline.filter(code="rechecked").count() == 1


def test_without_a_rate_nothing_is_looked_at_again_and_everything_is_counted(file: Filing, now: datetime) -> None:
    case = registered(file, now, staff=False)
    services.fetch_arrivals(case_id=case.pk, actor=Actor.system("tests"), now=now)
    assert selectors.rechecks(actor=TAX, now=now) == ()
    assert models.MachineDecision.objects.get().due_date is None
    assert selectors.oversight(actor=TAX_CHIEF, now=now).machine[0].proven == 1


# --- silence ---


def at(now: datetime, days: int) -> datetime:
    return now + days * DAY


def test_silence_grants_once_where_the_law_says_so_and_everybody_hears_of_it(
    file: Filing, town: Registers, now: datetime, settings: Any
) -> None:
    settings.ONEWINDOW_SECOND_OFFICER = ["tax"]
    with_guide(now, tax=SILENCE)
    hire(TAX, TAX_CHIEF)
    case = registered(file, now)
    services.fetch_arrivals(case_id=case.pk, actor=Actor.system("tests"), now=now)
    step = task(case, "tax.confirm")
    due = step.due_date
    assert due is not None
    refusal = {"outcome": "refuse", "reason": "x", "sentence": "不予办理。"}
    assert services.decide(task_id=step.pk, **refusal, actor=TAX, now=now).proposed
    last = datetime(due.year, due.month, due.day, 15, 59, tzinfo=UTC)  # 23:59 in the city
    clockwork = Actor.system("tests")
    with pytest.raises(Forbidden):
        services.grant_by_silence(actor=TAX_CHIEF, now=last + DAY)
    assert services.grant_by_silence(actor=clockwork, now=last) == 0, "the last day is not over"
    with time_machine.travel(last + timedelta(minutes=2), tick=False):
        jobs.grant_by_silence(now=last + timedelta(minutes=2))
        jobs.grant_by_silence(now=last + timedelta(minutes=3))
        while worker.run_once(last + timedelta(minutes=4)):
            pass
    assert service_states(case)["tax"] == "completed"
    assert not approvals.is_open(kind="cases.refuse", subject_id=step.pk), "a refusal that nobody confirmed in time is no decision"
    assert models.Output.objects.filter(case=case, service="tax").count() == 1
    assert case.timeline.filter(code="granted-by-silence").count() == 1
    entry = AuditEntry.objects.get(action="cases.grant-by-silence")
    assert (entry.actor_kind, entry.actor_name, entry.details["service"]) == ("system", "cases.silence", "tax")
    assert sorted(Message.objects.values_list("template", flat=True)) == ["silence-granted", "silence-granted-here"]
    (row,) = selectors.rechecks(actor=TAX, now=last)
    found = selectors.recheck(decision_id=row.id, actor=TAX, now=last)
    assert (row.ground, found.law) == ("silence", "行政许可法 第五十条")
    assert {fact.value for fact in found.facts} == {"91350100M000100Y43", "第一税务所"}


@pytest.mark.own_database
def test_silence_grants_nothing_else(file: Filing, town: Registers, now: datetime) -> None:
    """A clock that stands still, a fee that is not paid, an output that only an officer can fill in, a service without such a law."""
    with_guide(now, tax="recheck_rate: 0", registration=SILENCE, food=SILENCE)
    case = accepted(file, now)
    clockwork, late = Actor.system("tests"), at(now, 40)
    assert services.grant_by_silence(actor=clockwork, now=late) == 0, "nobody knows the credit code but the officer"
    sent = notice(case, "registration.register", MARKET, now, ("element", "trade-name"))
    assert services.grant_by_silence(actor=clockwork, now=late) == 0, "it waits for the applicant"
    services.answer_notice(notice_id=sent.id, values={"trade-name": "老灶台"}, actor=WANG, now=now)
    approve(case, "registration.register", MARKET, now, uscc="91350100M000100Y43")
    for name, actor in (("food.inspect", MARKET), ("fire.inspect", FIRE)):
        services.complete_step(task_id=task(case, name).pk, finding="合格", actor=actor, now=now)
    assert services.grant_by_silence(actor=clockwork, now=late) == 0, "the fee of the food licence is not paid; fire has no such law"
    paid: dict[str, Any] = {"service": "food", "fee": "fee", "fen": 12000, "method": "cash", "receipt": "1", "actor": WINDOW}
    services.record_payment(case_id=case.pk, **paid, now=late)
    assert services.grant_by_silence(actor=clockwork, now=late + DAY) == 0, "the limit counts from the payment: nobody could decide before"
    services.suspend(task_id=task(case, "food.decide").pk, reason="论证", legal_basis="法", actor=MARKET, now=late)
    assert services.grant_by_silence(actor=clockwork, now=late + 30 * DAY) == 0, "its clock stands still"
    services.resume(task_id=task(case, "food.decide").pk, actor=MARKET, now=late + DAY)
    assert services.grant_by_silence(actor=clockwork, now=late + 30 * DAY) == 1
    assert (service_states(case)["food"], states(case)["fire.decide"]) == ("completed", "open")


# --- limits that have passed ---


def test_what_stays_late_comes_before_the_supervisor_and_then_before_the_leader(file: Filing, town: Registers, now: datetime) -> None:
    hire(TAX, TAX_CHIEF, TAX_HEAD)
    case = registered(file, now)
    services.fetch_arrivals(case_id=case.pk, actor=Actor.system("tests"), now=now)
    own = Message.objects.filter(template__startswith="overdue")
    for days, told in ((7, ["overdue"]), (8, ["overdue"]), (20, ["overdue", "overdue-again"]), (30, ["overdue", "overdue-again"])):
        moment = at(now, days)
        with time_machine.travel(moment, tick=False):
            jobs.escalate(now=moment)
            while worker.run_once(moment):
                pass
        assert sorted(own.values_list("template", flat=True)) == told, days
    assert case.timeline.filter(code="overdue-again", service="tax").count() == 1
    late = {line.service: (line.late, line.again) for line in selectors.oversight(actor=TAX_HEAD, now=at(now, 30)).late}
    assert late == {"tax": (1, 1)}
    assert selectors.inbox(actor=MARKET_CHIEF, now=at(now, 30)).counts["department-late"] == 0
