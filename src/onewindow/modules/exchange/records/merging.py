"""A batch on top of what is there: first it is found out what differs, then that is written down and done.

Only the second needs the transaction in which others wait, and it looks at nothing but what differs.
"""

from dataclasses import dataclass

from django.db import connection

from onewindow.modules.exchange.records.tables import Layout, analyze, key_names, run

# The statements below are put together from the names that `tables` made, and from nothing else.
# ruff: noqa: S608


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the records of a batch."""

    added: int
    changed: int
    gone: int


def twice(stage: str, layout: Layout) -> list[int]:
    """Take out of a batch every row whose key stands in an earlier one, and return their numbers."""
    places = f"row_number() OVER (PARTITION BY {key_names(layout)} ORDER BY n)"
    later = f'SELECT n FROM (SELECT n, {places} AS place FROM "{stage}") AS numbered WHERE place > 1'
    with connection.cursor() as cursor:
        cursor.execute(f"{later} ORDER BY n")
        found = [int(row[0]) for row in cursor.fetchall()]
        if found:
            cursor.execute(f'DELETE FROM "{stage}" WHERE n IN ({later})')
    return found


def compare(table: str, stage: str, layout: Layout) -> None:
    """Write down beside a batch which of its records are new (`since` is empty), differ or go: with their mask and what they were."""
    analyze(stage)
    same = " AND ".join(f"held.{field.name} = new.{field.name}" for field in layout.keys)
    differs = [f"held.{field.name} {_is_not()} new.{field.name}" for field in layout.others]
    bits = " + ".join(f"CASE WHEN {test} THEN {1 << place} ELSE 0 END" for place, test in enumerate(differs)) or "0"
    mask = f"CASE WHEN new.gone THEN {gone_mask(layout)} ELSE {bits} END AS mask"
    was = "".join(
        f", CASE WHEN new.gone OR {test} THEN held.{field.name} END AS was_{field.name}"
        for field, test in zip(layout.others, differs, strict=True)
    )
    run(
        f'CREATE TEMPORARY TABLE "{stage}_found" AS SELECT new.*, held.b AS since, {mask}{was} '
        f'FROM "{stage}" AS new LEFT JOIN "{table}" AS held ON {same} '
        f"WHERE CASE WHEN held.b IS NULL THEN NOT new.gone ELSE {' OR '.join(['new.gone', *differs])} END"
    )
    analyze(f"{stage}_found")


def merge(table: str, stage: str, layout: Layout, number: int) -> Counts:
    """Bring a batch that was compared into a table, in the caller's transaction. `number`: of the batch."""
    found, keys = f'"{stage}_found"', key_names(layout)
    names, were = ("".join(f", {prefix}{field.name}" for field in layout.others) for prefix in ("", "was_"))
    before = f'INSERT INTO "{table}_before" ({keys}, since, until, mask{names})'
    run(f"{before} SELECT {keys}, since, {number}, mask{were} FROM {found} WHERE since IS NOT NULL")
    gone = run(f'DELETE FROM "{table}" WHERE ({keys}) IN (SELECT {keys} FROM {found} WHERE gone)')
    same = " AND ".join(f"held.{field.name} = new.{field.name}" for field in layout.keys)
    sets = "".join(f"{field.name} = new.{field.name}, " for field in layout.others)
    changed = f"{same} AND new.since IS NOT NULL AND NOT new.gone"
    altered = run(f'UPDATE "{table}" AS held SET {sets}b = {number} FROM {found} AS new WHERE {changed}')
    added = run(f'INSERT INTO "{table}" ({keys}{names}, b) SELECT {keys}{names}, {number} FROM {found} WHERE since IS NULL')
    return Counts(added, altered, gone)


def gone_mask(layout: Layout) -> int:
    """Return what stands in the mask of a record that was removed: it was kept whole."""
    return (1 << (len(layout.others) + 1)) - 1


def _is_not() -> str:
    return "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
