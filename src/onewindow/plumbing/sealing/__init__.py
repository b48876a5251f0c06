"""Short secrets at rest: sealed under a key that is derived from the installation's own, one for each purpose."""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBroken(Exception):
    """The text was sealed under another key, or changed."""


@cache
def _box(secret: str, purpose: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"onewindow:{purpose}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def seal(text: str, *, purpose: str) -> str:
    """Return the text sealed; only `unseal` with the same purpose reads it."""
    return _box(settings.SECRET_KEY, purpose).encrypt(text.encode()).decode("ascii")


def unseal(text: str, *, purpose: str) -> str:
    """Return what was sealed. Raises: SealBroken."""
    try:
        return _box(settings.SECRET_KEY, purpose).decrypt(text.encode("ascii")).decode()
    except (InvalidToken, UnicodeError) as error:
        raise SealBroken from error
