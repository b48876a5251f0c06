"""Acts of a story for people who act for an enterprise: proven, mandated, accepted, chosen at the top of the page."""

from collections.abc import Callable, Mapping
from typing import Any

from lxml import html

from onewindow.cli.visitor import Stuck, Visitor

MANDATES = "/accounts/mandates/"


def represent(me: Visitor, act: Mapping[str, Any]) -> None:
    """Have the business register asked, and see the enterprise on the page. Raises: Stuck."""
    me.open(MANDATES)
    me.submit(me.form(action="/mandates/enterprises/"), {"uscc": act["uscc"]})
    if act["uscc"] not in _text(me):
        raise Stuck(f"{act['actor']} does not represent {act['uscc']}: {me.said()}")


def mandate(me: Visitor, act: Mapping[str, Any]) -> None:
    """Offer somebody a mandate of an enterprise; its days are those that the page offers. Raises: Stuck."""
    me.open(MANDATES)
    form = me.form(action="/mandates/offer/")
    typed = {"receiver_name": act["to"]["name"], "receiver_number": act["to"]["number"]}
    me.submit(form, {"party": _offered(form, act["enterprise"]), "role": act["role"], "matters": act["matters"], **typed})
    if act["to"]["name"] not in _text(me):
        raise Stuck(f"The mandate was not offered: {me.said()}")


def take(me: Visitor, act: Mapping[str, Any]) -> None:
    """Accept the mandate that is offered. Raises: Stuck."""
    me.open(MANDATES)
    me.submit(me.form(action="/accept/"))
    if any("/accept/" in (form.get("action") or "") for form in me.forms()):
        raise Stuck(f"{act['actor']} could not accept: {me.said()}")


def act_for(me: Visitor, act: Mapping[str, Any]) -> None:
    """Choose at the top of the page for whom one acts. Raises: Stuck."""
    me.open("/")
    form = me.form(action="/accounts/acting/", field="for")
    me.submit(form, {"for": _offered(form, act["party"])})
    if act["party"] not in _text(me):
        raise Stuck(f"{act['actor']} does not act for {act['party']}: {me.said()}")


def _offered(form: html.FormElement, name: str) -> str:
    """Return the value of the choice with a name. Raises: Stuck."""
    for choice in form.xpath(".//option"):
        if choice.text_content().strip() == name:
            return str(choice.get("value"))
    raise Stuck(f"The form {form.get('action')} does not offer “{name}”")


def _text(me: Visitor) -> str:
    return "" if me.page is None else str(me.page.text_content())


FOR_OTHERS: Mapping[str, Callable[[Visitor, Mapping[str, Any]], None]] = {
    "represent": represent,
    "mandate": mandate,
    "take": take,
    "act-for": act_for,
}
"""The acts, by the name that a story gives them."""
