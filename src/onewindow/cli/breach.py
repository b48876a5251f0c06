"""`onewindow breach …`: something leaked. Whom it concerns, which data, what to do, what the law asks for, and the letters."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from onewindow.cli.failures import Failure
from onewindow.cli.files import write_private
from onewindow.cli.installation import open_installation, prepare

if TYPE_CHECKING:
    from onewindow.cli.breach_report import Case
    from onewindow.modules.breach.services import Leak

F = TypeVar("F", bound=Callable[..., Any])
BEGINNING = "2000-01-01"
_OPTIONS = (
    click.option("--since", default=BEGINNING, help="when it may have begun, as 2026-03-01 or 2026-03-01T09:30 in the city's time"),
    click.option("--until", default=None, help="when it certainly ended  [default: now]"),
    click.option("--known-at", default=None, help="when you learned of it: the law's time runs from there  [default: now]"),
    click.option("--incident", default=None, help="what you call it, for report, log and letters  [default: by the time]"),
    click.option("--key-known", is_flag=True, help="the master key may have leaked as well: what is sealed counts as read"),
    click.option("--names", is_flag=True, help="name the persons; each of them sees that they were named"),
    click.option("--no-verify", is_flag=True, help="do not check first that the log, from which the answer comes, was not changed"),
    click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=None, help="write report.md and report.json there"),
    click.option("--json", "as_json", is_flag=True, help="print JSON instead of Markdown"),
)


def _about(command: F) -> F:
    """Give a command the options that every kind of leak has."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group()
def breach() -> None:
    """Find out whom a leak concerns, and tell them. docs/operations.md, “When something leaked”, goes through it step by step."""


@breach.command()
@click.argument("username")
@_about
def account(username: str, **about: Any) -> None:
    """Somebody else used an account: whatever it was shown, asked and changed."""
    _open()
    from onewindow.modules.identity import selectors

    user_id = selectors.user_id_of(username)
    if user_id is None:
        raise Failure(f"Nobody has the username “{username}”. Check the spelling.")
    _answer("account", (str(user_id),), {"username": username, "tokens": _tokens(username)}, **about)


@breach.command()
@click.argument("username")
@click.argument("which", metavar="TOKEN")
@_about
def token(username: str, which: str, **about: Any) -> None:
    """A program's key leaked. The log tells accounts, not keys: the answer is what the account was shown since the key was made."""
    _open()
    from onewindow.modules.identity import selectors

    found = [row for row in _tokens(username) if which in {row["id"], row["name"]}]
    if len(found) != 1:
        raise Failure(f"{username} has {len(found)} tokens “{which}”. “onewindow token list {username}” shows their ids.")
    about["since"] = max(_moment(about["since"]), datetime.fromisoformat(found[0]["made"])).isoformat()
    _answer("token", (str(selectors.user_id_of(username)),), {"username": username, "tokens": found}, **about)


@breach.command()
@click.argument("client_id")
@_about
def system(client_id: str, **about: Any) -> None:
    """A system that logs its users in here leaked its secret, or what it was told."""
    _open()
    from onewindow.modules.signon import selectors
    from onewindow.plumbing.actors import Actor

    known = {row.id for row in selectors.systems(actor=Actor.system("breach"))}
    if client_id not in known:
        raise Failure(f"No system is called “{client_id}”. “onewindow oidc list” shows them.")
    _answer("system", (client_id,), {}, **about)


@breach.command()
@click.argument("resource")
@_about
def register(resource: str, **about: Any) -> None:
    """The connector to a register, or its key, was used by somebody else."""
    _open()
    from onewindow.modules.exchange import selectors

    known = selectors.connected_resources()
    if resource not in known:
        raise Failure(f"No connector leads to “{resource}”. There are: {', '.join(sorted(known)) or 'none'}.")
    _answer("register", (resource,), {}, **about)


@breach.command()
@click.argument("tables", nargs=-1)
@_about
def table(tables: tuple[str, ...], **about: Any) -> None:
    """Tables of the database were copied; without a name, the whole database."""
    _open()
    _answer("tables", tables, {}, **about)


