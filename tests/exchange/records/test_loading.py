"""A file becomes records: whole or not at all, once, each found under its key."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from onewindow.modules.exchange import services
from onewindow.plumbing.actors import Actor
from tests.exchange.conftest import NOW, SYSTEM
from tests.exchange.records.conftest import Shelf

pytestmark = pytest.mark.django_db
HEAD = "property-number,address,floor-area,storeys,heated,built,seen,use"
FIRST = ("A1", "云江市胜利路88号1层", "126.5", "3", "yes", "2001-12-31", "2026-03-01T09:30:00+08:00", "shop")
SECOND = ("B2", "云江市和平街2号", "", "", "", "", "", "")
IDS = ("23000019880412026X", "11010519491231002X")
MATTER = uuid4()
PERSON = Actor(kind="person", id=uuid4())


def test_a_file_becomes_records_that_are_found_by_key(shelf: Shelf, found: Callable[..., Any]) -> None:
    loaded = shelf.load(shelf.csv(HEAD, FIRST, SECOND))
    assert (loaded.rows, loaded.added, loaded.changed, loaded.gone, loaded.refused) == (2, 2, 0, 0, 0)
    assert found("houses", property_number="A1") == {
        "property-number": "A1",
        "address": "云江市胜利路88号1层",
        "floor-area": 126.5,
        "storeys": 3,
        "heated": True,
        "built": date(2001, 12, 31),
        "seen": datetime(2026, 3, 1, 1, 30, tzinfo=UTC),
        "use": "shop",
    }
    assert found("houses", property_number="B2")["floor-area"] is None
    assert found("houses", property_number="C3") is None


def test_personal_columns_lie_sealed_and_are_found_by_the_whole_key(shelf: Shelf, found: Callable[..., Any]) -> None:
    rows = [(IDS[0].lower(), "王小明", "1988-04-12", "建华"), (IDS[1], "李雷", "", "龙沙")]
    shelf.load(shelf.csv("resident-id,full-name,born,district", *rows), resource="people")
    expected = {"resident-id": IDS[0], "full-name": "王小明", "born": date(1988, 4, 12), "district": "建华"}
    assert found("people", resident_id="23000019880412026x") == expected
    assert found("people", resident_id=IDS[1])["born"] is None


def test_many_records_at_once_are_found_like_few(shelf: Shelf, found: Callable[..., Any]) -> None:
    columns = [{"name": "id", "key": True, "personal": True}, {"name": "name", "personal": True}, {"name": "floor", "type": "integer"}]
    services.describe_records(resource="tenants", description={"columns": columns}, actor=SYSTEM, now=NOW)
    rows = [(f"T{number:04}", f"name {number}", number % 9) for number in range(1000)]
    assert shelf.load(shelf.csv("id,name,floor", *rows), resource="tenants").added == 1000
    rows[20:] = [(number, name.upper() if floor == 4 else name, floor) for number, name, floor in rows[20:]]
    again = shelf.load(shelf.csv("id,name,floor", *rows[20:], ("new", "name", 1), rows[20]), resource="tenants")
    assert (again.added, again.changed, again.same, shelf.refused) == (1, 109, 871, [(983, "id", "twice")])
    for number, name, floor in [*rows[::37], rows[-1], ("new", "name", 1)]:
        assert found("tenants", id=number) == {"id": number, "name": name, "floor": floor}


def test_the_exchange_asks_the_store_like_any_source(city: None, shelf: Shelf) -> None:
    shelf.load(shelf.csv(HEAD, FIRST))
    services.describe_records(
        resource="property-register",
        description={"columns": [{"name": "number", "key": True}, {"name": "address"}, {"name": "floor-area", "type": "number"}]},
        actor=SYSTEM,
        now=NOW,
    )
    connector = {"resource": "property-register", "kind": "records", "columns": {"property-number": "number"}}
    services.load_connectors(connectors=[connector], actor=SYSTEM, now=NOW)
    asked = {
        "resource": "property-register",
        "fields": ["address", "floor-area"],
        "purpose": "prefill",
        "subject_kind": "draft",
        "subject_id": MATTER,
        "actor": PERSON,
        "now": NOW,
    }
    with pytest.raises(services.SourceUnavailable):
        services.query(keys={"property-number": "A1"}, **asked)
    shelf.load(shelf.csv("number,address,floor-area", ("A1", "云江市胜利路88号1层", 126.5)), resource="property-register")
    assert services.query(keys={"property-number": "A1"}, **asked).values == {"address": "云江市胜利路88号1层", "floor-area": 126.5}
    with pytest.raises(services.NoRecord):
        services.query(keys={"property-number": "Z9"}, **asked)
