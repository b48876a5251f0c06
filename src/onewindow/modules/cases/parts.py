"""Others in a matter: who they are, which fields are theirs, and what their log-in tells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from onewindow.domain import confirmations
from onewindow.domain.catalogue.model import Catalogue, Event, PublicService
from onewindow.domain.catalogue.names import in_role
from onewindow.domain.confirmations import Role
from onewindow.domain.values import ValueRefused
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.forms import Known, Settled
from onewindow.modules.cases.matter import Rules
from onewindow.modules.cases.names import plain
from onewindow.modules.identity import selectors as identity


@dataclass(frozen=True)
class Others:
    """Who else takes part in a draft. `roles`: whoever any service of the event wants; `rows`: the parts that have not ended."""

    roles: Mapping[str, Role] = field(default_factory=dict)
    rows: Mapping[str, models.Part] = field(default_factory=dict)

    def owns(self, element: str, content: Catalogue) -> bool:
        """Tell whether somebody else fills an element in; files stay with the applicant."""
        described = content.elements.get(plain(element))
        return role_of(element) in self.roles and described is not None and described.type != "file"

    def typed(self, own: Mapping[str, Any], content: Catalogue) -> dict[str, Any]:
        """Return what was typed by everybody: what belongs to somebody else counts only from their own hand."""
        found = {element: value for element, value in own.items() if not self.owns(element, content)}
        for role, row in self.rows.items():
            found.update({element: value for element, value in row.elements.items() if role_of(element) == role})
        return found

    def given(self, rules: Rules) -> dict[str, Known]:
        """Return what the log-in of the others tells, within their roles."""
        found: dict[str, Known] = {}
        check = rulebook.checker(rules)
        for role, row in self.rows.items():
            wanted = self.roles[role].party
            party = rules.catalogue.parties.get(wanted)
            facts = identity.party_facts(row.person, wanted) if row.person and party else {}
            for name in party.gives if party else ():
                element = rules.canonical(in_role(role, name))
                try:
                    found[element] = Known(check(element, facts[name]), "party", wanted)
                except (KeyError, ValueRefused):
                    continue
        return found


NOBODY = Others()


def others_of(draft: models.Draft, content: Catalogue, event: Event) -> Others:
    """Return who else takes part; asks the database only where the event has others at all."""
    if not event.roles:
        return NOBODY
    roles = {role.id: role for role in confirmations.roles_of(event.roles, (content.services[name] for name in event.services))}
    if not roles:
        return NOBODY
    rows = models.Part.objects.filter(draft=draft, ended_at=None, role__in=roles)
    return Others(roles, {row.role: row for row in rows})


def role_of(element: str) -> str:
    """Return the role within which an element stands, or nothing.

    >>> role_of("landlord.full-name"), role_of("address")
    ('landlord', '')
    """
    return element.rpartition(".")[0]


def in_force(others: Others, services: Iterable[PublicService], settled: Settled) -> tuple[Role, ...]:
    """Return who has to confirm the matter as it stands: whom a service that applies wants, and whoever has a field to fill in."""
    if not others.roles:
        return ()
    applying = {role.id: role for role in confirmations.roles_of(others.roles, services)}
    asked = {role_of(row.element) for row in settled.fields} | {role_of(element) for element in settled.known}
    return tuple(applying.get(role, static) for role, static in others.roles.items() if role in applying or role in asked)


def frozen(row: models.Part) -> dict[str, Any]:
    """Return what a case's plan keeps of a confirmation: ids, codes and the hash, nobody's name."""
    at = row.confirmed_at.isoformat() if row.confirmed_at else ""
    words = row.confirmed or {}
    elements = sorted(line["element"] for kind in ("shown", "own") for line in words.get(kind, ()))
    known = {"person": str(row.person), "level": row.level, "at": at, "digest": row.digest}
    return {"part": str(row.pk), "role": row.role, **known, "elements": elements}


def confirmers(plan: Mapping[str, Any]) -> frozenset[str]:
    """Return who confirmed a case beside its applicant, as the plan names them."""
    return frozenset(row["person"] for row in plan.get("confirmations", ()))


def of_another(element: str, plan: Mapping[str, Any]) -> bool:
    """Tell whether an element of a filed case is somebody's who confirmed it beside the applicant."""
    return "." in element and any(row["role"] == role_of(element) for row in plan.get("confirmations", ()))


def confirmed_elements(plan: Mapping[str, Any]) -> frozenset[str]:
    """Return the elements of a filed case that somebody confirmed beside the applicant, who therefore cannot change them any more."""
    return frozenset(element for row in plan.get("confirmations", ()) for element in row["elements"])
