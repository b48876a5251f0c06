"""`onewindow exchange …`: the data that registers share."""

import click

from onewindow.cli import exchange_records


@click.group()
def exchange() -> None:
    """Registers that are gathered centrally: describe them, load them."""


exchange.add_command(exchange_records.describe)
exchange.add_command(exchange_records.load)
