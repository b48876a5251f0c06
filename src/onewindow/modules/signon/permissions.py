"""Who may register systems, and who logs in to them."""

from typing import Any

from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


def _platform(actor: Actor, _subject: Any) -> bool:
    return actor.is_system


def _keeper(actor: Actor, organisation: Any) -> bool:
    # In their own post: whoever stands in for an administrator registers nothing.
    own = actor.is_officer and "admin" in actor.roles and organisation is not None and actor.organisation == organisation
    return actor.is_system or own


def _somebody(actor: Actor, _subject: Any) -> bool:
    return actor.id is not None and (actor.is_person or actor.is_officer)


permissions.declare("signon.keys", says="Make a new key that signs who somebody is.", allows=_platform)
permissions.declare("signon.systems", says="Register and close systems of one's own organisation that log in here.", allows=_keeper)
permissions.declare("signon.log-in", says="Log in to a registered system, and end it.", allows=_somebody)
