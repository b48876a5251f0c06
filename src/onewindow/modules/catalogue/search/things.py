"""What can be found, what is asked for, and what a search answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Text = Mapping[str, str]
Choice = tuple[str, Text, int]
"""What a filter may be set to: its value, its name (empty where the value is a code), and how many results have it."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """One thing that can be found. `names` weigh more than `others` (produced licences, a group's name …).

    `office` is the id of the organisation, or its name where it has none. An empty `audience` or `channels` says nothing of either.
    `use`: cases a year.
    """

    kind: str
    id: str
    name: Text
    organisation: Text = field(default_factory=dict)
    others: tuple[str, ...] = ()
    office: str = ""
    region: str = ""
    audience: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()
    """The One Things that it is part of."""
    use: float = 0


@dataclass(frozen=True, slots=True)
class Filters:
    """Each empty one lets everything through; what a thing does not say of itself shuts it out nowhere but at office, region and thing."""

    audience: str = ""
    office: str = ""
    region: str = ""
    channel: str = ""
    thing: str = ""

    @property
    def lets_all_in(self) -> bool:
        return not (self.audience or self.office or self.region or self.channel or self.thing)

    def admit(self, thing: Searchable) -> bool:
        return (
            (not self.audience or not thing.audience or self.audience in thing.audience)
            and (not self.channel or not thing.channels or self.channel in thing.channels)
            and self.office in {"", thing.office}
            and self.region in {"", thing.region}
            and (not self.thing or self.thing in thing.things)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `elsewhere`: how many other places list the same under the same name."""

    kind: str
    id: str
    name: Text
    organisation: Text
    score: float
    office: str = ""
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Facets:
    """What the results may be narrowed to; a filter with one choice only is empty."""

    audiences: tuple[Choice, ...] = ()
    offices: tuple[Choice, ...] = ()
    regions: tuple[Choice, ...] = ()
    channels: tuple[Choice, ...] = ()
    things: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    hits: tuple[Hit, ...] = ()
    total: int = 0
    """How many there are, `hits` being the best of them."""
    facets: Facets = field(default_factory=Facets)
