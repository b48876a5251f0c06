"""The log in its details: whom it tells what, how it cuts long lists, and that a check of it names everything that is wrong, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from structlog.testing import capture_logs
from tests.domain.proof.test_offline import VERIFIER

from onewindow.domain import proof
from onewindow.plumbing import access_holder, accesses, audit, proof_log
from onewindow.plumbing.access_store import commit
from onewindow.plumbing.access_store.commit import GroupCommit, NotWritten
from onewindow.plumbing.access_store.models import AccessEntry, AccessPerson
from onewindow.plumbing.access_store.router import ACCESSES, AccessRouter
from onewindow.plumbing.actors import Acting, Actor
from onewindow.plumbing.models import AuditEntry, ProofHead, ProofTile
from onewindow.plumbing.signatures import holds

ONE, TWO, THREE, FOUR, FIVE, SIX = (UUID(int=number) for number in range(1, 7))
CLERK = Actor(kind="officer", id=ONE, organisation="market")
ANNA = Actor(kind="person", id=TWO)
SECOND = timedelta(seconds=1)


def look(now: datetime, **more: object) -> None:
    given = {"actor": CLERK, "what": "cases.case", "subject_kind": "case", "subject_id": FOUR, "persons": [TWO], "case": FOUR}
    accesses.read(**{**given, "purpose": "handling", "at": now, **more})  # type: ignore[arg-type]  (of several types)


def act(now: datetime, *, actor: Actor = CLERK, action: str = "cases.accept", times: int = 1) -> None:
    for number in range(times):
        audit.record(actor=actor, action=action, subject_kind="case", subject_id=FOUR, at=now, details={"step": number})


# --- who looked, and what somebody did ---


@pytest.mark.django_db
def test_a_person_reads_every_detail_of_a_look_and_also_what_was_seen_under_an_earlier_name(now: datetime) -> None:
    look(now, details={"view": "mine"})
    look(now, persons={THREE: [FIVE, SIX], FOUR: [ONE]}, case=None, what="cases.list")
    look(now, persons=[TWO], case=None, what="cases.count", actor=Actor.system("worker"))
    refused = AccessEntry.objects.create(kind="denied", at=now, actor_kind="officer", what="cases.work", persons={str(TWO): []})
    AccessPerson.objects.create(entry=refused, person=TWO)
    count, several, one = accesses.of_person(TWO, also=[THREE])
    common = {"at": now, "actor_kind": "officer", "actor_id": ONE, "actor_name": "", "organisation": "market", "purpose": "handling"}
    assert one == accesses.AccessRow(id=one.id, what="cases.case", cases=(FOUR,), details={"view": "mine"}, **common)
    assert several == accesses.AccessRow(id=several.id, what="cases.list", cases=(FIVE, SIX), details={}, **common)
    assert (count.actor_name, count.actor_id, count.organisation, count.cases) == ("worker", None, "", ())
    assert [row.what for row in accesses.of_person(THREE)] == ["cases.list"]


@pytest.mark.django_db
def test_what_somebody_did_and_read_is_told_from_the_first_to_the_last_second_that_was_asked_for(now: datetime) -> None:
    for step in range(-2, 3):
        at = now + step * SECOND
        act(at, action=f"cases.step{step}")
        look(at, what=f"cases.look{step}", details={"step": step})
    act(now, actor=ANNA)
    look(now, actor=ANNA)
    accesses.denied(actor=CLERK, permission="cases.work", subject=None, at=now)
    steps = (-1, 0, 1)
    told = list(audit.acts_of(ONE, now - SECOND, now + SECOND))
    assert told == [audit.Act(now + step * SECOND, f"cases.step{step}", "case", str(FOUR)) for step in steps]
    taken = list(accesses.within(now - SECOND, now + SECOND, actor_id=ONE))
    persons = {str(TWO): []}
    assert taken == [
        accesses.Taken(now + step * SECOND, f"cases.look{step}", "market", "handling", FOUR, persons, {"step": step}, str(FOUR))
        for step in steps
    ]
    assert [item.what for item in accesses.within(now, now, kind=accesses.DENIED)] == ["cases.work"]


@pytest.mark.django_db
def test_whoever_takes_their_data_along_gets_every_look_without_the_officer(now: datetime) -> None:
    assert list(access_holder._export(TWO)) == []
    look(now, actor=ANNA)
    rows = AccessEntry.objects.bulk_create(
        AccessEntry(kind="read", at=now, actor_kind="officer", actor_id=ONE, what=f"{number}", persons={str(TWO): []})
        for number in range(101)
    )
    AccessPerson.objects.bulk_create(AccessPerson(entry=row, person=TWO) for row in rows)
    (part,) = access_holder._export(TWO)
    assert (part.name, len(part.data), part.data[0]["what"]) == ("who-looked", 101, "100")
    assert set(part.data[0]) == {"at", "actor_kind", "actor_name", "organisation", "what", "cases", "purpose", "details"}


def test_an_act_for_a_child_names_the_guardianship(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    kept: list[AuditEntry] = []
    monkeypatch.setattr("onewindow.plumbing.bulk.insert", kept.extend)
    act(now, actor=Actor(kind="person", id=ONE, on_behalf_of=Acting(THREE, "natural", guardianship=TWO)))
    assert kept[0].details == {"step": 0, "on_behalf_of": str(THREE), "guardianship": str(TWO)}


# --- the store ---


@pytest.mark.django_db
def test_a_long_list_is_cut_where_an_entry_is_full_and_not_before(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accesses, "MOST_IDS", 6)

    def cut(persons: accesses.Persons) -> list[dict[str, list[int]]]:
        AccessEntry.objects.all().delete()
        look(now, persons=persons, case=None)
        return [{person[-1]: [UUID(case).int for case in cases] for person, cases in row.persons.items()} for row in _entries()]

    two = [UUID(int=10), UUID(int=9)]
    assert cut([SIX, TWO, ONE, THREE, FOUR, FIVE, TWO]) == [{str(number): [] for number in range(1, 7)}]
    assert cut({ONE: two, TWO: two, THREE: two, FOUR: two, FIVE: []}) == [
        {"1": [9, 10], "2": [9, 10]},
        {"3": [9, 10], "4": [9, 10]},
        {"5": []},
    ]
    assert cut({ONE: [UUID(int=number) for number in range(11, 18)], TWO: two}) == [
        {"1": [11, 12, 13]},
        {"1": [14, 15, 16]},
        {"1": [17], "2": [9, 10]},
    ]
    assert cut([]) == [{}]


def _entries() -> list[AccessEntry]:
    return list(AccessEntry.objects.order_by("pk"))


@pytest.mark.django_db
def test_within_one_page_another_matter_is_another_look_and_a_page_within_it_forgets_nothing(now: datetime) -> None:
    with accesses.one_page():
        for more in (
            {},
            {"subject_id": FIVE},
            {"persons": {TWO: [FOUR]}},
            {"persons": {TWO: [FIVE]}},
            {"purpose": "own"},
            {"case": None},
        ) * 2:
            look(now, **more)
        with accesses.one_page():
            look(now)
        look(now)
    assert AccessEntry.objects.count() == 7


@pytest.mark.own_database  # after a failure the store closes its connection, and on PostgreSQL the test's transaction goes with it
@pytest.mark.django_db
def test_nothing_is_shown_from_within_a_transaction_that_may_still_take_the_entry_back(now: datetime) -> None:
    with transaction.atomic(using=ACCESSES):
        with pytest.raises(accesses.AccessNotLogged):
            look(now)
        with pytest.raises(RuntimeError, match="durable"):
            accesses.try_out()
    entry = AccessEntry.objects.create(pk=1, kind="read", at=now, actor_kind="officer", what="cases.case", leaf=5)
    with CaptureQueriesContext(connections[ACCESSES]) as asked:
        accesses.try_out()
    assert any(query["sql"].startswith("UPDATE") for query in asked), "a store that only reads would be noticed"
    entry.refresh_from_db()
    assert entry.leaf == 5


@pytest.mark.own_database  # as above
@pytest.mark.django_db
def test_an_entry_that_could_not_be_written_with_others_is_written_alone(now: datetime) -> None:
    good, bad = (accesses._entry("read", CLERK, now, what="cases.case", persons={key: []}) for key in (str(TWO), "nobody"))
    with pytest.raises(ValueError, match="badly formed"):
        accesses._write([good, bad])
    assert not AccessEntry.objects.exists()
    accesses._write([good])
    assert [row.what for row in accesses.of_person(TWO)] == ["cases.case"]


def test_a_process_that_is_told_to_end_leaves_nobody_waiting_for_an_entry_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []

    def interrupted(rows: Sequence[object]) -> None:
        written.append(len(rows))
        raise KeyboardInterrupt

    store = GroupCommit(interrupted)
    other = commit._Waiting(["a"])
    store._queue.append(other)
    with pytest.raises(KeyboardInterrupt):
        store.add(["b"])
    assert (other.done, type(other.error), written) == (True, KeyboardInterrupt, [2])
    assert store._turn.acquire(timeout=0), "the next one may try"
    monkeypatch.setattr(commit, "TOGETHER", 2)
    store._queue.extend([other, other, other])
    assert len(store._next()) == 2, "no more than one transaction takes"


def test_a_denial_that_nobody_could_write_in_time_is_told_to_the_operator(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    def late(_rows: object) -> None:
        raise NotWritten

    monkeypatch.setattr(accesses, "_store", SimpleNamespace(add=late))
    with capture_logs() as said:
        accesses.denied(actor=CLERK, permission="cases.work", subject=None, at=now)
    assert [entry["failure"] for entry in said] == ["NotWritten"]


def test_on_a_server_both_stores_are_made_in_one_database_and_each_table_once() -> None:
    given = [(db, label) for db in (ACCESSES, "default") for label in ("access_store", "cases")]
    server = connections["default"].vendor != "sqlite"
    assert [AccessRouter().allow_migrate(*one) for one in given] == [True, False, server, True]


# --- the proof log ---


@pytest.mark.django_db
def test_everything_that_is_wrong_with_a_log_is_named_once_and_in_its_order(now: datetime) -> None:
    for _ in range(2):
        act(now, times=10)
        proof_log.sequence_all(now=now)
    for _ in range(4):
        look(now)
    proof_log.sequence_all(now=now)
    proof_log.mark_accesses()
    act(now)
    look(now)
    acts, looks = AuditEntry.objects.filter(leaf__isnull=False), AccessEntry.objects.filter(leaf__isnull=False)
    ids = dict(acts.values_list("leaf", "pk")) | dict(looks.values_list("leaf", "pk"))
    assert proof_log.verify() == proof_log.Found(entries=24, waiting=2, heads=3, faults=())

    acts.filter(leaf__in=[5, 6, 19]).delete()
    missing = tuple(f"entry {place} is missing" for place in (5, 6, 19))
    assert proof_log.verify().faults == missing, "what is there still leads to the signed roots"

    acts.filter(leaf=9).delete()
    acts.filter(leaf=3).update(action="cases.refuse")
    acts.filter(leaf=12).update(leaf=900)
    acts.filter(leaf=13).update(leaf=901)
    looks.filter(leaf=20).update(leaf=4)
    AccessPerson.objects.filter(entry__leaf=21).delete()
    looks.filter(leaf=22).update(what="cases.list")
    looks.filter(leaf=23).delete()
    ProofHead.objects.filter(size=20).update(note="nonsense")
    ProofHead.objects.create(size=15, note=ProofHead.objects.get(size=10).note, at=now)
    unreadable = proof.CheckpointWrong(what="it does not have its three lines")
    first = (
        "the head over 15 entries is not signed by this log",
        f"the head over 20 entries cannot be read: {unreadable}",
        f"entry 3 (audit id {ids[3]}) is not what it was when it was written",
        f"entry 4 stands twice, once as access id {ids[20]}",
        *missing[:2],
        "entry 9 is missing",
        "the first 10 entries do not lead to the root that was signed over them",
        "entry 12 is missing",
        "entry 13 is missing",
        missing[2],
        "entry 20 is missing",
        f"entry 21 (access id {ids[21]}) is not told to exactly the people it concerns",
        f"entry 22 (access id {ids[22]}) is not what it was when it was written",
        "entry 23 is missing",
    )
    outside = tuple(f"entry {place} stands outside the log of 24 entries" for place in (900, 901))
    rewritten = "the first 24 entries do not lead to the root that was signed over them"
    assert proof_log.verify() == proof_log.Found(entries=24, waiting=2, heads=4, faults=(*first, rewritten, *outside))
    acts.filter(leaf__gte=900).delete()
    assert proof_log.verify() == proof_log.Found(entries=23, waiting=2, heads=4, faults=first)


@pytest.mark.django_db
def test_however_much_waits_it_is_numbered_batch_by_batch_and_the_oldest_is_known(
    now: datetime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(proof_log, "BATCH", 10)
    assert proof_log.waiting_since() is None
    act(now, times=13)
    look(now - SECOND)
    look(now)
    assert proof_log.waiting_since() == now - SECOND
    assert proof_log.sequence_all(now=now) == 15
    assert list(ProofHead.objects.order_by("size").values_list("size", "at")) == [(0, now), (12, now), (15, now)]
    empty = proof.read_note(ProofHead.objects.get(size=0).note)
    assert (empty.checkpoint.size, empty.checkpoint.root) == (0, proof.EMPTY_ROOT)
    assert empty.signed_by(proof_log.verifier_key(), holds)
    proof_log.mark_accesses()
    assert proof_log.waiting_since() is None
    act(now - SECOND)
    look(now)
    assert proof_log.waiting_since() == now - SECOND
    assert proof_log.export(tmp_path) == 15, "only what is signed"
    monkeypatch.setattr(proof_log, "BATCH", 300)
    act(now, times=250)
    assert proof_log.sequence_all(now=now) == 252
    proof_log.export(tmp_path)
    assert VERIFIER["verify"](tmp_path, proof_log.verifier_key(), [], []).startswith("267 entries"), "over the end of a bundle"
    assert proof_log.tile(0, 99) == b""


@pytest.mark.django_db
def test_a_proof_reads_the_tiles_on_its_way_and_no_others(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    ProofTile.objects.bulk_create(ProofTile(level=0, index=index, data=bytes(8192)) for index in range(4))
    ProofTile.objects.create(level=1, index=0, data=bytes(4 * 32))
    monkeypatch.setattr(proof_log, "tile", lambda *place: pytest.fail(f"asked for again: {place}"))
    with CaptureQueriesContext(connections["default"]) as asked:
        read = proof_log._leading_from(300, 1_024)
    assert "IN (1, 3)" in asked.captured_queries[0]["sql"]
    assert [len(read(*place)) for place in ((0, 1), (0, 3), (1, 0))] == [8192, 8192, 128]


@pytest.mark.django_db
def test_a_log_is_named_after_its_site_and_an_empty_one_is_signed_as_well(settings: Settings) -> None:
    for origin, name in (("https://yujing.example", "yujing.example/log"), ("", "onewindow/log")):
        settings.ONEWINDOW_ORIGIN = origin
        note = proof.read_note(proof_log.checkpoint())
        assert note.checkpoint == proof.Checkpoint(name, 0, proof.EMPTY_ROOT)
        assert proof_log.verifier_key().startswith(f"{name}+")
        assert note.signed_by(proof_log.verifier_key(), holds)
