"""Who may ask the sources, who says how they are reached, and who keeps, asks for and grants data."""

from dataclasses import dataclass
from typing import Any

from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that an organisation keeps: a resource, a grant of it, a system. `asker`: who asked for it, where somebody did."""

    organisation: str
    id: Any = None
    asker: Any = None


def _known(actor: Actor, _subject: Any) -> bool:
    return actor.kind != "anonymous"


def _operator(actor: Actor, _subject: Any) -> bool:
    return actor.kind == "system" or "admin" in actor.roles


def _platform(actor: Actor, _subject: Any) -> bool:
    return actor.kind == "system"


def _somebody(actor: Actor, _subject: Any) -> bool:
    return actor.kind in {"person", "officer"} and actor.id is not None


def _of_the_owner(actor: Actor, row: Any) -> bool:
    """An officer of the organisation that owns the register, never about themselves."""
    return actor.acts_as("officer", "supervisor", organisation=row.organisation) and not actor.is_close_to(row.person)


def _at_a_desk(actor: Actor, _subject: Any) -> bool:
    return actor.kind == "officer" and bool(actor.hats_of("officer", "supervisor"))


permissions.declare("exchange.enquire", says="Ask a register about oneself.", allows=_somebody)
permissions.declare("exchange.move", says="Give somebody's consents and corrections to their own account.", allows=_platform)
permissions.declare("exchange.dispute", says="Say that what a register holds about oneself is not right.", allows=_somebody)
permissions.declare("exchange.settle-dispute", says="Take back or put away what was said about a register.", allows=_known)
permissions.declare("exchange.corrections", says="See what people say is not right in one's own registers.", allows=_at_a_desk)
permissions.declare("exchange.correct", says="Answer what people say is not right in one's own registers.", allows=_of_the_owner)
METERS = ("supervisor", "leader")
"""Who reads, for their own organisation, how much is asked."""


def _meters(actor: Actor, _subject: Any) -> bool:
    return _operator(actor, None) or bool(actor.hats_of(*METERS))


def _officer(actor: Actor, _subject: Any) -> bool:
    return actor.is_officer or actor.is_system


def _keeper(actor: Actor, kept: Kept) -> bool:
    return actor.acts_as("officer", "supervisor", organisation=kept.organisation)


def _own_office(actor: Actor, _subject: Any) -> bool:
    return actor.organisation is not None and actor.acts_as("officer", "supervisor", organisation=actor.organisation)


def _decides(actor: Actor, kept: Kept) -> bool:
    """A supervisor of the owner, never on what they asked for themselves."""
    return actor.acts_as("supervisor", organisation=kept.organisation) and actor.id != kept.asker


def _ends(actor: Actor, kept: Kept) -> bool:
    return _operator(actor, kept) or actor.acts_as("supervisor", organisation=kept.organisation)


permissions.declare("exchange.query", says="Ask a data resource on behalf of a draft or case.", allows=_known)
permissions.declare("exchange.consent", says="Agree that a data resource is asked about oneself, and take it back.", allows=_known)
permissions.declare(
    "exchange.revoke", says="End a grant of data of one's own organisation, as its supervisor or as the administrator.", allows=_ends
)
permissions.declare("exchange.load", says="Say how data resources are reached.", allows=_operator)
permissions.declare("exchange.log", says="Check, export, archive and clear the log of questions.", allows=_operator)


def _owner(actor: Actor, organisation: Any) -> bool:
    return _operator(actor, None) or actor.acts_as("supervisor", organisation=str(organisation))


def _overseer(actor: Actor, _subject: Any) -> bool:
    return actor.kind == "system" or actor.has_role("admin", "supervisor", "leader", "reformer")


permissions.declare("exchange.connect", says="Connect interfaces of one's own organisation; operators, of any.", allows=_owner)
permissions.declare("exchange.watch", says="See how the interfaces are and how often they are asked.", allows=_overseer)
permissions.declare(
    "exchange.report", says="Read how much one's own organisation asks, and is asked, and which quotas are spent.", allows=_meters
)


permissions.declare("exchange.browse", says="Read the catalogue of data resources and the register of systems.", allows=_officer)
permissions.declare(
    "exchange.keep", says="Describe, publish and withdraw data resources and systems of one's own organisation.", allows=_keeper
)
permissions.declare(
    "exchange.ask", says="Ask another organisation for data in the name of one's own, and follow its resources.", allows=_own_office
)
permissions.declare("exchange.decide", says="Decide who is given data of one's own organisation.", allows=_decides)
