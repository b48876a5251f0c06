"""The one manager of scopes: every row of drafts and cases that a selector reads comes from here, already limited to its reader."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, Model, OuterRef, Q, QuerySet, When

from onewindow.domain.lifecycle import FINAL, ServiceState
from onewindow.modules.cases import models, references
from onewindow.plumbing.actors import Actor, Hat

Row = TypeVar("Row", bound=Model)
DESK = ("officer", "supervisor")


def visible_cases(actor: Actor) -> QuerySet[models.Case]:
    """Return the cases an actor may see: one's own, those with a step of one's organisation in one's region, and at the window what
    one accepts or accepted, and what stands still until the applicant comes.
    """
    if actor.is_system:
        return models.Case.objects.all()
    if actor.id is None:
        return models.Case.objects.none()
    tasks = models.Task.objects.filter(case=OuterRef("pk"))
    seen = _of_party(actor, "applicant")
    for hat in actor.hats_of(*DESK):
        seen |= Q(Exists(tasks.filter(organisation=hat.organisation))) & _of_region(hat, "region")
    for hat in actor.hats_of("window"):
        at_the_window = ~Q(state__in=FINAL["task"]) | Q(done_by=actor.id)
        seen |= (Q(Exists(tasks.filter(at_the_window, kind="acceptance"))) | held()) & _of_region(hat, "region")
    return models.Case.objects.filter(seen)


def own_cases(actor: Actor) -> QuerySet[models.Case]:
    """Return the cases of the actor, or of the party they act for; whoever helps at a counter sees only the one they helped to file."""
    if actor.assistance:
        return models.Case.objects.none()
    return models.Case.objects.filter(_of_party(actor, "applicant"))


def own_drafts(actor: Actor) -> QuerySet[models.Draft]:
    """Return the drafts of the actor, or of the party they act for."""
    return models.Draft.objects.filter(_of_party(actor, "owner"))


def _of_party(actor: Actor, field: str) -> Q:
    """Limit rows to the party: one's own, or those of whom one acts for, in the matters of the mandate."""
    if actor.id is None or actor.party is None:
        return Q(pk__in=[])
    acting = actor.on_behalf_of
    found = Q(**{field: actor.party})
    if acting and acting.assistance:
        found &= Q(assistance=acting.assistance)
    return found & Q(event__in=sorted(acting.matters)) if acting and acting.matters else found


def own_uploads(actor: Actor) -> QuerySet[models.Upload]:
    """Return the documents of the actor's own drafts."""
    return models.Upload.objects.filter(draft__in=own_drafts(actor))


def own_parts(actor: Actor) -> QuerySet[models.Part]:
    """Return the parts that the actor took in other people's matters; in one's own name alone."""
    found = models.Part.objects.filter(person=actor.id)
    return found.none() if actor.id is None or actor.on_behalf_of is not None else found


def invitations(actor: Actor, contacts: Iterable[str]) -> QuerySet[models.Part]:
    """Return the invitations that were sent to one's own telephone or e-mail and that nobody has taken."""
    reached = [contact for contact in contacts if contact]
    found = models.Part.objects.filter(contact__in=reached, person=None, ended_at=None, draft__filed_case=None)
    return found.none() if not reached or actor.id is None or actor.on_behalf_of is not None else found


def by_secret(kept: str) -> QuerySet[models.Part]:
    """Return the invitation of a link, for whoever has it: only the hash of its secret is kept."""
    return models.Part.objects.filter(token=kept)


def parts_of(draft_id: UUID) -> QuerySet[models.Part]:
    """Return everybody's part in a draft, or in the case it became, for the page of one that was scoped already."""
    return models.Part.objects.filter(draft=draft_id)


def own_outputs(actor: Actor) -> QuerySet[models.Output]:
    """Return what the actor's own cases have issued and what still holds."""
    return models.Output.objects.filter(case__in=own_cases(actor), revoked_at=None)


