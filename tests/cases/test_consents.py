"""Consents and promises: nothing is asked without the one, nothing filed without the other, and both are kept one by one."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from onewindow.domain.errors import Forbidden
from onewindow.modules.cases import errors, models, selectors, services
from onewindow.modules.catalogue import services as catalogue
from onewindow.modules.exchange import services as exchange
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from tests.cases.conftest import Registers
from tests.cases.town import LIU, PDF, TOWN, TYPED, WANG

pytestmark = pytest.mark.django_db
REGISTER = "{id: property-register, organisation: city, keyed_by: [property-number], gives: [address, floor-area]}"
ON_CONSENT = (
    "{id: property-register, name: {en: Property register}, organisation: city, keyed_by: [property-number],"
    " gives: [address, floor-area, sign-size], sharing: conditional, legal_basis: [{title: 个人信息保护法}]}"
)


@pytest.fixture
def careful(town: Registers, now: datetime) -> Registers:
    """The town where the property register answers only on consent, and a promise stands for the layout."""
    text = TOWN.replace(REGISTER, ON_CONSENT).replace("{id: layout, name", "{id: layout, commitment: true, name")
    assert "sharing: conditional" in text
    assert "commitment: true" in text
    catalogue.load_catalogue(files=[("town.yaml", text)], actor=Actor.system("tests"), now=now)
    return town


def begin(now: datetime, *, consents: tuple[str, ...] = ()) -> UUID:
    draft = services.start_draft(event_id="open-a-restaurant", consents=consents, actor=WANG, now=now)
    info = services.save_answers(draft_id=draft.id, answers={"sign": False, "staff": True}, version=draft.version, actor=WANG, now=now)
    services.save_elements(draft_id=draft.id, values=dict(TYPED), version=info.version, actor=WANG, now=now)
    services.refresh_prefill(draft_id=draft.id, actor=WANG, now=now)
    return draft.id


def page(draft_id: UUID) -> selectors.DraftPage:
    return selectors.draft_page(draft_id=draft_id, actor=WANG)


def agree(draft_id: UUID, now: datetime, **consents: bool) -> None:
    given = {key.replace("_", "-"): agreed for key, agreed in consents.items()}
    services.save_consents(draft_id=draft_id, consents=given, actor=WANG, now=now)
    services.refresh_prefill(draft_id=draft_id, actor=WANG, now=now)


def file(draft_id: UUID, now: datetime, **options: Any) -> models.Case:
    given = {"idempotency_key": "k", "declared": True, "promised": ["layout"], **options}
    filed = services.file_case(draft_id=draft_id, actor=WANG, now=now, **given)
    return models.Case.objects.get(pk=filed.case_id)


def test_without_consent_the_register_is_not_asked_and_the_person_is(careful: Registers, now: datetime) -> None:
    draft_id = begin(now)
    assert careful.asked == []
    found = page(draft_id)
    assert {row.element: row.why for row in found.fields if row.source} == {"address": "no-consent", "floor-area": "no-consent"}
    (consent,) = found.consents
    assert [name["en"] for name in consent.gives] == ["Address", "Floor area"], "nobody asks for the size of a sign, so it is not agreed to"
    assert (consent.resource, consent.given_at) == ("property-register", None)
    assert [law["title"] for law in consent.legal_basis] == ["个人信息保护法"]
    assert not found.refresh_due
    assert services.refresh_prefill(draft_id=draft_id, retry=True, actor=WANG, now=now).fetched == ()
    assert careful.asked == []


def test_a_consent_lets_the_register_answer_and_takes_the_questions_away(careful: Registers, now: datetime) -> None:
    draft_id = begin(now)
    agree(draft_id, now, property_register=True)
    assert [name for name, _, _ in careful.asked] == ["property-register"]
    assert {"address", "floor-area"} <= {row.element for row in page(draft_id).prefilled}
    assert page(draft_id).consents[0].given_at == now


def test_a_consent_taken_back_makes_what_the_register_said_be_forgotten(careful: Registers, now: datetime) -> None:
    draft_id = begin(now, consents=("property-register",))
    assert len(careful.asked) == 1
    agree(draft_id, now, property_register=False)
    assert len(careful.asked) == 1
    assert "胜利路" not in str(models.Draft.objects.get().prefilled)
    assert "address" in {row.element for row in page(draft_id).fields}


def test_what_a_register_says_after_the_consent_was_taken_back_is_not_kept(
    careful: Registers, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The register is slow: while it looks, the person thinks better of it."""
    draft_id = begin(now)
    services.save_consents(draft_id=draft_id, consents={"property-register": True}, actor=WANG, now=now)

    def slowly(**question: Any) -> exchange.Answer:
        answer = careful.query(**question)
        services.save_consents(draft_id=draft_id, consents={"property-register": False}, actor=WANG, now=now)
        return answer

    monkeypatch.setattr(exchange, "query", slowly)
    services.refresh_prefill(draft_id=draft_id, actor=WANG, now=now)
    assert len(careful.asked) == 1, "the question was under way"
    draft = models.Draft.objects.get()
    assert (draft.prefilled, draft.unavailable, draft.consents) == ([], {}, {})
    assert "address" in {row.element for row in page(draft_id).fields}, "the person is asked instead"


