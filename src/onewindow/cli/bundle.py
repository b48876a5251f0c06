"""`onewindow bundle …`: compile a One Thing and ask about it, from files or from the installation's catalogue."""

import functools
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

import click

from onewindow.cli.failures import Failure
from onewindow.cli.files import catalogue_files
from onewindow.domain.catalogue.model import Catalogue

LANGUAGES = ("zh", "en", "ru")


def _language() -> str:
    own = (os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "")[:2]
    return own if own in LANGUAGES else "en"


def _answers(_context: click.Context, _option: click.Parameter, pairs: tuple[str, ...]) -> dict[str, Any]:
    """Return question → value; what follows the equals sign is JSON."""
    found: dict[str, Any] = {}
    for pair in pairs:
        question, equals, text = pair.partition("=")
        if not equals or not question:
            raise click.BadParameter(f"“{pair}” is not question=JSON. Write, say, seats=40 or cooks-food=true.")
        if question in found:
            raise click.BadParameter(f"“{question}” is answered twice. Keep one answer.")
        try:
            found[question] = json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise click.BadParameter(f"“{text}” is not JSON. Texts stand in quotes: --answer '{question}=\"{text}\"'.") from None
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


@dataclass(frozen=True, slots=True)
class Asked:
    """What every question about a bundle takes from the command line."""

    event: str
    files: tuple[str, ...]
    answers: Mapping[str, Any]
    held: tuple[str, ...]
    as_json: bool
    language: str

    @property
    def matter(self) -> dict[str, Any]:
        """The answers and licences, as the compiler takes them."""
        return {"answers": self.answers, "held": self.held}


def _asking(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that make an `Asked`, and pass it as the first argument."""

    @functools.wraps(command)
    def run(**options: Any) -> None:
        asked = Asked(**{name: options.pop(name) for name in Asked.__slots__})
        command(asked, **options)

    whose = "a catalogue file, or a folder of them; else the installation's"
    for option in (
        click.argument("event"),
        click.option("--catalogue", "files", multiple=True, metavar="FILE", help=whose),
        click.option("--answer", "answers", multiple=True, callback=_answers, metavar="K=JSON", help="the answer to a question"),
        click.option("--held", multiple=True, metavar="TYPE", help="a licence that the applicant has"),
        click.option("--json", "as_json", is_flag=True, help="print JSON"),
        click.option("--language", type=click.Choice(LANGUAGES), default=_language, help="of names and sentences"),
    ):
        run = option(run)
    return run


def catalogue_of(files: tuple[str, ...]) -> Catalogue:
    """Return the catalogue of the files, or of the installation's current release where none is given.

    Raises: Failure, CatalogueRefused.
    """
    if files:
        from onewindow.domain.catalogue import read_catalogue

        return read_catalogue(catalogue_files(files)).catalogue
    from onewindow.cli.installation import open_installation

    open_installation()
    from onewindow.modules.catalogue import selectors

    release = selectors.current_release()
    if release is None:
        raise Failure("The installation has no catalogue yet. Load one with “onewindow catalogue load FILE…”, or give --catalogue FILE.")
    return selectors.catalogue_at(release)


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


@click.group()
def bundle() -> None:
    """Compile a One Thing and ask about it."""


@bundle.command("compile")
@_asking
def compile_command(asked: Asked) -> None:
    """Print the report: the one form, the one list, the one process, the one bill, and what was saved."""
    from onewindow.domain.bundle import compile_bundle

    catalogue = catalogue_of(asked.files)
    report = compile_bundle(catalogue, asked.event, **asked.matter)
    if asked.as_json:
        _print_json(report.as_json())
        return
    from onewindow.cli.bundle_report import lines

    _print_lines(lines(report, catalogue, asked.language))


@bundle.command()
@_asking
@click.option("-k", "--together", type=click.IntRange(1, 6), default=2, show_default=True, help="moves in the best combination, at most")
def blockers(asked: Asked, together: int) -> None:
    """Tell what to build next: what one more interface, share or commitment would save, alone and together."""
    from onewindow.domain.bundle import find_blockers

    catalogue = catalogue_of(asked.files)
    found = find_blockers(catalogue, asked.event, **asked.matter, k=together)
    if asked.as_json:
        _print_json(asdict(found))
        return
    from onewindow.cli.bundle_answers import blocker_lines

    _print_lines(blocker_lines(found, catalogue, asked.language))


@bundle.command()
@_asking
def ablate(asked: Asked) -> None:
    """Tell where the effect comes from: the counts with sharing, joining, parallel work or commitments switched off."""
    from onewindow.domain.bundle import ablate as ablate_bundle

    found = ablate_bundle(catalogue_of(asked.files), asked.event, **asked.matter)
    if asked.as_json:
        _print_json(asdict(found))
        return
    from onewindow.cli.bundle_answers import ablation_lines

    _print_lines(ablation_lines(found, asked.language))


@bundle.command()
@_asking
def certify(asked: Asked) -> None:
    """Write the certificate that proves the form minimal, in JSON; docs/certify.py checks it without us."""
    from onewindow.domain.bundle import certify_bundle

    _print_json(certify_bundle(catalogue_of(asked.files), asked.event, **asked.matter))


@bundle.command()
@_asking
def bpmn(asked: Asked) -> None:
    """Write the process as BPMN 2.0 XML."""
    from onewindow.domain.bundle import bundle_as_bpmn, compile_bundle

    if asked.as_json:
        raise click.UsageError("BPMN is XML; leave --json out.")
    catalogue = catalogue_of(asked.files)
    report = compile_bundle(catalogue, asked.event, **asked.matter, with_alone=False)
    click.echo(bundle_as_bpmn(catalogue, report, language=asked.language), nl=False)


@bundle.command()
@_asking
@click.option("--element", "elements", multiple=True, metavar="ELEMENT", help="a form field; else every field that is still typed")
def explain(asked: Asked, elements: tuple[str, ...]) -> None:
    """Tell why a field is asked: the services and the law that need it, and what would make it unnecessary."""
    from onewindow.domain.bundle import compile_bundle, explain_element

    catalogue = catalogue_of(asked.files)
    report = compile_bundle(catalogue, asked.event, **asked.matter, with_alone=False)
    wanted = elements or tuple(field.element for field in report.form)
    found = [explain_element(catalogue, report, element) for element in wanted]
    if asked.as_json:
        _print_json([asdict(one) for one in found])
        return
    from onewindow.cli.bundle_answers import explanation_lines

    for one in found:
        _print_lines(explanation_lines(one, catalogue, asked.language))
