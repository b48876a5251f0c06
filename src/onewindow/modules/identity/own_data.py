"""My data: take it along, put it right, close the account."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.identification import MATCHED
from onewindow.modules.identity import proofs
from onewindow.modules.identity.accounts import AccountExists
from onewindow.modules.identity.exposed import EXPOSURE
from onewindow.modules.identity.models import (
    ApiToken,
    Assistance,
    FaceCheck,
    Guardianship,
    Identification,
    LegalPerson,
    MandateRow,
    NationalIdentity,
    Person,
    Post,
    User,
    VisitCode,
)
from onewindow.plumbing import audit, courier, permissions, personal
from onewindow.plumbing.actors import Actor

NAME_LIMIT = 80


class NameMissing(DomainError):
    """An account has a name."""

    code = "name-missing"
    template = "Write the name by which the pages are to call you, in at most 80 characters."


class StillRunning(DomainError):
    """Somebody waits for an answer about these."""

    code = "still-running"
    template = "The account cannot be closed while something is running: {references}. Wait until it is decided, or withdraw it first."
    status = 409


class StillInOffice(DomainError):
    """An officer's account belongs to the office as well."""

    code = "still-in-office"
    template = "This account has a post. Ask the administrator of your organisation to close the post first."
    status = 409


@transaction.atomic
def take_along(*, actor: Actor, now: datetime) -> list[personal.Part]:
    """Return everything that is held about oneself. Raises: Forbidden."""
    permissions.require(actor, "identity.own-data", actor.id)
    parts = personal.held_about(actor.known_id)
    details = {"parts": len(parts), "files": sum(len(part.files) for part in parts)}
    audit.record(actor=actor, action="identity.take-along", subject_kind="user", subject_id=actor.known_id, at=now, details=details)
    return parts


@transaction.atomic
def rename(*, name: str, actor: Actor, now: datetime) -> None:
    """Put right the name by which the pages call oneself; what a register proved is put right at the register.

    Raises: Forbidden, NameMissing, NotFound.
    """
    permissions.require(actor, "identity.own-data", actor.id)
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > NAME_LIMIT:
        raise NameMissing
    user = User.objects.select_for_update().filter(pk=actor.known_id, is_active=True).first()
    if user is None:
        raise NotFound(kind="user", id=actor.id)
    user.display_name = {"zh": wanted}
    user.save(update_fields=["display_name"])
    audit.record(actor=actor, action="identity.rename", subject_kind="user", subject_id=str(actor.id), at=now)


@transaction.atomic
def change_contact(*, kind: Literal["sms", "email"], text: str, actor: Actor, now: datetime) -> None:
    """Log in with another phone or e-mail, which its owner has just proven; the old one is told. Raises: Forbidden, AccountExists."""
    permissions.require(actor, "identity.own-data", actor.id)
    column, text = ("phone", text) if kind == "sms" else ("email", text.lower())
    if User.objects.exclude(pk=actor.known_id).filter(**{f"{column}__iexact": text}).exists():
        raise AccountExists
    user = User.objects.select_for_update().get(pk=actor.known_id)
    old = getattr(user, column)
    setattr(user, column, text)
    user.save(update_fields=[column])
    person = Person.objects.filter(user=user).first()
    if kind == "sms" and person and proofs.level_of(user.pk, now) < MATCHED:  # what a register agreed to stays as it was agreed to
        person.facts = {**person.facts, "phone": text}
        person.save(update_fields=["facts"])
    proofs.add(user_id=user.pk, method="phone" if kind == "sms" else "email", source="one-time-code", now=now)
    if old and old != text:
        courier.send(letter=courier.Letter(template="contact-changed", channel=kind, to=old, language=user.language), now=now)
    audit.record(actor=actor, action="identity.change-contact", subject_kind="user", subject_id=user.pk, at=now, details={"kind": kind})


