"""Who looked at one's data, day by day, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_noop

from onewindow.modules.cases.selectors import LookedAtCase, LookLine
from onewindow.web import formatting
from onewindow.web.process import say

WHAT: Mapping[str, tuple[str, str]] = {
    "cases.case": ("document", gettext_noop("Opened your case")),
    "cases.draft": ("people", gettext_noop("Filled in a form beside you")),
    "cases.document": ("document", gettext_noop("Opened a document of your case")),
    "cases.inbox": ("list", gettext_noop("Saw your case in the list of work")),
    "cases.export": ("list", gettext_noop("Took the list of work along as a table, your case in it")),
    "cases.issued": ("list", gettext_noop("Saw in the list of what was issued what your case brought you")),
    "cases.proposals": ("stamp", gettext_noop("Saw a decision about your case that waits for a second officer")),
    "cases.rechecks": ("stamp", gettext_noop("Saw your case in the list of decisions that the system took and somebody looks at again")),
    "cases.status": ("clock", gettext_noop("Asked how far your case is, with its number and the telephone")),
    "cases.part": ("people", gettext_noop("Read what you asked them to confirm")),
    "cases.reveal": ("eye", gettext_noop("Had a masked value of your case shown in full")),
    "identity.staff": ("people", gettext_noop("Saw your name in the list of staff")),
    "signon.tell": ("key", gettext_noop("A system of theirs was told what you agreed to")),
    "breach.name": ("people", gettext_noop("Read your name, to tell you of an incident")),
    "exchange.corrections": ("pencil", gettext_noop("Read what you said is not right in their register")),
    "exchange.query": ("search", gettext_noop("Asked about you: %(registers)s")),
}
"""What was done: {code: (icon, sentence)}."""
PURPOSE: Mapping[str, str] = {
    "handling": gettext_noop("to decide about it"),
    "acceptance": gettext_noop("to take it in at the window"),
    "mandate": gettext_noop("with a mandate for you"),
    "assistance": gettext_noop("at the counter, with your consent"),
    "identification": gettext_noop("to confirm who you are"),
    "beside": gettext_noop("to see how far the other offices are"),
    "confirming": gettext_noop("to confirm it with you"),
    "queue": gettext_noop("to see what is to be done"),
    "second-officer": gettext_noop("to confirm or reject it"),
    "recheck": gettext_noop("to look again at what the system decided"),
    "issued": gettext_noop("to look after what was issued"),
    "administration": gettext_noop("to look after posts and rights"),
    "log-in": gettext_noop("because you logged in there"),
    "prefill": gettext_noop("so that you need not type it"),
    "case": gettext_noop("so that nobody asks you for it"),
    "compare-identity": gettext_noop("to compare it with the identity card"),
    "call-applicant": gettext_noop("to call or write to you"),
    "compare-document": gettext_noop("to compare it with a document"),
    "authority-asks": gettext_noop("because a court or an authority asks, under the law"),
    "enquiry": gettext_noop("because you asked"),
    "correction": gettext_noop("to put it right, or to say why it stands"),
    "other": gettext_noop("for another reason, which is on record"),
}


@dataclass(frozen=True, slots=True)
class Row:
    at: datetime
    icon: str
    who: str
    office: str
    said: str
    """What was done, and what for."""
    cases: tuple[LookedAtCase, ...]
    draft: str
    """The matter of a draft, for which there is no case yet."""


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    rows: tuple[Row, ...]


def days(lines: Iterable[LookLine]) -> tuple[Day, ...]:
    """Return the looks under the days of the city on which they were."""
    rows = (_row(line) for line in lines)
    return tuple(Day(day, tuple(some)) for day, some in groupby(rows, key=lambda row: timezone.localtime(row.at).date()))


def _row(line: LookLine) -> Row:
    icon, sentence = WHAT.get(line.what, ("eye", line.what))
    what = gettext(sentence)
    if line.registers:
        what %= {"registers": _joined([say(name) for name in line.registers], "、")}
    return Row(
        at=line.at,
        icon=icon,
        who=_who(line),
        office=say(line.office),
        said=_joined([what, gettext(PURPOSE[line.purpose])], "，") if line.purpose in PURPOSE else what,
        cases=line.cases,
        draft=say(line.event_name),
    )


def _joined(parts: Sequence[str], chinese: str) -> str:
    return (chinese if formatting.short_language(get_language()) == "zh" else ", ").join(parts)


def _who(line: LookLine) -> str:
    if line.organisation_name:
        return say(line.organisation_name)
    if line.by in {"system", "self"}:
        return gettext("The platform, for you")
    if line.what == "cases.part":
        return gettext("Somebody you invited")
    return gettext("Somebody who knows the number and the telephone")
