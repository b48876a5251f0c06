"""Several rows in one act: what would be done in each case, what its applicant will read, and which are left out and why."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext

from onewindow.domain.errors import NotFound
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases.selectors import CasePage, TemplateRow
from onewindow.modules.cases.selectors.rows import TaskLine
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import approvals
from onewindow.plumbing.actors import Actor
from onewindow.web.desk.pages import acts, checks, forms, queue, ready, sentences, words
from onewindow.web.desk.pages.case import on_desk, own_steps
from onewindow.web.desk.pages.sentences import Draft
from onewindow.web.site import fields

MOST = 50
REFUSAL = "cases.refuse"
FINISHED = frozenset({TaskState.DONE, TaskState.SKIPPED})


@dataclass(frozen=True)
class InHand:
    """One ticked step as it stands now. `why_not` says why it cannot be done together with others; empty where it can."""

    page: CasePage
    task: TaskLine
    services: frozenset[str]
    ready: tuple[TemplateRow, ...]
    way: acts.Way | None
    why_not: str


@dataclass(frozen=True, slots=True)
class Row:
    """One ticked row as the page in between shows it."""

    key: str
    title: str
    reference: str
    asked: str
    url: str
    applicant: str
    limit: words.Limit
    why_not: str = ""
    sentences: tuple[Draft, ...] = ()
    issued: tuple[tuple[str, str], ...] = ()
    """What will stand on what is issued: (name, value)."""
    look: tuple[checks.Check, ...] = ()
    """What asks for attention or judgement; a row with a warning is not ticked by itself."""
    seen: str = ""
    ticked: bool = True


@dataclass(frozen=True, slots=True)
class Several:
    """The page in between. `left` are the rows that must be opened one by one, each with why."""

    slug: str
    key: str
    rows: tuple[Row, ...]
    left: tuple[Row, ...]
    choice: tuple[ready.Option, ...]
    template: str


def several(
    keys: Iterable[str], slug: str, *, template: str = "", ticked: frozenset[str] | None = None, actor: Actor, now: datetime
) -> Several:
    """Lay out what an act would do to each ticked row. `ticked`: what the officer has left ticked; None before they have looked."""
    hands: dict[str, InHand | None] = {key: _held(key, slug, actor, now) for key in list(dict.fromkeys(keys))[:MOST]}
    fitting = [hand for hand in hands.values() if hand and not hand.why_not]
    choice = _common(fitting, slug)
    chosen = template if any(option.id == template for option in choice) else ""
    rows = tuple(_row(key, hand, chosen, ticked) for key, hand in hands.items())
    return Several(
        slug=slug,
        key=str(uuid4()),
        rows=tuple(row for row in rows if not row.why_not),
        left=tuple(row for row in rows if row.why_not),
        choice=choice,
        template=chosen,
    )


def _held(key: str, slug: str, actor: Actor, now: datetime) -> InHand | None:
    try:
        return in_hand(key, slug, actor=actor, now=now)
    except NotFound:
        return None


def in_hand(key: str, slug: str, *, actor: Actor, now: datetime) -> InHand:
    """Read one ticked row, `case/step`. Raises: NotFound."""
    case_id, task_id = ids(key)
    page = cases.case_page(case_id=case_id, actor=actor, now=now)
    task = next((row for row in page.tasks if row.id == task_id), None)
    if task is None or page.own or not on_desk(task, actor):
        raise NotFound(kind="task", id=task_id)
    services = frozenset(row.service for row in own_steps(page, task, actor))
    issues = bool(catalogue.catalogue_at(page.release).services[task.service].produces)
    ways = acts.ways(page, task, services, issues=issues)
    way = ways.find(slug)
    why_not = _why_not(page, task, ways, way, services)
    return InHand(page, task, services, ready.kept_for(ways, task, actor), way, why_not)


def ids(key: str) -> tuple[UUID, UUID]:
    """Return (case, step) of a tick. Raises: NotFound."""
    case_id, _, task_id = key.partition("/")
    try:
        return UUID(case_id), UUID(task_id)
    except ValueError:
        raise NotFound(kind="case", id=key[:80]) from None


def _why_not(page: CasePage, task: TaskLine, ways: acts.Ways, way: acts.Way | None, services: frozenset[str]) -> str:
    if task.state == TaskState.DONE and task.done_at:
        return acts.already_done(task)
    if way is None or way is not ways.main:
        return ways.none or gettext("Its next act is another one: %(act)s.") % {"act": ways.main.label if ways.main else ""}
    if queue.TOGETHER.get(task.kind) != way.slug or len(services) > 1:
        return gettext("This is joint work: open it and record it there.")
    lacking = [words.say(field.name) for field in way.act.output_fields if field.value in (None, "")]
    if lacking:
        return gettext("Values are given for each case: open it and fill in: %(names)s.") % {"names": words.listed(lacking)}
    if approvals.is_open(kind=REFUSAL, subject_id=task.id):
        return gettext("A colleague has proposed to refuse this. A second officer settles that first.")
    if unpaid := _unpaid(page, task):
        return gettext("Not paid yet: %(name)s") % {"name": words.listed(unpaid)}
    return ""


def _unpaid(page: CasePage, task: TaskLine) -> list[str]:
    """Return the fees without which the last step of a service is not finished."""
    if any(row.service == task.service and row.id != task.id and row.state not in FINISHED for row in page.tasks):
        return []
    due = [fee for fee in page.fees if fee.service == task.service and fee.fen and fee.paid_at is None]
    return [words.say(fee.name) or words.say(fee.service_name) for fee in due]


def _common(hands: list[InHand], slug: str) -> tuple[ready.Option, ...]:
    """Return the ready texts that every one of the cases may be given."""
    if not hands:
        return ()
    shared = set.intersection(*({row.id for row in hand.ready} for hand in hands))
    return ready.options(tuple(row for row in hands[0].ready if row.id in shared), slug)


def spoken(hand: InHand, template: str) -> dict[str, str]:
    """Return what the applicant will read, in every language; empty where the act has no sentence."""
    if hand.way is None or hand.way.slug not in acts.DECISIONS:
        return {}
    return forms.offered(hand, hand.way, {"template": template})[-1]


def seen(hand: InHand, template: str) -> str:
    """Return a fingerprint of what the officer is shown of one case, the sentence with it."""
    told = json.dumps([forms.mark(hand), spoken(hand, template)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _row(key: str, hand: InHand | None, template: str, ticked: frozenset[str] | None) -> Row:
    if hand is None:
        return Row(key, "", "", "", "", "", words.Limit("", ""), why_not=gettext("This step is not on your desk any more."))
    page, task = hand.page, hand.task
    found = tuple(check for check in checks.checks(page, task, hand.services) if check.mark in {"warn", "judge"})
    return Row(
        key=key,
        title=page.title,
        reference=page.reference,
        asked=words.asked((task,)),
        url=queue.task_url(page.id, task.id, queue.Filter()),
        applicant=words.say(page.applicant_name),
        limit=words.limit(task.light, task.days_left, task.due_date, task.pause.reason if task.pause else ""),
        why_not=hand.why_not,
        sentences=_drafts(hand, template),
        issued=_issued(hand),
        look=found,
        seen=seen(hand, template),
        ticked=key in ticked if ticked is not None else not any(check.mark == "warn" for check in found),
    )


def _drafts(hand: InHand, template: str) -> tuple[Draft, ...]:
    texts = {} if hand.why_not else spoken(hand, template)
    languages = sentences.languages_for(identity.language_of(hand.page.applicant)) if texts else ()
    return sentences.drafts(texts, languages, {}, "sentence")


def _issued(hand: InHand) -> tuple[tuple[str, str], ...]:
    given = hand.way.act.output_fields if hand.way and not hand.why_not else ()
    return tuple((words.say(field.name), fields.said(field.value, field.type, field.choices)) for field in given)
