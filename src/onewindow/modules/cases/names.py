"""Names of the catalogue as a case uses them: aliases replaced, roles understood."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from onewindow.domain.catalogue.model import Catalogue, Element, Event, Resource
from onewindow.domain.catalogue.names import Aliases, in_role


def plain(name: str) -> str:
    """Return the id without its role.

    >>> plain("seller.resident-id"), plain("seats")
    ('resident-id', 'seats')
    """
    return name.rpartition(".")[2]


def element_of(catalogue: Catalogue, aliases: Aliases, name: str) -> Element:
    """Return the properties of an element, which come from the plain one."""
    return catalogue.elements[plain(aliases.plain(name))]


def offered(described: Element, elements: Mapping[str, Element]) -> tuple[Mapping[str, object], ...]:
    """Return what a value is read by: the choices of an enum; of a group its members, each {id, name, type, values}."""
    if described.type != "group":
        return described.values
    members = [elements[plain(name)] for name in described.of]
    return tuple({"id": row.id, "name": row.name, "type": row.type, "values": offered(row, elements)} for row in members)


@dataclass(frozen=True, slots=True)
class Interface:
    """A resource as the event uses it: as written, or once more within a role. `keys` and `gives` are canonical."""

    resource: str
    role: str
    keys: tuple[str, ...]
    gives: tuple[str, ...]
    written: Mapping[str, str] = field(hash=False, compare=False)
    """{canonical element: the name by which the register itself knows it}"""

    @property
    def id(self) -> str:
        return in_role(self.role, self.resource)


def interfaces(catalogue: Catalogue, event: Event, aliases: Aliases, unavailable: frozenset[str]) -> Iterator[Interface]:
    """Give everything the exchange can be asked for this event, sources that do not answer left out."""
    # In the compiler's order, so that a value comes from the register that the report names.
    for resource in sorted(catalogue.resources.values(), key=lambda resource: (resource.sharing != "unconditional", resource.id)):
        if resource.sharing == "none" or resource.id in unavailable:
            continue
        yield _within(resource, "", aliases)
        if not any("." in name for name in (*resource.keyed_by, *resource.gives)):
            for role in event.roles:
                yield _within(resource, role, aliases)


def _within(resource: Resource, role: str, aliases: Aliases) -> Interface:
    names = {aliases.plain(in_role(role, name)): name for name in (*resource.keyed_by, *resource.gives)}
    keys = tuple(aliases.plain(in_role(role, name)) for name in resource.keyed_by)
    gives = tuple(aliases.plain(in_role(role, name)) for name in resource.gives)
    return Interface(resource.id, role, keys, gives, names)


def gives_of(catalogue: Catalogue, aliases: Aliases, evidence_type: str) -> tuple[str, ...]:
    """Return the elements a type gives; within a role where the type is named within one."""
    role, _, kind = evidence_type.rpartition(".")
    gives = catalogue.evidence_types[kind].gives
    as_written = any("." in name for name in gives)
    return tuple(aliases.plain(name if as_written else in_role(role, name)) for name in gives)


def closure(faces: Iterable[Interface], start: Iterable[str]) -> dict[str, Interface | None]:
    """Return every element that can be had from the start, in the order it comes, with the register that gives it."""
    had: dict[str, Interface | None] = dict.fromkeys(start)
    rest = list(faces)
    while face := next((face for face in rest if all(key in had for key in face.keys)), None):
        rest.remove(face)
        for element in face.gives:
            had.setdefault(element, face)
    return had
