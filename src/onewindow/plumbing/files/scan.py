"""The virus check: a clamd where one is configured, and always the few signatures that we know ourselves."""

import socket
import struct
from contextlib import closing
from functools import cache
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

PIECE = 64 * 1024
PATIENCE_SECONDS = 20.0

# Written in two parts, so that a virus check does not take this very file for one.
_signatures = {"EICAR-test-file": b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"}


class ScannerSilent(Exception):
    """The scanner did not answer, or not in its own language."""


class Scanner(Protocol):
    """What looks for harmful content. Returns the name of what it found, or nothing. Raises: ScannerSilent."""

    def find(self, content: bytes) -> str: ...


def known_signature(content: bytes) -> str:
    """Return the name of the signature that stands in the content, or nothing."""
    return next((name for name, mark in _signatures.items() if mark in content), "")


class Signatures:
    """Our own few signatures: enough to see that the way from the upload to the refusal works."""

    def find(self, content: bytes) -> str:
        return known_signature(content)


class Clamd:
    """A ClamAV daemon over its socket. Source: clamd(8), INSTREAM.

    Shape: `clamd:///run/clamav/clamd.ctl` or `clamd://host:3310`.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme != "clamd" or not (parts.hostname or parts.path.strip("/")):
            message = f"ONEWINDOW_SCANNER is “{address}”. Write clamd:///path/of/its/socket or clamd://host:3310."
            raise ValueError(message)
        self._path = "" if parts.hostname else parts.path
        self._place = (parts.hostname or "", parts.port or 3310)

    def find(self, content: bytes) -> str:
        try:
            with closing(self._connected()) as link:
                link.sendall(b"zINSTREAM\0")
                for begin in range(0, len(content), PIECE):
                    piece = content[begin : begin + PIECE]
                    link.sendall(struct.pack("!L", len(piece)) + piece)
                link.sendall(struct.pack("!L", 0))
                told = self._answer(link)
        except OSError as error:
            raise ScannerSilent(type(error).__name__) from None
        if told.endswith("FOUND"):
            return told.removeprefix("stream:").removesuffix("FOUND").strip() or "?"
        if told != "stream: OK":
            raise ScannerSilent("unexpected answer")
        return ""

    def _connected(self) -> socket.socket:
        link = socket.socket(socket.AF_UNIX if self._path else socket.AF_INET, socket.SOCK_STREAM)
        link.settimeout(PATIENCE_SECONDS)
        try:
            link.connect(self._path or self._place)
        except OSError:
            link.close()
            raise
        return link

    @staticmethod
    def _answer(link: socket.socket) -> str:
        told = b""
        while not told.endswith(b"\0") and len(told) < 4096 and (more := link.recv(1024)):
            told += more
        return told.rstrip(b"\0\n").decode("utf-8", "replace")


def scanners() -> tuple[Scanner, ...]:
    """Return what looks at every file."""
    return _scanners(settings.ONEWINDOW_SCANNER)


@cache
def _scanners(address: str) -> tuple[Scanner, ...]:
    return (Signatures(), Clamd(address)) if address else (Signatures(),)
