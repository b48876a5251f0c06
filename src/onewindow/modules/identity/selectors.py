"""Reads: who acts, what is proven about them, what things are called."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from onewindow.domain.identification import MATCHED
from onewindow.modules.identity import acting, posts
from onewindow.modules.identity import children as of_children
from onewindow.modules.identity.acting import Choice as Choice
from onewindow.modules.identity.acting import EnterpriseLine as EnterpriseLine
from onewindow.modules.identity.acting import MandateLine as MandateLine
from onewindow.modules.identity.acting import Mandates as Mandates
from onewindow.modules.identity.acting import acting_as as acting_as
from onewindow.modules.identity.acting import choices as choices
from onewindow.modules.identity.acting import mandates as mandates
from onewindow.modules.identity.children import ChildLine as ChildLine
from onewindow.modules.identity.children import children as children
from onewindow.modules.identity.children import known_before_as as known_before_as
from onewindow.modules.identity.colleagues import Colleague as Colleague
from onewindow.modules.identity.colleagues import absent as absent
from onewindow.modules.identity.colleagues import colleagues as colleagues
from onewindow.modules.identity.factors import second_factors as second_factors
from onewindow.modules.identity.factors import without_second_factor as without_second_factor
from onewindow.modules.identity.helped import Helped as Helped
from onewindow.modules.identity.helped import help_now as help_now
from onewindow.modules.identity.helped import helped_at as helped_at
from onewindow.modules.identity.helped import helping_as as helping_as
from onewindow.modules.identity.helped import is_confirmed as is_confirmed
from onewindow.modules.identity.models import ApiToken, LegalPerson, MandateRow, Organisation, Person, User
from onewindow.modules.identity.posts import PostRow as PostRow
from onewindow.modules.identity.posts import regions as regions
from onewindow.modules.identity.posts import rights_waiting as rights_waiting
from onewindow.modules.identity.posts import staff as staff
from onewindow.modules.identity.standing import ProofRow as ProofRow
from onewindow.modules.identity.standing import Standing as Standing
from onewindow.modules.identity.standing import is_minor as is_minor
from onewindow.modules.identity.standing import level_of as level_of
from onewindow.modules.identity.standing import proven_birth_date as proven_birth_date
from onewindow.modules.identity.standing import sureness as sureness
from onewindow.modules.identity.standing import who_am_i as who_am_i
from onewindow.modules.identity.terminals import TerminalRow as TerminalRow
from onewindow.modules.identity.terminals import terminal_of as terminal_of
from onewindow.modules.identity.terminals import terminals as terminals
from onewindow.plumbing import bulk, clock
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """A public organisation. Shape: `name` is {zh, en, ru}."""

    id: str
    name: Mapping[str, str]
    region: str | None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A key for a program, without the key."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """How an open account is called and reached. Shape: `name` is {zh, en, ru}."""

    username: str
    name: Mapping[str, str]
    phone: str
    email: str
    language: str


def account_row(user_id: UUID) -> AccountRow | None:
    """Return an open account's name and contacts, or nothing."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return AccountRow(user.username, user.display_name or {"zh": user.username}, user.phone, user.email, user.language) if user else None


def actor_of(user_id: UUID | None) -> Actor:
    """Return who a user is now. Asked at every request, so that whoever was closed or lost a role is out at the next one."""
    if user_id is None or not bulk.select(User, "id = %s AND is_active", [user_id], only=("id",)):
        return Actor.anonymous()
    return posts.actor_for(user_id)


def user_id_of(username: str) -> UUID | None:
    """Return whose username it is, or nothing."""
    return User.objects.filter(username=username).values_list("id", flat=True).first()


def account_of(*, phone: str = "", email: str = "") -> UUID | None:
    """Return the open account that is logged in to with this phone or e-mail, or nothing."""
    if not (phone or email):
        return None
    wanted = {"phone": phone} if phone else {"email__iexact": email}
    return User.objects.filter(is_active=True, **wanted).values_list("id", flat=True).first()


