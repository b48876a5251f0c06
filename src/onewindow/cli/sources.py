"""`onewindow sources`: a program of its own that plays other authorities' registers."""

import importlib

import click

from onewindow.cli.demo import city_of, register_folders
from onewindow.cli.installation import DEFAULT_SOURCES_PORT, prepare, scenario_folder


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_SOURCES_PORT, show_default=True)
@click.option("--data", multiple=True, help="folder of registers, may be given several times; else those of the demo city")
@click.option("--home", default=None, help="folder of the installation's data, where the key to the registers is kept")
@click.argument("more", nargs=-1, type=click.UNPROCESSED)
def sources(port: int, data: tuple[str, ...], home: str | None, more: tuple[str, ...]) -> int:
    """Play other authorities' registers; MORE goes to `onewindow-sources` as it is (--fault population=down, say)."""
    prepare(home)
    play = importlib.import_module("onewindow_sources.main").main
    folders = data or tuple(str(folder) for folder in register_folders(city_of(scenario_folder())))
    return int(play(["--port", str(port), *(word for folder in folders for word in ("--data", folder)), *more]))
