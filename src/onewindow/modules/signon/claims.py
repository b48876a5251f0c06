"""What a system can be told about somebody: the claims, the scopes they are asked by, and where each comes from."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from onewindow.modules.identity import selectors as identity
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.text import localised

OPENID = "openid"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as they are now."""

    actor: Actor
    facts: Mapping[str, Any]
    account: identity.AccountRow


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that can be told. `staff`: only to a system of the person's own organisation."""

    name: str
    scope: str
    read: Callable[[Person], Any]
    staff: bool = False


def _name(person: Person) -> str:
    return str(person.facts.get("full-name") or localised(person.account.name, "zh"))


def _office(person: Person) -> str:
    office = identity.organisations().get(person.actor.organisation or "")
    return localised(office.name, "zh") if office else ""


CLAIMS: Mapping[str, Claim] = {
    claim.name: claim
    for claim in (
        Claim("name", "profile", _name),
        Claim("locale", "profile", lambda person: person.account.language),
        Claim("phone_number", "phone", lambda person: person.account.phone),
        Claim("email", "email", lambda person: person.account.email),
        Claim("resident_id", "identity", lambda person: person.facts.get("resident-id")),
        Claim("preferred_username", "staff", lambda person: person.account.username, staff=True),
        Claim("organisation", "staff", lambda person: person.actor.organisation, staff=True),
        Claim("organisation_name", "staff", _office, staff=True),
        Claim("roles", "staff", lambda person: sorted(person.actor.roles), staff=True),
    )
}
"""Every claim by its name. Source: OpenID Connect Core 5.1; `resident_id` and the staff's are ours."""
SCOPES = (OPENID, *dict.fromkeys(claim.scope for claim in CLAIMS.values()))


def scopes_for(claims: Collection[str]) -> frozenset[str]:
    """Return the scopes that a system registered for these claims may ask.

    >>> sorted(scopes_for(["name", "email"]))
    ['email', 'openid', 'profile']
    """
    return frozenset({OPENID, *(CLAIMS[name].scope for name in claims if name in CLAIMS)})


def chosen(scopes: Collection[str], claims: Collection[str]) -> tuple[str, ...]:
    """Return which of a system's claims belong to these scopes.

    >>> chosen(["openid", "profile"], ["name", "email"])
    ('name',)
    """
    return tuple(name for name, claim in CLAIMS.items() if name in claims and claim.scope in scopes)


def told(user_id: UUID, names: Collection[str]) -> dict[str, Any] | None:
    """Return what a system is told about somebody now; nothing of a closed account. What is not known is left out."""
    actor = identity.actor_of(user_id)
    account = identity.account_row(user_id)
    if not actor.is_known or account is None:
        return None
    person = Person(actor, identity.party_facts(user_id, ""), account)
    read = {name: CLAIMS[name].read(person) for name in names}
    return {name: value for name, value in read.items() if value not in ("", None, [])}
