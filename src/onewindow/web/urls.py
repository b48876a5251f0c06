"""All pages; the accounts' addresses are in config.urls."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("onewindow.web.site.urls")),
    path("", include("onewindow.web.portal.urls")),
]
urlpatterns += [
    path(f"{area}/", include(f"onewindow.web.{area}.urls"))
    for area in ("desk", "composer")
    if find_spec(f"onewindow.web.{area}") and find_spec(f"onewindow.web.{area}.urls")
]
