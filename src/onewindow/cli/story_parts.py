"""Acts of a story in which somebody else confirms: the applicant invites, the invited take, fill in and confirm their own part."""

from collections.abc import Mapping
from typing import Any

from onewindow.cli.visitor import Stuck, Visitor


def invite(me: Visitor, draft: str, act: Mapping[str, Any]) -> None:
    """Invite somebody on the page of who else confirms. Raises: Stuck."""
    me.open(f"/drafts/{draft}/others/")
    form = next((form for form in me.forms() if dict(form.fields).get("role") == act["role"]), None)
    if form is None:
        raise Stuck(f"{me.address} invites nobody as “{act['role']}”: {me.said()}")
    me.submit(form, {"name": act["name"], "contact": act["contact"]}, button=("invite", "yes"))
    if me.page is None or not me.page.xpath('//button[@name="withdraw"]'):
        raise Stuck(f"The invitation was not sent: {me.said()}")


def join(me: Visitor, act: Mapping[str, Any]) -> None:
    """Take the invitation that stands in one's own list, fill in one's part and confirm it. Raises: Stuck."""
    me.open("/cases/")
    waiting = [link for link in me.links() if "/parts/" in link and link.endswith("/take/")]
    if not waiting:
        raise Stuck(f"Nobody asks {act['actor']} to confirm anything: {me.said()}")
    me.open(waiting[0])
    me.submit(me.form(action="/take/"))
    me.submit(_doing(me, "save"), {name: str(value).lower() if isinstance(value, bool) else value for name, value in act["values"].items()})
    me.submit(_doing(me, "confirm"))
    _doing(me, "take-back")


def _doing(me: Visitor, name: str) -> Any:
    """Return the form of an act. Raises: Stuck where the page does not offer it."""
    form = next((form for form in me.forms() if dict(form.fields).get("act") == name), None)
    if form is None:
        raise Stuck(f"{me.address} does not offer “{name}”: {me.said()}")
    return form
