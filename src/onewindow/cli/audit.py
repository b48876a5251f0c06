"""`onewindow audit …`: the log nobody can rewrite."""

import sys
from pathlib import Path

import click

from onewindow.cli.failures import Failure
from onewindow.cli.installation import open_installation, prepare


@click.group()
def audit() -> None:
    """Check, export and witness the log of every act. Others check an export without us: docs/verify_log.py."""


def _open() -> None:
    """Make the installation ready under the address it runs under: the log is named after it."""
    prepare()
    open_installation()


@audit.command()
def key() -> None:
    """Print the log's verifier key. Publish it where nobody of the city can change it."""
    _open()
    from onewindow.plumbing import proof_log

    click.echo(proof_log.verifier_key())


@audit.command()
def head() -> None:
    """Print the newest signed head."""
    _open()
    from onewindow.plumbing import proof_log

    click.echo(proof_log.checkpoint(), nl=False)


@audit.command()
def verify() -> None:
    """Compare every entry in the database with the signed heads. Exit: 0 all hold, 1 something was changed."""
    _open()
    from onewindow.plumbing import clock, proof_log

    proof_log.sequence_all(now=clock.now())
    found = proof_log.verify()
    for fault in found.faults:
        click.echo(f"CHANGED: {fault}.", err=True)
    if found.faults:
        sys.exit(1)
    click.echo(f"{found.entries:,} entries hold under {found.heads:,} signed heads.")


@audit.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def export(folder: Path) -> None:
    """Write the whole log as files (C2SP tlog-tiles) for others to check."""
    _open()
    from onewindow.plumbing import clock, proof_log

    proof_log.sequence_all(now=clock.now())
    try:
        count = proof_log.export(folder)
    except OSError as error:
        raise Failure(f"The log cannot be written to {folder}: {error.strerror}. Choose a folder you may write to.") from error
    click.echo(f"{count:,} entries are in {folder}. Check them with:")
    click.echo(f"python docs/verify_log.py {folder} --key '{proof_log.verifier_key()}'")


@audit.command()
@click.argument("address")
@click.option("--key", "log_key", required=True, help="the log's verifier key, as the authority published it")
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), required=True, help="where to keep heads; not on that machine")
@click.option("--name", default="witness", show_default=True, help="the name under which the witness signs")
def witness(address: str, log_key: str, keep: Path, name: str) -> None:
    """Look at a log over the network, check that it only grew, and keep its head signed by the witness.

    Run it by the clock on a machine of somebody else. Exit: 0 the log only grew, 1 it was changed or set back, 2 it cannot be reached.
    """
    from onewindow.cli.witness import Witness

    seen = Witness(address.rstrip("/"), log_key, keep, name)
    try:
        click.echo(seen.look())
    except seen.Changed as error:
        click.echo(f"CHANGED: {error}.", err=True)
        sys.exit(1)
