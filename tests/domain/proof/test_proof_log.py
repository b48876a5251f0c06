"""The log nobody can rewrite: known roots, every proof of small trees, and every forgery refused."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from onewindow.domain import proof
from onewindow.domain.proof.checkpoint import COSIGNATURE
from onewindow.domain.proof.tree import HASH

ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The roots over the first n entries that the Certificate Transparency project publishes as test data."""


class Log:
    """A tree in memory, grown in the portions it is given."""

    def __init__(self, *portions: int) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.leaves: list[bytes] = []
        for portion in portions:
            self.grow([proof.leaf_hash(str(len(self.leaves) + number).encode()) for number in range(portion)])

    def grow(self, leaves: list[bytes]) -> None:
        self.tiles |= proof.appended(self.read, len(self.leaves), leaves)
        self.leaves += leaves

    def read(self, level: int, index: int) -> bytes:
        return self.tiles[level, index]

    def root(self, size: int) -> bytes:
        return proof.tree_root(self.read, size)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_that_other_logs_publish(size: int) -> None:
    log = Log()
    log.grow([proof.leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES[:size]])
    assert log.root(size).hex() == ROOTS[size - 1]


def test_an_empty_log_has_the_hash_of_nothing() -> None:
    assert Log().root(0).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=6))
def test_in_whatever_portions_it_grew_the_log_is_the_same(portions: list[int]) -> None:
    whole = Log(sum(portions))
    grown = Log(*portions)
    assert grown.tiles == whole.tiles
    assert grown.root(len(grown.leaves)) == proof.root_of(whole.leaves)


def test_every_leaf_of_every_small_tree_is_proven_and_in_no_other_place() -> None:
    log = Log(40)
    for size in range(1, 41):
        root = log.root(size)
        for index in range(size):
            path = proof.inclusion_proof(log.read, index, size)
            proof.verify_inclusion(log.leaves[index], index, size, root, path)
            for other in {0, size - 1, (index + 1) % size} - {index}:
                with pytest.raises(proof.ProofWrong):
                    proof.verify_inclusion(log.leaves[index], other, size, root, path)


def test_every_two_sizes_of_a_log_are_consistent_and_a_rewritten_log_is_not() -> None:
    log = Log(40)
    other = Log(40)
    other.tiles, other.leaves = {}, []
    other.grow([log.leaves[0], bytes(HASH), *log.leaves[2:]])
    for later in range(1, 41):
        for earlier in range(later + 1):
            path = proof.consistency_proof(log.read, earlier, later)
            proof.verify_consistency(earlier, later, log.root(earlier), log.root(later), path)
            if earlier > 1:
                forged = proof.consistency_proof(other.read, earlier, later)
                with pytest.raises(proof.ProofWrong):
                    proof.verify_consistency(earlier, later, log.root(earlier), other.root(later), forged)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_proof_with_any_bit_or_part_changed_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 700))
    log = _logs(700)
    index = data.draw(st.integers(0, size - 1))
    path = proof.inclusion_proof(log.read, index, size)
    kind = data.draw(st.sampled_from(["bit", "shorter", "longer", "leaf"]))
    leaf = log.leaves[index]
    if kind == "bit":
        part, bit = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, 255))
        path[part] = (int.from_bytes(path[part], "big") ^ (1 << bit)).to_bytes(HASH, "big")
    elif kind == "shorter":
        path = path[:-1]
    elif kind == "longer":
        path = [*path, bytes(HASH)]
    else:
        leaf = proof.leaf_hash(b"another entry")
    with pytest.raises(proof.ProofWrong):
        proof.verify_inclusion(leaf, index, size, log.root(size), path)


_made: dict[int, Log] = {}


def _logs(size: int) -> Log:
    if size not in _made:
        _made[size] = Log(size)
    return _made[size]


def test_proofs_of_a_large_log_read_few_tiles() -> None:
    log, read = Log(70_000), []

    def counted(level: int, index: int) -> bytes:
        read.append((level, index))
        return log.read(level, index)

    path = proof.inclusion_proof(counted, 34_567, 70_000)
    proof.verify_inclusion(log.leaves[34_567], 34_567, 70_000, log.root(70_000), path)
    assert len(set(read)) <= 8
    assert len(path) == 17


# --- heads ---


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def head(size: int = 3) -> proof.Checkpoint:
    return proof.Checkpoint("yujing.example/log", size, bytes(range(32)))


def test_a_head_is_signed_by_the_log_and_seen_by_a_witness() -> None:
    log, witness = Ed25519PrivateKey.from_private_bytes(bytes(32)), Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
    ours, theirs = log.public_key().public_bytes_raw(), witness.public_key().public_bytes_raw()
    note = head().text + "\n" + proof.signature_line("yujing.example/log", ours, log.sign(head().text.encode()))
    note += proof.cosignature_line("witness.example", theirs, 1_780_000_000, witness.sign(proof.cosign_message(head(), 1_780_000_000)))
    found = proof.read_note(note)
    assert found.checkpoint == head()
    assert found.signed_by(proof.verifier_key("yujing.example/log", ours), verify)
    assert not found.signed_by(proof.verifier_key("yujing.example/log", theirs), verify)
    assert found.witnessed(proof.verifier_key("witness.example", theirs, COSIGNATURE), verify) == 1_780_000_000
    assert found.witnessed(proof.verifier_key("another.example", theirs, COSIGNATURE), verify) is None
    longer = proof.read_note(note.replace("\n3\n", "\n4\n"))
    assert not longer.signed_by(proof.verifier_key("yujing.example/log", ours), verify)


ROOT_LINE = "A" * 43 + "=\n"
NO_HEADS = [
    "",
    "a\n3\n",
    "a\n3\nAAAA\n\n",
    f"a\n03\n{ROOT_LINE}\n",
    f"a\n-1\n{ROOT_LINE}\n",
    f"a\n３\n{ROOT_LINE}\n",
    f"\n3\n{ROOT_LINE}\n",
    f"a\n3\n{ROOT_LINE}more\n\n",
    f"a\n3\n{ROOT_LINE}\n- b AAAAAAAA\n",
    f"a\n3\n{ROOT_LINE}\n— b !\n",
]


@pytest.mark.parametrize("text", NO_HEADS)
def test_what_is_no_head_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(proof.CheckpointWrong, match="not a valid head"):
        proof.read_note(text)


@pytest.mark.parametrize("key", ["", "a+b", "a+00000000+AQ==", "a+zz+AQ==", "a+00000000+" + "A" * 44])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(proof.CheckpointWrong):
        proof.read_note(head().text + "\n").signed_by(key, verify)
