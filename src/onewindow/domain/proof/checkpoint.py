"""Heads of the log as signed notes. Source: C2SP signed-note, tlog-checkpoint and tlog-cosignature.

A checkpoint is three lines (origin, size, root in base64), an empty line, and a signature line per signer. Ed25519 signs for the log
itself (type 1); a witness signs with the time at which it saw the head (type 4). Keys stay with the caller: this module is handed
signatures, and hands out what is to be signed.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from onewindow.domain.errors import DomainError

ED25519 = b"\x01"
COSIGNATURE = b"\x04"

Verify = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, message) → whether it is one."""


class CheckpointWrong(DomainError):
    """A head of the log cannot be read, or nobody we know signed it."""

    code = "checkpoint-wrong"
    template = "The checkpoint is not a valid head of the log: {what}. Fetch it again from where it is published."


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head: which log, how many leaves, their root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed.

        >>> Checkpoint("example.org/log", 0, bytes(32)).text.splitlines()
        ['example.org/log', '0', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=']
        """
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A head with its signatures as they were read: (name of the signer, id of its key, signature)."""

    checkpoint: Checkpoint
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def signed_by(self, key: str, verify: Verify) -> bool:
        """Tell whether the log whose verifier key this is signed the head. Raises: CheckpointWrong where the key cannot be read."""
        name, known, public = read_key(key, ED25519)
        message = self.checkpoint.text.encode()
        return any(verify(public, given, message) for signer, own, given in self.signatures if (signer, own) == (name, known))

    def witnessed(self, key: str, verify: Verify) -> int | None:
        """Return when the witness whose key this is saw the head, or None where it did not sign. Unit: seconds since 1970, UTC."""
        name, known, public = read_key(key, COSIGNATURE)
        for signer, own, given in self.signatures:
            if (signer, own) == (name, known) and len(given) == 72:
                seen = int.from_bytes(given[:8], "big")
                if verify(public, given[8:], cosign_message(self.checkpoint, seen)):
                    return seen
        return None


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """Return the four bytes by which a signature line names its key."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def verifier_key(name: str, public: bytes, kind: bytes = ED25519) -> str:
    """Return a public key in the text form that logs publish: name+id+key.

    >>> verifier_key("example.org/log", bytes(32))
    'example.org/log+70da24f6+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    return f"{name}+{key_id(name, kind, public).hex()}+{base64.b64encode(kind + public).decode()}"


def read_key(text: str, kind: bytes) -> tuple[str, bytes, bytes]:
    """Return (name, id, public key). Raises: CheckpointWrong."""
    name, _, rest = text.strip().partition("+")
    shown, _, encoded = rest.partition("+")
    try:
        given = base64.b64decode(encoded, validate=True)
        known = bytes.fromhex(shown)
    except (binascii.Error, ValueError) as error:
        raise CheckpointWrong(what="the key of its signer cannot be read") from error
    if not name or given[:1] != kind or len(given) != 33 or key_id(name, kind, given[1:]) != known:
        raise CheckpointWrong(what="the key of its signer cannot be read")
    return name, known, given[1:]


def cosign_message(checkpoint: Checkpoint, seen: int) -> bytes:
    """Return what a witness signs: the head and when it saw it (seconds since 1970, UTC)."""
    return f"cosignature/v1\ntime {seen}\n{checkpoint.text}".encode()


def signature_line(name: str, public: bytes, signature: bytes) -> str:
    """Return the line of the log's own signature."""
    return note_line(name, key_id(name, ED25519, public), signature)


def cosignature_line(name: str, public: bytes, seen: int, signature: bytes) -> str:
    """Return the line of a witness."""
    return note_line(name, key_id(name, COSIGNATURE, public), seen.to_bytes(8, "big") + signature)


def note_line(name: str, key: bytes, signature: bytes) -> str:
    """Return a signature line as it was read."""
    return f"— {name} {base64.b64encode(key + signature).decode()}\n"


def read_note(text: str) -> Cosigned:
    """Read a signed head. Whether a signature holds is asked of the result. Raises: CheckpointWrong."""
    body, separator, lines = text.partition("\n\n")
    parts = body.split("\n")
    if not separator or len(parts) < 3 or not parts[0]:
        raise CheckpointWrong(what="it does not have its three lines")
    try:
        root = base64.b64decode(parts[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise CheckpointWrong(what="its root cannot be read") from error
    if len(root) != 32 or len(parts) > 3:
        raise CheckpointWrong(what="its root cannot be read")
    if not parts[1].isascii() or not parts[1].isdigit() or (parts[1] != "0" and parts[1].startswith("0")):
        raise CheckpointWrong(what="its size is not a number")
    return Cosigned(Checkpoint(parts[0], int(parts[1]), root), tuple(_signature(line) for line in lines.splitlines()))


def _signature(line: str) -> tuple[str, bytes, bytes]:
    mark, _, rest = line.partition(" ")
    name, _, encoded = rest.rpartition(" ")
    try:
        given = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CheckpointWrong(what="a signature cannot be read") from error
    if mark != "—" or not name or len(given) < 5:
        raise CheckpointWrong(what="a signature cannot be read")
    return name, given[:4], given[4:]
