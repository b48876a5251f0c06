"""Arranging the tiles that everybody sees: a page without dragging, and the same as a file for the settings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from onewindow.domain import tiles
from onewindow.domain.errors import DomainError, Forbidden
from onewindow.domain.tiles import Group, Tile
from onewindow.modules.tiles import selectors, services
from onewindow.plumbing import clock, text
from onewindow.web import errors
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import board
from onewindow.web.site.icons import ICONS
from onewindow.web.staff import arranging
from onewindow.web.staff.views import for_staff, page

KINDS = {
    "page": gettext_noop("Page of the site"),
    "thing": gettext_noop("One Thing"),
    "enquiry": gettext_noop("Enquiry"),
    "search": gettext_noop("Search with a filter"),
    "service": gettext_noop("Service"),
    "link": gettext_noop("Another site"),
}
FAULTS = {
    "gone": gettext_noop("Not shown: what it opens is not there any more, or may not be linked to."),
    "languages": gettext_noop("Not shown: its name is not written in all three languages."),
    "no-name": gettext_noop("Not shown: it needs a name of its own."),
}
LANGUAGES = (("zh", "zh-hans", "中文"), ("en", "en", "English"), ("ru", "ru", "Русский"))


@dataclass(frozen=True, slots=True)
class Line:
    """One tile on the page. `place` is written in the buttons' names; `boxes` are (language, code, its name, what is typed)."""

    tile: Tile
    place: str
    name: str
    icon: str
    what: str
    address: str
    fault: str
    boxes: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One group on the page. `lacks`: its name is not written in every language yet."""

    place: str
    name: str
    lacks: bool
    boxes: tuple[tuple[str, str, str, str], ...]
    lines: tuple[Line, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def arrange(request: PortalRequest) -> HttpResponse:
    """Arrange the tiles: every press changes the working copy in the page, and only “Publish” changes what people see."""
    bench = selectors.workbench(actor=request.actor)
    if request.method != "POST":
        return _page(request, bench, arranging.Draft.of(_in_force(bench)), bench.arranged.number if bench.arranged else 0)
    draft, pressed, sent = arranging.typed(request.POST), request.POST.get("act", ""), request.POST.get("based_on", "")
    based_on = int(sent) if sent.isdecimal() and len(sent) < 9 else 0
    if pressed == "publish":
        return _publish(request, bench, draft, based_on)
    if pressed == "file":
        draft = arranging.Draft.of(bench.file or board.by_kind(bench.offered))
    else:
        arranging.act(draft, pressed, request.POST)
    return _page(request, bench, draft, based_on)


@require_safe
@for_staff
def file(request: PortalRequest) -> HttpResponse:
    """Hand out what is in force as a file of the format, for the settings of this or another installation."""
    document = tiles.written(_in_force(selectors.workbench(actor=request.actor)))
    written = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=140)
    answer = HttpResponse(written, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="tiles.yaml"'
    return answer


def _in_force(bench: selectors.Workbench) -> tuple[Group, ...]:
    return bench.arranged.groups if bench.arranged else board.by_kind(bench.offered)


def _publish(request: PortalRequest, bench: selectors.Workbench, draft: arranging.Draft, based_on: int) -> HttpResponse:
    try:
        services.arrange(document=tiles.written(draft.done()), based_on=based_on, actor=request.actor, now=clock.now())
    except Forbidden:
        raise
    except DomainError as error:
        answer = _page(request, bench, draft, bench.arranged.number if bench.arranged else 0, _said(error))
        answer.status_code = error.status
        return answer
    messages.success(request, gettext("Published. Everybody sees the tiles like this from now on."))
    return redirect("staff:tiles")


def _said(error: DomainError) -> list[str]:
    """Return what is wrong, one sentence each."""
    found = error.values.get("problems")
    return [errors.said(one) for one in found] if isinstance(found, tuple) and found else [errors.sentence(error)]


def _page(
    request: PortalRequest, bench: selectors.Workbench, draft: arranging.Draft, based_on: int, wrong: list[str] | None = None
) -> HttpResponse:
    taken = {(tile.kind, tile.target) for group in draft.groups for tile in group}
    choices = [(title, [row for row in rows if tuple(row[0].split(":", 1)) not in taken]) for title, rows in _choices(bench.offered)]
    named: dict[str, Any] = {
        "parts": tuple(_parts(draft, bench.offered)),
        "choices": [(title, rows) for title, rows in choices if rows],
        "icons": sorted(ICONS),
        "hosts": settings.ONEWINDOW_CITY_LINK_HOSTS,
        "has_file": bench.file is not None,
        "languages": LANGUAGES,
        "changed": draft.done() != _in_force(bench),
        "based_on": based_on,
        "focus": draft.focus,
        "summary": [("parts", sentence) for sentence in wrong or []],
    }
    return page(request, "staff/tiles.html", **named)


def _parts(draft: arranging.Draft, world: selectors.Offered) -> Iterator[Part]:
    for place, (name, rows) in enumerate(zip(draft.names, draft.groups, strict=True)):
        lines = tuple(_line(tile, f"{place}.{row}", world) for row, tile in enumerate(rows))
        called = text.localised(name, get_language() or "zh") or str(place + 1)
        yield Part(str(place), called, bool(tiles.lacking(name)), _boxes(name), lines)


def _line(tile: Tile, place: str, world: selectors.Offered) -> Line:
    fault = board.fault(tile, world)
    known = tile.kind in tiles.KINDS and not fault
    return Line(
        tile,
        place,
        name=board.name(tile, world),
        icon=board.icon(tile),
        what=gettext(KINDS[tile.kind]) if tile.kind in KINDS else tile.kind,
        address=board.address(tile) if known else "",
        fault=gettext(FAULTS[fault]) if fault else "",
        boxes=_boxes(tile.name),
    )


def _boxes(name: Any) -> tuple[tuple[str, str, str, str], ...]:
    return tuple((language, code, called, name.get(language, "")) for language, code, called in LANGUAGES)


def _choices(world: selectors.Offered) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a tile can open, by kind. Shape: (heading, [(kind:target, name)])."""
    kinds = {
        "page": list(board.PAGES),
        "thing": list(world.things),
        "enquiry": list(world.enquiries),
        "search": [*(f"office={name}" for name in world.offices), *(f"audience={name}" for name in selectors.AUDIENCES)],
        "service": list(world.services),
    }
    found = []
    for kind, targets in kinds.items():
        rows = [(f"{kind}:{target}", board.name(Tile(kind, target), world)) for target in targets]
        found.append((gettext(KINDS[kind]), sorted(rows, key=lambda row: row[1])))
    return found
