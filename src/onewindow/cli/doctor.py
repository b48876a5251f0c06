"""`onewindow doctor`: one line for each thing that must be right, with how to mend it."""

import shutil
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from onewindow.cli.installation import prepare

LEAST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 200_000_000
LATEST_CLOCK_STEP = timedelta(minutes=5)
LONGEST_UNNUMBERED = timedelta(minutes=5)
LONGEST_WAITING = timedelta(minutes=10)
CHANNELS = {"sms": ("text messages", "ONEWINDOW_SMS_URL"), "email": ("e-mail", "ONEWINDOW_SMTP_URL")}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `state`: ok, note (works, but look at it) or broken."""

    name: str
    state: str
    says: str
    mend: str = ""


Check = Callable[[Path], Finding]


@click.command()
@click.option("--home", default=None, help="folder of the installation's data")
def doctor(home: str | None) -> int:
    """Check the installation, line by line. Exit 1 where something is broken."""
    folder = prepare(home)
    broken = 0
    for finding in findings(folder):
        mark = {"ok": "ok    ", "note": "note  ", "broken": "BROKEN"}[finding.state]
        click.echo(f"{mark}  {finding.name}: {finding.says}" + (f" → {finding.mend}" if finding.mend else ""))
        broken += finding.state == "broken"
    click.echo("Everything is in order." if not broken else f"{broken} broken.")
    return 1 if broken else 0


def findings(folder: Path) -> Iterator[Finding]:
    """Give every finding; a check that itself fails is a finding too."""
    for check in (_python, _npm, _disk, _settings):
        yield _tried(check, folder)
    from django.apps import apps

    if not apps.ready:
        return
    database = _tried(_database, folder)
    yield database
    if database.state != "broken":
        migrations = _tried(_migrations, folder)
        yield migrations
        if migrations.state == "ok":
            for check in (
                _keys,
                _sealed,
                _release,
                _calendar,
                _dead_letters,
                _accesses,
                _proof_log,
                _grants,
                _stamps,
                _messages,
                _push,
                _clock,
            ):
                yield _tried(check, folder)
    for check in (_static, _sources, _time_zone):
        yield _tried(check, folder)


def _tried(check: Check, folder: Path) -> Finding:
    try:
        return check(folder)
    except Exception as error:  # whatever it is, it is what the doctor was called for
        return Finding(check.__name__.strip("_").replace("_", " "), "broken", f"could not be checked ({type(error).__name__}: {error})")


def _python(_folder: Path) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= LEAST_PYTHON:
        return Finding("python", "ok", version)
    return Finding("python", "broken", version, "install Python 3.11 or newer and run make again")


def _npm(_folder: Path) -> Finding:
    found = shutil.which("npm")
    if found:
        return Finding("npm", "ok", found)
    return Finding("npm", "note", "not found; needed only to build the interface's assets", "apt install npm")


def _disk(folder: Path) -> Finding:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(b"onewindow")
        file.flush()
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        return Finding("disk", "broken", f"{free // 1_000_000} MB free in {folder}", "free some space, or choose another ONEWINDOW_HOME")
    return Finding("disk", "ok", f"{folder} is writable, {free / 1e9:.1f} GB free")


def _settings(_folder: Path) -> Finding:
    from onewindow.config import setup

    setup()
    from django.conf import settings

    return Finding("settings", "ok", f"site {settings.ONEWINDOW_ORIGIN}")


def _database(folder: Path) -> Finding:
    from django.db import OperationalError, connection

    name = "PostgreSQL" if connection.vendor == "postgresql" else str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not Path(name).exists():
        return Finding("database", "broken", f"{name} does not exist", "run “onewindow up” or “onewindow migrate”")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return Finding("database", "broken", f"{name} cannot be reached", "check ONEWINDOW_DATABASE_URL and that the server runs")
    del folder
    return Finding("database", "ok", f"{name} answers")


def _migrations(_folder: Path) -> Finding:
    from onewindow.cli.migrate import missing_migrations

    missing = missing_migrations()
    if not missing:
        return Finding("migrations", "ok", "all applied")
    return Finding("migrations", "broken", f"{len(missing)} are missing, from {missing[0]} on", "run “onewindow migrate”")


def _keys(_folder: Path) -> Finding:
    from onewindow.plumbing.sealing import keys

    try:
        newest = keys.ring().newest.number
    except (keys.MasterKeyWrong, keys.KeysLost) as error:
        return Finding("data keys", "broken", str(error), "docs/operations.md, “Keys”")
    masters = {name for row in keys.rows() for name in row.copies}
    if len(masters) > 1:
        return Finding(
            "data keys", "note", f"{len(masters)} master keys open them", "run “onewindow keys master --finish” once all is restarted"
        )
    return Finding("data keys", "ok", f"number {newest} seals")


def _sealed(_folder: Path) -> Finding:
    from onewindow.plumbing import files
    from onewindow.plumbing.sealing import keys, renewal

    try:
        keys.ring()
    except (keys.MasterKeyWrong, keys.KeysLost):
        return Finding("sealed data", "note", "cannot be looked at without the key")
    open_keys = [row for row in keys.rows() if row.retired_at is None]
    values, kept = (sum(left.count for left in renewal.waiting()) if len(open_keys) > 1 else 0), files.unsealed()
    if values or kept:
        return Finding("sealed data", "note", f"{values} values and {kept} files wait to be sealed anew", "the worker does it; let it run")
    return Finding("sealed data", "ok", "everything lies under the newest key")


def _release(_folder: Path) -> Finding:
    from onewindow.modules.catalogue import selectors

    number = selectors.current_release()
    if number is None:
        return Finding(
            "catalogue", "note", "nothing is loaded", "run “onewindow catalogue load FILE…”, or “onewindow up” for the demo city"
        )
    catalogue = selectors.catalogue_at(number)
    return Finding("catalogue", "ok", f"release {number}: {len(catalogue.services)} services, {len(catalogue.events)} One Things")


def _calendar(_folder: Path) -> Finding:
    from onewindow.plumbing import calendars, clock

    year = clock.local_date(clock.now()).year
    known = calendars.current().years
    if year not in known:
        return Finding("calendar", "broken", f"the working days of {year} are not known", f"enter the published table of {year}")
    if year + 1 not in known:
        says = f"{year} is known, {year + 1} is not; time limits that run into it carry a warning"
        return Finding("calendar", "note", says, f"enter the table of {year + 1} once it is published")
    return Finding("calendar", "ok", f"{year} and {year + 1} are known")


def _dead_letters(_folder: Path) -> Finding:
    from onewindow.plumbing import outbox

    dead = outbox.dead()
    if not dead:
        return Finding("background jobs", "ok", "no dead letters")
    newest: Any = dead[0]
    says = f"{len(dead)} dead letters, the newest is {newest.event or 'a job'} for {newest.handler} ({newest.failure})"
    return Finding("background jobs", "broken", says, "mend the cause, then revive them")


def _accesses(_folder: Path) -> Finding:
    from onewindow.plumbing import accesses

    try:
        accesses.try_out()
    except accesses.AccessNotLogged as error:
        says = f"cannot be written ({type(error.__cause__).__name__}): no page with personal data is shown until it can"
        return Finding("log of reads", "broken", says, "give it space and the right to write; it lies beside the database")
    return Finding("log of reads", "ok", "can be written")


def _proof_log(_folder: Path) -> Finding:
    from onewindow.plumbing import clock, proof_log

    oldest = proof_log.waiting_since()
    if oldest is None or clock.now() - oldest < LONGEST_UNNUMBERED:
        return Finding("proof log", "ok", "every act, denial and read is numbered, or was written a moment ago")
    says = f"acts, denials or reads wait since {oldest:%Y-%m-%d %H:%M} UTC for their place; until then nothing protects them"
    return Finding("proof log", "broken", says, "start “onewindow worker”, or look into its log")


def _grants(_folder: Path) -> Finding:
    from django.conf import settings

    from onewindow.modules.catalogue import selectors as catalogue
    from onewindow.modules.exchange import selectors
    from onewindow.plumbing import clock

    connected, silent = selectors.connected_resources(), sorted(selectors.without_grant(now=clock.now()))
    described = catalogue.newest_catalogue()
    if described is not None and settings.ONEWINDOW_SERVICE_CENTRE not in described.organisations:
        says = f"forms ask registers in the name of “{settings.ONEWINDOW_SERVICE_CENTRE}”, which the catalogue does not know"
        return Finding("grants of data", "note", says, "set ONEWINDOW_SERVICE_CENTRE to the organisation that runs the one window")
    if not silent:
        return Finding("grants of data", "ok", f"{len(connected)} registers are connected, each under a grant")
    which = "any register" if len(silent) == len(connected) else ", ".join(silent[:10]) + (" …" if len(silent) > 10 else "")
    says = f"no grant lets {which} be asked; people type everything in, and nobody is identified by a register without one"
    return Finding("grants of data", "note", says, "let the owners grant them: docs/operations.md, “Grants of data”")


def _stamps(_folder: Path) -> Finding:
    from onewindow.modules.exchange import services
    from onewindow.plumbing import clock

    name, now = "time stamps", clock.now()
    state = services.stamp_state(now=now)
    if not state.wanted:
        says = "no authority stamps the questions to registers; nobody outside can tell when they were asked"
        return Finding(name, "note", says, "set ONEWINDOW_TSA_URL and ONEWINDOW_TSA_ROOT")
    since = state.waiting_since
    if since is None or now - since < LONGEST_WAITING:
        return Finding(name, "ok", f"the newest is of {state.latest:%Y-%m-%d %H:%M} UTC" if state.latest else "none was needed yet")
    stopped = "; no register is asked any more" if state.stopped else ""
    mend = "check ONEWINDOW_TSA_URL and ONEWINDOW_TSA_ROOT, and that “onewindow worker” runs; its log tells what the authority says"
    return Finding(name, "broken", f"questions wait since {since:%Y-%m-%d %H:%M} UTC for theirs{stopped}", mend)


def _messages(_folder: Path) -> Finding:
    """Without a channel nobody outside gets a code: who forgot the password, or wants an account, stands before a closed door."""
    from django.conf import settings

    from onewindow.modules.messages import selectors
    from onewindow.plumbing import clock

    states = selectors.channel_states()
    silent = [state for state in states if state.outside and not state.answers]
    if silent:
        names, variables = (" and ".join(CHANNELS[state.kind][place] for state in silent) for place in (0, 1))
        return Finding("messages", "broken", f"the channel for {names} does not answer", f"check {variables} and the service behind it")
    inside = [state for state in states if not state.outside]
    if not settings.SECURE:
        return Finding("messages", "ok", "go into messages/ of the home" if inside else "leave by both channels")
    oldest = selectors.waiting_since()
    if oldest is not None and clock.now() - oldest > LONGEST_WAITING:
        return Finding("messages", "broken", f"wait since {oldest:%Y-%m-%d %H:%M} UTC", "start “onewindow worker”, or look into its log")
    if len(inside) == len(states):
        says = "there is no channel: nobody gets a code to log in, and nobody is told of anything"
        return Finding("messages", "broken", says, "set ONEWINDOW_SMS_URL or ONEWINDOW_SMTP_URL")
    if inside:
        name, variable = CHANNELS[inside[0].kind]
        return Finding("messages", "note", f"no channel for {name}: who has nothing else gets no code", f"set {variable}")
    return Finding("messages", "ok", "gateway and mail server answer")


def _push(_folder: Path) -> Finding:
    from django.conf import settings

    name, contact = "news in the browser", str(settings.ONEWINDOW_PUSH_CONTACT)
    if settings.ONEWINDOW_PUSH_LOOPBACK and settings.SECURE:
        says = "a push service may be this machine: whoever subscribes can have the site send to its own network"
        return Finding(name, "broken", says, "take ONEWINDOW_PUSH_LOOPBACK out; it is for tests")
    if not settings.ONEWINDOW_PUSH_KEY:
        return Finding(
            name, "note", "not offered", "set ONEWINDOW_PUSH_KEY to 64 random hexadecimal digits, for example from “openssl rand -hex 32”"
        )
    if not contact.startswith(("https://", "mailto:")):
        says = f"push services are told to write to “{contact}”, which is no address"
        return Finding(name, "broken", says, "set ONEWINDOW_PUSH_CONTACT to an https or mailto address")
    return Finding(name, "ok", "offered, signed by a key of the installation")


def _clock(_folder: Path) -> Finding:
    """Compare the clock with the newest thing that was written: a clock that was set back breaks time limits and the audit trail."""
    from onewindow.modules.catalogue import selectors
    from onewindow.plumbing import clock

    number = selectors.current_release()
    newest: datetime | None = selectors.release_row(number).published_at if number else None
    now = clock.now()
    if newest is not None and newest - now > LATEST_CLOCK_STEP:
        return Finding(
            "clock", "broken", f"it says {now:%Y-%m-%d %H:%M} UTC, but the newest release is of {newest:%Y-%m-%d %H:%M}", "set the clock"
        )
    return Finding("clock", "ok", f"{clock.local_date(now)} in the city, {now:%H:%M} UTC")


INSIDE: tuple[Check, ...] = (
    _keys, _sealed, _release, _calendar, _dead_letters, _accesses, _proof_log, _grants, _stamps, _messages, _push, _clock,
)  # fmt: skip
"""What is asked of a database that is up to date."""


def _time_zone(_folder: Path) -> Finding:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from django.conf import settings

    try:
        ZoneInfo(settings.TIME_ZONE)
    except ZoneInfoNotFoundError:
        return Finding("time zone", "broken", f"{settings.TIME_ZONE} is not known here", "apt install tzdata")
    return Finding("time zone", "ok", settings.TIME_ZONE)


def _static(folder: Path) -> Finding:
    from onewindow.cli.static import is_collected

    if is_collected(folder):
        return Finding("static files", "ok", "collected")
    return Finding("static files", "broken", "not collected, or older than their sources", "run “onewindow up”, which collects them")


def _sources(_folder: Path) -> Finding:
    from django.conf import settings

    address = settings.ONEWINDOW_SOURCES_URL
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/_health", timeout=3):
            return Finding("sources", "ok", f"{address} answers")
    except (OSError, ValueError, urllib.error.URLError):
        return Finding("sources", "note", f"{address} does not answer; its questions are asked instead", "start “onewindow sources”")
