"""Filling in a draft: what is kept, what is refused, and what nobody has to type."""

from datetime import datetime
from typing import Any

import pytest

from onewindow.domain.errors import Forbidden, NotFound
from onewindow.modules.cases import errors, models, selectors, services
from onewindow.plumbing import files
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import Registers, prepare
from tests.cases.town import LIU, PDF, WANG

pytestmark = pytest.mark.django_db


def begin(now: datetime, **answers: Any) -> services.DraftInfo:
    draft = services.start_draft(event_id="open-a-restaurant", actor=WANG, now=now)
    return services.save_answers(
        draft_id=draft.id, answers={"sign": False, "staff": True, **answers}, version=draft.version, actor=WANG, now=now
    )


def asked(draft_id: Any) -> dict[str, str]:
    return {row.element: row.why for row in selectors.draft_page(draft_id=draft_id, actor=WANG).fields}


def prefilled(draft_id: Any) -> dict[str, tuple[Any, str, str]]:
    return {row.element: (row.value, row.kind, row.id) for row in selectors.draft_page(draft_id=draft_id, actor=WANG).prefilled}


def test_the_form_asks_only_what_no_source_knows(town: Registers, now: datetime) -> None:
    draft = begin(now)
    assert set(asked(draft.id)) == {"trade-name", "property-number", "seats", "fume-hood"}
    services.save_elements(draft_id=draft.id, values={"property-number": "P-1", "seats": 48}, version=draft.version, actor=WANG, now=now)
    services.refresh_prefill(draft_id=draft.id, actor=WANG, now=now)
    assert set(asked(draft.id)) == {"trade-name", "property-number", "seats"}  # below 50 seats nobody asks for the hood
    known = prefilled(draft.id)
    assert known["address"] == ("胜利路 88 号", "resource", "property-register")
    assert known["floor-area"] == (120, "resource", "property-register")
    assert known["full-name"][1] == "party"
    assert town.asked == [("property-register", {"property-number": "P-1"}, ("address", "floor-area"))]


def test_a_page_that_is_older_than_the_draft_is_told_so_and_loses_nothing(town: Registers, now: datetime) -> None:
    draft = begin(now)
    services.save_elements(draft_id=draft.id, values={"seats": 48}, version=draft.version, actor=WANG, now=now)
    with pytest.raises(errors.StaleDraft, match="Nothing was lost") as caught:
        services.save_elements(draft_id=draft.id, values={"seats": 12}, version=draft.version, actor=WANG, now=now)
    assert caught.value.status == 409
    assert models.Draft.objects.get().elements == {"seats": 48}


def test_fetching_from_registers_does_not_make_an_open_page_stale(town: Registers, now: datetime) -> None:
    draft = begin(now)
    saved = services.save_elements(draft_id=draft.id, values={"property-number": "P-1"}, version=draft.version, actor=WANG, now=now)
    services.refresh_prefill(draft_id=draft.id, actor=WANG, now=now)
    services.save_elements(draft_id=draft.id, values={"seats": 48}, version=saved.version, actor=WANG, now=now)


def test_one_wrong_entry_does_not_lose_the_good_ones(town: Registers, now: datetime) -> None:
    draft = begin(now)
    with pytest.raises(errors.ValuesRefused) as caught:
        services.save_elements(
            draft_id=draft.id, values={"seats": "many", "trade-name": "老灶台"}, version=draft.version, actor=WANG, now=now
        )
    assert set(caught.value.errors) == {"seats"}
    assert "whole number" in caught.value.values["fields"]["seats"]  # type: ignore[index]  # a mapping of fields
    row = models.Draft.objects.get()
    assert row.elements == {"trade-name": "老灶台"}
    assert caught.value.values["version"] == row.version


def test_one_wrong_answer_does_not_lose_the_good_ones(town: Registers, now: datetime) -> None:
    draft = services.start_draft(event_id="open-a-restaurant", actor=WANG, now=now)
    with pytest.raises(errors.AnswersRefused):
        services.save_answers(draft_id=draft.id, answers={"sign": "perhaps", "staff": True}, version=draft.version, actor=WANG, now=now)
    assert models.Draft.objects.get().answers == {"staff": True}


def test_a_question_or_field_that_does_not_exist_is_refused_whole(town: Registers, now: datetime) -> None:
    draft = begin(now)
    with pytest.raises(errors.UnknownQuestion, match="Nothing was saved"):
        services.save_answers(draft_id=draft.id, answers={"sign": True, "vip": True}, version=draft.version, actor=WANG, now=now)
    for forged in ({"seats": 10, "is-approved": True}, {"seats": 10, "tax-office": "我自己"}, {"seats": 10, "seller.address": "x"}):
        with pytest.raises(errors.UnknownField, match="Nothing was saved"):
            services.save_elements(draft_id=draft.id, values=forged, version=draft.version, actor=WANG, now=now)
    assert models.Draft.objects.get().elements == {}
    assert models.Draft.objects.get().answers == {"sign": False, "staff": True}


