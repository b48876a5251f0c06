"""Addresses: the portal and the desk, the API, the accounts."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("onewindow.web.account.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("onewindow.api.urls")),
    path("", include("onewindow.web.urls")),
]
