"""What drafts and cases hold about a person, and how long."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from onewindow.domain import retention
from onewindow.domain.lifecycle import FINAL
from onewindow.modules.cases import marks, models, rulebook
from onewindow.modules.cases.exposed import EXPOSURE
from onewindow.modules.cases.parts import of_another
from onewindow.modules.exchange import selectors as exchange
from onewindow.modules.exchange import services as exchange_services
from onewindow.plumbing import clock, files, personal
from onewindow.plumbing.actors import Actor

NOBODY = UUID(int=0)
RETENTION = Actor.system("cases.retention")
OF_A_CASE = (
    models.Notice,
    models.Payment,
    models.Output,
    models.TimelineEntry,
    models.Attachment,
    models.CaseNote,
    models.MachineDecision,
    models.CaseValue,
    models.CaseService,
)


def _export(user_id: UUID) -> Iterator[personal.Part]:
    for draft in models.Draft.objects.filter(owner=user_id, filed_case=None).order_by("created_at"):
        yield _draft(draft)
    for case in models.Case.objects.filter(applicant=user_id).order_by("filed_at"):
        yield _case(case)
    for part in models.Part.objects.filter(person=user_id).select_related("draft").order_by("invited_at"):
        told = ("role", "state", "elements", "confirmed", "digest", "level", "reason", "taken_at", "confirmed_at", "ended_at")
        yield personal.Part(f"part-{part.pk}", {"event": part.draft.event, **{name: getattr(part, name) for name in told}})
    for queue in models.QueueChoice.objects.filter(officer=user_id):
        yield personal.Part("queue", {"filters": queue.filters, "columns": queue.columns})


def _invited(**of: Any) -> list[dict[str, Any]]:
    """Whom the applicant invited, and what became of it; what those wrote is theirs."""
    return _rows(
        models.Part.objects.filter(**of).order_by("invited_at"), "role", "name", "contact", "state", "reason", "invited_at", "ended_at"
    )


def _draft(draft: models.Draft) -> personal.Part:
    told = ("event", "answers", "elements", "prefilled", "disputed", "unavailable", "consents", "created_at", "updated_at")
    papers = list(draft.uploads.order_by("added_at"))
    data = {
        **{name: getattr(draft, name) for name in told},
        "documents": _rows(papers, "evidence_type", "name", "added_at"),
        "invited": _invited(draft=draft),
        "look_ups": _look_ups(draft.pk, draft.owner),
    }
    return personal.Part(f"draft-{draft.pk}", data, _names(f"draft-{draft.pk}", papers))


def _case(case: models.Case) -> personal.Part:
    own = {"case": case}
    papers = list(models.Attachment.objects.filter(**own).order_by("added_at"))
    data = {
        **{name: getattr(case, name) for name in ("reference", "event", "title", "state", "contact_phone", "filed_at", "completed_at")},
        "values": _rows(
            (
                row
                for row in models.CaseValue.objects.filter(**own).order_by("element", "obtained_at")
                if not of_another(row.element, case.plan)
            ),
            *("element", "value", "source_kind", "source_id", "obtained_at", "note", "superseded_at"),
        ),
        "documents": _rows(papers, "evidence_type", "name", "added_at", "superseded_at"),
        "services": _rows(
            models.CaseService.objects.filter(**own).order_by("position"), "service", "organisation", "state", "decided_at", "sentence"
        ),
        "notices": _rows(models.Notice.objects.filter(**own).order_by("sent_at"), "service", "items", "sent_at", "answered_at"),
        "outputs": _rows(
            models.Output.objects.filter(**own).order_by("number"),
            "service",
            "evidence_type",
            "number",
            "values",
            "issued_at",
            "revoked_at",
        ),
        "payments": _rows(models.Payment.objects.filter(**own).order_by("at"), "service", "fee", "fen", "method", "receipt", "at"),
        # That officers wrote to each other, and when; what they wrote, the organisation gives on request, as its law allows.
        "notes": _rows(models.CaseNote.objects.filter(**own).order_by("at"), "organisation", "at"),
        "by_machine": _rows(
            models.MachineDecision.objects.filter(**own).order_by("decided_at", "pk"),
            *("service", "ground", "decided_at", "rate", "number", "due_date", "outcome", "reason", "done_at"),
        ),
        "timeline": _rows(models.TimelineEntry.objects.filter(**own), "at", "actor_kind", "organisation", "code", "service", "values"),
        "invited": _invited(draft__filed_case=case),
        "look_ups": _look_ups(case.pk, case.applicant),
    }
    return personal.Part(f"case-{case.reference}", data, _names(case.reference, papers))


def _look_ups(matter: UUID, owner: UUID) -> list[dict[str, Any]]:
    """Which registers were asked for the matter, when and for what."""
    return [asdict(row) for row in exchange.queries_for(matter, Actor(kind="person", id=owner))]


def _rows(rows: Iterable[Any], *names: str) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in names} for row in rows]


def _names(folder: str, papers: Iterable[Any]) -> dict[str, UUID]:
    return {f"{folder}/{number:02d} {paper.name}": paper.file for number, paper in enumerate(papers, 1)}


def _holds(party: UUID) -> bool:
    return models.Case.objects.filter(applicant=party).exists() or models.Draft.objects.filter(owner=party).exists()


def _open_matters(user_id: UUID) -> Iterator[str]:
    yield from models.Case.objects.filter(applicant=user_id).exclude(state__in=FINAL["case"]).values_list("reference", flat=True)


def _let_go(user_id: UUID, now: datetime) -> int:
    """Remove drafts, what was written in others' and how a queue is arranged; cases, and what was confirmed there, stay by their rules."""
    models.QueueChoice.objects.filter(officer=user_id).delete()
    for part in models.Part.objects.filter(person=user_id, draft__filed_case=None):
        part.state, part.person, part.ended_at = ("left", None, now) if part.ended_at is None else (part.state, None, part.ended_at)
        part.elements, part.confirmed, part.digest, part.level, part.reason = {}, None, "", None, ""
        part.save()
    return sum(_remove_draft(draft) for draft in models.Draft.objects.filter(owner=user_id, filed_case=None))


