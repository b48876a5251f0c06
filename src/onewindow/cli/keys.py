"""`onewindow keys …`: the keys under which personal values lie in the database and on disk."""

import os

import click

from onewindow.cli.failures import Failure
from onewindow.cli.installation import open_installation, prepare


@click.group()
def keys() -> None:
    """The keys of what is sealed at rest: list them, make a new one, change the master key."""
    prepare()


@keys.command("list")
def list_keys() -> None:
    """List the data keys, and what still lies under older ones."""
    open_installation()
    from onewindow.modules.identity import selectors
    from onewindow.plumbing import clock, files
    from onewindow.plumbing.sealing import keys as data_keys
    from onewindow.plumbing.sealing import renewal

    newest = data_keys.ring().newest.number
    for row in data_keys.rows():
        state = f"retired {row.retired_at:%Y-%m-%d}" if row.retired_at else "seals" if row.number == newest else "opens"
        masters = f", under {len(row.copies)} master keys" if len(row.copies) > 1 else ""
        click.echo(f"{row.number}  made {row.made_at:%Y-%m-%d %H:%M}  {state}{masters}")
    for left in renewal.waiting():
        click.echo(f"waiting: {left.count} values in {left.table}.{left.column}")
    if count := files.unsealed():
        click.echo(f"waiting: {count} files")
    if offers := selectors.offers_under_secret_key(now=clock.now()):
        click.echo(f"{offers} mandates were offered before numbers were sealed: keep the secret key of then in ONEWINDOW_OLD_SECRET_KEYS")


@keys.command()
def rotate() -> None:
    """Make a new data key. The worker seals everything anew under it and retires the older one."""
    open_installation()
    from django.db import transaction

    from onewindow.plumbing import clock
    from onewindow.plumbing.sealing import keys as data_keys

    with transaction.atomic():
        number = data_keys.make(now=clock.now())
        _record("keys.rotate", str(number))
    click.echo(f"Data key {number} seals from now on. The worker seals what is there anew; “onewindow keys list” shows what is left.")


@keys.command()
@click.option("--finish", is_flag=True, help="once everything runs with the new master key: the old one opens nothing any more")
def master(*, finish: bool) -> None:
    """Change the master key: ONEWINDOW_NEW_MASTER_KEY opens the data keys as well. Set it as the key, restart, then --finish."""
    open_installation()
    from django.db import transaction

    from onewindow.plumbing.sealing import keys as data_keys

    if finish:
        with transaction.atomic():
            count = data_keys.drop_other_masters()
            _record("keys.drop-master", "master")
        click.echo(f"{count} copies under other master keys are gone. Destroy the old key, but keep it for as long as a backup needs it.")
        return
    given = os.environ.get("ONEWINDOW_NEW_MASTER_KEY", "").strip()
    if not given:
        raise Failure("Set ONEWINDOW_NEW_MASTER_KEY to the new key, for example from “openssl rand -hex 32”, and call this again.")
    from onewindow.config.environment import key_from

    with transaction.atomic():
        count = data_keys.add_master(key_from(given, "ONEWINDOW_NEW_MASTER_KEY"))
        _record("keys.add-master", "master")
    click.echo(
        f"{count} data key{'s' if count != 1 else ''} open with both master keys. Set ONEWINDOW_MASTER_KEY to the new one, restart site "
        "and worker, then run “onewindow keys master --finish”."
    )


@keys.command()
def check() -> None:
    """Tell whether the master key opens the data keys. Exit 2 where it does not."""
    open_installation()
    from onewindow.plumbing.sealing import keys as data_keys

    click.echo(f"The master key opens the data keys; number {data_keys.ring().newest.number} seals.")


def _record(action: str, subject: str) -> None:
    from onewindow.plumbing import audit, clock
    from onewindow.plumbing.actors import Actor

    audit.record(actor=Actor.system("onewindow keys"), action=action, subject_kind="data-key", subject_id=subject, at=clock.now())
