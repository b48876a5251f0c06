"""Turn a rule that was not kept into a sentence of the reader's language, and into a page."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from onewindow.domain.errors import DomainError, Said, Sentences
from onewindow.web import formatting

_ENTRY = re.compile(r"\[(\d+)\]\.")

KINDS = (
    gettext_noop("event"),
    gettext_noop("case"),
    gettext_noop("draft"),
    gettext_noop("release"),
    gettext_noop("service"),
    gettext_noop("task"),
    gettext_noop("notice"),
    gettext_noop("document"),
    gettext_noop("directory entry"),
    gettext_noop("token"),
    gettext_noop("One Thing"),
    gettext_noop("element"),
    gettext_noop("file"),
    gettext_noop("user"),
    gettext_noop("system"),
    gettext_noop("correction"),
    gettext_noop("enquiry"),
    gettext_noop("interface"),
    gettext_noop("data resource"),
    gettext_noop("open data set"),
    gettext_noop("request for data"),
    gettext_noop("grant"),
    gettext_noop("evaluation"),
    gettext_noop("template"),
    gettext_noop("device"),
    gettext_noop("invitation"),
    gettext_noop("filter"),
)
"""What NotFound speaks of, in words that can be translated."""


def sentence(error: DomainError) -> str:
    """Say what was wrong, where, and how to mend it, in the active language."""
    template = gettext(type(error).template)
    try:
        return template.format(**{key: gettext(str(value)) if key == "kind" else _shown(value) for key, value in error.values.items()})
    except (KeyError, IndexError):
        return str(error)


def field_sentence(error: DomainError) -> str:
    """Say beside a field what is wrong with its entry and how to mend it, without naming the field again."""
    what, how, details = (getattr(error, name, None) for name in ("what_template", "how_template", "details"))
    if not what:
        return sentence(error)
    if getattr(error, "reason", "") == "not-money":
        how = gettext("Write an amount in yuan, for example 120.00.")
    shown = {key: _shown(value) for key, value in (details or {}).items()}
    space = "" if formatting.short_language(translation.get_language()) == "zh" else " "
    return f"{gettext(what).format(**shown)}{space}{gettext(how).format(**shown)}" if how else gettext(what).format(**shown)


def field_sentences(error: DomainError) -> dict[str, str]:
    """Return {field: sentence} of an error that lists several entries; empty for any other.

    Inside a list of entries the field is named as pages name it: “staff[2].name” stands in the box “staff.1.name”.
    """
    found = getattr(error, "errors", None)
    return {_box(name): field_sentence(one) for name, one in found.items()} if isinstance(found, Mapping) else {}


def _box(name: str) -> str:
    return _ENTRY.sub(lambda entry: f".{int(entry.group(1)) - 1}.", name)


def page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer with a page of the error's status that says the sentence and what became of the answers."""
    context = {"sentence": sentence(error), "status": error.status, "code": error.code}
    return render(request, "site/domain_error.html", context, status=error.status)


def said(one: Said) -> str:
    """Return one of several things to mend, in the active language."""
    return str(_shown(one))


def _shown(value: object) -> object:
    """Write lists, catalogue texts and numbers as people read them."""
    if isinstance(value, Mapping):
        return _localised(value)
    if isinstance(value, Sentences):
        space = "" if formatting.short_language(translation.get_language()) == "zh" else " "
        return space.join(str(_shown(one)) for one in value)
    if isinstance(value, Said):
        return gettext(value.template).format(**{key: _shown(one) for key, one in value.values.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(_shown(item)) for item in value)
    if isinstance(value, float):
        return formatting.number(value, translation.get_language())
    return value


def _localised(value: Mapping[Any, Any]) -> object:
    short = formatting.short_language(translation.get_language())
    if short in value:
        return value[short]
    return next(iter(value.values()), "")
