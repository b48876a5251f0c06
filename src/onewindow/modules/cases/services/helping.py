"""What is filled in with help at a counter is confirmed by the person's own code before it is filed."""

from datetime import datetime
from uuid import UUID

from onewindow.domain.errors import NotFound
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.services.filing import mark_of
from onewindow.modules.identity import services as identity
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


def ask_to_confirm(*, draft_id: UUID, actor: Actor, now: datetime) -> None:
    """Send the person a code for the draft as it stands now. Raises: NotFound, Forbidden, HelpOver, NoWayToReach."""
    draft = _draft(draft_id, actor)
    event = rulebook.published().content.events.get(draft.event)
    identity.ask_to_confirm(mark=mark_of(draft), about=event.name if event else {}, actor=actor, now=now)


def confirm_filing(*, draft_id: UUID, code: str, actor: Actor, now: datetime) -> None:
    """Take the person's code: they declare what stands in the draft now. Call it outside transactions: wrong tries are counted.

    Raises: NotFound, Forbidden, HelpOver, TooManyTries, HelpCodeWrong.
    """
    identity.confirm_filing(code=code, mark=mark_of(_draft(draft_id, actor)), actor=actor, now=now)


def _draft(draft_id: UUID, actor: Actor) -> models.Draft:
    draft = models.Draft.objects.filter(pk=draft_id).first()
    if draft is None:
        raise NotFound(kind="draft", id=draft_id)
    permissions.require(actor, "cases.edit-draft", draft)
    return draft
