"""The catalogue of data resources: described, published, asked for, granted, used and taken back."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from onewindow.domain.deadlines import Light
from onewindow.domain.errors import Forbidden, NotFound
from onewindow.domain.exchange.requests import DecisionRefused, RequestRefused, Wish
from onewindow.domain.exchange.resources import DescriptionRefused
from onewindow.domain.exchange.systems import System, SystemRefused
from onewindow.modules.exchange import models, owners, selectors, services
from onewindow.modules.exchange.resources.models import ResourceVersion
from onewindow.modules.exchange.resources.writes import NothingToPublish
from onewindow.modules.exchange.selectors import ResourceFilter
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from tests.exchange import made
from tests.exchange.conftest import NOW, SYSTEM, Sources
from tests.exchange.test_query import ask

pytestmark = pytest.mark.django_db


def officer(organisation: str, role: str = "officer") -> Actor:
    return Actor("officer", uuid4(), organisation, frozenset({role}))


REGISTRAR, HEAD = officer("natural-resources"), officer("natural-resources", "supervisor")
TAX = officer("tax-service")


def property_register(**changes: Any) -> dict[str, Any]:
    return {
        "id": "property-register",
        "organisation": "natural-resources",
        "title": {"zh": "不动产登记库", "en": "Property register"},
        "description": {"zh": "房屋与土地的登记结果。"},
        "subject": "property",
        "sharing": "conditional",
        "legal_basis": ["不动产登记暂行条例"],
        "update_cycle": "daily",
        "keys": ["property-number"],
        "fields": [
            {"name": "address", "element": "address", "type": "address"},
            {"name": "floor-area", "element": "floor-area", "type": "number"},
            {"name": "owner-name", "element": "owner-name", "type": "string", "personal": True},
        ],
        "targets": {"completeness": 90, "validity": 99},
        **changes,
    }


def publish(**changes: Any) -> str:
    name = services.register_resource(document=property_register(**changes), actor=REGISTRAR, now=NOW)
    services.publish_resource(resource_id=name, actor=REGISTRAR, now=NOW)
    return name


def wish(*fields: str, **changes: Any) -> Wish:
    given: dict[str, Any] = {"fields": fields or ("address", "owner-name"), "purposes": ("oversight",), "services": (), "reason": "查税"}
    return Wish(**{**given, "from_date": date(2026, 1, 1), **changes})


def request(**changes: Any) -> selectors.RequestRow:
    made = services.ask_for_access(resource_id="property-register", wish=wish(**changes), actor=TAX, now=NOW)
    return selectors.access_request(request_id=made, actor=HEAD, now=NOW)


@pytest.mark.own_database
def test_from_the_description_to_a_question_under_the_grant_and_to_its_end(city: None, sources: Sources) -> None:
    publish()
    asking = {"purpose": "oversight", "fields": ["address", "owner-name"], "actor": TAX}
    with pytest.raises(services.NotGranted):
        ask(**asking)
    asked = request(a_day=3)
    assert (asked.state, asked.light, asked.due_date) == ("waiting", Light.ON_TIME, date(2026, 3, 16)), "ten working days"
    with pytest.raises(Forbidden):
        services.decide_access(request_id=asked.id, fields=["address"], answer="", actor=REGISTRAR, now=NOW)
    with pytest.raises(DecisionRefused, match="why not everything"):
        services.decide_access(request_id=asked.id, fields=["address"], answer=" ", actor=HEAD, now=NOW)
    deciding = {"fields": ["address"], "answer": "所有权人姓名与用途无关", "a_day": 5, "actor": HEAD, "now": NOW}
    assert services.decide_access(request_id=asked.id, **deciding) == "partly"
    with pytest.raises(DecisionRefused, match="already"):
        services.decide_access(request_id=asked.id, **deciding)

    assert set(ask(**asking).values) == {"address"}, "what was not given does not come"
    (line,) = selectors.grants(actor=TAX, now=NOW)
    assert (line.fields, line.a_day, line.taken, line.used) == (("address",), 3, 1, 33), "never more than was asked for"
    assert not line.revokes, "whoever holds a grant does not end it"
    seen = selectors.resource(resource_id="property-register", actor=TAX, now=NOW)
    assert [(score.measure, score.value) for score in seen.scores] == [("completeness", 100), ("timeliness", None), ("validity", 100)]

    for stranger in (TAX, REGISTRAR, officer("water-affairs", "supervisor")):
        with pytest.raises(Forbidden):
            services.revoke_grant(grant_id=line.id, reason="x", actor=stranger, now=NOW)
    services.revoke_grant(grant_id=line.id, reason="用途已完成", actor=HEAD, now=NOW)
    with pytest.raises(services.NotGranted):
        ask(**asking)
    told = set(AuditEntry.objects.filter(actor_id__in=[HEAD.id, TAX.id]).values_list("action", flat=True))
    assert {"exchange.ask", "exchange.decide", "exchange.grant", "exchange.revoke"} <= told


def test_what_is_shared_without_conditions_is_granted_at_once_and_what_is_not_shared_never(city: None) -> None:
    publish(sharing="unconditional", legal_basis=[])
    asked = request()
    assert (asked.state, asked.by_rule, asked.given) == ("granted", True, ("address", "owner-name"))
    assert models.Grant.objects.get(resource="property-register", organisation="tax-service").granted_by is None
    services.edit_resource(resource_id="property-register", document=property_register(sharing="none"), actor=REGISTRAR, now=NOW)
    services.publish_resource(resource_id="property-register", actor=REGISTRAR, now=NOW)
    with pytest.raises(RequestRefused, match="not shared"):
        request()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"fields": ("moon",)}, "no field moon"),
        ({"purposes": ("curiosity",)}, "no purpose curiosity"),
        ({"services": ("moon",)}, "no service moon"),
        ({"reason": " "}, "Say why"),
        ({"until_date": date(2025, 1, 1)}, "last day"),
        ({"a_day": 0}, "at least one"),
    ],
)
@pytest.mark.own_database
def test_a_request_that_cannot_be_decided_is_not_sent(described: None, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(RequestRefused, match=says):
        request(**changes)


@pytest.fixture
def described(db: None) -> None:
    """One resource in a world without a catalogue."""
    from onewindow.modules.identity.models import Organisation

    for name in ("natural-resources", "tax-service"):
        Organisation.objects.create(pk=name, name={"zh": name})
    publish()


def test_a_published_version_never_changes_and_followers_are_told_of_the_next(described: None) -> None:
    first = ResourceVersion.objects.get()
    before = first.document
    services.follow_resource(resource_id="property-register", follow=True, actor=TAX, now=NOW)
    changed = property_register(update_cycle="weekly", fields=property_register()["fields"][:2])
    assert services.edit_resource(resource_id="property-register", document=changed, actor=REGISTRAR, now=NOW) == 2
    first.refresh_from_db()
    assert (first.document, first.state) == (before, "published")
    assert selectors.resource(resource_id="property-register", actor=TAX, now=NOW).number == 1, "a draft is its keepers' alone"
    assert [row.number for row in selectors.resource(resource_id="property-register", actor=TAX, now=NOW).versions] == [1]
    with pytest.raises(Forbidden):
        services.publish_resource(resource_id="property-register", actor=TAX, now=NOW)
    assert services.publish_resource(resource_id="property-register", actor=HEAD, now=NOW) == 2
    first.refresh_from_db()
    assert (first.document, first.state) == (before, "withdrawn")
    seen = selectors.resource(resource_id="property-register", actor=TAX, now=NOW)
    assert (seen.number, seen.news, seen.described.update_cycle) == (2, 2, "weekly")
    assert [row.id for row in selectors.news_for(actor=TAX)] == ["property-register"]
    services.follow_resource(resource_id="property-register", follow=True, actor=TAX, now=NOW)
    assert selectors.news_for(actor=TAX) == ()
    with pytest.raises(NothingToPublish):
        services.publish_resource(resource_id="property-register", actor=HEAD, now=NOW)


def test_what_is_withdrawn_ends_its_grants_and_is_seen_by_its_keepers_alone(described: None) -> None:
    asked = request()
    services.decide_access(request_id=asked.id, fields=asked.fields, answer="", actor=HEAD, now=NOW)
    with pytest.raises(Forbidden):
        services.withdraw_resource(resource_id="property-register", reason="x", actor=REGISTRAR, now=NOW)
    assert services.withdraw_resource(resource_id="property-register", reason="并入新库", actor=HEAD, now=NOW) == 1
    assert models.Grant.objects.get().revocation == "并入新库"
    with pytest.raises(NotFound):
        selectors.resource(resource_id="property-register", actor=TAX, now=NOW)
    assert selectors.resource(resource_id="property-register", actor=REGISTRAR, now=NOW).state == "withdrawn"
    assert selectors.resources(actor=TAX, wanted=ResourceFilter()).total == 0
    assert selectors.resources(actor=REGISTRAR, wanted=ResourceFilter(mine=True)).total == 1


def test_a_register_is_its_own_rows_organisation_for_every_page_and_letter(city: None) -> None:
    """The catalogue still says that the water bureau keeps the drainage archive; it was handed over since."""
    models.DataResource.objects.create(id="drainage-archive", organisation="urban-management", registered_at=NOW)
    list(made.exchanges(1, NOW, resource="drainage-archive"))
    seen = {}
    for office in ("urban-management", "water-affairs"):
        head = officer(office, "supervisor")
        asked = selectors.report(since=NOW, until=NOW + timedelta(days=1), by="resource", actor=head)
        seen[office] = ([row.name for row in asked], [(row.owner, row.revokes) for row in selectors.grants(actor=head, now=NOW)])
    assert seen == {"urban-management": (["drainage-archive"], [("urban-management", True)]), "water-affairs": ([], [])}
    assert owners.name_of("drainage-archive")["zh"] == "排水管网档案", "it has no words of its own yet"


def test_the_colour_of_a_request_follows_its_limit_and_nobody_decides_their_own(described: None) -> None:
    own = services.ask_for_access(resource_id="property-register", wish=wish(), actor=HEAD, now=NOW)
    with pytest.raises(Forbidden):
        services.decide_access(request_id=own, fields=[], answer="x", actor=HEAD, now=NOW)
    colours = [selectors.access_request(request_id=own, actor=HEAD, now=NOW + timedelta(days=days)).light for days in (0, 14, 15)]
    assert colours == [Light.ON_TIME, Light.DUE_TODAY, Light.LATE]
    with pytest.raises(NotFound):
        selectors.access_request(request_id=own, actor=TAX, now=NOW)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": {}}, "no title"),
        ({"sharing": "maybe"}, "no share type"),
        ({"legal_basis": []}, "names the law"),
        ({"fields": []}, "no field"),
        ({"fields": [{"name": "a"}, {"name": "a"}]}, "twice"),
        ({"fields": [{"name": "a", "level": "top"}]}, "no level"),
        ({"open": True, "sharing": "unconditional"}, "nothing personal"),
        ({"organisation": "natural-resources", "derived_from": ["moon"]}, "nobody registered"),
        ({"fields": 7}, "format"),
        ({"id": "property-register"}, "is a resource of this id"),
    ],
)
@pytest.mark.own_database
def test_a_description_that_others_could_not_use_is_refused_with_all_its_problems(
    described: None, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(DescriptionRefused, match=says):
        services.register_resource(document=property_register(**{"id": "another", **changes}), actor=REGISTRAR, now=NOW)


@pytest.mark.own_database
def test_the_same_file_loads_once_and_a_changed_one_makes_the_next_version(described: None) -> None:
    open_set = property_register(
        id="parks", open=True, sharing="unconditional", fields=[{"name": "place"}], derived_from=["property-register"]
    )
    load = lambda *documents: services.load_resources(documents=documents, actor=SYSTEM, now=NOW)  # noqa: E731  (said three times)
    assert [load(property_register(), open_set) for _ in range(2)] == [1, 0]
    assert load(property_register(), {**open_set, "update_cycle": "yearly"}) == 1
    assert [row.id for row in selectors.open_resources()] == ["parks"]
    assert selectors.open_resource(resource_id="parks", now=NOW)[0].update_cycle == "yearly"
    with pytest.raises(NotFound):
        selectors.open_resource(resource_id="property-register", now=NOW)
    seen = selectors.resource(resource_id="property-register", actor=TAX, now=NOW)
    assert [row.id for row in seen.goes_into] == ["parks"]
    assert [row.described.id for row in selectors.published(actor=Actor.anonymous())] == ["parks"]
    assert [row.described.id for row in selectors.published(actor=SYSTEM)] == ["parks", "property-register"]
    found = selectors.resources(actor=TAX, wanted=ResourceFilter(text="PROPERTY register", sharing="conditional"))
    assert [row.id for row in found.rows] == ["property-register"]


@pytest.mark.own_database
def test_a_system_says_what_it_needs_and_when_it_moved(described: None) -> None:
    keep = lambda actor=TAX, **changes: services.save_cloud_system(  # noqa: E731  (said five times)
        system=System(**{"id": "invoices", "organisation": "tax-service", "name": {"zh": "发票系统"}, "state": "planned", **changes}),
        actor=actor,
        now=NOW,
    )
    keep()
    with pytest.raises(Forbidden):
        keep(REGISTRAR)
    with pytest.raises(SystemRefused, match="no system moon"):
        keep(needs=("moon",))
    with pytest.raises(SystemRefused, match="which day"):
        keep(state="moved")
    keep(id="counter", needs=("invoices",))
    keep(state="moved", moved_date=date(2026, 2, 1))
    system, needs, needed_by = selectors.cloud_system(system_id="invoices", actor=REGISTRAR)
    assert (system.moved_date, needs, [row.id for row in needed_by]) == (date(2026, 2, 1), (), ["counter"])
    assert selectors.cloud_systems(actor=REGISTRAR).count == {"planned": 1, "moving": 0, "moved": 1, "retired": 0}
