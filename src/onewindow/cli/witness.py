"""A witness of somebody else's log: it keeps the heads it saw, so that a log that was set back or rewritten contradicts it."""

import os
import time
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onewindow.cli.failures import Failure
from onewindow.domain import proof
from onewindow.domain.proof import layout
from onewindow.plumbing.signatures import holds


class Witness:
    """One look at a time; between them stands the folder with what was seen."""

    class Changed(Exception):
        """The log is not the one that was seen before."""

    def __init__(self, address: str, log_key: str, folder: Path, name: str) -> None:
        self.log_key, self.folder, self.name = log_key, folder, name
        self.http = httpx.Client(base_url=f"{address}/log", timeout=20, follow_redirects=False)

    def look(self) -> str:
        """Compare the log with what was kept, keep what is new, and say what was seen. Raises: Changed, Failure."""
        note = self._signed(self._fetch("checkpoint").decode(errors="replace"))
        kept = self.folder / "checkpoint"
        before = self._signed(kept.read_text(encoding="utf-8")).checkpoint if kept.exists() else None
        now = note.checkpoint
        if before is not None:
            if now.size < before.size:
                raise self.Changed(f"the log was set back: {before.size:,} entries were seen, {now.size:,} are left")
            self._require_grown(before, now)
        self._keep(now, note)
        grown = now.size - (before.size if before else 0)
        return f"{now.origin}: {now.size:,} entries, {grown:,} of them new; the head is kept in {kept}."

    def _signed(self, text: str) -> proof.Cosigned:
        try:
            note = proof.read_note(text)
            signed = note.signed_by(self.log_key, holds)
        except proof.CheckpointWrong as error:
            raise Failure(str(error)) from error
        if not signed:
            raise self.Changed("the head is not signed with the key that was published")
        return note

    def _require_grown(self, before: proof.Checkpoint, now: proof.Checkpoint) -> None:
        def tile(level: int, index: int) -> bytes:
            width = min((now.size >> (8 * level)) - index * proof.TILE_WIDTH, proof.TILE_WIDTH)
            return self._fetch(layout.tile_path(level, index, width))

        try:
            path = proof.consistency_proof(tile, before.size, now.size)
            proof.verify_consistency(before.size, now.size, before.root, now.root, path)
        except (proof.ProofWrong, IndexError) as error:
            raise self.Changed(f"the log was rewritten: its first {before.size:,} entries are not those that were seen") from error

    def _fetch(self, path: str) -> bytes:
        try:
            answer = self.http.get(f"/{path}")
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Failure(f"{self.http.base_url}{path} cannot be fetched: {error}. Check the address, then look again.") from error
        return answer.content

    def _keep(self, head: proof.Checkpoint, note: proof.Cosigned) -> None:
        """Write the head with both signatures, whole or not at all; the witness's key is made at its first look."""
        self.folder.mkdir(parents=True, exist_ok=True)
        key_file = self.folder / "witness-key"
        if not key_file.exists():
            handle = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex())
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key_file.read_text().strip()))
        public, seen = key.public_key().public_bytes_raw(), int(time.time())
        lines = [proof.note_line(*signature) for signature in note.signatures]
        lines.append(proof.cosignature_line(self.name, public, seen, key.sign(proof.cosign_message(head, seen))))
        fresh = self.folder / f"checkpoint.{os.getpid()}"
        fresh.write_text(f"{head.text}\n{''.join(lines)}", encoding="utf-8")
        fresh.replace(self.folder / "checkpoint")
        (self.folder / "witness.pub").write_text(proof.verifier_key(self.name, public, proof.COSIGNATURE) + "\n", encoding="utf-8")
