"""The tiles that a city arranges: groups in an order, each tile one thing that opens. Names stand in all three languages or nowhere.

Source: the format `onewindow-tiles/1` (docs/tiles.md).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from onewindow.domain.errors import DomainError, Said, Sentences

FORMAT = "onewindow-tiles/1"
LANGUAGES = ("zh", "en", "ru")
KINDS = ("thing", "service", "enquiry", "page", "search", "link")
"""A One Thing, a service, a question to a register, a page of the site, a search, another site."""
PAGES = (
    "my-cases", "status", "search", "enquiries", "who-looked", "my-data", "account", "who-am-i", "mandates", "children", "devices",
    "second-step", "systems", "scores", "open-data", "accessibility", "privacy",
)  # fmt: skip
"""The pages of the site that a tile can open."""
FILTERS = ("q", "audience", "office", "region", "channel", "thing")
"""What a search is narrowed by. Shape of its target: `office=tax-service&audience=legal`."""
MOST_GROUPS, MOST_TILES, LETTERS, LONGEST = 24, 200, 60, 500
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_ICON = re.compile(r"[a-z-]{1,30}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

REASONS: Mapping[str, str] = {
    "form": "Tile {place}: write one kind with what it opens, and beside it at most a name and an icon.",
    "kind": "Tile {place}: “{kind}” is no kind of tile. Write one of {kinds}.",
    "target": "Tile {place}: “{target}” is not the name of anything. Write its id as the catalogue has it.",
    "page": "Tile {place}: there is no page “{target}”. Write one of {pages}.",
    "search": "Tile {place}: a search is written as office=…, audience=… or another filter of the search, with & between two.",
    "host": "Tile {place}: only https addresses of hosts that the installation lists (ONEWINDOW_CITY_LINK_HOSTS) can be opened: {hosts}.",
    "no-name": "Tile {place} needs a name of its own, in Chinese, English and Russian.",
    "languages": "Tile {place}: the name lacks {missing}. What lacks a language cannot be published: write it, or give a name of your own.",
    "long": "Tile {place}: a name has at most {letters} characters, all of which can be shown.",
    "group-languages": "Group {place}: the name lacks {missing}. What lacks a language cannot be published.",
    "group-long": "Group {place}: a name has at most {letters} characters, all of which can be shown.",
    "twice": "Tile {place}: “{target}” stands in this group already. Take one of the two away.",
    "gone": "Tile {place}: there is no “{target}” any more. Take the tile away.",
    "empty": "Group {place} has no tile. Add one, or take the group away.",
    "many": "At most {groups} groups and {tiles} tiles can be arranged.",
    "document": "The file must say “format: onewindow-tiles/1” and have a list of groups, each with a name and its tiles.",
}
LANGUAGE_NAMES = {"zh": "中文", "en": "English", "ru": "Русский"}


class TilesRefused(DomainError):
    """Something of the arrangement cannot be shown, or not in every language."""

    code = "tiles-refused"
    template = "The tiles are not published yet. {problems}"


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile. `name` is empty where it is called like what it opens; `icon` where it is chosen by that."""

    kind: str
    target: str
    name: Mapping[str, str] = field(default_factory=dict)
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Tiles that belong together. Shape: `name` is {zh, en, ru}."""

    name: Mapping[str, str]
    tiles: tuple[Tile, ...] = ()


def read(document: object, *, hosts: Collection[str] = ()) -> tuple[Group, ...]:
    """Return the groups that a document of the format describes; `hosts` may be linked to.

    Raises: TilesRefused, with everything that is wrong.

    >>> name = {"zh": "企业", "en": "Business", "ru": "Бизнес"}
    >>> read({"format": FORMAT, "groups": [{"name": name, "tiles": [{"thing": "open-a-restaurant"}]}]})[0].tiles[0].target
    'open-a-restaurant'
    >>> read({"format": FORMAT, "groups": [{"name": {"zh": "企业"}, "tiles": [{"page": "status"}]}]})
    Traceback (most recent call last):
    ...
    onewindow.domain.tiles.TilesRefused: The tiles are not published yet. Group 1: the name lacks English, Русский. What lacks a language \
