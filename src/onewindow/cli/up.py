"""`onewindow up`: everything a person needs to try the platform, with one command; started again it keeps the data."""

import fcntl
import json
import os
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import click

from onewindow.cli import played_root
from onewindow.cli.children import Child, stop_all
from onewindow.cli.demo import city_name, city_of, register_folders
from onewindow.cli.failures import Failure
from onewindow.cli.installation import (
    DEFAULT_PORT,
    DEFAULT_SOURCES_PORT,
    LOCK,
    RUNNING,
    demo_password,
    environment,
    prepare,
    python_module,
    scenario_folder,
)
from onewindow.cli.master import require_master_key
from onewindow.cli.ready import remember, remembered

HEALTHY_WITHIN_SECONDS = 30.0
FAILURES_ENOUGH = 5
"""A site that answers, but with errors, does not get better by waiting."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, show_default=True)
@click.option("--sources-port", type=click.IntRange(1, 65535), default=DEFAULT_SOURCES_PORT, show_default=True)
@click.option("--home", default=None, help="folder of the installation's data")
@click.option("--scenario", default="restaurant", show_default=True, help="the demo city of an empty installation")
def up(host: str, port: int, sources_port: int, home: str | None, scenario: str) -> None:
    """Start site, worker and sources together, ready to use."""
    began = time.monotonic()
    folder = prepare(home)
    folder.mkdir(parents=True, exist_ok=True)
    lock = _only_one(folder)
    for name, number in (("site", port), ("sources", sources_port)):
        _require_free(name, number)
    address = f"http://{host}:{port}"
    os.environ.setdefault("ONEWINDOW_ORIGIN", address)
    os.environ["ONEWINDOW_SOURCES_URL"] = f"http://127.0.0.1:{sources_port}"
    os.environ.setdefault("ONEWINDOW_FACE_URL", f"http://127.0.0.1:{sources_port}/face/v1")
    os.environ.setdefault("ONEWINDOW_FACE_KEY", os.environ["ONEWINDOW_SOURCES_KEY"])
    _name_national(sources_port)
    plays_stamps = _name_stamps(sources_port, folder)
    city = city_of(scenario_folder(scenario))
    for language, name in city_name(city).items():
        os.environ.setdefault(f"ONEWINDOW_CITY_NAME_{language.upper()}", name)
    stop = threading.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda *_: stop.set())
    # The registers need nothing of ours: they start while the database is looked after.
    data = [word for registers in register_folders(city) for word in ("--data", str(registers))]
    sources = Child("sources", python_module("sources", "--port", str(sources_port), *data), environment({}))
    children = [sources]
    require_master_key()
    try:
        sources.start()
        log_ins = remembered(folder)
        if log_ins is None:
            log_ins = _make_ready(folder, city)
            remember(folder, log_ins)
        site = Child("site", python_module("serve", "--host", host, "--port", str(port)), environment({}))
        children.append(site)
        site.start()
        _wait_until_healthy(f"{address}/", site, stop)
        # Only now: loading the platform twice at once would make the first page wait longer.
        worker = Child("worker", python_module("worker"), environment({}))
        children.append(worker)
        worker.start()
        _wait_until_healthy(f"http://127.0.0.1:{sources_port}/_health", sources, stop)
        if plays_stamps:
            played_root.trust(folder, os.environ["ONEWINDOW_SOURCES_URL"])
        addresses = {"site": address, "sources": os.environ["ONEWINDOW_SOURCES_URL"]}
        (folder / RUNNING).write_text(json.dumps(addresses), encoding="utf-8")
        if not stop.is_set():
            _greet(address, folder, log_ins, time.monotonic() - began)
        while not stop.wait(0.5):
            for child in children:
                child.watch()
    finally:
        stop_all(children)
        (folder / RUNNING).unlink(missing_ok=True)
        lock.close()


def _name_national(sources_port: int) -> None:
    """Let the national provider that the sources play stand in front of the log-in, where the environment names no other."""
    if "ONEWINDOW_NATIONAL_ISSUER" in os.environ:
        return
    played = {
        "ISSUER": f"http://127.0.0.1:{sources_port}/national",
        "CLIENT_ID": "onewindow",
        "SECRET": os.environ["ONEWINDOW_SOURCES_KEY"],
        "LABEL_ZH": "国家身份认证（模拟）",
        "LABEL_EN": "National log-in (played)",
        "LABEL_RU": "Национальный вход (модель)",
        "CLAIMS": "name=name,resident-id=citizen_number",
        "LEVELS": "urn:national:loa:substantial=2,urn:national:loa:high=3",
    }
    os.environ.update({f"ONEWINDOW_NATIONAL_{name}": value for name, value in played.items()})


def _name_stamps(sources_port: int, folder: Path) -> bool:
    """Let the authority that the sources play stamp the log of questions, where the environment names no other; tell whether it does."""
    if os.environ.get("ONEWINDOW_TSA_URL"):
        return False
    os.environ["ONEWINDOW_TSA_URL"] = f"http://127.0.0.1:{sources_port}/tsa"
    os.environ["ONEWINDOW_TSA_ROOT"] = str(folder / played_root.ROOTS)
    return True


def _only_one(folder: Path) -> IO[str]:
    """Return the lock on the installation; the kernel lets it go when this process ends, however it ends.

    Raises: Failure.
    """
    lock = (folder / LOCK).open("w")
    for _ in range(10):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)  # a doctor may be looking for a moment
        else:
            return lock
    lock.close()
    raise Failure(f"“onewindow up” is running already in {folder}. Stop it there, or choose another folder with --home.")


def _require_free(name: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            option = "--port" if name == "site" else "--sources-port"
            raise Failure(f"Port {port} for the {name} is taken. Choose another with {option}.") from None


def _make_ready(folder: Path, city: Path) -> list[str]:
    """Bring database, static files and, in an empty installation, the demo city into shape; return the log-ins there are."""
    from onewindow.config import setup

    setup()
    from django.db import connection

    from onewindow.cli.demo import load_city, log_ins
    from onewindow.cli.migrate import apply_migrations
    from onewindow.cli.static import collect

    if apply_migrations():
        click.echo("The database was brought up to date.", err=True)
    if collect(folder):
        click.echo("The static files were collected.", err=True)
    if loaded := load_city(city):
        click.echo(loaded, err=True)
    found = log_ins(city)
    connection.close()
    return found


def _wait_until_healthy(address: str, child: Child, stop: threading.Event) -> None:
    """Wait for an answer below 500.

    Raises: Failure.
    """
    deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
    failures = 0
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    state = "no answer"
    while time.monotonic() < deadline and failures < FAILURES_ENOUGH and not stop.is_set():
        try:
            with opener.open(address, timeout=1):
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
            state, failures = f"status {error.code}", failures + 1
        except OSError:
            pass
        child.watch()
        stop.wait(0.25)
    if not stop.is_set():
        raise Failure(f"The {child.name} does not answer properly at {address} ({state}). “onewindow doctor” looks for the reason.")


def _greet(address: str, folder: Path, log_ins: Sequence[str], seconds: float) -> None:
    click.echo(f"\nOneWindow is ready after {seconds:.1f} s:  {address}\n")
    if log_ins:
        click.echo(f"Log in with the password {demo_password()} as")
    for line in log_ins:
        click.echo(line)
    click.echo(f"\nThe data is kept in {folder}. Ctrl-C stops everything.")
