"""Writes of posts: rights, leave and substitutes. Nobody raises their own rights, and nobody raises another's alone."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.events import LeaveChanged
from onewindow.modules.identity.models import Leave, Post, Region, User
from onewindow.modules.identity.posts import NOT_LENT, own_post, within
from onewindow.plumbing import approvals, audit, outbox, permissions
from onewindow.plumbing.actors import ROLES, Actor
from onewindow.plumbing.approvals import Proposed

LONGEST_LEAVE = timedelta(days=366)


class RoleUnknown(DomainError):
    """There is no such role."""

    code = "role-unknown"
    template = "There is no role “{role}”. Choose from {names}."


class NotOneself(DomainError):
    """Rights are given by others."""

    code = "not-oneself"
    template = "Nobody changes their own rights. Ask another administrator of your organisation."
    status = 403


class AppointedAlready(DomainError):
    """One person, one post."""

    code = "appointed-already"
    template = "{username} has a post already. Change that one, or let their organisation close it first."
    status = 409


class LeaveRefused(DomainError):
    """The leave cannot be recorded so."""

    code = "leave-refused"
    template = "The leave was not recorded: {why}"


@transaction.atomic
def give_roles(*, post_id: int, roles: Collection[str], actor: Actor, now: datetime) -> UUID | None:
    """Set the roles of a post of one's organisation. What is taken away counts at once; what is added waits for a second officer.

    Returns the proposal that waits, if any.  Raises: Forbidden, NotFound, NotOneself, RoleUnknown, SecondOfficerOpen.
    """
    permissions.require(actor, "identity.staff", actor.organisation)
    post = _of_another(post_id, actor)
    unknown = sorted(set(roles) - ROLES)
    if unknown:
        raise RoleUnknown(role=unknown[0][:40], names=", ".join(sorted(ROLES)))
    added, kept = set(roles) - set(post.roles), set(post.roles) & set(roles)
    if kept != set(post.roles):
        _set_roles(post, kept, actor, now)
    if not added:
        return None
    payload = {"post": post.pk, "roles": sorted(added)}
    return _propose("identity.give-roles", post.pk, post, payload, actor, now)


@transaction.atomic
def appoint(*, username: str, title: str, roles: Collection[str], region: str = "", actor: Actor, now: datetime) -> UUID:
    """Give somebody a post without any role at one's organisation, and propose its roles to a second officer.

    Raises: Forbidden, NotFound, NotOneself, RoleUnknown, AppointedAlready.
    """
    permissions.require(actor, "identity.staff", actor.organisation)
    unknown = sorted(set(roles) - ROLES)
    if unknown or not roles:
        raise RoleUnknown(role=(unknown or [""])[0][:40], names=", ".join(sorted(ROLES)))
    user = User.objects.filter(username__iexact=username.strip(), is_active=True).first()
    if user is None:
        raise NotFound(kind="user", id=username.strip()[:80])
    if user.pk == actor.id:
        raise NotOneself
    if Post.objects.filter(user=user).exists():
        raise AppointedAlready(username=user.username)
    # The post exists, inactive, until the second officer has confirmed it.
    post = Post.objects.create(
        user=user, organisation_id=actor.organisation or "", title={"zh": title.strip()[:80]}, region_id=_region(region), is_active=False
    )
    audit.record(actor=actor, action="identity.appoint", subject_kind="post", subject_id=post.pk, at=now)
    return _propose("identity.give-roles", post.pk, post, {"post": post.pk, "roles": sorted(roles), "opens": True}, actor, now)


@transaction.atomic
def limit_region(*, post_id: int, region: str, actor: Actor, now: datetime) -> UUID | None:
    """Limit a post to a region. A wider one than before is a rise and waits for a second officer.

    Raises: Forbidden, NotFound, NotOneself, SecondOfficerOpen.
    """
    permissions.require(actor, "identity.staff", actor.organisation)
    post = _of_another(post_id, actor)
    code = _region(region)
    if code == post.region_id:
        return None
    if _within(code, post.region_id):
        post.region_id = code
        post.save(update_fields=["region"])
        audit.record(actor=actor, action="identity.limit-region", subject_kind="post", subject_id=post.pk, at=now)
        return None
    payload = {"post": post.pk, "roles": [], "region": code}
    return _propose("identity.widen-region", post.pk, post, payload, actor, now)


def _within(inner: str | None, outer: str | None) -> bool:
    """Tell whether one limit is no wider than another; no limit is the widest."""
    return outer is None or (inner is not None and inner in within(outer))


@transaction.atomic
def close_post(*, post_id: int, actor: Actor, now: datetime) -> None:
    """Close a post of one's organisation; it gives nothing from the next request on. Raises: Forbidden, NotFound, NotOneself."""
    permissions.require(actor, "identity.staff", actor.organisation)
    post = _of_another(post_id, actor)
    Post.objects.filter(pk=post.pk).update(is_active=False)
    for kind in ("identity.give-roles", "identity.widen-region"):
        approvals.lapse(kind=kind, subject_id=str(post.pk), actor=actor, now=now)
    audit.record(actor=actor, action="identity.close-post", subject_kind="post", subject_id=post.pk, at=now)


