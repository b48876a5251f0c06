"""Who tries: every role in every department, the applicant, somebody else, nobody, and an officer whose own case it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from onewindow.modules.identity.models import Assistance, Identification, Leave, LegalPerson, MandateRow, Organisation, Post, Region, User
from onewindow.plumbing.actors import ROLES, Acting, Actor, Hat
from tests.cases.town import LIU, WANG, ident

HERE, ELSEWHERE = "230102001001", "230103"
"""The community where the cases of the matrix are, and a county where they are not."""
DEPARTMENTS = ("market", "fire", "tax", "city", "hall")
"""Market, fire and tax work on every case; the city's bureau and the hall have no step in any."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody who tries everything."""

    name: str
    actor: Actor

    def holds(self, *roles: str) -> bool:
        """Whether one of the roles is theirs, wherever: in their own post or in a colleague's."""
        return any(set(roles) & hat.roles for hat in self.actor.hats)

    def has(self, *roles: str) -> bool:
        """Whether they hold one of the roles where the cases of the matrix are."""
        return any(set(roles) & hat.roles and (not hat.regions or HERE in hat.regions) for hat in self.actor.hats)

    def is_of(self, organisation: str, *roles: str) -> bool:
        """Whether they hold one of the roles at an organisation, where the cases of the matrix are."""
        own = [hat for hat in self.actor.hats if hat.organisation == organisation]
        return any(set(roles) & hat.roles and (not hat.regions or HERE in hat.regions) for hat in own)

    def is_in_person(self, organisation: str, role: str) -> bool:
        """Whether a role is theirs in their own post."""
        return self.actor.organisation == organisation and role in self.actor.roles

    def speaks_for(self, party: UUID | None) -> bool:
        """Whether drafts and cases of a party are theirs: their own, or of whom they act for in the restaurants' matter."""
        acting = self.actor.on_behalf_of
        if acting is not None:
            return not acting.assistance and acting.party == party and (not acting.matters or MATTER in acting.matters)
        return self.id is not None and self.id == party

    @property
    def id(self) -> UUID | None:
        return self.actor.id


def _officer(name: str, organisation: str, *roles: str, **more: Any) -> Profile:
    return Profile(name, Actor("officer", ident(f"matrix {name}"), organisation, frozenset(roles), **more))


OWNER, OTHER = Profile("the applicant", WANG), Profile("another citizen", LIU)
MATTER = "open-a-restaurant"


def _acting(name: str, *matters: str) -> Profile:
    mandate = ident(f"mandate of {name}")
    return Profile(
        name, Actor("person", ident(f"matrix {name}"), on_behalf_of=Acting(OWNER.id or mandate, "natural", mandate, frozenset(matters)))
    )


AGENT, ELSEWHERE_AGENT = _acting("the applicant's agent", MATTER), _acting("the applicant's agent in another matter", "retire")
REPRESENTATIVE = Profile(
    "a representative of an enterprise", Actor("person", ident("matrix representative"), on_behalf_of=Acting(ident("firm"), "legal"))
)
_BESIDE = Acting(OWNER.id or ident("nobody"), "natural", matters=frozenset({MATTER}), assistance=ident("assistance"))
HELPER = Profile(
    "an officer who helps the applicant at the window", Actor("officer", ident("matrix helper"), "market", on_behalf_of=_BESIDE)
)
"""In the applicant's name, but only for what is begun in this one help: nothing of the matrix is."""
NOBODY = Profile("a visitor", Actor.anonymous())
PLATFORM = Profile("the platform", Actor.system("matrix"))
CLERK = _officer("an officer with a case of their own", "market", "officer", "supervisor", "window")
NEAR = _officer("an officer of the community", "market", "officer", "supervisor", "window", regions=frozenset({HERE}))
FAR = _officer("an officer of another county", "market", "officer", "supervisor", "window", regions=frozenset({ELSEWHERE}))
STAND_IN = _officer("a substitute", "market", "leader", stands_in=(Hat("market", frozenset({"officer"})),))
SECOND_ADMIN = _officer("a second administrator of market", "market", "admin")
BY_ROLE = {(role, place): _officer(f"{role} of {place}", place, role) for role in sorted(ROLES) for place in DEPARTMENTS}
ACTING = (AGENT, ELSEWHERE_AGENT, REPRESENTATIVE)
SPECIAL = (OWNER, OTHER, *ACTING, NOBODY, CLERK, NEAR, FAR, STAND_IN, SECOND_ADMIN)
CITIZENS = (OWNER, OTHER, *ACTING)
"""Whom promise 32 is about; promise 31 takes all others."""
EVERYBODY: tuple[Profile, ...] = (*SPECIAL, HELPER, PLATFORM, *BY_ROLE.values())
_ELSEWHERE = (("officer", "fire"), ("supervisor", "fire"), *((role, "city") for role in ("officer", "supervisor", "window", "admin")))
MANY: tuple[Profile, ...] = (
    *SPECIAL,
    HELPER,
    PLATFORM,
    *(BY_ROLE[key] for key in (*((role, "market") for role in sorted(ROLES)), *_ELSEWHERE)),
)
"""For the functions in the routine run: every role where the case is, and those with a desk where it is not."""
_FEW = [(role, "market") for role in ("officer", "supervisor", "window", "reformer")] + [
    ("officer", "city"),
    ("window", "city"),
    ("admin", "city"),
]
FEW: tuple[Profile, ...] = (*SPECIAL, BY_ROLE["reformer", "city"], *(BY_ROLE[key] for key in _FEW))
"""For pages in the routine run."""


