"""What somebody beside the applicant confirms: their own part of a draft, and the exact words of it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from onewindow.domain import confirmations
from onewindow.domain.confirmations import Role
from onewindow.modules.cases import models
from onewindow.modules.cases.drafting import DraftState
from onewindow.modules.cases.errors import ValuesMissing
from onewindow.modules.cases.errors_of_parts import ConfirmationsMissing
from onewindow.modules.cases.names import plain
from onewindow.modules.cases.parts import role_of
from onewindow.modules.identity import selectors as identity


def statement(state: DraftState, role: Role, owner: UUID) -> dict[str, Any]:
    """Return exactly what the person in a role confirms: the matter, who applies, what is shown of it, and their own part."""
    names = identity.display_names([owner]).get(owner, {})
    content = state.rules.catalogue
    return {
        "event": {"id": state.rules.event.id, "name": dict(state.rules.event.name)},
        "services": [{"id": name, "name": dict(content.services[name].name)} for name in role.services],
        "applicant": {"id": str(owner), "name": dict(names)},
        "role": {"id": role.id, "name": dict(role.name)},
        "says": [dict(text) for text in role.says],
        "shown": _lines(state, (found for name in role.shows if plain(found := state.rules.canonical(name)) in content.elements)),
        "own": _lines(state, sorted(own_elements(state, role.id))),
    }


def own_elements(state: DraftState, role: str) -> tuple[str, ...]:
    """Return the elements of a role's own part, in the order of the form, what the log-in tells first."""
    asked = [row.element for row in state.settled.fields]
    known = [element for element in state.settled.known if element not in asked]
    return tuple(element for element in (*known, *asked) if is_own(state, role, element))


def is_own(state: DraftState, role: str, element: str) -> bool:
    """Tell whether an element is filled in by the person in a role."""
    return role_of(element) == role and state.is_others(element)


def lacking(state: DraftState, role: str) -> tuple[str, ...]:
    """Return what the person in a role has still to fill in."""
    return tuple(element for element in state.settled.missing if is_own(state, role, element))


def stands(row: models.Part | None, state: DraftState, role: Role, owner: UUID) -> bool:
    """Tell whether a role is confirmed as the matter reads now."""
    return row is not None and row.state == "confirmed" and row.digest == confirmations.digest(statement(state, role, owner))


def require_confirmed(draft: models.Draft, state: DraftState) -> None:
    """Whoever confirms locks the draft as filing does: none takes it back meanwhile. Raises: ConfirmationsMissing, ValuesMissing."""
    rows = state.others.rows
    lacking_of = [role for role in state.roles if not stands(rows.get(role.id), state, role, draft.owner)]
    if lacking_of:
        raise ConfirmationsMissing(names=[role.name for role in lacking_of], roles=[role.id for role in lacking_of])
    if state.settled.missing:
        raise ValuesMissing(names=", ".join(state.settled.missing), elements=list(state.settled.missing))


def _lines(state: DraftState, elements: Iterable[str]) -> list[dict[str, Any]]:
    known = state.settled.known
    return [
        {"element": element, "name": dict(state.rules.element(element).name), "value": known[element].value if element in known else None}
        for element in elements
    ]
