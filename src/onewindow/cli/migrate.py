"""`onewindow migrate`: the database in its newest shape."""

import click

from onewindow.cli.installation import prepare


@click.command()
@click.option("--home", default=None, help="folder of the installation's data")
def migrate(home: str | None) -> None:
    """Bring the database to the newest shape; nothing is done where it has it already."""
    prepare(home)
    from onewindow.config import setup

    setup()
    count = apply_migrations()
    click.echo(f"{count} migrations applied." if count else "The database is up to date.")


def apply_migrations() -> int:
    """Apply what is missing and return how many migrations that were. Django must be ready."""
    from django.core.management import call_command

    missing = len(missing_migrations())
    if missing:
        call_command("migrate", interactive=False, verbosity=0)
    return missing


def missing_migrations() -> list[str]:
    """Return the migrations that the database has not seen. Django must be ready."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
