"""A service says how sure it must be who files: filing waits for it, and nothing that was entered is lost on the way."""

from datetime import datetime

import pytest

from onewindow.modules.cases import errors, models, selectors
from onewindow.modules.cases import services as cases
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.catalogue import services as catalogue_services
from onewindow.modules.identity import proofs
from onewindow.modules.identity import services as people
from onewindow.modules.identity.models import Person
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import Registers, prepare
from tests.cases.town import LIU, RESIDENT_ID, TOWN, TYPED, WANG

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

STATED = TOWN.replace("    guide: {", "    guide: {identification_level: %s, ", 1)
"""The registration is the first service of the town."""


@pytest.fixture
def strict(town: Registers, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Registers:
    """The town, where the registration wants to know the applicant for sure; Wang has an account and no more."""
    monkeypatch.setattr(clock, "now", lambda: now)
    load(2, now)
    wang = Person.objects.get(pk=WANG.id)
    wang.facts = {"phone": "13800000001"}
    wang.save()
    proofs.add(user_id=WANG.id, method="phone", source="tests", now=now)  # type: ignore[arg-type]  # known in this world
    town.records["population-register"] = {RESIDENT_ID: {"full-name": "王丽", "phone": "13800000001"}}
    return town


def load(level: object, now: datetime) -> None:
    catalogue_services.load_catalogue(files=[("town.yaml", STATED % level)], actor=Actor.system("tests"), now=now)
    catalogue.forget_all()


def test_filing_waits_until_it_is_sure_who_files_and_nothing_is_lost(strict: Registers, now: datetime) -> None:
    typed = {**TYPED, "full-name": "王小丽", "resident-id": RESIDENT_ID}
    draft = prepare(now, typed=typed)
    page = selectors.draft_page(draft_id=draft, actor=WANG)
    assert (page.who.needed, page.who.level, page.ready) == (2, 1, False)
    assert [row.service for row in page.who.asked_by] == ["registration"]
    with pytest.raises(errors.LevelNeeded):
        cases.file_case(draft_id=draft, idempotency_key="1", declared=True, actor=WANG, now=now)
    people.match_person(name="王丽", resident_id=RESIDENT_ID, actor=WANG, now=now)
    page = selectors.draft_page(draft_id=draft, actor=WANG)
    assert page.ready
    assert {row.element: row.value for row in page.prefilled if row.kind == "party"}["full-name"] == "王丽", "what is proven wins"
    assert next(row.value for row in page.fields if row.element == "trade-name") == TYPED["trade-name"]
    filed = cases.file_case(draft_id=draft, idempotency_key="1", declared=True, actor=WANG, now=now)
    values = {row.element: row.value for row in models.CaseValue.objects.filter(case=filed.case_id)}
    assert (values["full-name"], values["trade-name"], values["seats"]) == ("王丽", TYPED["trade-name"], TYPED["seats"])


@pytest.mark.parametrize(("stated", "needed"), [(1, 1), (3, 3), ("in-person", 3), ("very-secret", 3)])
def test_the_highest_level_counts_and_one_that_nobody_can_read_is_the_highest(
    strict: Registers, now: datetime, stated: object, needed: int
) -> None:
    load(stated, now)
    page = selectors.draft_page(draft_id=prepare(now, actor=LIU), actor=LIU)
    assert page.who.needed == needed


def test_a_number_that_was_typed_and_is_proven_afterwards_opens_the_register_about_the_person(strict: Registers, now: datetime) -> None:
    text = (STATED % 2).replace(
        "  - {id: tax-register,", "  - {id: homes, organisation: city, keyed_by: [resident-id], gives: [home]}\n  - {id: tax-register,"
    )
    text = text.replace("  - {id: seats,", "  - {id: home, type: address, personal: true}\n  - {id: seats,").replace(
        "asks: [{element: full-name},", "asks: [{element: home}, {element: full-name},"
    )
    catalogue_services.load_catalogue(files=[("town.yaml", text)], actor=Actor.system("tests"), now=now)
    catalogue.forget_all()
    strict.records["homes"] = {RESIDENT_ID: {"home": "江沿街 126 号"}}
    draft = cases.start_draft(event_id="open-a-restaurant", actor=WANG, now=now)
    info = cases.save_answers(draft_id=draft.id, answers={"sign": False, "staff": True}, version=draft.version, actor=WANG, now=now)
    typed = {"full-name": "王丽", "resident-id": RESIDENT_ID}
    cases.save_elements(draft_id=draft.id, values=typed, version=info.version, actor=WANG, now=now)
    cases.refresh_prefill(draft_id=draft.id, actor=WANG, now=now)
    assert "homes" not in {resource for resource, *_ in strict.asked}, "whoever only claims a number makes no register answer"
    people.match_person(name="王丽", resident_id=RESIDENT_ID, actor=WANG, now=now)
    cases.refresh_prefill(draft_id=draft.id, actor=WANG, now=now)
    page = selectors.draft_page(draft_id=draft.id, actor=WANG)
    assert {row.element: row.value for row in page.prefilled if row.kind == "resource"}["home"] == "江沿街 126 号"
