"""Who may do what with drafts and cases. The subject is the row that is touched."""

from dataclasses import dataclass
from typing import Any

from onewindow.modules.cases import models
from onewindow.modules.cases.parts import confirmers
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class Revealable:
    """A value of a case with the organisations whose services need it."""

    case: models.Case
    organisations: frozenset[str]
    accepting: bool


def _anybody_known(actor: Actor, _subject: Any) -> bool:
    return actor.kind in {"person", "officer"} and actor.id is not None


def _owner(actor: Actor, draft: models.Draft) -> bool:
    return actor.is_party(draft.owner, draft.event, draft.assistance)


def _applicant(actor: Actor, case: models.Case) -> bool:
    return actor.is_party(case.applicant, case.event)


def _in_own_name(actor: Actor, _subject: Any) -> bool:
    return _anybody_known(actor, None) and actor.on_behalf_of is None


def _takes_part(actor: Actor, part: models.Part) -> bool:
    return _in_own_name(actor, None) and part.person == actor.id


def _beside(actor: Actor, case: models.Case) -> bool:
    """An officer who is the applicant, or may act for them, or confirmed a part of the case: others decide then."""
    return actor.is_close_to(case.applicant) or str(actor.id) in confirmers(case.plan)


def _acts(actor: Actor, *roles: str, organisation: str, case: models.Case) -> bool:
    """An officer acts for their own organisation, within the region of their post, and never on a case of their own."""
    return actor.acts_as(*roles, organisation=organisation, region=case.region) and not _beside(actor, case)


def _of_the_department(actor: Actor, task: models.Task) -> bool:
    return _acts(actor, "officer", organisation=task.organisation, case=task.case)


def _at_the_window(actor: Actor, case: models.Case) -> bool:
    return any(hat.covers(case.region) for hat in actor.hats_of("window")) and not _beside(actor, case)


def _accepts(actor: Actor, task: models.Task) -> bool:
    return _of_the_department(actor, task) or _at_the_window(actor, task.case)


def _supervises(actor: Actor, task: models.Task) -> bool:
    return _acts(actor, "supervisor", organisation=task.organisation, case=task.case)


def _works_there(actor: Actor, task: models.Task) -> bool:
    return _acts(actor, "officer", "supervisor", organisation=task.organisation, case=task.case)


def _takes_payment(actor: Actor, service: models.CaseService) -> bool:
    own = _acts(actor, "officer", organisation=service.organisation, case=service.case)
    return own or _at_the_window(actor, service.case)


def _releases(actor: Actor, service: models.CaseService) -> bool:
    return _acts(actor, "supervisor", organisation=service.organisation, case=service.case)


def _confirms(actor: Actor, service: models.CaseService) -> bool:
    """A second officer: of the same organisation; who it is not, plumbing.approvals says."""
    return _acts(actor, "officer", "supervisor", organisation=service.organisation, case=service.case)


def _sees_values(actor: Actor, value: Revealable) -> bool:
    """An officer whose own services need the value, or the window while it accepts; never on a case of their own."""
    if value.case.applicant == actor.id:
        return False
    own = any(_acts(actor, "officer", "supervisor", organisation=name, case=value.case) for name in value.organisations)
    return own or (value.accepting and _at_the_window(actor, value.case))


def _rechecks(actor: Actor, decision: models.MachineDecision) -> bool:
    return _acts(actor, "officer", "supervisor", organisation=decision.organisation, case=decision.case)


def _at_a_desk(actor: Actor, _subject: Any) -> bool:
    return actor.kind == "officer" and actor.has_role("officer", "supervisor")


def _oversees(actor: Actor, _subject: Any) -> bool:
    return actor.kind == "officer" and actor.has_role("supervisor", "leader")


def _keeps_templates(actor: Actor, organisation: str | None) -> bool:
    """A supervisor without a limit of region: the texts are the whole organisation's."""
    return bool(organisation) and actor.acts_as("supervisor", organisation=organisation or "")


