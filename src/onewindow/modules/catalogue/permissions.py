"""Who may change the catalogue."""

from typing import Any

from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


def _editor(actor: Actor, _subject: Any) -> bool:
    return actor.kind == "system" or bool(actor.roles & {"reformer", "admin"})


def _loader(actor: Actor, _subject: Any) -> bool:
    return actor.kind == "system" or "admin" in actor.roles


permissions.declare("catalogue.load", says="Load catalogue files, and files of other platforms.", allows=_loader)
permissions.declare("catalogue.draft", says="Keep drafts of catalogue objects; drafts are their author's own.", allows=_editor)
permissions.declare("catalogue.synonyms", says="Say which words mean the same when people search.", allows=_editor)
permissions.declare("catalogue.publish", says="Publish one new or edited object as a new release.", allows=_editor)


def _owner(actor: Actor, organisation: Any) -> bool:
    return _editor(actor, None) or actor.acts_as("supervisor", organisation=str(organisation))


permissions.declare("catalogue.publish-resource", says="Publish a data resource of one's own organisation.", allows=_owner)
