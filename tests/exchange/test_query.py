"""Asking the registers: typed values or a clear reason, always with a purpose, always in the log."""

import json
import logging
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from onewindow.domain import codes
from onewindow.domain.errors import Forbidden
from onewindow.domain.exchange.messages import bound
from onewindow.modules.exchange import circuit, messages, models, selectors, services
from onewindow.modules.exchange.connectors import http_json
from onewindow.modules.exchange.connectors.policies import Policy
from onewindow.modules.exchange.identity_sources import GuardianRegister
from onewindow.modules.identity.services import Claimed, SourceSilent
from onewindow.plumbing.actors import Actor, Hat
from onewindow.plumbing.models import AuditEntry
from tests.exchange.conftest import NOW, SYSTEM, Sources

pytestmark = pytest.mark.django_db

UNIT = "239900001005GB00088F00010001"
WANG = "23000019880412026X"
MATTER = uuid4()
PERSON = Actor(kind="person", id=uuid4())


def ask(resource: str = "property-register", **changes: Any) -> services.Answer:
    given: dict[str, Any] = {
        "keys": {"property-number": UNIT},
        "fields": ["address", "floor-area"],
        "purpose": "prefill",
        "subject_kind": "draft",
        "subject_id": MATTER,
        "actor": PERSON,
        "now": NOW,
        **changes,
    }
    return services.query(resource=resource, **given)


def unavailable(**changes: Any) -> str:
    with pytest.raises(services.SourceUnavailable) as refused:
        ask(**changes)
    return refused.value.reason


def test_a_register_fills_the_asked_fields_with_typed_values_source_and_time(city: None, sources: Sources) -> None:
    answer = ask()
    assert answer.values == {"address": "云江市胜利路88号1层", "floor-area": 126.5}
    assert (answer.source, answer.obtained_at) == ("property-register", NOW)


def test_every_connector_of_the_demo_city_answers_for_the_demo_people(city: None, sources: Sources) -> None:
    asked = {
        "property-register": ({"property-number": UNIT}, ["address", "floor-area", "property-use", "owner-name"]),
        "building-archive": ({"property-number": UNIT}, ["storey", "dedicated-flue", "fire-acceptance-number"]),
        "drainage-archive": ({"property-number": UNIT}, ["sewer-connection"]),
        "population-register": ({"resident-id": WANG}, ["full-name", "home-address"]),
        "health-certificate-register": ({"health-check-number": "YJTJ-2026-1147"}, ["staff-count", "certificates-valid-until"]),
    }
    # The registers of enterprises and of guardians are asked about a person by their proven number alone: tests/sources does.
    assert set(asked) | {"enterprise-register", "guardian-register"} == selectors.connected_resources()
    with pytest.raises(services.ConsentMissing):
        ask(
            "health-certificate-register",
            keys={"health-check-number": "YJTJ-2026-1147"},
            fields=["staff-count"],
            services=["staff-health-check"],
        )
    services.give_consents(person=PERSON.known_id, matter=MATTER, resources=["health-certificate-register"], actor=PERSON, now=NOW)
    for resource, (keys, fields) in asked.items():
        assert set(ask(resource, keys=keys, fields=fields, services=["staff-health-check"]).values) == set(fields)


def test_the_register_of_guardians_tells_a_guardian_whose_guardian_they_are_and_nothing_to_another_name(
    city: None, sources: Sources
) -> None:
    def told(name: str, number: str) -> list[str]:
        wards = GuardianRegister().children_of(Claimed(name, number), user_id=MATTER, actor=SYSTEM, now=NOW)
        return [ward.name for ward in wards if codes.resident_id(ward.resident_id)]

    assert told("王丽", WANG) == ["陈雨桐", "陈子轩"]
    assert told("王莉", WANG) == [], "the number is somebody else's"
    assert told("周航", "230000199209230354") == [], "a court took it away"
    assert told("陈雨桐", "230000201006140420") == [], "a child's number opens nothing"
    assert [row.fields for row in models.Query.objects.all()] == [["children", "full-name"]] * 4
    sources.fault("guardian", "down")
    with pytest.raises(SourceSilent):
        told("王丽", WANG)