def test_only_registers_that_need_a_consent_can_be_agreed_to(careful: Registers, now: datetime) -> None:
    draft_id = begin(now)
    for wrong in ("tax-register", "no-such-register"):
        with pytest.raises(errors.NothingToConsentTo, match="Nothing was changed"):
            services.save_consents(draft_id=draft_id, consents={wrong: True, "property-register": True}, actor=WANG, now=now)
        with pytest.raises(errors.NothingToConsentTo):
            services.start_draft(event_id="open-a-restaurant", consents=[wrong], actor=WANG, now=now)
    assert models.Draft.objects.get().consents == {}
    with pytest.raises(Forbidden):
        services.save_consents(draft_id=draft_id, consents={"property-register": True}, actor=LIU, now=now)


def test_the_case_keeps_each_consent_and_each_promise_with_its_time_and_person(careful: Registers, now: datetime) -> None:
    case = file(begin(now, consents=("property-register",)), now)
    (consent,) = case.plan["consents_given"]
    assert consent == {
        "resource": "property-register",
        "purpose": "prefill:open-a-restaurant",
        "legal_basis": [{"title": "个人信息保护法"}],
        "at": now.isoformat(),
        "by": str(WANG.id),
    }
    assert [(row["service"], row["requirement"], row["type"], row["by"]) for row in case.plan["promises"]] == [
        ("food", "plan", "layout", str(WANG.id))
    ]
    lines = {row.code: row.values for row in case.timeline.all()}
    assert lines["consents-given"] == {"interface": ["property-register"]}
    assert lines["promises-made"] == {"evidence_type": ["layout"]}
    details = AuditEntry.objects.get(action="cases.file").details
    assert (details["consents"], details["promises"]) == (["property-register"], ["layout"])


def test_a_promise_that_was_not_made_is_named_and_nothing_is_filed(careful: Registers, now: datetime) -> None:
    draft_id = begin(now, consents=("property-register",))
    with pytest.raises(errors.PromisesMissing, match="layout"):
        file(draft_id, now, promised=[])
    assert not models.Case.objects.exists()
    file(draft_id, now)


def test_a_case_without_consent_is_filed_with_what_was_typed_and_asks_nobody_later(careful: Registers, now: datetime) -> None:
    draft_id = begin(now)
    version = models.Draft.objects.get().version
    values = {"address": "胜利路 90 号", "floor-area": 100}
    services.save_elements(draft_id=draft_id, values=values, version=version, actor=WANG, now=now)
    for document in page(draft_id).documents:
        services.add_upload(
            draft_id=draft_id, evidence_type=document.type, name="a.pdf", media_type="application/pdf", content=PDF, actor=WANG, now=now
        )
    case = file(draft_id, now)
    assert case.plan["consents_given"] == []
    assert models.CaseValue.objects.get(case=case, element="address").source_kind == "typed"
    services.fetch_arrivals(case_id=case.pk, actor=Actor.system("tests"), now=now)
    assert careful.asked == []
