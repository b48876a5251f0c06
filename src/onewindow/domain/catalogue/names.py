"""How elements and evidence types are named: with or without a role, and through aliases."""

from collections.abc import Mapping

from onewindow.domain.catalogue.model import Element


def split(reference: str) -> tuple[str, str]:
    """Return role and plain id of a reference; without a role it is the applicant's or the matter's.

    >>> split("seller.resident-id"), split("seats")
    (('seller', 'resident-id'), ('', 'seats'))
    """
    role, dot, plain = reference.partition(".")
    return (role, plain) if dot else ("", reference)


def in_role(role: str, reference: str) -> str:
    """Return what a reference without a role is called within a role.

    >>> in_role("seller", "address"), in_role("seller", "spouse.address"), in_role("", "address")
    ('seller.address', 'spouse.address', 'address')
    """
    return f"{role}.{reference}" if role and "." not in reference else reference


class Aliases:
    """What every alias stands for, through chains; circles are left out (they are reported when the catalogue is read)."""

    __slots__ = ("targets",)

    def __init__(self, elements: Mapping[str, Element]) -> None:
        self.targets: dict[str, str] = {}
        for ident, element in elements.items():
            target, seen = element, {ident}
            while target.alias_of is not None and target.alias_of in elements and target.alias_of not in seen:
                target = elements[target.alias_of]
                seen.add(target.id)
            if target.alias_of is None and target.id != ident:
                self.targets[ident] = target.id

    def plain(self, reference: str) -> str:
        """Return the reference with aliases replaced, its role kept."""
        if not self.targets:
            return reference
        role, dot, ident = reference.rpartition(".")
        return f"{role}{dot}{self.targets.get(ident, ident)}"
