"""“Not right?”: the owner of the register has it on the desk, answers within a limit, and the person reads the answer at the case."""

from typing import Any
from uuid import uuid4

import pytest

from onewindow.modules.cases import services as cases
from onewindow.modules.exchange.models import Correction
from onewindow.modules.messages.models import Message
from onewindow.plumbing import clock
from onewindow.plumbing.models import AuditEntry
from onewindow.plumbing.outbox import worker
from tests.cases.conftest import prepare
from tests.cases.town import CITY, MARKET, WANG
from tests.web.desk_town import Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = pytest.mark.django_db

LIST = "/staff/corrections/"


def test_a_disputed_value_is_answered_by_the_owner_of_the_register_and_the_person_reads_it(
    desk: Desk, django_capture_on_commit_callbacks: Any
) -> None:
    draft = prepare(desk.now)
    cases.dispute_prefill(draft_id=draft, element="address", note="门牌换了", actor=WANG, now=desk.now)
    cases.dispute_prefill(draft_id=draft, element="address", note="门牌去年换了", actor=WANG, now=desk.now)
    (row,) = Correction.objects.all()
    assert (row.organisation, row.resource, row.element, row.reference) == ("city", "property-register", "address", "")
    assert row.said == {"value": "胜利路 88 号", "keys": {"property-number": "P-1"}, "note": "门牌去年换了"}
    sealed = Correction.objects.values_list("said", flat=True).get()
    assert "门牌".encode() not in bytes(sealed), "what people say lies sealed"
    cases.save_elements(draft_id=draft, values={"address": "胜利路 90 号"}, version=3, actor=WANG, now=desk.now)
    filed = cases.file_case(draft_id=draft, idempotency_key=str(uuid4()), declared=True, actor=WANG, now=desk.now)

    shown = desk.get(CITY, LIST, language="en")
    assert "胜利路 88 号" in shown.text
    assert "门牌去年换了" in shown.text
    assert "P-1" in shown.text
    assert filed.reference in shown.text
    assert "sla--on_time" in shown.document.xpath("string(//section[h2]//span[contains(@class, 'sla')]/@class)")
    assert "门牌" not in desk.get(MARKET, LIST).text, "no other organisation's affair"
    answer = f"{LIST}{row.pk}/"
    assert desk.post(MARKET, answer, {"outcome": "stands", "sentence": "x"}).status == 403
    missing = desk.post(CITY, answer, {"outcome": "", "sentence": "说到一半"}, language="en")
    assert (missing.status, "说到一半" in missing.text) == (422, True)
    desk.wait(days=10)
    assert "sla--late" in str(desk.get(CITY, LIST).document.xpath("//section//span/@class"))
    case = f"/cases/{filed.case_id}/"
    assert "answer by" in desk.get(WANG, case, language="en").text
    before = Message.objects.count()
    assert desk.post(CITY, answer, {"outcome": "corrected", "sentence": "门牌已改为 90 号。"}, language="en").status == 200
    assert desk.post(CITY, answer, {"outcome": "stands", "sentence": "x"}).status == 409, "one answer, not two"
    assert "门牌已改为 90 号。" in desk.get(WANG, case).text
    assert [row.template for row in Message.objects.order_by("recorded_at")][before:] == ["register-corrected"]
    with django_capture_on_commit_callbacks(execute=True):
        while worker.run_once(clock.now()):
            pass
    shown = desk.get(WANG, case, language="en")
    assert "was put right and is asked again." in shown.text
    assert "was compared with" in shown.text, "“Address”, which the person had typed"
    assert "门牌已改为 90 号。" in desk.get(CITY, f"{LIST}?view=answered").text
    told = AuditEntry.objects.filter(subject_kind="correction").order_by("id").values_list("action", flat=True)
    assert list(told) == ["exchange.dispute", "exchange.dispute", "exchange.correct"]
    looks = desk.get(WANG, "/who-looked/", language="en").text
    assert "Read what you said is not right in their register" in looks


def test_who_takes_it_back_or_throws_the_draft_away_leaves_nothing_on_a_desk(desk: Desk) -> None:
    draft = prepare(desk.now)
    cases.dispute_prefill(draft_id=draft, element="address", note="x", actor=WANG, now=desk.now)
    cases.dispute_prefill(draft_id=draft, element="address", undo=True, actor=WANG, now=desk.now)
    assert Correction.objects.get().outcome == "withdrawn"
    cases.dispute_prefill(draft_id=draft, element="full-name", note="x", actor=WANG, now=desk.now)
    assert Correction.objects.count() == 1, "what log-in told is no register's"
    cases.discard_draft(draft_id=draft, actor=WANG, now=desk.now)
    assert not Correction.objects.exists()
