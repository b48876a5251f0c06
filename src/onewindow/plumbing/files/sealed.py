"""Files as they lie on disk: sealed in pieces of 1 MB, each bound to its place in the file and the file to its name.

Shape: mark, number of the data key, salt; then the pieces, each with its tag. Every file has a key of its own, so the pieces are
counted instead of numbered by chance, and the last one says that it is the last: a file that was cut short does not open.
"""

import io
from collections.abc import Iterable, Iterator
from secrets import token_bytes
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onewindow.plumbing.sealing import keys

MARK = b"OWF1"
PIECE = 1024 * 1024
_SALT_BYTES = 16
HEAD_BYTES = len(MARK) + keys.NUMBER_BYTES + _SALT_BYTES
_TAG_BYTES = 16
_KEPT = PIECE + _TAG_BYTES


def place_of(digest: str) -> str:
    """Return the name under which content of this hash is kept: a keyed hash of it."""
    mark = keys.ring().newest.long_mark(b"files", digest.encode())
    return mark.hex()


def sealed(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Give a file's bytes as they are written to disk under this name."""
    key, salt = keys.ring().newest, token_bytes(_SALT_BYTES)
    box = AESGCM(keys.derived_with(key.secret, b"file", salt))
    yield MARK + key.prefix + salt
    held, number = bytearray(), 0
    for chunk in chunks:
        held += chunk
        while len(held) > PIECE:
            yield box.encrypt(_nonce(number, last=False), bytes(held[:PIECE]), name.encode())
            del held[:PIECE]
            number += 1
    yield box.encrypt(_nonce(number, last=True), bytes(held), name.encode())


def prefix_of(head: bytes) -> bytes | None:
    """Return the number of the data key from the first bytes of a file, None where it is not sealed."""
    return head[len(MARK) : len(MARK) + keys.NUMBER_BYTES] if head.startswith(MARK) else None


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(keys.NONCE_BYTES - 1, "big") + bytes([last])


class SealedReader(io.RawIOBase):
    """Reads a sealed file piece by piece. Raises: SealBroken where a piece was changed."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name = file, name
        head = file.read(HEAD_BYTES)
        key = keys.key_of(prefix_of(head) or b"")
        self._box = AESGCM(keys.derived_with(key.secret, b"file", head[-_SALT_BYTES:]))
        body = file.seek(0, io.SEEK_END) - HEAD_BYTES
        self._pieces = max(1, -(-body // _KEPT))
        self._size = body - self._pieces * _TAG_BYTES
        self._at = 0
        self._open: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # bytes are all that comes
        if self._at >= self._size:
            self._piece(self._pieces - 1)  # an empty or a cut file is noticed too
            return 0
        number, begin = divmod(self._at, PIECE)
        part = self._piece(number)[begin : begin + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _piece(self, number: int) -> bytes:
        if self._open[0] != number:
            self._file.seek(HEAD_BYTES + number * _KEPT)
            kept = self._file.read(_KEPT)
            try:
                plain = self._box.decrypt(_nonce(number, last=number == self._pieces - 1), kept, self._name.encode())
            except InvalidTag:
                message = f"Piece {number + 1} of the file {self._name} was changed, cut off, or moved from another file."
                raise keys.SealBroken(message) from None
            self._open = (number, plain)
        return self._open[1]
