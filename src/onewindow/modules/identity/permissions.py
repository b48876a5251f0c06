"""Who may change people and organisations, and what everyone may do for themselves."""

from typing import Any

from onewindow.modules.identity.models import Post
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


def _organisation_keeper(actor: Actor, _subject: Any) -> bool:
    # A catalogue brings its organisations with it, and whoever publishes one may need a new department.
    return actor.is_system or actor.has_role("admin", "reformer")


def _self(actor: Actor, subject: Any) -> bool:
    return actor.is_known and actor.id is not None and actor.id == subject


def _anyone(_actor: Actor, _subject: Any) -> bool:
    return True


def _platform(actor: Actor, _subject: Any) -> bool:
    # A people file gives posts and roles: from an administrator's hand it would be a way around the second officer.
    return actor.is_system


def _own_administrator(actor: Actor, organisation: Any) -> bool:
    # In their own post: whoever stands in for an administrator gives no rights.
    return actor.is_officer and "admin" in actor.roles and organisation is not None and actor.organisation == organisation


def _leave_of(actor: Actor, post: Any) -> bool:
    return actor.is_officer and (post.user_id == actor.id or _own_administrator(actor, post.organisation_id))


def _closes(actor: Actor, user_id: Any) -> bool:
    # An administrator closes the accounts of their own organisation's officers, not those of citizens or of other organisations.
    if actor.is_system:
        return True
    own = "admin" in actor.roles and actor.organisation is not None and actor.id != user_id
    return own and Post.objects.filter(user_id=user_id, organisation=actor.organisation).exists()


def _at_a_window(actor: Actor, _subject: Any) -> bool:
    return actor.is_officer and actor.id is not None and actor.has_role("window")


def _helping(actor: Actor, _subject: Any) -> bool:
    return actor.is_officer and actor.assistance is not None


permissions.declare("identity.identify", says="Prove who one is, and see by what it is proven.", allows=_self)
permissions.declare(
    "identity.mandates", says="Give, accept and end mandates of one's own, and of enterprises one represents.", allows=_self
)
permissions.declare("identity.children", says="Have the register asked whose guardian one is, and see one's children.", allows=_self)
permissions.declare("identity.confirm-in-person", says="Confirm at the window who somebody is, from their card.", allows=_at_a_window)
permissions.declare(
    "identity.help",
    says="Help somebody at the window to fill in one matter, for a short time and with their own code.",
    allows=_at_a_window,
)
permissions.declare(
    "identity.helping", says="Ask the person who is being helped to confirm what is to be filed, and end the help.", allows=_helping
)
permissions.declare("identity.staff", says="See and change posts, roles and leave of one's own organisation.", allows=_own_administrator)
permissions.declare("identity.terminals", says="See, add and end the terminals of one's own organisation.", allows=_own_administrator)
permissions.declare("identity.set-up-terminal", says="Make a device a terminal, by the administrator's code.", allows=_anyone)
permissions.declare("identity.leave", says="Record leave and a substitute: one's own, or as the administrator.", allows=_leave_of)
permissions.declare("identity.save-organisations", says="Write organisations as a catalogue names them.", allows=_organisation_keeper)
permissions.declare("identity.load-people", says="Load people, their proven facts and their posts.", allows=_platform)
permissions.declare("identity.create-token", says="Make a key for a program that acts in one's own name.", allows=_self)
permissions.declare("identity.revoke-token", says="End a key of one's own.", allows=_self)
permissions.declare("identity.set-language", says="Choose the language of one's own pages.", allows=_self)
permissions.declare("identity.disable-user", says="Close or reopen an account of one's own organisation.", allows=_closes)
permissions.declare("identity.national", says="Go to the national identity provider and come back.", allows=_anyone)
permissions.declare("identity.open-account", says="Open an account with a proven phone, e-mail or national identity.", allows=_anyone)
permissions.declare("identity.own-data", says="Take along, put right and close what is one's own.", allows=_self)
permissions.declare("identity.set-password", says="Give one's own account a new password.", allows=_self)
