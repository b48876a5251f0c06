"""`onewindow schema`: the published JSON Schema of catalogue files."""

import json

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of catalogue files."""
    from onewindow.domain.catalogue import catalogue_schema

    click.echo(json.dumps(catalogue_schema(), ensure_ascii=False, indent=2))
