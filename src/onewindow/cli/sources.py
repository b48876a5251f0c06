"""`onewindow sources`: a program of its own that plays other authorities' registers."""

import importlib

import click

from onewindow.cli.installation import DEFAULT_SOURCES_PORT, prepare, scenario_folder


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_SOURCES_PORT, show_default=True)
@click.option("--data", default=None, help="folder of registers; else those of the demo city")
@click.option("--home", default=None, help="folder of the installation's data, where the key to the registers is kept")
@click.argument("more", nargs=-1, type=click.UNPROCESSED)
def sources(port: int, data: str | None, home: str | None, more: tuple[str, ...]) -> int:
    """Play other authorities' registers; MORE goes to `onewindow-sources` as it is (--fault population=down, say)."""
    prepare(home)
    play = importlib.import_module("onewindow_sources.main").main
    return int(play(["--port", str(port), "--data", data or str(scenario_folder() / "registers"), *more]))
