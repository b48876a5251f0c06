"""Reading what a system asks for when it sends somebody here to log in. Nothing is guessed: what is not exactly right is refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onewindow.modules.signon.claims import OPENID, SCOPES, chosen, scopes_for
from onewindow.modules.signon.errors import AskedWrongly, ReturnUnknown, SystemUnknown
from onewindow.modules.signon.models import System

Parameters = Mapping[str, Sequence[str]]
_challenge = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST = 2000
"""Characters of a state or a nonce."""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What a system is told, why, and by which law. Shape: `purpose` is {zh, en, ru}."""

    name: str
    purpose: Mapping[str, str]
    basis: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to log in that can be answered."""

    system: str
    organisation: str
    name: Mapping[str, str]
    staff: bool
    redirect_uri: str
    scopes: tuple[str, ...]
    claims: tuple[ClaimRow, ...]
    state: str
    nonce: str
    challenge: str
    prompt: frozenset[str]
    max_age: int | None
    hint: str = ""
    """An ID token of the person whom the system means."""


def asked_for(parameters: Parameters) -> Asked:
    """Return what is asked. Raises: SystemUnknown where the person can be sent nowhere; AskedWrongly where they can be sent back.

    Source: RFC 6749 4.1.1, RFC 7636, RFC 9700 2.1 (exact comparison of redirect URIs, PKCE for all), OpenID Connect Core 3.1.2.
    """
    values = {name: given[0] for name, given in parameters.items() if len(given) == 1}
    system = System.objects.filter(pk=values.get("client_id", "")[:40], is_active=True).first()
    if system is None:
        raise SystemUnknown
    redirect_uri, state = values.get("redirect_uri", ""), values.get("state", "")
    if redirect_uri not in system.redirect_uris:
        raise ReturnUnknown

    def refuse(error: str, description: str) -> AskedWrongly:
        return AskedWrongly(error, description, redirect_uri=redirect_uri, state=state[:LONGEST])

    if twice := sorted(name for name, given in parameters.items() if len(given) > 1):
        raise refuse("invalid_request", f"{twice[0][:40]} stands twice; send it once")
    if wrong := _other_flow(values):
        raise refuse(*wrong)
    if values.get("code_challenge_method") != "S256" or not _challenge.fullmatch(values.get("code_challenge", "")):
        raise refuse("invalid_request", "send code_challenge with code_challenge_method=S256 (PKCE)")
    if max(len(state), len(values.get("nonce", ""))) > LONGEST:
        raise refuse("invalid_request", f"state and nonce have at most {LONGEST} characters")
    scopes = tuple(dict.fromkeys(values.get("scope", "").split()))
    if OPENID not in scopes:
        raise refuse("invalid_scope", "scope must name openid")
    allowed = scopes_for(system.claims)
    if more := [scope for scope in scopes if scope not in allowed]:
        known = " ".join(scope for scope in SCOPES if scope in allowed)
        raise refuse("invalid_scope", f"this system is registered for {known} and not for {_plain(more[0])}")
    prompt, max_age = frozenset(values.get("prompt", "").split()), values.get("max_age", "")
    if "none" in prompt and len(prompt) > 1:
        raise refuse("invalid_request", "prompt=none stands alone")
    if max_age and not (max_age.isdecimal() and max_age.isascii() and len(max_age) < 10):
        raise refuse("invalid_request", "max_age is a number of seconds")
    rows = tuple(
        ClaimRow(name, dict(system.claims[name]["purpose"]), system.claims[name]["basis"]) for name in chosen(scopes, system.claims)
    )
    return Asked(
        system=system.pk,
        organisation=system.organisation,
        name=system.name,
        staff=system.audience == "staff",
        redirect_uri=redirect_uri,
        scopes=scopes,
        claims=rows,
        state=state,
        nonce=values.get("nonce", ""),
        challenge=values["code_challenge"],
        prompt=prompt,
        max_age=int(max_age) if max_age else None,
        hint=values.get("id_token_hint", ""),
    )


def _other_flow(values: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the error and its description where something else than a code in the address is asked for."""
    for name, why in (
        ("request", "send plain parameters"),
        ("request_uri", "send plain parameters"),
        ("registration", "systems are registered before they send anybody"),
    ):
        if name in values:
            return f"{name}_not_supported", why
    if not values.get("response_type"):
        return "invalid_request", "response_type is missing"
    if values["response_type"] != "code":
        return "unsupported_response_type", "only response_type=code is answered"
    if values.get("response_mode", "query") != "query":
        return "invalid_request", "only response_mode=query is answered"
    return None


def _plain(text: str) -> str:
    """Return a text that may stand in an error description (RFC 6749 4.1.2.1)."""
    return re.sub(r"[^A-Za-z0-9_.:-]", "?", text)[:40]
