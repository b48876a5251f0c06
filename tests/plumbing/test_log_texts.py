"""What is hashed of an entry, byte for byte: another sign in it, and no older log could be checked any more."""

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import DatabaseError
from structlog.testing import capture_logs

from onewindow.plumbing import accesses, audit, bulk, proof_log
from onewindow.plumbing.access_store.commit import GroupCommit, NotWritten
from onewindow.plumbing.access_store.models import AccessEntry
from onewindow.plumbing.actors import Acting, Actor
from onewindow.plumbing.models import AuditEntry

AT = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
PERSON = Actor(kind="person", id=ONE)


def test_an_act_has_the_text_it_had_when_the_first_log_was_signed() -> None:
    entry = AuditEntry(
        pk=7, at=AT, actor_kind="officer", actor_id=ONE, organisation="market", action="cases.accept", subject_kind="case",
        subject_id="c", details={"step": "查验", "after": 1},
    )  # fmt: skip
    assert proof_log.entry_text(entry).decode() == (
        '{"action":"cases.accept","actor":{"id":"00000000-0000-0000-0000-000000000001","kind":"officer","name":""},'
        '"at":"2026-03-13T01:30:00.000000+00:00","details":{"after":1,"step":"查验"},"id":7,"organisation":"market","subject":{"id":"c","kind":"case"}}'
    )
    entry.actor_id, entry.actor_kind, entry.actor_name = None, "system", "worker"
    assert b'"actor":{"id":null,"kind":"system","name":"worker"}' in proof_log.entry_text(entry)


def test_a_look_has_the_text_it_had_when_the_first_log_was_signed() -> None:
    entry = AccessEntry(
        pk=9, kind="read", at=AT, actor_kind="officer", actor_id=ONE, organisation="market", what="cases.case", subject_kind="case",
        subject_id="c", case=TWO, purpose="查验", persons={str(THREE): []}, details={"view": "mine", "size": 2},
    )  # fmt: skip
    assert accesses.entry_text(entry).decode() == (
        '{"access":"read","actor":{"id":"00000000-0000-0000-0000-000000000001","kind":"officer","name":""},'
        '"at":"2026-03-13T01:30:00.000000+00:00","case":"00000000-0000-0000-0000-000000000002","details":{"size":2,"view":"mine"},"id":9,'
        '"organisation":"market","persons":{"00000000-0000-0000-0000-000000000003":[]},"purpose":"查验",'
        '"subject":{"id":"c","kind":"case"},"what":"cases.case"}'
    )
    entry.actor_id = entry.case = None
    assert b'"actor":{"id":null,' in accesses.entry_text(entry)
    assert b'"case":null,' in accesses.entry_text(entry)


def test_what_was_asked_for_is_named_by_its_id_and_never_by_what_somebody_typed() -> None:
    class Draft:
        def __init__(self, **names: object) -> None:
            self.__dict__.update(names)

    said = [accesses.name_of(given) for given in (None, ONE, 5, True, "typed", Draft(pk=ONE), Draft(id=6), Draft(pk="typed"), Draft())]
    assert said == [
        ("", ""), ("", str(ONE)), ("", "5"), ("bool", ""), ("str", ""), ("draft", str(ONE)), ("draft", "6"), ("draft", ""), ("draft", ""),
    ]  # fmt: skip


def test_the_record_of_an_act_says_who_did_what_and_for_whom(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[AuditEntry] = []
    monkeypatch.setattr(bulk, "insert", kept.extend)

    def recorded(actor: Actor, **more: object) -> AuditEntry:
        audit.record(actor=actor, action="cases.file", subject_kind="case", subject_id=TWO, at=AT, **more)  # type: ignore[arg-type]  (only details)
        return kept[-1]

    row = recorded(PERSON, details={"step": "a"})
    assert (row.at, row.actor_kind, row.actor_id, row.actor_name, row.organisation) == (AT, "person", ONE, "", "")
    assert (row.action, row.subject_kind, row.subject_id, row.details) == ("cases.file", "case", str(TWO), {"step": "a"})
    worker = recorded(Actor.system("worker"))
    assert (worker.actor_kind, worker.actor_id, worker.actor_name, worker.details) == ("system", None, "worker", {})
    assert recorded(Actor(kind="officer", id=ONE, organisation="fire")).organisation == "fire"
    by_mandate = Actor(kind="person", id=ONE, on_behalf_of=Acting(THREE, "legal", mandate=TWO))
    assert recorded(by_mandate, details={"step": "a"}).details == {"step": "a", "on_behalf_of": str(THREE), "mandate": str(TWO)}
    by_law = Actor(kind="person", id=ONE, on_behalf_of=Acting(THREE, "legal"))
    assert recorded(by_law).details == {"on_behalf_of": str(THREE), "mandate": "by-law"}


def test_the_operator_is_told_what_could_not_be_written_down_without_a_name_or_a_word_of_the_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_rows: object) -> None:
        raise OSError("the disk of 王丽 is full")

    monkeypatch.setattr(accesses, "_store", GroupCommit(broken))
    with capture_logs() as said:
        accesses.denied(actor=PERSON, permission="cases.work", subject=SimpleNamespace(pk=ONE), at=AT)
        with pytest.raises(accesses.AccessNotLogged):
            accesses.read(actor=PERSON, what="cases.case", subject_kind="case", subject_id=ONE, at=AT)
    common = {"actor": str(ONE), "failure": "OSError", "log_level": "error"}
    assert said == [
        {"event": "denial not logged", "permission": "cases.work", **common},
        {"event": "read not logged", "what": "cases.case", **common},
    ]


def test_whoever_cannot_get_to_the_store_in_time_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    store = GroupCommit(lambda _rows: None)
    monkeypatch.setattr("onewindow.plumbing.access_store.commit.PATIENCE_SECONDS", 0.01)
    store._turn.acquire()
    with pytest.raises(NotWritten):
        store.add([1])


def test_a_row_that_cannot_be_written_keeps_nobody_else_s_out() -> None:
    kept: list[object] = []

    def write(rows: object) -> None:
        if "bad" in rows:  # type: ignore[operator]  (a sequence here)
            raise ValueError("bad")
        kept.extend(rows)  # type: ignore[arg-type]  (as above)

    store = GroupCommit(write)
    for rows in (["a"], ["bad"], ["b"]):
        store._queue.append(type("Waiting", (), {"rows": rows, "done": False, "error": None})())
    others = list(store._queue)
    store.add(["c", "d"])
    assert kept == ["a", "b", "c", "d"]
    assert [str(waiting.error) for waiting in others] == ["None", "bad", "None"]
    assert all(waiting.done for waiting in others)
    store._queue.append(type("Waiting", (), {"rows": ["bad"], "done": False, "error": None})())
    store.add(["e"])
    assert kept[-1] == "e", "of two as well"
    with pytest.raises(NotWritten) as refused:
        store.add(["bad"])
    assert isinstance(refused.value.__cause__, ValueError)


def test_a_store_that_takes_no_entry_is_noticed_before_anything_is_to_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_named: object) -> None:
        raise DatabaseError("read-only")

    monkeypatch.setattr(accesses.transaction, "atomic", broken)
    with pytest.raises(accesses.AccessNotLogged):
        accesses.try_out()
