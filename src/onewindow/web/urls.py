"""All pages; the accounts' addresses are in config.urls."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("onewindow.web.site.urls")),
    path("", include("onewindow.web.signon.urls")),
    path("", include("onewindow.web.portal.urls")),
    path("", include("onewindow.web.evaluation.urls")),
    path("terminal/", include("onewindow.web.terminal.urls")),
    path("desk/", include("onewindow.web.desk.urls")),
    path("staff/", include("onewindow.web.staff.urls")),
    path("my-data/", include("onewindow.web.mydata.urls")),
    path("interfaces/", include("onewindow.web.interfaces.urls")),
    path("", include("onewindow.web.data.urls")),
    path("composer/", include("onewindow.web.composer.urls")),
]
