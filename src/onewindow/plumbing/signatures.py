"""Ed25519 as logs and their witnesses use it."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature is one."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
