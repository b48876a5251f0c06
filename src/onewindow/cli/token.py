"""`onewindow token …`: the keys of programs that act in somebody's name."""

from typing import TYPE_CHECKING

import click

from onewindow.cli.failures import Failure
from onewindow.cli.installation import open_installation, prepare

if TYPE_CHECKING:
    from datetime import datetime

    from onewindow.modules.identity.selectors import TokenRow
    from onewindow.plumbing.actors import Actor

_user = click.argument("username", metavar="USERNAME")


@click.group()
def token() -> None:
    """Make, list and end the tokens of programs. A token acts as its user, with the roles the user has at each request."""


@token.command()
@_user
@click.option("--name", default="program", show_default=True, help="what it is for, to know it again")
def create(username: str, name: str) -> None:
    """Make a token and print it. It is shown this once: only its hash is kept."""
    actor = _user_of(username)
    from onewindow.modules.identity import services
    from onewindow.plumbing import clock

    click.echo(services.create_token(name=name, actor=actor, now=clock.now()))


@token.command("list")
@_user
def list_tokens(username: str) -> None:
    """List a user's tokens, newest first: id, made, last used, name."""
    for row in _tokens(_user_of(username)):
        click.echo(f"{row.id}  {_day(row.created_at)}  {_day(row.last_used_at) if row.last_used_at else 'never used'}  {row.name}")


@token.command()
@_user
@click.argument("which", metavar="TOKEN")
def revoke(username: str, which: str) -> None:
    """End a token, by its id or its name."""
    actor = _user_of(username)
    from onewindow.modules.identity import services
    from onewindow.plumbing import clock

    found = [row for row in _tokens(actor) if which in {str(row.id), row.name}]
    if not found:
        raise Failure(f"{username} has no token “{which}”. “onewindow token list {username}” shows what there is.")
    if len(found) > 1:
        raise Failure(
            f"{username} has {len(found)} tokens called “{which}”. Name one by its id: “onewindow token list {username}” shows it."
        )
    services.revoke_token(token_id=found[0].id, actor=actor, now=clock.now())
    click.echo(f"Ended: {found[0].name}. Whoever uses it is refused from now on.")


def _user_of(username: str) -> "Actor":
    """Return who a username is. Raises: Failure where nobody is called so, or the account is closed."""
    prepare()
    open_installation()
    from onewindow.modules.identity import selectors

    user_id = selectors.user_id_of(username)
    actor = selectors.actor_of(user_id)
    if not actor.is_known:
        state = "The account is closed." if user_id else "Nobody has this username."
        raise Failure(f"There are no tokens for “{username}”. {state} Check the spelling.")
    return actor


def _tokens(actor: "Actor") -> "list[TokenRow]":
    from onewindow.modules.identity import selectors

    return selectors.tokens_of(actor=actor)


def _day(moment: "datetime") -> str:
    return f"{moment:%Y-%m-%d}"
