"""Check an exported log of questions and answers without OneWindow: the standard library, `cryptography` and `rfc3161-client` alone.

    python verify_exchange.py FOLDER [--key KEY.pem] [--root ROOTS.pem] [--kept HEAD]…

FOLDER holds `key.pem` (Ed25519, signs every line), `roots.pem` (who may vouch for the time stamps) and `segments/*.jsonl.gz`. Take key and
roots from where the authority publishes them: those in the folder prove only that the folder agrees with itself. A kept HEAD is what an
earlier check printed: the log must still lead through it, so that its end cannot be cut off either.

A segment holds batches: one line of the batch (`stamp`, `first`, `size`, `root`, `before`, `token`), then one line for each exchange
(`request`, `request_signature`, `response`, `response_signature`; signatures in base64). The token (RFC 3161, DER, in base64) is over the
batch's head, "onewindow exchange log v1\\n{stamp}\\n{first}\\n{size}\\n{root}\\n{before}\\n". `root` is the Merkle root (RFC 6962) of the
exchanges; a leaf is the four parts one after another, every one with its length (four bytes, big-endian) before it. `before` is the
SHA-256 of the head before. Ends with 0 where everything holds, 1 where something was changed, 2 where something cannot be read.
"""

import argparse
import base64
import gzip
import json
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

Parts = Sequence[bytes]
"""Request, its signature, response, its signature."""
BROKEN = (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError)
"""What reading a file that is no segment may raise."""


class Changed(Exception):
    """The log is not what was signed and stamped."""


class Unreadable(Exception):
    """A file or key is missing or broken."""


@dataclass(frozen=True)
class Batch:
    """What one time stamp is over. `first`: the place of its first exchange in the whole log, from 0 on."""

    stamp: int
    first: int
    size: int
    root: bytes
    before: bytes
    token: bytes

    @property
    def head(self) -> bytes:
        return f"onewindow exchange log v1\n{self.stamp}\n{self.first}\n{self.size}\n{self.root.hex()}\n{self.before.hex()}\n".encode()


@dataclass
class Checker:
    """Follows a log batch by batch, in bounded memory; it begins at the beginning, or where it is told."""

    key: Ed25519PublicKey
    roots: list[x509.Certificate]
    stamp: int = 0
    """Of the last batch."""
    exchanges: int = 0
    head: bytes = bytes(32)
    at: datetime | None = None
    began: datetime | None = None
    kept: set[str] = field(default_factory=set)
    """Heads of earlier checks that were not met yet."""

    def check(self, batch: Batch, exchanges: Iterable[Parts]) -> None:
        """Check one batch and everything in it. Raises: Changed."""
        if batch.stamp != self.stamp + 1 or batch.first != self.exchanges:
            raise Changed(f"batch {batch.stamp:,} begins at {batch.first:,}, but batch {self.stamp + 1:,} at {self.exchanges:,} is next")
        if batch.before != self.head:
            raise Changed(f"batch {batch.stamp:,} does not follow the one before it")
        size, root = self._root(exchanges)
        if size != batch.size:
            raise Changed(f"batch {batch.stamp:,} has {size:,} exchanges, stamped were {batch.size:,}")
        if root != batch.root:
            raise Changed(f"the exchanges of batch {batch.stamp:,} do not lead to its root: one was changed, left out or moved")
        self._take_time(batch)
        self.stamp, self.exchanges, self.head = batch.stamp, batch.first + size, sha256(batch.head).digest()
        self.kept.discard(self.head.hex())

    def _root(self, exchanges: Iterable[Parts]) -> tuple[int, bytes]:
        """Check every signature, and return how many exchanges there are and their root."""
        count = 0
        stack: list[bytes] = []
        for count, parts in enumerate(exchanges, start=1):
            if fault := wrong(self.key, parts):
                raise Changed(f"exchange {self.exchanges + count - 1:,}: {fault}")
            data = b"".join([len(part).to_bytes(4, "big") + part for part in parts])
            node, width = sha256(b"\x00" + data).digest(), count
            while width % 2 == 0:
                node, width = sha256(b"\x01" + stack.pop() + node).digest(), width // 2
            stack.append(node)
        root = stack.pop() if stack else sha256(b"").digest()
        while stack:
            root = sha256(b"\x01" + stack.pop() + root).digest()
        return count, root

    def _take_time(self, batch: Batch) -> None:
        try:
            response = decode_timestamp_response(batch.token)
            VerifierBuilder(roots=self.roots).build().verify(response, sha256(batch.head).digest())
            at = response.tst_info.gen_time
        except (VerificationError, ValueError) as error:
            raise Changed(f"the time stamp of batch {batch.stamp:,} does not hold ({error})") from error
        if self.at and at < self.at:
            raise Changed(f"batch {batch.stamp:,} is stamped before the one before it")
        self.at, self.began = at, self.began or at


