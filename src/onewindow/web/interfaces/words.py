"""Codes of interfaces in words."""

from collections.abc import Iterable
from typing import Any

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
    "no-record": gettext_noop(
        "It answered that it has no record under this key. Try another one. If it knows none at all, the address may lead elsewhere."
    ),
    "down": gettext_noop("It could not be reached, or broke off. Look at the address, or ask its operators."),
    "time-out": gettext_noop("It took too long. Try again, or ask its operators."),
    "refused": gettext_noop("It did not take our proof of who asks. Look at the key, its place and the variables."),
    "garbage": gettext_noop("It answered something that cannot be read. Look at the operation and at the expressions."),
    "stale": gettext_noop("What it has put down for us is older than agreed. Ask its operators."),
    "no-connector": gettext_noop(
        "It cannot be called like this. Look at the variables of the address, of the token and of the certificate."
    ),
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


def place(code: str) -> str:
    """Say where a parameter stands in a call."""
    said = {
        "path": gettext("in the address"),
        "query": gettext("behind the question mark"),
        "header": gettext("as a header"),
        "body": gettext("in what is sent"),
    }
    return said.get(code, code)


def key_place(code: str) -> str:
    """Say how a key is sent."""
    said = {
        "header": gettext("as a header"),
        "bearer": gettext("as a header, behind “Bearer”"),
        "basic": gettext("as a header, behind “Basic” (name:password in Base64)"),
        "query": gettext("behind the question mark"),
    }
    return said.get(code, code)


def auth(code: str) -> str:
    """Say what proves who asks."""
    said = {
        "": gettext("The key alone, or nothing"),
        "oauth2": gettext("A token that we fetch (OAuth 2, client credentials)"),
        "mtls": gettext("A certificate (mutual TLS)"),
    }
    return said.get(code, code)


def proofs(form: Any, addresses: Iterable[str], secrets: Iterable[str]) -> dict[str, list[tuple[str, str, str, list[str]]]]:
    """Return, for each way to prove who asks: field, label, what was chosen, and what can be chosen."""
    told = {
        "oauth2": (
            ("token_env", gettext("Address of the token"), addresses),
            ("client_id_env", gettext("Our name there (client id)"), secrets),
            ("client_secret_env", gettext("Our secret there"), secrets),
        ),
        "mtls": (
            ("certificate_env", gettext("File of the certificate"), secrets),
            ("private_key_env", gettext("File of its private key"), secrets),
            ("authorities_env", gettext("File of the authorities that they trust (may be left out)"), secrets),
        ),
    }
    return {code: [(name, label, getattr(form, name), list(names)) for name, label, names in rows] for code, rows in told.items()}


def level(code: str) -> str:
    """Say whose system it is."""
    said = {
        "state": pgettext("level", "State"),
        "province": pgettext("level", "Province"),
        "city": pgettext("level", "City"),
        "": pgettext("level", "Not said"),
    }
    return said.get(code, code)


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
