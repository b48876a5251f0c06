"""The outside authority that stamps the log, asked over HTTP; believed only where its token leads to a root we know. Source: RFC 3161."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import httpx
from cryptography import x509
from django.conf import settings
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerificationError, VerifierBuilder, decode_timestamp_response

from onewindow.modules.exchange.errors import StampFailed

SECONDS = 10.0
LARGEST = 64_000
"""Bytes of an answer."""


@dataclass(frozen=True, slots=True)
class Token:
    """A time-stamp response that holds, and the moment it tells."""

    der: bytes
    at: datetime


def stamp(message: bytes) -> Token:
    """Have a message stamped now. Raises: StampFailed."""
    request = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
    known = roots()
    answer = _ask(request.as_bytes())
    try:
        response = decode_timestamp_response(answer)
        VerifierBuilder(nonce=request.nonce, roots=known).build().verify(response, sha256(message).digest())
        return Token(answer, response.tst_info.gen_time)
    except (VerificationError, ValueError) as error:
        raise StampFailed(what=f"its token does not hold ({str(error)[:200]})") from error


def roots() -> list[x509.Certificate]:
    """Return the certificates that may vouch for a token; all that ever did, so that old tokens hold. Raises: StampFailed."""
    given = settings.ONEWINDOW_TSA_ROOT
    try:
        pem = given.encode() if "-----BEGIN" in given else Path(given).read_bytes() if given else b""
        return x509.load_pem_x509_certificates(pem)
    except (OSError, ValueError) as error:
        raise StampFailed(what="ONEWINDOW_TSA_ROOT holds no certificate that can be read, nor the path of one") from error


def _ask(request: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query"}
    answer = b""
    try:
        with httpx.stream(
            "POST", settings.ONEWINDOW_TSA_URL, content=request, headers=headers, timeout=SECONDS, trust_env=False
        ) as response:
            if not response.is_success:
                raise StampFailed(what=f"it answers with the status {response.status_code}")
            for part in response.iter_bytes():
                answer += part
                if len(answer) > LARGEST:
                    raise StampFailed(what="its answer is too long")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise StampFailed(what=f"it cannot be reached ({type(error).__name__})") from error
    return answer
