"""Who does what at the desk: who has a step, whom it can be given to, and how much everybody has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, ngettext

from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases.selectors import Load, LoadLine, Sift
from onewindow.modules.cases.selectors.rows import Holding
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing.actors import Actor
from onewindow.web.desk.pages import words
from onewindow.web.desk.pages.case import DeskCase
from onewindow.web.desk.pages.queue import Filter, inbox_url


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to whom a step can be given; `away`: not now."""

    id: str
    label: str
    away: bool


@dataclass(frozen=True, slots=True)
class Came:
    """Steps of somebody on leave that are the reader's meanwhile."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Team:
    """The colleagues of a reader who assigns; empty for whoever has no desk of a department."""

    choices: tuple[Choice, ...] = ()
    came: tuple[Came, ...] = ()
    takes: bool = False
    """Whether the reader does steps, and not only assigns them."""
    names: Mapping[UUID, str] = field(default_factory=dict)
    """Of everybody at the reader's desks; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the step on the page, and what the reader may do about it."""

    words: str
    own: bool
    takes: bool
    gives: bool
    back: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One officer on the page of everybody’s load."""

    name: str
    me: bool
    away: str
    have: int
    due_today: int
    late: int
    url: str


def team(actor: Actor, now: datetime) -> Team:
    """Return the reader's colleagues with how much each has."""
    if not actor.hats_of("officer", "supervisor"):
        return Team()
    load = cases.colleagues_load(actor=actor, now=now, whole=False)
    names = {line.user: words.say(line.name) for line in load.lines}
    others = sorted((line for line in load.lines if line.acts and not line.me), key=lambda line: (line.away_until is not None, line.have))
    came = tuple(_came(names.get(user, ""), count) for user, count in load.came.items())
    return Team(tuple(_choice(line) for line in others), came, bool(actor.hats_of("officer")), names)


def _choice(line: LoadLine) -> Choice:
    told = {"name": words.say(line.name), "count": line.have}
    label = gettext("%(name)s · has %(count)s") % told
    if line.away_until:
        label = gettext("%(name)s · on leave until %(date)s") % {**told, "date": words.date_words(line.away_until)}
    return Choice(str(line.user), label, away=line.away_until is not None)


def _came(name: str, count: int) -> Came:
    told = ngettext(
        "%(count)s step came to you from %(name)s, who is away", "%(count)s steps came to you from %(name)s, who is away", count
    )
    return Came(told % {"count": count, "name": name or gettext("a colleague")}, inbox_url(Filter(sift=Sift(whose="me"))))


def holder(desk: DeskCase, colleagues: Team, actor: Actor) -> Holder | None:
    """Return who has the step, for those at its department's desk; nothing where the step is over."""
    task = desk.task
    region_free = actor.hats_of("officer", "supervisor")
    if task.state in {TaskState.DONE, TaskState.SKIPPED} or not any(hat.organisation == task.organisation for hat in region_free):
        return None
    held = task.holding
    own = held is not None and held.officer == actor.id
    supervises = any("supervisor" in hat.roles and hat.organisation == task.organisation for hat in region_free)
    free = held is None
    return Holder(
        words=_told(held, colleagues, actor),
        own=own,
        takes=colleagues.takes and not own and (free or supervises or _is_away(held, colleagues)),
        gives=bool(colleagues.choices) and (own or free or supervises),
        back=own or (supervises and not free),
    )


def _is_away(held: Holding | None, colleagues: Team) -> bool:
    return held is not None and str(held.officer) in {choice.id for choice in colleagues.choices if choice.away}


def _told(held: Holding | None, colleagues: Team, actor: Actor) -> str:
    if held is None:
        return gettext("Nobody has taken this step yet.")
    people = {"name": held.officer, "by": held.by, "away": held.held_for}
    told = {part: colleagues.names.get(user, "") or gettext("a colleague") for part, user in people.items() if user}
    told["moment"] = words.stamp(held.since)
    if held.officer == actor.id:
        if held.held_for:
            return gettext("You have this step for %(away)s, who is on leave.") % told
        if held.by and held.by != actor.id:
            return gettext("%(by)s gave you this step, %(moment)s.") % told
        return gettext("You have this step since %(moment)s.") % told
    if held.held_for:
        return gettext("%(name)s has this step for %(away)s, who is on leave. You may act on it as well.") % told
    return gettext("%(name)s has this step since %(moment)s. You may act on it as well.") % told


def lines(load: Load) -> tuple[Line, ...]:
    """Return everybody's load as the page shows it, with what nobody has at the end."""
    names = {line.user: words.say(line.name) for line in load.lines}
    rows = [
        Line(
            name=names[line.user],
            me=line.me,
            away=_away(line, names),
            have=line.have,
            due_today=line.due_today,
            late=line.late,
            url=_of(str(line.user)),
        )
        for line in load.lines
        if line.acts or line.have
    ]
    free = load.nobodys
    if free:
        rows.append(Line(gettext("Nobody yet"), False, "", free.have, free.due_today, free.late, _of("nobody")))
    return tuple(rows)


def _of(whose: str) -> str:
    return inbox_url(Filter(sift=Sift(whose=whose)))


def _away(line: LoadLine, names: Mapping[UUID, str]) -> str:
    if line.away_until is None:
        return ""
    told = {"date": words.date_words(line.away_until), "name": names.get(line.substitute, "") if line.substitute else ""}
    if told["name"]:
        return gettext("on leave until %(date)s, %(name)s stands in") % told
    return gettext("on leave until %(date)s") % told


def name_of(whose: str, colleagues: Team) -> str:
    """Return whose steps a filter shows, by name."""
    known = {str(user): name for user, name in colleagues.names.items()}
    if whose in known:
        return known[whose]
    return words.say(identity.display_names([UUID(whose)]).get(UUID(whose), {})) or gettext("a colleague")
