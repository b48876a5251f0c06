"""Who sees which cases. Every read of the module starts here."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from onewindow.domain.lifecycle import FINAL, ServiceState
from onewindow.modules.cases import models
from onewindow.plumbing.actors import Actor

DESK = ("officer", "supervisor")


def visible_cases(actor: Actor) -> QuerySet[models.Case]:
    """Return the cases an actor may see: one's own, those with a step of one's organisation, and at the window what one accepts or
    accepted, and what stands still until the applicant comes.
    """
    if actor.is_system:
        return models.Case.objects.all()
    if actor.id is None:
        return models.Case.objects.none()
    tasks = models.Task.objects.filter(case=OuterRef("pk"))
    seen = Q(applicant=actor.id)
    if actor.organisation and actor.has_role(*DESK):
        seen |= Q(Exists(tasks.filter(organisation=actor.organisation)))
    if actor.has_role("window"):
        at_the_window = ~Q(state__in=FINAL["task"]) | Q(done_by=actor.id)
        seen |= Q(Exists(tasks.filter(at_the_window, kind="acceptance"))) | held()
    return models.Case.objects.filter(seen)


def held(case: str = "pk") -> Q:
    """Return the cases in which a service is on hold: at the window it may be taken back. `case`: where the row names its case."""
    return Q(Exists(models.CaseService.objects.filter(case=OuterRef(case), state=ServiceState.ON_HOLD)))


def sees_everything(case: models.Case, actor: Actor, tasks: list[models.Task]) -> bool:
    """Tell whether an actor sees all of a case: its applicant, and the window while it accepts."""
    if actor.is_system or (actor.id is not None and case.applicant == actor.id):
        return True
    accepting = any(task.kind == "acceptance" and task.state not in FINAL["task"] for task in tasks)
    return actor.has_role("window") and accepting


def own_services(actor: Actor, services: list[models.CaseService]) -> frozenset[str]:
    """Return the services that an officer's own organisation decides."""
    if not actor.organisation or not actor.has_role(*DESK):
        return frozenset()
    return frozenset(row.service for row in services if row.organisation == actor.organisation)
