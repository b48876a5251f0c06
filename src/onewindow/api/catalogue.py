"""The catalogue and the compiler, open to everyone: what there is, what it takes, and how that was computed."""

import json
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema
from ninja.errors import AuthenticationError

from onewindow.api.auth import OptionalToken, actor_of
from onewindow.api.problems import REFUSALS
from onewindow.api.shapes import Body
from onewindow.domain import durations
from onewindow.domain.bundle import compile_bundle
from onewindow.domain.catalogue import catalogue_schema, read_catalogue
from onewindow.domain.durations import Measured
from onewindow.domain.errors import NotFound
from onewindow.modules.cases import selectors as cases
from onewindow.modules.catalogue import selectors
from onewindow.plumbing import clock, permissions

router = Router(tags=["catalogue"])

permissions.declare(
    "api.compile-own",
    says="Compile a catalogue of one's own through the API: it costs us time, so we want to know who asks.",
    allows=lambda actor, _: actor.is_known,
)

Id = Annotated[str, Field(min_length=1, max_length=200)]


class Named(Schema):
    id: str
    name: dict[str, str]


class ServiceOut(Named):
    organisation: str
    kind: str
    produces: list[str]


class EventOut(Named):
    kind: str
    applicant: str
    services: list[str]
    questions: list[dict[str, Any]]


class EventsOut(Schema):
    release: int
    events: list[EventOut]


class DurationOut(Schema):
    """Unit: working days from filing to the decision."""

    service: str
    limit_days: int
    measured: Measured | None


class HitOut(Schema):
    kind: str
    id: str
    name: dict[str, str]


class CodeOut(Schema):
    """`path`: the names of what it lies in, the widest first."""

    code: str
    name: dict[str, str]
    path: list[dict[str, str]]


class CompileIn(Body):
    event: Id
    answers: dict[str, Any] = {}
    held: list[Id] = Field(default=[], max_length=100)
    alone: bool = True
    catalogue: dict[str, Any] | None = Field(
        default=None, description="A catalogue of your own in the format onewindow-catalogue/1; without it the published one is used."
    )


def _release() -> int:
    release = selectors.current_release()
    if release is None:
        raise NotFound(kind="release", id="current")
    return release


@router.get("/events", response={200: EventsOut, **REFUSALS}, summary="One Things of the current release")
def list_events(request: HttpRequest) -> dict[str, Any]:
    release = _release()
    rows = [
        {
            "id": event.id,
            "name": dict(event.name),
            "kind": event.kind,
            "applicant": event.applicant,
            "services": list(event.services),
            "questions": [{"id": row.id, "name": dict(row.name), "type": row.type, "element": row.element} for row in event.questions],
        }
        for event in selectors.events(release)
    ]
    return {"release": release, "events": rows}


@router.get("/events/{event_id}/durations", response={200: list[DurationOut], **REFUSALS}, summary="How long its services took lately")
def durations_of_event(request: HttpRequest, event_id: str) -> list[dict[str, Any]]:
    """Beside the limit within this One Thing, what half and nine in ten of the newest cases kept within; null below 20 cases."""
    release = _release()
    report = selectors.compiled(release=release, event_id=event_id, answers={}, held=())
    held = selectors.catalogue_at(release).services
    nodes = [(node.steps, node.earliest_day + node.limit_days) for node in report.nodes]
    limits = durations.latest_days([held[name] for name in report.services], nodes)
    found = cases.measured(services=limits, now=clock.now())
    return [{"service": name, "limit_days": days, "measured": found.get(name)} for name, days in limits.items()]


@router.get("/services", response={200: list[ServiceOut], **REFUSALS}, summary="Services of the current release")
def list_services(request: HttpRequest, organisation: str | None = None) -> list[dict[str, Any]]:
    services = selectors.catalogue_at(_release()).services.values()
    return [
        {"id": row.id, "name": dict(row.name), "organisation": row.organisation, "kind": row.kind, "produces": list(row.produces)}
        for row in services
        if organisation in {None, row.organisation}
    ]


@router.get("/services/{service_id}", response={200: dict[str, Any], **REFUSALS}, summary="One service, as its department wrote it")
def get_service(request: HttpRequest, service_id: str) -> dict[str, Any]:
    document = selectors.documents_at(_release()).get(("services", service_id))
    if document is None:
        raise NotFound(kind="service", id=service_id)
    return dict(document)


@router.get("/search", response={200: list[HitOut], **REFUSALS}, summary="Find One Things, services and directory entries")
def search(
    request: HttpRequest,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    language: Annotated[str, Query(pattern="^(zh|en|ru)$")] = "zh",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[dict[str, Any]]:
    return [{"kind": hit.kind, "id": hit.id, "name": dict(hit.name)} for hit in selectors.search(q, language, limit)]


@router.get(
    "/code-lists/{code_list}/codes", response={200: list[CodeOut], **REFUSALS}, summary="Find a division or an industry by its name"
)
def codes(
    request: HttpRequest,
    code_list: Annotated[str, Path(pattern="^(region|industry)$")],
    q: Annotated[str, Query(min_length=1, max_length=100)],
    limit: Annotated[int, Query(ge=1, le=20)] = 12,
) -> list[dict[str, Any]]:
    """By a part of its name, by its sound in pinyin or the initials of it, or by its code; only codes in force."""
    found = selectors.find_codes(code_list=code_list, text=q, limit=limit)
    return [{"code": row.code, "name": dict(row.name), "path": [dict(name) for name in row.path]} for row in found]


@router.get("/catalogue-schema", response={200: dict[str, Any]}, summary="JSON Schema of the catalogue format")
def schema(request: HttpRequest) -> dict[str, Any]:
    return catalogue_schema()


@router.post(
    "/compile",
    response={200: dict[str, Any], **REFUSALS},
    auth=OptionalToken(),
    summary="The report of a One Thing: form, evidence, process, bill, proof",
)
def compile_event(request: HttpRequest, body: CompileIn) -> dict[str, Any]:
    """Nothing is stored. The report is the one that `onewindow bundle compile --json` prints."""
    if body.catalogue is not None:
        if not actor_of(request).is_known:
            raise AuthenticationError
        permissions.require(actor_of(request), "api.compile-own")
        loaded = read_catalogue([("catalogue.json", json.dumps(body.catalogue, ensure_ascii=False))])
        return compile_bundle(loaded.catalogue, body.event, answers=body.answers, held=body.held, with_alone=body.alone).as_json()
    report = selectors.compiled(release=_release(), event_id=body.event, answers=body.answers, held=body.held, with_alone=body.alone)
    return report.as_json()
