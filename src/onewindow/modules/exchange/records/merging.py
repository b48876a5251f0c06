"""A batch on top of what is there: what records were is written down, then they are changed, removed or added."""

from dataclasses import dataclass

from django.db import connection

from onewindow.modules.exchange.records.tables import Layout, key_names, run

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
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT n FROM (SELECT n, {places} AS place FROM "{stage}") AS numbered WHERE place > 1 ORDER BY n')
        found = [int(row[0]) for row in cursor.fetchall()]
        cursor.executemany(f'DELETE FROM "{stage}" WHERE n = %s', [(number,) for number in found])
    return found


def merge(table: str, stage: str, layout: Layout, number: int) -> Counts:
    """Bring a batch into a table, in the caller's transaction. `number`: of the batch."""
    same = " AND ".join(f"held.{field.name} = new.{field.name}" for field in layout.keys)
    differs = [f"held.{field.name} {_is_not()} new.{field.name}" for field in layout.others]
    changed = f"NOT new.gone AND ({' OR '.join(differs)})" if differs else _never()
    both = f'"{table}" AS held JOIN "{stage}" AS new ON {same}'
    keys = key_names(layout, "held.")
    names = "".join(f", {field.name}" for field in layout.others)
    before = f'INSERT INTO "{table}_before" ({key_names(layout)}, since, until, mask{names})'
    mask = " + ".join(f"CASE WHEN {test} THEN {1 << place} ELSE 0 END" for place, test in enumerate(differs)) or "0"
    was = "".join(f", CASE WHEN {test} THEN held.{field.name} END" for field, test in zip(layout.others, differs, strict=True))
    run(f"{before} SELECT {keys}, held.b, {number}, {mask}{was} FROM {both} WHERE {changed}")
    whole = "".join(f", held.{field.name}" for field in layout.others)
    run(f"{before} SELECT {keys}, held.b, {number}, {gone_mask(layout)}{whole} FROM {both} WHERE new.gone")
    gone = run(f'DELETE FROM "{table}" WHERE ({key_names(layout)}) IN (SELECT {key_names(layout)} FROM "{stage}" WHERE gone)')
    sets = "".join(f"{field.name} = new.{field.name}, " for field in layout.others)
    altered = run(f'UPDATE "{table}" AS held SET {sets}b = {number} FROM "{stage}" AS new WHERE {same} AND {changed}')
    added = run(
        f'INSERT INTO "{table}" ({key_names(layout)}{names}, b) SELECT {key_names(layout, "new.")}'
        f'{"".join(f", new.{field.name}" for field in layout.others)}, {number} FROM "{stage}" AS new '
        f'WHERE NOT new.gone AND NOT EXISTS (SELECT 1 FROM "{table}" AS held WHERE {same})'
    )
    return Counts(added, altered, gone)


def gone_mask(layout: Layout) -> int:
    """Return what stands in the mask of a record that was removed: it was kept whole."""
    return (1 << (len(layout.others) + 1)) - 1


def _is_not() -> str:
    return "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"


def _never() -> str:
    return "1 = 0"
