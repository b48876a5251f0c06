"""`onewindow exchange setup`, `query` and `report`: who may ask, asking a register for a case, and how much is asked."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from onewindow.cli.failures import Failure
from onewindow.cli.files import with_wsdl
from onewindow.cli.installation import open_installation, prepare

BY = ("organisation", "resource", "service", "purpose")
COLUMNS = ("questions", "records", "no_record", "failed", "under_way", "mean_ms", "longest_ms")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="print JSON")


@click.command()
@click.argument("resource")
@click.option("--as", "username", required=True, help="the officer who asks: their grant, their quota, and the applicant sees their office")
@click.option("--case", "reference", required=True, metavar="REF", help="the case it is for, one of their organisation")
@click.option("--key", "keys", multiple=True, required=True, metavar="ELEMENT=VALUE", help="under what to look")
@click.option("--field", "fields", multiple=True, required=True, metavar="ELEMENT", help="what to ask for")
@click.option("--purpose", default="case", show_default=True, type=click.Choice(["case", "oversight"]))
@AS_JSON
def query(resource: str, username: str, reference: str, *, keys: tuple[str, ...], fields: tuple[str, ...], **how: Any) -> None:
    """Ask a register for a case, as an officer of it. It is granted, counted, signed and told to the applicant like any question."""
    asked = dict(_pair(key) for key in keys)
    prepare()
    open_installation()
    from onewindow.modules.cases import services
    from onewindow.modules.identity import selectors as identity
    from onewindow.plumbing import clock

    actor = identity.actor_of(identity.user_id_of(username))
    if not actor.is_officer:
        raise Failure(f"No officer has the username “{username}”. Check the spelling.")
    answer = services.ask_register(
        reference=reference, resource=resource, keys=asked, fields=fields, purpose=how["purpose"], actor=actor, now=clock.now()
    )
    told = {"resource": answer.source, "at": answer.obtained_at.isoformat(), "by": username, "organisation": actor.organisation}
    if how["as_json"]:
        click.echo(json.dumps({**told, "case": reference, "values": dict(answer.values)}, ensure_ascii=False, default=str))
        return
    click.echo(f"{resource} to {username} ({actor.organisation}), for {reference}:")
    for name in fields:
        click.echo(f"  {name}: {answer.values.get(name, 'not given')}")


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--replace", is_flag=True, help="enquiries that stand in none of the files end")
def setup(files: tuple[Path, ...], replace: bool) -> None:
    """Load connectors, grants, enquiries and descriptions of data resources, all of it or nothing; what is there already stays."""
    read = [_setup_file(file) for file in files]
    if replace and not any("enquiries" in part for part in read):
        raise click.UsageError("--replace takes away enquiries, and none of the files lists any.")
    prepare()
    open_installation()
    from django.db import transaction

    from onewindow.modules.exchange import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    who: dict[str, Any] = {"actor": Actor.system("exchange setup"), "now": clock.now()}
    rows = {name: [row for part in read for row in part.get(name) or []] for name in LOADED}
    with transaction.atomic():
        new = {
            "connectors": services.load_connectors(connectors=rows["connectors"], **who),
            "grants": services.load_grants(grants=rows["grants"], **who),
            "resources": services.load_resources(documents=rows["resources"], **who),
            "systems": services.load_cloud_systems(systems=rows["systems"], **who),
            "enquiries": services.load_enquiries(enquiries=rows["enquiries"], replace=replace, **who),
        }
    for name, count in new.items():
        if rows[name] or count:
            click.echo(f"{count} of {len(rows[name])} {name} are new or changed.")


LOADED = ("connectors", "grants", "resources", "systems", "enquiries")
FORMATS = ("connectors", "grants", "enquiries", "data-resources")


def _setup_file(file: Path) -> dict[str, Any]:
    """Return what a file tells, with descriptions of SOAP beside it. Raises: Failure."""
    import yaml

    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Failure(f"{file} is no YAML: {' '.join(str(error).split())}") from None
    if not isinstance(read, dict) or str(read.get("format")) not in {f"onewindow-{kind}/1" for kind in FORMATS}:
        raise Failure(f"{file} is none of {', '.join(FORMATS)}. Its first line must say which, as “format: onewindow-grants/1”.")
    if "connectors" in read:
        read["connectors"] = with_wsdl(read["connectors"] or [], file.parent)
    return read


@click.command()
@click.option("--since", default=None, metavar="DAY", help="first day, as 2026-03-01  [default: 30 days ago]")
@click.option("--until", default=None, metavar="DAY", help="last day  [default: today]")
@click.option("--by", type=click.Choice(BY), default="organisation", show_default=True)
@AS_JSON
def report(since: str | None, until: str | None, by: Any, as_json: bool) -> None:
    """Tell how much was asked: by the organisation that asks, by resource, service or purpose."""
    prepare()
    open_installation()
    from onewindow.modules.exchange import selectors
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    today = clock.local_date(clock.now())
    first, last = _day(since or str(today - timedelta(days=30))), _day(until or str(today))
    rows = selectors.report(since=first, until=last + timedelta(days=1), by=by, actor=Actor.system("exchange report"))
    if as_json:
        told = {"since": str(first.date()), "until": str(last.date()), "by": by, "rows": [asdict(row) for row in rows]}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    width = max([len(by), *(len(row.name) for row in rows)])
    click.echo("  ".join([by.ljust(width), *(name.replace("_", " ").rjust(10) for name in COLUMNS)]))
    for row in rows:
        figures = [_figure(getattr(row, name)) for name in COLUMNS]
        click.echo("  ".join([(row.name or "–").ljust(width), *figures]))


def _figure(figure: int | None) -> str:
    return ("–" if figure is None else f"{figure:,}").rjust(10)


def _pair(key: str) -> tuple[str, str]:
    name, equals, value = key.partition("=")
    if not (name and equals and value):
        raise click.UsageError(f"“{key}” is no key. Write the element, =, and its value.")
    return name, value


def _day(text: str) -> datetime:
    """Return the beginning of a day of the city."""
    from zoneinfo import ZoneInfo

    from django.conf import settings

    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    except ValueError:
        raise Failure(f"“{text}” is no day. Write it as 2026-03-01.") from None
