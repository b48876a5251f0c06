"""A bad evaluation: whoever answers for it hears of it."""

import structlog

from onewindow.domain.events import ActEvaluated
from onewindow.modules.cases import selectors as cases
from onewindow.modules.evaluation.models import Evaluation
from onewindow.modules.evaluation.permissions import ANSWERING
from onewindow.modules.evaluation.selectors import subject_name
from onewindow.modules.identity import selectors as identity
from onewindow.modules.messages import services as letters
from onewindow.plumbing import clock, outbox, text
from onewindow.plumbing.courier import Letter

_log = structlog.get_logger("onewindow.evaluation")


@outbox.on(ActEvaluated)
def tell_who_answers(event: ActEvaluated) -> None:
    """Write to those who answer for it and did nothing in the case: what it is about and until when, nothing that was said."""
    row = Evaluation.objects.filter(pk=event.evaluation_id, answered_at=None).first()
    if row is None or row.due_date is None:
        return
    readers = [found for role in ANSWERING for found in identity.holders(role=role, organisation=event.organisation)]
    told = 0
    for reader in dict.fromkeys(readers):
        actor = identity.actor_of(reader)
        here = actor.complete.acts_as(*ANSWERING, organisation=row.organisation, region=row.region)
        phone, email = identity.phone_of(reader), identity.emails_of([reader]).get(reader, "")
        if not here or not (phone or email) or cases.took_part(case_ids=[row.case_id], actor=actor):
            continue
        language = identity.language_of(reader)
        about = text.localised(subject_name(node=event.node, subject=event.subject), language)
        values = {"about": about, "until": row.due_date.isoformat()}
        letter = Letter(template="call-back", channel="email" if email else "sms", to=email or phone, values=values, language=language)
        letters.send(letter=letter, now=clock.now())
        told += 1
    if not told:
        _log.warning("nobody has an address: a bad evaluation stands on their page alone", organisation=event.organisation)
