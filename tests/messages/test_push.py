"""News in the browser: sealed for one browser, signed, tried again as its push service says, and ended when the browser is gone."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from onewindow.cli import doctor
from onewindow.config import environment
from onewindow.domain import events
from onewindow.domain.errors import Forbidden, NotFound
from onewindow.modules.cases.models import Case
from onewindow.modules.identity.models import User
from onewindow.modules.messages import delivery, selectors, services
from onewindow.modules.messages.models import Message, PushDevice
from onewindow.plumbing import clock, outbox, outgoing, personal
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from onewindow.plumbing.outbox import worker

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

SOON = timedelta(seconds=20)
CASE = UUID(int=7)
REFERENCE = "QQH-7K2M-9P"


@dataclass
class Outside:
    """The push service, and the browsers behind it."""

    port: int

    def subscribe(self) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("subscribe", {})
        return found

    def answers(self, status: int | None = None, **headers: str) -> None:
        told = {"status": status, "headers": headers} if status else {}
        self._ask("faults", told)

    @property
    def received(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("received")
        return found

    def _ask(self, what: str, told: Any = None) -> Any:
        body = None if told is None else json.dumps(told).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{what}", body, timeout=10) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def program() -> Iterator[int]:
    with subprocess.Popen([sys.executable, str(Path(__file__).with_name("push_service.py"))], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield int(running.stdout.readline())
        running.kill()


@pytest.fixture
def outside(program: int, settings: Settings) -> Outside:
    settings.ONEWINDOW_PUSH_LOOPBACK = True
    found = Outside(program)
    found.answers()
    return found


@pytest.fixture
def person(db: None) -> Actor:
    user = User.objects.create(id=uuid4(), username="li", language="ru")
    return Actor("person", user.pk)


def on_a_browser(outside: Outside, person: Actor, now: datetime) -> UUID:
    return services.subscribe(**outside.subscribe(), name="Chrome, Android", actor=person, now=now)


def tell(person: Actor, now: datetime, reference: str = REFERENCE) -> int:
    assert person.id is not None
    return services.tell_news(users=[person.id], case_id=CASE, reference=reference, now=now)


def test_a_browser_is_told_the_number_of_the_case_in_the_readers_language_and_nobody_between_can_read_it(
    outside: Outside, person: Actor, now: datetime
) -> None:
    on_a_browser(outside, person, now)
    before = len(outside.received)
    assert tell(person, now) == 1
    assert tell(person, now + timedelta(seconds=5)) == 0, "what waits already is not told twice"
    delivery.deliver(now=now)
    assert len(outside.received) == before, "what happens within some seconds is told once"
    assert delivery.deliver(now=now + SOON) == 1
    (came,) = outside.received[before:]
    assert came["plain"] == {
        "title": "Новое по вашему делу",
        "body": f"По делу {REFERENCE} есть новое. Войдите, чтобы прочитать.",
        "case": str(CASE),
        "tag": came["topic"],
        "lang": "ru",
    }
    assert REFERENCE.encode().hex() not in came["body"]
    assert came["encoding"] == "aes128gcm"
    assert came["signed"]["scheme"] == "vapid"
    assert came["signed"]["key"] == selectors.push_key()
    assert came["signed"]["sub"].startswith("mailto:")
    assert came["signed"]["exp"] - clock.now().timestamp() < 24 * 3600
    assert 86_000 < int(came["ttl"]) <= 86_400
    assert len(came["topic"]) == 32
    assert REFERENCE not in came["topic"]
    row = Message.objects.get()
    assert (row.state, row.sealed) == ("sent", "")
    (device,) = selectors.devices(actor=person)
    assert (device.name, device.told_at) == ("Chrome, Android", now + SOON)


def test_a_service_that_is_busy_is_left_alone_as_long_as_it_says_and_one_that_is_down_is_tried_again(
    outside: Outside, person: Actor, now: datetime
) -> None:
    on_a_browser(outside, person, now)
    tell(person, now)
    outside.answers(429, **{"Retry-After": "90"})
    moment = now + SOON
    assert delivery.deliver(now=moment) == 0
    before = len(outside.received)
    assert delivery.deliver(now=moment + timedelta(seconds=89)) == 0
    assert len(outside.received) == before, "not before it may be asked again"
    outside.answers(503)
    moment += timedelta(seconds=90)
    assert delivery.deliver(now=moment) == 0
    outside.answers()
    assert delivery.deliver(now=moment + timedelta(seconds=4)) == 1
    assert int(outside.received[-1]["ttl"]) <= 86_400 - 114, "it is kept no longer than it is of use"
    tell(person, now, "QQH-2")
    outside.answers(503)
    assert delivery.deliver(now=now + timedelta(hours=25)) == 1
    assert Message.objects.order_by("recorded_at", "settled_at").last().state == "expired"  # type: ignore[union-attr]  # there are two
    assert selectors.devices(actor=person)


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_told_nothing_more(outside: Outside, person: Actor, now: datetime, status: int) -> None:
    on_a_browser(outside, person, now)
    tell(person, now)
    outside.answers(status)
    assert delivery.deliver(now=now + SOON) == 1
    assert selectors.devices(actor=person) == ()
    assert Message.objects.get().state == "gone"
    assert tell(person, now + SOON) == 0


def test_what_a_service_refuses_is_given_up_and_a_redirect_is_not_followed(outside: Outside, person: Actor, now: datetime) -> None:
    on_a_browser(outside, person, now)
    for number, (status, headers) in enumerate([(413, {}), (403, {}), (307, {"Location": outside.subscribe()["endpoint"]})]):
        tell(person, now, f"QQH-{number}")
        before = len(outside.received)
        outside.answers(status, **headers)
        delivery.deliver(now=now + SOON)
        assert len(outside.received) == before + 1
    assert set(Message.objects.values_list("state", flat=True)) == {"refused"}
    assert selectors.devices(actor=person), "the browser itself is still there"


def test_everybody_ends_their_own_browsers_only_and_one_browser_belongs_to_whoever_subscribed_last(
    outside: Outside, person: Actor, now: datetime
) -> None:
    other = Actor("person", User.objects.create(id=uuid4(), username="liu").pk)
    shared = outside.subscribe()
    device = services.subscribe(**shared, name="x", actor=person, now=now)
    with pytest.raises(NotFound):
        services.unsubscribe(device_id=device, actor=other, now=now)
    with pytest.raises(Forbidden):
        services.subscribe(**shared, name="x", actor=Actor.anonymous(), now=now)
    taken = services.subscribe(**shared, name="y", actor=other, now=now)
    assert (selectors.devices(actor=person), len(selectors.devices(actor=other))) == ((), 1)
    tell(other, now)
    services.unsubscribe(device_id=taken, actor=other, now=now)
    before = len(outside.received)
    delivery.deliver(now=now + SOON)
    assert len(outside.received) == before, "what waited for a browser that was removed goes nowhere"
    assert list(AuditEntry.objects.filter(subject_kind="push-device").values_list("action", flat=True).order_by("pk")) == [
        "messages.subscribe",
        "messages.subscribe",
        "messages.unsubscribe",
    ]
    for _ in range(12):
        on_a_browser(outside, other, now)
    assert len(selectors.devices(actor=other)) == 10, "the oldest make room"


def test_browsers_are_sealed_taken_along_and_go_with_the_account(outside: Outside, person: Actor, now: datetime) -> None:
    on_a_browser(outside, person, now)
    row = PushDevice.objects.get()
    assert row.endpoint.encode() not in b"".join(bytes(part) for part in PushDevice.objects.values_list("endpoint", "keys")[0])
    assert person.id is not None
    (part,) = [part for part in personal.held_about(person.id) if part.name == "browsers"]
    assert part.data[0]["endpoint"] == row.endpoint
    assert row.keys["auth"] not in json.dumps(part.data, default=str)
    personal.let_go(person.id, now)
    assert not PushDevice.objects.exists()


def test_nothing_is_sent_into_our_own_network(outside: Outside, person: Actor, now: datetime, settings: Settings, monkeypatch: Any) -> None:
    given = outside.subscribe()
    settings.ONEWINDOW_PUSH_LOOPBACK = False
    for endpoint in (
        given["endpoint"], "https://127.0.0.1/x", "https://localhost/x", "https://10.1.2.3/x", "https://[::1]/x", "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest", "https://2130706433/x", "https://0x7f.1/x", "https://intranet/x", "https://a.internal/x",
        "http://push.example.org/x", "https://push.example.org:8443/x", "https://a@push.example.org/x", "https://push.example.org/ x",
        "ftp://push.example.org/", "https://push.example.org/" + "x" * 1000, "",
    ):  # fmt: skip
        with pytest.raises(services.PushRefused):
            services.subscribe(endpoint=endpoint, keys=given["keys"], name="x", actor=person, now=now)
    for keys in ({}, {"p256dh": given["keys"]["p256dh"], "auth": "AAAA"}, {"p256dh": "AAAA", "auth": given["keys"]["auth"]},
                 {"p256dh": "B" + "A" * 86, "auth": given["keys"]["auth"]}):  # fmt: skip
        with pytest.raises(services.PushRefused):
            services.subscribe(endpoint="https://push.example.org/x", keys=keys, name="x", actor=person, now=now)
    services.subscribe(endpoint="https://push.example.org/x", keys=given["keys"], name="x", actor=person, now=now)
    inside = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: inside)
    with pytest.raises(outgoing.AddressRefused):
        outgoing.target("https://push.example.org/x")
    tell(person, now)
    delivery.deliver(now=now + SOON)
    assert selectors.devices(actor=person) == (), "a name that points inside is no push service"
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: inside[:1])
    pinned = outgoing.target("https://push.example.org/x?y=1")
    assert (pinned.url, pinned.host) == ("https://93.184.215.14:443/x?y=1", "push.example.org"), "the connection goes to what was checked"


def test_an_installation_without_a_key_offers_nothing_and_is_quiet(
    outside: Outside, person: Actor, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    on_a_browser(outside, person, now)
    settings.ONEWINDOW_PUSH_KEY = b""
    assert selectors.push_key() == ""
    assert tell(person, now) == 0
    with pytest.raises(services.PushNotOffered):
        on_a_browser(outside, person, now)
    assert doctor._push(tmp_path).state == "note"
    settings.ONEWINDOW_PUSH_KEY, settings.ONEWINDOW_PUSH_CONTACT = b"k" * 32, "somebody"
    assert "no address" in doctor._push(tmp_path).says
    settings.ONEWINDOW_PUSH_CONTACT, settings.SECURE = "mailto:post@city.example", True
    assert doctor._push(tmp_path).state == "broken", "a real installation sends nothing to its own network"
    settings.ONEWINDOW_PUSH_LOOPBACK = False
    assert doctor._push(tmp_path).state == "ok"
    monkeypatch.delenv("ONEWINDOW_PUSH_KEY", raising=False)
    assert environment.push_key(tmp_path, made=False) == b""
    made = environment.push_key(tmp_path, made=True)
    assert environment.push_key(tmp_path, made=True) == made, "it stays"
    monkeypatch.setenv("ONEWINDOW_PUSH_KEY", "ff" * 32)
    with pytest.raises(ImproperlyConfigured, match="P-256"):
        environment.push_key(tmp_path, made=False)


def test_notices_and_decisions_of_a_case_are_told_to_its_applicant(person: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(services, "tell_news", lambda **named: told.append(named))
    Case.objects.create(id=CASE, reference=REFERENCE, event="retire", release=1, plan={}, applicant=person.id, state="filed", filed_at=now)
    notice = events.CorrectionRequested(at=now, case_id=CASE, notice_id=uuid4(), service="x")
    decided = events.ServiceDecided(at=now, case_id=CASE, service="x", outcome="approve")
    at_once = events.ServiceDecided(at=now, case_id=CASE, service="x", outcome="approve", automatic=True)
    for event in (notice, decided, at_once):
        outbox.record(event, at=now)
    worker.run_once(now)
    assert [(row["users"], row["reference"], row["case_id"]) for row in told] == [([person.id], REFERENCE, CASE)] * 2
