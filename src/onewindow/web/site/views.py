"""The reader's settings, the city's colours, and the pages that tell of trouble."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.modules.identity import services as identity
from onewindow.plumbing import clock
from onewindow.web.site import city as cities
from onewindow.web.site import preferences

_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "POST"])
def preferences_form(request: HttpRequest) -> HttpResponse:
    """Keep letter size, contrast, mode or language and return to the page it was chosen on; whoever only looks goes home."""
    if request.method != "POST":
        return HttpResponseRedirect("/")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    for name in preferences.CHOICES:
        if name in request.POST:
            preferences.keep(response, name, request.POST[name], secure=request.is_secure())
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=_YEAR, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True
        )
        if request.user.is_authenticated:
            actor = request.actor  # type: ignore[attr-defined]  # set by web.middleware
            identity.set_language(user_id=request.user.pk, language=language, actor=actor, now=clock.now())
    return response


@require_GET
@cache_control(max_age=3600, public=True)
def city_css(request: HttpRequest) -> HttpResponse:
    """The city's colours over our tokens; a style sheet of its own, since the pages allow no style inside them."""
    town = cities.city()
    rules = f"--lake:{town.colour};--lake-dark:{town.colour_dark};--focus:{town.colour_dark}" if town.colour else ""
    normal = ':root:not([data-contrast="high"])'
    return HttpResponse(f"@layer tokens{{{normal}{{{rules}}}}}", content_type="text/css")


@require_GET
@cache_control(no_cache=True)
def push_worker(request: HttpRequest) -> HttpResponse:
    """A worker that does nothing but show news: for browsers that hold no other worker of ours."""
    return HttpResponse(
        f"importScripts({json.dumps(static('onewindow/worker-push.js'))});\n", content_type="text/javascript; charset=utf-8"
    )
