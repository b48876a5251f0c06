"""`onewindow accounts …`: taking over the accounts of an older platform."""

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onewindow.cli.failures import Failure
from onewindow.cli.installation import open_installation, prepare

if TYPE_CHECKING:
    from onewindow.modules.identity.services import Refusal, Taken

WHY = ("line", "refused_column", "refused_code", "refused_reason")
"""What a rejected row gets beside its own columns: mend it, take these away, and import the file."""


@click.group()
def accounts() -> None:
    """Take over the accounts of an older platform."""


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
        with file.open(encoding="utf-8-sig", newline="") as read, _private(rejects).open("w", encoding="utf-8", newline="") as written:
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


def _private(path: Path) -> Path:
    """Make the file readable for its owner alone before anything is in it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    path.chmod(0o600)
    return path


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
