"""From an interface's own document to a form with fewer questions; and how every interface is."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import yaml

from onewindow.domain.errors import Forbidden, NotFound
from onewindow.domain.events import RegisterAnswered
from onewindow.domain.exchange.messages import bound
from onewindow.domain.exchange.openapi import DocumentRefused, read_operations
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange import handlers, models, selectors, services
from onewindow.modules.exchange.interfaces import errors
from onewindow.plumbing import personal
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from tests.exchange.conftest import CITY, NOW, SYSTEM, Sources
from tests.exchange.test_query import ask

pytestmark = pytest.mark.django_db

HOUSING, FIRE = "housing-construction", "fire-rescue"
UNIT = "239900001005GB00088F00010001"
EVENT = "open-a-restaurant"
KITCHENS = {
    "/kitchens/{unit}": {
        "get": {
            "parameters": [{"name": "unit", "in": "path", "schema": {"type": "string"}}],
            "responses": {"200": {"content": {"application/json": {"schema": {"properties": {"area": {"type": "number"}}}}}}},
        }
    }
}


def officer(organisation: str, *roles: str) -> Actor:
    return Actor("officer", uuid4(), organisation, frozenset(roles))


def form_of(row: Any, **changes: Any) -> services.InterfaceForm:
    told = {"base": "ONEWINDOW_SOURCES_URL", "key_env": "ONEWINDOW_SOURCES_KEY", "sharing": "unconditional", "granted_to": "service-centre"}
    told |= {"resource": "fitout-filings", "name": {"en": "Fit-out filings"}, "level": "province", "operation": "fitout"}
    return services.InterfaceForm.from_json({**row.form.as_json(), **told, **changes})


def asked_elements() -> set[str]:
    release = catalogue.current_release() or 0
    return {row.element for row in catalogue.compiled(release=release, event_id=EVENT, answers={}, held=()).form}


def test_an_interface_is_connected_from_its_document_and_the_next_form_asks_less(city: None, sources: Sources) -> None:
    document = httpx.get(f"{sources.url}/openapi.json", trust_env=False).text
    owner, other = officer(HOUSING, "supervisor"), officer(FIRE, "supervisor")
    with pytest.raises(Forbidden):
        services.begin_interface(content=document, organisation=HOUSING, actor=other, now=NOW)
    made = services.begin_interface(content=document, organisation=HOUSING, actor=owner, now=NOW)
    named: dict[str, Any] = {"interface_id": made, "actor": owner, "now": NOW}
    row = selectors.interface_draft(interface_id=made, actor=owner)
    with pytest.raises(errors.NoOperation):
        services.try_interface(keys={}, **named)
    services.describe_interface(form=form_of(row), **named)
    row = selectors.interface_draft(interface_id=made, actor=owner)
    assert row.form.keys == {"unitNo": "property-number"}, "guessed by its name"
    assert row.form.gives == {
        "kitchen-area": "kitchen.kitchenArea",
        "seats": "dining.seats",
        "property-number": "filing.unitNo",
    }, "and the key that the answer repeats, so that another record is noticed"

    # What it would spare is worked out before anything is published.
    worth = selectors.interface_gain(interface_id=made, actor=owner)
    assert worth is not None
    assert [(one.event, one.before - one.after, set(one.gone), one.yearly) for one in worth.rows] == [
        (EVENT, 2, {"kitchen-area", "seats"}, 1800)
    ]
    assert {"kitchen-area", "seats"} <= asked_elements()

    # A trial is a question like every other: granted, counted, signed, and never more than a few a day.
    trial = services.try_interface(keys={"property-number": UNIT}, **named)
    assert {one.element: one.value for one in trial.rows} == {"kitchen-area": "36.5", "seats": "48", "property-number": UNIT}
    assert services.try_interface(keys={"property-number": "nowhere"}, **named).outcome == "no-record"
    services.describe_interface(form=form_of(row, gives={**row.form.gives, "phone": "filing.unitNo"}), **named)
    wrong = {one.element: one for one in services.try_interface(keys={"property-number": UNIT}, **named).rows}["phone"]
    assert wrong.refused is not None
    assert UNIT not in f"{wrong.value} {wrong.refused}", "what is personal is masked in the sentence too that says why it does not fit"
    services.describe_interface(form=form_of(row), **named)
    logged = models.Query.objects.order_by("number").first()
    assert logged is not None
    assert (logged.purpose, logged.resource, logged.subject_id, logged.organisation) == ("trial", "trial:fitout-filings", made, HOUSING)
    assert bound(bytes(logged.request), bytes(logged.response))
    models.QuotaUse.objects.update(taken=20)
    with pytest.raises(services.QuotaSpent):
        services.try_interface(keys={"property-number": UNIT}, **named)
    for stranger in (other, officer(HOUSING, "supervisor"), officer(HOUSING, "officer")):
        with pytest.raises((Forbidden, NotFound)):
            services.publish_interface(interface_id=made, actor=stranger, now=NOW)

    # What others ask for is not the owner's to change.
    services.describe_interface(form=form_of(row, proves=("property-certificate",)), **named)
    with pytest.raises(Forbidden):
        services.publish_interface(**named)
    services.describe_interface(form=form_of(row), **named)
    number = services.publish_interface(**named)
    assert number == catalogue.current_release()
    assert asked_elements().isdisjoint({"kitchen-area", "seats"})
    answer = ask("fitout-filings", keys={"property-number": UNIT}, fields=["kitchen-area", "seats"])
    assert answer.values == {"kitchen-area": 36.5, "seats": 48}
    assert selectors.interface_drafts(actor=owner) == ()
    with pytest.raises(NotFound):
        services.publish_interface(**named)


@pytest.mark.own_database
def test_a_draft_that_nobody_takes_up_for_thirty_days_goes_at_night_and_the_audit_says_so(city: None) -> None:
    document, owner = json.dumps({"openapi": "3.1.0", "info": {"title": "Kitchens"}, "paths": KITCHENS}), officer(HOUSING, "supervisor")
    left, taken_up = (services.begin_interface(content=document, organisation=HOUSING, actor=owner, now=NOW) for _ in range(2))
    row = selectors.interface_draft(interface_id=taken_up, actor=owner)
    services.describe_interface(interface_id=taken_up, form=row.form, actor=owner, now=NOW + timedelta(days=2))
    removed = [personal.retain(actor=SYSTEM, now=NOW + timedelta(days=days)) for days in (29, 31, 31)]
    assert [[(one.item.subject_kind, one.item.subject_id, one.rows) for one in night] for night in removed] == [
        [],
        [("interface", str(left), 1)],
        [],
    ]
    assert [row.id for row in selectors.interface_drafts(actor=owner)] == [taken_up]
    told = AuditEntry.objects.get(action="plumbing.retain")
    assert (told.subject_id, told.details["rule"]) == (str(left), "draft of an interface untouched for 30 days")


def test_a_document_that_leads_out_swells_or_is_none_is_refused_or_read_without_what_it_leads_to() -> None:
    inside = {"$ref": "#/components/schemas/Unit"}
    schema = {
        "type": "object",
        "properties": {"地址": {"type": ["string", "null"], "title": "坐落"}, "self": inside, "all": {"$ref": "http://x/"}},
    }
    answer = {"200": {"content": {"application/json": {"schema": {"type": "array", "items": inside}}}}}
    document = {
        "openapi": "3.1.0",
        "paths": {"/u/{id}": {"get": {"responses": answer}}},
        "components": {"schemas": {"Unit": schema}},
    }
    _, (operation,) = read_operations(json.dumps(document))
    assert operation.fields[0].path == '[0]."地址"'
    assert (operation.fields[0].type, operation.fields[0].title) == ("string", "坐落")
    assert len(operation.fields) <= 120
    swelling = "a: &a [x, x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9))
    for text, told in {
        "[]": "openapi",
        "openapi: '2.0'": "openapi",
        "swagger: '2.0'": "convert it",
        "openapi: 3.1.0": "GET or POST",
        "{": "line",
        swelling: "line",
        json.dumps(document).replace("/u/{id}", "/u\\u0000"): "no text",
        "x" * 1_000_001: "larger",
    }.items():
        with pytest.raises(DocumentRefused, match=told):
            read_operations(text)


def test_a_kept_answer_is_given_only_after_the_decision_and_says_so_in_its_signed_line(city: None, sources: Sources) -> None:
    row = models.Connector.objects.get(pk="property-register")
    row.settings |= {"policy": {"cache_seconds": 60, "per_second": 0.001, "burst": 2}}
    row.save()
    ask(now=NOW)
    again = ask(now=NOW + timedelta(seconds=30), fields=["address"])
    assert again.values == {"address": "云江市胜利路88号1层"}
    assert again.obtained_at == NOW, "what is shown says when it was obtained"
    first, second = (json.loads(bytes(one.response)) for one in models.Query.objects.order_by("number"))
    assert ("cache" in first, second["cache"]) == (False, NOW.isoformat())
    models.Grant.objects.filter(resource="property-register").update(revoked_at=NOW)
    with pytest.raises(services.NotGranted):
        ask(now=NOW + timedelta(seconds=31))
    models.Grant.objects.filter(resource="property-register").update(revoked_at=None)
    sources.fault("property", "down")
    assert ask().values, "what is kept is given while the source is down"
    other = {"property-number": "239900001005GB00091F00020007"}
    reasons = []
    for _ in range(2):
        with pytest.raises(services.SourceUnavailable) as refused:
            ask(keys=other)
        reasons.append(refused.value.reason)
    assert reasons == ["down", "rate"], "two at once, then no more for a long while"
    assert ask().values
    about: dict[str, Any] = {"at": NOW, "correction_id": uuid4(), "matter": uuid4(), "outcome": "corrected"}
    handlers.forget_what_is_kept(RegisterAnswered(resource="property-register", **about))
    with pytest.raises(services.SourceUnavailable):
        ask()


def test_the_board_tells_for_every_interface_how_it_is(city: None) -> None:
    def board(**more: str) -> dict[str, selectors.InterfaceHealth]:
        return {row.resource: row for row in selectors.interface_board(actor=SYSTEM, now=NOW, **more)}

    assert {row.state for row in board().values()} == {"idle"}
    assert all(row.level for row in board().values()), "whose system each is"
    written = yaml.load((CITY / "data-resources.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    described = next(row for row in written["resources"] if row["id"] == "enterprise-register")
    services.load_resources(documents=[described], actor=SYSTEM, now=NOW)
    one = board()["enterprise-register"]
    assert (one.described, one.name["en"], one.organisation["en"]) == (True, "Register of enterprises", "Market Regulation Bureau")
    assert not board()["property-register"].described
    models.Connector.objects.filter(pk="population-register").update(level="state")
    spans = [("property-register", "answered", ms, 1) for ms in range(10, 210, 10)] + [("population-register", "down", 900, 2)]
    spans += [("drainage-archive", outcome, 5, 3) for outcome in ("answered", "no-record", "time-out")]
    spans += [("property-register", "resting", 0, 1), ("property-register", "answered", 9000, 40)]
    models.Query.objects.bulk_create(
        models.Query(
            uid=uuid4(),
            at=NOW - timedelta(hours=hours),
            actor_kind="person",
            resource=resource,
            subject_id=UUID(int=1),
            purpose="prefill",
            fields=[],
            outcome=outcome,
            duration_ms=ms,
        )
        for resource, outcome, ms, hours in spans
    )
    found = board()
    row = found["property-register"]
    assert (row.asked, row.answered, row.p50_ms, row.p95_ms, row.last_answer_at) == (21, 20, 100, 190, NOW - timedelta(hours=1))
    states = {name: row.state for name, row in found.items() if row.asked}
    assert states == {"property-register": "well", "population-register": "silent", "drainage-archive": "stumbles"}
    assert next(iter(found)) == "population-register", "what is in trouble stands first"
    assert set(board(level="state")) == {"population-register"}
    with pytest.raises(Forbidden):
        selectors.interface_board(actor=officer(HOUSING, "officer"), now=NOW)
