"""Codes of the exchange in words."""

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

WORDS: Mapping[str, Mapping[str, str]] = {
    "sharing": {
        "unconditional": gettext_noop("without conditions"),
        "conditional": gettext_noop("on conditions"),
        "none": gettext_noop("not shared"),
    },
    "shared": {
        "unconditional": gettext_noop("Any department is granted at once what it asks for; every question is still written down."),
        "conditional": gettext_noop("The owner decides on each request, field by field, within ten working days."),
        "none": gettext_noop("It is given to nobody; the law that says so stands on this page."),
    },
    "cycle": {
        "live": gettext_noop("as it happens"),
        "daily": gettext_noop("every day"),
        "weekly": gettext_noop("every week"),
        "monthly": gettext_noop("every month"),
        "quarterly": gettext_noop("every quarter"),
        "yearly": gettext_noop("every year"),
        "irregular": gettext_noop("now and then"),
    },
    "level": {
        "general": gettext_noop("general"),
        "important": gettext_noop("important"),
        "core": gettext_noop("core"),
    },
    "subject": {
        "people": gettext_noop("People and households"),
        "business": gettext_noop("Business"),
        "property": gettext_noop("Property"),
        "construction": gettext_noop("Construction"),
        "environment": gettext_noop("Environment"),
        "health": gettext_noop("Health"),
        "social-security": gettext_noop("Social security"),
        "education": gettext_noop("Education"),
        "transport": gettext_noop("Transport"),
        "safety": gettext_noop("Safety"),
        "finance": gettext_noop("Finance and tax"),
        "justice": gettext_noop("Justice"),
        "services": gettext_noop("Government services"),
        "other": gettext_noop("Other"),
    },
    "version": {
        "draft": gettext_noop("draft"),
        "published": gettext_noop("published"),
        "withdrawn": gettext_noop("withdrawn"),
    },
    "request": {
        "waiting": gettext_noop("waits for a decision"),
        "granted": gettext_noop("granted"),
        "partly": gettext_noop("granted in part"),
        "refused": gettext_noop("nothing given"),
    },
    "system": {
        "planned": gettext_noop("to be moved"),
        "moving": gettext_noop("on its way"),
        "moved": gettext_noop("in the cloud"),
        "retired": gettext_noop("switched off"),
    },
    "purpose": {
        "prefill": gettext_noop("fill in a form"),
        "case": gettext_noop("decide a case"),
        "identification": gettext_noop("tell who somebody is"),
        "enquiry": gettext_noop("answer somebody about themselves"),
        "oversight": gettext_noop("inspect, as the law provides"),
        "trial": gettext_noop("try the interface before others may ask it"),
    },
    "measure": {
        "completeness": gettext_noop("Complete"),
        "timeliness": gettext_noop("Up to date"),
        "validity": gettext_noop("Valid"),
    },
    "measured": {
        "completeness": gettext_noop("Of the fields asked for in the last 90 days, how many came back."),
        "timeliness": gettext_noop("How well the last load keeps the promised cycle."),
        "validity": gettext_noop("Of the answers and loaded rows, how many fit the dictionary."),
    },
    "type": {
        "string": gettext_noop("text"),
        "text": gettext_noop("long text"),
        "integer": gettext_noop("whole number"),
        "number": gettext_noop("number"),
        "money": gettext_noop("amount"),
        "boolean": gettext_noop("yes or no"),
        "date": gettext_noop("date"),
        "enum": gettext_noop("choice"),
        "address": gettext_noop("address"),
        "phone": gettext_noop("telephone"),
        "email": gettext_noop("e-mail"),
        "resident-id": gettext_noop("resident number"),
        "uscc": gettext_noop("credit code"),
        "region": gettext_noop("region"),
        "industry": gettext_noop("industry"),
        "file": gettext_noop("file"),
        "group": gettext_noop("group of fields"),
    },
}
COLOURS: Mapping[str, str] = {
    "unconditional": "leaf", "conditional": "lake", "none": "", "draft": "lamp", "published": "leaf", "withdrawn": "",
    "waiting": "lake", "granted": "leaf", "partly": "lamp", "refused": "brick",
    "planned": "", "moving": "lake", "moved": "leaf", "retired": "",
}  # fmt: skip
FORMS: Mapping[str, str] = {
    "application/json": "JSON", "text/csv": "CSV", "application/ld+json": "JSON-LD", "text/turtle": "Turtle", "application/xml": "XML",
    "application/pdf": "PDF", "application/zip": "ZIP", "application/vnd.apache.parquet": "Parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}  # fmt: skip


def word(kind: str, code: str) -> str:
    """Return what a code is called; one that is not known shows itself."""
    known = WORDS.get(kind, {}).get(code)
    return gettext(known) if known else code


def choices(kind: str) -> list[tuple[str, str]]:
    """Return the codes of a kind with what they are called."""
    return [(code, gettext(said)) for code, said in WORDS[kind].items()]
