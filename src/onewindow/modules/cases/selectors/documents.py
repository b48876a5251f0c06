"""Opening a document: only for whoever sees the case or draft it belongs to."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from onewindow.domain.errors import NotFound
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.plans import CasePlan
from onewindow.modules.cases.selectors import looks, scope
from onewindow.plumbing import files
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class Document:
    """A file to be sent to its reader. Unit: size in bytes."""

    name: str
    media_type: str
    size: int
    content: BinaryIO


def attachment(*, attachment_id: UUID, actor: Actor, now: datetime, case_id: UUID | None = None) -> Document:
    """Open a document of a case: for its applicant, the window while it accepts, and departments whose services require it.

    An address that names the case as well finds it only there. Raises: NotFound.
    """
    case = {"case": case_id} if case_id else {}
    row = scope.visible_attachments(actor).select_related("case").filter(pk=attachment_id, **case).first()
    if row is None or not _may_open(row, actor):
        raise NotFound(kind="document", id=attachment_id)
    looks.at_document(row, actor=actor, now=now)
    return Document(row.name, row.media_type, row.size, files.open(row.file))


def upload(*, upload_id: UUID, actor: Actor) -> Document:
    """Open a document of one's own draft. Raises: NotFound."""
    row = scope.own_uploads(actor).filter(pk=upload_id).first()
    if row is None:
        raise NotFound(kind="document", id=upload_id)
    return Document(row.name, row.media_type, row.size, files.open(row.file))


def _may_open(row: models.Attachment, actor: Actor) -> bool:
    tasks = list(models.Task.objects.filter(case=row.case))
    if scope.sees_everything(row.case, actor, tasks):
        return True
    own = scope.own_services(row.case, actor, list(models.CaseService.objects.filter(case=row.case)))
    plan = CasePlan(row.case.plan)
    book = rulebook.book_of(release=row.case.release, event_id=row.case.event)
    required = {kind for service in own for requirement in book.catalogue.services[service].evidence for kind in requirement.any_of}
    asked = {element for service in own for element in plan.needs[service]}
    return row.evidence_type in required | asked
