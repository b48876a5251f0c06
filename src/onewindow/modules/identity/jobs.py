"""Periodic: what no limit looks at any more is forgotten, proofs end by the clock, and guardians are asked about again."""

from datetime import datetime

from onewindow.modules.identity import services
from onewindow.plumbing import outbox, sealing

sealing.register(sealing.Column("mfa.Authenticator", "data", "second-factor"))


@outbox.every(3600, "identity.forget-tries")
def forget_tries(*, now: datetime) -> None:
    services.forget_tries(now=now)


@outbox.every(900, "identity.recheck-guardians")
def recheck_guardians(*, now: datetime) -> None:
    services.recheck_guardians(now=now)


@outbox.every(3600, "identity.expire-proofs")
def expire_proofs(*, now: datetime) -> None:
    services.expire_proofs(now=now)