def issued_outputs(actor: Actor, *hats: Hat, cases: Collection[UUID] | None = None) -> QuerySet[models.Output]:
    """Return what the organisations issued at whose desks the actor works, in the region of the post; never what they hold themselves.

    `hats`: of these posts of the actor's alone. `cases`: in these few.
    """
    if actor.id is None:
        return models.Output.objects.none()
    mine = [hat for hat in actor.hats_of(*DESK) if not hats or hat in hats]
    seen = _any(Q(organisation=hat.organisation) & _of_region(hat, "case__region") for hat in mine)
    seen &= ~Q(case__applicant__in=close_parties(actor))
    return models.Output.objects.filter(seen) if cases is None else fitting(models.Output.objects.filter(case__in=cases), seen)


def templates(actor: Actor) -> QuerySet[models.DecisionTemplate]:
    """Return the ready texts of the organisations at whose desks the actor works."""
    return models.DecisionTemplate.objects.filter(organisation__in={hat.organisation for hat in actor.hats_of(*DESK)})


def exports(actor: Actor) -> QuerySet[models.QueueExport]:
    """Return the exports that the actor asked for at the desk where they work now."""
    if actor.id is None or actor.kind != "officer":
        return models.QueueExport.objects.none()
    return models.QueueExport.objects.filter(owner=actor.id, organisation=actor.organisation or "")


def notes(actor: Actor) -> QuerySet[models.CaseNote]:
    """Return what colleagues noted for each other at the desks where the actor works; never on a case of one's own."""
    found = models.CaseNote.objects.filter(
        _any(Q(organisation=hat.organisation) & _of_region(hat, "case__region") for hat in actor.hats_of(*DESK))
    )
    return found.none() if actor.id is None else found.exclude(case__applicant__in=close_parties(actor))


def machine_decisions(actor: Actor) -> QuerySet[models.MachineDecision]:
    """Return what the machine decided and the actor may look at again at a desk; never in a case of one's own."""
    found = models.MachineDecision.objects.filter(of_departments(actor), due_date__isnull=False)
    return found.none() if actor.id is None else found.exclude(case__applicant__in=close_parties(actor))


def overseen_decisions(actor: Actor) -> QuerySet[models.MachineDecision]:
    """Return what the machine decided where the actor supervises or leads, with whether what it issued still holds: for numbers alone."""
    holds = models.Output.objects.filter(case=OuterRef("case"), service=OuterRef("service"), revoked_at=None)
    return models.MachineDecision.objects.filter(of_departments(actor, "supervisor", "leader")).annotate(holds=Exists(holds))


def overseen_steps(actor: Actor) -> QuerySet[models.Task]:
    """Return the steps of where the actor supervises or leads: for numbers alone."""
    return models.Task.objects.filter(of_departments(actor, "supervisor", "leader"))


def visible_attachments(actor: Actor) -> QuerySet[models.Attachment]:
    """Return the documents of the cases an actor may see; which of them a department may open, the case's plan says."""
    return models.Attachment.objects.filter(case__in=visible_cases(actor))


def by_reference(reference: str) -> QuerySet[models.Case]:
    """Return the case of a number, for whoever knows its telephone as well: its selector asks that."""
    return models.Case.objects.filter(reference=reference)


def called(word: str) -> tuple[QuerySet[models.Case], ...]:
    """Return the cases that a word may name, by name or number, whoever may see them: ids for lists that ask that themselves."""
    return models.Case.objects.filter(named_after=word), models.Case.objects.filter(reference=references.normalise(word))


def to_fetch(now: datetime) -> QuerySet[models.Case]:
    """Return the cases for which registers are to be asked: for the platform's own job."""
    return models.Case.objects.filter(fetch_due_at__lte=now)


def steps(actor: Actor, cases: Collection[UUID] | None = None) -> QuerySet[models.Task]:
    """Return the steps that belong on an actor's desk; `cases`: those of these few."""
    if cases is None:
        return models.Task.objects.filter(on_desk(actor))
    return fitting(models.Task.objects.filter(case__in=cases), on_desk(actor))


def on_desk(actor: Actor) -> Q:
    """Tell which steps belong on an actor's desk; those of a case of one's own never do."""
    if actor.id is None:
        return Q(pk__in=[])
    return _any(desk.steps() for desk in desks(actor)) & ~Q(case__applicant__in=close_parties(actor))


