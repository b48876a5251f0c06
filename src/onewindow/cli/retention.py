"""`onewindow retention`: remove what the rules let go, and say what and why."""

import json

import click

from onewindow.cli.installation import open_installation


@click.command()
@click.option("--dry-run", is_flag=True, help="say what would go, and remove nothing")
@click.option("--json", "as_json", is_flag=True, help="print it as JSON")
def retention(dry_run: bool, as_json: bool) -> None:
    """Remove drafts and cases whose time is over, each with its entry in the log. The worker does the same once a day."""
    open_installation()
    from onewindow.plumbing import clock, personal
    from onewindow.plumbing.actors import Actor

    now = clock.now()
    items = (
        [personal.Removed(item, 0) for item in personal.overdue(now)]
        if dry_run
        else personal.retain(actor=Actor.system("retention"), now=now)
    )
    kept = personal.kept(now)
    rows = [
        {
            "what": removed.item.subject_kind,
            "id": removed.item.subject_id,
            "rule": removed.item.rule,
            "since": removed.item.since.isoformat(),
            "until": removed.item.until.isoformat(),
            "rows": removed.rows,
        }
        for removed in items
    ]
    if as_json:
        click.echo(json.dumps({"removed": [] if dry_run else rows, "would_go": rows if dry_run else [], "kept_without_a_rule": kept}))
        return
    verb = "may go" if dry_run else "removed"
    for row in rows:
        click.echo(f"{row['what']} {row['id']} {verb}: {row['rule']}, from {row['since']} to {row['until']}")
    click.echo(f"{len(rows)} {verb}.")
    for name, count in kept.items():
        click.echo(f"{count} finished {name} stay: no service of theirs says when they may go (guide: retention_years).")