def is_citizen(profile: Profile) -> bool:
    return profile in CITIZENS


def _mandate(user: User, acting: Acting, now: datetime) -> None:
    """Give somebody what their actor says they have."""
    if acting.assistance:
        Post.objects.create(user=user, organisation_id="market", roles=["window"])
        of = {"officer": user, "party_id": acting.party, "organisation": "market", "matter": MATTER}
        Assistance.objects.create(id=acting.assistance, **of, offered_at=now, begun_at=now, ends_at=datetime(2036, 1, 1, tzinfo=UTC))
        return
    Identification.objects.create(user=user, level=2, method="register", source="matrix", at=now)
    if acting.kind == "legal":
        LegalPerson.objects.create(
            id=acting.party, uscc="91350211M000100Y1W", name="某公司", representative=user, source="matrix", confirmed_at=now
        )
        return
    MandateRow.objects.create(
        id=acting.mandate,
        party=acting.party,
        party_kind=acting.kind,
        role="agent",
        matters=sorted(acting.matters),
        receiver_name="某人",
        receiver_number=str(user.id),
        receiver=user,
        from_date=date(2026, 1, 1),
        until_date=date(2036, 1, 1),
        state="accepted",
        offered_at=now,
        offered_by=acting.party,
    )


def move_in(profiles: Collection[Profile], now: datetime) -> None:
    """Give everybody an account, and officers their post. The applicant and the other citizen live in the town already."""
    Organisation.objects.get_or_create(id="hall", defaults={"name": {"zh": "政务大厅", "en": "Service hall", "ru": "Зал"}})
    outer = None
    for code in ("23", "2301", "230102", "230102001", HERE):
        outer = Region.objects.update_or_create(code=code, defaults={"parent": outer})[0]
    Region.objects.create(code=ELSEWHERE, parent_id="2301")
    known = set(User.objects.values_list("id", flat=True))
    for profile in profiles:
        actor = profile.actor
        if actor.id is None or actor.id in known:
            continue
        user = User.objects.create(id=actor.id, username=str(actor.id), display_name={"zh": "某人"})
        if actor.on_behalf_of is not None:
            _mandate(user, actor.on_behalf_of, now)
            continue
        region = {NEAR: "230102", FAR: ELSEWHERE}.get(profile)  # the county holds the community
        Post.objects.create(user=user, organisation_id=actor.organisation, roles=sorted(actor.roles), region_id=region)
    away, substitute = (Post.objects.get(user_id=profile.id) for profile in (BY_ROLE["officer", "market"], STAND_IN))
    days = {"from_date": date(2026, 3, 12), "until_date": date(2036, 3, 13), "roles": ["officer"]}
    Leave.objects.create(post=away, substitute=substitute, recorded_by=SECOND_ADMIN.id, recorded_at=now, **days)
