"""`onewindow catalogue …`: load, check, export and import the catalogue."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onewindow.cli.failures import Failure
from onewindow.cli.files import catalogue_files, content
from onewindow.cli.installation import open_installation, prepare

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from onewindow.domain.catalogue import Warning_
    from onewindow.domain.catalogue.documents import Documents

_files = click.argument("files", nargs=-1, required=True, metavar="FILE...")


@click.group()
def catalogue() -> None:
    """Load, check, export and import the catalogue. A folder as FILE stands for every YAML and JSON file below it."""


@catalogue.command()
@_files
@click.option("--note", default="", help="kept with the release")
@click.option("--replace", is_flag=True, help="what the files do not describe ends with this release")
def load(files: tuple[str, ...], note: str, replace: bool) -> None:
    """Load files as a new release: all of them or, where anything is wrong, nothing."""
    prepare()
    read = catalogue_files(files)
    open_installation()
    from onewindow.modules.catalogue import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    info = services.load_catalogue(files=read, actor=Actor.system("cli"), now=clock.now(), note=note, replace=replace)
    _print_warnings(info.warnings)
    if info.changed:
        click.echo(f"Release {info.number}: {info.objects} objects.")
    else:
        click.echo(f"Nothing changed: release {info.number} says the same.")


@catalogue.command()
@_files
def check(files: tuple[str, ...]) -> None:
    """Check files by themselves; needs no database. Problems go to stderr, all of them, with file and line."""
    from onewindow.domain.catalogue import check_catalogue, read_catalogue

    loaded = read_catalogue(catalogue_files(files))
    warnings = (*loaded.warnings, *check_catalogue(loaded.catalogue))
    _print_warnings(warnings)
    counts = ", ".join(_counted(kind, len(rows)) for kind, rows in loaded.documents.items() if rows)
    click.echo(f"No problem, {len(warnings)} warning{'' if len(warnings) == 1 else 's'}: {counts or 'nothing is described'}.")


@catalogue.command()
@click.option("--format", "form", type=click.Choice(["turtle", "jsonld", "yaml", "json"]), default="yaml", show_default=True)
@click.option("--catalogue", "files", multiple=True, metavar="FILE", help="a catalogue file, or a folder of them; else the installation's")
@click.option("--release", type=int, default=None, help="of the installation; else the current one")
@click.option("--base", default=None, metavar="URL", help="what the addresses in turtle and jsonld begin with")
def export(form: str, files: tuple[str, ...], release: int | None, base: str | None) -> None:
    """Write the catalogue to stdout: in its own format, or as CPSV-AP 3.2 (turtle, jsonld)."""
    documents = _documents(files, release)
    if form in {"yaml", "json"}:
        from onewindow.domain.catalogue.documents import as_json, as_yaml

        click.echo(as_yaml(documents) if form == "yaml" else as_json(documents), nl=False)
        return
    from onewindow.domain.catalogue import build_catalogue
    from onewindow.domain.catalogue.cpsv import export_cpsv
    from onewindow.domain.catalogue.cpsv_words import DEFAULT_BASE
    from onewindow.domain.catalogue.documents import by_kind

    click.echo(export_cpsv(build_catalogue(by_kind(documents)), form=form, base=base or DEFAULT_BASE), nl=False)


@catalogue.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--verbose", is_flag=True, help="print every row, not only what was repaired or refused")
def import_command(file: Path, verbose: bool) -> None:
    """Import another platform's list of service items (CSV or JSON) into the directory."""
    prepare()
    read = content(file)
    open_installation()
    from onewindow.modules.catalogue import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    report = services.import_directory(name=file.name, content=read, actor=Actor.system("cli"), now=clock.now())
    for row in report.rows:
        if verbose or row.outcome != "accepted":
            click.echo(f"{row.place}: {row.outcome} {row.code} {row.name}" + "".join(f"\n    {remark}" for remark in row.remarks))
    click.echo(f"{len(report.rows)} rows: {report.accepted} accepted, {report.repaired} repaired, {report.refused} refused.")
    click.echo(f"{report.added} directory entries added, {report.changed} changed.")


@catalogue.command()
@click.argument("code_list", type=click.Choice(["region", "industry"]))
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--title", required=True, help="what the list is called, for example GB/T 4754-2017")
@click.option("--source", required=True, help="who publishes it, and where")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), required=True, help="its first day; what it lacks ends then")
def codes(code_list: str, file: Path | None, title: str, source: str, valid_from: "datetime") -> None:
    """Load the list that fields of divisions or industries choose from: a CSV file with code, name_zh, name_en, name_ru, parent.

    Without a file, divisions are those of the package python-stdnum: provinces, cities and counties.
    """
    prepare()
    read = content(file) if file else None
    if read is None and code_list != "region":
        message = "Name the file of the list: only divisions come with the installation."
        raise Failure(message)
    open_installation()
    from onewindow.modules.catalogue import selectors, services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    info = services.load_code_list(
        code_list=code_list,
        title=title,
        source=source,
        valid_from=valid_from.date(),
        rows=selectors.read_code_list(read) if read is not None else selectors.divisions(),
        actor=Actor.system("cli"),
        now=clock.now(),
    )
    click.echo(f"{info.codes} codes, {info.ended} ended." if info.changed else f"Nothing changed: {info.codes} codes.")


def _counted(kind: str, count: int) -> str:
    one = {"parties": "party"}.get(kind, kind[:-1])
    return f"{count} {(one if count == 1 else kind).replace('_', ' ')}"


def _documents(files: tuple[str, ...], release: int | None) -> "Documents":
    """Return the documents of the files, or of a release of the installation.

    Raises: Failure, CatalogueRefused, NotFound.
    """
    if files:
        from onewindow.domain.catalogue import read_catalogue

        loaded = read_catalogue(catalogue_files(files))
        return {(kind, key): document for kind, rows in loaded.documents.items() for key, document in rows.items()}
    open_installation()
    from onewindow.modules.catalogue import selectors

    number = release if release is not None else selectors.current_release()
    if number is None:
        raise Failure("The installation has no catalogue yet. Load one with “onewindow catalogue load FILE…”, or give --catalogue FILE.")
    return selectors.documents_at(selectors.release_row(number).number)


def _print_warnings(warnings: "Iterable[Warning_]") -> None:
    listed = list(warnings)
    for warning in listed:
        click.echo(f"{warning.kind} {warning.id}: {warning.message}. {warning.remedy}", err=True)
    if len(listed) > 1:
        kinds = Counter(warning.code for warning in listed)
        click.echo("Warnings: " + ", ".join(f"{count} {code}" for code, count in kinds.most_common()), err=True)
