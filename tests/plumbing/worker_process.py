"""A worker that a test may kill, on the database of its environment: migrate | fill N | work. Started by test_worker_killed.py."""

import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

from onewindow.config import setup


def main(command: str, *arguments: str) -> None:
    setup()
    sys.path.insert(0, str(Path(__file__).parent))
    from django.core.management import call_command
    from django.db import transaction
    from ping import Ping  # type: ignore[import-not-found]

    from onewindow.plumbing import clock, outbox
    from onewindow.plumbing.outbox import worker

    if command == "migrate":
        call_command("migrate", "plumbing", verbosity=0, skip_checks=True)
        call_command("migrate", "access_store", database="accesses", verbosity=0, skip_checks=True)
    elif command == "fill":
        now = clock.now()
        with transaction.atomic():
            for number in range(int(arguments[0])):
                outbox.record(Ping(number=number, at=now, work_seconds=0.02), at=now)
    elif command == "work":
        worker.LEASE = timedelta(seconds=1)
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        worker.run(stop, idle_seconds=0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
