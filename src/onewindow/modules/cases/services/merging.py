"""What several devices typed into one draft: each entry says what it had seen, so that none writes over what it never saw."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain.errors import DomainError
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.drafting import state_of
from onewindow.modules.cases.errors import UnknownQuestion
from onewindow.modules.cases.selectors.draft_rows import mark_of
from onewindow.modules.cases.services.drafts import (
    ask_again_where_a_key_changed,
    check_answers,
    check_values,
    event_of,
    keep_draft,
    not_taken,
    own_draft,
)
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class Change:
    """One entry as a device keeps it. `base` is the mark of what was stored when it was typed."""

    value: Any
    base: str


@dataclass(frozen=True, slots=True)
class Other:
    """What another device stored meanwhile; whoever chooses over it sends its mark as `base`."""

    value: Any
    mark: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of each entry. Of a list of entries what can be used is saved, and the rest is refused as “staff[2].name”."""

    before: int
    """The version before anything was saved: a page that knows an older one is itself old."""
    version: int
    saved: Mapping[str, str]
    """{entry: mark of what is stored now}"""
    refused: Mapping[str, DomainError]
    differing: Mapping[str, Other] = field(default_factory=dict)
    """What another device stored since the entry was typed; the person chooses."""
    unasked: Mapping[str, DomainError] = field(default_factory=dict)
    """Entries that are no field of this form, or no longer."""


def merge_draft(*, draft_id: UUID, answers: Mapping[str, Change], values: Mapping[str, Change], actor: Actor, now: datetime) -> Merged:
    """Save what a device typed, entry by entry: each only where nothing else came in between. Sent twice, it is saved once.

    Raises: Forbidden, NotFound, DraftFiled.
    """
    with transaction.atomic():
        draft = own_draft(draft_id, actor)
        event = event_of(rulebook.published(), draft.event)
        questions = {question.id for question in event.questions}
        good, refused = check_answers(event, {key: row.value for key, row in answers.items() if key in questions})
        new_answers, differing = _news(draft.answers, good, answers)
        draft.answers = {key: value for key, value in {**draft.answers, **new_answers}.items() if value is not None}
        state = state_of(draft)
        unasked: dict[str, DomainError] = {**not_taken(draft, state, values)}
        unasked.update({key: UnknownQuestion(question=key) for key in answers if key not in questions})
        fitting, wrong = check_values(state, {key: row.value for key, row in values.items() if key not in unasked})
        new_values, others = _news(draft.elements, fitting, values)
        draft.elements = {key: value for key, value in {**draft.elements, **new_values}.items() if value is not None}
        ask_again_where_a_key_changed(draft, new_values)
        before = draft.version
        if new_answers or new_values:
            keep_draft(draft, actor, now, "cases.merge-draft", entries=sorted((*new_answers, *new_values)))
        told = {**differing, **others}
        return Merged(before, draft.version, _marks(draft, [*good, *fitting], told), {**refused, **wrong}, told, unasked)


def _news(stored: Mapping[str, Any], good: Mapping[str, Any], changes: Mapping[str, Change]) -> tuple[dict[str, Any], dict[str, Other]]:
    """Return what is to be stored, and what another device stored since an entry was typed."""
    news: dict[str, Any] = {}
    differing: dict[str, Other] = {}
    for key, value in good.items():
        current = stored.get(key)
        if current == value:
            continue
        if changes[key].base == mark_of(current):
            news[key] = value
        else:
            differing[key] = Other(current, mark_of(current))
    return news, differing


def _marks(draft: models.Draft, entries: list[str], differing: Mapping[str, Any]) -> dict[str, str]:
    stored = {**draft.answers, **draft.elements}
    return {key: mark_of(stored.get(key)) for key in entries if key not in differing}
