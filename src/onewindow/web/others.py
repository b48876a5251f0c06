"""Several people in one matter, in words: how far each is, and who confirmed what. The portal and the desk share it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, gettext, gettext_noop

from onewindow.modules.cases.selectors import ConfirmationLine, DraftPage, MyPart, OtherLine
from onewindow.web import formatting
from onewindow.web.account import levels
from onewindow.web.process import say

TAGS = {
    "missing": (gettext_noop("nobody invited"), "tag--lamp"),
    "invited": (gettext_noop("invited"), "tag--lake"),
    "taken": (gettext_noop("not confirmed yet"), "tag--lake"),
    "changed": (gettext_noop("to be confirmed again"), "tag--lamp"),
    "confirmed": (gettext_noop("confirmed"), "tag--leaf"),
    "refused": (gettext_noop("does not confirm"), "tag--brick"),
    "withdrawn": (gettext_noop("withdrawn"), ""),
    "lapsed": (gettext_noop("time has passed"), "tag--brick"),
    "left": (gettext_noop("account closed"), "tag--brick"),
}
"""{state: (word, variant of `.tag`)}"""
OVER = frozenset({"missing", "refused", "withdrawn", "lapsed", "left"})
"""States in which somebody is to be invited, anew or for the first time."""


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody who has to confirm the reader's matter."""

    line: OtherLine
    tag: str
    colour: str
    says: str
    until: str
    invites: bool
    """Whether the form to invite somebody is shown."""
    renews: bool


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A confirmation of a filed case."""

    role: str
    person: str
    level: str
    at: datetime
    says: tuple[str, ...]
    digest: str


def rows(page: DraftPage) -> tuple[Row, ...]:
    """Return who confirms a draft, and how far that is."""
    return tuple(_row(line) for line in page.others)


def _row(line: OtherLine) -> Row:
    tag, colour = TAGS[_state(line)]
    running = line.state not in OVER
    until = formatting.day(line.due_date, get_language()) if line.due_date and running and not line.confirmed else ""
    renews = line.state in {"invited", "taken", "lapsed"}
    return Row(line, gettext(tag), colour, _says(line), until, invites=line.state in OVER, renews=renews)


def _state(line: OtherLine) -> str:
    return "changed" if line.state == "taken" and line.reopened_at else line.state


def _says(line: OtherLine) -> str:
    """Say in a sentence how far it is, since when, and what became of it."""
    told = {"name": line.person}
    if line.confirmed and line.confirmed_at:
        told |= {"at": _moment(line.confirmed_at), "level": levels.level(line.confirmed_level or 0)}
        return gettext("%(name)s confirmed it %(at)s. Identity: %(level)s.") % told
    if _state(line) == "changed":
        told["at"] = _moment(line.reopened_at)
        return gettext("%(name)s had confirmed it; then something changed that is theirs to confirm. They were told %(at)s.") % told
    if line.state == "taken":
        return gettext("%(name)s took the invitation %(at)s and has not confirmed yet.") % (told | {"at": _moment(line.taken_at)})
    if line.state == "invited":
        return gettext("A message with a link went to %(contact)s %(at)s; nobody has opened it yet.") % {
            "contact": line.contact,
            "at": _moment(line.invited_at),
        }
    if line.state == "refused":
        return gettext("%(name)s does not confirm it: %(reason)s") % (told | {"reason": line.reason})
    over = {
        "lapsed": gettext("The time in which %(name)s could confirm has passed."),
        "withdrawn": gettext("You withdrew the invitation of %(name)s."),
        "left": gettext("%(name)s has closed their account."),
    }
    return over[line.state] % told if line.state in over else gettext("You have not invited anybody yet.")


def my_state(row: MyPart) -> str:
    """Say how far one's own part of somebody's matter is."""
    if row.case is not None:
        endings = {"completed": gettext("Everything is done"), "refused": gettext("Refused"), "withdrawn": gettext("Withdrawn")}
        return gettext("You confirmed it") + " · " + endings.get(row.case.state, gettext("sent, under way"))
    found = {
        "invited": gettext("You are asked to confirm it"),
        "taken": gettext("Waits for your confirmation"),
        "confirmed": gettext("You confirmed it"),
        "refused": gettext("You did not confirm it"),
        "lapsed": gettext("The time to confirm it has passed"),
        "withdrawn": gettext("The invitation was withdrawn"),
    }
    return found.get(row.state, row.state)


def confirmations(lines: Iterable[ConfirmationLine]) -> tuple[Confirmed, ...]:
    """Return who confirmed a filed case beside its applicant, how sure that is, and when."""
    return tuple(
        Confirmed(
            role=say(line.role_name),
            person=say(line.person_name),
            level=levels.level(line.level),
            at=line.at,
            says=tuple(say(text) for text in line.says),
            digest=line.digest,
        )
        for line in lines
    )


def _moment(at: datetime | None) -> str:
    return formatting.moment(at, get_language()) if at else ""
