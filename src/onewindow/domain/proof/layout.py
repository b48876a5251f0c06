"""Where the files of an exported log lie, and how entries are packed. Source: C2SP tlog-tiles."""

from collections.abc import Iterator, Sequence

from onewindow.domain.errors import DomainError
from onewindow.domain.proof.tree import TILE_WIDTH

LONGEST = 0xFFFF
"""Unit: bytes of one entry."""


class EntryTooLong(DomainError):
    """An entry does not fit into a bundle."""

    code = "entry-too-long"
    template = "An entry of the log has {length} bytes; {limit} fit. Keep ids and codes in it, and refer to everything else."


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a tile of hashes; a partly filled one carries its width.

    >>> tile_path(0, 1234067)
    'tile/0/x001/x234/067'
    >>> tile_path(1, 5, 12)
    'tile/1/005.p/12'
    """
    return f"tile/{level}/{_number(index)}{_partial(width)}"


def bundle_path(index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a bundle of entries.

    >>> bundle_path(0, 3)
    'tile/entries/000.p/3'
    """
    return f"tile/entries/{_number(index)}{_partial(width)}"


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries packed one after another, each behind its length in two bytes. Raises: EntryTooLong."""
    for entry in entries:
        if len(entry) > LONGEST:
            raise EntryTooLong(length=len(entry), limit=LONGEST)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundled(data: bytes) -> Iterator[bytes]:
    """Yield the entries of a bundle.

    >>> list(unbundled(bundle([b"one", b"", b"three"])))
    [b'one', b'', b'three']
    """
    place = 0
    while place < len(data):
        length = int.from_bytes(data[place : place + 2], "big")
        yield data[place + 2 : place + 2 + length]
        place += 2 + length


def _number(index: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    return "/".join(groups)


def _partial(width: int) -> str:
    return "" if width == TILE_WIDTH else f".p/{width}"