def wrong(key: Ed25519PublicKey, parts: Parts) -> str:
    """Say what is wrong with one exchange; nothing where it holds."""
    request, request_signature, response, response_signature = parts
    try:
        key.verify(request_signature, request)
    except InvalidSignature:
        return "the signature of the question does not hold"
    try:
        key.verify(response_signature, response)
    except InvalidSignature:
        return "the signature of the answer does not hold"
    try:
        fits = json.loads(response)["request"] == sha256(request).hexdigest()
    except (ValueError, KeyError, TypeError):
        fits = False
    return "" if fits else "the answer is not the one to its question"


def batches(path: Path) -> Iterator[tuple[Batch, Iterator[Parts]]]:
    """Yield each batch of a segment with its exchanges, which are to be read before the next. Raises: Changed, Unreadable."""
    try:
        with gzip.open(path, "rb") as lines:
            for line in lines:
                told = json.loads(line)
                stamp, first, size = (told[name] for name in ("stamp", "first", "size"))
                root, before = bytes.fromhex(told["root"]), bytes.fromhex(told["before"])
                batch = Batch(stamp, first, size, root, before, base64.b64decode(told["token"], validate=True))
                yield batch, _exchanges(lines, batch, path)
    except BROKEN as error:
        raise Unreadable(f"{path} is not a segment of a log ({type(error).__name__}: {error})") from error


def _exchanges(lines: Iterator[bytes], batch: Batch, path: Path) -> Iterator[Parts]:
    loads, decode = json.loads, base64.b64decode
    try:
        for place in range(batch.size):
            told = loads(next(lines, b"{}"))
            if "request" not in told:
                raise Changed(f"batch {batch.stamp:,} ends after {place:,} exchanges, stamped were {batch.size:,}")
            yield (
                told["request"].encode(),
                decode(told["request_signature"]),
                told["response"].encode(),
                decode(told["response_signature"]),
            )
    except BROKEN as error:
        raise Unreadable(f"{path}, batch {batch.stamp:,}, cannot be read ({type(error).__name__}: {error})") from error


def segments(folder: Path) -> list[Path]:
    """Return the segments of an export in their order."""
    return sorted((folder / "segments").glob("*.jsonl.gz"))


def read_key(path: Path) -> Ed25519PublicKey:
    """Return a public key. Raises: Unreadable."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path} is not a public key: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Unreadable(f"{path} is not an Ed25519 key")
    return key


def read_roots(path: Path) -> list[x509.Certificate]:
    """Return certificates. Raises: Unreadable."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path} holds no certificate: {error}") from error


def verify(folder: Path, key: Path | None, roots: Path | None, kept: Iterable[str]) -> str:
    """Return what was found to hold. Raises: Changed, Unreadable."""
    paths = segments(folder)
    if not paths:
        raise Unreadable(f"{folder} holds no segments")
    checker = Checker(read_key(key or folder / "key.pem"), read_roots(roots or folder / "roots.pem"), kept={head.lower() for head in kept})
    for path in paths:
        for batch, exchanges in batches(path):
            checker.check(batch, exchanges)
    if checker.kept:
        raise Changed(f"the log was cut off or rewritten: it does not lead through the head {min(checker.kept)}")
    own = [name for name, given in (("key.pem", key), ("roots.pem", roots)) if given is None]
    return said(checker) + (f" Checked against the folder's own {' and '.join(own)}." if own else "")


def said(checker: Checker) -> str:
    """Return what a check found, in words."""
    span = f" between {checker.began:%Y-%m-%d %H:%M} and {checker.at:%Y-%m-%d %H:%M} UTC" if checker.began and checker.at else ""
    return (
        f"{checker.exchanges:,} exchanges in {checker.stamp:,} stamped batches hold{span}: both signatures of each, and every time stamp.\n"
        f"Head: {checker.head.hex()}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", type=Path)
    parser.add_argument("--root", type=Path)
    parser.add_argument("--kept", action="append", default=[])
    given = parser.parse_args(arguments)
    try:
        found = verify(given.folder, given.key, given.root, given.kept)
    except Changed as error:
        sys.stderr.write(f"CHANGED: {error}.\n")
        return 1
    except Unreadable as error:
        sys.stderr.write(f"Cannot be checked: {error}.\n")
        return 2
    sys.stdout.write(f"{found}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
