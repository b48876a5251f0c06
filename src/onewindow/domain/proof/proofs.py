"""Proofs over the tree: an entry is in it, and a later tree only adds to an earlier one.

Source: RFC 6962 section 2.1; RFC 9162 section 2.1.
"""

from collections.abc import Iterator, Sequence

from onewindow.domain.errors import DomainError
from onewindow.domain.proof.tree import EMPTY_ROOT, Tiles, node_hash, range_root


class ProofWrong(DomainError):
    """A proof does not lead to the root it was given for."""

    code = "proof-wrong"
    template = (
        "The proof does not lead to the root of the log: {what}. "
        "Fetch entry, proof and checkpoint again; if it stays so, the log was changed."
    )


def inclusion_proof(tiles: Tiles, index: int, size: int) -> list[bytes]:
    """Return the hashes that lead from leaf `index` to the root of `size` leaves, from below. Raises: ValueError outside the tree."""
    if not 0 <= index < size:
        message = f"leaf {index} is not in a tree of {size}"
        raise ValueError(message)
    return _path(tiles, index, 0, size)


def _path(tiles: Tiles, index: int, first: int, last: int) -> list[bytes]:
    if last - first == 1:
        return []
    middle = first + _split(last - first)
    if index < middle:
        return [*_path(tiles, index, first, middle), range_root(tiles, middle, last)]
    return [*_path(tiles, index, middle, last), range_root(tiles, first, middle)]


def consistency_proof(tiles: Tiles, earlier: int, later: int) -> list[bytes]:
    """Return the hashes that show that the tree of `later` leaves begins with the tree of `earlier`. Raises: ValueError."""
    if not 0 <= earlier <= later:
        message = f"a tree of {later} does not come after one of {earlier}"
        raise ValueError(message)
    return _extension(tiles, earlier, 0, later, known=True) if 0 < earlier < later else []


def _extension(tiles: Tiles, earlier: int, first: int, last: int, *, known: bool) -> list[bytes]:
    """`known`: the verifier has the hash of this part already, it is the earlier root."""
    if earlier == last:
        return [] if known else [range_root(tiles, first, last)]
    middle = first + _split(last - first)
    if earlier <= middle:
        return [*_extension(tiles, earlier, first, middle, known=known), range_root(tiles, middle, last)]
    return [*_extension(tiles, earlier, middle, last, known=False), range_root(tiles, first, middle)]


def verify_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Raises: ProofWrong. `leaf` is the hash of the entry."""
    if not 0 <= index < size:
        raise ProofWrong(what="the entry lies outside the tree")
    found = leaf
    for part, before in _way_up(index, size - 1, proof):
        found = node_hash(part, found) if before else node_hash(found, part)
    if found != root:
        raise ProofWrong(what="the entry is another one")


def verify_consistency(earlier: int, later: int, earlier_root: bytes, later_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises: ProofWrong."""
    if earlier > later:
        raise ProofWrong(what="the log became shorter")
    if earlier in {0, later}:
        _same_or_empty(earlier, later, earlier_root, later_root, proof)
        return
    parts = list(proof)
    place, last = earlier - 1, later - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    if place and not parts:
        raise ProofWrong(what="it is too short")
    old = new = parts.pop(0) if place else earlier_root
    for part, before in _way_up(place, last, parts):
        if before:
            old, new = node_hash(part, old), node_hash(part, new)
        else:
            new = node_hash(new, part)
    if old != earlier_root:
        raise ProofWrong(what="the earlier tree is another one")
    if new != later_root:
        raise ProofWrong(what="the later tree is another one")


def _way_up(place: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each hash of a proof and whether it stands before the one below it, from a node up to the root.

    Raises: ProofWrong where the way is shorter or longer than the proof.
    """
    for part in proof:
        if last == 0:
            raise ProofWrong(what="it is too long")
        before = bool(place % 2) or place == last
        yield part, before
        while before and place % 2 == 0 and place:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    if last:
        raise ProofWrong(what="it is too short")


def _same_or_empty(earlier: int, later: int, earlier_root: bytes, later_root: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        raise ProofWrong(what="it is too long")
    if earlier == later and earlier_root != later_root:
        raise ProofWrong(what="two trees of one size differ")
    if earlier == 0 and earlier_root != EMPTY_ROOT:
        raise ProofWrong(what="the earlier tree is another one")


def _split(count: int) -> int:
    """Return the largest power of two below a number of leaves."""
    return 1 << ((count - 1).bit_length() - 1)
