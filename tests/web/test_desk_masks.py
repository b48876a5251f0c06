"""Personal values at the desk: masked, shown one at a time for a reason, and everybody who looked is on record."""

from datetime import datetime
from typing import Any

import pytest

from onewindow.domain.errors import Forbidden
from onewindow.modules.cases import models, selectors, services
from onewindow.plumbing import audit
from onewindow.plumbing.models import AuditEntry
from tests.cases.town import FIRE, MARKET, MARKET_CHIEF, RESIDENT_ID, WANG, WINDOW
from tests.web.desk_town import Desk, desk, registers

__all__ = ["desk", "registers"]

MASKED_ID, MASKED_PHONE, PHONE = "110101********2316", "138****0001", "13800000001"
REASON = {"reason": "compare-identity"}


def shown_at(desk: Desk, case: models.Case, element: str, actor: Any = MARKET, **sent: str) -> Any:
    return desk.post(actor, f"{desk.path(case, 'registration.accept')}values/{element}/", {**REASON, **sent})


def test_an_identity_number_and_a_phone_are_masked_and_the_rest_is_not(desk: Desk) -> None:
    page = desk.get(MARKET, desk.path(desk.file(), "registration.accept"))
    assert MASKED_ID in page.text
    assert MASKED_PHONE in page.text
    assert RESIDENT_ID not in page.text
    assert PHONE not in page.text
    assert "王丽" in page.part("//section[@id='values']"), "the name is what this service checks"
    assert "老灶台餐饮店" in page.part("//section[@id='values']")
    assert "胜利路 88 号" in page.part("//section[@id='values']"), "the premises are nobody's home"


def test_the_window_reads_no_person_before_it_says_why(desk: Desk) -> None:
    page = desk.get(WINDOW, desk.path(desk.file(), "food.accept"))
    values = page.part("//section[@id='values']")
    assert RESIDENT_ID not in page.text
    assert "王*" in values
    assert "王丽" not in values


def test_one_click_and_a_reason_show_one_value_on_one_page(desk: Desk) -> None:
    case = desk.file()
    page = shown_at(desk, case, "resident-id")
    assert page.status == 200
    assert RESIDENT_ID in page.text
    assert PHONE not in page.text
    assert RESIDENT_ID not in desk.get(MARKET, desk.path(case, "registration.accept")).text


def test_the_telephone_of_the_case_is_shown_to_whoever_calls(desk: Desk) -> None:
    page = shown_at(desk, desk.file(), "contact-phone", reason="call-applicant")
    assert page.document.xpath("//a[@href='tel:13800000001']")


@pytest.mark.parametrize("sent", [{"reason": ""}, {"reason": "curious"}, {"reason": "other", "note": " "}])
def test_without_a_reason_nothing_is_shown_and_nothing_recorded(desk: Desk, sent: dict[str, str]) -> None:
    page = shown_at(desk, desk.file(), "resident-id", **sent)
    assert page.status == 422
    assert RESIDENT_ID not in page.text
    assert "请说明查看理由" in page.text
    assert not AuditEntry.objects.filter(action="cases.reveal").exists()


def test_each_look_is_in_the_log_and_before_the_supervisor(desk: Desk) -> None:
    case = desk.file()
    shown_at(desk, case, "resident-id", reason="other", note="人证不符")
    entry = AuditEntry.objects.get(action="cases.reveal")
    assert (entry.actor_id, entry.subject_id) == (MARKET.id, str(case.pk))
    assert entry.details == {"element": "resident-id", "reason": "other"}, "codes alone, no words"
    told = desk.get(MARKET_CHIEF, desk.path(case, "registration.accept")).part("//ol[@class='timeline']")
    assert "已完整显示：其他理由。人证不符" in told
    assert "李建国" in told
    for actor in (MARKET, WANG):
        lines = selectors.timeline(case_id=case.pk, actor=actor, now=desk.now)
        assert "value-revealed" not in {line.code for line in lines}


def test_a_value_is_shown_only_once_its_look_is_on_record(desk: Desk, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    case = desk.file()

    def full(**_given: Any) -> None:
        raise OSError

    monkeypatch.setattr(audit, "record", full)
    with pytest.raises(OSError):  # noqa: PT011  (the one above)
        services.reveal_value(case_id=case.pk, element="resident-id", reason="compare-identity", actor=MARKET, now=now)
    assert not models.TimelineEntry.objects.filter(code="value-revealed").exists()


def test_nobody_is_shown_what_their_services_do_not_need(desk: Desk, now: datetime) -> None:
    case = desk.file()
    with pytest.raises(Forbidden):
        services.reveal_value(case_id=case.pk, element="resident-id", reason="compare-identity", actor=FIRE, now=now)
    assert services.reveal_value(case_id=case.pk, element="contact-phone", reason="call-applicant", actor=FIRE, now=now).value == PHONE


def test_the_applicant_sees_their_own_values(desk: Desk) -> None:
    case = desk.file()
    page = selectors.case_page(case_id=case.pk, actor=WANG, now=desk.now)
    held = {line.element: (line.value, line.masked) for line in page.values}
    assert held["resident-id"] == (RESIDENT_ID, False)
    assert page.contact_phone == PHONE


def test_a_disputed_personal_value_is_masked_on_both_sides(desk: Desk) -> None:
    case = desk.file()
    row = models.CaseValue.objects.get(case=case, element="resident-id")
    row.note = {"disputed": {"value": "110101199003072324", "kind": "resource", "id": "x", "note": ""}}
    row.save()
    page = desk.get(MARKET, desk.path(case, "registration.accept"))
    assert "110101********2324" in page.text
    assert "19900307" not in page.text


def test_the_api_masks_and_shows_for_a_reason_as_the_pages_do(desk: Desk) -> None:
    case = desk.file()
    client = desk.client(MARKET)
    page = client.get(f"/api/v1/cases/{case.pk}").content.decode()
    assert MASKED_ID in page
    assert RESIDENT_ID not in page
    assert PHONE not in page
    refused = client.post(
        f"/api/v1/cases/{case.pk}/reveal", {"element": "resident-id", "reason": "curious"}, content_type="application/json"
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-reason")
    shown = client.post(f"/api/v1/cases/{case.pk}/reveal", {"element": "resident-id", **REASON}, content_type="application/json")
    assert shown.json() == {"element": "resident-id", "value": RESIDENT_ID}