def not_close(found: QuerySet[models.Task], actor: Actor) -> QuerySet[models.Task]:
    """Leave out the cases of the actor and of whom they may act for, by their ids: they are few, and no case need be read for it."""
    if actor.id is None:
        return found.none()
    return found.exclude(case__in=models.Case.objects.filter(applicant__in=close_parties(actor)).values("pk"))


def fitting(found: QuerySet[Row], condition: Q) -> QuerySet[Row]:
    """Return those of few rows that a condition fits.

    It is put so that no index serves it: a database that has not counted its rows takes one's state or organisation for rarer than the
    cases that are asked for, and walks through the whole office.
    """
    fits = Case(When(condition, then=1), default=0, output_field=IntegerField())
    return found.alias(fits=fits).filter(fits=1)  # type: ignore[return-value]  # the stubs forget the model behind `alias`


@dataclass(frozen=True, slots=True)
class Desk:
    """One way in which steps reach an actor: those of an organisation in some regions, or the acceptances of the one window.

    All desks of an actor together hold what `on_desk` tells, and the cases of one's own.
    """

    organisation: str
    """Empty: the window."""
    regions: frozenset[str]
    acts: bool
    """Whether what is open there is the actor's to do."""
    releases: bool
    """Whether the actor says there of a held service whether it goes on."""

    def steps(self) -> Q:
        here = Q(organisation=self.organisation) if self.organisation else Q(kind="acceptance")
        return here & _of_region(self, "case__region")

    def holds(self, other: "Desk") -> bool:
        """Tell whether everything of another desk lies on this one as well."""
        wide = not self.regions or (bool(other.regions) and other.regions <= self.regions)
        return self.organisation == other.organisation and wide


def desks(actor: Actor) -> tuple[Desk, ...]:
    """Return the desks of an actor, each once."""
    roles: dict[tuple[str, frozenset[str]], frozenset[str]] = {}
    for hat in actor.hats_of(*DESK):
        where = (hat.organisation, hat.regions)
        roles[where] = roles.get(where, frozenset()) | hat.roles
    own = [Desk(place, regions, "officer" in held, "supervisor" in held) for (place, regions), held in roles.items()]
    return (*own, *(Desk("", regions, True, False) for regions in dict.fromkeys(hat.regions for hat in actor.hats_of("window"))))


def close_parties(actor: Actor) -> list[UUID]:
    """Return the parties in whose cases the actor does nothing at a desk: themselves, and whom they may act for."""
    return sorted({party for party in (actor.id, *actor.represents) if party is not None})


def of_departments(actor: Actor, *roles: str) -> Q:
    """Return the rows of the organisations and regions where the actor holds one of the roles (at a desk of any kind without one)."""
    return _any(Q(organisation=hat.organisation) & _of_region(hat, "case__region") for hat in actor.hats_of(*(roles or DESK)))


def at_windows(actor: Actor) -> Q:
    """Return the acceptances that the actor does at the one window, for every department."""
    return _any(Q(kind="acceptance") & _of_region(hat, "case__region") for hat in actor.hats_of("window"))


def _any(conditions: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


def _of_region(hat: Hat | Desk, field: str) -> Q:
    """Limit rows to the regions of a post; a matter of the whole city belongs to posts without a limit."""
    return Q(**{f"{field}__in": sorted(hat.regions)}) if hat.regions else Q()


def held(case: str = "pk") -> Q:
    """Return the cases in which a service is on hold: at the window it may be taken back. `case`: where the row names its case."""
    return Q(Exists(models.CaseService.objects.filter(case=OuterRef(case), state=ServiceState.ON_HOLD)))


def sees_everything(case: models.Case, actor: Actor, tasks: list[models.Task]) -> bool:
    """Tell whether an actor sees all of a case: its applicant, and the window while it accepts."""
    if actor.is_system or actor.is_party(case.applicant, case.event, case.assistance):
        return True
    accepting = any(task.kind == "acceptance" and task.state not in FINAL["task"] for task in tasks)
    return accepting and any(hat.covers(case.region) for hat in actor.hats_of("window"))


def own_services(case: models.Case, actor: Actor, services: list[models.CaseService]) -> frozenset[str]:
    """Return the services that an officer's own organisation decides, in the region of the officer's post."""
    return frozenset(row.service for row in services if actor.acts_as(*DESK, organisation=row.organisation, region=case.region))
