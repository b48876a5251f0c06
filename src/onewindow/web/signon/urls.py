"""Addresses of the one log-in. The two under /.well-known/ stand where the standards look for them."""

from django.urls import path

from onewindow.web.signon import keepers, machine, people

app_name = "signon"

urlpatterns = [
    path(".well-known/openid-configuration", machine.configuration, name="configuration"),
    path(".well-known/oauth-authorization-server", machine.configuration, name="metadata"),
    path("oidc/keys", machine.keys, name="keys"),
    path("oidc/token", machine.token, name="token"),
    path("oidc/userinfo", machine.userinfo, name="userinfo"),
    path("oidc/revoke", machine.revoke, name="revoke"),
    path("oidc/authorize", people.authorize, name="authorize"),
    path("oidc/consent", people.consent, name="consent"),
    path("oidc/logout", people.logout, name="logout"),
    path("oidc/logout/confirm", people.confirm_logout, name="confirm-logout"),
    path("accounts/systems/", people.mine, name="mine"),
    path("accounts/systems/leave/", people.leave, name="leave"),
    path("staff/systems/", keepers.systems, name="systems"),
    path("staff/systems/new/", keepers.register, name="register"),
    path("staff/systems/keys/", keepers.make_key, name="make-key"),
    path("staff/systems/keys/<uuid:key_id>/end/", keepers.end_key, name="end-key"),
    path("staff/systems/<str:system_id>/secret/", keepers.renew_secret, name="secret"),
    path("staff/systems/<str:system_id>/close/", keepers.close, name="close"),
]
"""What `web.account` and `web.staff` leave for us: systems are listed beside one's devices, and beside the posts."""
