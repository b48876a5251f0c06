"""Small things that every service of the module needs."""

from uuid import UUID

from onewindow.domain.errors import Forbidden
from onewindow.plumbing.actors import Actor


def known_id(actor: Actor) -> UUID:
    """Return who acts. Raises: Forbidden for somebody without an id."""
    if actor.id is None:
        raise Forbidden(permission="cases.draft")
    return actor.id
