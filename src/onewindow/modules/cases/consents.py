"""What is kept of a consent, and which registers need one."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from onewindow.domain.catalogue.model import Catalogue
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.errors import NothingToConsentTo
from onewindow.plumbing.actors import Actor


def consents_of(event: str, resources: Collection[str], *, content: Catalogue, actor: Actor, now: datetime) -> dict[str, dict[str, Any]]:
    """Return {resource: what is kept of a consent}. Raises: NothingToConsentTo."""
    for resource in resources:
        require_conditional(resource, content)
    return {
        resource: {
            "purpose": purpose_of(event),
            "legal_basis": [dict(law) for law in content.resources[resource].legal_basis],
            "at": now.isoformat(),
            "by": str(actor.id),
        }
        for resource in resources
    }


def purpose_of(event: str) -> str:
    """Return what a register is told that it is asked for."""
    return f"prefill:{event}"


def needs_consent(draft: models.Draft, resource: str) -> bool:
    """Tell whether a register must not be asked for a draft, because the applicant has not agreed."""
    found = rulebook.published().content.resources.get(resource)
    return found is not None and found.sharing == "conditional" and resource not in draft.consents


def require_conditional(resource: str, content: Catalogue) -> None:
    """Raises: NothingToConsentTo."""
    found = content.resources.get(resource)
    if found is None or found.sharing != "conditional":
        raise NothingToConsentTo(resource=resource)