def _officer(actor: Actor, _subject: Any) -> bool:
    return actor.kind == "officer" and actor.has_role("officer", "supervisor", "window")


def _platform(actor: Actor, _subject: Any) -> bool:
    return actor.kind == "system"


permissions.declare("cases.fetch", says="Ask registers on behalf of a running case.", allows=_platform)
permissions.declare("cases.hand-over", says="Give what was filed for a child to the child's own account.", allows=_platform)
permissions.declare("cases.make-export", says="Make and remove the tables that officers asked for.", allows=_platform)
permissions.declare("cases.escalate", says="Bring limits that have passed before the supervisors.", allows=_platform)
permissions.declare("cases.grant-by-silence", says="Grant what the law grants when nobody has decided in time.", allows=_platform)
permissions.declare("cases.draft", says="Begin a draft in one's own name, or for whom one acts.", allows=_anybody_known)
permissions.declare("cases.edit-draft", says="Change, file or discard one's own draft.", allows=_owner)
permissions.declare("cases.close-parts", says="End invitations whose day has passed.", allows=_platform)
permissions.declare(
    "cases.take-invitation", says="Take an invitation to confirm somebody's matter, in one's own name.", allows=_in_own_name
)
permissions.declare("cases.own-part", says="Fill in, confirm or refuse one's own part of somebody's matter.", allows=_takes_part)
permissions.declare("cases.withdraw", says="Withdraw one's own case.", allows=_applicant)
permissions.declare(
    "cases.withdraw-service", says="Take one service out of a case at the window, at the applicant's request.", allows=_at_the_window
)
permissions.declare("cases.answer-notice", says="Answer a notice on one's own case.", allows=_applicant)
permissions.declare("cases.accept", says="Accept a step for one's own organisation, or at the one window.", allows=_accepts)
permissions.declare("cases.accept-all", says="Accept a case for every department at the one window.", allows=_at_the_window)
permissions.declare("cases.work", says="Work on a step of one's own organisation.", allows=_of_the_department)
permissions.declare("cases.decide", says="Decide a service of one's own organisation.", allows=_of_the_department)
permissions.declare("cases.revoke", says="Propose to withdraw what one's own organisation has issued.", allows=_confirms)
permissions.declare("cases.second-officer", says="Confirm or reject a colleague's refusal or withdrawal.", allows=_confirms)
permissions.declare("cases.recheck", says="Look again at what the system decided for one's own organisation.", allows=_rechecks)
permissions.declare("cases.rechecks", says="See which decisions of the system wait for a second look.", allows=_at_a_desk)
permissions.declare(
    "cases.oversee", says="See how often the system decides for one's own organisation, and how often wrongly.", allows=_oversees
)
permissions.declare("cases.second-notice", says="Send a second notice on one service.", allows=_supervises)
permissions.declare("cases.release", says="Let a held service of one's own organisation go on.", allows=_releases)
permissions.declare("cases.take-payment", says="Record a fee paid at the counter.", allows=_takes_payment)
permissions.declare("cases.ask-register", says="Ask a register for a running case of one's own organisation.", allows=_sees_values)
permissions.declare(
    "cases.reveal", says="See a personal value that is masked at the desk, for a reason that is recorded.", allows=_sees_values
)
permissions.declare("cases.assign", says="Take a step of one's own organisation, or give it to a colleague.", allows=_works_there)
permissions.declare("cases.cover-leaves", says="Hand steps over when a leave begins or ends.", allows=_platform)
permissions.declare("cases.arrange-queue", says="Name filters of one's own queue, and choose what its rows show.", allows=_officer)
permissions.declare("cases.note", says="Write a note for the colleagues of one's own organisation.", allows=_works_there)
permissions.declare("cases.keep-templates", says="Keep the ready texts of one's own organisation.", allows=_keeps_templates)
permissions.declare("cases.desk", says="See the queue of one's own organisation.", allows=_officer)
