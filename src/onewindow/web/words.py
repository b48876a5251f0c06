"""States, limits and events of a case in words. The portal and the desk say the same thing the same way."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from django.utils.translation import get_language, gettext, gettext_noop, ngettext, pgettext

from onewindow.domain import silence
from onewindow.domain.catalogue.model import Catalogue, Text
from onewindow.domain.confirmations import entries
from onewindow.plumbing.text import localised
from onewindow.web import formatting

STATES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "case": {
        "filed": (gettext_noop("Sent"), "lake"),
        "in-progress": (gettext_noop("Being worked on"), "lake"),
        "awaiting-applicant": (gettext_noop("Waits for you"), "lamp"),
        "completed": (gettext_noop("Done"), "leaf"),
        "partly": (gettext_noop("Partly granted"), ""),
        "refused": (gettext_noop("Refused"), "brick"),
        "withdrawn": (gettext_noop("Withdrawn"), ""),
    },
    "service": {
        "filed": (gettext_noop("Sent"), ""),
        "in-progress": (gettext_noop("Being worked on"), "lake"),
        "correction": (gettext_noop("Waits for a correction"), "lamp"),
        "on-hold": (gettext_noop("On hold"), ""),
        "approved": (gettext_noop("Approved"), "leaf"),
        "completed": (gettext_noop("Done"), "leaf"),
        "refused": (gettext_noop("Refused"), "brick"),
        "withdrawn": (gettext_noop("Withdrawn"), ""),
        "fell": (gettext_noop("Fell away"), ""),
    },
    "task": {
        "waiting": (gettext_noop("To come"), ""),
        "open": (gettext_noop("Now"), "lake"),
        "paused": (gettext_noop("Clock stands still"), ""),
        "done": (gettext_noop("Done"), "leaf"),
        "skipped": (gettext_noop("Not needed"), ""),
    },
}
REVEAL_REASONS: Mapping[str, str] = {
    "compare-identity": gettext_noop("Compare with the identity card"),
    "call-applicant": gettext_noop("Call or write to the applicant"),
    "compare-document": gettext_noop("Compare with a document of the case"),
    "authority-asks": gettext_noop("A court or an authority asks, under the law"),
    "other": gettext_noop("Another reason"),
}
LIGHTS: Mapping[str, str] = {
    "on_time": gettext_noop("on time"),
    "due_today": gettext_noop("due today"),
    "late": gettext_noop("late"),
    "paused": gettext_noop("clock stands still"),
}
EVENTS: Mapping[str, str] = {
    "case-filed": gettext_noop("The case was sent."),
    "filled-in-with-help": gettext_noop("It was filled in with help at the counter: {office}, {post}."),
    "consents-given": gettext_noop("The applicant agreed to look-ups in: {interface}."),
    "promises-made": gettext_noop("The applicant promised instead of bringing: {evidence_type}."),
    "task-opened": gettext_noop("{service}: “{step}” begins, to be done by {due_date}."),
    "accepted": gettext_noop("{service}: accepted."),
    "step-done": gettext_noop("{service}: “{step}” is done."),
    "part-confirmed": gettext_noop("Confirmed by {role} as well."),
    "suspended": gettext_noop("{service}: the clock stands still. {reason}"),
    "resumed": gettext_noop("{service}: the clock runs again."),
    "approved": gettext_noop("{service}: approved."),
    "approved-automatically": gettext_noop("{service}: approved at once, because everything it needs is proven."),
    "granted-by-silence": gettext_noop("{service}: granted by law, because nobody had decided within the limit. {law}"),
    "rechecked": gettext_noop("{service}: an officer looked again at what the system decided. It is right."),
    "refused": gettext_noop("{service}: refused."),
    "output-revoked": gettext_noop("{service}: “{evidence_type}”, number {number}, withdrawn."),
    "output-issued": gettext_noop("{service}: “{evidence_type}” issued, number {number}."),
    "service-completed": gettext_noop("{service}: done."),
    "service-held": gettext_noop("{service}: on hold until “{because_of}” is settled."),
    "service-released": gettext_noop("{service}: goes on."),
    "service-withdrawn": gettext_noop("{service}: falls away, because “{because_of}” was refused or withdrawn."),
    "service-withdrawn-on-request": gettext_noop("{service}: withdrawn at the applicant's request. {reason}"),
    "case-completed": gettext_noop("Everything is done."),
    "case-refused": gettext_noop("The case is closed: refused."),
    "case-withdrawn": gettext_noop("The case is closed: withdrawn."),
    "withdrawal": gettext_noop("The applicant withdrew what was not yet decided."),
    "notice-sent": gettext_noop("{service}: asked to put something right by {due_date}."),
    "notice-answered": gettext_noop("{service}: put right."),
    "overdue": gettext_noop("{service}: “{step}” was due on {due_date} and is late. The supervisor was told."),
    "overdue-again": gettext_noop("{service}: “{step}” was due on {due_date} and is still not done. The head of the office was told."),
    "fee-paid": gettext_noop("{service}: {amount} paid, receipt {receipt}."),
    "value-revealed": gettext_noop("“{element}” was shown in full: {reason}. {note}"),
    "value-arrived": gettext_noop("“{element}” came from “{interface}”."),
    "evidence-awaited": gettext_noop(
        "“{interface}” is silent: “{evidence_type}” is fetched as soon as it answers, and nobody has to bring it."
    ),
    "evidence-arrived": gettext_noop("“{evidence_type}” was confirmed by “{interface}”."),
    "register-mended": gettext_noop("“{interface}” was put right and is asked again."),
    "value-renewed": gettext_noop("“{element}” was asked again of “{interface}”, which says something else than before."),
    "value-checked": gettext_noop("“{element}” was compared with “{interface}”: it is the same."),
    "value-differs": gettext_noop("“{element}” was compared with “{interface}”, which says something else. The officer sees both."),
    "source-silent": gettext_noop("“{interface}” did not answer; it will be asked again."),
    "source-without-record": gettext_noop("“{interface}” holds no record."),
}
LATE = frozenset({"overdue", "overdue-again"})
"""Events that say before whom a late step was brought."""
SOURCES: Mapping[str, str] = {
    "typed": gettext_noop("you wrote it"),
    "answer": gettext_noop("your answer"),
    "party": gettext_noop("your log-in"),
    "officer": gettext_noop("the officer wrote it"),
}


class Happened(Protocol):
    """A line of the timeline as the cases module tells it."""

    @property
    def code(self) -> str: ...
    @property
    def service_name(self) -> Text: ...
    @property
    def service(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


def labelled(label: object, sentence: object) -> str:
    """Return a sentence behind the name of what it speaks of, in the reader's language."""
    return formatting.labelled(label, sentence, get_language())


