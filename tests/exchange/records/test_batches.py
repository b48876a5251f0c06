"""One batch after the other: once each, whole or not at all, and what a record was before stays known."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from onewindow.modules.breach import services as breach
from onewindow.modules.exchange import services
from onewindow.modules.exchange.records import batches, models, stores, tables
from onewindow.modules.exchange.records.errors import NoStore, StoreBusy
from onewindow.plumbing import personal
from onewindow.plumbing.models import AuditEntry
from onewindow.plumbing.sealing import SealBroken
from tests.exchange.conftest import NOW, SYSTEM
from tests.exchange.records.conftest import Shelf

pytestmark = pytest.mark.django_db
HEAD = "resident-id,full-name,born,district"
IDS = ("23000019880412026X", "11010519491231002X")
WANG, LI = (
    (IDS[0], "王小明", "1988-04-12", "建华"),
    (IDS[1], "李雷", "", "龙沙"),
)


def history(resident_id: str) -> list[tuple[int, int | None, Any, Any]]:
    told = services.record_history(resource="people", keys={"resident-id": resident_id}, actor=SYSTEM, now=NOW)
    return [(row.since, row.until, row.values["full-name"], row.values["district"]) for row in told]


def test_the_same_batch_twice_changes_nothing_and_says_so(shelf: Shelf) -> None:
    file = shelf.csv(HEAD, WANG, LI)
    assert shelf.load(file, resource="people").known_at is None
    entries = AuditEntry.objects.count()
    again = shelf.load(file, resource="people", now=NOW + timedelta(days=1))
    assert (again.known_at, again.number, AuditEntry.objects.count()) == (NOW, 1, entries)
    under_another_name = shelf.load(file, resource="people", name="other")
    assert (under_another_name.known_at, under_another_name.same, under_another_name.changed) == (None, 2, 0)
    assert not tables.count(f"{stores.store_of('people').table}_before")


def test_what_a_record_was_stays_known_with_the_batch_that_changed_it_until_the_rules_let_it_go(
    shelf: Shelf, found: Callable[..., Any]
) -> None:
    shelf.load(shelf.csv(HEAD, WANG, LI), resource="people")
    changed = shelf.load(shelf.csv(HEAD, (IDS[0], "王小明", "1988-04-12", "龙沙"), LI), resource="people")
    assert (changed.added, changed.changed, changed.same) == (0, 1, 1)
    shelf.load(shelf.csv(HEAD, (IDS[0], "王大明", "1988-04-12", "龙沙")), resource="people")
    gone = shelf.load(shelf.csv("resident-id", (IDS[0],), ("unknown",), name="gone.csv"), resource="people", deletes=True)
    assert (gone.gone, gone.rows, shelf.refused) == (1, 1, [(3, "resident-id", "resident-id-length")])
    assert found("people", resident_id=IDS[0]) is None
    shelf.load(shelf.csv(HEAD, WANG, name="back.csv"), resource="people")
    assert history(IDS[0]) == [
        (5, None, "王小明", "建华"),
        (3, 4, "王大明", "龙沙"),
        (2, 3, "王小明", "龙沙"),
        (1, 2, "王小明", "建华"),
    ]
    assert history(IDS[1]) == [(1, None, "李雷", "龙沙")]
    assert AuditEntry.objects.filter(action="exchange.record-history").count() == 2
    assert not [item for item in personal.overdue(NOW + timedelta(days=300)) if item.subject_kind == "record-batch"]
    removed = personal.retain(actor=SYSTEM, now=NOW + timedelta(days=366))
    assert [done.rows for done in removed if done.item.subject_kind == "record-batch"] == [1, 1, 1]
    assert history(IDS[0]) == [(5, None, "王小明", "建华")]
    assert not [item for item in personal.overdue(NOW + timedelta(days=400)) if item.subject_kind == "record-batch"]


def test_a_file_says_itself_which_records_are_gone(shelf: Shelf, found: Callable[..., Any]) -> None:
    head = "property-number,address,floor-area,storeys,heated,built,seen,use,gone"
    rows = [(number, "here", "", "", "", "", "", "", gone) for number, gone in (("A1", ""), ("A2", "yes"), ("A3", "no"))]
    assert shelf.load(shelf.csv(head, *rows)).added == 2
    loaded = shelf.load(shelf.csv(head, ("A1", "", "", "", "", "", "", "", "yes"), ("A4", "new", "", "", "", "", "", "", "no")))
    assert (loaded.gone, loaded.added, shelf.refused) == (1, 1, [])
    assert [found("houses", property_number=number) is None for number in ("A1", "A2", "A3", "A4")] == [True, True, False, False]


def test_a_batch_that_fails_on_its_way_leaves_nothing_behind(shelf: Shelf, found: Callable[..., Any]) -> None:
    made = set(connection.introspection.table_names())
    with mock.patch.object(batches.audit, "record", side_effect=RuntimeError), pytest.raises(RuntimeError):
        shelf.load(shelf.csv(HEAD, WANG), resource="people")
    assert set(connection.introspection.table_names()) == made
    with pytest.raises(NoStore):
        found("people", resident_id=IDS[0])
    shelf.load(shelf.csv(HEAD, WANG), resource="people")
    with mock.patch.object(batches.audit, "record", side_effect=RuntimeError), pytest.raises(RuntimeError):
        shelf.load(shelf.csv(HEAD, LI, (IDS[0], "other", "", "")), resource="people")
    assert (found("people", resident_id=IDS[0])["full-name"], found("people", resident_id=IDS[1])) == ("王小明", None)
    store = models.RecordStore.objects.get(resource="people")

    def meanwhile(*_given: object) -> None:
        models.RecordStore.objects.filter(pk=store.pk).update(batches=7)

    with pytest.raises(StoreBusy):
        shelf.load(shelf.csv(HEAD, LI), resource="people", progress=meanwhile)
    assert found("people", resident_id=IDS[1]) is None


def test_what_a_killed_load_left_behind_is_removed_a_day_later(shelf: Shelf) -> None:
    store = models.RecordStore.objects.get(resource="people")
    old, fresh = tables.new_name(store.pk, NOW - timedelta(days=2)), tables.new_name(store.pk, NOW)
    for name in (old, fresh):
        tables.create(name, tables.layout_of(stores.read_description("people", store.description)))
    shelf.load(shelf.csv(HEAD, WANG), resource="people")
    there = connection.introspection.table_names()
    assert (old in there, fresh in there) == (False, True)
    tables.drop(fresh)


def test_who_copies_the_database_reads_no_personal_column_and_moves_none_to_another(shelf: Shelf, found: Callable[..., Any]) -> None:
    shelf.load(shelf.csv(HEAD, WANG, LI), resource="people")
    table = stores.store_of("people").table
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  (our own name)
        kept = b" ".join(
            str(value).encode() if not isinstance(value, bytes | memoryview) else bytes(value) for row in cursor for value in row
        )
        assert not any(value.encode() in kept for value in (*WANG[:3], *LI[:2]) if value)
        assert WANG[3].encode() in kept
        cursor.execute(f'UPDATE "{table}" SET s = (SELECT s FROM "{table}" ORDER BY s DESC LIMIT 1)')  # noqa: S608  (our own name)
    opened = []
    for number in IDS[:2]:
        try:
            opened.append(found("people", resident_id=number)["full-name"])
        except SealBroken:
            opened.append(None)
    assert opened.count(None) == 1


def test_the_breach_drill_tells_what_a_copy_of_the_records_gives_away(shelf: Shelf) -> None:
    shelf.load(shelf.csv(HEAD, WANG, LI), resource="people")
    table = stores.store_of("people").table
    leak = breach.Leak(kind="tables", subjects=(table,), since=NOW, until=NOW, key_known=False)
    told = breach.find(leak=leak, incident="drill", actor=SYSTEM, now=NOW).gathered
    assert [(held.name, held.resource, held.rows, sorted(held.sealed)) for held in told] == [(table, "people", 2, ["identity"])]
    assert not told[0].open & {"contact"}


NUMBERS = st.sampled_from(["a", "b", "c", "d"])
BATCHES = st.lists(st.lists(st.tuples(NUMBERS, st.sampled_from(["x", "y", ""]), st.booleans()), max_size=4), max_size=5)


@pytest.mark.parametrize("personal", [False, True])
def test_batches_do_what_a_dictionary_would_do(shelf: Shelf, personal: bool) -> None:
    """Every history of small batches: the store holds what a dictionary would, and its history is what the dictionary was."""

    @settings(max_examples=8)
    @given(BATCHES)
    def run(batches: list[list[tuple[str, str, bool]]]) -> None:
        resource = f"model-{models.RecordStore.objects.count()}"
        columns = [{"name": "id", "key": True, "personal": personal}, {"name": "value", "personal": personal}]
        services.describe_records(resource=resource, description={"columns": columns, "deletion": "gone"}, actor=SYSTEM, now=NOW)
        model: dict[str, str | None] = {}
        was: dict[str, list[str | None]] = {}
        for place, batch in enumerate(batches):
            rows = list({number: (number, value, gone) for number, value, gone in batch}.values())
            file = shelf.csv("id,value,gone", *rows, name=f"{place}.csv")
            loaded = shelf.load(file, resource=resource)
            before = dict(model)
            for number, value, gone in rows:
                if gone:
                    model.pop(number, None)
                else:
                    model[number] = value or None
            altered = [number for number in before if model.get(number, ...) != before[number]]
            for number in altered:
                was.setdefault(number, []).insert(0, before[number])
            assert loaded.added == len(model.keys() - before.keys())
            assert loaded.gone == len(before.keys() - model.keys())
            assert loaded.changed == len(altered) - loaded.gone
            assert shelf.load(file, resource=resource).known_at is not None
        if batches:
            for number in "abcd":
                told = services.record_history(resource=resource, keys={"id": number}, actor=SYSTEM, now=NOW)
                now = [model[number]] if number in model else []
                assert [version.values["value"] for version in told] == now + was.get(number, [])

    run()
