"""Writes: organisations, people and their posts, keys for programs."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from onewindow.domain.catalogue.model import Organisation as DescribedOrganisation
from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.identity import identification, proofs
from onewindow.modules.identity import people as people_file
from onewindow.modules.identity.accounts import AccountExists as AccountExists
from onewindow.modules.identity.accounts import end_sessions as end_sessions
from onewindow.modules.identity.accounts import forget_tries as forget_tries
from onewindow.modules.identity.accounts import limits as limits
from onewindow.modules.identity.accounts import may_try as may_try
from onewindow.modules.identity.accounts import missed_look_up as missed_look_up
from onewindow.modules.identity.accounts import open_account as open_account
from onewindow.modules.identity.accounts import require_look_up as require_look_up
from onewindow.modules.identity.accounts import set_password as set_password
from onewindow.modules.identity.faces import begin_face_check as begin_face_check
from onewindow.modules.identity.faces import finish_face_check as finish_face_check
from onewindow.modules.identity.guardians import ask_children as ask_children
from onewindow.modules.identity.guardians import recheck_guardians as recheck_guardians
from onewindow.modules.identity.helping import HELP_KEY as HELP_KEY
from onewindow.modules.identity.helping import HelpCodeWrong as HelpCodeWrong
from onewindow.modules.identity.helping import HelpOver as HelpOver
from onewindow.modules.identity.helping import NotHelpable as NotHelpable
from onewindow.modules.identity.helping import ask_to_confirm as ask_to_confirm
from onewindow.modules.identity.helping import begin_help as begin_help
from onewindow.modules.identity.helping import begin_help_shown as begin_help_shown
from onewindow.modules.identity.helping import close_help as close_help
from onewindow.modules.identity.helping import confirm_filing as confirm_filing
from onewindow.modules.identity.helping import end_help as end_help
from onewindow.modules.identity.helping import offer_help as offer_help
from onewindow.modules.identity.hiring import NameTaken as NameTaken
from onewindow.modules.identity.hiring import UsernameRefused as UsernameRefused
from onewindow.modules.identity.hiring import hire as hire
from onewindow.modules.identity.hiring import rename_post as rename_post
from onewindow.modules.identity.hiring import reopen_post as reopen_post
from onewindow.modules.identity.identification import IdentityTaken as IdentityTaken
from onewindow.modules.identity.identification import confirm_in_person as confirm_in_person
from onewindow.modules.identity.identification import expire_proofs as expire_proofs
from onewindow.modules.identity.identification import make_visit_code as make_visit_code
from onewindow.modules.identity.identification import match_person as match_person
from onewindow.modules.identity.mandates import DaysRefused as DaysRefused
from onewindow.modules.identity.mandates import MattersMissing as MattersMissing
from onewindow.modules.identity.mandates import accept_mandate as accept_mandate
from onewindow.modules.identity.mandates import add_enterprise as add_enterprise
from onewindow.modules.identity.mandates import begin_acting as begin_acting
from onewindow.modules.identity.mandates import end_mandate as end_mandate
from onewindow.modules.identity.mandates import offer_mandate as offer_mandate
from onewindow.modules.identity.models import ApiToken, Organisation, Person, Post, Region, User
from onewindow.modules.identity.moving import COLUMNS as COLUMNS
from onewindow.modules.identity.moving import ColumnsWrong as ColumnsWrong
from onewindow.modules.identity.moving import Refusal as Refusal
from onewindow.modules.identity.moving import Taken as Taken
from onewindow.modules.identity.moving import import_accounts as import_accounts
from onewindow.modules.identity.national import AccountClosed as AccountClosed
from onewindow.modules.identity.national import NationalEntry as NationalEntry
from onewindow.modules.identity.national import NationalTaken as NationalTaken
from onewindow.modules.identity.national import OfficersElsewhere as OfficersElsewhere
from onewindow.modules.identity.national import OnlyWay as OnlyWay
from onewindow.modules.identity.national import TicketOver as TicketOver
from onewindow.modules.identity.national import begin_national as begin_national
from onewindow.modules.identity.national import farewell_national as farewell_national
from onewindow.modules.identity.national import finish_national as finish_national
from onewindow.modules.identity.national import link_national as link_national
from onewindow.modules.identity.national import open_national_account as open_national_account
from onewindow.modules.identity.national import unlink_national as unlink_national
from onewindow.modules.identity.officers import AppointedAlready as AppointedAlready
from onewindow.modules.identity.officers import LeaveRefused as LeaveRefused
from onewindow.modules.identity.officers import NotOneself as NotOneself
from onewindow.modules.identity.officers import RoleUnknown as RoleUnknown
from onewindow.modules.identity.officers import appoint as appoint
from onewindow.modules.identity.officers import close_post as close_post
from onewindow.modules.identity.officers import end_leave as end_leave
from onewindow.modules.identity.officers import give_roles as give_roles
from onewindow.modules.identity.officers import limit_region as limit_region
from onewindow.modules.identity.officers import record_leave as record_leave
from onewindow.modules.identity.officers import settle_rights as settle_rights
from onewindow.modules.identity.own_data import change_contact as change_contact
from onewindow.modules.identity.own_data import close_account as close_account
from onewindow.modules.identity.own_data import rename as rename
from onewindow.modules.identity.own_data import take_along as take_along
from onewindow.modules.identity.proofs import identification_rules as identification_rules
from onewindow.modules.identity.selectors import token_hash
from onewindow.modules.identity.sources import Claimed as Claimed
from onewindow.modules.identity.sources import FaceBegun as FaceBegun
from onewindow.modules.identity.sources import NationalAnswer as NationalAnswer
from onewindow.modules.identity.sources import NationalBegun as NationalBegun
from onewindow.modules.identity.sources import NationalCancelled as NationalCancelled
from onewindow.modules.identity.sources import NationalRefused as NationalRefused
from onewindow.modules.identity.sources import NationalSilent as NationalSilent
from onewindow.modules.identity.sources import NationalUnsure as NationalUnsure
from onewindow.modules.identity.sources import Outcome as Outcome
from onewindow.modules.identity.sources import SourceSilent as SourceSilent
from onewindow.modules.identity.sources import Ward as Ward
from onewindow.modules.identity.sources import use_business_source as use_business_source
from onewindow.modules.identity.sources import use_face_provider as use_face_provider
from onewindow.modules.identity.sources import use_guardian_source as use_guardian_source
from onewindow.modules.identity.sources import use_national_provider as use_national_provider
from onewindow.modules.identity.sources import use_population_source as use_population_source
from onewindow.modules.identity.terminals import TerminalCodeWrong as TerminalCodeWrong
from onewindow.modules.identity.terminals import add_terminal as add_terminal
from onewindow.modules.identity.terminals import end_terminal as end_terminal
from onewindow.modules.identity.terminals import set_up_terminal as set_up_terminal
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor


class LanguageRefused(DomainError):
    """The platform does not speak it."""

    code = "language"
    template = "There are no pages in “{language}”. Choose zh-hans, en or ru."


class AlreadyTaken(DomainError):
    """Two people cannot log in by the same phone or e-mail."""

    code = "already-taken"
    template = "{what} of {username} belongs to somebody else. Correct it, or leave it out."
    status = 409


@transaction.atomic
def save_organisations(*, organisations: Mapping[str, DescribedOrganisation], actor: Actor, now: datetime) -> int:
    """Write the organisations a catalogue names and tell how many are new or changed; none is removed: posts and cases name them.

    Raises: Forbidden.
    """
    permissions.require(actor, "identity.save-organisations")
    regions = {item.region for item in organisations.values() if item.region}
    Region.objects.bulk_create([Region(code=code) for code in sorted(regions)], ignore_conflicts=True)
    known = {row.id: row for row in Organisation.objects.all()}
    wanted = [Organisation(id=item.id, name=dict(item.name), region_id=item.region) for item in organisations.values()]
    changed = [row for row in wanted if not _same(known.get(row.id), row)]
    Organisation.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=["name", "region"])
    for row in changed:
        audit.record(actor=actor, action="identity.save-organisations", subject_kind="organisation", subject_id=row.id, at=now)
    return len(changed)


def _same(known: Organisation | None, row: Organisation) -> bool:
    return known is not None and (known.name, known.region_id) == (row.name, row.region_id)


@transaction.atomic
def load_people(*, people: Mapping[str, Any], password: str, actor: Actor, now: datetime) -> int:
    """Load a people file and tell how many accounts are new; whoever exists keeps their password and gets the rest afresh.

    Shape: see onewindow.modules.identity.people.  Raises: Forbidden, PeopleRefused, AlreadyTaken.
    """
    permissions.require(actor, "identity.load-people")
    entries = people_file.read(people, set(Organisation.objects.values_list("id", flat=True)))
    _save_region(people.get("region"))
    known = {user.username.lower(): user for user in User.objects.all()}
    encoded = make_password(password)  # once: hashing is slow on purpose, and the file's password is one for all
    fresh = 0
    for entry in entries:
        user = known.get(entry.username.lower())
        fresh += user is None
        user = user or User(username=entry.username, password=encoded)
        _save_person(user, entry, now)
        audit.record(actor=actor, action="identity.load-people", subject_kind="user", subject_id=user.id, at=now)
    return fresh


def _save_region(region: Mapping[str, Any] | None) -> None:
    if region:
        Region.objects.update_or_create(code=str(region["id"]), defaults={"name": dict(region.get("name") or {})})


def _save_person(user: User, entry: people_file.Entry, now: datetime) -> None:
    others = User.objects.exclude(pk=user.pk)
    if entry.phone and others.filter(phone=entry.phone).exists():
        raise AlreadyTaken(what="The phone", username=entry.username)
    if entry.email and others.filter(email__iexact=entry.email).exists():
        raise AlreadyTaken(what="The e-mail address", username=entry.username)
    user.display_name, user.phone, user.email = dict(entry.name), entry.phone, entry.email
    user.language = user.language or entry.language
    user.save()
    if entry.organisation is None:
        _save_proven(user, entry, now)
        return
    Post.objects.filter(user=user).exclude(organisation_id=entry.organisation).update(is_active=False)
    details = {"title": dict(entry.post), "roles": list(entry.roles), "is_active": True}
    Post.objects.update_or_create(user=user, organisation_id=entry.organisation, defaults=details)


def _save_proven(user: User, entry: people_file.Entry, now: datetime) -> None:
    """Keep what the file proves about an applicant; whoever it gives a resident number to counts as seen in person."""
    number = str(entry.facts.get("resident-id") or "")
    if number and Person.objects.filter(number=number).exclude(pk=user.pk).exists():
        raise AlreadyTaken(what="The resident number", username=entry.username)
    Person.objects.update_or_create(user=user, defaults={"facts": dict(entry.facts), "number": number})
    if number:
        proofs.add(user_id=user.id, method="demo", source=people_file.FORMAT, now=now)
        identification.come_home(number, user.id, now)


@transaction.atomic
def create_token(*, name: str, actor: Actor, now: datetime) -> str:
    """Return a new key for a program that acts in the actor's name. It is shown once; only its hash is kept. Raises: Forbidden."""
    permissions.require(actor, "identity.create-token", actor.id)
    token = f"ow_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(user_id=actor.known_id, name=name.strip()[:80] or "token", hash=token_hash(token), created_at=now)
    audit.record(actor=actor, action="identity.create-token", subject_kind="token", subject_id=row.id, at=now)
    return token


