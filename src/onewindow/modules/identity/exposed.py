"""What a leak of accounts, proofs, mandates and posts would give away."""

from collections.abc import Collection, Mapping
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from onewindow.modules.identity.models import (
    ApiToken,
    Assistance,
    Child,
    FaceCheck,
    Guardianship,
    Identification,
    Leave,
    LegalPerson,
    MandateRow,
    NationalIdentity,
    Person,
    Post,
    User,
    VisitCode,
)
from onewindow.plumbing.exposure import Exposure, Owner, Table, rows_of

_TABLES = (
    Table(User, "pk", {"username": "identity", "display_name": "identity", "email": "contact", "phone": "contact"}),
    Table(Person, "user", {"facts": "identity contact", "number": "identity"}),
    Table(Identification, "user", {"method": "use"}, since="at"),
    Table(NationalIdentity, "user", {"subject": "identity", "issuer": "use"}, since="linked_at"),
    Table(VisitCode, "user", {"hash": "use"}),
    Table(FaceCheck, "user", {"state": "use"}, since="begun_at"),
    Table(LegalPerson, "representative", {"uscc": "enterprise", "name": "enterprise"}, since="confirmed_at"),
    Table(MandateRow, "receiver", {"receiver_name": "identity", "receiver_number": "identity", "matters": "matter"}, since="offered_at"),
    Table(MandateRow, "party", {"matters": "matter"}, since="offered_at"),
    Table(Child, "pk", {"name": "identity", "number": "identity"}),
    Table(Guardianship, "guardian", {"source": "use"}, since="told_at"),
    Table(Assistance, "party", {"matter": "matter"}, since="offered_at"),
    Table(Assistance, "officer", {"organisation": "use"}, since="offered_at"),
    Table(Post, "user", {"roles": "post", "title": "post"}),
    Table(Leave, "post__user", {"from_date": "post"}, since="recorded_at"),
    Table(ApiToken, "user", {"name": "use"}, since="created_at"),
    Table(EmailAddress, "user", {"email": "contact"}),
    Table(UserSession, "user", {"ip": "use", "user_agent": "use"}, since="created_at"),
    Table(Authenticator, "user", {"type": "use"}, since="created_at"),
)


def _users(ids: Collection[str]) -> Mapping[str, Owner]:
    return rows_of(_uuids(ids), lambda some: User.objects.filter(pk__in=some), person="pk")


def _enterprises(ids: Collection[str]) -> Mapping[str, Owner]:
    """An enterprise is a party of its own: its cases are filed in its name."""
    return rows_of(_uuids(ids), lambda some: LegalPerson.objects.filter(pk__in=some), person="pk")


def _mandates(ids: Collection[str]) -> Mapping[str, Owner]:
    return rows_of(_uuids(ids), lambda some: MandateRow.objects.filter(pk__in=some), person="party")


def _assistances(ids: Collection[str]) -> Mapping[str, Owner]:
    return rows_of(_uuids(ids), lambda some: Assistance.objects.filter(pk__in=some, party__isnull=False), person="party")


def _posts(ids: Collection[str]) -> Mapping[str, Owner]:
    return rows_of([text for text in ids if text.isdecimal()], lambda some: Post.objects.filter(pk__in=some), person="user")


def _uuids(ids: Collection[str]) -> list[str]:
    found = []
    for text in ids:
        try:
            found.append(str(UUID(text)))
        except ValueError:
            continue
    return found


EXPOSURE = Exposure(
    looks={"identity.staff": lambda _look: {"identity", "post"}},
    owners={"user": _users, "legal-person": _enterprises, "mandate": _mandates, "assistance": _assistances, "post": _posts},
    tables=_TABLES,
)
