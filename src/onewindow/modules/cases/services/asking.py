"""An officer's own question to a register, for a case they work on."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from onewindow.domain.errors import NotFound
from onewindow.domain.lifecycle import is_final
from onewindow.modules.cases import models, references
from onewindow.modules.cases.permissions import Revealable
from onewindow.modules.cases.selectors import scope
from onewindow.modules.exchange import services as exchange
from onewindow.plumbing import accesses, permissions
from onewindow.plumbing.actors import Actor


def ask_register(
    *, reference: str, resource: str, keys: Mapping[str, Any], fields: Collection[str], purpose: str = "case", actor: Actor, now: datetime
) -> exchange.Answer:
    """Ask a register for the undecided services of a case that the actor's own organisation decides, under a grant like any question.

    The applicant sees it. Call it outside transactions.  Raises: NotFound, Forbidden, AccessNotLogged, and what `exchange.query` raises.
    """
    case = scope.visible_cases(actor).filter(reference=references.normalise(reference)).first()
    if case is None:
        raise NotFound(kind="case", id=reference[:40])
    running = [row for row in models.CaseService.objects.filter(case=case) if not is_final("service", row.state)]
    permissions.require(actor, "cases.ask-register", Revealable(case, frozenset(row.organisation for row in running), accepting=False))
    why = f"{purpose}:{case.event}"
    accesses.read(
        actor=actor,
        what=accesses.REGISTER,
        subject_kind="case",
        subject_id=case.pk,
        persons=[case.applicant],
        case=case.pk,
        purpose=why,
        at=now,
        details={"resources": [resource], "event": case.event},
    )
    return exchange.query(
        resource=resource,
        keys=keys,
        fields=fields,
        purpose=why,
        subject_kind="case",
        subject_id=case.pk,
        services=sorted(scope.own_services(case, actor, running)),
        actor=actor,
        now=now,
    )