@transaction.atomic
def revoke_token(*, token_id: UUID, actor: Actor, now: datetime) -> None:
    """End a key of one's own. Raises: Forbidden, NotFound."""
    permissions.require(actor, "identity.revoke-token", actor.id)
    if not ApiToken.objects.filter(pk=token_id, user_id=actor.known_id).delete()[0]:
        raise NotFound(kind="token", id=token_id)
    audit.record(actor=actor, action="identity.revoke-token", subject_kind="token", subject_id=token_id, at=now)


def touch_token(*, token: str, now: datetime) -> None:
    """Remember that a key was used; at most one write a minute."""
    rows = ApiToken.objects.filter(hash=token_hash(token))
    last = rows.values_list("last_used_at", flat=True).first()
    if last is None or (now - last).total_seconds() >= 60:
        rows.update(last_used_at=now)


@transaction.atomic
def set_language(*, user_id: UUID, language: str, actor: Actor, now: datetime) -> None:
    """Keep the language of a user's own pages. Raises: Forbidden, LanguageRefused."""
    permissions.require(actor, "identity.set-language", user_id)
    if language not in people_file.LANGUAGES - {""}:
        raise LanguageRefused(language=language[:20])
    User.objects.filter(pk=user_id).update(language=language)
    audit.record(actor=actor, action="identity.set-language", subject_kind="user", subject_id=user_id, at=now)


@transaction.atomic
def set_active(*, user_id: UUID, active: bool, actor: Actor, now: datetime) -> None:
    """Close or reopen an account; it counts from the next request on. Raises: Forbidden, NotFound."""
    permissions.require(actor, "identity.disable-user", user_id)
    if not User.objects.filter(pk=user_id).update(is_active=active):
        raise NotFound(kind="user", id=user_id)
    action = "identity.reopen-user" if active else "identity.close-user"
    audit.record(actor=actor, action=action, subject_kind="user", subject_id=user_id, at=now)
