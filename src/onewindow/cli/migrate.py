"""`onewindow migrate`: the database in its newest shape."""

import click

from onewindow.cli.installation import prepare
from onewindow.plumbing.access_store.router import ACCESSES, LABEL


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
        if _has_a_file_of_its_own():
            call_command("migrate", LABEL, database=ACCESSES, interactive=False, verbosity=0)
    return missing


def missing_migrations() -> list[str]:
    """Return the migrations that the database has not seen. Django must be ready."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if _has_a_file_of_its_own():
        executor = MigrationExecutor(connections[ACCESSES])
        plan += executor.migration_plan(executor.loader.graph.leaf_nodes(LABEL))
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _has_a_file_of_its_own() -> bool:
    """Tell whether the store of accesses is a second database; where both are one, its tables are made with the others."""
    from django.db import connections

    return connections["default"].vendor == "sqlite"
