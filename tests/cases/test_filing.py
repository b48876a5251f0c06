"""Filing: once, whole, and by the server's own reckoning."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from onewindow.modules.cases import errors, models, references, selectors, services
from onewindow.modules.catalogue import services as catalogue
from onewindow.plumbing import audit, bulk, idempotency, outbox
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry, IdempotencyKey
from tests.cases.conftest import Registers, prepare, service_states, states
from tests.cases.town import TOWN, TYPED, WANG

pytestmark = pytest.mark.django_db


def file(draft_id: Any, now: datetime, key: str = "key", **options: Any) -> services.Filed:
    return services.file_case(**{"draft_id": draft_id, "idempotency_key": key, "declared": True, "actor": WANG, "now": now, **options})


def test_a_filed_case_holds_the_plan_the_values_with_their_sources_and_the_documents(town: Registers, now: datetime) -> None:
    case = models.Case.objects.get(pk=file(prepare(now, sign=True), now).case_id)
    assert case.state == "filed"
    assert case.title == "老灶台餐饮店"
    assert case.contact_phone == "13800000001"
    assert set(service_states(case)) == {"registration", "food", "fire", "tax", "sign"}
    assert {name for name, state in states(case).items() if state == "open"} == {
        f"{s}.accept" for s in ("registration", "food", "fire", "sign")
    }
    sources = dict(models.CaseValue.objects.filter(case=case).values_list("element", "source_kind"))
    assert sources["address"] == "resource"
    assert sources["full-name"] == "party"
    assert sources["seats"] == "typed"
    assert "uscc" not in sources  # it comes with the business licence
    assert case.plan["later"] == ["tax-office", "uscc"]
    assert [row.evidence_type for row in case.attachments.all()] == ["layout"]
    assert [row.code for row in case.timeline.all()] == ["case-filed", *["task-opened"] * 4]
    assert AuditEntry.objects.filter(action="cases.file", subject_id=str(case.pk)).count() == 1


def test_the_first_steps_are_due_by_working_days(town: Registers, now: datetime) -> None:
    case = models.Case.objects.get(pk=file(prepare(now), now).case_id)
    due = {row.due_date for row in case.tasks.filter(state="open")}
    assert [str(day) for day in due] == ["2026-03-16"]  # filed on a Friday, one working day


def test_the_same_key_gives_the_same_receipt(town: Registers, now: datetime) -> None:
    draft_id = prepare(now)
    first, second = file(draft_id, now), file(draft_id, now)
    assert first == second
    assert models.Case.objects.count() == 1
    with pytest.raises(errors.DraftFiled, match=first.reference):
        file(draft_id, now, key="another")


def test_the_same_key_with_other_content_is_a_conflict(town: Registers, now: datetime) -> None:
    file(prepare(now), now)
    with pytest.raises(idempotency.IdempotencyConflict) as caught:
        file(prepare(now), now)
    assert caught.value.status == 409
    assert models.Case.objects.count() == 1


def test_filing_asks_no_register(town: Registers, now: datetime) -> None:
    draft_id = prepare(now)
    town.asked.clear()
    file(draft_id, now)
    assert town.asked == []


def spoilt(**changes: Any) -> None:
    for draft in models.Draft.objects.all():
        for name, value in changes.items():
            setattr(draft, name, value)
        draft.save()


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        ({"declared": False}, errors.NotDeclared),
        ({"answers": {"staff": True}}, errors.AnswersMissing),
        ({"elements": {**TYPED, "seats": None}}, errors.ValuesMissing),
        ({"elements": {**TYPED, "seats": "many"}}, errors.ValuesRefused),
        ({"elements": {**TYPED, "seats": 60}}, errors.ValuesMissing),
        ({"prefilled": []}, errors.SourcesNotAsked),
        ({"elements": {**TYPED, "property-number": "P-2"}}, errors.SourcesNotAsked),
        ({"unavailable": {"property-register": {"reason": "down", "keys": {}, "at": "2026-03-13T09:00:00+08:00"}}}, errors.ValuesMissing),
        ({"uploads": None}, errors.DocumentsMissing),
    ],
)
def test_nothing_incomplete_or_changed_behind_the_form_is_filed(
    town: Registers, now: datetime, spoil: dict[str, Any], error: type[Exception]
) -> None:
    """The rows are changed as a forged request or a bug might: the server judges what is there, not what a page claimed."""
    draft_id = prepare(now)
    if "uploads" in spoil:
        models.Upload.objects.all().delete()
    for name in ("answers", "elements", "prefilled", "unavailable"):
        if name in spoil:
            spoilt(**{name: spoil[name]})
    with pytest.raises(error) as caught:
        file(draft_id, now, declared=spoil.get("declared", True))
    assert len(str(caught.value)) > 30
    assert models.Case.objects.count() == 0
    assert IdempotencyKey.objects.count() == 0  # the same key may be used again once it is put right


@pytest.mark.parametrize(
    "forged",
    [
        {"elements": {**TYPED, "address": "皇宫 1 号"}},
        {"elements": {**TYPED, "full-name": "别人", "resident-id": "110101199003072316"}},
        {"elements": {**TYPED, "uscc": "91350100M000100Y43"}},
        {"elements": {**TYPED, "tax-office": "想要的"}},
        {"elements": {**TYPED, "fume-hood": True}},
        {"answers": {"sign": False, "staff": True, "approved": True}},
        {"disputed": {"nothing": {"note": "", "at": ""}}},
    ],
)
def test_forged_values_never_reach_the_case(town: Registers, now: datetime, forged: dict[str, Any]) -> None:
    """Even values written into the draft itself count only where the form asks for them."""
    draft_id = prepare(now)
    spoilt(**forged)
    case = models.Case.objects.get(pk=file(draft_id, now).case_id)
    values = {row.element: (row.value, row.source_kind) for row in case.values.all()}
    assert values["address"] == ("胜利路 88 号", "resource")
    assert values["full-name"] == ("王丽", "party")
    assert not {"uscc", "tax-office", "fume-hood"} & set(values)
    assert case.answers == {"sign": False, "staff": True}


def test_a_rule_that_changed_since_the_draft_was_saved_counts(town: Registers, now: datetime) -> None:
    draft_id = prepare(now)
    stricter = TOWN.replace("more_than: 49", "more_than: 10")
    catalogue.load_catalogue(files=[("town.yaml", stricter)], actor=Actor.system("tests"), now=now)
    with pytest.raises(errors.ValuesMissing, match="fume-hood"):
        file(draft_id, now)
    draft = models.Draft.objects.get(pk=draft_id)
    services.save_elements(draft_id=draft_id, values={"fume-hood": True}, version=draft.version, actor=WANG, now=now)
    case = models.Case.objects.get(pk=file(draft_id, now).case_id)
    assert case.release == 2


def test_a_case_in_flight_keeps_the_plan_it_was_filed_under(file: Callable[..., models.Case], now: datetime) -> None:
    case = file()
    gone = TOWN.replace("services: [registration, food, fire, tax, sign]", "services: [registration]")
    gone = gone.replace("commitments: {food.inspect: 1, fire.inspect: 1}", "commitments: {}")
    catalogue.load_catalogue(files=[("town.yaml", gone)], actor=Actor.system("tests"), now=now)
    page = selectors.case_page(case_id=case.pk, actor=WANG, now=now)
    assert {row.service for row in page.services} == {"registration", "food", "fire", "tax"}


def _counts() -> dict[str, int]:
    labels = ("cases", "plumbing")
    return {model.__name__: model._default_manager.count() for label in labels for model in apps.get_app_config(label).get_models()}


@pytest.mark.parametrize("place", ["reference", "rows", "half the rows", "event", "audit", "settle"])
def test_a_fault_between_any_two_steps_leaves_nothing_half_saved(
    town: Registers, now: datetime, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    draft_id = prepare(now)
    before = _counts()

    class Fault(Exception):
        pass

    def breaking(*_: Any, **__: Any) -> Any:
        raise Fault

    inserted: list[str] = []
    real = bulk.insert

    def half(rows: Any) -> None:
        real(rows)
        inserted.append(type(rows[0]).__name__ if rows else "")
        if "Task" in inserted:
            raise Fault

    targets: dict[str, tuple[Any, str, Any]] = {
        "reference": (references, "issue", breaking),
        "rows": (bulk, "insert", breaking),
        "half the rows": (bulk, "insert", half),
        "event": (outbox, "record", breaking),
        "audit": (audit, "record", breaking),
        "settle": (idempotency, "settle", breaking),
    }
    with monkeypatch.context() as patch:
        patch.setattr(*targets[place])
        with pytest.raises(Fault), transaction.atomic():
            file(draft_id, now)
    assert _counts() == before
    assert models.Draft.objects.get(pk=draft_id).filed_case is None
    filed = file(draft_id, now)  # and the same key goes through afterwards
    assert models.Attachment.objects.filter(case=filed.case_id).count() == 1


def test_a_service_that_the_typed_values_rule_out_is_not_filed(town: Registers, now: datetime) -> None:
    ruled = TOWN.replace(
        "    name: {zh: 消防检查, en: Fire check}\n",
        "    name: {zh: 消防检查, en: Fire check}\n    when: {fact: floor-area, more_than: 200}\n",
    )
    catalogue.load_catalogue(files=[("town.yaml", ruled)], actor=Actor.system("tests"), now=now)
    case = models.Case.objects.get(pk=file(prepare(now), now).case_id)
    assert "fire" not in service_states(case)
    assert case.plan["ruled_out"] == ["fire"]


TAX_ALONE = """
  - id: register-for-tax
    kind: business
    applicant: natural
    questions: [{id: staff, type: boolean}]
    services: [tax]
