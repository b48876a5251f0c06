"""Consents: registers that may be asked only because the applicant agreed, each by itself and to be taken back at any time."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from onewindow.modules.cases import rulebook
from onewindow.modules.cases.consents import consents_of, purpose_of, require_conditional
from onewindow.modules.cases.names import plain
from onewindow.modules.cases.services.drafts import DraftInfo, own_draft
from onewindow.modules.cases.services.reopening import look_again
from onewindow.modules.exchange import services as exchange
from onewindow.plumbing import audit
from onewindow.plumbing.actors import Actor


@transaction.atomic
def save_consents(*, draft_id: UUID, consents: Mapping[str, bool], actor: Actor, now: datetime) -> DraftInfo:
    """Keep to which registers the applicant agrees (true) and no longer agrees (false: what they said is forgotten).

    Raises: Forbidden, NotFound, DraftFiled, NothingToConsentTo (nothing saved).
    """
    draft = own_draft(draft_id, actor)
    content = rulebook.published().content
    given = consents_of(draft.event, [key for key, agreed in consents.items() if agreed], content=content, actor=actor, now=now)
    taken_back = [key for key, agreed in consents.items() if not agreed]
    for resource in taken_back:
        require_conditional(resource, content)
    draft.consents = {**given, **{key: row for key, row in draft.consents.items() if key not in taken_back}}
    draft.prefilled = [row for row in draft.prefilled if plain(row["id"]) not in taken_back]
    draft.unavailable = {key: row for key, row in draft.unavailable.items() if key not in taken_back}
    draft.updated_at = now
    draft.save(update_fields=["consents", "prefilled", "unavailable", "updated_at"])
    exchange.give_consents(person=draft.owner, matter=draft.pk, resources=given, actor=actor, now=now)
    exchange.withdraw_consents(person=draft.owner, matter=draft.pk, resources=taken_back, actor=actor, now=now)
    for action, resources in (("cases.give-consent", given), ("cases.take-consent-back", taken_back)):
        if resources:
            details = {"resources": sorted(resources), "purpose": purpose_of(draft.event)}
            audit.record(actor=actor, action=action, subject_kind="draft", subject_id=draft.id, at=now, details=details)
    look_again(draft, actor, now)
    return DraftInfo(draft.id, draft.version)
