"""The results of a search, and the filters beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from onewindow.domain.catalogue.model import Catalogue, Text
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.identity import selectors as identity

FEW = 4
"""So many results need no narrowing."""
FILTERS = ("audience", "office", "region", "channel", "thing")
LABELS = {
    "audience": gettext_lazy("Who it is for"),
    "office": gettext_lazy("Department"),
    "region": gettext_lazy("Region"),
    "channel": gettext_lazy("How"),
    "thing": pgettext_lazy("heading", "One Things"),
}
WORDS = {
    "natural": gettext_lazy("People"),
    "legal": gettext_lazy("Businesses"),
    "online": gettext_lazy("Online"),
    "mobile": gettext_lazy("On the phone"),
    "counter": gettext_lazy("At the window"),
    "terminal": gettext_lazy("At a terminal"),
    "post": gettext_lazy("By post"),
}
KINDS = {
    "event": gettext_lazy("One Thing"),
    "service": gettext_lazy("Service"),
    "organisation": gettext_lazy("Department"),
    "help": gettext_lazy("Help"),
    "directory": gettext_lazy("Directory"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """One result. `things` are the One Things that a service is part of; `address` is empty where there is nothing to open."""

    kind: str
    word: str
    name: Text
    address: str
    organisation: Text
    elsewhere: int
    things: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice beside the results. Shape: `options` are (value, name, how many or None)."""

    name: str
    label: str
    chosen: str
    options: tuple[tuple[str, Text | str, int | None], ...]


@dataclass(frozen=True, slots=True)
class Page:
    results: tuple[Result, ...]
    filters: tuple[Filter, ...]
    narrowed: bool
    office: Text | str
    """The department whose list this is."""


def page(found: catalogue.Found, filters: catalogue.Filters) -> Page:
    """Return what the page of results shows."""
    held = catalogue.newest_catalogue() or Catalogue()
    names = _Names(held)
    offered = {
        "audience": found.facets.audiences,
        "office": found.facets.offices,
        "region": found.facets.regions,
        "channel": found.facets.channels,
        "thing": found.facets.things,
    }
    worth = found.total > FEW or not filters.lets_all_in
    shown = tuple(filter(None, (_filter(name, offered[name], getattr(filters, name), names) for name in FILTERS if worth)))
    office = names.name("office", filters.office, {}) if filters.office else ""
    return Page(tuple(_result(held, hit) for hit in found.hits), shown, not filters.lets_all_in, office)


class _Names:
    """What the values of the filters are called."""

    def __init__(self, held: Catalogue) -> None:
        self._held = held
        self._regions: Mapping[str, Text] | None = None

    def name(self, filter_name: str, value: str, given: Text) -> Text | str:
        """Return the name of a value, or nothing where it is unknown."""
        if filter_name == "office":
            return given or (self._held.organisations[value].name if value in self._held.organisations else value)
        if filter_name == "thing":
            return self._held.events[value].name if value in self._held.events else ""
        if filter_name == "region":
            if self._regions is None:
                self._regions = {code.ljust(12, "0"): name for code, name in identity.regions()}
            return self._regions.get(value.ljust(12, "0"), "")
        return str(WORDS.get(value, ""))


def _filter(name: str, choices: tuple[tuple[str, Text, int], ...], chosen: str, names: _Names) -> Filter | None:
    options: list[tuple[str, Text | str, int | None]] = [
        (value, called, count) for value, given, count in choices if (called := names.name(name, value, given))
    ]
    if chosen and chosen not in {value for value, _, _ in options} and (called := names.name(name, chosen, {})):
        options.insert(0, (chosen, called, None))
    return Filter(name, str(LABELS[name]), chosen, tuple(options)) if options and (chosen or len(options) > 1) else None


def _result(held: Catalogue, hit: catalogue.Hit) -> Result:
    things = tuple((event.id, event.name) for event in held.events.values() if hit.id in event.services) if hit.kind == "service" else ()
    address = {
        "event": lambda: reverse("portal:event", args=[hit.id]),
        "service": lambda: reverse("portal:service", args=[hit.id]),
        "organisation": lambda: f"{reverse('portal:search')}?office={hit.id}",
        "help": lambda: reverse(hit.id),
    }.get(hit.kind, str)()
    return Result(hit.kind, str(KINDS[hit.kind]), hit.name, address, hit.organisation, hit.elsewhere, things)
