"""The page of one case: everything its reader may see, in a number of queries that does not depend on the case."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from onewindow.domain import masks
from onewindow.domain.catalogue.model import Text
from onewindow.domain.errors import NotFound
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import awaited, models, rulebook
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.names import offered, plain
from onewindow.modules.cases.parts import of_another
from onewindow.modules.cases.plans import CasePlan
from onewindow.modules.cases.reveals import REVEALED
from onewindow.modules.cases.selectors import acts, looks, rows, scope
from onewindow.modules.cases.selectors.cases import because_of, service_line, shown_state
from onewindow.modules.cases.selectors.kept import file_line, masked_note, public_values
from onewindow.modules.cases.selectors.limits import days_left, light_of, node_state
from onewindow.modules.exchange import selectors as exchange
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import calendars, clock
from onewindow.plumbing.actors import Actor


def case_page(*, case_id: UUID, actor: Actor, now: datetime) -> rows.CasePage:
    """Return a case as its reader may see it: all of it for its applicant, its own services' part for a department.

    Raises: NotFound.
    """
    case = scope.visible_cases(actor).filter(pk=case_id).first()
    if case is None:
        raise NotFound(kind="case", id=case_id)
    reading = Reading(case, actor, now)
    page = reading.page()
    looks.at_case(case, purpose=reading.purpose, actor=actor, now=now)
    return page


def timeline(*, case_id: UUID, actor: Actor, now: datetime) -> tuple[rows.TimelineLine, ...]:
    """Return what happened in a case, oldest first. Raises: NotFound."""
    return case_page(case_id=case_id, actor=actor, now=now).timeline


class Reading:
    """One case being read by one actor."""

    def __init__(self, case: models.Case, actor: Actor, now: datetime) -> None:
        self.case, self.actor, self.now = case, actor, now
        self.today = clock.local_date(now)
        self.plan = CasePlan(case.plan)
        self.book = rulebook.book_of(release=case.release, event_id=case.event, unavailable=self.plan.unavailable)
        self.services = list(models.CaseService.objects.filter(case=case).order_by("position"))
        self.tasks = list(models.Task.objects.filter(case=case).order_by("position"))
        for service in self.services:
            service.case = case
        for task in self.tasks:
            task.case = case
        self.pauses = {row.task_id: row for row in models.Pause.objects.filter(task__case=case, ended_at=None)}
        self.notice_rows = list(models.Notice.objects.filter(case=case).order_by("sent_at", "service"))
        self.entries = list(models.TimelineEntry.objects.filter(case=case).order_by("id"))
        values = list(models.CaseValue.objects.filter(case=case))
        self.value_rows = [row for row in values if row.superseded_at is None]
        self.replaced = len(values) > len(self.value_rows)
        self.papers = list(models.Attachment.objects.filter(case=case).order_by("added_at", "name"))
        self.output_rows = list(models.Output.objects.filter(case=case).order_by("number"))
        self.payments = {(row.service, row.fee): row for row in models.Payment.objects.filter(case=case)}
        self.calendar = calendars.current()
        self.everything = scope.sees_everything(case, actor, self.tasks)
        self.own = scope.own_services(case, actor, self.services)

    @property
    def unmasked(self) -> bool:
        """Whether the reader sees personal values as they are: their own."""
        return self.actor.is_system or (self.actor.id is not None and self.case.applicant == self.actor.id)

    @property
    def _watches(self) -> bool:
        """Whether the reader supervises, and so sees which values were shown to whom."""
        return self.actor.is_system or (self.actor.has_role("supervisor") and bool(self.own))

    @property
    def shown(self) -> frozenset[str]:
        """The services whose values and documents the reader sees."""
        return frozenset(row.service for row in self.services) if self.everything else self.own

    @property
    def purpose(self) -> str:
        """What the reader reads it for."""
        if self.case.applicant == self.actor.id:
            return "own"
        if self.actor.is_party(self.case.applicant, self.case.event, self.case.assistance):
            return "assistance" if self.actor.assistance else "mandate"
        return "handling" if self.own else "acceptance" if self.everything else "beside"

    @cached_property
    def names(self) -> Mapping[UUID, Mapping[str, str]]:
        ids = {entry.actor_id for entry in self.entries} | {task.done_by for task in self.tasks} | {self.case.applicant}
        ids |= {paper.added_by for paper in self.papers}
        return identity.display_names(ident for ident in ids if ident is not None)

    def page(self) -> rows.CasePage:
        case = self.case
        notices = tuple(self._notices())
        return rows.CasePage(
            id=case.pk,
            reference=case.reference,
            event=case.event,
            event_name=self.book.event.name,
            release=case.release,
            title=case.shown_title,
            state=shown_state(case.state, sum(1 for row in self.notice_rows if row.closed_at is None)),
            filed_at=case.filed_at,
            completed_at=case.completed_at,
            applicant=case.applicant,
            applicant_name=self.names.get(case.applicant, {}),
            contact_phone=case.contact_phone if self.unmasked else masks.masked(case.contact_phone, "phone"),
            version=case.version,
            own=self.actor.is_party(case.applicant, case.event, case.assistance),
            plan={**case.plan, "answers": case.answers} if self.everything else case.plan,
            services=tuple(self._services()),
            nodes=tuple(self._nodes()),
            tasks=tuple(self._task(task) for task in self.tasks),
            values=tuple(self._values()),
            evidence=tuple(self._evidence()),
            notices=notices,
            timeline=tuple(self._timeline()),
            fees=tuple(self._fees()),
            outputs=tuple(self._outputs()),
            queries=tuple(self._queries()),
            acts=tuple(acts.acts_of(self)),
            awaited=tuple(self._awaited()) if case.completed_at is None else (),
            replaced=self.replaced,
        )

    # --- names ---

    def service_name(self, service: str) -> Text:
        found = self.book.catalogue.services.get(service)
        return found.name if found else {}

    def step_name(self, service: str, step: str) -> Text:
        return next((row.name for row in self.book.catalogue.services[service].steps if row.id == step), {})

    def organisation_name(self, organisation: str) -> Text:
        found = self.book.catalogue.organisations.get(organisation)
        return found.name if found else {}

    def type_name(self, kind: str) -> Text:
        found = self.book.catalogue.evidence_types.get(plain(kind))
        return found.name if found else {}

    def source_name(self, kind: str, ident: str) -> Text:
        return source_name(self.book, kind, ident)

    # --- lines ---

    def _services(self) -> Iterable[rows.ServiceLine]:
        reasons = because_of(self.entries)
        for row in self.services:
            own = row.service in self.own
            yield service_line(
                row,
                self.book,
                waits_for=self.plan.waits_for.get(row.service, ()),
                told=self.everything or own,
                own=own,
                because_of=reasons.get(row.service, ""),
            )

    def _task(self, task: models.Task) -> rows.TaskLine:
        pause = self.pauses.get(task.pk)
        told = self.everything or task.service in self.own
        return rows.TaskLine(
            id=task.pk,
            node=task.node,
            service=task.service,
            service_name=self.service_name(task.service),
            step=task.step,
            name=self.step_name(task.service, task.step),
            kind=task.kind,
            organisation=task.organisation,
            organisation_name=self.organisation_name(task.organisation),
            state=task.state,
            light=light_of(task.state, task.due_date, self.today),
            limit_days=task.limit_days,
            days_left=days_left(task.state, task.due_date, self.today, self.calendar),
            opened_at=task.opened_at,
            due_date=task.due_date,
            done_at=task.done_at,
            done_by_name=self.names.get(task.done_by, {}) if task.done_by else {},
            automatic=task.automatic,
            finding=task.finding if told else None,
            pause=rows.PauseLine(pause.reason, pause.legal_basis, pause.began_at) if pause else None,
            holding=rows.Holding.of(task) if task.service in self.own else None,
        )

    def _nodes(self) -> Iterable[rows.NodeLine]:
        by_node: dict[str, list[models.Task]] = {}
        for task in self.tasks:
            by_node.setdefault(task.node, []).append(task)
        for node in self.plan.nodes:
            own = by_node.get(node.id, [])
            organisations = tuple(dict.fromkeys(task.organisation for task in own))
            due = [task.due_date for task in own if task.due_date is not None and task.state in {TaskState.OPEN, TaskState.PAUSED}]
            state = node_state(own)
            done = [task.done_at for task in own if task.done_at is not None]
            yield rows.NodeLine(
                id=node.id,
                steps=tuple(
                    rows.StepLabel(
                        task.service, self.service_name(task.service), task.step, self.step_name(task.service, task.step), task.kind
                    )
                    for task in own
                ),
                organisations=organisations,
                organisation_names=tuple(self.organisation_name(name) for name in organisations),
                after=node.after,
                limit_days=node.limit_days,
                earliest_day=node.earliest_day,
                critical=node.id in self.plan.critical,
                state=state,
                light=light_of(state, min(due, default=None), self.today),
                due_date=min(due, default=None),
                done_at=max(done, default=None) if state == TaskState.DONE else None,
            )

    def _values(self) -> Iterable[rows.ValueLine]:
        order: dict[str, list[str]] = {}
        for service, elements in self.plan.needs.items():
            for element in (*elements, *self.book.outputs_give(service)):
                order.setdefault(element, []).append(service)
        found = {row.element: row for row in self.value_rows}
        for element in (*order, *(element for element in found if element not in order)):
            row = found.get(element)
            services = tuple(dict.fromkeys(order.get(element, ())))
            if row is None or not (self.everything or self.own.intersection(services)):
                continue
            described = self.book.element(element)
            hidden = (not self.unmasked or of_another(element, self.case.plan)) and masks.is_masked(
                described.type, personal=described.personal, needed=bool(self.own.intersection(services))
            )
            yield rows.ValueLine(
                element=element,
                name=described.name,
                type=described.type,
                value=masks.masked(row.value, described.type) if hidden else row.value,
                choices=offered(described, self.book.elements),
                source_kind=row.source_kind,
                source_id=row.source_id,
                source_name=self.source_name(row.source_kind, row.source_id),
                obtained_at=row.obtained_at,
                services=services,
                note=masked_note(row.note, described.type) if hidden else row.note,
                masked=hidden,
            )

    def _evidence(self) -> Iterable[rows.EvidenceLine]:
        files: dict[str, list[rows.FileLine]] = {}
        for row in self.papers:
            files.setdefault(row.evidence_type, []).append(file_line(row, self.names.get(row.added_by, {})))
        uploads = {(service, requirement): kind for kind, pairs in self.plan.uploads.items() for service, requirement in pairs}
        shown = self.shown
        for way in self.plan.evidence:
            if way.service not in shown or way.type is None:
                continue
            upload = uploads.get((way.service, way.requirement))
            kind = upload or way.type
            requirement = next(row for row in self.book.catalogue.services[way.service].evidence if row.id == way.requirement)
            corrected = [line for name in requirement.any_of if name != kind for line in files.get(name, ())]
            yield rows.EvidenceLine(
                service=way.service,
                service_name=self.service_name(way.service),
                requirement=way.requirement,
                name=requirement.name,
                way="upload" if upload else way.way,
                type=kind,
                type_name=self.type_name(kind),
                by="" if upload else way.by or "",
                by_name={} if upload else self.source_name(way.way, way.by or ""),
                files=(*files.get(kind, ()), *corrected),
            )

    def _awaited(self) -> Iterable[rows.AwaitedLine]:
        for row in awaited.thawed(self.case.plan):
            names = self.service_name(row.service), self.type_name(row.type), self.source_name("resource", row.by)
            yield rows.AwaitedLine(row.service, *names, since=self.case.filed_at)

    def _notices(self) -> Iterable[rows.NoticeLine]:
        for row in self.notice_rows:
            if row.service in self.shown:
                yield rows.NoticeLine(
                    id=row.pk,
                    service=row.service,
                    service_name=self.service_name(row.service),
                    number=row.number,
                    items=tuple(self._item(item) for item in row.items),
                    due_date=row.due_date,
                    sent_at=row.sent_at,
                    answered_at=row.answered_at,
                    open=row.closed_at is None,
                    lapsed=row.closed_at is None and row.due_date is not None and row.due_date < self.today,
                )

    def _item(self, item: Mapping[str, Any]) -> rows.NoticeItemLine:
        if item["kind"] == "document":
            return rows.NoticeItemLine("document", item["id"], self.type_name(item["id"]), "file", (), item["sentence"])
        described = self.book.element(item["id"])
        choices = offered(described, self.book.elements)
        return rows.NoticeItemLine("element", item["id"], described.name, described.type, choices, item["sentence"])

    def _timeline(self) -> Iterable[rows.TimelineLine]:
        for row in self.entries:
            if row.code == REVEALED and not self._watches:
                continue
            yield rows.TimelineLine(
                at=row.at,
                actor_kind=row.actor_kind,
                actor_name=self.names.get(row.actor_id, {}) if row.actor_id else {},
                organisation=row.organisation,
                organisation_name=self.organisation_name(row.organisation),
                code=row.code,
                service=row.service,
                service_name=self.service_name(row.service),
                values=row.values if self.everything or not row.service or row.service in self.own else public_values(row.values),
            )

    def _fees(self) -> Iterable[rows.FeeLine]:
        for line in self.plan.document["fees_due"]:
            service = self.book.catalogue.services[line["service"]]
            paid = self.payments.get((line["service"], line["fee"]))
            yield rows.FeeLine(
                service=service.id,
                service_name=service.name,
                fee=line["fee"],
                name=next((fee.name for fee in service.fees if fee.id == line["fee"]), {}),
                fen=line["fen"],
                assessed=line["assessed"],
                paid_fen=paid.fen if paid else None,
                paid_at=paid.at if paid else None,
                method=paid.method if paid else "",
                receipt=paid.receipt if paid else "",
            )

    def _outputs(self) -> Iterable[rows.OutputLine]:
        for row in self.output_rows:
            needed = any(way.type == row.evidence_type and way.service in self.own for way in self.plan.evidence)
            told = self.everything or row.service in self.own or needed
            yield rows.OutputLine(
                id=row.pk,
                service=row.service,
                service_name=self.service_name(row.service),
                evidence_type=row.evidence_type,
                name=self.type_name(row.evidence_type),
                number=row.number,
                values=row.values if told else {},
                issued_at=row.issued_at,
            )

    def _queries(self) -> Iterable[rows.QueryLine]:
        draft_id = models.Draft.objects.filter(filed_case=self.case).values_list("pk", flat=True).first()
        for row in exchange.queries_for(self.case.pk, self.actor, *([draft_id] if draft_id else ())):
            known = self.book.catalogue.resources.get(plain(row.resource))
            yield rows.QueryLine(
                at=row.at,
                resource=row.resource,
                name=known.name if known else {},
                organisation=(known.organisation or "") if known else "",
                purpose=row.purpose,
                fields=row.fields,
                outcome=row.outcome,
            )


def source_name(book: Book, kind: str, ident: str) -> Text:
    """Return what a source of a value or of a document is called."""
    content = book.catalogue
    named: Mapping[str, Any] = {
        "resource": content.resources,
        "held": content.evidence_types,
        "produced": content.services,
        "party": content.parties,
    }.get(kind, {})
    found = named.get(plain(ident))
    return found.name if found else {}
