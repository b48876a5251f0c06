"""The keys that sign who somebody is: made here, sealed at rest, published before they sign and after they have stopped."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction
from django.db.models import Q

from onewindow.modules.signon.models import SigningKey
from onewindow.plumbing import audit, permissions, sealing
from onewindow.plumbing.actors import Actor

PURPOSE = "oidc-signing-key"
KEY_BITS = 3072
"""As strong as 128 bits (NIST SP 800-57 part 1, table 2)."""
ALGORITHM = "RS256"
"""The one algorithm that every client has to understand (OpenID Connect Core 15.1)."""
READ_AGAIN_SECONDS = 3600
"""So long a client may keep the published keys."""
PUBLISHED_AHEAD = timedelta(seconds=READ_AGAIN_SECONDS)
PUBLISHED_AFTER = timedelta(days=1)


@transaction.atomic
def rotate_keys(*, actor: Actor, now: datetime, at_once: bool = False) -> str:
    """Make a new key and return its id. It signs in an hour, when every client has read it; the old ones stay published a day longer.

    `at_once`: the old key may be in wrong hands; it is published no more.  Raises: Forbidden.
    """
    permissions.require(actor, "signon.keys")
    signs_from = now if at_once else now + PUBLISHED_AHEAD
    ends = now if at_once else signs_from + PUBLISHED_AFTER
    SigningKey.objects.filter(published_until=None).update(published_until=ends)
    if at_once:
        SigningKey.objects.filter(published_until__gt=now).update(published_until=now)
    row = _make(signs_from, now)
    audit.record(actor=actor, action="signon.rotate-keys", subject_kind="signing-key", subject_id=row.id, at=now)
    return row.id


def _make(signs_from: datetime, now: datetime) -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    numbers = private.public_key().public_numbers()
    public = {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
    kid = _text(hashlib.sha256(json.dumps(public, sort_keys=True, separators=(",", ":")).encode()).digest())
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    sealed = sealing.seal(pem.decode("ascii"), purpose=PURPOSE)
    shown = {**public, "kid": kid, "use": "sig", "alg": ALGORITHM}
    return SigningKey.objects.create(id=kid, sealed=sealed, public=shown, made_at=now, signs_from=signs_from)


def published(now: datetime) -> list[dict[str, Any]]:
    """Return the public keys that clients should know: those that sign, will sign, or have signed lately. Shape: JSON Web Keys."""
    return [dict(row.public) for row in _current(now).order_by("-signs_from")]


def _current(now: datetime) -> Any:
    return SigningKey.objects.filter(Q(published_until=None) | Q(published_until__gt=now))


def sign(claims: Mapping[str, Any], now: datetime) -> str:
    """Return a signed token; the first key is made when the first token is."""
    row = _current(now).filter(signs_from__lte=now).order_by("-signs_from").first() or _make(now, now)
    return jwt.encode(dict(claims), _private(row.sealed), algorithm=ALGORITHM, headers={"kid": row.id})


def verified(token: str, *, issuer: str, now: datetime) -> dict[str, Any] | None:
    """Return what a token of ours says, however old it is; nothing where it is not ours or its key is published no more."""
    try:
        kid = str(jwt.get_unverified_header(token).get("kid", ""))
        row = _current(now).filter(pk=kid).first()
        if row is None:
            return None
        options: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "require": ["iss", "sub", "aud"]}
        found: dict[str, Any] = jwt.decode(token, jwt.PyJWK(row.public), algorithms=[ALGORITHM], issuer=issuer, options=options)
    except (jwt.PyJWTError, ValueError):
        return None
    return found


@lru_cache(maxsize=4)
def _private(sealed: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(sealing.unseal(sealed, purpose=PURPOSE).encode("ascii"), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101  (for the type checker: this file makes no others)
    return key


def _number(number: int) -> str:
    return _text(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
