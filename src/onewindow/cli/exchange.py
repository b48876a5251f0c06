"""`onewindow exchange …`: data that walks between departments."""

import click

from onewindow.cli import exchange_asking, exchange_log, exchange_records


@click.group()
def exchange() -> None:
    """Ask registers and see how much is asked; check and archive the log of questions; load what is gathered centrally."""


for _command in (
    exchange_asking.setup,
    exchange_asking.query,
    exchange_asking.report,
    exchange_log.verify,
    exchange_log.export,
    exchange_log.archive,
    exchange_log.purge,
    exchange_records.describe,
    exchange_records.load,
):
    exchange.add_command(_command)
