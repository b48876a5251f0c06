"""What can be picked out of the queue, the reader's own filters, and what its rows show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext, pgettext

from onewindow.domain.catalogue.model import Catalogue
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases.selectors import Sift
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.plumbing.actors import Actor
from onewindow.web.desk.pages import people, words
from onewindow.web.desk.pages.queue import KINDS, WHOSE, Filter, Tab, inbox_url, read

Options = tuple[tuple[str, str], ...]
PARTS = {"view": "view", "only": "only", "text": "q", "whose": "whose", "kind": "kind", "service": "service", "event": "matter"}
"""What is kept of a filter, and what it is called in an address."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A filter of the reader's own."""

    id: UUID
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Everything about the queue that its reader chooses."""

    whose: tuple[Tab, ...]
    kept: tuple[Kept, ...]
    columns: tuple[str, ...]
    column_options: tuple[tuple[str, str, bool], ...]
    kinds: Options
    services: Options
    events: Options
    chosen: str
    """What is picked out, in words."""
    keepable: bool


def arrangement(wanted: Filter, team: people.Team, actor: Actor) -> Arrangement:
    """Return how the reader's queue is arranged, and what can be chosen."""
    choices = cases.queue_choices(actor=actor)
    held = catalogue.newest_catalogue()
    services, events = _offered(held, actor) if held else ((), ())
    plain = replace(wanted, page=1)
    names = column_names()
    return Arrangement(
        whose=_whose(plain, team) if team.names else (),
        kept=tuple(_kept(row, plain) for row in choices.filters),
        columns=choices.columns,
        column_options=tuple((column, names[column], column in choices.columns) for column in cases.COLUMNS),
        kinds=tuple((kind, words.verb(kind)) for kind in KINDS),
        services=services,
        events=events,
        chosen=words.listed(_chosen(wanted.sift, dict(services), dict(events))),
        keepable=plain not in {Filter(), *(read(_sent(row.query)) for row in choices.filters)},
    )


def query_of(wanted: Filter) -> Mapping[str, str]:
    """Return a filter as it is kept."""
    sift = wanted.sift
    given = {"view": wanted.view, "only": wanted.only, "text": wanted.text}
    return {**given, "whose": sift.whose, "kind": sift.kind, "service": sift.service, "event": sift.event}


def column_names() -> dict[str, str]:
    """Return what the columns are called."""
    return {
        "limit": gettext("How long the limit is"),
        "due": gettext("Last day of the limit"),
        "holder": gettext("Who has it"),
        "origin": pgettext("column", "One Thing"),
        "reference": gettext("Reference number"),
        "applicant": gettext("Applicant"),
        "filed": gettext("When it was filed"),
    }


def _sent(query: Mapping[str, str]) -> dict[str, str]:
    return {PARTS[part]: value for part, value in query.items() if part in PARTS}


def _kept(row: cases.KeptFilter, wanted: Filter) -> Kept:
    filter_ = read(_sent(row.query))
    return Kept(row.id, row.name, inbox_url(filter_), current=filter_ == wanted)


def _whose(wanted: Filter, team: people.Team) -> tuple[Tab, ...]:
    """Return the choice of whose steps are shown; what is chosen leads back to everybody's."""
    names = {
        "me": pgettext("whose", "I have it"),
        "nobody": pgettext("whose", "Nobody has it"),
        "others": pgettext("whose", "Colleagues have it"),
    }
    current = wanted.sift.whose
    if current and current not in WHOSE:
        names[current] = people.name_of(current, team)
    return tuple(
        Tab(
            id="whose",
            name=name,
            count=None,
            more=False,
            current=whose == current,
            url=inbox_url(replace(wanted, sift=replace(wanted.sift, whose="" if whose == current else whose))),
        )
        for whose, name in names.items()
    )


def _offered(held: Catalogue, actor: Actor) -> tuple[Options, Options]:
    """Return the services of the reader's departments and the One Things they are in; at the window, every One Thing."""
    offices = {hat.organisation for hat in actor.hats_of("officer", "supervisor")}
    own = {service.id: words.say(service.name) for service in held.services.values() if service.organisation in offices}
    matters = [event for event in held.events.values() if not own or not own.keys().isdisjoint(event.services)]
    return _sorted(own.items()), _sorted((event.id, words.say(event.name)) for event in matters)


def _sorted(named: Iterable[tuple[str, str]]) -> Options:
    return tuple(sorted(named, key=lambda pair: pair[1]))


def _chosen(sift: Sift, services: Mapping[str, str], events: Mapping[str, str]) -> list[str]:
    kind = words.verb(sift.kind) if sift.kind else ""
    return [text for text in (kind, services.get(sift.service, sift.service), events.get(sift.event, sift.event)) if text]
