"""What the applicant will read, drafted in every language so that the officer only has to check it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext

from onewindow.domain.catalogue.model import Text
from onewindow.plumbing.text import localised
from onewindow.web import formatting

GAP = "［…］"
"""Where the officer still has to write; a sentence that holds it is not sent."""
CODES: Mapping[str, str] = {"zh": "zh-hans", "en": "en", "ru": "ru"}
NAMES: Mapping[str, str] = {"zh": "中文", "en": "English", "ru": "Русский"}


@dataclass(frozen=True, slots=True)
class Draft:
    """One sentence in one language. `code` is what the `lang` attribute takes."""

    language: str
    code: str
    name: str
    text: str


def languages_for(applicant: str) -> tuple[str, ...]:
    """Return the languages a sentence is needed in: Chinese, which is filed, and the applicant's own.

    >>> languages_for("ru"), languages_for("zh-hans"), languages_for("")
    (('zh', 'ru'), ('zh',), ('zh',))
    """
    own = formatting.short_language(applicant)
    return ("zh",) if own == "zh" else ("zh", own)


def approval(name: Text, service: Text, outputs: tuple[Text, ...]) -> dict[str, str]:
    """Draft the sentence of an approval, in every language."""
    return {language: _approval(name, service, outputs, language) for language in CODES}


def _approval(name: Text, service: Text, outputs: tuple[Text, ...], language: str) -> str:
    with translation.override(CODES[language]):
        called = {"name": localised(name, language), "service": localised(service, language)}
        if not outputs:
            return gettext("Dear %(name)s, “%(service)s” is approved.") % called
        given = gettext(", ").join(localised(output, language) for output in outputs)
        told = gettext("Dear %(name)s, “%(service)s” is approved. You find this in your case as soon as it is issued: %(outputs)s.")
        return told % {**called, "outputs": given}


def refusal(name: Text, service: Text) -> dict[str, str]:
    """Draft the sentence of a refusal, in every language; why is left to the officer, and the ways to contest it are said."""
    return {language: _refusal(name, service, language) for language in CODES}


def _refusal(name: Text, service: Text, language: str) -> str:
    with translation.override(CODES[language]):
        told = gettext(
            "Dear %(name)s, “%(service)s” cannot be approved, because %(gap)s. If you do not agree, you may ask for a review under "
            "the Administrative Reconsideration Law, or go to court under the Administrative Litigation Law."
        )
        return told % {"name": localised(name, language), "service": localised(service, language), "gap": GAP}


def drafts(texts: Mapping[str, str], languages: tuple[str, ...], typed: Mapping[str, str], field: str) -> tuple[Draft, ...]:
    """Return the sentences to be shown; what was typed wins over what was drafted."""
    return tuple(
        Draft(language, CODES[language], NAMES[language], typed.get(f"{field}.{language}", texts.get(language, "")))
        for language in languages
    )


def spoken(offered: Sequence[Mapping[str, str]], languages: tuple[str, ...], typed: Mapping[str, str], field: str) -> dict[str, str]:
    """Return what is sent: the typed sentences; one that was offered and that nobody changed goes out in every language.

    >>> offered = [{"zh": "好", "en": "Good"}]
    >>> spoken(offered, ("zh",), {"s.zh": "好"}, "s"), spoken(offered, ("zh",), {"s.zh": "很好"}, "s")
    ({'zh': '好', 'en': 'Good'}, {'zh': '很好'})
    """
    given = {language: typed.get(f"{field}.{language}", "").replace("\r\n", "\n").strip() for language in languages}
    for texts in offered:
        if all(given[language] == texts.get(language, "").strip() for language in languages):
            return dict(texts)
    return {language: text for language, text in given.items() if text}
