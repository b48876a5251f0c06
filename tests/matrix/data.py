"""What market keeps of data, and who may do what with it: written down by hand, apart from the code it judges."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from onewindow.domain.exchange.requests import Wish
from onewindow.domain.exchange.systems import System
from onewindow.modules.exchange import selectors, services
from onewindow.modules.exchange.models import Grant
from onewindow.modules.exchange.selectors import ResourceFilter
from onewindow.plumbing.actors import Actor
from tests.matrix.people import BY_ROLE, Profile

REGISTER, DRAFT, OPEN, SYSTEM = "matrix-register", "matrix-draft", "matrix-open", "matrix-system"
May = Callable[[Profile], Any]


@dataclass(frozen=True, slots=True)
class Data:
    """Of market: a published register with a grant and a request of tax, one that is a draft, and a system."""

    request: UUID
    grant: UUID


def document(name: str, sharing: str = "conditional") -> dict[str, Any]:
    return {
        "id": name,
        "organisation": "market",
        "title": {"zh": "矩阵登记库"},
        "sharing": sharing,
        "legal_basis": ["某法"],
        "fields": [{"name": "place"}],
    }


WISH = Wish(("place",), ("oversight",), (), "r", date(2026, 1, 1))


def build(now: datetime) -> Data:
    keeper, asker = BY_ROLE["officer", "market"].actor, BY_ROLE["officer", "tax"].actor
    for name in (REGISTER, DRAFT):
        services.register_resource(document=document(name), actor=keeper, now=now)
    services.register_resource(document={**document(OPEN, "unconditional"), "open": True}, actor=keeper, now=now)
    for name in (REGISTER, OPEN):
        services.publish_resource(resource_id=name, actor=keeper, now=now)
    system = System(SYSTEM, "market", {"zh": "系统"}, "planned")
    services.save_cloud_system(system=system, actor=keeper, now=now)
    services.follow_resource(resource_id=REGISTER, follow=True, actor=asker, now=now)
    given, waiting = (services.ask_for_access(resource_id=REGISTER, wish=WISH, actor=asker, now=now) for _ in range(2))
    chief = BY_ROLE["supervisor", "market"].actor
    services.decide_access(request_id=given, fields=["place"], answer="", actor=chief, now=now)
    services.edit_resource(resource_id=REGISTER, document=document(REGISTER), actor=keeper, now=now)
    services.publish_resource(resource_id=REGISTER, actor=keeper, now=now)
    services.edit_resource(resource_id=REGISTER, document=document(REGISTER), actor=keeper, now=now)
    return Data(waiting, Grant.objects.get(resource=REGISTER).pk)


def of(organisation: str, *roles: str) -> May:
    """Officers of an organisation whose post, or the one they stand in for, has no region: data has none."""
    hats = lambda profile: [hat for hat in profile.actor.hats if hat.organisation == organisation and not hat.regions]
    return lambda profile: any(hat.roles & set(roles) for hat in hats(profile))


keepers, chiefs = of("market", "officer", "supervisor"), of("market", "supervisor")
party = lambda profile: keeps_any(profile, "market", "tax")


def keeps_any(profile: Profile, *organisations: str) -> bool:
    """Whether it is one of the two sides, whatever the region of the post."""
    return any(hat.organisation in organisations and hat.roles & {"officer", "supervisor"} for hat in profile.actor.hats)


def officers(profile: Profile) -> bool:
    return profile.actor.kind in {"officer", "system"}


def office(profile: Profile) -> bool:
    return bool(profile.actor.organisation) and of(profile.actor.organisation or "", "officer", "supervisor")(profile)


def chief(profile: Profile) -> bool:
    """Supervisors of their own organisation, without a limit of region."""
    return bool(profile.actor.organisation) and of(profile.actor.organisation or "", "supervisor")(profile)


def calls(data: Data, now: datetime) -> Iterator[tuple[str, Callable[[Actor], Any], May, bool]]:
    """Yield name, call, who may, and whether an empty answer is a refusal."""
    both = {"now": now}
    new = services.register_resource
    writes: list[tuple[Any, dict[str, Any], May]] = [
        (new, {"document": document("matrix-new")}, keepers),
        (services.edit_resource, {"resource_id": REGISTER, "document": document(REGISTER)}, keepers),
        (services.publish_resource, {"resource_id": REGISTER}, keepers),
        (services.withdraw_resource, {"resource_id": REGISTER, "reason": "r"}, chiefs),
        (services.follow_resource, {"resource_id": REGISTER, "follow": True}, office),
        (services.ask_for_access, {"resource_id": REGISTER, "wish": WISH}, office),
        (services.decide_access, {"request_id": data.request, "fields": ["place"], "answer": ""}, chiefs),
        (services.revoke_grant, {"grant_id": data.grant, "reason": "r"}, lambda p: operator(p) or chiefs(p)),
        (services.save_cloud_system, {"system": System(SYSTEM, "market", {"zh": "x"}, "planned")}, keepers),
        (services.load_resources, {"documents": []}, operator),
        (services.load_cloud_systems, {"systems": []}, operator),
    ]
    for service, named, may in writes:
        yield (
            f"exchange.{service.__name__}",
            (lambda actor, service=service, named=named: service(**named, **both, actor=actor)),
            may,
            False,
        )
    shown = lambda name: lambda actor: selectors.resource(resource_id=name, actor=actor, now=now)
    yield "exchange.resource", shown(REGISTER), officers, False
    yield "exchange.resource", shown(DRAFT), keepers, False
    yield "exchange.resource_draft", lambda actor: selectors.resource_draft(resource_id=REGISTER, actor=actor), keepers, False
    listed = lambda actor: selectors.resources(actor=actor, wanted=ResourceFilter(text="矩阵")).rows
    yield "exchange.resources", listed, officers, True
    titles = lambda actor: selectors.resource_titles([REGISTER], actor=actor)
    yield "exchange.resource_titles", titles, officers, False
    drafts = lambda actor: [row for row in selectors.resources(actor=actor, wanted=ResourceFilter(mine=True)).rows if row.id == DRAFT]
    yield "exchange.resources", drafts, (lambda p: keeps_any(p, "market")), True
    told = lambda actor: [row for row in selectors.published(actor=actor) if row.described.id == REGISTER]
    yield "exchange.published", told, officers, True
    exported = lambda actor: REGISTER in selectors.exported_resources(form="jsonld", base="https://x", publisher={"zh": "x"}, actor=actor)
    yield "exchange.exported_resources", exported, officers, True
    news = lambda actor: selectors.news_for(actor=actor)
    yield "exchange.news_for", news, (lambda p: p.actor.organisation == "tax"), True
    yield "exchange.access_requests", (lambda actor: selectors.access_requests(actor=actor, now=now)), party, True
    yield "exchange.access_request", (lambda actor: selectors.access_request(request_id=data.request, actor=actor, now=now)), party, False
    yield "exchange.waiting", (lambda actor: selectors.waiting(actor=actor, now=now)), officers, False
    yield "exchange.waiting", (lambda actor: selectors.waiting(actor=actor, now=now).requests), chiefs, True
    yield "exchange.grants", (lambda actor: selectors.grants(actor=actor, now=now)), party, True
    yield "exchange.cloud_systems", (lambda actor: selectors.cloud_systems(actor=actor)), officers, False
    yield "exchange.cloud_system", (lambda actor: selectors.cloud_system(system_id=SYSTEM, actor=actor)), officers, False


OPEN_PAGES = {"data:open-one": {"resource_id": OPEN}, "data:open-catalogue": {"form": "ttl"}}


def pages(data: Data) -> Iterator[tuple[str, dict[str, Any], str, May, dict[str, Any]]]:
    """Yield name, its parts, methods, who may, and what is sent."""
    register, system = {"resource_id": REGISTER}, {"system_id": SYSTEM}
    staff = lambda profile: profile.actor.kind == "officer"
    asks = lambda profile: office(profile) and profile.actor.organisation != "market"
    reason = {"reason": "r"}
    yield "list", {}, "G", staff, {}
    yield "register", {}, "G", office, {}
    yield "resource", register, "G", staff, {}
    yield "resource", {"resource_id": DRAFT}, "G", keepers, {}
    yield "edit", register, "P", keepers, {}
    yield "publish", register, "P", keepers, {}
    yield "withdraw", register, "P", chiefs, reason
    yield "follow", register, "P", office, {"follow": "1"}
    yield "ask", register, "P", asks, {}
    yield "requests", {}, "G", staff, {}
    yield "request", {"request_id": data.request}, "G", party, {}
    yield "request", {"request_id": data.request}, "P", chiefs, {}
    yield "grants", {}, "G", staff, {}
    yield "revoke", {"grant_id": data.grant}, "P", (lambda profile: operator(profile) or chiefs(profile)), reason
    yield "systems", {}, "G", staff, {}
    yield "new-system", {}, "G", office, {}
    yield "system", system, "G", staff, {}
    yield "edit-system", system, "P", keepers, {}


def operator(profile: Profile) -> bool:
    return profile.actor.kind == "system" or "admin" in profile.actor.roles
