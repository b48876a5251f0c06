"""The working copy of the tiles while somebody arranges them: it travels in the form, and each press changes one thing of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from onewindow.domain.tiles import LANGUAGES, Group, Tile


@dataclass(slots=True)
class Draft:
    """What is being arranged. `focus`: the button that has the keyboard next, so that pressing it again goes on."""

    groups: list[list[Tile]] = field(default_factory=list)
    names: list[Mapping[str, str]] = field(default_factory=list)
    focus: str = ""

    @classmethod
    def of(cls, groups: tuple[Group, ...]) -> "Draft":
        return cls([list(group.tiles) for group in groups], [group.name for group in groups])

    def done(self) -> tuple[Group, ...]:
        return tuple(Group(name, tuple(tiles)) for name, tiles in zip(self.names, self.groups, strict=True))


def typed(sent: QueryDict) -> Draft:
    """Return the working copy that a form carries."""
    draft = Draft()
    for called in zip(*(sent.getlist(f"group.{language}") for language in LANGUAGES), strict=False):
        draft.names.append(_name(called))
        draft.groups.append([])
    columns = (sent.getlist(f"tile.{name}") for name in ("group", "kind", "target", "icon", *LANGUAGES))
    for group, kind, target, icon, *texts in zip(*columns, strict=False):
        place = _number(group)
        if place < len(draft.groups):
            draft.groups[place].append(Tile(kind, target.strip(), _name(tuple(texts)), icon.strip()))
    return draft


def act(draft: Draft, pressed: str, sent: QueryDict) -> None:
    """Do what a button says: `up:0.3`, `down:0.3`, `remove:0.3` for a tile, `up:0` for a group, `add`, `add-group`, `add-link`."""
    what, _, place = pressed.partition(":")
    group, _, row = place.partition(".")
    if what in {"add", "add-link"}:
        _add(draft, what, sent)
    elif what == "add-group":
        draft.names.append(_name(tuple(sent.get(f"new-group.{language}", "") for language in LANGUAGES)))
        draft.groups.append([])
        draft.focus = f"up:{len(draft.groups) - 1}"
    elif not row:
        _move_group(draft, what, _number(group))
    else:
        _move(draft, what, _number(group), _number(row))


def _move(draft: Draft, what: str, group: int, row: int) -> None:
    """Move a tile by one place; past the end of its group, into the next one."""
    if group >= len(draft.groups) or row >= len(draft.groups[group]):
        return
    tile = draft.groups[group].pop(row)
    if what == "remove":
        left = len(draft.groups[group])
        draft.focus = f"remove:{group}.{min(row, left - 1)}" if left else f"up:{group}"
        return
    if what == "up" and row == 0 and group > 0:
        group, row = group - 1, len(draft.groups[group - 1])
    elif what == "down" and row == len(draft.groups[group]) and group + 1 < len(draft.groups):
        group, row = group + 1, 0
    else:
        row = max(0, row - 1) if what == "up" else min(len(draft.groups[group]), row + 1)
    draft.groups[group].insert(row, tile)
    draft.focus = f"{what}:{group}.{row}"


def _move_group(draft: Draft, what: str, group: int) -> None:
    if group >= len(draft.groups):
        return
    name, tiles = draft.names.pop(group), draft.groups.pop(group)
    if what == "remove":
        draft.focus = "add-group"
        return
    place = max(0, group - 1) if what == "up" else group + 1
    draft.names.insert(place, name)
    draft.groups.insert(place, tiles)
    draft.focus = f"{what}:{min(place, len(draft.groups) - 1)}"


def _add(draft: Draft, what: str, sent: QueryDict) -> None:
    place = _number(sent.get("new.group" if what == "add" else "link.group", ""))
    if place >= len(draft.groups):
        return
    if what == "add":
        kind, _, target = sent.get("new.tile", "").partition(":")
        tile = Tile(kind, target)
    else:
        tile = Tile("link", sent.get("link.address", "").strip(), _name(tuple(sent.get(f"link.{language}", "") for language in LANGUAGES)))
    if tile.target:
        draft.groups[place].append(tile)
        draft.focus = f"up:{place}.{len(draft.groups[place]) - 1}"


def _name(texts: tuple[str, ...]) -> Mapping[str, str]:
    return {language: kept for language, text in zip(LANGUAGES, texts, strict=False) if (kept := text.strip())}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 9999
