"""`onewindow accounts …`: taking over the accounts of an older platform; closing, reopening and logging out one."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onewindow.cli.failures import Failure
from onewindow.cli.files import private
from onewindow.cli.installation import open_installation, prepare

if TYPE_CHECKING:
    from uuid import UUID

    from onewindow.modules.identity.services import Refusal, Taken

WHY = ("line", "refused_column", "refused_code", "refused_reason")
"""What a rejected row gets beside its own columns: mend it, take these away, and import the file."""


@click.group()
def accounts() -> None:
    """Take over the accounts of an older platform; close one, reopen it, log it out."""


@accounts.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--rejects", type=click.Path(path_type=Path, dir_okay=False), required=True, help="where to write what is not taken, and why")
@click.option("--source", default="import", show_default=True, help="the older platform's name: with external_id it tells who is who")
def import_(file: Path, rejects: Path, source: str) -> None:
    """Open an account for every row of a CSV file. docs/operations.md tells the columns. A second run changes nothing."""
    prepare()
    open_installation()
    from onewindow.modules.identity import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    try:
        with file.open(encoding="utf-8-sig", newline="") as read, private(rejects).open("w", encoding="utf-8", newline="") as written:
            taken = services.import_accounts(
                rows=csv.DictReader(read),
                source=source,
                refuse=_writer(written, services.COLUMNS),
                progress=_tell,
                actor=Actor.system("accounts import"),
                now=clock.now(),
            )
    except UnicodeDecodeError as error:
        raise Failure(f"{file} is not UTF-8 (byte {error.start}). Save it as UTF-8; what was taken so far stays.") from None
    except (OSError, csv.Error) as error:
        raise Failure(f"{file} could not be read to its end: {error}. What was taken so far stays; mend it and run this again.") from None
    click.echo(f"{taken.opened:,} opened, {taken.known:,} here already, {taken.refused:,} refused.")
    if taken.refused:
        click.echo(f"The refused rows are in {rejects}, each with its reason. They hold personal data.")


@accounts.command()
@click.argument("username")
def close(username: str) -> None:
    """Close an account: from the next request on nobody is logged in with it, and its tokens and log-ins to systems count no more."""
    _set_active(username, active=False)
    click.echo(f"Closed: {username}.")


@accounts.command()
@click.argument("username")
def reopen(username: str) -> None:
    """Reopen an account, with the password it had: have its owner choose a new one."""
    _set_active(username, active=True)
    click.echo(f"Open: {username}.")


@accounts.command("log-out")
@click.argument("username", required=False)
@click.option("--all", "everybody", is_flag=True, help="everybody, for the day on which sessions may be in wrong hands")
def log_out(username: str | None, *, everybody: bool) -> None:
    """Log an account, or everybody, out of every browser. It counts at once; who may log in does so again."""
    if bool(username) == everybody:
        raise Failure("Say whom: a user name, or --all.")
    prepare()
    open_installation()
    from onewindow.modules.identity import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    user_id = _id_of(username) if username else None
    ended = services.end_sessions(user_id=user_id, actor=Actor.system("accounts log-out"), now=clock.now())
    click.echo(f"{ended:,} sessions ended.")


def _id_of(username: str) -> "UUID":
    from onewindow.modules.identity import selectors

    user_id = selectors.user_id_of(username)
    if user_id is None:
        raise Failure(f"Nobody has the username “{username}”. Check the spelling.")
    return user_id


def _set_active(username: str, *, active: bool) -> None:
    prepare()
    open_installation()
    from onewindow.modules.identity import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    services.set_active(user_id=_id_of(username), active=active, actor=Actor.system("accounts"), now=clock.now())


def _writer(file: Any, columns: tuple[str, ...]) -> "Callable[[Refusal], None]":
    writer = csv.DictWriter(file, [*columns, *WHY], extrasaction="ignore")
    writer.writeheader()

    def refuse(refusal: "Refusal") -> None:
        why = dict(zip(WHY, (refusal.line, refusal.column, refusal.code, refusal.reason), strict=True))
        writer.writerow({**{name: value for name, value in refusal.row.items() if name in columns}, **why})

    return refuse


def _tell(taken: "Taken") -> None:
    if taken.rows % 10_000 == 0:
        click.echo(f"{taken.rows:,} rows: {taken.opened:,} opened, {taken.known:,} here already, {taken.refused:,} refused", err=True)
