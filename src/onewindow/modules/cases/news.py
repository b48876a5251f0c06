"""Telling applicants, in the browsers where they want it, that there is something new in their case: that there is, never what."""

from onewindow.domain import events
from onewindow.modules.cases import models
from onewindow.modules.identity import selectors as identity
from onewindow.modules.messages import services as messages
from onewindow.plumbing import clock, outbox


@outbox.on(events.CorrectionRequested)
def tell_of_a_notice(event: events.CorrectionRequested) -> None:
    _tell(event)


@outbox.on(events.ServiceDecided)
def tell_of_a_decision(event: events.ServiceDecided) -> None:
    """A decision made at once stands on the page before whoever filed."""
    if not event.automatic:
        _tell(event)


@outbox.on(events.OutputRevoked)
def tell_of_a_withdrawal(event: events.OutputRevoked) -> None:
    _tell(event)


def _tell(event: events.CaseEvent) -> None:
    """Tell the applicant, or who represents the enterprise. Told twice, it is one note in the browser."""
    row = models.Case.objects.filter(pk=event.case_id).values_list("reference", "applicant").first()
    if row is None:
        return
    reference, applicant = row
    users = {applicant, identity.representative_of(applicant)} - {None}
    messages.tell_news(users=[user for user in users if user], case_id=event.case_id, reference=reference, now=clock.now())
