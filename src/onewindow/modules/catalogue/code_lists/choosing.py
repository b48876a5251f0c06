"""Finding a code by what people know of it: its name or a part of it, how it sounds, or the code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length

from onewindow.modules.catalogue.models import Code, CodeList
from onewindow.modules.catalogue.search.tokens import fold

MOST_FOUND = 20
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class CodeChoice:
    """A code to choose: `path` are the names of what it lies in, the widest first."""

    code: str
    name: Mapping[str, str]
    path: tuple[Mapping[str, str], ...]


def find_codes(*, code_list: str, text: str, limit: int = MOST_FOUND) -> tuple[CodeChoice, ...]:
    """Return the codes in force that fit every word typed: those that begin so first, wider ones before narrower."""
    typed = fold(text).split()[:MOST_WORDS]
    if not typed:
        return ()
    found = _in_force(code_list)
    for word in typed:
        found = found.filter(words__contains=word)
    begins = Case(
        When(Q(code__istartswith=typed[0]) | Q(words__startswith=typed[-1]) | Q(words__contains=f" ={typed[-1]}"), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rows = found.order_by(begins, Length("code"), "code")[: min(limit, MOST_FOUND)]
    return tuple(CodeChoice(row.code, row.name, tuple(row.path)) for row in rows)


def listed_code(*, code_list: str, given: str) -> str | None:
    """Return the code as the list writes it; None where the list is loaded and does not hold it.

    Where no such list is loaded, everything of the right form is taken. “6210” finds H6210 where no other code ends so.
    """
    if Code.objects.filter(code_list=code_list, code=given, ended_on=None).exists():
        return given
    if given[:1].isdigit():
        similar = [row.code for row in _in_force(code_list).filter(code__endswith=given)[:20] if row.code[1:] == given]
        if len(similar) == 1:
            return similar[0]
    return None if CodeList.objects.filter(pk=code_list).exists() else given


def code_names(*, code_list: str, codes: Iterable[str]) -> dict[str, CodeChoice]:
    """Return {code: what it is called}, also of codes that have ended; unknown ones are left out."""
    rows = Code.objects.filter(code_list=code_list, code__in=set(codes))
    return {row.code: CodeChoice(row.code, row.name, tuple(row.path)) for row in rows}


def _in_force(code_list: str) -> QuerySet[Code]:
    return Code.objects.filter(code_list=code_list, ended_on=None)
