"""Notes on a case: for the colleagues of the own organisation alone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from onewindow.domain.errors import NotFound
from onewindow.modules.cases import models
from onewindow.modules.cases.desk_errors import NoteEmpty
from onewindow.modules.cases.services.common import said
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor

LONGEST = 2000


@transaction.atomic
def add_note(*, task_id: UUID, text: str, actor: Actor, now: datetime) -> UUID:
    """Write a note on a case at a step of one's own organisation; a note is never changed.

    Raises: NotFound, Forbidden, NoteEmpty.
    """
    task = models.Task.objects.select_related("case").filter(pk=task_id).first()
    if task is None:
        raise NotFound(kind="task", id=task_id)
    permissions.require(actor, "cases.note", task)
    written = said(text.replace("\r\n", "\n"), LONGEST)
    if not written:
        raise NoteEmpty
    note = models.CaseNote.objects.create(case=task.case, organisation=task.organisation, author=actor.known_id, text=written, at=now)
    details = {"note": str(note.pk), "organisation": task.organisation}
    audit.record(actor=actor, action="cases.note", subject_kind="case", subject_id=task.case_id, at=now, details=details)
    return note.pk
