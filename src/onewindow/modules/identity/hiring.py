"""Staff as the department's own system keeps them: an account for somebody new, and a post that is opened again."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from onewindow.domain import values
from onewindow.domain.catalogue.model import Element
from onewindow.domain.errors import DomainError
from onewindow.modules.identity import people
from onewindow.modules.identity.models import Person, Post, User
from onewindow.modules.identity.officers import NotOneself, appoint
from onewindow.modules.identity.posts import own_post
from onewindow.plumbing import approvals, audit, permissions
from onewindow.plumbing.actors import Actor


class UsernameRefused(DomainError):
    """The user name cannot be one."""

    code = "username-refused"
    template = "The user name “{username}” is not taken. Write 3 to 150 letters, digits and . _ @ + -."


class NameTaken(DomainError):
    """Somebody has it."""

    code = "name-taken"
    template = "There is an account with this user name or e-mail. Appoint it, or choose another."
    status = 409


@transaction.atomic
def hire(*, username: str, name: str, email: str, title: str, roles: Collection[str], actor: Actor, now: datetime) -> int:
    """Open an account for somebody new at one's organisation and return their post, which a second officer opens.

    They log in by a code to their e-mail at first.  Raises: Forbidden, UsernameRefused, NameTaken, ValueRefused, RoleUnknown.
    """
    permissions.require(actor, "identity.staff", actor.organisation)
    if not people.is_username(username):
        raise UsernameRefused(username=username[:80])
    mail = str(values.normalise(email, Element(id="email", name={}, type="email"))).lower() if email else ""
    if User.objects.filter(username__iexact=username).exists() or (mail and User.objects.filter(email__iexact=mail).exists()):
        raise NameTaken
    known_as = {"zh": name.strip()[:100] or username}
    user = User.objects.create(username=username, email=mail, display_name=known_as, password=make_password(None))
    Person.objects.create(user=user)
    audit.record(actor=actor, action="identity.hire", subject_kind="user", subject_id=user.pk, at=now)
    appoint(username=username, title=title, roles=roles or {"officer"}, actor=actor, now=now)
    return Post.objects.get(user=user).pk


@transaction.atomic
def reopen_post(*, post_id: int, actor: Actor, now: datetime) -> UUID | None:
    """Propose that a closed post of one's organisation is opened again with the roles it had. Raises: Forbidden, NotFound, NotOneself."""
    permissions.require(actor, "identity.staff", actor.organisation)
    post = own_post(post_id, actor)
    if post.user_id == actor.id:
        raise NotOneself
    if post.is_active or approvals.is_open(kind="identity.give-roles", subject_id=str(post.pk)):
        return None
    return approvals.propose(
        kind="identity.give-roles",
        subject_id=str(post.pk),
        organisation=post.organisation_id,
        payload={"post": post.pk, "roles": sorted(post.roles or ["officer"]), "opens": True},
        gains=post.user_id,
        actor=actor,
        now=now,
    )


@transaction.atomic
def rename_post(*, post_id: int, title: str, actor: Actor, now: datetime) -> None:
    """Write what a post of one's organisation is called. Raises: Forbidden, NotFound."""
    permissions.require(actor, "identity.staff", actor.organisation)
    post = own_post(post_id, actor)
    post.title = {**post.title, "zh": title.strip()[:80]}
    post.save(update_fields=["title"])
    audit.record(actor=actor, action="identity.rename-post", subject_kind="post", subject_id=post.pk, at=now)