@transaction.atomic
def record_leave(*, post_id: int, substitute_id: int, from_date: date, until_date: date, actor: Actor, now: datetime) -> UUID | None:
    """Record that somebody is away and who does their work. The right to give rights is never lent.

    Where the substitute gains roles or regions by it, it waits for a second officer; the proposal is returned then.
    Raises: Forbidden, NotFound, NotOneself, LeaveRefused, SecondOfficerOpen.
    """
    post = own_post(post_id, actor)
    permissions.require(actor, "identity.leave", post)
    substitute = own_post(substitute_id, actor)
    if substitute.user_id == actor.id:
        raise NotOneself
    _require_sound(post, substitute, from_date, until_date)
    payload: dict[str, Any] = {
        "post": post.pk,
        "substitute": substitute.pk,
        "from": from_date.isoformat(),
        "until": until_date.isoformat(),
        "roles": sorted(set(post.roles) - NOT_LENT),
    }
    if not set(payload["roles"]) <= set(substitute.roles) or not _within(post.region_id, substitute.region_id):
        return _propose("identity.stand-in", f"{post.pk}:{substitute.pk}:{from_date}", substitute, payload, actor, now)
    _begin_leave(payload, actor.id, actor, now)
    return None


@transaction.atomic
def end_leave(*, leave_id: UUID, actor: Actor, now: datetime) -> None:
    """Somebody is back: their substitute's rights end at the next request. Raises: Forbidden, NotFound."""
    leave = Leave.objects.select_related("post").filter(pk=leave_id, ended_at=None, post__organisation=actor.organisation).first()
    if leave is None:
        raise NotFound(kind="leave", id=leave_id)
    permissions.require(actor, "identity.leave", leave.post)
    leave.ended_at = now
    leave.save(update_fields=["ended_at"])
    audit.record(actor=actor, action="identity.end-leave", subject_kind="leave", subject_id=leave.pk, at=now)
    outbox.record(LeaveChanged(leave_id=leave.pk, at=now), at=now)


@transaction.atomic
def settle_rights(*, proposal_id: UUID, confirm: bool, reason: str = "", actor: Actor, now: datetime) -> None:
    """Confirm or reject, as a second administrator, what a colleague proposed. Raises: Forbidden, NotFound, ProposalSettled."""
    if confirm:
        approvals.confirm(proposal_id=proposal_id, actor=actor, now=now)
    else:
        approvals.reject(proposal_id=proposal_id, reason=reason, actor=actor, now=now)


def _of_another(post_id: int, actor: Actor) -> Post:
    """Return a post of one's organisation that is not one's own. Raises: NotFound, NotOneself."""
    post = own_post(post_id, actor)
    if post.user_id == actor.id:
        raise NotOneself
    return post


def _propose(  # noqa: PLR0917  (one row's worth of names, called here alone)
    kind: str, subject: object, post: Post, payload: dict[str, Any], actor: Actor, now: datetime
) -> UUID:
    return approvals.propose(
        kind=kind, subject_id=str(subject), organisation=post.organisation_id, payload=payload, gains=post.user_id, actor=actor, now=now
    )


def _region(code: str) -> str | None:
    if not code:
        return None
    if not Region.objects.filter(pk=code).exists():
        raise NotFound(kind="region", id=code[:20])
    return code


def _set_roles(post: Post, roles: Collection[str], actor: Actor, now: datetime) -> None:
    post.roles = sorted(roles)
    post.save(update_fields=["roles"])
    details = {"roles": post.roles}
    audit.record(actor=actor, action="identity.give-roles", subject_kind="post", subject_id=post.pk, at=now, details=details)


def _require_sound(post: Post, substitute: Post, from_date: date, until_date: date) -> None:
    if post.pk == substitute.pk:
        raise LeaveRefused(why="choose a colleague as the substitute.")
    if not (post.is_active and substitute.is_active):
        raise LeaveRefused(why="one of the two posts is closed. Choose an open one.")
    if until_date < from_date or until_date - from_date > LONGEST_LEAVE:
        raise LeaveRefused(why="the last day lies before the first, or more than a year after it. Correct the days.")


def _begin_leave(payload: Any, recorded_by: UUID | None, actor: Actor, now: datetime) -> None:
    row = Leave.objects.create(
        post_id=payload["post"],
        substitute_id=payload["substitute"],
        from_date=date.fromisoformat(payload["from"]),
        until_date=date.fromisoformat(payload["until"]),
        roles=payload["roles"],
        recorded_by=recorded_by or UUID(int=0),
        recorded_at=now,
    )
    details = {key: payload[key] for key in ("post", "substitute", "from", "until")}
    audit.record(actor=actor, action="identity.record-leave", subject_kind="leave", subject_id=row.pk, at=now, details=details)
    outbox.record(LeaveChanged(leave_id=row.pk, at=now), at=now)


def _carry_out_roles(proposed: Proposed, actor: Actor, now: datetime) -> None:
    post = Post.objects.select_for_update().get(pk=proposed.payload["post"])
    if proposed.payload.get("opens"):
        post.is_active = True
        post.save(update_fields=["is_active"])
    _set_roles(post, set(post.roles) | (set(proposed.payload["roles"]) & ROLES), actor, now)


def _carry_out_region(proposed: Proposed, actor: Actor, now: datetime) -> None:
    Post.objects.filter(pk=proposed.payload["post"]).update(region=proposed.payload["region"])
    audit.record(actor=actor, action="identity.limit-region", subject_kind="post", subject_id=proposed.payload["post"], at=now)


def _carry_out_leave(proposed: Proposed, actor: Actor, now: datetime) -> None:
    _begin_leave(proposed.payload, proposed.proposed_by, actor, now)


def _administrator(actor: Actor, _proposed: Proposed) -> bool:
    return "admin" in actor.roles


for _code, _says, _act in (
    ("identity.give-roles", "Give somebody more roles.", _carry_out_roles),
    ("identity.widen-region", "Let a post work in a wider region.", _carry_out_region),
    ("identity.stand-in", "Let a substitute have rights of whom they stand in for.", _carry_out_leave),
):
    approvals.register(_code, says=_says, may_confirm=_administrator, carry_out=_act)
