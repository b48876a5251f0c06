"""Accounts of an older platform, row by row: each is taken whole or refused with its reason, and a second run changes nothing."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib.auth.hashers import PBKDF2PasswordHasher, PBKDF2SHA1PasswordHasher, ScryptPasswordHasher, make_password
from django.db import transaction
from django.db.models.functions import Lower

from onewindow.domain import codes, values
from onewindow.domain.catalogue.model import Element
from onewindow.domain.errors import DomainError
from onewindow.modules.identity import people
from onewindow.modules.identity.models import Person, User
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor

COLUMNS = ("external_id", "username", "name", "phone", "email", "resident_id", "language", "password")
NEEDED = ("external_id", "name")
AT_ONCE = 1000
"""Rows of one transaction: whoever stops the run loses at most these, and the next run takes them."""
_HASHERS = {str(hasher.algorithm): hasher() for hasher in (PBKDF2PasswordHasher, PBKDF2SHA1PasswordHasher, ScryptPasswordHasher)}
_MOST_ITERATIONS = 10_000_000
"""A hash that takes a minute to check would let anybody stop the site."""


class ColumnsWrong(DomainError):
    """The file cannot be read as accounts."""

    code = "account-columns"
    template = "The first line names the columns. Needed are {needed}; known are {known}; this file has {given}."


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken. `line`: its place in the file, the line of the columns being 1."""

    line: int
    row: Mapping[str, str]
    column: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows so far."""

    opened: int = 0
    known: int = 0
    refused: int = 0

    @property
    def rows(self) -> int:
        return self.opened + self.known + self.refused


@dataclass(frozen=True, slots=True)
class _Account:
    line: int
    row: Mapping[str, str]
    id: UUID
    username: str
    name: str
    phone: str
    email: str
    number: bytes
    language: str
    password: str


@dataclass(slots=True)
class _Seen:
    """What stood in earlier rows of the file: digests only, so that a large file needs little memory."""

    ids: set[bytes] = field(default_factory=set)
    numbers: set[bytes] = field(default_factory=set)


class _Wrong(Exception):
    def __init__(self, column: str, code: str, reason: str) -> None:
        self.column, self.code, self.reason = column, code, reason


def import_accounts(
    *,
    rows: Iterable[Mapping[str, str]],
    source: str,
    refuse: Callable[[Refusal], None],
    progress: Callable[[Taken], None],
    actor: Actor,
    now: datetime,
) -> Taken:
    """Open an account for every row that is right, and hand every other one to `refuse`. Who was taken before stays as they are.

    An account that is moved proves nothing: its person proves here who they are. `source` names the older platform; with its own
    `external_id` it says who is who in a second run.  Raises: Forbidden, ColumnsWrong.
    """
    permissions.require(actor, "identity.load-people")
    waiting, taken = iter(enumerate(rows, start=2)), Taken()
    seen = _Seen(numbers=_numbers_here())
    while chunk := list(islice(waiting, AT_ONCE)):
        _require_columns(chunk[0][1])
        refusals: list[Refusal] = []
        right = list(_right(chunk, source, seen, refusals))
        opened, known = _save(right, seen, refusals, source, actor, now)
        for refusal in sorted(refusals, key=lambda one: one.line):
            refuse(refusal)
        taken = Taken(taken.opened + opened, taken.known + known, taken.refused + len(refusals))
        progress(taken)
    return taken


def _require_columns(row: Mapping[str, str]) -> None:
    if not set(NEEDED) <= set(row) or not set(row) <= set(COLUMNS):
        raise ColumnsWrong(needed=", ".join(NEEDED), known=", ".join(COLUMNS), given=", ".join(str(name) for name in row))


def _numbers_here() -> set[bytes]:
    """Return digests of the identity numbers that belong to accounts already."""
    facts = (person.facts.get("resident-id") for person in Person.objects.iterator(chunk_size=AT_ONCE))
    return {_digest(number) for number in facts if number}


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _right(chunk: Sequence[tuple[int, Mapping[str, str]]], source: str, seen: _Seen, refusals: list[Refusal]) -> Iterator[_Account]:
    for line, row in chunk:
        try:
            account = _read(line, row, source)
            if account.id.bytes in seen.ids:
                raise _Wrong("external_id", "twice", "this external_id stands in an earlier row; keep one of them")
        except _Wrong as wrong:
            refusals.append(Refusal(line, row, wrong.column, wrong.code, wrong.reason))
        else:
            seen.ids.add(account.id.bytes)
            yield account


def _read(line: int, row: Mapping[str, str], source: str) -> _Account:
    if None in row or None in row.values():
        raise _Wrong("", "cells", "the row has more or fewer cells than the first line; look for a comma or a quote that is missing")
    given = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name in NEEDED:
        if not given[name] or len(given[name]) > 100:
            raise _Wrong(name, "missing", f"write {name}, at most 100 characters")
    username, phone, email = given["username"], _checked("phone", given["phone"]), _checked("email", given["email"]).lower()
    if username and not people.is_username(username):
        raise _Wrong("username", "form", "a username has 3 to 150 letters, digits and . _ @ + -")
    if not (username or phone or email):
        raise _Wrong("phone", "unreachable", "without username, phone or email nobody can log in; give one of them")
    if not (phone or email or given["password"]):
        raise _Wrong("password", "unreachable", "without phone and email no code can be sent; give one of them or a password")
    if given["language"] not in people.LANGUAGES:
        raise _Wrong("language", "unknown", f"the language is {', '.join(sorted(people.LANGUAGES - {''}))} or empty")
    number = _checked("resident_id", given["resident_id"])
    return _Account(
        line=line,
        row=row,
        id=uuid5(NAMESPACE_URL, f"onewindow:account:{source}:{given['external_id']}"),
        username=username or f"u{secrets.token_hex(8)}",
        name=given["name"],
        phone=phone,
        email=email,
        number=_digest(number) if number else b"",
        language=given["language"],
        password=_password(given["password"]),
    )


_READ: Mapping[str, tuple[Callable[[str], str], str]] = {
    "phone": (codes.phone, "this is no telephone number: 11 digits of a mobile, or area code and number"),
    "resident_id": (codes.resident_id, "this is no identity number: its length, date or check digit is wrong"),
    "email": (
        lambda text: str(values.normalise(text, Element(id="email", name={}, type="email"))),
        "this is no e-mail address; write it like name@example.com",
    ),
}


def _checked(column: str, text: str) -> str:
    if not text:
        return ""
    read, reason = _READ[column]
    try:
        return read(text)
    except codes.CodeRefused as refused:
        raise _Wrong(column, refused.reason, reason) from None
    except values.ValueRefused:
        raise _Wrong(column, "form", reason) from None


def _password(encoded: str) -> str:
    """Return a hash that a log-in can check; without one nobody knows the password, and a code opens the door."""
    if not encoded:
        return str(make_password(None))
    hasher = _HASHERS.get(encoded.partition("$")[0])
    try:
        if hasher is None:
            raise ValueError
        said = hasher.decode(encoded)
        sound = 0 < int(said.get("iterations") or said.get("work_factor") or 0) <= _MOST_ITERATIONS and said["salt"] and said["hash"]
    except (ValueError, AssertionError, KeyError, IndexError):
        sound = False
    if not sound or len(encoded) > 128:
        names = ", ".join(_HASHERS)
        raise _Wrong("password", "form", f"the password is a hash as Django writes it ({names}), or empty; never the password itself")
    return encoded


@transaction.atomic
def _save(  # noqa: PLR0917  (one row's worth of names, called once)
    accounts: Sequence[_Account], seen: _Seen, refusals: list[Refusal], source: str, actor: Actor, now: datetime
) -> tuple[int, int]:
    """Save a chunk as a whole; tell how many are new and how many were here."""
    known = set(User.objects.filter(pk__in=[account.id for account in accounts]).values_list("pk", flat=True))
    fresh = [account for account in accounts if account.id not in known]
    seen.numbers |= {account.number for account in accounts if account.id in known and account.number}
    taken = _Names.of(fresh)
    new: list[_Account] = []
    for account in fresh:
        wrong = taken.clash(account) or _number_clash(account, seen)
        if wrong is not None:
            refusals.append(Refusal(account.line, account.row, wrong.column, wrong.code, wrong.reason))
            continue
        taken.add(account)
        if account.number:
            seen.numbers.add(account.number)
        new.append(account)
    User.objects.bulk_create(_user(account) for account in new)
    Person.objects.bulk_create(Person(user_id=account.id) for account in new)
    for account in new:
        details = {"source": source}
        audit.record(actor=actor, action="identity.import-account", subject_kind="user", subject_id=account.id, at=now, details=details)
    return len(new), len(known)


def _number_clash(account: _Account, seen: _Seen) -> _Wrong | None:
    if account.number and account.number in seen.numbers:
        return _Wrong("resident_id", "taken", "this identity number belongs to another account; one person has one")
    return None


def _user(account: _Account) -> User:
    return User(
        id=account.id,
        username=account.username,
        phone=account.phone,
        email=account.email,
        display_name={"zh": account.name},
        language=account.language,
        password=account.password,
    )


@dataclass(slots=True)
class _Names:
    """The names of a chunk that are taken, here or by an earlier row of it."""

    phone: set[str]
    email: set[str]
    username: set[str]

    @classmethod
    def of(cls, accounts: Collection[_Account]) -> "_Names":
        phones, emails = ({getattr(account, name) for account in accounts} - {""} for name in ("phone", "email"))
        names = User.objects.annotate(folded=Lower("username")).filter(folded__in={account.username.lower() for account in accounts})
        return cls(
            phone={user.phone for user in User.objects.filter(phone__in=phones).only("id", "phone")} if phones else set(),
            email={user.email.lower() for user in User.objects.filter(email__in=emails).only("id", "email")} if emails else set(),
            username=set(names.values_list("folded", flat=True)),
        )

    def clash(self, account: _Account) -> _Wrong | None:
        for column in ("phone", "email", "username"):
            value = getattr(account, column).lower()
            if value and value in getattr(self, column):
                return _Wrong(column, "taken", f"this {column} belongs to another account; correct it or leave it out")
        return None

    def add(self, account: _Account) -> None:
        self.phone.add(account.phone)
        self.email.add(account.email)
        self.username.add(account.username.lower())
