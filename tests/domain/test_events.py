"""Events survive being stored, also over an upgrade."""

import dataclasses
import doctest
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.domain import events
from onewindow.domain.events import Event, EventDamaged, UnknownEvent, dump, load

NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
KINDS = sorted((kind for kind in events._known.values() if kind.__module__ == events.__name__), key=lambda kind: kind.__name__)


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(events).failed == 0


@given(st.sampled_from(KINDS), st.data())
def test_an_event_comes_back_from_storage_as_it_went(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(st.builds(kind, at=st.datetimes(timezones=st.just(UTC))))
    name, payload = dump(event)
    assert load(name, json.loads(json.dumps(payload))) == event


def test_no_event_carries_a_name_or_a_typed_value() -> None:
    free = {"name", "title", "text", "sentence", "value", "values", "phone", "email", "answers", "address"}
    for kind in KINDS:
        assert free.isdisjoint(field.name for field in dataclasses.fields(kind)), kind


def test_a_row_of_before_an_upgrade_is_read_after_it() -> None:
    name, payload = dump(events.TaskDone(at=NOW, case_id=uuid4(), task_id=uuid4(), service="s", step="t", organisation="o"))
    older: dict[str, Any] = {key: value for key, value in payload.items() if key != "automatic"}
    older["dropped_later"] = 1
    event = load(name, older)
    assert isinstance(event, events.TaskDone)
    assert event.automatic is False


def test_a_damaged_or_unknown_row_is_told_so() -> None:
    with pytest.raises(UnknownEvent, match="Vanished"):
        load("Vanished", {})
    with pytest.raises(EventDamaged):
        load("CaseCompleted", {"at": NOW.isoformat()})
    with pytest.raises(EventDamaged):
        load("CaseCompleted", {"at": NOW.isoformat(), "case_id": "not an id"})
    with pytest.raises(EventDamaged):
        load("CataloguePublished", {"at": NOW.isoformat(), "release": "three"})


def test_types_come_back_as_they_were() -> None:
    event = events.CaseFiled(at=NOW, case_id=uuid4(), reference="YJ-1", event_id="open", release=1, services=("a", "b"))
    back = load(*dump(event))
    assert isinstance(back, events.CaseFiled)
    assert isinstance(back.case_id, UUID)
    assert back.services == ("a", "b")
    opened = events.TaskOpened(
        at=NOW, case_id=uuid4(), task_id=uuid4(), service="s", step="t", organisation="o", due_date=date(2026, 3, 18)
    )
    assert load(*dump(opened)) == opened