@transaction.atomic
def close_account(*, actor: Actor, now: datetime) -> int:
    """Close one's own account: nobody logs in to it again, and what only it needed is gone. Cases stay as long as their rules say.

    Return how many rows went. Raises: Forbidden, StillInOffice, StillRunning.
    """
    permissions.require(actor, "identity.own-data", actor.id)
    user = User.objects.select_for_update().get(pk=actor.known_id)
    if Post.objects.filter(user=user, is_active=True).exists():
        raise StillInOffice
    if running := personal.open_matters(user.pk):
        raise StillRunning(references=", ".join(running))
    rows = personal.let_go(user.pk, now)
    user.is_active, user.username, user.password = False, f"closed-{user.pk.hex}", make_password(None)
    user.email, user.phone, user.display_name, user.language = "", "", {}, ""
    user.save()
    audit.record(actor=actor, action="identity.close-account", subject_kind="user", subject_id=user.pk, at=now, details={"rows": rows})
    return rows


def _export(user_id: UUID) -> Iterator[personal.Part]:
    user = User.objects.get(pk=user_id)
    person = Person.objects.filter(user=user).first()
    data: dict[str, Any] = {name: getattr(user, name) for name in ("username", "email", "phone", "display_name", "language", "last_login")}
    if person:
        data["proven"] = {name: getattr(person, name) for name in ("facts", "proof_level", "proof_source", "proved_at")}
    data["proofs"] = list(
        Identification.objects.filter(user=user).order_by("at").values("level", "method", "source", "at", "expires_at", "ended_at")
    )
    data["national_identities"] = list(NationalIdentity.objects.filter(user=user).values("issuer", "linked_at", "used_at"))
    terms = ("party_kind", "role", "matters", "from_date", "until_date", "state", "offered_at", "accepted_at", "ended_at")
    given = MandateRow.objects.filter(party=user_id).order_by("offered_at")
    data["mandates_given"] = [{name: getattr(row, name) for name in ("receiver_name", *terms)} for row in given]
    data["mandates_received"] = list(MandateRow.objects.filter(receiver=user_id).order_by("offered_at").values("party", *terms))
    data["enterprises"] = list(LegalPerson.objects.filter(representative=user_id).values("uscc", "name", "confirmed_at"))
    data["children"] = [
        {"name": link.child.name, "source": link.source, "told_at": link.told_at, "ended_at": link.ended_at}
        for link in Guardianship.objects.filter(guardian=user_id).select_related("child").order_by("told_at")
    ]
    data["helped"] = list(
        Assistance.objects.filter(party=user_id).order_by("offered_at").values("organisation", "matter", "begun_at", "ends_at", "ended_at")
    )
    data["posts"] = [
        {"organisation": row.organisation_id, "title": row.title, "roles": row.roles, "open": row.is_active}
        for row in Post.objects.filter(user=user)
    ]
    data["tokens"] = list(ApiToken.objects.filter(user=user).values("name", "created_at", "last_used_at"))
    data["factors"] = list(Authenticator.objects.filter(user_id=user_id).values("type", "created_at", "last_used_at"))
    data["sessions"] = list(UserSession.objects.filter(user_id=user_id).values("ip", "user_agent", "created_at", "last_seen_at"))
    yield personal.Part("account", data)


def _let_go(user_id: UUID, now: datetime) -> int:
    open_ = MandateRow.objects.filter(state__in=("offered", "accepted")).filter(Q(party=user_id) | Q(receiver=user_id))
    open_.update(state="revoked", ended_at=now, ended_by=user_id)
    MandateRow.objects.filter(party=user_id).update(receiver_name="", receiver_number="", receiver_mark="")
    MandateRow.objects.filter(receiver=user_id).update(receiver_number="", receiver_mark="")
    LegalPerson.objects.filter(representative=user_id).update(representative=None)
    Guardianship.objects.filter(guardian=user_id, ended_at=None).update(ended_at=now)
    Assistance.objects.filter(party=user_id).delete()
    gone = (Person, Identification, NationalIdentity, VisitCode, FaceCheck, ApiToken, Authenticator, UserSession, EmailAddress)
    return sum(kind.objects.filter(user_id=user_id).delete()[0] for kind in gone)


personal.register(personal.Holder(name="account", export=_export, let_go=_let_go, exposure=EXPOSURE))
