"""Who may do what where several people confirm one matter: written down by hand, apart from the code it judges."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from onewindow.modules.cases import models, selectors, services
from onewindow.plumbing.actors import Actor
from tests.matrix.people import OTHER, Profile

SECRET = "of-a-link"
May = Callable[[Profile], Any]
Call = Callable[[Actor], Any]


def take_part(draft: UUID, now: datetime, *, person: UUID | None, secret: str = "") -> UUID:
    """Have somebody invited to a draft; without a person nobody has taken it yet."""
    kept = {"state": "taken" if person else "invited", "person": person, "due_date": date(2036, 1, 1)}
    token = sha256((secret or str(uuid4())).encode()).hexdigest()
    names = {"role": str(uuid4()), "name": "某人", "contact": "x@example.org"}
    row = models.Part.objects.create(draft_id=draft, token=token, invited_by=uuid4(), invited_at=now, **names, **kept)
    return row.pk


def in_own_name(profile: Profile) -> bool:
    return profile.actor.kind in {"person", "officer"} and profile.actor.on_behalf_of is None


def invited(profile: Profile) -> bool:
    """The other citizen takes part in every matter of this world; nobody else does."""
    return profile.id == OTHER.id


def of_one(draft: UUID, part: UUID, now: datetime, own: May) -> Iterator[tuple[str, Call, May, bool]]:
    """Yield function, call, who may, and whether an empty answer is a refusal."""
    both = {"now": now}
    invitation = {"role": "x", "name": "x", "contact": "x@example.org", "page": "https://x.example/"}
    yield "invite", lambda actor: services.invite(draft_id=draft, **invitation, actor=actor, **both), own, False
    yield "renew_invitation", lambda actor: services.renew_invitation(part_id=part, page="x", actor=actor, **both), own, False
    yield "withdraw_invitation", lambda actor: services.withdraw_invitation(part_id=part, actor=actor, **both), own, False
    yield "take_part", lambda actor: services.take_part(part_id=part, actor=actor, **both), invited, False
    yield "save_part", lambda actor: services.save_part(part_id=part, values={}, actor=actor, **both), invited, False
    yield "confirm_part", lambda actor: services.confirm_part(part_id=part, seen="x", actor=actor, **both), invited, False
    yield "take_back_confirmation", lambda actor: services.take_back_confirmation(part_id=part, actor=actor, **both), invited, False
    yield "refuse_part", lambda actor: services.refuse_part(part_id=part, reason="x", actor=actor, **both), invited, False
    yield "part_page", lambda actor: selectors.part_page(part_id=part, actor=actor, **both), invited, False
    yield "my_parts", lambda actor: [row for row in selectors.my_parts(actor=actor, **both) if row.id == part], invited, True


def beside(open_one: UUID, now: datetime) -> Iterator[tuple[str, Call, May, bool]]:
    """The same of an invitation that nobody has taken: whoever has its link may, and nobody finds it without."""
    by_link = {"secret": SECRET, "now": now}
    yield "take_part", lambda actor: services.take_part(part_id=open_one, actor=actor, **by_link), in_own_name, False
    yield "invitation", lambda actor: selectors.invitation(actor=actor, **by_link), in_own_name, False
    yield "invitation", lambda actor: selectors.invitation(part_id=open_one, actor=actor, now=now), (lambda _profile: False), False
    nobody_s = lambda actor: [row for row in selectors.my_parts(actor=actor, now=now) if row.id == open_one]
    yield "my_parts", nobody_s, (lambda _profile: False), True
    yield "close_lapsed", lambda actor: services.close_lapsed(actor=actor, now=now), (lambda p: p.actor.kind == "system"), False


def pages(draft: UUID, part: UUID, own: May) -> Iterator[tuple[str, dict[str, Any], str, May]]:
    """Yield name, its parts, methods, who may."""
    yield "others", {"draft_id": draft}, "GP", own
    yield "part", {"part_id": part}, "GP", invited


def operations(draft: UUID, part: UUID, own: May) -> Iterator[tuple[str, dict[str, Any], Any, May]]:
    """Yield operation, its ids, what is sent, who may."""
    one, of_draft = {"part_id": part}, {"draft_id": draft}
    yield "GET /drafts/{draft_id}/invitations", of_draft, None, own
    yield "POST /drafts/{draft_id}/invitations", of_draft, {"role": "x", "name": "x", "contact": "x@example.org"}, own
    yield "POST /invitations/{part_id}/renew", one, None, own
    yield "DELETE /invitations/{part_id}", one, None, own
    yield "GET /parts/{part_id}", one, None, invited
    yield "POST /parts/{part_id}/take", one, None, invited
    yield "PUT /parts/{part_id}/elements", one, {"values": {}}, invited
    yield "POST /parts/{part_id}/confirm", one, {"seen": "x" * 64}, invited
    yield "POST /parts/{part_id}/take-back", one, None, invited
    yield "POST /parts/{part_id}/refuse", one, {"reason": "x"}, invited
