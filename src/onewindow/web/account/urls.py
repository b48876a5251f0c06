"""Addresses of the accounts that are ours; the rest is django-allauth's. Three of its names are taken over here."""

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.views import list_usersessions
from django.urls import include, path

from onewindow.web.account import browsers, children, mandates, national, second_step, views, who

_own = (
    [
        path("", views.overview, name="overview"),
        path("who/", who.who, name="who"),
        path("who/code/", who.code, name="who-code"),
        path("who/face/", who.face, name="who-face"),
        path("who/face/back/", who.face_back, name="who-face-back"),
        path("national/", national.start, name="national"),
        path("national/back/", national.back, name="national-back"),
        path("national/first/", national.first, name="national-first"),
        path("national/link/", national.link, name="national-link"),
        path("national/again/", national.again, name="national-again"),
        path("national/unlink/", national.unlink, name="national-unlink"),
        path("mandates/", mandates.overview, name="mandates"),
        path("mandates/offer/", mandates.offer, name="offer-mandate"),
        path("mandates/enterprises/", mandates.enterprise, name="add-enterprise"),
        path("mandates/<uuid:mandate_id>/<slug:act>/", mandates.act, name="act-on-mandate"),
        path("children/", children.overview, name="children"),
        path("children/ask/", children.ask, name="ask-children"),
        path("acting/", mandates.acting, name="acting"),
        path("second-step/", second_step.second_step, name="second-step"),
        path("news/", browsers.subscribe, name="push"),
        path("news/<uuid:device_id>/end/", browsers.unsubscribe, name="push-remove"),
        path("stay/", views.stay, name="stay"),
        path("signup/code/", views.sign_up_code, name="sign-up-code"),
        path("signup/finish/", views.sign_up_finish, name="sign-up-finish"),
        path("password/new/", views.new_password, name="new-password"),
        path("session/<int:session_id>/end/", views.end_session, name="end-session"),
    ],
    "account",
)

urlpatterns = [
    path("", include(_own)),
    path("signup/", views.sign_up, name="account_signup"),
    path("sessions/", reauthentication_required(list_usersessions), name="usersessions_list"),
    path("password/reset/", views.reset, name="account_reset_password"),
]