def test_a_value_from_a_source_cannot_be_typed_over(town: Registers, now: datetime) -> None:
    draft_id = prepare(now)
    version = models.Draft.objects.get().version
    for element in ("address", "full-name", "resident-id"):
        with pytest.raises(errors.ReadOnlyField, match="cannot be typed over"):
            services.save_elements(draft_id=draft_id, values={element: "别处 1 号"}, version=version, actor=WANG, now=now)


def test_not_right_makes_a_value_typable_and_keeps_what_the_source_said(town: Registers, now: datetime) -> None:
    draft_id = prepare(now)
    services.dispute_prefill(draft_id=draft_id, element="address", note="门牌换了", actor=WANG, now=now)
    assert asked(draft_id)["address"] == "not-right"
    field = next(row for row in selectors.draft_page(draft_id=draft_id, actor=WANG).fields if row.element == "address")
    assert field.disputed is not None
    assert (field.disputed.value, field.disputed.note) == ("胜利路 88 号", "门牌换了")
    version = models.Draft.objects.get().version
    services.save_elements(draft_id=draft_id, values={"address": "胜利路 90 号"}, version=version, actor=WANG, now=now)
    filed = services.file_case(draft_id=draft_id, idempotency_key="k", declared=True, actor=WANG, now=now)
    row = models.CaseValue.objects.get(case=filed.case_id, element="address")
    assert (row.value, row.source_kind) == ("胜利路 90 号", "typed")
    assert row.note is not None
    assert row.note["disputed"]["value"] == "胜利路 88 号"
    assert row.note["disputed"]["note"] == "门牌换了"


def test_taking_a_dispute_back_brings_the_source_back(town: Registers, now: datetime) -> None:
    draft_id = prepare(now)
    services.dispute_prefill(draft_id=draft_id, element="address", actor=WANG, now=now)
    services.dispute_prefill(draft_id=draft_id, element="address", undo=True, actor=WANG, now=now)
    assert prefilled(draft_id)["address"][0] == "胜利路 88 号"
    with pytest.raises(errors.NothingToDispute):
        services.dispute_prefill(draft_id=draft_id, element="seats", actor=WANG, now=now)


def test_a_register_that_is_down_turns_into_questions_and_can_be_asked_again(town: Registers, now: datetime) -> None:
    town.down.add("property-register")
    draft = begin(now)
    services.save_elements(draft_id=draft.id, values={"property-number": "P-1"}, version=draft.version, actor=WANG, now=now)
    found = services.refresh_prefill(draft_id=draft.id, actor=WANG, now=now)
    assert found.unavailable == {"property-register": "down"}
    assert {"address", "floor-area"} <= set(asked(draft.id))
    page = selectors.draft_page(draft_id=draft.id, actor=WANG)
    assert "property-certificate" in {row.type for row in page.documents}  # the register no longer proves it
    assert not page.refresh_due
    town.down.clear()
    services.refresh_prefill(draft_id=draft.id, retry=True, actor=WANG, now=now)
    assert prefilled(draft.id)["address"][0] == "胜利路 88 号"
    assert "address" not in asked(draft.id)


def test_a_number_the_register_does_not_know_can_be_corrected(town: Registers, now: datetime) -> None:
    draft = begin(now)
    saved = services.save_elements(draft_id=draft.id, values={"property-number": "P-9"}, version=draft.version, actor=WANG, now=now)
    assert services.refresh_prefill(draft_id=draft.id, actor=WANG, now=now).unavailable == {"property-register": "no-record"}
    (silent,) = selectors.draft_page(draft_id=draft.id, actor=WANG).unavailable
    assert silent.keys == ("property-number",)
    services.save_elements(draft_id=draft.id, values={"property-number": "P-2"}, version=saved.version, actor=WANG, now=now)
    services.refresh_prefill(draft_id=draft.id, actor=WANG, now=now)
    assert prefilled(draft.id)["address"][0] == "东湖路 6 号"


def test_another_number_fetches_another_record(town: Registers, now: datetime) -> None:
    draft_id = prepare(now)
    version = models.Draft.objects.get().version
    services.save_elements(draft_id=draft_id, values={"property-number": "P-2"}, version=version, actor=WANG, now=now)
    assert "address" not in prefilled(draft_id)  # what the register said under the old number is not shown under the new one
    assert selectors.draft_page(draft_id=draft_id, actor=WANG).refresh_due
    services.refresh_prefill(draft_id=draft_id, actor=WANG, now=now)
    assert prefilled(draft_id)["address"][0] == "东湖路 6 号"


