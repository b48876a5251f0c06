"""Who may look into an incident: whoever works at the machine, and nobody through the pages."""

from typing import Any

from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


def _platform(actor: Actor, _subject: Any) -> bool:
    return actor.is_system


permissions.declare("breach.find", says="Find out whom a leak concerns, by number.", allows=_platform)
permissions.declare("breach.name", says="See the names of those whom a leak concerns; it is told to them.", allows=_platform)
permissions.declare("breach.tell", says="Write to those whom a leak concerns.", allows=_platform)