cannot be published.
    """
    rows = document.get("groups") if isinstance(document, Mapping) and document.get("format") == FORMAT else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) and isinstance(row.get("tiles", []), list) for row in rows):
        raise TilesRefused(problems=Sentences([Said(REASONS["document"], {})]))
    if len(rows) > MOST_GROUPS or sum(len(row.get("tiles", [])) for row in rows) > MOST_TILES:
        raise TilesRefused(problems=Sentences([Said(REASONS["many"], {"groups": MOST_GROUPS, "tiles": MOST_TILES})]))
    groups = tuple(_group(row) for row in rows)
    wrong = [*_malformed(rows), *problems(groups, hosts=hosts)]
    if wrong:
        raise TilesRefused(problems=Sentences(wrong))
    return groups


def parsed(document: Mapping[str, Any]) -> tuple[Group, ...]:
    """Return the groups of a document that was read before, whatever may be linked to since."""
    return tuple(_group(row) for row in document["groups"])


def written(groups: Collection[Group]) -> dict[str, Any]:
    """Return the document of an arrangement, as it is kept and handed out.

    >>> written([Group({"zh": "一", "en": "a", "ru": "а"}, (Tile("page", "status", {}, "clock"),))])["groups"][0]["tiles"]
    [{'page': 'status', 'icon': 'clock'}]
    """
    return {"format": FORMAT, "groups": [{"name": dict(group.name), "tiles": [_row(tile) for tile in group.tiles]} for group in groups]}


def problems(groups: Collection[Group], *, hosts: Collection[str] = ()) -> Iterator[Said]:
    """Give what stops an arrangement from being published, whatever the catalogue holds."""
    for number, group in enumerate(groups, start=1):
        seen: set[tuple[str, str]] = set()
        yield from _name(group.name, "group-", str(number), needed=True)
        if not group.tiles:
            yield _said("empty", number)
        for place, tile in ((f"{number}.{row}", tile) for row, tile in enumerate(group.tiles, start=1)):
            yield from _tile(tile, place, hosts)
            if (tile.kind, tile.target) in seen:
                yield _said("twice", place, target=tile.target)
            seen.add((tile.kind, tile.target))


def filters(target: str) -> Mapping[str, str]:
    """Return the filters of a search; empty where it is none.

    >>> dict(filters("office=tax-service&audience=legal")), dict(filters("next=/x"))
    ({'office': 'tax-service', 'audience': 'legal'}, {})
    """
    pairs = dict(parse_qsl(target))
    return pairs if pairs and set(pairs) <= set(FILTERS) else {}


def lacking(name: Mapping[str, str]) -> tuple[str, ...]:
    """Return the languages that a name is not written in.

    >>> lacking({"zh": "税", "ru": " "})
    ('en', 'ru')
    """
    return tuple(language for language in LANGUAGES if not str(name.get(language, "")).strip())


def _group(row: Mapping[str, Any]) -> Group:
    return Group(_text(row.get("name")), tuple(_read_tile(tile) for tile in row.get("tiles", [])))


def _read_tile(row: object) -> Tile:
    if not isinstance(row, Mapping):
        return Tile("", "")
    kind = next((str(key) for key in row if key not in {"name", "icon"}), "")
    return Tile(kind, str(row.get(kind, "")), _text(row.get("name")), str(row.get("icon", "")))


def _malformed(rows: list[Mapping[str, Any]]) -> Iterator[Said]:
    """Give the tiles of a file with more in them than a tile has."""
    for number, row in enumerate(rows, start=1):
        for place, tile in ((f"{number}.{index}", tile) for index, tile in enumerate(row.get("tiles", []), start=1)):
            kinds = [key for key in tile if key not in {"name", "icon"}] if isinstance(tile, Mapping) else []
            if len(kinds) != 1 or not isinstance(tile[kinds[0]], str):
                yield _said("form", place)


def _row(tile: Tile) -> dict[str, Any]:
    return {tile.kind: tile.target, **({"name": dict(tile.name)} if tile.name else {}), **({"icon": tile.icon} if tile.icon else {})}


def _tile(tile: Tile, place: str, hosts: Collection[str]) -> Iterator[Said]:
    if tile.kind not in KINDS:
        yield _said("kind", place, kind=tile.kind, kinds=KINDS)
        return
    if tile.kind == "page" and tile.target not in PAGES:
        yield _said("page", place, target=tile.target, pages=PAGES)
    if tile.kind in {"thing", "service", "enquiry"} and not _CODE.fullmatch(tile.target):
        yield _said("target", place, target=tile.target)
    if tile.kind == "search" and (not filters(tile.target) or len(tile.target) > LONGEST):
        yield _said("search", place)
    if tile.kind == "link" and not linked(tile.target, hosts):
        yield _said("host", place, hosts=sorted(hosts) or "—")
    if tile.kind == "link" and not tile.name:
        yield _said("no-name", place)
    if tile.icon and not _ICON.fullmatch(tile.icon):
        yield _said("form", place)
    yield from _name(tile.name, "", place, needed=False)


def linked(address: str, hosts: Collection[str]) -> bool:
    """Tell whether an address may be linked to: https, on one of the hosts, without a log-in in it.

    >>> [linked(address, ["a.example"]) for address in ("https://a.example/x", "http://a.example/", "https://a.example@b.example/")]
    [True, False, False]
    """
    if len(address) > LONGEST or _CONTROL.search(address) or "\\" in address or " " in address:
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and parts.netloc.lower() in {host.lower() for host in hosts}
    except ValueError:
        return False


def _name(name: Mapping[str, str], what: str, place: str, *, needed: bool) -> Iterator[Said]:
    missing = lacking(name) if name or needed else ()
    if missing:
        yield _said(f"{what}languages", place, missing=[LANGUAGE_NAMES[language] for language in missing])
    if any(len(text) > LETTERS or _CONTROL.search(text) for text in name.values()):
        yield _said(f"{what}long", place, letters=LETTERS)


def _text(value: object) -> Mapping[str, str]:
    """Return a name as it was written, without what is empty; one text alone counts for no language."""
    if not isinstance(value, Mapping):
        return {}
    return {language: kept for language in LANGUAGES if (kept := str(value.get(language) or "").strip())}


def _said(reason: str, place: str | int, **values: object) -> Said:
    return Said(REASONS[reason], {"place": place, **values})
