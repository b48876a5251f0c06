"""Denials and reads in a store of their own: durable before they return, whatever becomes of what is around them."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from tests.domain.proof.test_offline import VERIFIER

from onewindow.domain.errors import Forbidden
from onewindow.plumbing import accesses, audit, clock, permissions, proof_log
from onewindow.plumbing.access_store.commit import GroupCommit, NotWritten
from onewindow.plumbing.access_store.models import AccessEntry, AccessPerson, DenialCount
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import NumberedAccess, WorkYear

CLERK = Actor(kind="officer", id=uuid4(), organisation="market-regulation", roles=frozenset({"officer"}))
ANNA, BORIS = uuid4(), uuid4()
CASE, OTHER_CASE = uuid4(), uuid4()


def look(now: datetime, **more: object) -> None:
    given = {"actor": CLERK, "what": "cases.case", "subject_kind": "case", "subject_id": CASE, "persons": [ANNA], "case": CASE}
    accesses.read(**{**given, "purpose": "handling", "at": now, **more})  # type: ignore[arg-type]


@pytest.fixture
def forbidden() -> Iterator[str]:
    code = "tests.never"
    permissions.declare(code, says="Nobody.", allows=lambda _actor, _subject: False)
    yield code
    permissions._declared.pop(code)


# --- a flood ---


@pytest.mark.django_db(transaction=True)
def test_a_stranger_who_knocks_all_day_fills_no_disk_and_every_knock_is_counted(
    now: datetime, forbidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    anna, code = Actor(kind="person", id=ANNA), f"{forbidden}-either"
    permissions.declare(code, says="Nobody.", allows=lambda _actor, _subject: False)
    for number in range(400):
        with pytest.raises(Forbidden), transaction.atomic():
            permissions.require(anna, forbidden if number % 4 else code, uuid4())
    permissions._declared.pop(code)
    assert AccessEntry.objects.count() == 60
    assert sorted(DenialCount.objects.values_list("what", "times")) == [(forbidden, 255), (code, 85)], (
        "written before each refusal is answered"
    )
    with accesses.one_page("a stranger"):
        for _ in range(90):
            accesses.denied(actor=Actor.anonymous(), permission=forbidden, subject=None, at=now)
    with accesses.one_page("a neighbour"):
        accesses.denied(actor=Actor.anonymous(), permission=forbidden, subject=None, at=now)
    assert AccessEntry.objects.filter(actor_kind="anonymous").count() == 61, "one visitor leaves the others their entries"

    assert accesses.settle_denials(now=now) == 0, "only minutes that are over"
    assert accesses.settle_denials(now=now + timedelta(minutes=1)) == 3
    assert not DenialCount.objects.exists()
    assert sum(row.details.get("times", 1) for row in AccessEntry.objects.all()) == 400 + 91, "none is lost"
    assert AccessEntry.objects.count() == 60 + 61 + 3
    assert sum(taken.details.get("times", 1) for taken in accesses.within(now, now, kind=accesses.DENIED, actor_id=ANNA)) == 400
    proof_log.sequence_all(now=now)
    assert proof_log.verify().faults == ()


# --- what stands ---


@pytest.mark.django_db(transaction=True)
def test_a_look_and_a_denial_stand_when_the_transaction_around_them_rolls_back(now: datetime, forbidden: str) -> None:
    case = WorkYear(pk=7)
    with pytest.raises(Forbidden), transaction.atomic():  # noqa: PT012  (what is raised late undoes what came first)
        WorkYear.objects.create(region="XX", year=1999, source="test")
        look(now)
        permissions.require(CLERK, forbidden, case)
    assert not WorkYear.objects.filter(region="XX").exists()
    seen, denied = AccessEntry.objects.order_by("id")
    assert (seen.kind, seen.actor_id, seen.organisation, seen.what, seen.case) == (
        "read",
        CLERK.id,
        "market-regulation",
        "cases.case",
        CASE,
    )
    assert (denied.kind, denied.what, denied.subject_kind, denied.subject_id) == ("denied", forbidden, "workyear", "7")


@pytest.mark.django_db
def test_what_cannot_be_logged_is_not_shown_and_a_denial_stays_a_denial(
    now: datetime, forbidden: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_rows: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(accesses, "_store", GroupCommit(full))
    with pytest.raises(accesses.AccessNotLogged) as refused:
        look(now)
    assert refused.value.status == 503
    with pytest.raises(Forbidden):
        permissions.require(CLERK, forbidden)
    assert "denial not logged" in {item.msg["event"] for item in caplog.records if isinstance(item.msg, dict)}


# --- who looked ---


@pytest.mark.django_db
def test_a_person_finds_who_looked_newest_first_and_not_themselves(now: datetime) -> None:
    herself = Actor(kind="person", id=ANNA)
    look(now)
    look(now, actor=herself, purpose="own")
    look(now, actor=Actor.anonymous(), what="cases.status")
    look(now, actor=herself, what=accesses.REGISTER, purpose="thing:open-a-cafe")
    look(now, persons=[BORIS], case=OTHER_CASE)
    assert [row.what for row in accesses.of_person(ANNA)] == [accesses.REGISTER, "cases.status", "cases.case"]
    assert len(accesses.of_person(ANNA, own=True)) == 4
    newest = accesses.of_person(ANNA, limit=1)
    assert [row.what for row in accesses.of_person(ANNA, before=newest[0].id)] == ["cases.status", "cases.case"]
    oldest = accesses.of_person(ANNA)[-1]
    assert (oldest.actor_id, oldest.organisation, oldest.cases, oldest.purpose) == (CLERK.id, "market-regulation", (CASE,), "handling")


@pytest.mark.django_db
def test_a_list_tells_each_person_their_own_cases_only(now: datetime) -> None:
    look(now, what="cases.list", case=None, persons={ANNA: [CASE], BORIS: [OTHER_CASE]})
    assert AccessEntry.objects.count() == 1
    assert accesses.of_person(ANNA)[0].cases == (CASE,)
    assert accesses.of_person(BORIS)[0].cases == (OTHER_CASE,)


@pytest.mark.django_db
def test_a_list_longer_than_an_entry_of_the_log_takes_several(now: datetime) -> None:
    crowd = {uuid4(): [uuid4()] for _ in range(1200)} | {ANNA: [uuid4() for _ in range(1300)]}
    look(now, case=None, persons=crowd)
    kept = list(AccessEntry.objects.all())
    assert max(len(accesses.entry_text(row)) for row in kept) < 60_000
    assert AccessPerson.objects.values("person").distinct().count() == len(crowd)
    assert sum(len(row.cases) for row in accesses.of_person(ANNA)) == 1300


@pytest.mark.django_db
def test_the_same_look_within_one_page_is_told_once(now: datetime) -> None:
    with accesses.one_page():
        look(now)
        look(now + timedelta(seconds=1))
        look(now, persons=[ANNA, BORIS])
    look(now)
    assert AccessEntry.objects.count() == 3


# --- written together ---


def test_who_waits_is_written_in_one_transaction() -> None:
    batches: list[int] = []
    first, go_on = threading.Event(), threading.Event()

    def slow(rows: Sequence[object]) -> None:
        batches.append(len(rows))
        first.set()
        assert go_on.wait(10)

    store = GroupCommit(slow)
    callers = [threading.Thread(target=store.add, args=([number],)) for number in range(9)]
    callers[0].start()
    assert first.wait(10)
    for caller in callers[1:]:
        caller.start()
    while len(store._queue) < 8:
        threading.Event().wait(0.001)
    go_on.set()
    for caller in callers:
        caller.join(10)
    assert batches == [1, 8]


def test_what_one_of_them_brought_keeps_nobody_else_out() -> None:
    kept: list[object] = []
    first, go_on = threading.Event(), threading.Event()

    def write(rows: Sequence[object]) -> None:
        first.set()
        assert go_on.wait(10)
        if "bad" in rows:
            raise DatabaseError
        kept.extend(rows)

    store, refused = GroupCommit(write), []

    def add(row: str) -> None:
        try:
            store.add([row])
        except NotWritten:
            refused.append(row)

    callers = [threading.Thread(target=add, args=(row,)) for row in ("a", "b", "bad", "c")]
    callers[0].start()
    assert first.wait(10)
    for caller in callers[1:]:
        caller.start()
    while len(store._queue) < 3:
        threading.Event().wait(0.001)
    go_on.set()
    for caller in callers:
        caller.join(10)
    assert (sorted(map(str, kept)), refused) == (["a", "b", "c"], ["bad"])


# --- numbered with the acts ---


def act(now: datetime) -> None:
    audit.record(actor=CLERK, action="cases.accept", subject_kind="case", subject_id=CASE, at=now)


def mixed(now: datetime, count: int = 20) -> None:
    """Write acts and looks in turn: the acts get the first places, the looks the others."""
    for _ in range(count // 2):
        act(now)
        look(now)
    assert proof_log.sequence_all(now=now) == count


@pytest.mark.django_db(transaction=True)
def test_one_sequencer_numbers_acts_and_looks_once(now: datetime, tmp_path: Path) -> None:
    mixed(now)
    assert list(AccessEntry.objects.order_by("id").values_list("leaf", flat=True)) == list(range(10, 20))
    assert not NumberedAccess.objects.exists()
    look(now)
    assert proof_log.verify().waiting == 1
    assert proof_log.waiting_since() == now
    assert proof_log.sequence_all(now=now) == 1
    assert proof_log.sequence_all(now=now) == 0
    found = proof_log.verify()
    assert (found.entries, found.waiting, found.faults) == (21, 0, ())
    assert proof_log.export(tmp_path) == 21
    assert VERIFIER["verify"](tmp_path, proof_log.verifier_key(), [], []).startswith("21 entries")


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_the_two_stores_loses_doubles_and_moves_nothing(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def died() -> None:
        raise SystemError

    with monkeypatch.context() as patched:
        patched.setattr(proof_log, "mark_accesses", died)
        mixed(now)
    assert AccessEntry.objects.filter(leaf__isnull=False).count() == 0, "the main database has committed, the other store knows nothing"
    look(now)
    assert proof_log.sequence_all(now=now) == 1
    assert list(AccessEntry.objects.order_by("id").values_list("leaf", flat=True)) == list(range(10, 21))
    assert proof_log.verify().faults == ()


@pytest.mark.django_db(transaction=True)
def test_a_numbering_that_is_rolled_back_marks_nothing(now: datetime) -> None:
    look(now)
    with pytest.raises(SystemError), transaction.atomic():  # noqa: PT012
        assert proof_log.sequence_all(now=now) == 1
        raise SystemError
    assert AccessEntry.objects.get().leaf is None
    assert proof_log.sequence_all(now=now) == 1
    assert proof_log.verify().faults == ()


@pytest.mark.django_db(transaction=True)
def test_a_look_that_is_committed_late_is_numbered_late(now: datetime) -> None:
    """On PostgreSQL the lower id may be the later commit."""
    for number in (5, 7):
        AccessEntry.objects.create(pk=number, kind="read", at=now, actor_kind="officer", what="cases.case")
    proof_log.sequence_all(now=now)
    AccessEntry.objects.create(pk=6, kind="read", at=now, actor_kind="officer", what="cases.case")
    assert proof_log.sequence_all(now=now) == 1
    assert dict(AccessEntry.objects.values_list("pk", "leaf")) == {5: 0, 7: 1, 6: 2}
    assert proof_log.verify().faults == ()


def removed() -> None:
    AccessEntry.objects.filter(leaf=17).delete()


def another_person() -> None:
    AccessEntry.objects.filter(leaf=17).update(persons={str(BORIS): []})


def another_actor() -> None:
    AccessEntry.objects.filter(leaf=17).update(actor_id=BORIS)


def not_told() -> None:
    AccessPerson.objects.filter(entry__leaf=17).delete()


def told_to_another() -> None:
    AccessPerson.objects.filter(entry__leaf=17).update(person=BORIS)


def swapped() -> None:
    first, second = AccessEntry.objects.get(leaf=12), AccessEntry.objects.get(leaf=17)
    AccessEntry.objects.filter(pk=first.pk).update(leaf=None)
    AccessEntry.objects.filter(pk=second.pk).update(leaf=12)
    AccessEntry.objects.filter(pk=first.pk).update(leaf=17)


def put_over_an_act() -> None:
    AccessEntry.objects.filter(leaf=17).update(leaf=3)


def mark_taken_off() -> None:
    AccessEntry.objects.filter(leaf=17).update(leaf=None)


def cut_off() -> None:
    AccessEntry.objects.filter(leaf__gte=15).delete()


WAYS = [removed, another_person, another_actor, not_told, told_to_another, swapped, put_over_an_act, mark_taken_off, cut_off]


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_whatever_is_done_to_the_store_of_accesses_is_found(now: datetime, way: Callable[[], None]) -> None:
    mixed(now)
    proof_log.mark_accesses()
    assert proof_log.verify().faults == ()
    way()
    assert proof_log.verify().faults
    proof_log.sequence_all(now=now)
    assert proof_log.verify().faults, "numbering what is left covers nothing up"


@pytest.mark.django_db(transaction=True)
def test_looks_that_an_older_database_does_not_know_are_numbered_again(now: datetime) -> None:
    """The main database was set back to a backup, the store of accesses was not."""
    mixed(now)
    later = AccessEntry.objects.create(kind="read", at=now, actor_kind="officer", what="cases.case", leaf=20)
    assert proof_log.sequence_all(now=now) == 1
    later.refresh_from_db()
    assert later.leaf == 20
    assert proof_log.verify().faults == ()
