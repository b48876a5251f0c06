"""The proof log over acts, denials and reads: one sequencer numbers them, their hashes go into tiles, and every step ends in a signed head.

Entries are written in the transaction of their act, or into the store of accesses, and numbered a moment later, so nothing waits for the
log. The two stores may be two files without a common transaction: this database alone decides which place an access has (`NumberedAccess`,
written with the tiles), and marking the row over there is a consequence that may be repeated. Whoever changes, removes or
moves an entry afterwards contradicts a head that is signed, and that others keep (docs/operations.md, “The log nobody can rewrite”).
"""

import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from onewindow.domain import proof
from onewindow.domain.proof import layout
from onewindow.plumbing import accesses
from onewindow.plumbing.access_store.models import AccessEntry
from onewindow.plumbing.models import AuditEntry, NumberedAccess, ProofHead, ProofTile
from onewindow.plumbing.signatures import holds

BATCH = 2048
ENTRIES = -1
"""The level under which the entries themselves are kept."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a check of the log found."""

    entries: int
    waiting: int
    heads: int
    faults: tuple[str, ...]


def origin() -> str:
    """Return the name of this installation's log."""
    return f"{urlsplit(settings.ONEWINDOW_ORIGIN).netloc or 'onewindow'}/log"


def verifier_key() -> str:
    """Return the public key of the log in the form that verifiers take; publish it where nobody of the city can change it."""
    return proof.verifier_key(origin(), _key().public_key().public_bytes_raw())


def head() -> ProofHead | None:
    """Return the newest head, or None before the first entry was numbered."""
    return ProofHead.objects.filter(size__gt=0).order_by("-size").first()


def checkpoint() -> str:
    """Return the newest head as a signed note."""
    newest = head()
    return newest.note if newest else _signed(0, proof.EMPTY_ROOT)


def tile(level: int, index: int) -> bytes:
    """Return the hashes of a tile as far as it is filled (level −1: the bundle of entries); nothing where there is none."""
    data = ProofTile.objects.filter(level=level, index=index).values_list("data", flat=True).first()
    return bytes(data) if data is not None else b""


def inclusion(place: int) -> tuple[bytes, list[bytes], str]:
    """Return (hash of the entry, proof that it is in the log, the signed head it leads to). Raises: ValueError where it is not."""
    newest = head()
    size = newest.size if newest else 0
    read = _leading_from(place, size)
    path = proof.inclusion_proof(read, place, size)
    return _leaf(read, place), path, newest.note if newest else ""


