"""The proof log for others to watch: its signed head and its tiles of hashes, where C2SP tlog-tiles expects them. No entry leaves here."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET

from onewindow.domain.proof import TILE_WIDTH
from onewindow.plumbing import proof_log

_PLACE = re.compile(r"((?:x\d{3}/)*\d{3})(?:\.p/(\d{1,3}))?")
_HASH = 32


@require_GET
@never_cache
def checkpoint(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(proof_log.checkpoint(), content_type="text/plain; charset=utf-8")


@require_GET
@cache_control(max_age=31_536_000, public=True, immutable=True)
def tile(_request: HttpRequest, level: int, place: str) -> HttpResponse:
    """A tile never changes once it has the width it is asked with, so it may be kept for ever."""
    found = _PLACE.fullmatch(place)
    width = int(found[2] or TILE_WIDTH) if found else 0
    data = proof_log.tile(level, int(re.sub(r"\D", "", found[1]))) if found and 0 <= level <= 7 else b""
    if not 0 < width * _HASH <= len(data):
        raise Http404
    return HttpResponse(data[: width * _HASH], content_type="application/octet-stream")