def has_account(*, phone: str = "", email: str = "") -> bool:
    """Tell whether this phone or e-mail belongs to an account, open or closed."""
    wanted = {"phone": phone} if phone else {"email__iexact": email}
    return bool(phone or email) and User.objects.filter(**wanted).exists()


def actor_by_token(token: str) -> Actor:
    """Return who a program acts for, or the anonymous actor where the key is not known."""
    row = ApiToken.objects.filter(hash=token_hash(token)).values_list("user_id", flat=True).first()
    return actor_of(row)


def token_hash(token: str) -> str:
    """Return what is kept of a key: it is 32 random bytes, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def tokens_of(*, actor: Actor) -> list[TokenRow]:
    """Return the actor's own keys, newest first."""
    rows = ApiToken.objects.filter(user_id=actor.id).order_by("-created_at") if actor.id else ()
    return [TokenRow(row.id, row.name, row.created_at, row.last_used_at) for row in rows]


def party_facts(user_id: UUID, party_id: str) -> dict[str, Any]:
    """Return what is proven about a party, a user or a legal person: {element: value}.

    A natural person's facts are the same under every party id; the catalogue's `gives` says which of them a party brings.
    Where the proof of somebody's identity has ended, nothing but the phone is proven any more.
    """
    del party_id
    users = User._meta.db_table
    active = f'user_id = %s AND EXISTS (SELECT 1 FROM "{users}" u WHERE u.id = user_id AND u.is_active)'  # noqa: S608  (our own table)
    person = next(iter(bulk.select(Person, active, [user_id])), None)
    if person is None:
        return dict(acting.legal_facts(user_id)) or dict(of_children.facts_of(user_id))
    # What is proven is asked at the edge itself, whenever a page or an act needs it: that is where the moment is known.
    ended = person.number and level_of(user_id, clock.now()) < MATCHED
    return {key: value for key, value in person.facts.items() if key == "phone"} if ended else dict(person.facts)


def offers_under_secret_key(*, now: datetime) -> int:
    """Return how many mandates still wait for somebody whose number is kept as a hash under a secret key of before."""
    waiting = MandateRow.objects.filter(state="offered", until_date__gte=clock.local_date(now))
    return waiting.exclude(receiver_mark="").count()


def organisations() -> dict[str, OrganisationRow]:
    """Return every organisation by its id."""
    return {row.id: OrganisationRow(row.id, row.name, row.region_id) for row in Organisation.objects.order_by("id")}


def display_names(ids: Iterable[UUID]) -> dict[UUID, Mapping[str, str]]:
    """Return the names of users, of legal persons and of children without an account. Shape: {id: {zh, en, ru}}."""
    wanted = set(ids)
    rows = User.objects.filter(pk__in=wanted).only("id", "display_name", "username")
    found: dict[UUID, Mapping[str, str]] = {row.id: row.display_name or {"zh": row.username} for row in rows}
    found = {**found, **acting.enterprise_names(wanted - found.keys())}
    return {**found, **of_children.names(wanted - found.keys())}


def offices(ids: Iterable[UUID]) -> dict[UUID, Mapping[str, str]]:
    """Return what the posts of officers are called. Shape: {user: {zh, en, ru}}."""
    return posts.titles(ids)


def holders(*, role: str, organisation: str) -> list[UUID]:
    """Return who holds a role at an organisation today, those who stand in for somebody on leave with them."""
    return posts.holders(role, organisation)


def representative_of(party: UUID) -> UUID | None:
    """Return who represents an enterprise, by the business register; nothing for a natural person."""
    return LegalPerson.objects.filter(pk=party).values_list("representative_id", flat=True).first()


def emails_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the e-mail addresses of users."""
    return {user.pk: user.email for user in User.objects.filter(pk__in=set(ids)).only("id", "email")}


def language_of(user_id: UUID) -> str:
    """Return the language a user chose, or an empty text."""
    return User.objects.filter(pk=user_id).values_list("language", flat=True).first() or ""


def phone_of(user_id: UUID) -> str:
    """Return a user's phone, or an empty text."""
    row = User.objects.filter(pk=user_id).only("id", "phone").first()
    return row.phone if row else ""