"""


def licensed(town: Registers, now: datetime) -> None:
    first = models.Case.objects.get(pk=file(prepare(now), now, key="1").case_id)
    values = {"uscc": "91350100M000100Y43", "trade-name": "老灶台餐饮店"}
    models.Output.objects.create(
        case=first, service="registration", evidence_type="business-licence", number="X-01", values=values, issued_at=now
    )


def test_a_licence_from_an_earlier_case_is_neither_asked_nor_fetched_again(town: Registers, now: datetime) -> None:
    licensed(town, now)
    catalogue.load_catalogue(files=[("town.yaml", TOWN + TAX_ALONE)], actor=Actor.system("tests"), now=now)
    draft = services.start_draft(event_id="register-for-tax", actor=WANG, now=now)
    services.save_answers(draft_id=draft.id, answers={"staff": False}, version=1, actor=WANG, now=now)
    services.refresh_prefill(draft_id=draft.id, actor=WANG, now=now)
    page = selectors.draft_page(draft_id=draft.id, actor=WANG)
    assert {row.element: row.kind for row in page.prefilled} == {"uscc": "held", "tax-office": "resource"}
    assert page.fields == ()
    assert page.evidence[0].way == "held"
    case = models.Case.objects.get(pk=file(draft.id, now, key="2").case_id)
    assert case.state == "completed"  # everything was proven: the system decided at once


def test_whoever_opens_a_second_restaurant_registers_a_second_business(town: Registers, now: datetime) -> None:
    licensed(town, now)
    case = models.Case.objects.get(pk=file(prepare(now), now, key="2").case_id)
    assert not case.values.filter(source_kind="held").exists()
    assert case.values.get(element="trade-name").source_kind == "typed"
