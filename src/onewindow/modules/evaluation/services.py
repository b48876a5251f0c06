"""Judging an act, and answering who was not satisfied."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onewindow.domain import deadlines, evaluation, events
from onewindow.domain.errors import NotFound
from onewindow.modules.cases import selectors as cases
from onewindow.modules.evaluation import models
from onewindow.modules.evaluation.errors import AlreadyAnswered as AlreadyAnswered
from onewindow.modules.evaluation.errors import AlreadyEvaluated as AlreadyEvaluated
from onewindow.modules.evaluation.errors import AnswerMissing as AnswerMissing
from onewindow.modules.evaluation.errors import IndicatorUnknown as IndicatorUnknown
from onewindow.modules.evaluation.errors import LevelUnknown as LevelUnknown
from onewindow.modules.evaluation.errors import NothingToEvaluate as NothingToEvaluate
from onewindow.modules.evaluation.permissions import Complaint
from onewindow.plumbing import audit, calendars, clock, outbox, permissions
from onewindow.plumbing.actors import Actor

MOST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What was kept. `call_back_until`: the last day of the call-back, for a bad one."""

    id: UUID
    call_back_until: date | None


@transaction.atomic
def evaluate(
    *,
    case_id: UUID,
    node: str,
    subject: str,
    level: int,
    indicators: Mapping[str, int] | None = None,
    words: str = "",
    actor: Actor,
    now: datetime,
) -> Evaluated:
    """Judge one act of one's own case, once; a bad level opens a call-back.

    Shape: `level` and each indicator are 5 (very satisfied) to 1.
    Raises: Forbidden, NotFound, NothingToEvaluate, LevelUnknown, IndicatorUnknown, AlreadyEvaluated.  Source: docs/sources.md#evaluation
    """
    permissions.require(actor, "evaluation.evaluate")
    act = next((row for row in cases.acts_done(case_id=case_id, actor=actor) if (row.node, row.subject) == (node, subject)), None)
    if act is None:
        raise NothingToEvaluate(subject=subject)
    given = dict(indicators or {})
    _check(act.channel, level, given)
    today = clock.local_date(now)
    rule = evaluation.rule_on(today, settings.ONEWINDOW_EVALUATION)
    bad = level in evaluation.BAD
    due = deadlines.due_date_or_warning(today, rule.call_back_days, calendars.current()).date if bad else None
    kept = {
        "channel": act.channel,
        "organisation": act.organisation,
        "region": act.region,
        "level": level,
        "indicators": given,
        "words": _said(words),
        "given_on": today,
        "due_date": due,
    }
    row, fresh = models.Evaluation.objects.get_or_create(case_id=case_id, node=node, subject=subject, defaults=kept)
    if not fresh:
        raise AlreadyEvaluated
    _count(act, level, rule.least)
    audit.record(actor=actor, action="evaluation.evaluate", subject_kind="evaluation", subject_id=row.pk, at=now)
    told = events.ActEvaluated(at=now, evaluation_id=row.pk, organisation=act.organisation, node=node, subject=subject, call_back_until=due)
    outbox.record(told, at=now)
    return Evaluated(row.pk, due)


@transaction.atomic
def answer_call_back(*, evaluation_id: UUID, answer: str, actor: Actor, now: datetime) -> None:
    """Write what was done about a bad evaluation; whoever gave it reads it at their case.

    Raises: NotFound, Forbidden, AnswerMissing, AlreadyAnswered.
    """
    row = models.Evaluation.objects.select_for_update().filter(pk=evaluation_id, due_date__isnull=False).first()
    if row is None:
        raise NotFound(kind="evaluation", id=evaluation_id)
    own = row.case_id in cases.took_part(case_ids=[row.case_id], actor=actor)
    permissions.require(actor, "evaluation.answer", Complaint(row.organisation, row.region, own))
    if row.answered_at is not None:
        raise AlreadyAnswered
    row.answer = _said(answer)
    if not row.answer:
        raise AnswerMissing
    row.answered_at, row.answered_by = now, actor.known_id
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.record(actor=actor, action="evaluation.answer", subject_kind="evaluation", subject_id=row.pk, at=now)


def _check(channel: str, level: int, indicators: Mapping[str, int]) -> None:
    known = evaluation.INDICATORS[channel]
    for name in indicators:
        if name not in known:
            raise IndicatorUnknown(indicator=name, known=", ".join(known))
    if any(isinstance(value, bool) or value not in evaluation.LEVELS for value in (level, *indicators.values())):
        raise LevelUnknown


def _count(act: cases.ActDone, level: int, least: int) -> None:
    of = {"node": act.node, "subject": act.subject, "organisation": act.organisation, "channel": act.channel}
    nothing = [0] * len(evaluation.LEVELS)
    models.Score.objects.get_or_create(**of, defaults={"shown": nothing, "waiting": nothing})
    score = models.Score.objects.select_for_update().get(**of)
    score.shown, score.waiting = evaluation.counted(score.shown, score.waiting, level, least)
    score.save(update_fields=["shown", "waiting"])


def _said(text: str) -> str:
    """Return what somebody wrote as it is kept: trimmed, at most so long, without signs that no database or page can show."""
    shown = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})
    return shown.strip()[:MOST_WORDS]