def _leading_from(place: int, size: int) -> proof.Tiles:
    """Return what reads tiles, with those on the way from an entry to the root and those at the end of the log read at once."""
    wanted, level, width = Q(pk__in=[]), 0, size
    while width:
        wanted |= Q(level=level, index__in=[place >> 8 * (level + 1), (width - 1) // proof.TILE_WIDTH])
        level, width = level + 1, width // proof.TILE_WIDTH
    known = {(row.level, row.index): bytes(row.data) for row in ProofTile.objects.filter(wanted)}
    return lambda level, index: known.get((level, index)) or tile(level, index)


def entry_text(entry: AuditEntry) -> bytes:
    """Return what is hashed of an entry: the same bytes for the same content, for ever."""
    content = {
        "action": entry.action,
        "actor": {"id": str(entry.actor_id) if entry.actor_id else None, "kind": entry.actor_kind, "name": entry.actor_name},
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "details": entry.details,
        "id": entry.pk,
        "organisation": entry.organisation,
        "subject": {"id": entry.subject_id, "kind": entry.subject_kind},
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@transaction.atomic
def sequence(*, now: datetime) -> int:
    """Number the entries that wait, a batch of them, and tell how many. Two sequencers wait for each other."""
    ProofHead.objects.get_or_create(size=0, defaults={"note": _signed(0, proof.EMPTY_ROOT), "at": now})
    ProofHead.objects.select_for_update().get(size=0)
    newest = head()
    size = newest.size if newest else 0
    acts = list(AuditEntry.objects.filter(leaf=None).order_by("id")[:BATCH])
    looks = _accesses_waiting(size)
    transaction.on_commit(mark_accesses, robust=True)
    if not acts and not looks:
        return 0
    entries = [entry_text(row) for row in acts] + [accesses.entry_text(row) for row in looks]
    changed: dict[tuple[int, int], bytes] = proof.appended(tile, size, [proof.leaf_hash(entry) for entry in entries])
    for first, last, place in _runs([row.pk for row in acts], size):
        AuditEntry.objects.filter(pk__range=(first, last), leaf=None).update(leaf=F("pk") + (place - first))
    runs = _runs([row.pk for row in looks], size + len(acts))
    NumberedAccess.objects.bulk_create([NumberedAccess(leaf=place, first=first, last=last) for first, last, place in runs])
    _keep({**changed, **_bundles(size, entries)})
    size += len(entries)
    root = proof.tree_root(lambda level, index: changed.get((level, index)) or tile(level, index), size)
    ProofHead.objects.create(size=size, note=_signed(size, root), at=now)
    return len(entries)


def _runs(ids: Sequence[int], place: int) -> Iterator[tuple[int, int, int]]:
    """Yield (first id, last id, place of the first) for ids that follow each other; in their order they take the places from `place` on."""
    start = 0
    for end in range(1, len(ids) + 1):
        if end == len(ids) or ids[end] != ids[end - 1] + 1:
            yield ids[start], ids[end - 1], place + start
            start = end


def _accesses_waiting(size: int) -> list[AccessEntry]:
    """Return accesses that no place was given to. Chosen by row, not by the highest id seen: elsewhere ids commit out of order."""
    # A mark beyond the log is of a history that this database no longer has: it was set back to a backup.
    beyond = AccessEntry.objects.filter(leaf__gte=size)
    if beyond.exists():  # looking takes no write lock
        beyond.update(leaf=None)
    return list(_unnumbered().order_by("pk")[:BATCH])


def mark_accesses() -> None:
    """Write into the store of accesses which places were given: after their commit, and again where a crash came between."""
    for run in NumberedAccess.objects.order_by("leaf"):
        rows = AccessEntry.objects.filter(pk__range=(run.first, run.last), leaf=None)
        rows.update(leaf=F("pk") + (run.leaf - run.first))
        run.delete()


def waiting_since() -> datetime | None:
    """Return the moment of the oldest entry, of either store, that has no place yet."""
    stores = (AuditEntry.objects.filter(leaf=None), _unnumbered())
    found = [row.at for store in stores for row in store.order_by("pk")[:1]]
    return min(found, default=None)


def _unnumbered() -> QuerySet[AccessEntry]:
    found = AccessEntry.objects.filter(leaf=None)
    for run in NumberedAccess.objects.all():
        found = found.exclude(pk__range=(run.first, run.last))
    return found


def sequence_all(*, now: datetime) -> int:
    """Number everything that waits, batch by batch, and tell how many."""
    total = 0
    while done := sequence(now=now):
        total += done
    return total


def _bundles(size: int, entries: list[bytes]) -> dict[tuple[int, int], bytes]:
    found: dict[tuple[int, int], bytes] = {}
    index, filled = divmod(size, proof.TILE_WIDTH)
    rest = entries
    while rest:
        taken, rest = rest[: proof.TILE_WIDTH - filled], rest[proof.TILE_WIDTH - filled :]
        found[ENTRIES, index] = (tile(ENTRIES, index) if filled else b"") + layout.bundle(taken)
        index, filled = index + 1, 0
    return found


def _keep(tiles: Mapping[tuple[int, int], bytes]) -> None:
    rows = [ProofTile(level=level, index=index, data=data) for (level, index), data in tiles.items()]
    ProofTile.objects.bulk_create(rows, update_conflicts=True, unique_fields=["level", "index"], update_fields=["data"])


def verify() -> Found:
    """Compare every entry of both stores with what the signed heads say, and name each place that differs."""
    mark_accesses()
    faults: list[str] = []
    newest = head()
    size = newest.size if newest else 0
    heads = {row.size: _readable(row, faults) for row in ProofHead.objects.filter(size__gt=0).order_by("size").iterator()}
    roots, read = _Roots(), lru_cache(maxsize=1)(tile)
    expected = 0
    for entry in heapq.merge(_acts(), _looks(), key=lambda entry: entry.leaf):
        while entry.leaf > expected < size:
            faults.append(f"entry {expected} is missing")
            roots.add(_leaf(read, expected))
            _compare(heads, roots, faults)
            expected += 1
        if entry.leaf < expected:
            faults.append(f"entry {entry.leaf} stands twice, once as {entry.name}")
            continue
        if expected >= size:
            faults.append(f"entry {entry.leaf} stands outside the log of {size} entries")
            continue
        leaf = proof.leaf_hash(entry.text)
        if leaf != _leaf(read, expected):
            faults.append(f"entry {expected} ({entry.name}) is not what it was when it was written")
        elif not entry.told:
            faults.append(f"entry {expected} ({entry.name}) is not told to exactly the people it concerns")
        roots.add(leaf)
        _compare(heads, roots, faults)
        expected += 1
    faults += [f"entry {place} is missing" for place in range(expected, size)]
    waiting = AuditEntry.objects.filter(leaf=None).count() + _unnumbered().count()
    return Found(entries=expected, waiting=waiting, heads=len(heads), faults=tuple(faults))


@dataclass(frozen=True, slots=True)
class _Entry:
    leaf: int
    name: str
    text: bytes
    told: bool = True
    """Whether exactly the people whose data was read find it."""


def _acts() -> Iterator[_Entry]:
    for row in AuditEntry.objects.filter(leaf__isnull=False).order_by("leaf").iterator(chunk_size=2000):
        yield _Entry(row.leaf or 0, f"audit id {row.pk}", entry_text(row))


def _looks() -> Iterator[_Entry]:
    rows = AccessEntry.objects.filter(leaf__isnull=False).order_by("leaf").prefetch_related("told")
    for row in rows.iterator(chunk_size=2000):
        told = sorted(str(line.person) for line in row.told.all()) == sorted(row.persons)
        yield _Entry(row.leaf or 0, f"access id {row.pk}", accesses.entry_text(row), told)


class _Roots:
    """The root of what was added so far, from the few subtrees that are complete."""

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        height = 0
        while self._parts and self._parts[-1][0] == height:
            leaf = proof.node_hash(self._parts.pop()[1], leaf)
            height += 1
        self._parts.append((height, leaf))
        self.size += 1

    @property
    def root(self) -> bytes:
        found = self._parts[-1][1]
        for _, left in reversed(self._parts[:-1]):
            found = proof.node_hash(left, found)
        return found


def _compare(heads: Mapping[int, proof.Checkpoint | None], roots: _Roots, faults: list[str]) -> None:
    signed = heads.get(roots.size)
    if signed is not None and signed.root != roots.root:
        faults.append(f"the first {roots.size} entries do not lead to the root that was signed over them")


def _leaf(read: proof.Tiles, place: int) -> bytes:
    """Return the hash of an entry as its tile has it."""
    index, inner = divmod(place, proof.TILE_WIDTH)
    return read(0, index)[inner * 32 : inner * 32 + 32]


def _readable(row: ProofHead, faults: list[str]) -> proof.Checkpoint | None:
    try:
        note = proof.read_note(row.note)
    except proof.CheckpointWrong as error:
        faults.append(f"the head over {row.size} entries cannot be read: {error}")
        return None
    if not note.signed_by(verifier_key(), holds) or note.checkpoint.size != row.size:
        faults.append(f"the head over {row.size} entries is not signed by this log")
        return None
    return note.checkpoint


def export(folder: Path) -> int:
    """Write the whole log as files for others to check, and tell how many entries it has.

    Shape: `checkpoint`, `tile/<level>/…`, `tile/entries/…` as C2SP tlog-tiles. Raises: OSError.
    """
    newest = head()
    size = newest.size if newest else 0
    for name, data in _files(size):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "checkpoint").write_text(checkpoint(), encoding="utf-8")
    return size


def _files(size: int) -> Iterator[tuple[str, bytes]]:
    for level, index, kept in ProofTile.objects.order_by("level", "index").values_list("level", "index", "data").iterator(chunk_size=64):
        data = bytes(kept)
        if level == ENTRIES:
            yield layout.bundle_path(index, min(proof.TILE_WIDTH, size - index * proof.TILE_WIDTH)), data
        else:
            yield layout.tile_path(level, index, len(data) // 32), data


def _signed(size: int, root: bytes) -> str:
    found = proof.Checkpoint(origin(), size, root)
    key = _key()
    return f"{found.text}\n{proof.signature_line(found.origin, key.public_key().public_bytes_raw(), key.sign(found.text.encode()))}"


def _key() -> Any:
    return Ed25519PrivateKey.from_private_bytes(settings.ONEWINDOW_LOG_KEY)
