"""A log nobody can rewrite: a Merkle tree over entries (RFC 6962) in tiles (C2SP tlog-tiles), and heads that are signed notes.

The tree holds hashes only. What an entry says, and where tiles are kept, is the caller's.
"""

from onewindow.domain.proof.checkpoint import (
    COSIGNATURE,
    Checkpoint,
    CheckpointWrong,
    Cosigned,
    cosign_message,
    cosignature_line,
    key_id,
    note_line,
    read_note,
    signature_line,
    verifier_key,
)
from onewindow.domain.proof.proofs import (
    ProofWrong,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from onewindow.domain.proof.tree import EMPTY_ROOT, TILE_WIDTH, Tiles, appended, leaf_hash, node_hash, root_of, tree_root

__all__ = [
    "COSIGNATURE",
    "EMPTY_ROOT",
    "TILE_WIDTH",
    "Checkpoint",
    "CheckpointWrong",
    "Cosigned",
    "ProofWrong",
    "Tiles",
    "appended",
    "consistency_proof",
    "cosign_message",
    "cosignature_line",
    "inclusion_proof",
    "key_id",
    "leaf_hash",
    "node_hash",
    "note_line",
    "read_note",
    "root_of",
    "signature_line",
    "tree_root",
    "verifier_key",
    "verify_consistency",
    "verify_inclusion",
]
