"""`onewindow serve`: the site and the API, one WSGI server with blocking threads."""

import importlib
import os
from functools import partial
from typing import Any

import click

from onewindow.cli.children import end_with
from onewindow.cli.installation import DEFAULT_PORT, prepare, require_database
from onewindow.cli.master import require_master_key

_THREADS = min(32, (os.cpu_count() or 1) * 2 + 1)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="processes")
@click.option("--threads", type=click.IntRange(1, 256), default=_THREADS, show_default=True, help="requests served at once by each process")
@click.option("--home", default=None, help="folder of the installation's data")
def serve(host: str, port: int, workers: int, threads: int, home: str | None) -> None:
    """Serve the site and the API."""
    prepare(home)
    os.environ.setdefault("ONEWINDOW_ORIGIN", f"http://{host}:{port}")
    require_master_key()
    require_database()  # the platform itself is loaded by the serving processes alone: this one only minds them
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "onewindow.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=1024,
        backpressure=threads * 16,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve(target_loader=partial(_load, os.getpid()))


def _load(parent: int, target: str) -> Any:
    """Load the application in a serving process, which ends with the one that minds it: nobody could stop it afterwards."""
    end_with(parent)
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)
