"""What is read of evaluations: one's own at the case, the call-backs of an organisation without a name, and public scores."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from onewindow.domain import deadlines, evaluation
from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases import selectors as cases
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.evaluation import models
from onewindow.modules.evaluation.permissions import ANSWERING
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock, permissions
from onewindow.plumbing.actors import Actor

MOST_ROWS = 200
NODES = ("organisation", "decision", "acceptance")


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act of one's own case, with what one has said of it; `level` 0: nothing yet."""

    node: str
    channel: str
    subject: str
    name: Text
    organisation_name: Text
    level: int = 0
    indicators: Mapping[str, int] | None = None
    words: str = ""
    call_back_until: date | None = None
    light: str = ""
    answer: str = ""
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class CallBack:
    """One bad evaluation as whoever answers for it reads it: neither case nor person nor the day it was given."""

    id: UUID
    node: str
    channel: str
    name: Text
    organisation_name: Text
    level: int
    indicators: Mapping[str, int]
    words: str
    due_date: date
    light: str
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of it waits for a reader."""

    open: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """What people say of one service (`node` decision), one counter (acceptance) or one organisation, which is the sum of its own.

    Shape: `counts` in the order of the levels.
    """

    node: str
    channel: str
    subject: str
    name: Text
    organisation: str
    organisation_name: Text
    counts: tuple[int, ...]
    total: int
    satisfied_percent: int


def of_case(*, case_id: UUID, actor: Actor, now: datetime) -> tuple[ActLine, ...]:
    """Return what can be judged in one's own case, and what one has said. Raises: NotFound."""
    acts = cases.acts_done(case_id=case_id, actor=actor)
    given = {(row.node, row.subject): row for row in models.Evaluation.objects.filter(case_id=case_id)}
    return tuple(_act_line(act, given.get((act.node, act.subject)), clock.local_date(now)) for act in acts)


def _act_line(act: cases.ActDone, row: models.Evaluation | None, today: date) -> ActLine:
    line = (act.node, act.channel, act.subject, act.name, act.organisation_name)
    if row is None:
        return ActLine(*line)
    return ActLine(
        *line,
        level=row.level,
        indicators=row.indicators,
        words=row.words,
        call_back_until=row.due_date,
        light=str(deadlines.light(row.due_date, today)) if row.due_date and row.answered_at is None else "",
        answer=row.answer,
        answered_on=clock.local_date(row.answered_at) if row.answered_at else None,
    )


def call_backs(*, answered: bool = False, actor: Actor, now: datetime) -> tuple[CallBack, ...]:
    """Return the bad evaluations of the organisations one answers for, without the cases one did a step in: by due date, or what was
    answered last.

    Raises: Forbidden.
    """
    permissions.require(actor, "evaluation.call-backs")
    found = _scoped(actor).filter(answered_at__isnull=not answered)
    rows = list(found.order_by(*(["-answered_at"] if answered else ["due_date"]), "id")[:MOST_ROWS])
    own = cases.took_part(case_ids={row.case_id for row in rows}, actor=actor)
    offices, names, today = identity.organisations(), _service_names(), clock.local_date(now)
    return tuple(
        CallBack(
            id=row.pk,
            node=row.node,
            channel=row.channel,
            name=names.get(row.subject, {}) if row.node == "decision" else _office(offices, row.subject),
            organisation_name=_office(offices, row.organisation),
            level=row.level,
            indicators=row.indicators,
            words=row.words,
            due_date=row.due_date,
            light=str(deadlines.light(row.due_date, today)),
            answer=row.answer,
            answered_at=row.answered_at,
        )
        for row in rows
        if row.due_date is not None and row.case_id not in own
    )


def waiting(*, actor: Actor, now: datetime) -> Waiting:
    """Return how many call-backs wait for a reader, and how many of them are late; nothing for whoever answers for none."""
    if not permissions.allowed(actor, "evaluation.call-backs"):
        return Waiting()
    due = list(_scoped(actor).filter(answered_at=None).order_by("due_date", "id").values_list("case_id", "due_date")[:MOST_ROWS])
    own = cases.took_part(case_ids={case_id for case_id, _ in due}, actor=actor) if due else frozenset()
    days = [day for case_id, day in due if case_id not in own]
    today = clock.local_date(now)
    return Waiting(len(days), sum(day is not None and deadlines.light(day, today) == deadlines.Light.LATE for day in days))


def _scoped(actor: Actor) -> QuerySet[models.Evaluation]:
    """Return the bad evaluations within the posts of whoever answers for them."""
    seen = Q(pk__in=[])
    for hat in actor.hats_of(*ANSWERING):
        here = Q(region__in=sorted(hat.regions)) if hat.regions else Q()
        seen |= Q(organisation=hat.organisation) & here
    return models.Evaluation.objects.filter(seen, due_date__isnull=False)


def scores() -> tuple[ScoreLine, ...]:
    """Return every public score, the most evaluated first: organisations, services, counters.

    An organisation's is the sum of what is shown, so that it tells no more.
    """
    lines = list(_lines(models.Score.objects.all()))
    sums: dict[str, list[ScoreLine]] = {}
    for line in lines:
        sums.setdefault(line.organisation, []).append(line)
    lines += [_sum(own) for own in sums.values()]
    return tuple(sorted(lines, key=lambda line: (NODES.index(line.node), -line.total, line.subject)))


def _sum(lines: Sequence[ScoreLine]) -> ScoreLine:
    first, counts = lines[0], tuple(map(sum, zip(*(line.counts for line in lines), strict=True)))
    return ScoreLine(
        node="organisation",
        channel="",
        subject=first.organisation,
        name=first.organisation_name,
        organisation=first.organisation,
        organisation_name=first.organisation_name,
        counts=counts,
        total=sum(counts),
        satisfied_percent=evaluation.satisfied_percent(counts),
    )


def scores_of(*, services: Collection[str]) -> tuple[ScoreLine, ...]:
    """Return the public scores of some services, in their order."""
    order = {service: place for place, service in enumerate(services)}
    lines = _lines(models.Score.objects.filter(node="decision", subject__in=order))
    return tuple(sorted(lines, key=lambda line: order[line.subject]))


def shown_from(*, now: datetime) -> int:
    """Return how many evaluations are shown together at the least."""
    return evaluation.rule_on(clock.local_date(now), settings.ONEWINDOW_EVALUATION).least


def _lines(rows: Iterable[models.Score]) -> Iterable[ScoreLine]:
    offices, names = identity.organisations(), _service_names()
    for row in rows:
        named = names.get(row.subject) if row.node == "decision" else _office(offices, row.subject)
        if not (sum(row.shown) and named):
            continue
        yield ScoreLine(
            node=row.node,
            channel=row.channel,
            subject=row.subject,
            name=named,
            organisation=row.organisation,
            organisation_name=_office(offices, row.organisation),
            counts=tuple(row.shown),
            total=sum(row.shown),
            satisfied_percent=evaluation.satisfied_percent(row.shown),
        )


def subject_name(*, node: str, subject: str) -> Text:
    """Return what a judged service or counter is called."""
    return _service_names().get(subject, {}) if node == "decision" else _office(identity.organisations(), subject)


def _office(offices: Mapping[str, identity.OrganisationRow], organisation: str) -> Text:
    return offices[organisation].name if organisation in offices else {}


def _service_names() -> Mapping[str, Text]:
    release = catalogue.current_release()
    return {} if release is None else {key: row.name for key, row in catalogue.catalogue_at(release).services.items()}
