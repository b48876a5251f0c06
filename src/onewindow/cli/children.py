"""Processes that `onewindow up` starts, watches and ends; and how a process ends with whoever started it."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import click

from onewindow.cli.failures import Failure

STOP_SECONDS = 8.0
FALLS_ALLOWED = 5
FALLS_WITHIN_SECONDS = 60.0
LOOK_SECONDS = 1.0
LINUX = sys.platform == "linux"
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
            preexec_fn=partial(end_with, os.getpid()) if LINUX else None,  # noqa: PLW1509  (one call of the C library, before exec)
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


def end_with(parent: int) -> None:
    """See to it that this process is asked to end once the one that started it is gone, even without a word.

    The kernel does it on Linux; elsewhere a thread looks every second whose child we are.
    """
    if LINUX:
        ctypes.CDLL(None).prctl(_PARENT_DEATH, signal.SIGTERM)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it went before we asked
        os.kill(os.getpid(), signal.SIGTERM)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
