"""What a leak of drafts and cases would give away: what each look showed, what each table holds, whose each object is."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from onewindow.domain import masks
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.plans import CasePlan
from onewindow.modules.cases.reveals import CONTACT_PHONE
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.plumbing.exposure import Exposure, Look, Owner, Table, category_of, rows_of

_HEAD = frozenset({"identity", "matter"})
"""What stands in the head of a case and in every list: whose it is, and what it is about."""
_WHOLE = frozenset({"own", "mandate"})

_TYPED = "identity contact address enterprise matter"

_OF_CASE: Mapping[type[Any], dict[str, str]] = {
    models.CaseService: {"sentence": "matter", "given": "matter", "state": "matter"},
    models.CaseMark: {"text": "enterprise"},
    models.Task: {"finding": "matter", "state": "matter"},
    models.Attachment: {"name": "documents", "sha256": "documents", "evidence_type": "documents"},
    models.Notice: {"items": "matter"},
    models.CaseNote: {"text": "matter"},
    models.Output: {"number": "matter", "values": "enterprise matter", "revocation": "matter"},
    models.Payment: {"receipt": "payment", "fen": "payment"},
    models.TimelineEntry: {"values": "matter", "code": "matter"},
    models.MachineDecision: {"reason": "matter", "outcome": "matter"},
}
_MADE = {
    models.Attachment: "added_at",
    models.Notice: "sent_at",
    models.CaseNote: "at",
    models.Output: "issued_at",
    models.Payment: "at",
    models.MachineDecision: "decided_at",
}
_FILE = {models.Attachment: "file"}

_SUBJECTS: Mapping[str, type[Any]] = {
    "task": models.Task,
    "notice": models.Notice,
    "output": models.Output,
    "payment": models.Payment,
    "machine-decision": models.MachineDecision,
}

_TABLES = (
    Table(
        models.Draft,
        "owner",
        {
            **dict.fromkeys(("answers", "elements", "prefilled", "disputed"), _TYPED),
            **dict.fromkeys(("unavailable", "consents", "event"), "matter"),
        },
        since="created_at",
    ),
    Table(models.Upload, "draft__owner", {"name": "documents", "sha256": "documents"}, since="added_at", file="file"),
    Table(
        models.Part,
        "person",
        {"elements": _TYPED, "confirmed": _TYPED, "name": "identity", "contact": "contact", "reason": "matter", "digest": "matter"},
        since="taken_at",
    ),
    Table(
        models.Case,
        "applicant",
        {
            "answers": "matter",
            "contact_phone": "contact",
            "named_after": "identity",
            "title": "enterprise",
            "event": "matter",
            "reference": "matter",
            "plan": "matter",
        },
        case="pk",
        since="filed_at",
    ),
    Table(
        models.CaseValue,
        "case__applicant",
        {"element": "matter"},
        case="case_id",
        since="obtained_at",
        element="element",
        of_element=catalogue.category,
    ),
    *(
        Table(model, "case__applicant", columns, case="case_id", since=_MADE.get(model, "case__filed_at"), file=_FILE.get(model, ""))
        for model, columns in _OF_CASE.items()
    ),
    Table(models.QueueExport, "owner", {"asked": "use", "state": "use"}, since="asked_at", file="file"),
    Table(models.Pause, "task__case__applicant", {"reason": "matter"}, case="task__case_id", since="began_at"),
    Table(models.QueueChoice, "officer", {"filters": "post", "columns": "use"}),
    Table(models.IssuedNumber, "holder", {"mark": "matter", "title": "enterprise"}, since="issued_at"),
)


def _case(look: Look) -> Collection[str]:
    """What the page of a case showed its reader: values of the reader's own services, those masked that nobody decides by."""
    case = models.Case.objects.filter(pk=look.case).only("event", "release", "plan").first() if look.case else None
    if case is None:
        return _HEAD
    plan = CasePlan(case.plan)
    book = rulebook.book_of(release=case.release, event_id=case.event, unavailable=plan.unavailable)
    own = set(models.CaseService.objects.filter(case=case, organisation=look.organisation).values_list("service", flat=True))
    services = set(plan.needs) if look.purpose in {*_WHOLE, "acceptance"} else own
    names = {name for service in services if service in plan.needs for name in (*plan.needs[service], *book.outputs_give(service))}
    needed = {name for service in own if service in plan.needs for name in (*plan.needs[service], *book.outputs_give(service))}
    if look.purpose == "recheck":
        needed |= {name for service in own for name in book.decided_by(service)}
        names |= needed
    found = set(_HEAD)
    for name in names:
        described = book.element(name)
        if look.purpose in _WHOLE or not masks.is_masked(described.type, personal=described.personal, needed=name in needed):
            found.add(category_of(described.type, personal=described.personal))
    return found | ({"contact"} if look.purpose in _WHOLE else set())


def _revealed(look: Look) -> Collection[str]:
    (element,) = look.detail("element") or ("",)
    return {"contact"} if element == CONTACT_PHONE else {catalogue.category(element)}


def _uuids(ids: Collection[str]) -> list[str]:
    found = []
    for text in ids:
        try:
            found.append(str(UUID(text)))
        except ValueError:
            continue
    return found


def _owners(model: type[Any], person: str, case: str = "") -> Callable[[Collection[str]], Mapping[str, Owner]]:
    return lambda ids: rows_of(_uuids(ids), lambda some: model.objects.filter(pk__in=some), person=person, case=case)


def _references(ids: Collection[UUID]) -> Mapping[UUID, str]:
    return dict(models.Case.objects.filter(pk__in=ids).values_list("pk", "reference"))


EXPOSURE = Exposure(
    looks={
        "cases.case": _case,
        "cases.draft": lambda _look: set(_TYPED.split()),
        "cases.document": lambda _look: {"documents"},
        "cases.reveal": _revealed,
        "cases.part": lambda _look: {*_HEAD, "address", "enterprise"},
        "cases.status": lambda _look: {"matter"},
        "cases.inbox": lambda _look: {*_HEAD, "enterprise"},
        "cases.export": lambda _look: {*_HEAD, "enterprise"},
        "cases.export-file": lambda _look: {*_HEAD, "enterprise"},
        "cases.issued": lambda _look: {*_HEAD, "enterprise"},
        "cases.proposals": lambda _look: {*_HEAD, "enterprise"},
        "cases.rechecks": lambda _look: {*_HEAD, "enterprise"},
    },
    owners={
        "case": _owners(models.Case, "applicant", "pk"),
        "draft": _owners(models.Draft, "owner"),
        "part": _owners(models.Part, "person"),
        **{kind: _owners(model, "case__applicant", "case_id") for kind, model in _SUBJECTS.items()},
    },
    tables=_TABLES,
    references=_references,
)
