"""Check an exported OneWindow log without OneWindow: the standard library and `cryptography` alone.

    python verify_log.py FOLDER --key KEY [--kept CHECKPOINT]… [--witness KEY]…

FOLDER holds `checkpoint` and `tile/entries/…` as C2SP tlog-tiles describes them (`tile/0/…`, where it is there, is used to name a changed
entry). KEY is the log's verifier key, published by the authority. A kept CHECKPOINT is an earlier head that you or a witness put aside:
the log must still begin with it. Ends with 0 where everything holds, 1 where something was changed, 2 where something cannot be read.
"""

import argparse
import base64
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG, WITNESS = b"\x01", b"\x04"


class Changed(Exception):
    """The log is not what was signed."""


class Unreadable(Exception):
    """A file or key is missing or broken."""


@dataclass
class Head:
    """A signed head of the log."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: list[tuple[str, bytes, bytes]]


def read_head(path: Path) -> Head:
    try:
        body, _, lines = path.read_text(encoding="utf-8").partition("\n\n")
        origin, size, root = body.split("\n")
        signatures = []
        for line in lines.splitlines():
            _, name, encoded = line.split(" ")
            signature = base64.b64decode(encoded, validate=True)
            signatures.append((name, signature[:4], signature[4:]))
        return Head(origin, int(size), base64.b64decode(root, validate=True), f"{body}\n".encode(), signatures)
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path} is not a checkpoint: {error}") from error


def read_key(text: str, kind: bytes) -> tuple[str, bytes, bytes]:
    """Return (name, id, public key)."""
    try:
        name, _, rest = text.partition("+")
        shown, _, encoded = rest.partition("+")
        given = base64.b64decode(encoded, validate=True)
        own = hashlib.sha256(name.encode() + b"\n" + given).digest()[:4]
        if given[:1] != kind or len(given) != 33 or own != bytes.fromhex(shown):
            raise ValueError("kind, length or id do not fit")
    except ValueError as error:
        raise Unreadable(f"this is not a verifier key: {text!r} ({error})") from error
    return name, own, given[1:]


def signed(head: Head, key: str) -> bool:
    name, own, public = read_key(key, LOG)
    return any(holds(public, signature, head.text) for signer, known, signature in head.signatures if (signer, known) == (name, own))


def witnessed(head: Head, key: str) -> bool:
    name, own, public = read_key(key, WITNESS)
    for signer, known, signature in head.signatures:
        if (signer, known) == (name, own) and len(signature) == 72:
            seen = int.from_bytes(signature[:8], "big")
            if holds(public, signature[8:], f"cosignature/v1\ntime {seen}\n".encode() + head.text):
                return True
    return False


def holds(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def number(index: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    return "/".join(groups)


def tile(folder: Path, kind: str, index: int, width: int) -> bytes | None:
    """Return a tile, whole or as far as it is filled; a fuller one may stand in for it."""
    whole = folder / "tile" / kind / number(index)
    for path in (whole, Path(f"{whole}.p") / str(width)):
        if path.is_file():
            return path.read_bytes()
    return None


def leaves(folder: Path, size: int) -> Iterator[bytes]:
    """Yield the hash of every entry, in order; say which one differs from the log's own hashes where those are there."""
    sha256 = hashlib.sha256
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        data = tile(folder, "entries", index, width)
        if data is None:
            raise Changed(f"the entries from {index * 256:,} on are missing (tile/entries/{number(index)})")
        known = tile(folder, "0", index, width)
        place = 0
        for inner in range(width):
            end = place + 2 + int.from_bytes(data[place : place + 2], "big")
            if end > len(data):
                raise Changed(f"entry {index * 256 + inner:,} is missing or cut off")
            leaf = sha256(b"\x00" + data[place + 2 : end]).digest()
            if known is not None and known[inner * 32 : inner * 32 + 32] != leaf:
                raise Changed(f"entry {index * 256 + inner:,} is not what it was when it was written")
            yield leaf
            place = end


def roots(hashes: Iterator[bytes], sizes: set[int]) -> dict[int, bytes]:
    """Return the root of the first n entries, for every n asked for."""
    sha256 = hashlib.sha256
    found = {0: sha256(b"").digest()}
    stack: list[tuple[int, bytes]] = []
    for count, leaf in enumerate(hashes, start=1):
        height, joined = 0, leaf
        while stack and stack[-1][0] == height:
            joined = sha256(b"\x01" + stack.pop()[1] + joined).digest()
            height += 1
        stack.append((height, joined))
        if count in sizes:
            root = stack[-1][1]
            for _, left in reversed(stack[:-1]):
                root = sha256(b"\x01" + left + root).digest()
            found[count] = root
    return found


def verify(folder: Path, key: str, kept: list[Path], witnesses: list[str]) -> str:
    """Return what was found to hold. Raises: Changed, Unreadable."""
    head = read_head(folder / "checkpoint")
    if not signed(head, key):
        raise Changed("the log's own signature under its checkpoint does not hold")
    for witness in witnesses:
        if not witnessed(head, witness):
            raise Changed(f"the witness {witness.partition('+')[0]} did not see this checkpoint")
    earlier = [read_head(path) for path in kept]
    for path, old in zip(kept, earlier, strict=True):
        if old.origin != head.origin or not signed(old, key):
            raise Changed(f"{path} is not a checkpoint of this log")
        if old.size > head.size:
            raise Changed(f"the log became shorter: {path} was signed over {old.size:,} entries, there are {head.size:,}")
    found = roots(leaves(folder, head.size), {head.size, *(old.size for old in earlier)})
    if found[head.size] != head.root:
        raise Changed("the entries do not lead to the signed root: at least one was changed, added, left out or moved")
    for path, old in zip(kept, earlier, strict=True):
        if found[old.size] != old.root:
            raise Changed(f"the log was rewritten: its first {old.size:,} entries are not those of {path}")
    return f"{head.size:,} entries of {head.origin} hold; {len(earlier)} earlier heads and {len(witnesses)} witnesses agree."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", required=True)
    parser.add_argument("--kept", type=Path, action="append", default=[])
    parser.add_argument("--witness", action="append", default=[])
    given = parser.parse_args()
    try:
        print(verify(given.folder, given.key, given.kept, given.witness))
    except Changed as error:
        print(f"CHANGED: {error}.", file=sys.stderr)
        return 1
    except Unreadable as error:
        print(f"Cannot be checked: {error}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
