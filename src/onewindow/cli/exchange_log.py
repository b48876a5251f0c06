"""`onewindow exchange verify|export|archive|purge`: the signed and stamped log of questions. Others check it by docs/verify_exchange.py."""

import sys
from pathlib import Path

import click

from onewindow.cli.failures import Failure
from onewindow.cli.installation import open_installation, prepare
from onewindow.domain.exchange import verify as log

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option("--live", is_flag=True, help="the installation's own log, in the database and the archive")
@click.option("--key", type=FILE, help="the public key, as the authority published it; else the folder's own")
@click.option("--root", type=FILE, help="who may vouch for the stamps, as the authority published it; else the folder's own")
@click.option("--kept", multiple=True, metavar="HEAD", help="a head that an earlier check printed")
def verify(folder: Path | None, live: bool, key: Path | None, root: Path | None, kept: tuple[str, ...]) -> None:
    """Check every signature and every time stamp of an exported log, or with --live of the installation's own.

    Exit: 0 all hold, 1 something was changed, 2 it cannot be checked.
    """
    if live == bool(folder):
        raise click.UsageError("Name the folder of an exported log, or say --live.")
    try:
        click.echo(_verify_live() if folder is None else log.verify(folder, key, root, kept))
    except log.Changed as error:
        click.echo(f"CHANGED: {error}.", err=True)
        sys.exit(1)
    except log.Unreadable as error:
        raise Failure(f"It cannot be checked: {error}.") from error


def _verify_live() -> str:
    _open()
    from onewindow.modules.exchange import services
    from onewindow.plumbing.actors import Actor

    return services.verify_log(actor=Actor.system("exchange verify"))


@click.command()
@click.argument("folder", type=FOLDER)
def export(folder: Path) -> None:
    """Write all that is stamped into an empty folder, with the public key, for others to check."""
    _open()
    from onewindow.modules.exchange import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    found = services.export_log(folder=folder, actor=Actor.system("exchange export"), now=clock.now())
    waiting = f"; {found.waiting:,} wait for their stamp" if found.waiting else ""
    click.echo(f"{found.exchanges:,} exchanges are in {folder}{waiting}. Check them with:")
    click.echo(f"python docs/verify_exchange.py {folder}")


@click.command()
def archive() -> None:
    """Write what is stamped into the installation's home, now and not only once a day."""
    _open()
    from onewindow.modules.exchange import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    found = services.archive_log(actor=Actor.system("exchange archive"), now=clock.now())
    click.echo(f"{found.exchanges:,} exchanges were archived in {found.folder}.")


@click.command()
def purge() -> None:
    """Remove from the database what is archived, holds, and is older than the rule says."""
    _open()
    from onewindow.modules.exchange import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    found = services.purge_log(actor=Actor.system("exchange purge"), now=clock.now())
    click.echo(f"{found.exchanges:,} exchanges were removed; {found.segments:,} segments of the archive hold them.")


def _open() -> None:
    prepare()
    open_installation()
