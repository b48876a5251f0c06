"""The tiles as people see them: names in their language, icons, counts where there is something to count, and where each leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, gettext_lazy, gettext_noop, ngettext, override

from onewindow.domain import tiles
from onewindow.domain.tiles import Group, Tile
from onewindow.modules.cases.selectors import MyCase, MyDraft
from onewindow.modules.tiles import selectors
from onewindow.modules.tiles.selectors import Offered
from onewindow.plumbing import text
from onewindow.web.portal.pages.finding import WORDS
from onewindow.web.site.icons import ICONS, pictogram

LANGUAGES = {"zh": "zh-hans", "en": "en", "ru": "ru"}
PAGES: Mapping[str, tuple[str, object, str]] = {
    "my-cases": ("portal:my-cases", gettext_lazy("My cases"), "document"),
    "status": ("portal:status", gettext_lazy("Where is my case?"), "clock"),
    "search": ("portal:search", gettext_lazy("Search"), "search"),
    "enquiries": ("portal:enquiries", gettext_lazy("Enquiries"), "list"),
    "who-looked": ("portal:who-looked", gettext_lazy("Who looked at my data"), "eye"),
    "my-data": ("mydata:overview", gettext_lazy("My data"), "box"),
    "account": ("account:overview", gettext_lazy("My account"), "person"),
    "who-am-i": ("account:who", gettext_lazy("Who I am"), "card"),
    "mandates": ("account:mandates", gettext_lazy("Mandates"), "stamp"),
    "children": ("account:children", gettext_lazy("My children"), "baby"),
    "devices": ("usersessions_list", gettext_lazy("Where I am logged in"), "lock"),
    "second-step": ("mfa_index", gettext_lazy("A second step at log-in"), "shield"),
    "systems": ("signon:mine", gettext_lazy("Systems that know me"), "plug"),
    "scores": ("evaluation:scores", gettext_lazy("How people judge us"), "star"),
    "open-data": ("data:open", gettext_lazy("Open data"), "globe"),
    "accessibility": ("portal:accessibility", gettext_lazy("Accessibility"), "people"),
    "privacy": ("portal:privacy", gettext_lazy("Privacy"), "key"),
}
"""Page → its address, what it is called, its icon."""
OWN_GROUPS = (gettext_noop("For me"), gettext_noop("One Things"), gettext_noop("What registers say about me"), gettext_noop("Departments"))
OWN_PAGES = ("my-cases", "status", "who-looked", "my-data", "mandates", "open-data", "scores")


@dataclass(frozen=True, slots=True)
class Shown:
    """One tile on the page. `outside`: it leads to another site, whose name is told."""

    name: str
    icon: str
    address: str
    says: str = ""
    outside: str = ""


@dataclass(frozen=True, slots=True)
class ShownGroup:
    name: str
    tiles: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is open for the reader, in all and by One Thing."""

    open: int = 0
    by_thing: Mapping[str, int] = field(default_factory=dict)


def counts(cases: Iterable[MyCase], drafts: Iterable[MyDraft]) -> Counts:
    """Return how much is open: cases that are not over, and drafts."""
    things = [*(row.event for row in cases if row.completed_at is None), *(row.event for row in drafts)]
    return Counts(len(things), {name: things.count(name) for name in things})


def groups(own: Counts) -> tuple[ShownGroup, ...]:
    """Return what is shown now: the arrangement of the city, without what cannot be opened or has no name in some language."""
    arranged = selectors.arranged()
    world = selectors.offered()
    return _drawn(arranged.groups if arranged else by_kind(world), world, own)


def arranged_groups(own: Counts) -> tuple[ShownGroup, ...]:
    """Return what the city has arranged, nothing where it has not: the first page already lists everything by kind."""
    arranged = selectors.arranged()
    return _drawn(arranged.groups, selectors.offered(), own) if arranged else ()


def _drawn(found: Iterable[Group], world: Offered, own: Counts) -> tuple[ShownGroup, ...]:
    shown = (
        ShownGroup(_said(group.name), tuple(_shown(tile, world, own) for tile in group.tiles if not fault(tile, world))) for group in found
    )
    return tuple(group for group in shown if group.tiles)


def fault(tile: Tile, world: Offered) -> str:
    """Return why a tile cannot be shown, or nothing."""
    return selectors.fault(tile, world) or ("gone" if tile.kind == "page" and tile.target not in PAGES else "")


def by_kind(world: Offered) -> tuple[Group, ...]:
    """Return the order in which everything stands where a city has arranged nothing."""
    kinds = (
        [Tile("page", name) for name in OWN_PAGES],
        [Tile("thing", name) for name in world.things],
        [Tile("enquiry", name) for name in world.enquiries],
        [Tile("search", f"office={name}") for name in world.offices],
    )
    named = ((_in_all(name), tuple(row for row in rows if not fault(row, world))) for name, rows in zip(OWN_GROUPS, kinds, strict=True))
    return tuple(Group(name, rows) for name, rows in named if rows)


def name(tile: Tile, world: Offered) -> str:
    """Return what a tile is called in the reader's language."""
    called = selectors.name_of(tile, world)
    if called:
        return _said(called)
    if tile.kind == "page" and tile.target in PAGES:
        return str(PAGES[tile.target][1])
    return str(WORDS.get(tiles.filters(tile.target).get("audience", ""), "")) or tile.target


def icon(tile: Tile) -> str:
    """Return the icon of a tile: its own, that of the page, or one that fits what it opens."""
    if tile.icon in ICONS:
        return tile.icon
    if tile.kind == "page":
        return PAGES[tile.target][2] if tile.target in PAGES else "document"
    wanted = tiles.filters(tile.target) if tile.kind == "search" else {}
    audience = {"legal": "shop", "natural": "person"}.get(wanted.get("audience", ""), "search")
    fallback = {"thing": "person", "search": "building" if "office" in wanted else audience, "link": "globe"}.get(tile.kind, "document")
    return pictogram("-".join(wanted.values()) if wanted else tile.target if tile.kind != "link" else "", fallback)


def address(tile: Tile) -> str:
    """Return where a tile leads."""
    if tile.kind == "page":
        return reverse(PAGES[tile.target][0])
    if tile.kind == "search":
        return f"{reverse('portal:search')}?{urlencode(tiles.filters(tile.target))}"
    if tile.kind == "link":
        return tile.target
    return reverse({"thing": "portal:event", "service": "portal:service", "enquiry": "portal:enquiry"}[tile.kind], args=[tile.target])


def _shown(tile: Tile, world: Offered, own: Counts) -> Shown:
    outside = tile.target.split("/")[2] if tile.kind == "link" else ""
    return Shown(name(tile, world), icon(tile), address(tile), outside or _count(tile, world, own), outside)


def _count(tile: Tile, world: Offered, own: Counts) -> str:
    """Return what there is to count, in words; nothing where there is nothing."""
    open_here = (
        own.open if (tile.kind, tile.target) == ("page", "my-cases") else own.by_thing.get(tile.target, 0) if tile.kind == "thing" else 0
    )
    if open_here:
        return ngettext("%(n)s open", "%(n)s open", open_here) % {"n": open_here}
    services = world.counts.get(tile.target, 0) if tile.kind == "search" else 0
    return ngettext("%(n)s service", "%(n)s services", services) % {"n": services} if services else ""


def _said(called: Mapping[str, str]) -> str:
    return text.localised(called, get_language() or "zh")


def _in_all(message: str) -> Mapping[str, str]:
    found = {}
    for short, language in LANGUAGES.items():
        with override(language):
            found[short] = gettext(message)
    return found
