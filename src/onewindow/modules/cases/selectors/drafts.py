"""The page of a draft: what is asked, by whom and by which law; what is known already, and from where."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from onewindow.domain.catalogue.model import Text
from onewindow.domain.errors import NotFound
from onewindow.modules.cases import capacity, models
from onewindow.modules.cases.drafting import DraftState, consents_in_question, state_of
from onewindow.modules.cases.forms import Field, Known
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.names import interfaces, offered, plain
from onewindow.modules.cases.plans import fees_due
from onewindow.modules.cases.selectors import looks, rows, scope
from onewindow.modules.cases.selectors.page import source_name
from onewindow.modules.cases.selectors.parts import asker, others
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor


def draft_page(*, draft_id: UUID, actor: Actor) -> rows.DraftPage:
    """Return one's own draft, worked out under the release that holds now.

    Raises: NotFound, AccessNotLogged, and what the compiler refuses.
    """
    draft = scope.own_drafts(actor).filter(pk=draft_id).first()
    if draft is None:
        raise NotFound(kind="draft", id=draft_id)
    looks.at_draft(draft, actor=actor, now=clock.now())
    state = state_of(draft)
    settled = state.settled
    uploads = list(draft.uploads.order_by("added_at", "name"))
    documents = tuple(_documents(state, uploads))
    lacking = [row.type for row in documents if not row.uploads and not row.later]
    stuck = tuple(element for element in settled.stuck if element not in state.deferred.elements)
    evidence = tuple(_evidence(state))
    who, guardian = _who(state, actor), _guardian(state, draft, actor)
    beside = others(draft, state)
    missing = tuple(element for element in settled.missing if not state.is_others(element))
    unconfirmed = any(not row.confirmed for row in beside)
    blocked = not who.enough or guardian or state.open_questions or missing or stuck or settled.due or lacking or unconfirmed
    return rows.DraftPage(
        id=draft.pk,
        event=draft.event,
        event_name=state.rules.event.name,
        release=state.release,
        version=draft.version,
        created_at=draft.created_at,
        updated_at=draft.updated_at,
        filed_case=draft.filed_case_id,
        answers=state.answers,
        questions=tuple(_questions(state)),
        fields=tuple(_field(state, draft, row) for row in settled.fields if not state.is_others(row.element)),
        prefilled=tuple(
            _prefilled(state.rules, element, item)
            for element, item in settled.known.items()
            if item.kind != "typed" and not state.is_others(element)
        ),
        documents=documents,
        commitments=tuple(row for row in evidence if row.way == "commitment"),
        evidence=evidence,
        unavailable=tuple(_silent(state, draft)),
        missing=(*state.open_questions, *missing, *lacking),
        stuck=stuck,
        refresh_due=bool(settled.due),
        ready=bool(settled.services) and not blocked,
        consents=tuple(_consents(state, draft)),
        fees=tuple(_fees(state)),
        report=state.rules.report_json,
        who=who,
        guardian=guardian,
        others=beside,
    )


def _who(state: DraftState, actor: Actor) -> rows.WhoLine:
    # How long a proof holds is asked at the edge itself, whenever the page is read.
    needed = state.level_needed
    level = identity.sureness(actor=actor, now=clock.now()) if needed else 0
    return rows.WhoLine(needed, level, tuple(asker(state.rules, service.id) for service in state.asking_who))


def _guardian(state: DraftState, draft: models.Draft, actor: Actor) -> tuple[rows.Asker, ...]:
    now = clock.now()
    closed = capacity.too_young_for(draft.owner, state.services, actor=actor, now=now, claimed=state.claimed_number)
    return tuple(asker(state.rules, service.id) for service in closed)


def _questions(state: DraftState) -> Iterable[rows.QuestionLine]:
    waiting = set(state.open_questions)
    for question in state.rules.event.questions:
        value = state.answers.get(question.id)
        element = state.rules.question_elements.get(question.id)
        yield rows.QuestionLine(question.id, question.name, question.type, question.values, element, value, question.id in waiting)


def _field(state: DraftState, draft: models.Draft, asked: Field) -> rows.DraftField:
    element = asked.element
    described = state.rules.element(element)
    other = state.settled.contradicted.get(element)
    note = draft.disputed.get(element, {}).get("note", "")
    return rows.DraftField(
        element=element,
        name=described.name,
        type=described.type,
        choices=offered(described, state.rules.catalogue.elements),
        members=tuple(_field(state, draft, Field(member, (), "member")) for member in described.of),
        many=described.many,
        personal=described.personal,
        value=draft.elements.get(element),
        asked_by=tuple(asker(state.rules, service) for service in asked.asked_by),
        why=asked.why,
        source=asked.source,
        source_name=source_name(state.rules, "resource", asked.source) if asked.source else {},
        printed_on=tuple(_papers(state, element)),
        opens=tuple(_registers(state, element)),
        disputed=_prefilled(state.rules, element, other, note) if other is not None and element in draft.disputed else None,
    )


def _papers(state: DraftState, element: str) -> Iterable[Text]:
    """Give the papers on which a number stands: types that carry it and that somebody has before the matter begins."""
    made = {kind for service in state.rules.services for kind in service.produces}
    for kind in state.rules.catalogue.evidence_types.values():
        if kind.id not in made and element in state.rules.gives(kind.id):
            yield kind.name


def _registers(state: DraftState, element: str) -> Iterable[Text]:
    """Give the registers that are asked with an element alone, whether or not they answer now."""
    rules = state.rules
    for face in interfaces(rules.catalogue, rules.event, rules.aliases, frozenset()):
        if not face.role and face.keys == (element,):
            yield source_name(state.rules, "resource", face.resource)


def _prefilled(book: Book, element: str, item: Known, note: str = "") -> rows.PrefillLine:
    described = book.element(element)
    return rows.PrefillLine(
        element=element,
        name=described.name,
        type=described.type,
        choices=offered(described, book.catalogue.elements),
        value=item.value,
        kind=item.kind,
        id=item.id,
        source_name=source_name(book, item.kind, item.id),
        at=datetime.fromisoformat(item.at) if item.at else None,
        disputable=item.kind in {"party", "held", "resource"} and described.askable,
        note=note,
    )


def _documents(state: DraftState, uploads: list[models.Upload]) -> Iterable[rows.DocumentLine]:
    for row in state.settled.documents:
        yield rows.DocumentLine(
            type=row.type,
            name=state.rules.catalogue.evidence_types[plain(row.type)].name,
            requirements=tuple(asker(state.rules, service) for service in dict.fromkeys(service for service, _ in row.requirements)),
            uploads=tuple(
                rows.FileLine(upload.pk, upload.name, upload.media_type, upload.size, upload.added_at, superseded=False)
                for upload in uploads
                if upload.evidence_type == row.type
            ),
            later=source_name(state.rules, "resource", state.deferred.papers[row.requirements[0]].by) if state.deferred.covers(row) else {},
        )


def _evidence(state: DraftState) -> Iterable[rows.EvidenceLine]:
    rules = state.rules
    for service in state.settled.services:
        for way in rules.ways(service, state.settled.facts):
            yield rows.EvidenceLine(
                service=service,
                service_name=rules.catalogue.services[service].name,
                requirement=way.requirement,
                name=rules.requirements[service, way.requirement].name,
                way=way.way,
                type=way.type or "",
                type_name=rules.catalogue.evidence_types[plain(way.type or "")].name,
                by=way.by or "",
                by_name=source_name(rules, way.way, way.by or ""),
                files=(),
            )


def _silent(state: DraftState, draft: models.Draft) -> Iterable[rows.SilentLine]:
    for resource, row in draft.unavailable.items():
        keys = tuple(key for key in row["keys"] if row["reason"] == "no-record" and key in draft.elements)
        instead = tuple(found.element for found in state.settled.fields if found.source == resource and found.why != "key")
        name, at = source_name(state.rules, "resource", resource), datetime.fromisoformat(row["at"])
        yield rows.SilentLine(resource, name, row["reason"], keys, at, instead)


def _consents(state: DraftState, draft: models.Draft) -> Iterable[rows.ConsentLine]:
    content = state.rules.catalogue
    for key, asked in consents_in_question(draft, state).items():
        resource, given = content.resources[key], draft.consents.get(key)
        organisation = content.organisations.get(resource.organisation or "")
        yield rows.ConsentLine(
            resource=key,
            name=resource.name,
            organisation_name=organisation.name if organisation else {},
            gives=tuple(state.rules.element(name).name for name in asked),
            legal_basis=resource.legal_basis,
            given_at=datetime.fromisoformat(given["at"]) if given else None,
        )


def _fees(state: DraftState) -> Iterable[rows.FeeLine]:
    for line in fees_due(state.rules, state.settled):
        service = state.rules.catalogue.services[line["service"]]
        yield rows.FeeLine(
            service=service.id,
            service_name=service.name,
            fee=line["fee"],
            name=next((fee.name for fee in service.fees if fee.id == line["fee"]), {}),
            fen=line["fen"],
            assessed=line["assessed"],
            paid_fen=None,
            paid_at=None,
            method="",
            receipt="",
        )
