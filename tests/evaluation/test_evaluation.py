"""Applicants judge each act once, without their name; who was not satisfied is answered; scores are public in groups."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client

from onewindow.domain.errors import Forbidden, NotFound
from onewindow.modules.cases import models as case_models
from onewindow.modules.cases import services as cases
from onewindow.modules.evaluation import models, selectors, services
from onewindow.modules.identity.models import Organisation, Post, User
from onewindow.modules.messages.models import Message
from onewindow.plumbing import clock, personal
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from onewindow.plumbing.outbox import worker
from tests.cases.conftest import Registers, file, registers, task, town
from tests.cases.town import LIU, MARKET, MARKET_CHIEF, USCC, WANG, WINDOW

__all__ = ["file", "registers", "town"]
pytestmark = pytest.mark.django_db
Filing = Callable[..., case_models.Case]
WORDS = "等了很久，也没有人解释。"
BAD = {"node": "decision", "subject": "registration", "level": 2, "indicators": {"efficiency": 1, "guide": 4}, "words": WORDS}


@pytest.fixture
def case(file: Filing, town: Registers, now: datetime, monkeypatch: pytest.MonkeyPatch) -> case_models.Case:
    """Accepted at the counter of the hall, registered by market; the rest is under way."""
    monkeypatch.setattr(clock, "now", lambda: now)
    Organisation.objects.create(id="hall", name={"zh": "政务大厅", "en": "Service hall"})
    for actor in (MARKET, MARKET_CHIEF):
        user = User.objects.create(id=actor.id, username=str(actor.id), display_name={"zh": "某人"}, email=f"{actor.id}@x.example")
        Post.objects.create(user=user, organisation_id="market", roles=["officer", "supervisor"])
    found = file()
    cases.accept_all(case_id=found.pk, actor=WINDOW, now=now)
    register = task(found, "registration.register").pk
    cases.decide(task_id=register, outcome="approve", output_values={"uscc": USCC}, actor=MARKET, now=now)
    return found


def told(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def test_each_act_that_was_done_is_judged_once_by_whose_case_it_is(case: case_models.Case, now: datetime) -> None:
    acts = selectors.of_case(case_id=case.pk, actor=WANG, now=now)
    assert [(row.node, row.channel, row.subject) for row in acts] == [
        ("acceptance", "counter", "hall"),
        ("decision", "online", "registration"),
    ]
    with pytest.raises(services.NothingToEvaluate):
        services.evaluate(case_id=case.pk, node="decision", subject="food", level=5, actor=WANG, now=now)
    for wrong in ({"level": 6}, {"level": True}, {"indicators": {"guide": 0}}):
        with pytest.raises(services.LevelUnknown):
            services.evaluate(case_id=case.pk, **{**BAD, **wrong}, actor=WANG, now=now)
    with pytest.raises(services.IndicatorUnknown):
        services.evaluate(case_id=case.pk, **{**BAD, "indicators": {"attitude": 5}}, actor=WANG, now=now)
    for stranger in (LIU, MARKET, MARKET_CHIEF):
        with pytest.raises(NotFound):
            services.evaluate(case_id=case.pk, **BAD, actor=stranger, now=now)
    made = services.evaluate(case_id=case.pk, **BAD, actor=WANG, now=now)
    assert made.call_back_until == date(2026, 4, 3), "fifteen working days from Friday 13 March"
    with pytest.raises(services.AlreadyEvaluated):
        services.evaluate(case_id=case.pk, **{**BAD, "level": 5}, actor=WANG, now=now)
    good = services.evaluate(case_id=case.pk, node="acceptance", subject="hall", level=3, actor=WANG, now=now)
    assert good.call_back_until is None
    assert [row.level for row in selectors.of_case(case_id=case.pk, actor=WANG, now=now)] == [3, 2]
    assert set(AuditEntry.objects.filter(action="evaluation.evaluate").values_list("subject_id", flat=True)) == {
        str(made.id),
        str(good.id),
    }


def test_who_answers_a_bad_one_learns_neither_whose_it_is_nor_answers_for_their_own_work(case: case_models.Case, now: datetime) -> None:
    made = services.evaluate(case_id=case.pk, **BAD, actor=WANG, now=now)
    worker.run_once(now)
    (letter,) = Message.objects.filter(template="call-back")
    assert letter.channel == "email", "to the chief alone: the officer who decided is a supervisor too, and would know whose it is"
    assert selectors.call_backs(actor=MARKET_CHIEF, now=now)[0].words == WORDS
    shown = told([asdict(row) for row in selectors.call_backs(actor=MARKET_CHIEF, now=now)])
    for secret in (str(case.pk), case.reference, "王丽", "老灶台", str(WANG.id), "2026-03-13"):
        assert secret not in shown
    decider = Actor("officer", MARKET.id, "market", frozenset({"officer", "supervisor"}))
    assert selectors.call_backs(actor=decider, now=now) == ()
    for nobody in (decider, WANG, LIU):
        with pytest.raises(Forbidden):
            services.answer_call_back(evaluation_id=made.id, answer="x", actor=nobody, now=now)
    with pytest.raises(services.AnswerMissing):
        services.answer_call_back(evaluation_id=made.id, answer=" ", actor=MARKET_CHIEF, now=now)
    late = now + timedelta(days=30)
    assert (selectors.waiting(actor=MARKET_CHIEF, now=now), selectors.waiting(actor=MARKET_CHIEF, now=late)) == (
        selectors.Waiting(1, 0),
        selectors.Waiting(1, 1),
    )
    services.answer_call_back(evaluation_id=made.id, answer="已向您解释并改进。", actor=MARKET_CHIEF, now=late)
    with pytest.raises(services.AlreadyAnswered):
        services.answer_call_back(evaluation_id=made.id, answer="又一次", actor=MARKET_CHIEF, now=late)
    assert selectors.call_backs(actor=MARKET_CHIEF, now=late) == ()
    assert len(selectors.call_backs(answered=True, actor=MARKET_CHIEF, now=late)) == 1
    assert selectors.of_case(case_id=case.pk, actor=WANG, now=late)[1].answer == "已向您解释并改进。"


def test_public_scores_move_five_evaluations_at_a_time(case: case_models.Case, now: datetime, client: Client) -> None:
    services.evaluate(case_id=case.pk, **BAD, actor=WANG, now=now)
    services.evaluate(case_id=case.pk, node="acceptance", subject="hall", level=5, actor=WANG, now=now)
    assert selectors.scores() == ()
    hall = models.Score.objects.get(subject="hall")
    hall.waiting = [3, 1, 0, 0, 0]
    hall.save()
    models.Evaluation.objects.all().delete()
    services.evaluate(case_id=case.pk, node="acceptance", subject="hall", level=1, actor=WANG, now=now)
    office, score = selectors.scores()
    assert (office.node, office.subject, office.counts) == ("organisation", "hall", score.counts)
    assert (score.subject, score.counts, score.total, score.satisfied_percent) == ("hall", (3, 1, 0, 0, 1), 5, 80)
    assert "80%" in client.get("/scores/", headers={"Accept-Language": "en"}).content.decode()
    assert client.get("/api/v1/scores").json()[0]["counts"] == [3, 1, 0, 0, 1]


def test_evaluations_are_handed_out_with_ones_data_and_go_with_their_case(case: case_models.Case, now: datetime) -> None:
    services.evaluate(case_id=case.pk, **BAD, actor=WANG, now=now)
    assert WORDS in told([part.data for part in personal.held_about(WANG.known_id)])
    assert WORDS not in told([part.data for part in personal.held_about(LIU.known_id)])
    cases.withdraw(case_id=case.pk, actor=WANG, now=now)
    personal.retain(actor=Actor.system("retention"), now=now + timedelta(days=4000))
    assert not models.Evaluation.objects.exists()
    assert models.Score.objects.get().waiting == [0, 0, 0, 1, 0], "what was counted stays counted"


def test_a_tap_on_the_page_of_the_case_leads_to_an_evaluation_and_its_answer(case: case_models.Case, client: Client) -> None:
    client.force_login(User.objects.get(pk=WANG.id), backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["onewindow-language"] = "en"
    address = f"/cases/{case.pk}/evaluate/decision/registration/"
    assert f"{address}?level=2" in client.get(f"/cases/{case.pk}/").content.decode()
    assert 'value="2" id="level-2" checked' in client.get(f"{address}?level=2").content.decode()
    nothing = client.post(address, {"words": WORDS})
    assert nothing.status_code == 422
    assert WORDS in nothing.content.decode(), "what was typed stays"
    sent = client.post(address, {"level": "2", "guide": "4", "words": WORDS}, follow=True).content.decode()
    assert "Dissatisfied" in sent
    assert WORDS in sent
    assert client.get(address).status_code == 302, "it counts once"
    said = {"node": "acceptance", "subject": "hall", "level": 2, "indicators": {"attitude": 1}}
    again = [
        client.post(f"/api/v1/cases/{case.pk}/evaluations", said, content_type="application/json", headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert again[0].status_code == 201
    assert again[0].json() == again[1].json()

    client.force_login(User.objects.get(pk=MARKET_CHIEF.id), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "1 bad evaluation to call back" in client.get("/desk/").content.decode()
    page = client.get("/staff/call-backs/").content.decode()
    assert WORDS in page
    assert case.reference not in page
    (row,) = models.Evaluation.objects.filter(organisation="market")
    assert client.post(f"/staff/call-backs/{row.pk}/", {"answer": ""}).status_code == 422
    assert client.post(f"/staff/call-backs/{row.pk}/", {"answer": "已改进。"}).status_code == 302
