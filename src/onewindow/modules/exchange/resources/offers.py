"""Which buttons a page offers; the service behind each asks again."""

from typing import Any

from onewindow.modules.exchange.permissions import Kept
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


def decides(actor: Actor, organisation: str, asker: Any = None) -> bool:
    """Tell whether somebody decides on an organisation's data."""
    return permissions.allowed(actor, "exchange.decide", Kept(organisation, asker=asker))


def revokes(actor: Actor, organisation: str) -> bool:
    """Tell whether somebody ends an organisation's grants."""
    return permissions.allowed(actor, "exchange.revoke", Kept(organisation))


def asks(actor: Actor) -> bool:
    """Tell whether somebody asks for data in the name of their organisation."""
    return permissions.allowed(actor, "exchange.ask")
