"""The `onewindow` command. Each group is a file of its own and loaded only when it is used: compiling a file needs no Django."""

import importlib
import os
import sys
from importlib.util import find_spec

import click

from onewindow import __version__
from onewindow.cli.failures import Failure, report

_COMMANDS = {
    "up": ("onewindow.cli.up", "Start site, worker and sources together, ready to use."),
    "serve": ("onewindow.cli.serve", "Serve the site and the API."),
    "worker": ("onewindow.cli.worker", "Work the background jobs."),
    "sources": ("onewindow.cli.sources", "Play other authorities' registers."),
    "migrate": ("onewindow.cli.migrate", "Bring the database to the newest shape."),
    "catalogue": ("onewindow.cli.catalogue", "Load, check, export and import the catalogue."),
    "bundle": ("onewindow.cli.bundle", "Compile a One Thing and ask about it."),
    "schema": ("onewindow.cli.schema", "Print the JSON Schema of catalogue files."),
    "token": ("onewindow.cli.token", "Make, list and end the tokens of programs."),
    "keys": ("onewindow.cli.keys", "The keys of what is sealed at rest: list, rotate, change the master key."),
    "accounts": ("onewindow.cli.accounts", "Take over the accounts of an older platform; close one, reopen it, log it out."),
    "oidc": ("onewindow.cli.oidc", "Systems that log their users in here, and the keys that sign it."),
    "audit": ("onewindow.cli.audit", "The log nobody can rewrite: check it, export it, witness it."),
    "exchange": ("onewindow.cli.exchange", "Data that walks: ask registers, see how much is asked, check the log, load records."),
    "breach": ("onewindow.cli.breach", "Something leaked: whom it concerns, what to do, and the letters."),
    "retention": ("onewindow.cli.retention", "Remove what the retention rules let go."),
    "story": ("onewindow.cli.story", "Replay a scenario as people would live it."),
    "doctor": ("onewindow.cli.doctor", "Check the installation, line by line."),
}
"""Name → module and one line of help. A module that is not there is no command."""


class _Commands(click.Group):
    """Finds a command by its name without importing the others; `--help` lists all of them without importing any."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click calls it so)
        return [name for name, (module, _) in _COMMANDS.items() if find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  (click calls it so)
        module, _ = _COMMANDS.get(cmd_name, ("", ""))
        if not module or not find_spec(module):
            return None
        command = getattr(importlib.import_module(module), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def onewindow() -> None:
    """OneWindow: departments describe their services once, the platform derives the rest."""


def main(arguments: list[str] | None = None) -> None:
    """Run one command. Exit: 0 done, 1 something was found (doctor), 2 it could not be done; errors go to stderr as sentences."""
    try:
        code = onewindow.main(args=arguments, prog_name="onewindow", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`): nothing is left to say, and the interpreter must not try again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        help_line = f" See “{error.ctx.command_path} --help”." if isinstance(error, click.UsageError) and error.ctx else ""
        print(f"{error.format_message()}{help_line}", file=sys.stderr)
        sys.exit(2)
    except Exception as error:
        sys.exit(report(error))
    sys.exit(code if isinstance(code, int) else 0)


__all__ = ["Failure", "main", "onewindow"]