def state(kind: str, code: str) -> str:
    """Return a state in a word or two; an unknown code is shown as it is."""
    found = STATES[kind].get(code)
    return gettext(found[0]) if found else code


def colour(kind: str, code: str) -> str:
    """Return the variant of `.tag` for a state: lake, lamp, leaf, brick or nothing."""
    return STATES[kind].get(code, ("", ""))[1]


def light(code: str) -> str:
    return gettext(LIGHTS[code]) if code in LIGHTS else code


def left(days: int | None, due: date | None) -> str:
    """Say how much of a limit is left.  Unit: working days; below zero when it has passed."""
    if days is None:
        return formatting.day(due, get_language()) if due else ""
    if days < 0:
        return ngettext("%(n)s working day late", "%(n)s working days late", -days) % {"n": -days}
    if days == 0:
        return gettext("due today")
    return ngettext("%(n)s working day left", "%(n)s working days left", days) % {"n": days}


def happened(line: Happened, held: Catalogue) -> str:
    """Say what happened, with names instead of ids."""
    template = EVENTS.get(line.code)
    if template is None:
        return line.code
    names = _Names({key: _value(held, line, key, value) for key, value in line.values.items()})
    names["service"] = _text(line.service_name) or line.service
    if line.code == "granted-by-silence" and line.service in held.services:
        law = silence.law_of(held.services[line.service].guide)
        names["law"] = law.cited() if law else ""
    if "fen" in line.values:
        names["amount"] = formatting.money(int(line.values["fen"]), get_language())
    return gettext(template).format_map(names).strip()


def source(kind: str, name: Text) -> str:
    """Say where a value came from."""
    return gettext(SOURCES[kind]) if kind in SOURCES else _text(name)


def why_shown(reason: str) -> str:
    """Say why a masked value was shown."""
    return gettext(REVEAL_REASONS[reason]) if reason in REVEAL_REASONS else reason


class _Names(dict[str, str]):
    """A value that is kept from this reader is left out of the sentence."""

    def __missing__(self, key: str) -> str:
        return ""


def _value(held: Catalogue, line: Happened, key: str, value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list):
        return pgettext("between names", ", ").join(_value(held, line, key, one) for one in value)
    if isinstance(value, Mapping):
        return _text(value)
    text = str(value)
    if key == "due_date":
        return formatting.day_of_text(text, get_language())
    if key == "step":
        service = held.services.get(line.service)
        found = next((item for item in service.steps if item.id == text), None) if service else None
        return _text(found.name) if found else text
    if key == "role":
        wanted = (entry for service in held.services.values() for entry in entries(service.guide) if entry["role"] == text)
        return next((_text(entry["name"]) for entry in wanted if entry.get("name")), text)
    if line.code == "value-revealed" and key == "reason":
        return why_shown(text)
    if key == "element" and text == "contact-phone":
        return gettext("Telephone of the case")
    table: Mapping[str, Any] = {
        "evidence_type": held.evidence_types,
        "because_of": held.services,
        "interface": held.resources,
        "element": held.elements,
    }.get(key, {})
    plain = text.rsplit(".", 1)[-1]
    return _text(table[plain].name) if plain in table else text


def _text(name: Text) -> str:
    return localised(name, get_language() or "zh-hans")