def test_only_the_asked_fields_come_back(city: None, sources: Sources) -> None:
    assert set(ask(fields=["address"]).values) == {"address"}


def test_a_key_in_a_role_is_the_plain_key_for_the_register(city: None, sources: Sources) -> None:
    answer = ask("population-register", keys={"seller.resident-id": WANG}, fields=["seller.full-name"])
    assert answer.values == {"seller.full-name": "王丽"}


def test_an_unknown_key_is_no_record_and_not_a_failure(city: None, sources: Sources) -> None:
    with pytest.raises(services.NoRecord):
        ask(keys={"property-number": "239900001005GB00000F00000000"})
    assert models.Query.objects.get().outcome == "no-record"


@pytest.mark.parametrize(("mode", "reason"), [("down", "down"), ("error", "down"), ("garbage", "garbage"), ("reset", "down")])
def test_a_source_that_fails_gives_a_reason_and_never_a_value(city: None, sources: Sources, mode: str, reason: str) -> None:
    sources.fault("property", mode)
    assert unavailable() == reason
    assert models.Query.objects.get().outcome == reason


def test_a_slow_source_is_given_up_after_its_own_time_out(city: None, sources: Sources) -> None:
    models.Connector.objects.filter(pk="property-register").update(settings={**_settings(), "timeout_seconds": 0.3})
    sources.fault("property", "slow", delay_seconds=3)
    began = time.monotonic()
    assert unavailable() == "time-out"
    assert time.monotonic() - began < 1.5


def test_a_connection_that_breaks_once_is_tried_again(city: None, sources: Sources) -> None:
    sources.fault("property", "reset", for_seconds=0.03)
    assert ask().values["floor-area"] == 126.5


