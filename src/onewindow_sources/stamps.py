"""A time-stamping authority: RFC 3161 over HTTP, with a root of its own made at the start.

Its faults are those of real authorities: a nonce or an imprint that is not the one sent, a certificate that is not valid, somebody else's
root, a refusal.
"""

import datetime
import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

name = "stamps"
"""Of its faults, beside the registers'."""
page = "/tsa"
root_page = "/tsa/root.pem"
kind = "application/timestamp-reply"
policy = "1.3.6.1.4.1.99999.1.1"
"""An invented number: this authority promises nothing."""
faults = ("wrong-nonce", "wrong-imprint", "expired-certificate", "other-root", "changed-signature", "other-purpose", "refuses")
"""What it says wrongly, besides being down, slow or broken as every register."""
_life = datetime.timedelta(days=3650)


@dataclass(frozen=True)
class Signer:
    """A certificate to stamp with, and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Root:
    """Who vouches for signers."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def made(cls, now: datetime.datetime) -> "Root":
        """Return a new root; its name tells it from those of other starts."""
        key = ec.generate_private_key(ec.SECP256R1())
        who = _name(f"Played time-stamping root {secrets.token_hex(4)}")
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        made = _certificate(who, who, key.public_key(), now - datetime.timedelta(days=1), now + _life)
        made = made.add_extension(constraints, critical=True).add_extension(_usage(signs_certificates=True), critical=True)
        return cls(made.sign(key, hashes.SHA256()), key)

    def signer(self, since: datetime.datetime, until: datetime.datetime, *, stamps: bool = True) -> Signer:
        """Return a certificate that this root vouches for; where it does not stamp, it is one of a web server."""
        key = ec.generate_private_key(ec.SECP256R1())
        purpose = ExtendedKeyUsageOID.TIME_STAMPING if stamps else ExtendedKeyUsageOID.SERVER_AUTH
        made = _certificate(_name("Played time-stamping authority"), self.certificate.subject, key.public_key(), since, until)
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        made = made.add_extension(_usage(signs_certificates=False), critical=True)
        made = made.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        return Signer(made.sign(self.key, hashes.SHA256()), key)


class StampAuthority:
    """Answers requests for stamps. Safe for several threads."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.root = Root.made(self.now())
        self._signers: dict[str, Signer] = {}
        self._lock = threading.Lock()

    @property
    def root_pem(self) -> bytes:
        """What others have to trust."""
        return self.root.certificate.public_bytes(serialization.Encoding.PEM)

    def answer(self, body: bytes, fault: str | None = None) -> bytes | None:
        """Return the answer to a request, DER; None where it is no request."""
        try:
            asked = tsp.TimeStampReq.load(body)
            imprint, nonce = asked["message_imprint"], asked["nonce"].native
            fits = len(imprint["hashed_message"].native) == hashlib.new(imprint["hash_algorithm"]["algorithm"].native).digest_size
        except (ValueError, TypeError):
            return None
        if fault == "refuses" or not fits:
            status = tsp.PKIStatusInfo({"status": "rejection", "status_string": ["This request is not stamped."]}).dump()
            return bytes([0x30, len(status)]) + bytes(status)  # a response without its token, which the library cannot write
        told = {
            "version": "v1",
            "policy": policy,
            "message_imprint": _another(imprint) if fault == "wrong-imprint" else imprint,
            "serial_number": int.from_bytes(secrets.token_bytes(8), "big"),
            "gen_time": self.now().replace(microsecond=0),
            "nonce": nonce + 1 if nonce is not None and fault == "wrong-nonce" else nonce,
        }
        token = _signed(tsp.TSTInfo({key: value for key, value in told.items() if value is not None}), self._signer(fault or ""), fault)
        return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())

    def now(self) -> datetime.datetime:
        """Return the moment."""
        return datetime.datetime.fromtimestamp(self.clock(), datetime.UTC)

    def _signer(self, fault: str) -> Signer:
        which = fault if fault in {"expired-certificate", "other-root", "other-purpose"} else ""
        with self._lock:
            if which not in self._signers:
                now, day = self.now(), datetime.timedelta(days=1)
                root = Root.made(now) if which == "other-root" else self.root
                until = now - day if which == "expired-certificate" else now + _life
                self._signers[which] = root.signer(min(now, until) - day, until, stamps=which != "other-purpose")
            return self._signers[which]


def _signed(said: tsp.TSTInfo, signer: Signer, fault: str | None) -> cms.ContentInfo:
    """Return what is said, signed as RFC 3161 2.4.2 and RFC 5816 want it: with the certificate's hash among what is signed."""
    content = said.dump()
    certificate = asn1_x509.Certificate.load(signer.certificate.public_bytes(serialization.Encoding.DER))
    own = tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(certificate.dump()).digest()}]})
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
            {"type": "signing_certificate_v2", "values": [own]},
        ]
    )
    signature = signer.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
    if fault == "changed-signature":
        signature = signer.key.sign(b"something else", ec.ECDSA(hashes.SHA256()))
    sid = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    signed_by = {
        "version": "v1",
        "sid": cms.SignerIdentifier("issuer_and_serial_number", sid),
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": signature,
    }
    data = {
        "version": "v3",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
        "certificates": [certificate],
        "signer_infos": [signed_by],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})


def _another(imprint: tsp.MessageImprint) -> dict[str, object]:
    return {"hash_algorithm": imprint["hash_algorithm"], "hashed_message": secrets.token_bytes(len(imprint["hashed_message"].native))}


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, since: datetime.datetime, until: datetime.datetime
) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key).serial_number(x509.random_serial_number())
    made = made.not_valid_before(since).not_valid_after(until)
    return made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
