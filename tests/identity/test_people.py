"""Loading people and organisations, who acts for whom, keys for programs."""

import copy
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from onewindow.domain.catalogue.model import Organisation
from onewindow.domain.errors import Forbidden, NotFound
from onewindow.modules.identity import models, selectors, services
from onewindow.modules.identity.people import PeopleRefused
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]
OFFICES = {
    "market-regulation": Organisation(id="market-regulation", name={"zh": "市场监管局", "en": "Market Regulation"}, region="230200"),
    "reform-office": Organisation(id="reform-office", name={"zh": "营商局"}),
}
PEOPLE: dict[str, Any] = {
    "format": "onewindow-people/1",
    "region": {"id": "239900", "name": {"zh": "云江市"}},
    "applicants": [
        {
            "username": "wang.li",
            "name": {"zh": "王丽", "en": "Wang Li"},
            "resident_id": "11010519491231002x",
            "phone": "+86 138 0013 8000",
            "facts": {"uscc": "91110000600037341l"},
        }
    ],
    "officers": [
        {"username": "he.jing", "name": {"zh": "何静"}, "organisation": "market-regulation", "post": {"zh": "科员"}, "roles": ["officer"]},
        {"username": "root", "name": {"en": "Admin"}, "organisation": "reform-office", "roles": ["admin", "supervisor"], "language": "ru"},
    ],
}


@pytest.fixture
def offices(now: datetime, system: Actor) -> None:
    services.save_organisations(organisations=OFFICES, actor=system, now=now)


@pytest.fixture
def loaded(offices: None, now: datetime, system: Actor) -> dict[str, models.User]:
    assert services.load_people(people=PEOPLE, password="spring-river-2026", actor=system, now=now) == 3
    return {user.username: user for user in models.User.objects.all()}


def changed(path: list[Any], value: Any) -> dict[str, Any]:
    people = copy.deepcopy(PEOPLE)
    place: Any = people
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return people


def test_the_same_organisations_again_change_nothing(offices: None, now: datetime, system: Actor) -> None:
    entries = AuditEntry.objects.count()
    assert services.save_organisations(organisations=OFFICES, actor=system, now=now) == 0
    assert AuditEntry.objects.count() == entries
    renamed = {"reform-office": Organisation(id="reform-office", name={"zh": "营商环境局"})}
    assert services.save_organisations(organisations=renamed, actor=system, now=now) == 1
    assert selectors.organisations()["reform-office"].name == {"zh": "营商环境局"}
    assert selectors.organisations()["market-regulation"].region == "230200"


def test_what_is_proven_about_a_person_is_known_in_its_one_form(loaded: dict[str, models.User]) -> None:
    assert selectors.party_facts(loaded["wang.li"].id, "natural") == {
        "full-name": "王丽",
        "resident-id": "11010519491231002X",
        "phone": "13800138000",
        "uscc": "91110000600037341L",
    }
    assert selectors.party_facts(loaded["he.jing"].id, "natural") == {}
    assert selectors.party_facts(uuid4(), "natural") == {}


def test_who_acts_is_asked_afresh(loaded: dict[str, models.User]) -> None:
    clerk = loaded["he.jing"]
    assert selectors.actor_of(clerk.id) == Actor("officer", clerk.id, "market-regulation", frozenset({"officer"}))
    assert selectors.actor_of(loaded["wang.li"].id) == Actor("person", loaded["wang.li"].id)
    models.Post.objects.filter(user=clerk).update(roles=["officer", "supervisor", "a role that does not exist"])
    assert selectors.actor_of(clerk.id).roles == {"officer", "supervisor"}
    models.Post.objects.filter(user=clerk).update(is_active=False)
    assert selectors.actor_of(clerk.id).kind == "person"
    models.User.objects.filter(pk=clerk.id).update(is_active=False)
    assert selectors.actor_of(clerk.id) == Actor.anonymous()
    assert selectors.actor_of(None) == selectors.actor_of(uuid4()) == Actor.anonymous()


