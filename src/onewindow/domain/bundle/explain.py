"""Why am I asked this? The services and the law that need a field, what it fetches, and the interface that would remove it."""

from collections.abc import Iterable
from dataclasses import dataclass

from onewindow.domain.bundle.report import Filled, Report
from onewindow.domain.catalogue.model import Catalogue, Condition, LegalBasis, Resource
from onewindow.domain.catalogue.names import Aliases, in_role, split
from onewindow.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class Demand:
    """A service that asks the element by its own law, or (`asks` false) needs it to fetch what it asks."""

    service: str
    organisation: str
    legal_basis: tuple[LegalBasis, ...]
    when: Condition | None
    asks: bool = True


@dataclass(frozen=True, slots=True)
class Opening:
    """What would remove the field. `kind`: share (a resource that is not shared), key (a resource whose keys are not known), interface."""

    kind: str
    resource: str | None
    organisation: str | None
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one element of a report. `fetches` names what resources give once it is known, by resource."""

    element: str
    asked: bool
    demands: tuple[Demand, ...]
    fetches: tuple[tuple[str, tuple[str, ...]], ...]
    filled: tuple[Filled, ...]
    openings: tuple[Opening, ...]


def explain_element(catalogue: Catalogue, report: Report, element_id: str) -> Explanation:
    """Explain why an element is asked, or where it comes from instead.

    Raises: NotFound.
    """
    aliases = Aliases(catalogue.elements)
    element = aliases.plain(element_id)
    if split(element)[1] not in catalogue.elements:
        raise NotFound(kind="element", id=element_id)
    filled = tuple(row for row in report.filled if row.element == element)
    typed = {field.element for field in report.form}
    settled = typed | {row.element for row in report.filled if row.source["kind"] not in ("same-form", "not-applicable")}
    return Explanation(
        element=element,
        asked=element in typed,
        demands=tuple(_demands(catalogue, report, aliases, element)),
        fetches=tuple(_fetches(catalogue, report, aliases, element)),
        filled=filled,
        openings=tuple(_openings(catalogue, report, aliases, element, settled - {element})) if element in typed else (),
    )


def _demands(catalogue: Catalogue, report: Report, aliases: Aliases, element: str) -> Iterable[Demand]:
    needing = {ident for field in report.form if field.element == element for ident in field.asked_by}
    for ident in report.services:
        service = catalogue.services[ident]
        own = [ask for ask in service.asks if aliases.plain(ask.element) == element]
        if own:
            yield Demand(ident, service.organisation, service.legal_basis, own[0].when)
        elif ident in needing:
            yield Demand(ident, service.organisation, service.legal_basis, None, asks=False)


def _holds_in(resource: Resource, element: str, names: Iterable[str], aliases: Aliases) -> str | None:
    """Return the role in which one of the names of a resource is this element, or None."""
    as_written = any("." in name for name in (*resource.keyed_by, *resource.gives))
    role = "" if as_written else split(element)[0]
    return role if any(aliases.plain(in_role(role, name)) == element for name in names) else None


def _fetches(catalogue: Catalogue, report: Report, aliases: Aliases, element: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Give the resources in use that this element is a key of, with what they fill."""
    for ident, resource in sorted(catalogue.resources.items()):
        role = _holds_in(resource, element, resource.keyed_by, aliases)
        if role is None or resource.sharing == "none":
            continue
        name = in_role(role, ident)
        fills = dict.fromkeys(row.element for row in report.filled if row.source == {"kind": "resource", "id": name})
        documents = [row.type for row in report.evidence if row.way == "resource" and row.by == name and row.type]
        if fills or documents:
            yield name, (*fills, *dict.fromkeys(documents))


def _openings(catalogue: Catalogue, report: Report, aliases: Aliases, element: str, settled: set[str]) -> Iterable[Opening]:
    """Give what would remove the field: shares first, then keys that are missing, else a new interface."""
    party = catalogue.parties.get(catalogue.events[report.event].applicant) if report.event in catalogue.events else None
    known = {aliases.plain(name) for name in (party.gives if party else ())} | settled
    found = []
    for ident, resource in sorted(catalogue.resources.items()):
        role = _holds_in(resource, element, resource.gives, aliases)
        if role is None:
            continue
        keys = tuple(aliases.plain(in_role(role, name)) for name in resource.keyed_by)
        missing = tuple(name for name in keys if name not in known and name != element)
        if resource.sharing == "none":
            found.append(Opening("share", in_role(role, ident), resource.organisation, missing))
        elif missing:
            found.append(Opening("key", in_role(role, ident), resource.organisation, missing))
    found.sort(key=lambda opening: (opening.kind != "share", len(opening.keys), opening.resource or ""))
    keys = tuple(aliases.plain(name) for name in (party.gives if party else ()))
    return found or [Opening("interface", None, None, keys)]
