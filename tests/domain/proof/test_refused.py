"""What a verifier is told, word for word: why a proof, a head or a key is refused; and what is the same log written otherwise is not."""

import base64
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onewindow.domain import proof
from onewindow.domain.proof import layout
from onewindow.domain.proof.checkpoint import COSIGNATURE, ED25519, note_line, read_key

LEAVES = [proof.leaf_hash(bytes([number])) for number in range(7)]
TILES = proof.appended(lambda *_: b"", 0, LEAVES)
ROOT_LINE = "A" * 43 + "="


def read(level: int, index: int) -> bytes:
    return TILES[level, index]


def root(size: int) -> bytes:
    return proof.tree_root(read, size)


def why(act: Callable[[], object]) -> str:
    """Return what is said instead of carrying it out."""
    with pytest.raises((proof.ProofWrong, proof.CheckpointWrong)) as refused:
        act()
    return str(refused.value.values["what"])


def test_a_refused_proof_says_what_is_wrong_with_it() -> None:
    path = proof.inclusion_proof(read, 2, 7)
    including = lambda leaf=LEAVES[2], index=2, size=7, given=path: proof.verify_inclusion(leaf, index, size, root(7), given)  # noqa: E731  (one line a case)
    assert why(lambda: including(index=7)) == why(lambda: including(index=-1)) == "the entry lies outside the tree"
    assert why(lambda: including(leaf=LEAVES[3])) == "the entry is another one"
    assert why(lambda: including(given=path[:-1])) == "it is too short"
    assert why(lambda: including(given=[*path, path[0]])) == "it is too long"
    longer = proof.consistency_proof(read, 3, 7)
    three, seven = root(3), root(7)
    growing = lambda old=3, new=7, before=three, after=seven, given=longer: proof.verify_consistency(old, new, before, after, given)  # noqa: E731  (as above)
    assert why(lambda: growing(old=7, new=3)) == "the log became shorter"
    assert why(lambda: growing(before=root(4))) == "the earlier tree is another one"
    assert why(lambda: growing(after=root(6))) == "the later tree is another one"
    assert why(lambda: growing(given=[])) == why(lambda: growing(given=longer[:-1])) == "it is too short"
    assert why(lambda: growing(given=[*longer, longer[0]])) == why(lambda: growing(old=0, given=longer)) == "it is too long"
    assert why(lambda: growing(old=7, before=root(6), given=[])) == "two trees of one size differ"
    assert why(lambda: growing(old=0, before=root(1), given=[])) == "the earlier tree is another one"
    growing(old=7, before=root(7), given=[])
    growing(old=0, before=proof.EMPTY_ROOT, given=[])
    with pytest.raises(ValueError, match="leaf 7 is not in a tree of 7"):
        proof.inclusion_proof(read, 7, 7)
    with pytest.raises(ValueError, match="a tree of 3 does not come after one of 7"):
        proof.consistency_proof(read, 7, 3)
    with pytest.raises(ValueError, match="a tree of 7 does not come after one of -1"):
        proof.consistency_proof(read, -1, 7)
    assert proof.consistency_proof(read, 0, 7) == proof.consistency_proof(read, 7, 7) == []


def test_a_refused_head_says_what_is_wrong_with_it() -> None:
    three, rooted, signature = "it does not have its three lines", "its root cannot be read", "a signature cannot be read"
    said = {
        f"a\n3\n{ROOT_LINE}\n": three,
        "a\n3\n\n": three,
        f"\n3\n{ROOT_LINE}\n\n": three,
        f"a\n3\n{ROOT_LINE}!\n\n": rooted,
        f"a\n3\n!{ROOT_LINE}\n\n": rooted,
        f"a\n3\n{'A' * 44}\n\n": rooted,
        f"a\n3\n{ROOT_LINE}\nmore\n\n": rooted,
        f"a\nthree\n{ROOT_LINE}\n\n": "its size is not a number",
        f"a\n3\n{ROOT_LINE}\n\n— b AAAA\n": signature,
        f"a\n3\n{ROOT_LINE}\n\n— AAAAAAAA\n": signature,
        f"a\n3\n{ROOT_LINE}\n\n— b AAAAAA!AA\n": signature,
        f"a\n3\n{ROOT_LINE}\n\n+ b AAAAAAAA\n": signature,
        f"a\n3\n{ROOT_LINE}\n\n— b AAAAAAAA\n\n": signature,
    }
    assert {text: why(lambda text=text: proof.read_note(text)) for text in said} == said  # type: ignore[misc]  (the text of this turn)
    empty = proof.read_note(f"the log of a city\n0\n{ROOT_LINE}\n\n— of a city AAAAAAA=\n")
    assert empty.checkpoint == proof.Checkpoint("the log of a city", 0, bytes(32))
    assert empty.signatures == (("of a city", bytes(4), bytes(1)),)


def test_a_key_is_read_whatever_signs_its_text_has_and_a_wrong_one_is_told() -> None:
    public = bytes(2) + b"\xfb\xef\xbe" * 10  # behind its kind it is, as base64, full of the sign that parts a key
    text = proof.verifier_key("yujing.example/log", public)
    name, known, kept = read_key(f" {text}\n", ED25519)
    assert (name, kept, len(known)) == ("yujing.example/log", public, 4)
    assert text.count("+") > 10
    encoded = base64.b64encode(ED25519 + public).decode()
    wrong = [
        text[len("yujing.example/log") :],
        text.replace("+", "!+", 2),
        text + "!",
        "a+zz+AQ==",
        f"a+00000000+{encoded}",
        f"a+{proof.key_id('a', COSIGNATURE, public).hex()}+{encoded}",
        proof.verifier_key("a", public[:31]),
        proof.verifier_key("", public),
    ]
    assert {why(lambda key=key: read_key(key, ED25519)) for key in wrong} == {"the key of its signer cannot be read"}  # type: ignore[misc]  (as above)
    with pytest.raises(proof.CheckpointWrong):
        read_key(text, COSIGNATURE)


def test_a_head_counts_only_under_the_name_and_the_key_that_were_published() -> None:
    witness = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
    public, head = witness.public_key().public_bytes_raw(), proof.Checkpoint("a", 1, bytes(32))
    line = proof.cosignature_line("w", public, 7, witness.sign(proof.cosign_message(head, 7)))
    always, key = (lambda *_: True), proof.verifier_key("w", public, COSIGNATURE)
    assert proof.read_note(f"{head.text}\n{line}").witnessed(key, always) == 7
    stub = note_line("w", read_key(key, COSIGNATURE)[1], bytes(71))
    assert proof.read_note(f"{head.text}\n{stub}").witnessed(key, always) is None
    assert proof.read_note(f"{head.text}\n{stub}{line}").witnessed(key, lambda *given: given[0] == public) == 7
    assert proof.read_note(f"{head.text}\n{line}").witnessed(key, lambda *_: False) is None
    assert not proof.read_note(f"{head.text}\n{line}").signed_by(proof.verifier_key("w", public), always)


def test_files_of_a_log_lie_where_the_standard_says_and_hold_what_was_put_in() -> None:
    assert [layout.tile_path(0, 0), layout.tile_path(2, 1_000), layout.tile_path(0, 1_234_067, 255)] == [
        "tile/0/000",
        "tile/2/x001/000",
        "tile/0/x001/x234/067.p/255",
    ]
    assert [layout.bundle_path(999), layout.bundle_path(70_001, 1)] == ["tile/entries/999", "tile/entries/x070/001.p/1"]
    entries = [b"one", b"", b"x" * 65_535, b"three"]
    assert list(layout.unbundled(layout.bundle(entries))) == entries
