"""Addresses that somebody outside gave us, before we send anything there: https to a public host, and to no machine of ours.

The name is resolved once and the connection goes to that very address, so that a name cannot point elsewhere a moment later.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

LONGEST = 1000
_SIGNS = re.compile(r"[!-~]+")
_LOCAL = (".localhost", ".local", ".internal", ".localdomain", ".home.arpa")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Exception):
    """Nothing is sent there, now or later."""


class AddressUnknown(Exception):
    """The name leads nowhere at the moment."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: `url` names the address itself, `host` is what its certificate and the request must say."""

    url: str
    host: str
    server_name: str


def check(url: str, *, loopback: bool = False) -> SplitResult:
    """Return the parts of an address whose form is allowed; asks no name server. `loopback`: this machine is allowed too, without https.

    Raises: AddressRefused.

    >>> check("https://push.example.org/x").hostname
    'push.example.org'
    >>> check("https://10.0.0.1/x")
    Traceback (most recent call last):
    ...
    onewindow.plumbing.outgoing.AddressRefused
    """
    if len(url) > LONGEST or not _SIGNS.fullmatch(url) or "\\" in url:
        raise AddressRefused
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused from None
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused
    literal = _literal(host)
    if loopback and ((literal is not None and literal.is_loopback) or host == "localhost"):
        if parts.scheme in {"http", "https"}:
            return parts
        raise AddressRefused
    named = "." in host and not host.endswith(_LOCAL) and not re.fullmatch(r"[0-9.]+|0x[0-9a-f.]*", host.rsplit(".", 1)[-1])
    if (
        parts.scheme != "https"
        or port not in {None, 443}
        or (literal is None and not named)
        or (literal is not None and not public(literal))
    ):
        raise AddressRefused
    return parts


def target(url: str, *, loopback: bool = False) -> Target:
    """Return where to connect for an address. Raises: AddressRefused, AddressUnknown."""
    parts = check(url, loopback=loopback)
    host, port = parts.hostname or "", parts.port or {"https": 443}.get(parts.scheme, 80)
    try:
        found = [ipaddress.ip_address(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, ValueError):
        raise AddressUnknown from None
    own = loopback and (host == "localhost" or ((literal := _literal(host)) is not None and literal.is_loopback))
    if not found or not all(address.is_loopback if own else public(address) for address in found):
        raise AddressRefused
    first = found[0]
    place = f"[{first}]" if first.version == 6 else str(first)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    standard = port == {"https": 443, "http": 80}[parts.scheme]
    return Target(f"{parts.scheme}://{place}:{port}{path}", host if standard else f"{host}:{port}", host)


def public(address: Address) -> bool:
    """Tell whether an address is one of the internet at large; an IPv4 one inside IPv6 counts as what it is.

    >>> [public(ipaddress.ip_address(text)) for text in ("93.184.215.14", "192.168.1.1", "::ffff:127.0.0.1", "169.254.169.254")]
    [True, False, False, False]
    """
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if isinstance(address, ipaddress.IPv6Address) and address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None and not public(inner):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _named(host: str) -> bool:
    """Tell whether a host has a name of the internet: no short name, none of a local network, no number written some other way."""
    return "." in host.rstrip(".") and not host.rstrip(".").endswith(_LOCAL) and not _NUMBER.fullmatch(host.rstrip(".").rsplit(".", 1)[-1])


_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
