"""The national log-in: a first and a second time, linking, stepping up, and what is said where it does not go on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from onewindow.modules.identity import proofs, selectors, services
from onewindow.modules.identity.models import NationalIdentity, Person, User
from onewindow.modules.messages.models import Message
from onewindow.plumbing import clock
from onewindow.plumbing.models import AuditEntry
from onewindow_sources.server import SourcesServer
from tests.signon.department import PASSWORD, SYSTEM, officer
from tests.signon.national import FENG, NUMBERS, SECRET, WANG, ZHENG, Traveller, running, stands_in_front

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server() -> Iterator[SourcesServer]:
    with running() as server:
        yield server


@pytest.fixture(autouse=True)
def in_front(settings: Any, server: SourcesServer) -> Iterator[None]:
    stands_in_front(settings, server)
    yield
    server.faults.switch(register="national", mode="none")


def account(username: str = "zheng", **more: Any) -> User:
    user = User.objects.create_user(username, PASSWORD, display_name={"zh": "小岚"}, **more)
    Person.objects.create(user=user)
    return user


def identified(user: User, name: str, level: int = 2) -> User:
    """Somebody whom the register has matched."""
    person = Person.objects.get(user=user)
    person.facts, person.number = {"full-name": name, "resident-id": NUMBERS[name]}, NUMBERS[name]
    person.save()
    proofs.add(user_id=user.pk, method="register" if level == 2 else "window", source="tests", now=clock.now())
    return user


def test_the_first_time_makes_an_account_and_the_second_time_opens_it(server: SourcesServer) -> None:
    zheng = Traveller(server)
    page = zheng.travels(target="/my-data/")
    assert "Your first time here" in page.content.decode()
    assert f"{NUMBERS[ZHENG][:4]}**********{NUMBERS[ZHENG][-4:]}" in page.content.decode()
    assert not zheng.user, "nobody has an account without asking for it"
    assert zheng.client.post("/accounts/national/first/").headers["Location"] == "/my-data/"
    user = User.objects.get(pk=zheng.user)
    assert selectors.party_facts(user.pk, "") == {"full-name": ZHENG, "resident-id": NUMBERS[ZHENG]}
    assert (user.phone, user.email, user.has_usable_password()) == ("", "", False)
    standing = selectors.who_am_i(actor=selectors.actor_of(user.pk), now=clock.now())
    assert (standing.level, standing.proofs[0].method, standing.proofs[0].source) == (2, "national", server.national.issuer)
    assert standing.proofs[0].expires_at is not None

    again = Traveller(server)
    assert again.travels(way="card", target="/my-data/").request["PATH_INFO"] == "/my-data/"
    assert again.user == zheng.user
    assert selectors.level_of(user.pk, clock.now()) == 3
    Traveller(server).travels(way="password")
    assert selectors.level_of(user.pk, clock.now()) == 3, "a weaker log-in takes nothing away"
    assert user.identifications.count() == 2, "no proof is written down twice a day"
    assert AuditEntry.objects.filter(action="identity.national-log-in").count() == 2
    assert NUMBERS[ZHENG] not in str(list(NationalIdentity.objects.values()))


def test_whoever_logs_out_here_logs_out_there(server: SourcesServer) -> None:
    zheng = Traveller(server)
    zheng.travels()
    zheng.client.post("/accounts/national/first/")
    assert "Go on as" in zheng.there.get(Traveller(server).sets_out()).text
    page = zheng.client.post("/accounts/logout/").content.decode()
    address = page.split('content="0;url=')[1].split('"')[0].replace("&amp;", "&")
    assert address.startswith(f"{server.national.issuer}/log-out?id_token_hint=")
    assert zheng.there.get(address).headers["Location"] == "http://127.0.0.1:9/"
    assert "Go on as" not in zheng.there.get(Traveller(server).sets_out()).text
    assert not zheng.user
    other = Traveller(server).logs_in_here(account())
    assert other.client.post("/accounts/logout/").status_code == 302, "who did not come from there is not sent there"


def test_an_account_that_is_known_is_linked_by_its_owner_and_by_nobody_else(server: SourcesServer) -> None:
    mine = identified(account(phone="19900000417", email="zheng@example.com"), ZHENG)
    zheng = Traveller(server)
    page = zheng.travels(target="/my-data/")
    assert "You have an account already" in page.content.decode()
    assert zheng.client.post("/accounts/national/first/").status_code == 200, "there is no second account"
    assert User.objects.count() == 1
    logged_in = zheng.client.post("/accounts/login/?next=/accounts/national/link/", {"login": "zheng", "password": PASSWORD})
    assert logged_in.headers["Location"] == "/accounts/national/link/"
    assert "Link the national log-in to this account?" in zheng.client.get("/accounts/national/link/").content.decode()
    assert zheng.client.post("/accounts/national/link/", {"answer": "yes"}).headers["Location"] == "/my-data/"
    told = set(Message.objects.values_list("template", "channel"))
    assert told == {("national-linked", "sms"), ("national-linked", "email")}
    again = Traveller(server)
    again.travels()
    assert again.user == str(mine.pk)


def test_one_identity_one_account_and_each_conflict_has_its_sentence(server: SourcesServer) -> None:
    identified(account("first"), ZHENG)
    second, third = account("second"), identified(account("third"), FENG)

    def told(page: Any) -> str:
        return str(page.content.decode())

    assert "There is another account with this identity" in told(Traveller(server).logs_in_here(second).travels(ZHENG))
    assert "confirmed as another person already" in told(Traveller(server).logs_in_here(third).travels(WANG))
    assert selectors.level_of(second.pk, clock.now()) == 0
    linked = Traveller(server).logs_in_here(second)
    linked.travels(WANG)
    assert selectors.level_of(second.pk, clock.now()) == 2
    assert "confirmed as another person already" in told(linked.travels(FENG)), "an account has one national identity"
    server.faults.switch(register="national", mode="bad-number")
    assert "could not be trusted" in told(Traveller(server).travels(FENG))
    server.faults.switch(register="national", mode="unsure")
    assert "did not say surely enough" in told(Traveller(server).travels(FENG))
    server.faults.switch(register="national", mode="none")
    cancelled = Traveller(server)
    assert "You ended the log-in" in told(cancelled.returns(cancelled.proves(cancelled.sets_out(), answer="cancel")))


def test_whoever_is_out_stays_out(server: SourcesServer) -> None:
    now, linked, matched = clock.now(), account("linked"), identified(account("matched"), FENG)
    Traveller(server).logs_in_here(linked).travels(ZHENG)
    for user in (linked, matched):
        services.set_active(user_id=user.pk, active=False, actor=SYSTEM, now=now)
    for name in (ZHENG, FENG):
        closed = Traveller(server)
        assert "The account of this identity is closed" in closed.travels(name).content.decode()
        assert not closed.user
    User.objects.filter(pk=linked.pk).update(is_active=True)
    services.close_account(actor=selectors.actor_of(linked.pk), now=now)
    assert "Your first time here" in Traveller(server).travels(ZHENG).content.decode(), "who closed their account may begin anew"


def test_officers_come_in_by_it_only_where_the_settings_say_so(server: SourcesServer, settings: Any) -> None:
    zhao = officer()
    Traveller(server).logs_in_here(zhao).travels(ZHENG)
    refused = Traveller(server)
    assert "Officers do not log in by the national log-in" in refused.travels(ZHENG).content.decode()
    assert not refused.user
    stands_in_front(settings, server, officers=True)
    let_in = Traveller(server)
    let_in.travels(ZHENG)
    assert let_in.user == str(zhao.pk)


def test_while_the_provider_is_down_the_other_ways_stay(server: SourcesServer) -> None:
    account()
    here = Traveller(server)
    at_the_door = here.proves(here.sets_out("/my-data/"))
    for mode in ("down", "error", "garbage", "reset"):
        server.faults.switch(register="national", mode=mode)
        page = here.returns(at_the_door) if mode == "down" else Traveller(server).client.post("/accounts/national/", follow=True)
        assert mode != "down" or "does not answer now" in page.content.decode()
        assert 'name="password"' in page.content.decode() or "url=" in page.content.decode()
    assert here.client.post("/accounts/login/", {"login": "zheng", "password": PASSWORD}).status_code == 302


def test_a_provider_that_cannot_be_reached_is_said_before_anybody_sets_out(server: SourcesServer, settings: Any) -> None:
    stands_in_front(settings, server, issuer="http://127.0.0.1:9/national")
    page = Traveller(server).client.post("/accounts/national/", {"next": "/my-data/"}, follow=True)
    assert "The national log-in does not answer now" in page.content.decode()
    assert page.request["QUERY_STRING"] == "next=%2Fmy-data%2F"
    settings.ONEWINDOW_NATIONAL = {}
    assert "/accounts/national/" not in Traveller(server).client.get("/accounts/login/").content.decode()


def test_new_keys_of_the_provider_are_read_and_old_ones_forgotten(server: SourcesServer) -> None:
    zheng = Traveller(server)
    zheng.travels()
    server.national.rotate()
    assert "Your first time here" in Traveller(server).travels(FENG).content.decode()


def test_an_old_log_in_is_asked_once_more_before_the_account_gets_another_way_in(server: SourcesServer, monkeypatch: Any) -> None:
    user = account()
    zheng = Traveller(server).logs_in_here(user)
    zheng.client.get("/accounts/")
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = zheng.client.post("/accounts/national/", {"next": "/my-data/"}, follow=True)
    assert "Is it really you?" in page.content.decode()
    monkeypatch.undo()  # the moment of a proof is read from the machine's own clock, by allauth
    resumed = zheng.client.post("/accounts/reauthenticate/?next=/accounts/national/", {"password": PASSWORD}, follow=True)
    assert server.national.issuer in resumed.content.decode(), "and then it goes on"


def test_the_only_way_in_is_not_taken_away(server: SourcesServer) -> None:
    zheng = Traveller(server)
    zheng.travels()
    zheng.client.post("/accounts/national/first/")
    page = zheng.client.post("/accounts/national/unlink/", follow=True)
    assert "the only way into your account" in page.content.decode()
    User.objects.filter(pk=zheng.user).update(email="")
    user = User.objects.get(pk=zheng.user)
    user.set_password(PASSWORD)
    user.save()
    zheng.logs_in_here(user)
    assert "no longer opens this account" in zheng.client.post("/accounts/national/unlink/", follow=True).content.decode()
    assert "You have an account already" in Traveller(server).travels().content.decode()


def test_an_identity_that_moves_at_the_window_takes_its_log_in_along(server: SourcesServer) -> None:
    old = account("old")
    Traveller(server).logs_in_here(old).travels(ZHENG)
    clerk = officer("clerk", roles=("window",))
    code = services.make_visit_code(actor=selectors.actor_of(account("new").pk), now=clock.now())
    card = {"name": ZHENG, "resident_id": NUMBERS[ZHENG], "again": NUMBERS[ZHENG]}
    services.confirm_in_person(code=code, **card, moves=True, actor=selectors.actor_of(clerk.pk), now=clock.now())
    page = Traveller(server).travels(ZHENG)
    assert "You have an account already" in page.content.decode()
    assert SECRET not in page.content.decode()