def test_a_wrong_key_to_the_register_is_told_apart(city: None, sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEWINDOW_SOURCES_KEY", "another")
    assert unavailable() == "refused"


def test_a_value_of_the_wrong_type_makes_the_answer_garbage(city: None, sources: Sources) -> None:
    gives = {"floor-area": "owner.name", "address": "unit.addr"}
    models.Connector.objects.filter(pk="property-register").update(settings={**_settings(), "gives": gives})
    assert unavailable() == "garbage"


def test_an_answer_about_another_key_than_the_one_asked_for_is_garbage(city: None, sources: Sources) -> None:
    gives = {"property-number": "owner.code", "address": "unit.addr"}
    models.Connector.objects.filter(pk="property-register").update(settings={**_settings(), "gives": gives})
    assert unavailable() == "garbage"


def test_a_resource_without_a_connector_says_so(city: None, sources: Sources) -> None:
    assert unavailable(resource="moon-register") == "no-connector"


def test_after_three_failures_the_source_rests_for_every_process_and_after_ten_seconds_one_call_may_try(
    city: None, sources: Sources
) -> None:
    sources.fault("property", "error")
    assert [unavailable() for _ in range(4)] == ["down", "down", "down", "resting"]
    (board,) = (row for row in selectors.interface_board(actor=SYSTEM, now=NOW) if row.resource == "property-register")
    assert (board.resting, board.state) == (True, "silent")
    sources.fault("property", "none")
    assert unavailable(now=NOW + timedelta(seconds=5)) == "resting", "healthy again, but it is left in peace"
    later = NOW + timedelta(seconds=15)
    (state,) = models.SourceState.objects.all()
    held = [circuit.held_back("property-register", Policy(), state, later) for _ in range(2)]
    assert held == ["", "resting"], "one of two that come at once, whatever the process"
    assert unavailable(now=later) == "resting"
    assert ask(now=later + timedelta(seconds=11)).values
    assert ask(now=later).values, "one success closes the circuit"
    models.SourceState.objects.update(rests_until=(NOW + timedelta(days=1)).timestamp())
    assert ask().values, "a clock that was a day ahead closes nothing for a day"


def test_a_source_is_asked_only_so_often_by_all_processes_together(city: None) -> None:
    policy = Policy(per_second=2, burst=3)

    def asked(count: int, seconds: float) -> int:
        moment = NOW + timedelta(seconds=seconds)
        return sum(not circuit.held_back("property-register", policy, None, moment) for _ in range(count))

    assert [asked(9, 0), asked(9, 0.4), asked(9, 0.51), asked(9, 60)] == [3, 0, 1, 3]
    models.SourceState.objects.update(paid_until=(NOW + timedelta(days=1)).timestamp())
    assert asked(9, 60) == 3, "a clock that was a day ahead holds nobody back for a day"


def test_a_source_that_knows_nothing_is_healthy(city: None, sources: Sources) -> None:
    for _ in range(4):
        with pytest.raises(services.NoRecord):
            ask(keys={"property-number": "239900001005GB00000F00000000"})


@pytest.mark.parametrize("missing", [{"purpose": ""}, {"keys": {}}, {"fields": []}])
def test_no_query_without_purpose_key_and_fields(city: None, sources: Sources, missing: dict[str, Any]) -> None:
    with pytest.raises(services.QueryWithoutGrounds):
        ask(**missing)
    assert not models.Query.objects.exists(), "nothing was asked, so nothing is logged"


def test_nobody_asks_anonymously(city: None, sources: Sources) -> None:
    with pytest.raises(Forbidden):
        ask(actor=Actor.anonymous())


def test_the_log_tells_who_asked_what_and_never_the_key_or_a_value(city: None, sources: Sources, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):  # what they would write at these levels holds the number
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING
    ask("population-register", keys={"resident-id": WANG}, fields=["full-name"])
    sources.fault("*", "reset")
    unavailable(resource="population-register", keys={"resident-id": WANG}, fields=["full-name"])
    rows = list(models.Query.objects.order_by("pk").values())
    assert len(rows) == 2
    assert {row["actor_id"] for row in rows} == {PERSON.id}
    asked = [json.loads(bytes(row["request"])) for row in rows]
    assert len({line["key"] for line in asked}) == 1, "the same key is recognised"
    written = repr(rows) + caplog.text
    assert WANG not in written
    assert "王丽" not in written
    assert [row.fields for row in selectors.queries_for(MATTER, PERSON)] == [("full-name",)] * 2
    assert selectors.queries_for(uuid4(), PERSON) == ()


def test_the_connection_is_kept_alive_between_queries(city: None, sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    assert http_json._client() is http_json._client()
    ask()
    began = time.perf_counter()
    for _ in range(20):
        ask()
    assert (time.perf_counter() - began) / 20 < 0.05


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"url": "ftp://x"}, "url must begin"),
        ({"gives": {}}, "gives must name"),
        ({"gives": {"address": "unit."}}, "not JMESPath"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"method": "DELETE"}, "method must be"),
        ({"kind": "telepathy"}, "no kind of connector"),
        ({"surprise": 1}, "unknown keys surprise"),
        ({"key": "secret"}, "key must have"),
    ],
)
def test_a_connector_with_a_mistake_loads_none_of_them(db: None, changes: dict[str, Any], says: str) -> None:
    good = {"resource": "a", "url": "http://x/", "gives": {"address": "a"}}
    with pytest.raises(services.ConnectorRefused) as refused:
        services.load_connectors(connectors=[good, {**good, "resource": "b", **changes}], actor=SYSTEM, now=NOW)
    assert says in str(refused.value)
    assert "b" in str(refused.value)
    assert not models.Connector.objects.exists()


def test_loading_the_same_connectors_again_changes_nothing(db: None) -> None:
    good = {"resource": "a", "url": "http://x/", "gives": {"address": "a"}}
    assert [services.load_connectors(connectors=[good], actor=SYSTEM, now=NOW) for _ in range(2)] == [1, 0]


def _settings() -> dict[str, Any]:
    settings: dict[str, Any] = models.Connector.objects.get(pk="property-register").settings
    return settings


