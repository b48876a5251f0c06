"""Who acts: a person, an officer, the platform itself, or nobody that is known."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Kind = Literal["anonymous", "person", "officer", "system"]

ROLES = frozenset({"officer", "supervisor", "window", "reformer", "leader", "admin"})


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

    @classmethod
    def anonymous(cls) -> "Actor":
        return cls(kind="anonymous")

    @classmethod
    def system(cls, name: str) -> "Actor":
        return cls(kind="system", name=name)

    @property
    def is_known(self) -> bool:
        return self.kind != "anonymous"

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

    def has_role(self, *roles: str) -> bool:
        """Tell whether the actor holds one of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def key(self) -> str:
        """A stable text of who it is, for keys of rows; anonymous visitors share one."""
        return str(self.id) if self.id else f"{self.kind}:{self.name}" if self.name else self.kind
