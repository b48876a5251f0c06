"""Why a field is asked: worked out from what became of the question to the register, never guessed."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from onewindow.modules.cases import models, selectors, services
from onewindow.modules.identity.models import Person
from tests.cases.conftest import Registers, prepare
from tests.cases.town import WANG

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]


def begin(now: datetime, **values: Any) -> UUID:
    draft = services.start_draft(event_id="open-a-restaurant", actor=WANG, now=now)
    info = services.save_answers(draft_id=draft.id, answers={"sign": False, "staff": True}, version=draft.version, actor=WANG, now=now)
    services.save_elements(draft_id=draft.id, values=values, version=info.version, actor=WANG, now=now)
    services.refresh_prefill(draft_id=draft.id, actor=WANG, now=now)
    return draft.id


def whys(draft_id: UUID) -> dict[str, tuple[str, str]]:
    return {row.element: (row.why, row.source) for row in selectors.draft_page(draft_id=draft_id, actor=WANG).fields}


def test_a_field_that_no_register_has_says_so(town: Registers, now: datetime) -> None:
    draft_id = begin(now, **{"property-number": "P-1", "seats": 12})
    assert whys(draft_id) == dict.fromkeys(("trade-name", "property-number", "seats"), ("form", ""))


def test_a_number_without_a_record_explains_every_question_that_it_brings(town: Registers, now: datetime) -> None:
    draft_id = begin(now, **{"property-number": "P-9", "seats": 12})
    found = whys(draft_id)
    assert found["address"] == found["floor-area"] == ("no-record", "property-register")
    assert found["seats"] == ("form", "")
    (silent,) = selectors.draft_page(draft_id=draft_id, actor=WANG).unavailable
    assert silent.keys == ("property-number",)
    assert set(silent.asked_instead) == {"address", "floor-area"}


def test_a_register_that_is_down_explains_its_questions_in_another_way(town: Registers, now: datetime) -> None:
    town.down.add("property-register")
    draft_id = begin(now, **{"property-number": "P-1"})
    assert whys(draft_id)["address"] == ("no-answer", "property-register")


def test_a_record_that_lacks_a_value_is_named(town: Registers, now: datetime) -> None:
    town.records["property-register"]["P-1"] = {"address": "胜利路 88 号"}
    assert whys(prepare(now))["floor-area"] == ("source-silent", "property-register")


def test_what_the_log_in_does_not_tell_has_no_register_behind_it(town: Registers, now: datetime) -> None:
    person = Person.objects.get(user_id=WANG.id)
    person.facts = {"full-name": "王丽", "phone": "13800000001"}
    person.save()
    assert whys(begin(now))["resident-id"] == ("source-silent", "")


def test_the_number_can_be_mended_even_where_nobody_else_asks_for_it(town: Registers, now: datetime, monkeypatch: Any) -> None:
    from onewindow.modules.cases import rulebook
    from onewindow.modules.cases.matter import Rules

    compiled = rulebook.rules_for

    def without_the_number(**options: Any) -> Rules:
        """The same town, but no service asks for the number itself."""
        rules = compiled(**options)
        services_ = {
            key: replace(row, asks=tuple(ask for ask in row.asks if ask.element != "property-number"))
            for key, row in rules.catalogue.services.items()
        }
        form = tuple(row for row in rules.report.form if row.element != "property-number" or not options["unavailable"])
        return replace(rules, catalogue=replace(rules.catalogue, services=services_), report=replace(rules.report, form=form))

    monkeypatch.setattr(rulebook, "rules_for", without_the_number)
    draft_id = begin(now, **{"property-number": "P-9"})
    assert whys(draft_id)["property-number"] == ("key", "property-register")
    page = selectors.draft_page(draft_id=draft_id, actor=WANG)
    assert "property-number" not in page.missing
    services.save_elements(draft_id=draft_id, values={"property-number": "P-2"}, version=page.version, actor=WANG, now=now)
    services.refresh_prefill(draft_id=draft_id, actor=WANG, now=now)
    assert "address" not in whys(draft_id)


def test_a_register_may_name_a_storey_below_the_ground_and_people_may_not(town: Registers, now: datetime) -> None:
    town.records["property-register"]["P-1"] = {"address": "胜利路 88 号", "floor-area": -2}
    draft_id = prepare(now)
    assert "floor-area" not in whys(draft_id)
    assert {row.element: row.value for row in selectors.draft_page(draft_id=draft_id, actor=WANG).prefilled}["floor-area"] == -2
    assert models.Draft.objects.get().elements["seats"] == 48
