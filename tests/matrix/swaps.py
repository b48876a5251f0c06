"""One id of one's own request at a time, taken from somebody else's things."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import chain

from django.apps import apps
from django.db import connection, transaction

from onewindow.plumbing.actors import Actor
from tests.matrix import routes
from tests.matrix.services import Cell
from tests.matrix.world import Things, World

NO_IDS = {"owner", "canary"}


@dataclass(frozen=True, slots=True)
class Swap:
    """A request of somebody's own in which one id is another's; `what` names it."""

    what: str
    cell: Cell


def swaps(own: Things, other: Things, world: World, browsers: routes.Browsers) -> Iterator[Swap]:
    """Give every request with an id of `own` once for each of its ids, that one being the other's."""
    mine = {cell.target for cell in _requests(own, world, browsers)}
    for field in fields(Things):
        if field.name in NO_IDS:
            continue
        mixed = replace(own, canary=other.canary, **{field.name: getattr(other, field.name)})
        for cell in _requests(mixed, world, browsers):
            if cell.target not in mine:
                yield Swap(f"{cell.function} with another's {field.name}", cell)


def _requests(things: Things, world: World, browsers: routes.Browsers) -> Iterator[Cell]:
    return chain(routes.pages_of(things, world, browsers), routes.operations_of(things, world, browsers))


class _TakenBack(Exception):
    """Ends the transaction of a try."""


def reached(swap: Swap, actor: Actor) -> str:
    """Send it; return what of the other's was reached, if anything: an answer that lets in or shows them, or a row that changed."""
    found = ""
    try:
        with transaction.atomic():
            before = _rows()
            if swap.cell.call(actor):
                found = "let in"
            if _rows() != before:
                found += " and changed something"
            raise _TakenBack
    except _TakenBack:
        return found


def _rows() -> bytes:
    """Return a hash of every row of drafts and cases."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for model in apps.get_app_config("cases").get_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY 1')  # noqa: S608  (a table's name of ours)
            digest.update(repr(cursor.fetchall()).encode())
    return digest.digest()
