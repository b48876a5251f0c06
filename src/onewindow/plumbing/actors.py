"""Who acts: a person, an officer, the platform itself, or nobody that is known."""

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

Kind = Literal["anonymous", "person", "officer", "system"]

ROLES = frozenset({"officer", "supervisor", "window", "reformer", "leader", "admin"})


@dataclass(frozen=True, slots=True)
class Hat:
    """The rights of one post: roles at an organisation, within regions. Empty `regions`: wherever the organisation works."""

    organisation: str
    roles: frozenset[str]
    regions: frozenset[str] = frozenset()

    def covers(self, region: str) -> bool:
        """Tell whether a matter of a region is within the post; a matter without one belongs to posts without a limit."""
        return not self.regions or region in self.regions


@dataclass(frozen=True, slots=True)
class Acting:
    """On whose behalf somebody acts: the party, in which matters (none: all), and on which ground.

    The ground is a mandate, or the guardianship of a child; without either the business register names them.
    """

    party: UUID
    kind: Literal["natural", "legal"]
    mandate: UUID | None = None
    matters: frozenset[str] = frozenset()
    manages: bool = False
    """Whether they may give mandates for it."""
    guardianship: UUID | None = None
    assistance: UUID | None = None
    """An officer at a counter fills in beside the person, who agreed: only what was begun in this one assistance is within reach."""

    def covers(self, matter: str) -> bool:
        """Tell whether a matter is within it."""
        return not self.matters or matter in self.matters


@dataclass(frozen=True, slots=True)
class Actor:
    """Passed to every service and selector; made fresh for each request by `identity.selectors.actor_of`.

    >>> Actor.system("story").is_system, Actor.anonymous().is_known
    (True, False)
    """

    kind: Kind
    id: UUID | None = None
    organisation: str | None = None
    roles: frozenset[str] = frozenset()
    name: str | None = None
    """Of the platform's own parts only (`system`): people are told by id."""
    regions: frozenset[str] = frozenset()
    """The regions of the officer's own post, with all that lie in them; empty: no limit."""
    stands_in: tuple[Hat, ...] = ()
    """The posts of colleagues on leave, whose work the officer does today."""
    on_behalf_of: Acting | None = None
    """For whom the person acts in this request; drafts and cases are then that party's. Nobody at a desk acts for anybody."""
    represents: frozenset[UUID] = frozenset()
    """Parties that an officer may act for as a private person: never at the desk in their cases."""
    withheld: frozenset[str] = frozenset()
    """Roles that wait until the officer has proven a second factor; they are in none of the posts."""

    @classmethod
    def anonymous(cls) -> "Actor":
        return cls(kind="anonymous")

    @classmethod
    def system(cls, name: str) -> "Actor":
        return cls(kind="system", name=name)

    def without(self, roles: frozenset[str]) -> "Actor":
        """Return the actor with these roles withheld, in their own post and in those they stand in for.

        >>> admin = Actor("officer", None, "market", frozenset({"officer", "admin"})).without(frozenset({"admin"}))
        >>> sorted(admin.roles), sorted(admin.withheld), sorted(admin.complete.roles)
        (['officer'], ['admin'], ['admin', 'officer'])
        """
        held = self.roles.union(*(hat.roles for hat in self.stands_in)) & roles
        lent = tuple(replace(hat, roles=hat.roles - roles) for hat in self.stands_in)
        return replace(self, roles=self.roles - roles, stands_in=lent, withheld=self.withheld | held)

    @property
    def complete(self) -> "Actor":
        """The officer as they are with the second factor: for asking what is missing, never for letting in."""
        return replace(self, roles=self.roles | self.withheld, withheld=frozenset())

    @property
    def is_known(self) -> bool:
        return self.kind != "anonymous"

    @property
    def known_id(self) -> UUID:
        """The id, for acts whose permission asks for one. Raises: TypeError, a fault of ours, where it did not."""
        if self.id is None:
            message = f"An actor of the kind {self.kind} came to an act for people with an account: its permission let them through."
            raise TypeError(message)
        return self.id

    @property
    def is_person(self) -> bool:
        return self.kind == "person"

    @property
    def is_officer(self) -> bool:
        return self.kind == "officer"

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    @property
    def is_supervisor(self) -> bool:
        return self.has_role("supervisor")

    @property
    def hats(self) -> tuple[Hat, ...]:
        """The officer's own post, and those they stand in for."""
        own = (Hat(self.organisation, self.roles, self.regions),) if self.organisation else ()
        return own + self.stands_in

    def hats_of(self, *roles: str) -> tuple[Hat, ...]:
        """Return the posts that bring one of the roles."""
        return tuple(hat for hat in self.hats if not hat.roles.isdisjoint(roles))

    def acts_as(self, *roles: str, organisation: str, region: str = "") -> bool:
        """Tell whether one of the actor's posts holds one of the roles at an organisation, for a matter of a region."""
        return any(hat.organisation == organisation and hat.covers(region) for hat in self.hats_of(*roles))

    def has_role(self, *roles: str) -> bool:
        """Tell whether the actor holds one of the roles, in their own post or in a colleague's."""
        return not self.roles.isdisjoint(roles) or bool(self.hats_of(*roles))

    @property
    def party(self) -> UUID | None:
        """Whose drafts and cases are meant: the actor's own, or those of whom they act for."""
        return self.on_behalf_of.party if self.on_behalf_of else self.id

    @property
    def assistance(self) -> UUID | None:
        """In which assistance at a counter the actor helps somebody, if in one."""
        return self.on_behalf_of.assistance if self.on_behalf_of else None

    def is_party(self, party: UUID, matter: str, assistance: UUID | None = None) -> bool:
        """Tell whether a matter of a party is the actor's to act in; `assistance`: in which one it was begun.

        >>> me, they, help = UUID(int=1), UUID(int=2), UUID(int=3)
        >>> helper = Actor("officer", me, on_behalf_of=Acting(they, "natural", assistance=help))
        >>> helper.is_party(they, "x", help), helper.is_party(they, "x")
        (True, False)
        """
        acting = self.on_behalf_of
        if acting is not None:
            within = acting.assistance is None or acting.assistance == assistance
            return self.id is not None and acting.party == party and acting.covers(matter) and within
        return self.id is not None and self.id == party

    def is_close_to(self, party: UUID) -> bool:
        """Tell whether a party is the actor, or somebody the actor may act for: at the desk others decide then."""
        return party in {self.id, self.party} or party in self.represents

    @property
    def key(self) -> str:
        """A stable text of who it is, and for whom, for keys of rows; anonymous visitors share one."""
        if self.id and self.on_behalf_of:
            return f"{self.id}@{self.on_behalf_of.party}"
        return str(self.id) if self.id else f"{self.kind}:{self.name}" if self.name else self.kind
