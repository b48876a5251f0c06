"""`onewindow exchange describe|load`: registers that are gathered centrally, file by file."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml

from onewindow.cli.failures import Failure
from onewindow.cli.files import content, private
from onewindow.cli.installation import open_installation, prepare

if TYPE_CHECKING:
    from onewindow.modules.exchange.services import Loaded, LoadProgress, Refusal

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("file", type=FILE)
def describe(file: Path) -> None:
    """Say which columns resources have whose records are gathered here. docs/operations.md tells how the file is written."""
    _open()
    from onewindow.modules.exchange import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    try:
        told = yaml.safe_load(content(file))["stores"]
        named = {str(resource): description for resource, description in told.items()}
    except (yaml.YAMLError, UnicodeError, KeyError, TypeError, AttributeError):
        raise Failure(f"{file} describes no stores. Write “stores:”, and under it each resource with its columns.") from None
    for resource, description in named.items():
        new = services.describe_records(
            resource=resource, description=description, actor=Actor.system("exchange describe"), now=clock.now()
        )
        click.echo(f"{resource}: {'described' if new else 'as it was'}.")


@click.command()
@click.argument("resource")
@click.argument("file", type=FILE)
@click.option("--delete", "deletes", is_flag=True, help="the file names keys of records that are gone")
@click.option(
    "--rejects", type=click.Path(path_type=Path, dir_okay=False), help="where to write rows that are wrong; the others are loaded"
)
@click.option("--name", default="", help="of the batch, else the file's")
@click.option("--encoding", default="utf-8", show_default=True, help="of a CSV file, for example gb18030")
def load(resource: str, file: Path, *, deletes: bool, rejects: Path | None, name: str, encoding: str) -> None:
    """Load records from CSV, Parquet or JSON Lines: whole or not at all, and the same file only once."""
    _open()
    from onewindow.modules.exchange import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    with _writer(rejects) as refuse:
        loaded = services.load_records(
            resource=resource,
            file=file,
            name=name,
            deletes=deletes,
            encoding=encoding,
            refuse=refuse,
            progress=_tell,
            actor=Actor.system("exchange load"),
            now=clock.now(),
        )
    for line in _said(loaded, rejects):
        click.echo(line)


def _open() -> None:
    prepare()
    open_installation()


def _said(loaded: "Loaded", rejects: Path | None) -> Iterator[str]:
    if loaded.known_at is not None:
        yield f"Nothing changed: this file was loaded on {loaded.known_at:%Y-%m-%d %H:%M %Z} as batch {loaded.number}."
        return
    yield (
        f"Batch {loaded.number}: {loaded.rows:,} rows; {loaded.added:,} added, {loaded.changed:,} changed, "
        f"{loaded.same:,} as they were, {loaded.gone:,} removed."
    )
    if loaded.refused:
        yield f"{loaded.refused:,} rows were refused. {rejects} tells which and why."


def _tell(progress: "LoadProgress") -> None:
    click.echo(f"{progress.rows:,} rows read, {progress.refused:,} refused", err=True)


@contextmanager
def _writer(rejects: Path | None) -> Iterator["Callable[[Refusal], None] | None"]:
    if rejects is None:
        yield None
        return
    with private(rejects).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "column", "code", "reason"])

        def refuse(refusal: "Refusal") -> None:
            writer.writerow([refusal.row, refusal.column, refusal.code, refusal.reason])

        yield refuse
