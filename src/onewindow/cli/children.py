"""Processes that `onewindow up` starts, watches and ends."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import click

from onewindow.cli.failures import Failure

STOP_SECONDS = 8.0
FALLS_ALLOWED = 5
FALLS_WITHIN_SECONDS = 60.0
_PARENT_DEATH = 1  # PR_SET_PDEATHSIG


@dataclass
class Child:
    """One process; when it dies of itself it is started again, but not for ever."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    falls: list[float] = field(default_factory=list)

    def start(self) -> None:
        # A session of its own: Ctrl-C in the terminal reaches `up` alone, which then ends its children in order.
        self.process = subprocess.Popen(  # noqa: S603  (our own command lines)
            list(self.command),
            env=dict(self.environment),
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  (one call of the C library, before exec)
        )

    def watch(self) -> None:
        """Start it again where it has died.

        Raises: Failure where it keeps dying.
        """
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        self.falls = [moment for moment in self.falls if now - moment < FALLS_WITHIN_SECONDS] + [now]
        if len(self.falls) > FALLS_ALLOWED:
            raise Failure(f"The {self.name} ends again and again (exit {self.process.returncode}). Its last lines above say why.")
        click.echo(f"The {self.name} ended (exit {self.process.returncode}); starting it again.", err=True)
        self.start()


def stop_all(children: Sequence[Child]) -> None:
    """Ask every child to end, wait for them together, and end those that will not."""
    running = [child.process for child in children if child.process is not None and child.process.poll() is None]
    for process in running:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in running:
        try:
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _die_with_parent() -> None:
    """Have the kernel end this process when `up` dies without a word; only Linux knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH, signal.SIGTERM)
