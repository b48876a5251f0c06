"""What changed in a case, side by side: values and papers that took the place of others, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise

from django.utils.translation import gettext

from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases.selectors import CasePage, ValueChange
from onewindow.plumbing.actors import Actor
from onewindow.web.desk.pages import words
from onewindow.web.desk.pages.evidence import Evidence, Paper, source
from onewindow.web.site import fields

LONGEST = 1000
"""Texts up to this length are compared sign by sign."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. `parts`: (whether it differs, text)."""

    parts: tuple[tuple[bool, str], ...] = ()
    source: str = ""
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and now. `fresh`: it happened since the reader last had the case open."""

    name: str
    why: str
    at: datetime
    before: Side
    after: Side
    fresh: bool

    @property
    def when(self) -> str:
        return words.stamp(self.at)


@dataclass(frozen=True, slots=True)
class Compared:
    """`seen`: when the reader had the case open before, in words."""

    rows: tuple[Change, ...] = ()
    seen: str = ""

    @property
    def fresh(self) -> int:
        return sum(row.fresh for row in self.rows)


def compared(page: CasePage, papers: Evidence, *, actor: Actor, now: datetime) -> Compared:
    """Lay out what was replaced; a case in which nothing was is not asked about."""
    replaced = [pair for paper in papers.papers for pair in pairwise((paper, *paper.older))]
    if not replaced and not page.replaced:
        return Compared()
    found = cases.case_changes(case_id=page.id, actor=actor, now=now)
    rows = [*_values(found.values, found.seen_at), *_papers(replaced, page, found.seen_at)]
    rows.sort(key=lambda row: row.at, reverse=True)
    return Compared(tuple(rows), words.stamp(found.seen_at))


def _values(changes: tuple[ValueChange, ...], seen: datetime | None) -> Iterator[Change]:
    for line in changes:
        texts = [
            str(value) if line.masked else fields.said(value, line.type, line.choices) if value is not None else ""
            for value in (line.before, line.after)
        ]
        before, after = differing(*texts)
        yield Change(
            name=words.say(line.name),
            why=_why(line.notice) if line.notice else gettext("Asked again"),
            at=line.changed_at,
            before=Side(before, source(line.before_kind, line.before_source)),
            after=Side(after, source(line.after_kind, line.after_source) if line.after_kind else gettext("nothing yet")),
            fresh=_fresh(line.changed_at, seen),
        )


def _papers(replaced: list[tuple[Paper, Paper]], page: CasePage, seen: datetime | None) -> Iterator[Change]:
    answered = {notice.answered_at: notice.number for notice in page.notices if notice.answered_at}
    for now, before in replaced:
        number = answered.get(now.file.added_at, 0)
        why = _why(number) if number else gettext("Replaced")
        yield Change(now.name, why, now.file.added_at, Side(paper=before), Side(paper=now), _fresh(now.file.added_at, seen))


def _why(number: int) -> str:
    return gettext("After notice %(number)s") % {"number": number}


def _fresh(at: datetime, seen: datetime | None) -> bool:
    return seen is not None and at > seen


def differing(before: str, after: str) -> tuple[tuple[tuple[bool, str], ...], tuple[tuple[bool, str], ...]]:
    """Return both texts in parts, those that differ marked.

    >>> differing("48 seats", "40 seats")
    (((False, '4'), (True, '8'), (False, ' seats')), ((False, '4'), (True, '0'), (False, ' seats')))
    """
    if max(len(before), len(after)) > LONGEST or not (before and after):
        return ((True, before),) if before else (), ((True, after),) if after else ()
    left: list[tuple[bool, str]] = []
    right: list[tuple[bool, str]] = []
    for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if before[i:j]:
            left.append((what != "equal", before[i:j]))
        if after[k:m]:
            right.append((what != "equal", after[k:m]))
    return tuple(left), tuple(right)
