"""All elements of a catalogue within the roles of an event, as bits of whole numbers, and what resources make of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from onewindow.domain.catalogue.model import Catalogue, Element, EvidenceType, Resource
from onewindow.domain.catalogue.names import Aliases, in_role, split

Rule = tuple[int, int]
"""A functional dependency: the bits of its keys and the bits of what it gives."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A resource as it holds for the applicant or within a role."""

    id: str
    resource: Resource
    keys: int
    gives: int


class Universe:
    """The elements of an event's roles. Bits go by the order of ids, so that nothing depends on the order of files."""

    def __init__(self, catalogue: Catalogue, roles: Sequence[str], aliases: Aliases) -> None:
        self.catalogue, self.aliases, self.roles = catalogue, aliases, ("", *roles)
        plain = [element for element in catalogue.elements.values() if element.alias_of is None]
        self.names: list[str] = sorted(in_role(role, element.id) for element in plain for role in self.roles)
        self.bits: dict[str, int] = {name: index for index, name in enumerate(self.names)}
        self.askable = self.mask(in_role(role, element.id) for element in plain if element.askable for role in self.roles)
        self.personal = self.mask(in_role(role, element.id) for element in plain if element.personal for role in self.roles)
        self.instances: dict[str, Instance] = {instance.id: instance for instance in self._instances()}
        self._gives: dict[str, int] = {}
        self._efforts: dict[int, Fraction] = {}

    def bit(self, name: str) -> int:
        """Return the place of an element; one of a role that the event lacks gets a place at the end."""
        found = self.bits.get(name)
        if found is None:
            name = self.aliases.plain(name)
            found = self.bits.get(name)
        if found is None:
            found = self.bits[name] = len(self.names)
            self.names.append(name)
        return found

    def mask(self, names: Iterable[str]) -> int:
        mask = 0
        for name in names:
            mask |= 1 << self.bit(name)
        return mask

    def named(self, mask: int) -> tuple[str, ...]:
        """Return the elements of a mask, by id."""
        return tuple(sorted(self.names[index] for index in bits_of(mask)))

    def element(self, name: str) -> Element:
        return self.catalogue.elements[split(name)[1]]

    def evidence_type(self, name: str) -> EvidenceType:
        return self.catalogue.evidence_types[split(name)[1]]

    def effort(self, index: int) -> Fraction:
        found = self._efforts.get(index)
        if found is None:
            found = self._efforts[index] = Fraction(str(self.element(self.names[index]).effort))
        return found

    def given_by(self, type_name: str) -> int:
        """Return what an evidence type gives: within its role, unless its gives name roles themselves."""
        found = self._gives.get(type_name)
        if found is None:
            role = split(type_name)[0]
            gives = self.evidence_type(type_name).gives
            as_written = any("." in name for name in gives)
            found = self._gives[type_name] = self.mask(gives if as_written else (in_role(role, name) for name in gives))
        return found

    def resources_for(self, type_name: str) -> list[Instance]:
        """Return the resources an evidence type is obtainable from, in its own role where they hold in one."""
        role = split(type_name)[0]
        found = []
        for ident in self.evidence_type(type_name).obtainable_from:
            instance = self.instances.get(in_role(role, ident)) or self.instances.get(ident)
            if instance is not None:
                found.append(instance)
        return found

    def _instances(self) -> Iterator[Instance]:
        shared = (resource for resource in self.catalogue.resources.values() if resource.sharing != "none")
        for resource in sorted(shared, key=lambda resource: (resource.sharing != "unconditional", resource.id)):
            as_written = any("." in name for name in (*resource.keyed_by, *resource.gives))
            for role in ("",) if as_written else self.roles:
                keys = self.mask(in_role(role, name) for name in resource.keyed_by)
                gives = self.mask(in_role(role, name) for name in resource.gives)
                yield Instance(in_role(role, resource.id), resource, keys, gives)


def bits_of(mask: int) -> list[int]:
    """Return the places of the bits that are set.

    >>> bits_of(0b10110)
    [1, 2, 4]
    """
    places = []
    while mask:
        low = mask & -mask
        places.append(low.bit_length() - 1)
        mask ^= low
    return places


def close(known: int, rules: Sequence[Rule]) -> int:
    """Return everything that follows from what is known.

    >>> bin(close(0b1, [(0b10, 0b100), (0b1, 0b10)]))
    '0b111'
    """
    waiting = rules
    while True:
        rest = []
        for rule in waiting:
            if rule[0] & ~known:
                rest.append(rule)
            else:
                known |= rule[1]
        if len(rest) == len(waiting):
            return known
        waiting = rest


def useful(needed: int, rules: Sequence[Rule]) -> tuple[int, list[Rule]]:
    """Return the elements from which something needed can be reached, and the rules on the way there."""
    kept: list[Rule] = []
    waiting = list(rules)
    while True:
        rest = []
        for rule in waiting:
            if rule[1] & needed:
                kept.append(rule)
                needed |= rule[0]
            else:
                rest.append(rule)
        if len(rest) == len(waiting):
            return needed, kept
        waiting = rest
