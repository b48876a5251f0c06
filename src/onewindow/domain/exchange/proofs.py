"""How the callers of an interface prove who they are, as its OpenAPI document says. Read only: no address in it is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PREFIXES = {"bearer": "Bearer ", "basic": "Basic "}


@dataclass(frozen=True, slots=True)
class Proof:
    """What a call carries. `auth`: oauth2, mtls or nothing; `unknown`: schemes that no connector can do.

    `key_place`: header or query, where a key called `key_name` is sent with `key_prefix` before it.
    """

    key_place: str = ""
    key_name: str = ""
    key_prefix: str = ""
    auth: str = ""
    token_url: str = ""
    scope: str = ""
    unknown: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Proof":
        """Read what was stored."""
        return cls(**{**row, "unknown": tuple(row.get("unknown", ()))})


def proof_of(alternatives: list[Mapping[str, list[str]]], schemes: Mapping[str, Mapping[str, Any]]) -> Proof:
    """Return the first of the alternatives that a connector can do wholly, or else the first; each names schemes that go together.

    >>> key = {"type": "apiKey", "in": "query", "name": "appkey"}
    >>> proof_of([{"saml": []}, {"key": []}], {"saml": {"type": "http", "scheme": "saml"}, "key": key})
    Proof(key_place='query', key_name='appkey', key_prefix='', auth='', token_url='', scope='', unknown=())
    >>> proof_of([{}], {})
    Proof(key_place='', key_name='', key_prefix='', auth='', token_url='', scope='', unknown=())
    """
    found = [_together(row, schemes) for row in alternatives]
    return next((one for one in found if not one.unknown), found[0] if found else Proof())


def _together(row: Mapping[str, list[str]], schemes: Mapping[str, Mapping[str, Any]]) -> Proof:
    told: dict[str, str] = {}
    unknown = []
    for name, scopes in row.items():
        more = _one(schemes.get(name, {}), scopes)
        if not more or ("auth" in more and "auth" in told) or ("key_name" in more and "key_name" in told):
            unknown.append(name)
        else:
            told |= more
    return Proof(**told, unknown=tuple(unknown))


def _one(scheme: Mapping[str, Any], scopes: list[str]) -> dict[str, str]:
    """Return what one scheme asks for; nothing where no connector can do it."""
    kind, word = scheme.get("type"), str(scheme.get("scheme", "")).lower()
    if kind == "apiKey" and scheme.get("in") in {"header", "query"} and scheme.get("name"):
        return {"key_place": scheme["in"], "key_name": str(scheme["name"])[:80]}
    if kind == "http" and word in _PREFIXES:
        return {"key_place": "header", "key_name": "Authorization", "key_prefix": _PREFIXES[word]}
    flows = scheme.get("flows")
    flow = flows.get("clientCredentials") if isinstance(flows, Mapping) else None
    if kind == "oauth2" and isinstance(flow, Mapping):
        wanted = " ".join(str(one) for one in scopes if isinstance(one, str))
        return {"auth": "oauth2", "token_url": str(flow.get("tokenUrl", ""))[:300], "scope": wanted[:300]}
    return {"auth": "mtls"} if kind == "mutualTLS" else {}
