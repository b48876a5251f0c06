"""What this module does when it is told of its own events. Registers are asked after the row's transaction has committed."""

from functools import partial
from uuid import UUID

from django.db import transaction

from onewindow.domain import events, silence
from onewindow.modules.cases import services, telling
from onewindow.modules.identity import selectors as identity
from onewindow.modules.messages import services as letters
from onewindow.plumbing import clock, outbox
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.courier import Letter

EXCHANGE = Actor.system("cases.arrivals")
LEAVES = Actor.system("cases.leaves")
GUARDIANS = Actor.system("cases.guardians")
EXPORTS = Actor.system("cases.exports")


@outbox.on(events.OutputIssued)
def ask_with_the_output(event: events.OutputIssued) -> None:
    """An output may be the key that a register waited for."""
    fetch_after_commit(event.case_id)


@outbox.on(events.CorrectionAnswered)
def ask_after_a_correction(event: events.CorrectionAnswered) -> None:
    """What registers said under a corrected key is asked again."""
    fetch_after_commit(event.case_id)


@outbox.on(events.RegisterAnswered)
def ask_a_mended_register(event: events.RegisterAnswered) -> None:
    """What a register said before its owner put it right is asked again."""
    if event.outcome != "corrected":
        return
    mended = services.Mended(event.correction_id, event.matter, event.resource, event.element, event.at)
    for case_id in services.ask_again(mended=mended, actor=EXCHANGE, now=clock.now()):
        fetch_after_commit(case_id)


def fetch_after_commit(case_id: UUID) -> None:
    # The network is slow, and the worker's transaction holds locks. The case itself remembers what is to be
    # fetched, so a crash in between loses nothing: the periodic job asks again.
    transaction.on_commit(partial(_fetch, case_id), robust=True)


def _fetch(case_id: UUID) -> None:
    services.fetch_arrivals(case_id=case_id, actor=EXCHANGE, now=clock.now())


@outbox.on(events.PartyMoved)
def hand_over(event: events.PartyMoved) -> None:
    """What guardians filed for a child is the child's own once it has an account."""
    services.hand_over(before=event.before, after=event.after, actor=GUARDIANS, now=clock.now())


@outbox.on(events.TaskOverdue)
def tell_supervisors(event: events.TaskOverdue) -> None:
    """Whoever supervises an office hears on the day that limits of it have passed."""
    telling.of_late_steps(event, roles=("supervisor",), template="overdue", now=clock.now())


@outbox.on(events.TaskStillOverdue)
def tell_leaders(event: events.TaskStillOverdue) -> None:
    """Where that did not help, whoever leads it hears as well; without a leader, the supervisors once more."""
    telling.of_late_steps(event, roles=("leader", "supervisor"), template="overdue-again", now=clock.now())


@outbox.on(events.ServiceDecided)
def tell_of_silence(event: events.ServiceDecided) -> None:
    """What silence granted, the applicant hears with the law, and the supervisors of the office as well."""
    if event.automatic and event.reason_code == silence.REASON:
        telling.of_silence(event, now=clock.now())


@outbox.on(events.DecisionRechecked)
def tell_of_a_wrong_decision(event: events.DecisionRechecked) -> None:
    """What the machine decided wrongly comes before the supervisors: what was issued holds until two officers withdraw it."""
    if event.outcome == "wrong":
        telling.of_a_wrong_decision(event, now=clock.now())


@outbox.on(events.QueueExportAsked)
def make_export(event: events.QueueExportAsked) -> None:
    """An officer's queue becomes a table."""
    export_after_commit(event.export_id)


def export_after_commit(export_id: UUID) -> None:
    # As above: thousands of rows are read and written, and the worker's transaction would hold its locks meanwhile.
    transaction.on_commit(partial(_export, export_id), robust=True)


def _export(export_id: UUID) -> None:
    services.make_export(export_id=export_id, actor=EXPORTS, now=clock.now())


@outbox.on(events.LeaveChanged)
def cover_leaves(_event: events.LeaveChanged) -> None:
    """Whoever is away from today on is covered from today on, and has their steps back as soon as they say so."""
    services.cover_leaves(actor=LEAVES, now=clock.now())


@outbox.on(events.StepsHandedOver)
def tell_who_stands_in(event: events.StepsHandedOver) -> None:
    """Write to whoever has gained steps by a leave; whose they were stands on the desk, not in a letter."""
    account = identity.account_row(event.officer)
    if account is None or not (account.phone or account.email):
        return
    letter = Letter(
        template="steps-back" if event.back else "steps-handed-over",
        channel="email" if account.email else "sms",
        to=account.email or account.phone,
        values={"count": str(event.steps)},
        language=account.language,
    )
    letters.send(letter=letter, now=clock.now())