def test_a_field_that_the_record_lacks_or_garbles_is_asked(town: Registers, now: datetime) -> None:
    town.records["property-register"]["P-1"] = {"address": "胜利路 88 号", "floor-area": "huge"}
    draft_id = prepare(now)
    assert asked(draft_id)["floor-area"] == "source-silent"
    assert "address" not in asked(draft_id)


def test_documents_are_judged_and_only_the_needed_ones_are_taken(town: Registers, now: datetime) -> None:
    draft_id = prepare(now, upload=False)
    with pytest.raises(errors.UnknownDocument):
        services.add_upload(
            draft_id=draft_id, evidence_type="tax-sheet", name="a.pdf", media_type="application/pdf", content=PDF, actor=WANG, now=now
        )
    with pytest.raises(files.FileRefused):
        services.add_upload(
            draft_id=draft_id, evidence_type="layout", name="a.pdf", media_type="application/pdf", content=b"MZ\x90", actor=WANG, now=now
        )
    upload = services.add_upload(
        draft_id=draft_id, evidence_type="layout", name="a.pdf", media_type="application/pdf", content=PDF, actor=WANG, now=now
    )
    assert selectors.draft_page(draft_id=draft_id, actor=WANG).ready
    services.remove_upload(draft_id=draft_id, upload_id=upload.id, actor=WANG, now=now)
    assert selectors.draft_page(draft_id=draft_id, actor=WANG).missing == ("layout",)


def test_nobody_reaches_another_persons_draft(town: Registers, now: datetime) -> None:
    draft_id = prepare(now)
    upload = models.Upload.objects.get()
    for stranger in (LIU, Actor.anonymous()):
        with pytest.raises(NotFound):
            selectors.draft_page(draft_id=draft_id, actor=stranger)
        with pytest.raises(NotFound):
            selectors.upload(upload_id=upload.pk, actor=stranger)
        for act in (
            lambda who: services.save_elements(draft_id=draft_id, values={"seats": 1}, version=3, actor=who, now=now),
            lambda who: services.save_answers(draft_id=draft_id, answers={"sign": True}, version=3, actor=who, now=now),
            lambda who: services.refresh_prefill(draft_id=draft_id, actor=who, now=now),
            lambda who: services.dispute_prefill(draft_id=draft_id, element="address", actor=who, now=now),
            lambda who: services.remove_upload(draft_id=draft_id, upload_id=upload.pk, actor=who, now=now),
            lambda who: services.file_case(draft_id=draft_id, idempotency_key="x", declared=True, actor=who, now=now),
            lambda who: services.discard_draft(draft_id=draft_id, actor=who, now=now),
        ):
            with pytest.raises(Forbidden):
                act(stranger)
    assert selectors.upload(upload_id=upload.pk, actor=WANG).content.read() == PDF


def test_a_discarded_draft_is_gone_and_a_filed_one_cannot_change(town: Registers, now: datetime) -> None:
    gone = prepare(now)
    services.discard_draft(draft_id=gone, actor=WANG, now=now)
    with pytest.raises(NotFound):
        selectors.draft_page(draft_id=gone, actor=WANG)
    draft_id = prepare(now)
    filed = services.file_case(draft_id=draft_id, idempotency_key="k", declared=True, actor=WANG, now=now)
    with pytest.raises(errors.DraftFiled, match=filed.reference):
        services.save_elements(draft_id=draft_id, values={"seats": 2}, version=3, actor=WANG, now=now)
    with pytest.raises(errors.DraftFiled):
        services.discard_draft(draft_id=draft_id, actor=WANG, now=now)


def test_one_is_told_before_beginning_the_same_matter_twice(town: Registers, now: datetime) -> None:
    draft_id = prepare(now)
    similar = selectors.similar_open(event_id="open-a-restaurant", actor=WANG)
    assert [row.id for row in similar.drafts] == [draft_id]
    services.file_case(draft_id=draft_id, idempotency_key="k", declared=True, actor=WANG, now=now)
    similar = selectors.similar_open(event_id="open-a-restaurant", actor=WANG)
    assert (len(similar.drafts), len(similar.cases)) == (0, 1)
    assert selectors.similar_open(event_id="open-a-restaurant", actor=LIU) == selectors.Similar((), ())


def test_a_matter_that_does_not_exist_cannot_be_begun(town: Registers, now: datetime) -> None:
    with pytest.raises(errors.UnknownMatter):
        services.start_draft(event_id="open-a-casino", actor=WANG, now=now)
    with pytest.raises(Forbidden):
        services.start_draft(event_id="open-a-restaurant", actor=Actor.anonymous(), now=now)
