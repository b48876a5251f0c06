"""Codes of interfaces in words."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, ngettext, pgettext

STATES = {
    "well": ("○", gettext_noop("Answers")),
    "stumbles": ("◐", gettext_noop("Stumbles")),
    "silent": ("●", gettext_noop("Silent")),
    "idle": ("–", gettext_noop("Not asked")),
}
SHARING = {
    "unconditional": gettext_noop("To everybody who has a grant"),
    "conditional": gettext_noop("With the consent of the person it is about"),
}
OUTCOMES = {
    "answered": gettext_noop("It answered."),
    "no-record": gettext_noop("It answered that it has no record under this key. Try another one."),
    "down": gettext_noop("It could not be reached, or broke off. Look at the address, or ask its operators."),
    "time-out": gettext_noop("It took too long. Try again, or ask its operators."),
    "refused": gettext_noop("It did not take our key. Look at the header and the variable of the key."),
    "garbage": gettext_noop("It answered something that cannot be read. Look at the operation and at the expressions."),
    "stale": gettext_noop("What it has put down for us is older than agreed. Ask its operators."),
    "no-connector": gettext_noop("The address cannot be called. Look at the variable of the environment."),
}
KINDS = {
    "http-json": "HTTP + JSON",
    "http-form": gettext_noop("HTTP form"),
    "soap": "SOAP",
    "sql-view": gettext_noop("View of a database"),
    "file-drop": gettext_noop("Folder of files"),
    "x-road": "X-Road",
    "records": gettext_noop("Records gathered here"),
}


def level(code: str) -> str:
    """Say whose system it is."""
    said = {
        "state": pgettext("level", "State"),
        "province": pgettext("level", "Province"),
        "city": pgettext("level", "City"),
        "": pgettext("level", "Not said"),
    }
    return said.get(code, code)


def name(row: Any) -> Mapping[str, str] | str:
    """Return what an interface is called. Those that only the identification asks stand in no catalogue of services."""
    known: Mapping[str, str] = row.name
    return known if row.organisation else asked_at_log_in(row.resource) or known


def asked_at_log_in(resource: str) -> str:
    """Return what a register is called that the identification alone asks; of others nothing."""
    said = {
        settings.ONEWINDOW_BUSINESS_SOURCE: gettext("Register of enterprises: who represents them"),
        settings.ONEWINDOW_GUARDIAN_SOURCE: gettext("Register of guardians"),
    }
    return said.get(resource, "")


def kind(code: str) -> str:
    return gettext(KINDS.get(code, code))


def state(code: str) -> tuple[str, str]:
    sign, word = STATES[code]
    return sign, gettext(word)


def outcome(code: str) -> str:
    return gettext(OUTCOMES.get(code, code))


def limits(form: Any) -> list[tuple[str, str, str]]:
    """Return field, label and value of the numbers that say how gently the source is asked."""
    labels = {
        "timeout_seconds": gettext("Wait for an answer, seconds"),
        "cache_seconds": gettext("Keep an answer in memory, seconds (0: not at all)"),
        "per_second": gettext("Ask at most so often a second (0: no limit)"),
    }
    return [(name, label, f"{getattr(form, name):g}") for name, label in labels.items()]


def summary(worth: Any) -> str:
    """Say how many questions vanish, and in how many One Things."""
    here = [row for row in worth.rows if row.fewer > 0]
    fewer = sum(row.fewer for row in here)
    if not fewer and not worth.documents:
        return gettext("No One Thing asks less with it yet. Map more fields, or choose other keys.")
    questions = ngettext("%(many)d question vanishes", "%(many)d questions vanish", fewer) % {"many": fewer}
    things = ngettext("in %(many)d One Thing", "in %(many)d One Things", len(here)) % {"many": len(here)}
    return f"{questions} {things}"
