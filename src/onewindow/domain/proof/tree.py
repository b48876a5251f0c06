"""The Merkle tree of RFC 6962, kept as tiles of 256 hashes.

Tile (L, N) holds hashes N·256 … N·256+255 of level L: each is the root of a complete subtree of 256^L leaves. The last tile of a
level may be partly filled. Source: RFC 6962 section 2.1; C2SP tlog-tiles.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
EMPTY_ROOT = sha256(b"").digest()

Tiles = Callable[[int, int], bytes]
"""(level, index) → the hashes of that tile, one after another."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf.

    >>> leaf_hash(b"").hex()
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
    """
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes of one level: pairs are joined, an odd last one is carried up as it is.

    >>> root_of([leaf_hash(b""), leaf_hash(b"\\x00")]).hex()
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'
    """
    row = list(hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        joined = [sha256(b"\x01" + row[place] + row[place + 1]).digest() for place in range(0, len(row) - 1, 2)]
        row = [*joined, row[-1]] if len(row) % 2 else joined
    return row[0]


def subtree(tiles: Tiles, height: int, index: int) -> bytes:
    """Return the root of the complete subtree of 2^height leaves that begins at leaf index·2^height."""
    level, inner = divmod(height, TILE_HEIGHT)
    first = index << inner
    tile = tiles(level, first >> TILE_HEIGHT)
    place = first % TILE_WIDTH
    return root_of(_hashes(tile[place * HASH : (place + (1 << inner)) * HASH]))


def range_root(tiles: Tiles, first: int, last: int) -> bytes:
    """Return the hash over the leaves first … last-1, where first is a multiple of the largest power of two below their number."""
    parts = []
    while first < last:
        height = (last - first).bit_length() - 1
        parts.append(subtree(tiles, height, first >> height))
        first += 1 << height
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root


def tree_root(tiles: Tiles, size: int) -> bytes:
    """Return the root of the first `size` leaves."""
    return range_root(tiles, 0, size) if size else EMPTY_ROOT


def appended(tiles: Tiles, size: int, leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """Return the tiles that change when leaf hashes are appended to a tree of `size` leaves; the others are not even read."""
    changed: dict[tuple[int, int], bytes] = {}
    level, hashes = 0, list(leaves)
    while hashes:
        index, filled = divmod(size, TILE_WIDTH)
        carried = []
        while hashes:
            taken, hashes = hashes[: TILE_WIDTH - filled], hashes[TILE_WIDTH - filled :]
            before = tiles(level, index)[: filled * HASH] if filled else b""
            tile = before + b"".join(taken)
            changed[level, index] = tile
            if len(tile) == TILE_WIDTH * HASH:
                carried.append(root_of(_hashes(tile)))
            index, filled = index + 1, 0
        level, size, hashes = level + 1, size >> TILE_HEIGHT, carried
    return changed


def _hashes(data: bytes) -> list[bytes]:
    return [data[place : place + HASH] for place in range(0, len(data), HASH)]