def test_nothing_is_asked_without_a_grant_and_only_what_is_granted_comes_back(city: None, sources: Sources) -> None:
    assert set(ask("population-register", keys={"resident-id": WANG}, fields=["full-name", "phone"]).values) == {"full-name"}
    with pytest.raises(services.NotGranted):
        ask("population-register", keys={"resident-id": WANG}, fields=["phone"])
    with pytest.raises(services.NotGranted):
        ask(purpose="oversight")
    for grant in models.Grant.objects.filter(resource="property-register"):
        services.revoke_grant(grant_id=grant.pk, reason="test", actor=SYSTEM, now=NOW)
    with pytest.raises(services.NotGranted):
        ask()
    assert models.Query.objects.count() == 1, "what is not asked leaves no question in the log"


@pytest.mark.own_database
def test_what_one_department_was_given_nobody_asks_in_the_name_of_another(city: None, sources: Sources) -> None:
    """The fire brigade alone may ask the property register."""
    models.Grant.objects.filter(resource="property-register").update(organisation="fire-rescue")
    own, others, none = ["fire-safety-inspection"], ["food-business-licence"], list[str]()

    def officer(organisation: str, *roles: str, **more: Any) -> Actor:
        return Actor("officer", uuid4(), organisation, frozenset(roles), **more)

    fire, market = officer("fire-rescue", "officer"), officer("market-regulation", "officer")
    clerk, leader = officer("service-centre", "window"), officer("fire-rescue", "leader")
    stand_in = officer("market-regulation", "officer", stands_in=(Hat("fire-rescue", frozenset({"officer"})),))

    def covered(actor: Actor, services_asked: list[str], purpose: str = "case", subject: str = "case") -> bool:
        said = ""
        with suppress(services.NotGranted):
            said = ask(actor=actor, services=services_asked, purpose=purpose, subject_kind=subject, fields=["address"]).values["address"]
        return bool(said)

    assert [covered(actor, own) for actor in (fire, stand_in, clerk, market, leader)] == [True, True, True, False, False]
    assert [covered(SYSTEM, of) for of in (own, others, none)] == [True, False, False], "what is fetched for a case, for its own services"
    forms = [covered(actor, of, "prefill", "draft") for actor in (PERSON, market) for of in (own, [*others, *own], others)]
    assert forms == [True, True, False] * 2, "a form is asked for whoever fills it in, an officer in private too"
    assert not covered(market, own, "prefill", "case"), "an officer who works on a case fills in no form"
    models.Grant.objects.filter(resource="property-register").update(services=own)
    assert [covered(clerk, of) for of in (own, others)] == [True, False]


def test_a_withdrawn_consent_stops_the_next_question(city: None, sources: Sources) -> None:
    asking = {
        "resource": "health-certificate-register",
        "keys": {"health-check-number": "YJTJ-2026-1147"},
        "fields": ["staff-count"],
        "services": ["staff-health-check"],
    }
    word = {"person": PERSON.known_id, "matter": MATTER, "resources": ["health-certificate-register"], "actor": PERSON, "now": NOW}
    services.give_consents(**word)
    assert ask(**asking).values
    services.withdraw_consents(**word)
    with pytest.raises(services.ConsentMissing):
        ask(**asking)


def test_an_officer_takes_no_more_than_the_quota_of_the_day_and_the_owner_is_told_once(city: None, sources: Sources) -> None:
    models.Grant.objects.filter(resource="property-register").update(an_officer_a_day=2)
    officer = Actor(kind="officer", id=uuid4(), organisation="service-centre", roles=frozenset({"officer"}))
    for _ in range(2):
        ask(actor=officer)
    for _ in range(3):
        with pytest.raises(services.QuotaSpent):
            ask(actor=officer)
    assert ask(), "a citizen's own matter does not wait for the officer's quota"
    assert AuditEntry.objects.filter(action="exchange.quota-spent").count() == 1


def test_both_lines_of_a_question_are_signed_and_bound_to_each_other(city: None, sources: Sources) -> None:
    ask()
    row = models.Query.objects.get()
    public = messages.signing_key().public_key()
    public.verify(bytes(row.request_signature), bytes(row.request))
    public.verify(bytes(row.response_signature), bytes(row.response))
    assert bound(bytes(row.request), bytes(row.response))
    assert not bound(bytes(row.request) + b" ", bytes(row.response))
