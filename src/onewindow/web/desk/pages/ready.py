"""The texts a department keeps ready: which can be chosen in a form, and what choosing one writes into it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext

from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases.selectors import TemplateRow
from onewindow.modules.cases.selectors.rows import TaskLine
from onewindow.modules.cases.services import USES
from onewindow.plumbing.actors import Actor
from onewindow.web.desk.pages import words
from onewindow.web.desk.pages.acts import Ways
from onewindow.web.desk.pages.sentences import CODES, GAP

SHOWN = 60
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Option:
    """One text as a line of the choice."""

    id: str
    label: str


def kept_for(ways: Ways, task: TaskLine, actor: Actor) -> tuple[TemplateRow, ...]:
    """Return the texts that can be chosen in the forms of a step."""
    uses = tuple(use for use in USES if ways.find(use))
    return cases.templates_for(uses=uses, service=task.service, organisation=task.organisation, actor=actor) if uses else ()


def options(rows: tuple[TemplateRow, ...], use: str) -> tuple[Option, ...]:
    """Return the choice for one act, in the reader's language."""
    return tuple(Option(str(row.id), Truncator(words.say(row.text)).chars(SHOWN)) for row in rows if row.use == use)


def written(rows: tuple[TemplateRow, ...], use: str, chosen: str, drafted: Mapping[str, str]) -> dict[str, str]:
    """Return what the applicant would read with the chosen text, in every language; empty where none is chosen."""
    row = next((row for row in rows if row.use == use and str(row.id) == chosen), None)
    return {language: _joined(use, drafted.get(language, ""), row, language) for language in CODES} if row else {}


def for_the_file(rows: tuple[TemplateRow, ...], chosen: str) -> str:
    """Return the reason that stands in the file with a chosen refusal, in the language of the files."""
    row = next((row for row in rows if str(row.id) == chosen), None)
    return _with_law(_open_ended(row.text["zh"]), row, "zh")[:LONGEST_REASON] if row else ""


def _joined(use: str, drafted: str, row: TemplateRow, language: str) -> str:
    """A reason goes into the gap of the drafted refusal, conditions behind the approval; a notice has nothing drafted."""
    text = row.text.get(language, "")
    if use == "refuse":
        return drafted.replace(GAP, _with_law(_open_ended(text), row, language))
    told = _with_law(text, row, language)
    return drafted + ("" if language == "zh" or not drafted else " ") + told


def _open_ended(text: str) -> str:
    """Return a text without its full stop: it goes on in a sentence."""
    return text.rstrip().rstrip("。.")


def _with_law(text: str, row: TemplateRow, language: str) -> str:
    if not (law := row.law.get(language, "")):
        return text
    with translation.override(CODES[language]):
        return gettext("%(text)s (%(law)s)") % {"text": text, "law": law}
