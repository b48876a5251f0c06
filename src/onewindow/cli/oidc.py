"""`onewindow oidc …`: systems of departments that log their users in here, and the keys that sign it."""

import json
from pathlib import Path
from typing import Any

import click

from onewindow.cli.failures import Failure
from onewindow.cli.installation import open_installation, prepare


@click.group()
def oidc() -> None:
    """Register systems that log their users in here, and change the keys that sign who somebody is."""


@oidc.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def register(file: Path) -> None:
    """Register the system that a JSON file describes, and print its client_id and secret. docs/log-in.md shows such a file."""
    _open()
    from onewindow.modules.signon import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    operator, said = Actor.system("oidc register"), _read(file)
    try:
        form = services.SystemForm(**said)
    except TypeError as error:
        raise Failure(f"{file} does not describe a system: {error}. docs/log-in.md shows what stands in it.") from None
    client_id = services.register_system(form=form, actor=operator, now=clock.now())
    click.echo(f"client_id: {client_id}")
    if not form.public:
        click.echo(f"client_secret: {services.renew_secret(system_id=client_id, actor=operator, now=clock.now())}")


@oidc.command("list")
def list_systems() -> None:
    """List the registered systems: client_id, state, organisation, name."""
    _open()
    from onewindow.modules.signon import selectors
    from onewindow.plumbing.actors import Actor
    from onewindow.plumbing.text import localised

    for row in selectors.systems(actor=Actor.system("oidc list")):
        state = "closed" if row.closed_at else "open" if row.active else "waits"
        click.echo(f"{row.id}  {state:6}  {row.organisation:20}  {localised(row.name, 'en')}")


@oidc.command()
@click.argument("client_id")
def close(client_id: str) -> None:
    """Close a system: whoever is logged in to it is out at the next request."""
    _open()
    from onewindow.modules.signon import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    services.close_system(system_id=client_id, actor=Actor.system("oidc close"), now=clock.now())
    click.echo(f"Closed: {client_id}.")


@oidc.command()
def keys() -> None:
    """List the signing keys: id, signs from, published until."""
    _open()
    from onewindow.modules.signon import selectors
    from onewindow.plumbing.actors import Actor

    for row in selectors.signing_keys(actor=Actor.system("oidc keys")):
        until = f"{row.published_until:%Y-%m-%d %H:%M}" if row.published_until else "not ended"
        click.echo(f"{row.id}  {row.signs_from:%Y-%m-%d %H:%M}  {until}")


@oidc.command()
@click.option("--at-once", is_flag=True, help="the old key may be in wrong hands: publish it no more, from this moment on")
def rotate(at_once: bool) -> None:
    """Make a new signing key. It signs in an hour, when every system has read it; the old one stays published a day longer."""
    _open()
    from onewindow.modules.signon import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    click.echo(services.rotate_keys(actor=Actor.system("oidc rotate"), now=clock.now(), at_once=at_once))


def _open() -> None:
    prepare()
    open_installation()


def _read(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failure(f"{file} cannot be read: {error}. Give the path of a JSON file.") from None
    if not isinstance(said, dict):
        raise Failure(f"{file} holds no object. docs/log-in.md shows what stands in it.")
    return said
