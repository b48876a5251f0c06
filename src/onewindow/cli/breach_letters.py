"""The letters of an incident: shown and counted first, sent when somebody says so."""

import json
from pathlib import Path
from typing import Any

import click

from onewindow.cli.breach_report import FORMAT
from onewindow.cli.failures import Failure

LANGUAGES = ("zh-hans", "en", "ru")
_OWN = frozenset({"cause", "harm", "taken", "advice"})


def tell(report: Path, words: Path | None, *, send: bool) -> None:
    """Write to everybody of whom something could be read, or whose things were changed. Raises: Failure."""
    from onewindow.modules.breach import services
    from onewindow.plumbing import clock
    from onewindow.plumbing.actors import Actor

    document, own = _read(report), _own(words)
    try:
        recipients = [
            services.Recipient(_uuid(row["account"]), tuple(row["categories"]) or ("matter",))
            for row in document["persons"]
            if row["categories"] or row["changed"]
        ]
        kind, incident = document["kind"], document["incident"]
    except (KeyError, TypeError, ValueError) as error:
        raise Failure(f"{report} is no report of “onewindow breach” ({error}). Make it with --out.") from None
    if not send:
        categories = tuple(dict.fromkeys(name for row in recipients for name in row.categories))
        for language in LANGUAGES:
            subject, body = services.written(kind=kind, categories=categories, own_words=own, language=language)
            click.echo(f"--- {language}: {subject}\n{body}\n")
    told = services.tell(
        incident=incident, kind=kind, recipients=recipients, own_words=own, send=send, actor=Actor.system("breach"), now=clock.now()
    )
    for (channel, language), count in sorted(told.by.items()):
        click.echo(f"{channel} {language}: {count:,}")
    verb = "handed to the worker, which carries them" if send else "would be sent; nothing was sent. Add --send"
    click.echo(f"{told.sent:,} letters {verb}. {told.already:,} were told before.")
    if told.unreachable:
        click.echo(f"{len(told.unreachable):,} have no open account with an address; tell them by post or in public:")
        for person in told.unreachable:
            click.echo(f"  {person}")


def _read(report: Path) -> dict[str, Any]:
    try:
        document = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failure(f"{report} cannot be read: {error}. Give the report.json of “onewindow breach … --out”.") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Failure(f"{report} is no report of “onewindow breach”. Make it with --out.")
    return document


def _own(words: Path | None) -> dict[str, dict[str, str]]:
    """Return the operator's own words: each of cause, harm, taken, advice in zh, en and ru. Raises: Failure."""
    if words is None:
        return {}
    try:
        own: dict[str, dict[str, str]] = json.loads(words.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failure(f"{words} cannot be read: {error}.") from None
    whole = (
        isinstance(own, dict)
        and own.keys() <= _OWN
        and all(
            isinstance(texts, dict) and all(isinstance(texts.get(name), str) and texts[name] for name in ("zh", "en", "ru"))
            for texts in own.values()
        )
    )
    if not whole:
        raise Failure(f"{words} must hold an object with some of {', '.join(sorted(_OWN))}, each a text in zh, en and ru.")
    return own


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)
