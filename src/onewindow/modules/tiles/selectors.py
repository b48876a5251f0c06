"""Reads: the arrangement in force, what its tiles are called, and what could stand there besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from onewindow.domain import tiles
from onewindow.domain.catalogue.model import Text
from onewindow.domain.tiles import Group, Tile
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange import selectors as exchange
from onewindow.modules.tiles.models import Arrangement
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor

AUDIENCES = ("natural", "legal")


@dataclass(frozen=True, slots=True)
class Offered:
    """What a tile can open, by kind of target. Shape: {id: its name}; `counts` is how many services an office or audience has."""

    things: Mapping[str, Text] = field(default_factory=dict)
    services: Mapping[str, Text] = field(default_factory=dict)
    enquiries: Mapping[str, Text] = field(default_factory=dict)
    offices: Mapping[str, Text] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arranged:
    """The arrangement in force. `number` 0: nobody has published one here, it is the file of the settings."""

    number: int
    groups: tuple[Group, ...]


def arranged() -> Arranged | None:
    """Return the arrangement in force, or None where neither the page nor the settings have one."""
    row = Arrangement.objects.order_by("-number").first()
    if row is not None:
        return Arranged(row.number, tiles.parsed(row.document))
    groups = of_the_file()
    return None if groups is None else Arranged(0, groups)


@dataclass(frozen=True, slots=True)
class Workbench:
    """What whoever arranges the tiles has before them: what is in force, what the settings' file says, what could stand there."""

    arranged: Arranged | None
    file: tuple[Group, ...] | None
    offered: Offered


def workbench(*, actor: Actor) -> Workbench:
    """Return what is needed for arranging. Raises: Forbidden."""
    permissions.require(actor, "tiles.arrange")
    return Workbench(arranged(), of_the_file(), offered())


def of_the_file() -> tuple[Group, ...] | None:
    """Return the arrangement of the settings (ONEWINDOW_CITY_TILES), None where they name no file."""
    document = settings.ONEWINDOW_CITY_TILES
    return None if document is None else tiles.read(document, hosts=settings.ONEWINDOW_CITY_LINK_HOSTS)


def offered() -> Offered:
    """Return everything a tile can open at this moment."""
    held = catalogue.newest_catalogue()
    if held is None:
        return Offered(enquiries=exchange.enquiry_names())
    counts: dict[str, int] = {}
    for service in held.services.values():
        for key in (f"office={service.organisation}", *(f"audience={name}" for name in service.audience)):
            counts[key] = counts.get(key, 0) + 1
    for event in held.events.values():
        counts[f"thing={event.id}"] = len(event.services)
    return Offered(
        things={key: row.name for key, row in held.events.items()},
        services={key: row.name for key, row in held.services.items()},
        enquiries=exchange.enquiry_names(),
        offices={key: held.organisations[key].name for key in held.organisations if f"office={key}" in counts},
        counts=counts,
    )


def name_of(tile: Tile, world: Offered) -> Text:
    """Return what a tile is called: its own name, or that of what it opens; empty where only the pages know (a page, an audience)."""
    if tile.name:
        return tile.name
    table = {"thing": world.things, "service": world.services, "enquiry": world.enquiries}.get(tile.kind)
    if table is not None:
        return table.get(tile.target, {})
    wanted = tiles.filters(tile.target) if tile.kind == "search" else {}
    if len(wanted) == 1 and "office" in wanted:
        return world.offices.get(wanted["office"], {})
    return world.things.get(wanted["thing"], {}) if len(wanted) == 1 and "thing" in wanted else {}


def fault(tile: Tile, world: Offered) -> str:
    """Return why a tile cannot be shown now: what it opens is gone, or has no name in some language; empty where it can."""
    table = {"thing": world.things, "service": world.services, "enquiry": world.enquiries}.get(tile.kind)
    if table is not None and tile.target not in table:
        return "gone"
    if tile.kind == "link" and not tiles.linked(tile.target, settings.ONEWINDOW_CITY_LINK_HOSTS):
        return "gone"
    wanted = tiles.filters(tile.target) if tile.kind == "search" else {}
    if any(wanted.get(key) not in {None, *known} for key, known in (("office", world.offices), ("thing", world.things))):
        return "gone"
    if not tile.name and (tile.kind == "page" or (len(wanted) == 1 and wanted.get("audience") in AUDIENCES)):
        return ""  # the site itself has a word for it, in every language
    name = name_of(tile, world)
    return ("languages" if name else "no-name") if tiles.lacking(name) else ""
