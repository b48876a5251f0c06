"""`onewindow worker`: the background jobs, until told to stop."""

import signal
import threading

import click

from onewindow.cli.installation import open_installation, prepare
from onewindow.cli.master import require_master_key


@click.command()
@click.option("--batch", type=click.IntRange(1, 1000), default=20, show_default=True, help="rows taken at once")
@click.option("--home", default=None, help="folder of the installation's data")
def worker(batch: int, home: str | None) -> None:
    """Work the background jobs. A job that is under way when the worker is stopped is finished first."""
    prepare(home)
    require_master_key()
    open_installation()
    from onewindow.plumbing.outbox import worker as outbox_worker

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    outbox_worker.run(stop, batch=batch)
