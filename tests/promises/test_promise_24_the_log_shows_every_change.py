"""Promise 24: the audit log is tamper-evident offline: whatever is done to any entry of an exported log is noticed by somebody else."""

import random
import runpy
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from onewindow.domain.proof import layout
from onewindow.plumbing import accesses, audit, proof_log
from onewindow.plumbing.actors import Actor

VERIFIER = runpy.run_path(str(Path(__file__).resolve().parents[2] / "docs" / "verify_log.py"))
Entries = list[bytes]


def edited(entries: Entries, place: int, chance: random.Random) -> Entries:
    """Change one bit."""
    entry = bytearray(entries[place])
    entry[chance.randrange(len(entry))] ^= 1 << chance.randrange(8)
    return [*entries[:place], bytes(entry), *entries[place + 1 :]]


def deleted(entries: Entries, place: int, _chance: random.Random) -> Entries:
    return [*entries[:place], *entries[place + 1 :]]


def reordered(entries: Entries, place: int, chance: random.Random) -> Entries:
    other = chance.choice([number for number in range(len(entries)) if number != place])
    found = list(entries)
    found[place], found[other] = found[other], found[place]
    return found


def truncated(entries: Entries, place: int, _chance: random.Random) -> Entries:
    return entries[:place]


def added(entries: Entries, place: int, _chance: random.Random) -> Entries:
    return [*entries[:place], entries[place], *entries[place:]]


def write(folder: Path, entries: Entries) -> None:
    for path in (folder / "tile" / "entries").rglob("*"):
        if path.is_file():
            path.unlink()
    for first in range(0, len(entries), 256):
        some = entries[first : first + 256]
        path = folder / layout.bundle_path(first // 256, len(some))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(layout.bundle(some))


@pytest.mark.django_db
@pytest.mark.own_database
def test_an_edit_deletion_move_addition_or_cut_at_any_entry_is_noticed(
    tmp_path: Path, now: datetime, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    count = 2000 if full_size else 120
    for number in range(count):
        told: dict[str, Any] = {"actor": Actor.system("tests"), "subject_kind": "case", "subject_id": UUID(int=number), "at": now}
        if number % 2:
            accesses.read(what="cases.case", persons=[UUID(int=number)], **told)
        else:
            audit.record(action="cases.accept", details={"step": number}, **told)
    proof_log.sequence_all(now=now)
    proof_log.export(tmp_path)
    key = proof_log.verifier_key()
    entries = [entry for path in _bundles(tmp_path) for entry in layout.unbundled(path.read_bytes())]
    assert len(entries) == count
    assert VERIFIER["verify"](tmp_path, key, [], [])
    for path in (tmp_path / "tile" / "0").rglob("*"):
        if path.is_file():
            path.unlink()  # the hashes help to name an entry; without them the root alone must show it
    chance, tried, missed = random.Random(24), 0, []
    for place in range(count):
        for way in (edited, deleted, reordered, truncated, added):
            write(tmp_path, way(entries, place, chance))
            tried += 1
            try:
                VERIFIER["verify"](tmp_path, key, [], [])
            except VERIFIER["Changed"]:
                continue
            missed.append((way.__name__, place))
    assert missed == []
    figure(24, f"{tried:,} changes to a log of {count:,} entries, five ways at every entry: all noticed offline")


def _bundles(folder: Path) -> list[Path]:
    return [path for path in sorted((folder / "tile" / "entries").rglob("*")) if path.is_file()]
