"""What makes the site an app on somebody's device: manifest, icons, the worker that answers without a network, who is logged in."""

import json
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from onewindow.plumbing.actors import Actor
from onewindow.plumbing.text import localised
from onewindow.web.site import app_icon
from onewindow.web.site import city as cities

LAKE = "#0b5cad"
KEEP = "X-Keep-On-Device"
"""Says of an answer that the worker may keep it: for the account whose tag it names, or for everybody."""
EVERYBODY = "everybody"
STYLES = (
    "tokens", "base", "components", "buttons", "lists", "pictures", "form", "form-page", "chrome", "session", "portal", "event", "case",
)  # fmt: skip
MODULES = ("onewindow", "device", "store", "send", "keep", "files", "share", "session")
VENDOR = ("vendor/govuk.css", "vendor/govuk.js", "vendor/htmx.js", "onewindow/mark.svg")
"""What every page of a form needs; the worker keeps whatever else a page brings along."""


def tag(request: HttpRequest) -> str:
    """Name the account on its own devices, as nobody else could guess it; empty for nobody."""
    if not request.user.is_authenticated:
        return ""
    return salted_hmac("onewindow.web.device", str(request.user.pk), algorithm="sha256").hexdigest()[:16]


def is_anybodys(request: HttpRequest) -> bool:
    """Tell whether the device is no person's own: a terminal, or an officer's beside whom the person sits. It keeps nothing then."""
    return bool(getattr(request, "terminal", None) or getattr(getattr(request, "actor", None), "assistance", None))


def kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Allow the worker to keep a page of somebody's draft on their own device, until they log out there."""
    if not is_anybodys(request):
        response.headers[KEEP] = tag(request)
    return response


def as_nobody(request: HttpRequest) -> HttpRequest:
    """Forget who asks, for a page that stays on the device whoever uses it: no name may stand on it."""
    request.user = AnonymousUser()
    request.actor = Actor.anonymous()  # type: ignore[attr-defined]  # ours, as in web.middleware
    request.session_clock = None  # type: ignore[attr-defined]  # no warning of a log-in's end either
    return request


@require_safe
@cache_control(no_cache=True, private=True)
def manifest(_request: HttpRequest) -> HttpResponse:
    """Describe the app in the reader's language, with the city's name and colour.  Source: W3C, Web Application Manifest."""
    town, language = cities.city(), translation.get_language() or "zh-hans"
    product, name = localised(town.product, language), localised(town.name, language)
    described: dict[str, Any] = {
        "id": "/",
        "name": f"{product} {name}",
        "short_name": product,
        "description": gettext("What you want to get done with the authorities, in one place"),
        "lang": language,
        "dir": "ltr",
        "start_url": reverse("portal:home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": town.colour or LAKE,
        "icons": [*_icons()],
        "shortcuts": [
            {"name": gettext("My cases and drafts"), "url": reverse("portal:my-cases")},
            {"name": gettext("Search"), "url": reverse("portal:search")},
        ],
        "share_target": {
            "action": reverse("portal:share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "file", "accept": ["image/*", "application/pdf", ".pdf"]}]},
        },
    }
    return HttpResponse(json.dumps(described, ensure_ascii=False), content_type="application/manifest+json")


def _icons() -> list[dict[str, str]]:
    return [
        {"src": reverse("site:app-icon", args=[purpose, size]), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in app_icon.SIZES
        for purpose in ("any", "maskable")
    ]


@require_safe
@cache_control(max_age=86_400, public=True)
def icon(_request: HttpRequest, purpose: str, size: int) -> HttpResponse:
    """Draw an icon of the app; an unknown size gets the smallest."""
    known = size if size in app_icon.SIZES else app_icon.SIZES[0]
    drawn = app_icon.png(known, cities.city().colour or LAKE, maskable=purpose == "maskable")
    return HttpResponse(drawn, content_type="image/png")


@require_safe
@cache_control(no_cache=True, public=True)
def worker(_request: HttpRequest) -> HttpResponse:
    """Send the worker: which files belong to this version, and where its code is. A new version is a new text, so browsers take it."""
    names = [*(f"onewindow/{name}.css" for name in STYLES), *(f"onewindow/{name}.js" for name in MODULES), *VENDOR]
    pages = {code: reverse("site:offline", args=[code]) for code, _name in settings.LANGUAGES}
    push = static("onewindow/worker-push.js")
    files = [static(name) for name in names] + [*pages.values()] + [reverse("site:city-css")]
    told = {"files": files, "offline": pages, "share": reverse("portal:share"), "login": settings.LOGIN_URL, "static": settings.STATIC_URL}
    version = sha256(json.dumps([told, str(cities.city())], sort_keys=True).encode()).hexdigest()[:12]
    text = (
        f'import "{push}";\nimport {{ work }} from "{static("onewindow/worker.js")}";\nwork({json.dumps({"version": version, **told})});\n'
    )
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@require_safe
@never_cache
def who(request: HttpRequest) -> JsonResponse:
    """Tell a device who is logged in now, and the token that its sendings need."""
    return JsonResponse({"owner": tag(request), "token": get_token(request)})


@require_safe
@cache_control(no_cache=True, public=True)
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """Say what works without a network, and what is kept on this device. The same for everybody."""
    known = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(known):
        return render(as_nobody(request), "site/offline.html")