@breach.command()
@_about
def files(**about: Any) -> None:
    """The folder of the stored files was copied."""
    _open()
    _answer("files", (), {}, **about)


@breach.command()
@_about
def span(**about: Any) -> None:
    """Nobody knows through what: everything that anybody was shown in some time."""
    _open()
    _answer("span", (), {}, **about)


@breach.command()
@click.argument("report", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--words", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="your own words: JSON, see docs/operations.md")
@click.option("--send", is_flag=True, help="really send them; without it nothing leaves")
def letters(report: Path, words: Path | None, send: bool) -> None:
    """Write to everybody in a report.json. Without --send it shows the letters and counts. Nobody is told of an incident twice."""
    _open()
    from onewindow.cli import breach_letters

    breach_letters.tell(report, words, send=send)


def _open() -> None:
    prepare()
    open_installation()


def _tokens(username: str) -> list[dict[str, str]]:
    from onewindow.modules.identity import selectors
    from onewindow.plumbing.actors import Actor

    user_id = selectors.user_id_of(username)
    rows = selectors.tokens_of(actor=Actor(kind="person", id=user_id)) if user_id else []
    return [{"id": str(row.id), "name": row.name, "made": row.created_at.isoformat()} for row in rows]


def _moment(text: str) -> datetime:
    """Return a moment that somebody wrote, in the city's time where no other is named. Raises: Failure."""
    from django.utils import timezone

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Failure(f"“{text}” is no moment. Write it as 2026-03-01 or 2026-03-01T09:30.") from None
    return found if found.tzinfo else timezone.make_aware(found)


def _answer(what: str, subjects: tuple[str, ...], known: dict[str, Any], **about: Any) -> None:
    from onewindow.cli import breach_report
    from onewindow.modules.breach import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    now, actor, began = clock.now(), Actor.system("breach"), time.perf_counter()
    incident = about["incident"] or f"{clock.local_date(now):%Y-%m-%d}-{what}"
    if len(incident) > 40:
        raise Failure("The incident's name is longer than 40 characters. Give a shorter one with --incident.")
    leak = _leak(what, subjects, now, about)
    log = "not checked" if about["no_verify"] else _verified(now)
    found = services.find(leak=leak, incident=incident, actor=actor, now=now)
    names = services.name(persons=[row.person for row in found.persons], incident=incident, actor=actor, now=now) if about["names"] else {}
    case = breach_report.Case(
        what=what,
        found=found,
        names=names,
        known=known,
        known_at=_moment(about["known_at"]) if about["known_at"] else now,
        log=log,
        seconds=time.perf_counter() - began,
    )
    _out(case, about["out"], as_json=about["as_json"])


def _leak(what: str, subjects: tuple[str, ...], now: datetime, about: dict[str, Any]) -> "Leak":
    from onewindow.modules.breach.services import Leak

    return Leak(
        kind="account" if what == "token" else what,  # type: ignore[arg-type]  # the commands of this file name nothing else
        subjects=subjects,
        since=_moment(about["since"]),
        until=_moment(about["until"]) if about["until"] else now,
        key_known=about["key_known"],
    )


def _verified(now: datetime) -> str:
    """Number what waits, compare the log with its signed heads, and say how that ended."""
    from onewindow.plumbing import accesses, proof_log

    accesses.settle_denials(now=now)
    proof_log.sequence_all(now=now)
    faults = proof_log.verify().faults
    return "holds" if not faults else f"CHANGED in {len(faults)} places: “onewindow audit verify” names them; the answer may lack somebody"


def _out(case: "Case", folder: Path | None, *, as_json: bool) -> None:
    from onewindow.cli import breach_report

    document, text = breach_report.as_json(case), breach_report.as_markdown(case)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(folder / "report.json", json.dumps(document, ensure_ascii=False, indent=1))
        write_private(folder / "report.md", text)
        click.echo(f"{document['counts']['persons']:,} persons; the report is in {folder}, for your eyes alone.", err=True)
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
    elif folder is None:
        click.echo(text)
