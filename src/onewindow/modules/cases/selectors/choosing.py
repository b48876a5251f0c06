"""Which nodes a page of the queue shows, and how many each view has."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Q

from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases.selectors import finding, scope, streams, turns
from onewindow.modules.cases.selectors.rows import InboxFilter
from onewindow.plumbing.actors import Actor

FOR_TODAY = frozenset({"mine", "department"})


@dataclass(frozen=True)
class Chosen:
    """The nodes of one page, in their order, and the numbers of every view. `beyond`: views that have more than that."""

    keys: list[streams.Key]
    counts: Mapping[str, int]
    beyond: tuple[str, ...]
    total: int
    page: int
    pages: int


def chosen(actor: Actor, wanted: InboxFilter, narrow: streams.Narrow, today: date) -> Chosen:
    """Choose the nodes of a page: from the few cases in which a word is found, else in the order of the queue.

    `narrow` picks out of the steps what is looked for.
    """
    cases = finding.few(wanted.text)
    if cases is not None:
        return _from_few(actor, wanted, narrow, today, cases)
    if wanted.view != "done" and (running := finding.few(wanted.text, running=True)) is not None:
        found = _from_few(actor, wanted, narrow, today, running)
        return replace(found, beyond=("done",))  # of cases that are over, no step was looked at
    read = streams.Streams(actor, today, narrow if _picks_out(wanted) else None)
    only = Q(due_date=today) if _today_only(wanted) else None
    counted = _counted(read, wanted.view, only)
    total, more = counted["shown"] if only else counted[wanted.view]
    size, pages = wanted.size, max(1, -(-total // wanted.size))
    page = max(wanted.page, 1) if more else min(max(wanted.page, 1), pages)
    keys = streams.keys(read.of_view(wanted.view, only=only), page * size + 1, newest=wanted.view == "done")
    if len(keys) <= (page - 1) * size:  # asked for more than there is: the last page
        page = max(1, -(-len(keys) // size))
    return Chosen(
        keys=keys[(page - 1) * size : page * size],
        counts={name: counted[name][0] for name in turns.VIEWS},
        beyond=tuple(name for name in turns.VIEWS if counted[name][1]),
        total=total,
        page=page,
        pages=max(pages, page + (len(keys) > page * size)),
    )


def _picks_out(wanted: InboxFilter) -> bool:
    """Tell whether anything is looked for, beside a view and what is due today."""
    usual = InboxFilter()
    return replace(wanted, view=usual.view, page=usual.page, size=usual.size, due_today=usual.due_today) != usual


def _today_only(wanted: InboxFilter) -> bool:
    return wanted.due_today and wanted.view in FOR_TODAY


def _counted(read: streams.Streams, view: str, only: Q | None) -> dict[str, tuple[int, bool]]:
    """Return the numbers of the views. What is picked out is counted among the first steps alone: behind them there may be more."""
    if read.narrow is None:
        return streams.count(_counting(read, view, only, streams.COUNTED))
    every = streams.count(_counting(replace(read, narrow=None), view, only, streams.LOOKED_AT))
    among = replace(read, look=streams.LOOKED_AT)
    counted = streams.count(_counting(among, view, only, streams.COUNTED))
    return {name: (number, more or every[name][1]) for name, (number, more) in counted.items()}


def _counting(read: streams.Streams, view: str, only: Q | None, most: int) -> dict[str, tuple[list[streams.Part], int]]:
    """Return what is to be counted, and how far."""
    found = {}
    for name in turns.VIEWS:
        stretches = [*read.of_view(name)]
        if name == "department":
            stretches.reverse()  # most of it has not begun, and that is told at once
        far = streams.DONE_COUNTED if name == "done" and view != "done" and read.narrow is None else most
        found[name] = ([part for parts in stretches for part in parts], far)
    if only is not None:
        found["shown"] = ([part for parts in read.of_view(view, only=only) for part in parts], most)
    return found


def _from_few(actor: Actor, wanted: InboxFilter, narrow: streams.Narrow, today: date, cases: Collection[UUID]) -> Chosen:
    """Choose from the steps of few cases: each is read once, and says to which views it belongs."""
    rows = turns.placed(narrow(scope.steps(actor, cases)), actor, today) if cases else []
    shown = {view: _in_order((row for row in rows if _belongs(row, view, today)), view) for view in turns.VIEWS}
    keys = shown[wanted.view]
    if _today_only(wanted):
        ending = (row for row in rows if _belongs(row, wanted.view, today) and row.state == TaskState.OPEN and row.due_date == today)
        keys = _in_order(ending, wanted.view)
    pages = max(1, -(-len(keys) // wanted.size))
    page = min(max(wanted.page, 1), pages)
    part = keys[(page - 1) * wanted.size : page * wanted.size]
    return Chosen(part, {view: len(found) for view, found in shown.items()}, (), len(keys), page, pages)


def _belongs(row: turns.Placed, view: str, today: date) -> bool:
    place, which = turns.VIEWS[view]
    return row.place == place and (which == "all" or (row.state == TaskState.OPEN and row.due_date is not None and row.due_date < today))


def _in_order(rows: Iterator[turns.Placed], view: str) -> list[streams.Key]:
    """Return the nodes of steps as `streams` would: at the first step of each."""

    def order(row: turns.Placed) -> tuple[object, ...]:
        when = -row.done_at.timestamp() if view == "done" and row.done_at else row.due_date.toordinal() if row.due_date else 0
        return ("" if view == "done" else row.state, when, row.case_id.hex, row.node)

    return list(dict.fromkeys((row.case_id, row.node) for row in sorted(rows, key=order)))
