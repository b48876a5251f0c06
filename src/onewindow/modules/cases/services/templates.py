"""The texts that an organisation keeps ready for its officers: for refusals, for notices and for the conditions of an approval."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.cases import models
from onewindow.modules.cases.desk_errors import LanguageMissing, LawMissing, TemplateIncomplete, TemplateMisplaced
from onewindow.modules.cases.services.common import said
from onewindow.modules.cases.services.notices import LANGUAGES
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor

USES = ("refuse", "correct", "approve")
LONGEST_TEXT, LONGEST_LAW = 1000, 300


@transaction.atomic
def save_template(
    *,
    template_id: UUID | None = None,
    use: str,
    service: str,
    text: Mapping[str, str],
    law: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> UUID:
    """Keep a text ready for the officers of one's own organisation, or change one, and return its id.

    Shape: `text` and `law` are {language: text}; `service` is empty where the text serves every service.
    Raises: NotFound, Forbidden, TemplateMisplaced, TemplateIncomplete.
    """
    row = _row(template_id) if template_id else models.DecisionTemplate(organisation=actor.organisation or "")
    permissions.require(actor, "cases.keep-templates", row.organisation)
    _require_place(use, service, row.organisation)
    texts, laws = _texts(text, LONGEST_TEXT), _texts(law, LONGEST_LAW)
    _require_whole(use, texts, laws)
    row.use, row.service, row.text, row.law, row.changed_at = use, service, texts, laws, now
    row.save()
    details = {"use": use, "service": service}
    audit.record(actor=actor, action="cases.save-template", subject_kind="template", subject_id=row.pk, at=now, details=details)
    return row.pk


@transaction.atomic
def remove_template(*, template_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a text out of use; what was written with it stays as it was sent. Raises: NotFound, Forbidden."""
    row = _row(template_id)
    permissions.require(actor, "cases.keep-templates", row.organisation)
    audit.record(actor=actor, action="cases.remove-template", subject_kind="template", subject_id=row.pk, at=now)
    row.delete()


def _row(template_id: UUID) -> models.DecisionTemplate:
    row = models.DecisionTemplate.objects.filter(pk=template_id).first()
    if row is None:
        raise NotFound(kind="template", id=template_id)
    return row


def _texts(given: Mapping[str, str], limit: int) -> dict[str, str]:
    kept = {language: said(given.get(language, "").replace("\r\n", "\n"), limit) for language in LANGUAGES}
    return {language: text for language, text in kept.items() if text}


def _require_place(use: str, service: str, organisation: str) -> None:
    """Raises: TemplateMisplaced."""
    if use not in USES:
        raise TemplateMisplaced(value=use)
    held = catalogue.newest_catalogue()
    known = held.services.get(service) if held else None
    if service and (known is None or known.organisation != organisation):
        raise TemplateMisplaced(value=service)


def _require_whole(use: str, texts: Mapping[str, str], laws: Mapping[str, str]) -> None:
    """A text that lacks a language is not kept, and a refusal names its law. Raises: TemplateIncomplete."""
    wrong: dict[str, DomainError] = {f"text.{language}": LanguageMissing() for language in LANGUAGES if language not in texts}
    if laws or use == "refuse":
        lacking = LawMissing() if use == "refuse" else LanguageMissing()
        wrong |= {f"law.{language}": lacking for language in LANGUAGES if language not in laws}
    if wrong:
        raise TemplateIncomplete(wrong)
