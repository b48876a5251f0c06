"""Finding cases by what somebody types: by a part of a title, a whole name, a number or a group of it.

A word that few cases have says which they are; one that many have only sorts out of a list what it is not.
"""

from uuid import UUID

from django.db.models import Q

from onewindow.modules.cases import marks, models, references
from onewindow.modules.cases.selectors import scope

FEW = 200
MANY = 3_000
"""How many of the cases that are not over are read by a word, to see which of them have the other words as well."""
MOST_WORDS = 8


def words(text: str) -> tuple[str, ...]:
    """Return what was typed, word by word."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return tuple(shown.split()[:MOST_WORDS])


def named(word: str, case: str = "") -> Q:
    """Tell which rows are of a case that a word names. `case`: how the row speaks of its case, as “case__”."""
    return whole(word, case) | Q(**{f"{case}reference": references.normalise(word)})


def whole(text: str, case: str = "") -> Q:
    """Tell which rows are of a case whose title or number holds the whole of a text, or whose name it is."""
    return Q(**{f"{case}title__icontains": text}) | Q(**{f"{case}named_after": text}) | Q(**{f"{case}reference__icontains": text})


def few(text: str, *, running: bool = False) -> frozenset[UUID] | None:
    """Return the few cases among which all are that every word may name; nothing where there are more. `running`: of those not over."""
    found: frozenset[UUID] | None = None
    for word in words(text):
        own = _of(word, running=running)
        if own is not None:
            found = own if found is None else found & own
    return found if found is not None and len(found) <= FEW else None


def _of(word: str, *, running: bool) -> frozenset[UUID] | None:
    """Return the cases that a word may name, or nothing where there are many. Each index is read no further than that."""
    first, behind = marks.span(word)
    marked = models.CaseMark.objects.filter(text__gte=first, text__lt=behind).order_by("text", "case_id")
    most = MANY if running else FEW
    found = set((marked.filter(running=True) if running else marked).values_list("case_id", flat=True)[: most + 1])
    for rows in scope.called(word):
        found.update(rows.values_list("pk", flat=True)[: most + 1])
    return frozenset(found) if len(found) <= most else None
