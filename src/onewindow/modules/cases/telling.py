"""Who hears by message of limits that have passed, of what silence granted and of what the machine decided wrongly."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

import structlog

from onewindow.domain import events, silence
from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases import models, rulebook
from onewindow.modules.identity import selectors as identity
from onewindow.modules.messages import services as letters
from onewindow.plumbing import clock, idempotency, text
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.courier import Letter

_log = structlog.get_logger("onewindow.cases.telling")
TELLER = Actor.system("cases.telling")
Values = Mapping[str, Text | str]


def of_late_steps(event: events.TaskOverdue | events.TaskStillOverdue, *, roles: Collection[str], template: str, now: datetime) -> None:
    """Write to the first of these roles that somebody holds for the case's region: one letter a day to each, however much is late."""
    task = models.Task.objects.select_related("case").get(pk=event.task_id)
    service = rulebook.book_of(release=task.case.release, event_id=task.case.event).catalogue.services[task.service]
    step = next((row.name for row in service.steps if row.id == task.step), {})
    values: Values = {"about": service.name, "step": step, "due": event.due_date.isoformat()}
    for role in roles:
        readers = list(_holders(role, task.organisation, task.case))
        for reader in readers:
            if _is_first_today(reader, template, now):
                _write(reader, template, values, now)
        if readers:
            return
    _log.warning("nobody has an address: what is late stands at the desk alone", organisation=task.organisation)


def of_silence(event: events.ServiceDecided, *, now: datetime) -> None:
    """Write to the applicant, and to the supervisors of the office that did not decide."""
    row = models.CaseService.objects.select_related("case").get(case=event.case_id, service=event.service)
    service = rulebook.book_of(release=row.case.release, event_id=row.case.event).catalogue.services[row.service]
    law = silence.law_of(service.guide)
    decision = models.MachineDecision.objects.get(case=event.case_id, service=event.service)
    until = decision.due_date.isoformat() if decision.due_date else ""
    values: Values = {"about": service.name, "reference": row.case.reference, "law": law.cited() if law else "", "until": until}
    _write(row.case.applicant, "silence-granted", values, now, phone=row.case.contact_phone)
    for reader in _holders("supervisor", row.organisation, row.case):
        _write(reader, "silence-granted-here", values, now)


def of_a_wrong_decision(event: events.DecisionRechecked, *, now: datetime) -> None:
    """Write to the supervisors of the office."""
    row = models.MachineDecision.objects.select_related("case").get(pk=event.decision_id)
    service = rulebook.book_of(release=row.case.release, event_id=row.case.event).catalogue.services[row.service]
    for reader in _holders("supervisor", row.organisation, row.case):
        _write(reader, "recheck-wrong", {"about": service.name, "reference": row.case.reference}, now)


def _holders(role: str, organisation: str, case: models.Case) -> Iterator[UUID]:
    """Give who holds a role for the case's region; never in a case of their own."""
    for reader in identity.holders(role=role, organisation=organisation):
        actor = identity.actor_of(reader).complete
        if actor.acts_as(role, organisation=organisation, region=case.region) and not actor.is_close_to(case.applicant):
            yield reader


def _is_first_today(reader: UUID, template: str, now: datetime) -> bool:
    day = clock.local_date(now).isoformat()
    same = idempotency.fingerprint({})
    return idempotency.claim(actor=TELLER, scope=f"cases.{template}", key=f"{reader}:{day}", fingerprint=same, now=now) is None


def _write(reader: UUID, template: str, values: Values, now: datetime, *, phone: str = "") -> None:
    """Write in the reader's language, by e-mail where there is an address."""
    number, email = phone or identity.phone_of(reader), identity.emails_of([reader]).get(reader, "")
    if not (number or email):
        return
    language = identity.language_of(reader)
    said = {name: value if isinstance(value, str) else text.localised(value, language) for name, value in values.items()}
    letters.send(letter=Letter(template, "email" if email else "sms", email or number, said, language), now=now)
