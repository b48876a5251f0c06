"""The plumbing's own periodic jobs."""

from datetime import datetime

from onewindow.plumbing import accesses, files, idempotency, outbox, personal, proof_log, sealing
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.sealing import renewal

sealing.register(sealing.Column("sessions.Session", "session_data", "sessions"))


@outbox.every(3600, "plumbing.purge-idempotency-keys")
def purge_idempotency_keys(*, now: datetime) -> None:
    """Forget keys that are older than promised."""
    idempotency.purge(now=now)


@outbox.every(6 * 3600, "plumbing.sweep-files")
def sweep_files(*, now: datetime) -> None:
    """Remove contents that no row names: their transaction never committed."""
    files.sweep(now=now)


@outbox.every(5, "plumbing.sequence-proof-log")
def sequence_proof_log(*, now: datetime) -> None:
    """Number the audit entries that were written meanwhile, and sign the head of the log."""
    accesses.settle_denials(now=now)
    proof_log.sequence_all(now=now)


@outbox.every(24 * 3600, "plumbing.retain")
def retain(*, now: datetime) -> None:
    """Remove what the retention rules let go."""
    personal.retain(actor=Actor.system("plumbing.retain"), now=now)


@outbox.every(60, "plumbing.seal-anew")
def seal_anew(*, now: datetime) -> None:
    """Seal under the newest data key what lies under older ones or in the clear; then the older keys go."""
    if not files.seal_older():
        renewal.turn(now=now)
