"""Addresses: the portal and the desk, the API, the accounts."""

from django.urls import include, path

from onewindow.web.signon.people import log_out_here

urlpatterns = [
    path("accounts/logout/", log_out_here, name="account_logout"),
    path("accounts/", include("onewindow.web.account.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("onewindow.api.urls")),
    path("scim/v2/", include("onewindow.api.scim.urls")),
    path("", include("onewindow.web.urls")),
]
