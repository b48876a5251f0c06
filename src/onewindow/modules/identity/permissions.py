"""Who may change people and organisations, and what everyone may do for themselves."""

from typing import Any

from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


def _administrator(actor: Actor, _subject: Any) -> bool:
    return actor.is_system or actor.has_role("admin")


def _organisation_keeper(actor: Actor, _subject: Any) -> bool:
    # A catalogue brings its organisations with it, and whoever publishes one may need a new department.
    return actor.is_system or actor.has_role("admin", "reformer")


def _self(actor: Actor, subject: Any) -> bool:
    return actor.is_known and actor.id is not None and actor.id == subject


permissions.declare("identity.save-organisations", says="Write organisations as a catalogue names them.", allows=_organisation_keeper)
permissions.declare("identity.load-people", says="Load people, their proven facts and their posts.", allows=_administrator)
permissions.declare("identity.create-token", says="Make a key for a program that acts in one's own name.", allows=_self)
permissions.declare("identity.revoke-token", says="End a key of one's own.", allows=_self)
permissions.declare("identity.set-language", says="Choose the language of one's own pages.", allows=_self)
permissions.declare("identity.disable-user", says="Close or reopen an account.", allows=_administrator)
