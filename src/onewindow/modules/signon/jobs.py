"""Periodic: log-ins that ended long ago are forgotten."""

from datetime import datetime

from onewindow.modules.signon import services
from onewindow.plumbing import outbox, sealing

sealing.register(sealing.Column("signon.SigningKey", "sealed", "oidc-signing-key"))


@outbox.every(3600, "signon.forget-logins")
def forget_logins(*, now: datetime) -> None:
    services.forget_logins(now=now)
