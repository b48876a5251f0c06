"""The proof log in the database: entries are numbered once, heads are signed, and whatever is done to a row is named."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from tests.domain.proof.test_offline import VERIFIER

from onewindow.domain import proof
from onewindow.plumbing import audit, proof_log
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry, ProofHead, ProofTile

pytestmark = pytest.mark.django_db


def written(count: int, now: datetime, *, first: int = 0) -> None:
    for number in range(first, first + count):
        audit.record(
            actor=Actor.system("tests"),
            action="cases.accept",
            subject_kind="case",
            subject_id=UUID(int=number),
            at=now,
            details={"step": number},
        )


def test_what_was_written_is_numbered_once_in_its_order_and_signed(now: datetime) -> None:
    written(300, now)
    assert proof_log.sequence_all(now=now) == 300
    assert proof_log.sequence_all(now=now) == 0
    written(5, now, first=300)
    assert proof_log.sequence_all(now=now) == 5
    assert list(AuditEntry.objects.order_by("id").values_list("leaf", flat=True)) == list(range(305))
    found = proof_log.verify()
    assert (found.entries, found.waiting, found.faults) == (305, 0, ())
    head = proof_log.head()
    assert head is not None
    assert head.size == 305
    written(2, now, first=400)
    assert proof_log.verify().waiting == 2


def test_every_entry_is_proven_under_the_signed_head_and_none_that_is_not_there(now: datetime) -> None:
    with pytest.raises(ValueError, match="leaf 0 is not in a tree of 0"):
        proof_log.inclusion(0)
    written(513, now)
    proof_log.sequence_all(now=now)
    texts = [proof_log.entry_text(row) for row in AuditEntry.objects.order_by("leaf")]
    for place in (0, 1, 255, 256, 511, 512):
        with CaptureQueriesContext(connection) as asked:
            leaf, path, note = proof_log.inclusion(place)
        assert len(asked) == 2
        head = proof.read_note(note).checkpoint
        assert (leaf, head.size) == (proof.leaf_hash(texts[place]), 513)
        proof.verify_inclusion(leaf, place, 513, head.root, path)
    with pytest.raises(ValueError, match="leaf 513 is not in a tree of 513"):
        proof_log.inclusion(513)


def test_an_empty_log_holds(now: datetime, tmp_path: Path) -> None:
    assert proof_log.verify() == proof_log.Found(entries=0, waiting=0, heads=0, faults=())
    assert proof_log.sequence_all(now=now) == 0
    assert proof_log.verify().faults == ()
    assert proof_log.export(tmp_path) == 0
    assert "0 entries" in VERIFIER["verify"](tmp_path, proof_log.verifier_key(), [], [])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"action": "cases.refuse"}, "entry 7 (audit id"),
        ({"subject_id": "another"}, "entry 7 (audit id"),
        ({"details": {"step": 8}}, "entry 7 (audit id"),
        ({"actor_kind": "person"}, "entry 7 (audit id"),
        ({"at": datetime.fromisoformat("2026-03-13T01:30:00.000001+00:00")}, "entry 7 (audit id"),
        ({"leaf": None}, "entry 7 is missing"),
        ({"leaf": 900}, "entry 900 stands outside"),
    ],
)
def test_a_changed_entry_is_named(now: datetime, change: dict[str, Any], says: str) -> None:
    written(20, now)
    proof_log.sequence_all(now=now)
    AuditEntry.objects.filter(leaf=7).update(**change)
    faults = proof_log.verify().faults
    assert any(says in fault for fault in faults), faults


def removed() -> None:
    AuditEntry.objects.filter(leaf=7).delete()


def cut_off() -> None:
    AuditEntry.objects.filter(leaf__gte=15).delete()


def swapped() -> None:
    AuditEntry.objects.filter(leaf=3).update(leaf=1000)
    AuditEntry.objects.filter(leaf=4).update(leaf=3)
    AuditEntry.objects.filter(leaf=1000).update(leaf=4)


def moved_down() -> None:
    AuditEntry.objects.filter(leaf=0).delete()
    for place in range(1, 20):
        AuditEntry.objects.filter(leaf=place).update(leaf=F("leaf") - 1)


def signed_by_another() -> None:
    ProofHead.objects.filter(size=20).update(note=F("note"))
    row = ProofHead.objects.get(size=20)
    ProofHead.objects.filter(size=20).update(note=row.note.replace("\n20\n", "\n21\n"))


def rewritten_with_its_tiles() -> None:
    """Somebody with the whole database, but without the key."""
    AuditEntry.objects.filter(leaf=7).update(action="cases.refuse")
    ProofTile.objects.all().delete()
    AuditEntry.objects.update(leaf=None)
    rows = list(ProofHead.objects.filter(size__gt=0).values_list("size", "note", "at"))
    ProofHead.objects.filter(size__gt=0).delete()
    proof_log.sequence_all(now=datetime.fromisoformat("2026-03-14T00:00:00+00:00"))
    ProofHead.objects.filter(size__gt=0).delete()
    ProofHead.objects.bulk_create([ProofHead(size=size, note=note, at=at) for size, note, at in rows])


@pytest.mark.parametrize("way", [removed, cut_off, swapped, moved_down, signed_by_another, rewritten_with_its_tiles])
def test_whatever_is_done_to_the_rows_is_found(now: datetime, way: Callable[[], None]) -> None:
    written(20, now)
    proof_log.sequence_all(now=now)
    way()
    assert proof_log.verify().faults


def test_the_exported_log_is_checked_by_the_file_we_publish(now: datetime, tmp_path: Path) -> None:
    written(600, now)
    proof_log.sequence_all(now=now)
    assert proof_log.export(tmp_path / "first") == 600
    written(10, now, first=600)
    proof_log.sequence_all(now=now)
    proof_log.export(tmp_path / "second")
    said = VERIFIER["verify"](tmp_path / "second", proof_log.verifier_key(), [tmp_path / "first" / "checkpoint"], [])
    assert said.startswith("610 entries")
