"""What goes into a line map and what comes out of it: plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["start", "step", "joint", "end"]
State = Literal["planned", "done", "now", "under-way", "to-come", "refused", "withdrawn"]
"""`now` wears the lamp, of which a screen has one; whatever else is being done is `under-way`."""
Variant = Literal["portal", "desk", "composer", "phone", "mini"]
Words = Mapping[str, str]


class BrokenProcess(ValueError):
    """The stations handed in do not form a process: an id twice, or a circle."""


@dataclass(frozen=True)
class Station:
    """One node of the process; all texts are already in the reader's language.

    Unit: `earliest_day` and `limit_days` in working days after acceptance.
    `after` may name stations that are not drawn; those are passed over.
    """

    id: str
    label: str
    lane: str
    lane_label: str
    limit_text: str
    earliest_day: float
    limit_days: float
    kind: Kind
    state: State
    critical: bool
    after: tuple[str, ...]
    count: int = 1
    note: str = ""

    @property
    def is_capsule(self) -> bool:
        """Whether several lines may dock side by side: the window, joint work and the results."""
        return self.kind != "step"


@dataclass(frozen=True)
class DayHeading:
    """The words over one day: 0 is the day of acceptance; a step that may begin when day 2 is over belongs to day 3."""

    day: int
    text: str


@dataclass(frozen=True)
class ListItem:
    """One station in words, for the ordered list that stands beside the drawing.

    `text` is the whole sentence; the parts serve a template that lays them out itself.
    """

    id: str
    text: str
    label: str
    department: str
    limit: str
    day: str
    state: State
    state_word: str
    critical: bool
    after: tuple[str, ...]


@dataclass(frozen=True)
class LegendItem:
    """A sign of the map and what it means; the sign is decoration for those who hear the words."""

    svg: str
    text: str


@dataclass(frozen=True)
class LineMap:
    """A drawn process: the picture, the same in words, the room it needs, and what its signs mean.  Unit: CSS pixels."""

    svg: str
    items: tuple[ListItem, ...]
    width: int
    height: int
    legend: tuple[LegendItem, ...] = ()