def test_loading_again_keeps_passwords_and_languages_and_moves_officers(
    loaded: dict[str, models.User], now: datetime, system: Actor
) -> None:
    user = loaded["wang.li"]
    user.set_password("my own choice")
    user.language = "ru"
    user.save()
    moved = changed(["officers", 0, "organisation"], "reform-office")
    assert services.load_people(people=moved, password="another-password", actor=system, now=now) == 0
    user.refresh_from_db()
    assert user.check_password("my own choice")
    assert user.language == "ru"
    assert selectors.actor_of(loaded["he.jing"].id).organisation == "reform-office"


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (["format"], "people/9", "write onewindow-people/1"),
        (["applicants", 0, "resident_id"], "110105194912310020", r"applicants\[1\]: resident-id: The check digit"),
        (["applicants", 0, "phone"], "12", r"applicants\[1\]: phone:"),
        (["applicants", 0, "username"], "a b", "needs 3 letters"),
        (["applicants", 0, "salary"], 1, "salary is not known"),
        (["officers", 0, "username"], "WANG.LI", "stands twice"),
        (["officers", 0, "organisation"], "no-such", "“no-such” is not in the catalogue"),
        (["officers", 0, "roles"], ["king"], "the role “king” is not known"),
        (["officers", 1, "language"], "fr", "write zh-hans, en or ru"),
        (["officers", 1, "name"], {}, "name is missing"),
        (["officers"], ["he.jing"], r"officers\[1\] is not an entry"),
        (["officers"], {}, "Nobody was loaded|^$"),
    ],
)
def test_a_mistake_in_the_file_is_named_and_nobody_is_loaded(
    path: list[Any], value: Any, sentence: str, *, offices: None, now: datetime, system: Actor
) -> None:
    if value == {} and path == ["officers"]:
        value = "nobody"
        sentence = "officers is not a list"
    with pytest.raises(PeopleRefused, match=sentence):
        services.load_people(people=changed(path, value), password="x", actor=system, now=now)
    assert not models.User.objects.exists()


def test_two_people_with_one_phone_cannot_be_loaded(offices: None, now: datetime, system: Actor) -> None:
    with pytest.raises(services.AlreadyTaken, match=r"he\.jing"):
        services.load_people(people=changed(["officers", 0, "phone"], "13800138000"), password="x", actor=system, now=now)


def test_a_key_acts_in_its_owners_name_until_it_ends(loaded: dict[str, models.User], now: datetime) -> None:
    clerk = selectors.actor_of(loaded["he.jing"].id)
    token = services.create_token(name="inbox robot", actor=clerk, now=now)
    assert selectors.actor_by_token(token) == clerk
    assert selectors.actor_by_token(token[:-1]) == Actor.anonymous()
    row = models.ApiToken.objects.get()
    assert token not in str(vars(row)), "the key itself is kept nowhere"
    services.touch_token(token=token, now=now)
    services.touch_token(token=token, now=now + timedelta(seconds=30))
    assert selectors.tokens_of(actor=clerk)[0].last_used_at == now
    other = selectors.actor_of(loaded["root"].id)
    with pytest.raises(NotFound):
        services.revoke_token(token_id=row.id, actor=other, now=now)
    services.revoke_token(token_id=row.id, actor=clerk, now=now)
    assert selectors.actor_by_token(token) == Actor.anonymous()


def test_a_key_of_a_closed_account_opens_nothing(loaded: dict[str, models.User], now: datetime, system: Actor) -> None:
    token = services.create_token(name="robot", actor=selectors.actor_of(loaded["wang.li"].id), now=now)
    services.set_active(user_id=loaded["wang.li"].id, active=False, actor=system, now=now)
    assert selectors.actor_by_token(token) == Actor.anonymous()


def test_people_change_their_own_language_and_nobody_elses(loaded: dict[str, models.User], now: datetime) -> None:
    person = selectors.actor_of(loaded["wang.li"].id)
    services.set_language(user_id=loaded["wang.li"].id, language="ru", actor=person, now=now)
    assert selectors.language_of(loaded["wang.li"].id) == "ru"
    with pytest.raises(Forbidden):
        services.set_language(user_id=loaded["root"].id, language="en", actor=person, now=now)
    with pytest.raises(services.LanguageRefused):
        services.set_language(user_id=loaded["wang.li"].id, language="tlh", actor=person, now=now)


@pytest.mark.parametrize("role", ["officer", "supervisor", "window", "leader"])
def test_only_administrators_load_people_and_close_accounts(role: str, loaded: dict[str, models.User], now: datetime) -> None:
    officer = Actor("officer", uuid4(), "reform-office", frozenset({role}))
    for actor in (officer, Actor("person", uuid4()), Actor.anonymous()):
        with pytest.raises(Forbidden):
            services.load_people(people=PEOPLE, password="x", actor=actor, now=now)
        with pytest.raises(Forbidden):
            services.set_active(user_id=loaded["root"].id, active=False, actor=actor, now=now)
        with pytest.raises(Forbidden):
            services.save_organisations(organisations=OFFICES, actor=actor, now=now)
    with pytest.raises(Forbidden):
        services.create_token(name="x", actor=Actor.anonymous(), now=now)


def test_the_record_of_acts_holds_no_names(loaded: dict[str, models.User]) -> None:
    rows = str(list(AuditEntry.objects.values()))
    assert "wang" not in rows
    assert "王丽" not in rows
    assert str(loaded["wang.li"].id) in rows or loaded["wang.li"].id.hex in rows