def _remove_draft(draft: models.Draft) -> int:
    files.forget(draft.uploads.values_list("file", flat=True))
    exchange_services.forget_corrections(matter=draft.pk, actor=RETENTION)
    return draft.delete()[0]


def draft_life(day: date) -> timedelta:
    """Return how long an untouched draft is kept (settings: ONEWINDOW_DRAFT_LIFE, dated rows)."""
    rows = sorted((date.fromisoformat(str(row["from"])), int(row["days"])) for row in settings.ONEWINDOW_DRAFT_LIFE)
    begun = [days for since, days in rows if since <= day]
    return timedelta(days=begun[-1] if begun else rows[0][1])


def _overdue(now: datetime) -> Iterator[personal.Overdue]:
    today = clock.local_date(now)
    life = draft_life(today)
    old = models.Draft.objects.filter(filed_case=None, updated_at__lt=now - life)
    for key, touched in old.order_by("updated_at").values_list("pk", "updated_at"):
        since = clock.local_date(touched)
        yield personal.Overdue("cases", "draft", str(key), f"draft untouched for {life.days} days", since, since + life)
    for case in _finished().order_by("completed_at"):
        kept, since = _kept(case), _ended(case)
        if kept and kept.years is not None and (until := retention.ends(since, kept.years)) <= today:
            yield personal.Overdue("cases", "case", str(case.pk), kept.rule, since, until)


def _finished() -> QuerySet[models.Case]:
    return models.Case.objects.filter(state__in=FINAL["case"])


def _ended(case: models.Case) -> date:
    return clock.local_date(case.completed_at or case.filed_at)


def _kept(case: models.Case) -> retention.Kept | None:
    """Return the rule over a case: of the services in it, as the release said under which it was filed."""
    catalogue = rulebook.book_of(release=case.release, event_id=case.event).catalogue
    services = models.CaseService.objects.filter(case=case).order_by("position").values_list("service", flat=True)
    return retention.longest((service, catalogue.services[service].guide.get("retention_years")) for service in services)


def _without_a_rule(_now: datetime) -> int:
    return sum(_kept(case) is None for case in _finished())


def _remove(subject_id: str, _now: datetime) -> int:
    """Remove a draft, or a case with all that hangs on it. Numbers that were given stay, without a holder: none comes twice."""
    draft = models.Draft.objects.filter(pk=subject_id, filed_case=None).first()
    if draft is not None:
        return _remove_draft(draft)
    case = _finished().select_for_update().get(pk=subject_id)
    files.forget(models.Attachment.objects.filter(case=case).values_list("file", flat=True))
    models.IssuedNumber.objects.filter(reference=case.reference).update(holder=NOBODY, title="")
    rows = sum(_remove_draft(draft) for draft in models.Draft.objects.filter(filed_case=case))
    rows += exchange_services.forget_corrections(matter=case.pk, actor=RETENTION)
    rows += models.CaseMark.objects.filter(case=case, text__in=marks.marks(case.title, case.reference)).delete()[0]
    rows += models.Pause.objects.filter(task__case=case).delete()[0]
    rows += models.Task.objects.filter(case=case).delete()[0]
    rows += sum(kind.objects.filter(case=case).delete()[0] for kind in OF_A_CASE)
    return rows + case.delete()[0]


personal.register(
    personal.Holder(
        name="cases",
        export=_export,
        holds=_holds,
        open_matters=_open_matters,
        let_go=_let_go,
        overdue=_overdue,
        remove=_remove,
        kept=_without_a_rule,
        exposure=EXPOSURE,
    )
)
