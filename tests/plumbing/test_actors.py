"""Who somebody is and what each declared act asks of them: no database, one table."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from onewindow.domain.errors import Forbidden, SecondFactorMissing
from onewindow.modules.cases.permissions import Revealable
from onewindow.plumbing import accesses, permissions
from onewindow.plumbing.actors import Acting, Actor, Hat

ONE, OTHER, WARD, GROUND = (UUID(int=number) for number in (1, 2, 3, 4))
NOBODY, PERSON, SYSTEM = Actor.anonymous(), Actor("person", ONE), Actor.system("tests")
AGENT = Actor("person", ONE, on_behalf_of=Acting(WARD, "natural", GROUND, frozenset({"move"})))
CLERK = Actor("officer", ONE, "market", frozenset({"officer"}))
NORTH = frozenset({"230102"})


def officer(*roles: str, organisation: str = "market", **more: Any) -> Actor:
    return Actor("officer", ONE, organisation, frozenset(roles), **more)


def standing_in(*roles: str) -> Actor:
    return officer("window", stands_in=(Hat("market", frozenset(roles), NORTH),))


def may(code: str, *actors: Actor, subject: Any = None) -> list[bool]:
    return [permissions.allowed(actor, code, subject) for actor in actors]


def test_what_is_withheld_comes_back_with_the_second_step_and_only_that() -> None:
    chief = officer("officer", "admin", stands_in=(Hat("market", frozenset({"supervisor", "officer"}), NORTH),))
    waiting = chief.without(frozenset({"admin", "supervisor", "leader"}))
    assert (waiting.roles, waiting.withheld) == ({"officer"}, {"admin", "supervisor"})
    assert waiting.stands_in == (Hat("market", frozenset({"officer"}), NORTH),)
    assert (waiting.complete.roles, waiting.complete.withheld) == ({"officer", "admin", "supervisor"}, frozenset())
    assert waiting.without(frozenset({"officer"})).withheld == {"admin", "supervisor", "officer"}
    assert (waiting.is_supervisor, waiting.complete.is_supervisor) == (False, True)
    assert replace(chief, roles=frozenset()).is_supervisor, "by a colleague's post"


def test_everybody_is_one_kind_and_has_one_key() -> None:
    kinds = [(a.is_known, a.is_person, a.is_officer, a.is_system) for a in (NOBODY, PERSON, CLERK, SYSTEM)]
    assert kinds == [(False,) * 4, (True, True, False, False), (True, False, True, False), (True, False, False, True)]
    assert (NOBODY.name, SYSTEM.name, NOBODY.id, SYSTEM.id) == (None, "tests", None, None)
    assert [a.key for a in (NOBODY, PERSON, SYSTEM, AGENT)] == ["anonymous", str(ONE), "system:tests", f"{ONE}@{WARD}"]
    assert Actor("anonymous", on_behalf_of=AGENT.on_behalf_of).key == "anonymous"
    assert PERSON.known_id == ONE
    with pytest.raises(TypeError, match=r"^An actor of the kind system came to an act for people with an account: its permission let them"):
        _ = SYSTEM.known_id


def test_a_post_holds_its_roles_in_its_organisation_and_region_only() -> None:
    clerk = officer("officer", regions=NORTH, stands_in=(Hat("fire", frozenset({"supervisor"})),))
    assert clerk.hats == (Hat("market", frozenset({"officer"}), NORTH), Hat("fire", frozenset({"supervisor"})))
    assert clerk.hats_of("supervisor", "window") == clerk.hats[1:]
    assert Actor("officer", ONE, None, frozenset({"officer"})).hats == ()
    assert Actor("system", roles=frozenset({"admin"})).has_role("admin", "officer")
    assert [clerk.has_role(role) for role in ("officer", "supervisor", "window")] == [True, True, False]
    asked = [("officer", "market", "230102"), ("officer", "market", "2399"), ("officer", "market", ""), ("supervisor", "fire", "")]
    assert [clerk.acts_as(role, organisation=office, region=region) for role, office, region in asked] == [True, False, False, True]
    assert not clerk.acts_as("officer", organisation="market"), "a matter of the whole city"
    assert not clerk.acts_as("supervisor", organisation="market", region="230102")


def test_who_acts_for_another_is_the_other_in_the_matters_of_the_mandate() -> None:
    assert (PERSON.party, AGENT.party, NOBODY.party) == (ONE, WARD, None)
    assert [PERSON.is_party(*given) for given in ((ONE, "move"), (OTHER, "move"))] == [True, False]
    assert [AGENT.is_party(*given) for given in ((WARD, "move"), (WARD, "retire"), (ONE, "move"))] == [True, False, False]
    whole = replace(AGENT, on_behalf_of=Acting(WARD, "natural"))
    assert whole.is_party(WARD, "retire")
    assert not replace(whole, id=None).is_party(WARD, "move")
    assert [AGENT.is_close_to(party) for party in (ONE, WARD, OTHER)] == [True, True, False]
    assert replace(CLERK, represents=frozenset({OTHER})).is_close_to(OTHER)
    assert (Acting(WARD, "natural").manages, Acting(WARD, "natural").mandate) == (False, None)


def test_the_catalogue_the_sources_and_the_systems_are_changed_by_those_who_keep_them() -> None:
    everybody = (SYSTEM, officer("admin"), officer("reformer"), officer("officer"), standing_in("admin", "reformer"), PERSON, NOBODY)
    editors, keepers = [True, True, True, False, False, False, False], [True, True, False, False, False, False, False]
    for code in ("catalogue.draft", "catalogue.publish"):
        assert may(code, *everybody) == editors
    assert may("catalogue.load", *everybody) == keepers
    assert may("exchange.load", *everybody) == keepers
    assert may("exchange.query", *everybody) == [True] * 6 + [False]
    assert may("signon.keys", *everybody) == [True] + [False] * 6
    assert may("signon.systems", *everybody, subject="market") == keepers
    assert may("signon.systems", *everybody, subject="fire") == may("signon.systems", *everybody) == [True] + [False] * 6
    nowhere = replace(officer("admin"), organisation=None)
    assert may("signon.systems", nowhere, replace(officer("admin"), kind="person"), subject="market") == [False, False]
    assert may("signon.systems", nowhere) == may("identity.staff", nowhere) == [False]
    assert may("signon.log-in", *everybody, replace(CLERK, id=None)) == [False, True, True, True, True, True, False, False]
    assert may("signon.log-in", replace(SYSTEM, id=ONE)) == [False]


def test_people_and_posts_are_changed_by_oneself_or_by_ones_own_administrator() -> None:
    admin, deputy = officer("admin"), standing_in("admin", "reformer")
    everybody = (SYSTEM, admin, officer("reformer"), deputy, CLERK, PERSON, NOBODY)
    assert may("identity.save-organisations", *everybody) == [True, True, True, True, False, False, False]
    assert may("identity.load-people", *everybody) == [True] + [False] * 6
    assert may("identity.open-account", *everybody) == [True] * 7
    assert may("identity.staff", *everybody, subject="market") == [False, True] + [False] * 5
    assert may("identity.staff", admin, replace(admin, kind="person"), subject="fire") == [False, False]
    assert may("identity.staff", replace(admin, kind="person"), subject="market") == [False]
    for code in ("identity.identify", "identity.own-data", "identity.set-password"):
        assert may(code, PERSON, CLERK, NOBODY, SYSTEM, Actor("anonymous", ONE), subject=ONE) == [True, True, False, False, False]
        assert may(code, PERSON, subject=OTHER) == may(code, NOBODY) == may(code, SYSTEM) == [False]
    own, colleague = (SimpleNamespace(user_id=user, organisation_id="market") for user in (ONE, OTHER))
    assert may("identity.leave", CLERK, admin, deputy, PERSON, SYSTEM, subject=own) == [True, True, True, False, False]
    assert may("identity.leave", CLERK, admin, deputy, PERSON, SYSTEM, subject=colleague) == [False, True, False, False, False]
    window = officer("window")
    others = (replace(window, id=None), replace(window, kind="person"), CLERK, SYSTEM)
    assert may("identity.confirm-in-person", window, standing_in("officer"), *others) == [True, True, False, False, False, False]


def test_at_the_desk_one_acts_for_ones_own_office_and_never_in_a_case_of_ones_own() -> None:
    case = SimpleNamespace(applicant=OTHER, event="move", region="230102", plan={})
    step = SimpleNamespace(organisation="market", case=case, service="food")
    chief, window = officer("supervisor"), officer("window", organisation="hall")
    south, lent = officer("officer", "window", regions=frozenset({"2399"})), standing_in("officer", "supervisor")
    close = officer("officer", "supervisor", "window", represents=frozenset({OTHER}))
    everybody = (CLERK, chief, window, lent, south, close, officer("officer", organisation="fire"), PERSON, SYSTEM)
    wanted = {
        "cases.work": "clerk lent",
        "cases.decide": "clerk lent",
        "cases.accept": "clerk window lent",
        "cases.second-notice": "chief lent",
        "cases.release": "chief lent",
        "cases.take-payment": "clerk window lent",
        "cases.revoke": "clerk chief lent",
        "cases.second-officer": "clerk chief lent",
    }
    names = ("clerk", "chief", "window", "lent", "south", "close", "fire", "person", "system")
    for code, who in wanted.items():
        assert dict(zip(names, may(code, *everybody, subject=step), strict=True)) == {name: name in who.split() for name in names}, code
    for code in ("cases.accept-all", "cases.withdraw-service"):
        assert may(code, *everybody, subject=case) == [False, False, True, True, False, False, False, False, False]
    assert may("cases.desk", *everybody) == [True] * 7 + [False] * 2
    assert may("cases.desk", officer("admin"), replace(CLERK, kind="person")) == [False, False]
    assert may("cases.fetch", *everybody) == may("cases.escalate", *everybody) == [False] * 8 + [True]
    own = SimpleNamespace(owner=WARD, applicant=WARD, event="move", assistance=None)
    for code in ("cases.edit-draft", "cases.withdraw", "cases.answer-notice"):
        assert may(code, AGENT, PERSON, SYSTEM, subject=own) == [True, False, False]
        assert may(code, AGENT, subject=SimpleNamespace(owner=WARD, applicant=WARD, event="retire", assistance=None)) == [False]
    assert may("cases.draft", PERSON, CLERK, NOBODY, SYSTEM, replace(PERSON, id=None)) == [True, True, False, False, False]

    def reveals(*offices: str, accepting: bool = False, of: Any = case) -> list[bool]:
        return may("cases.reveal", *everybody, subject=Revealable(of, frozenset(offices), accepting))

    assert reveals("tax", "market") == [True, True, False, True, False, False, False, False, False]
    assert reveals("fire") == [False] * 6 + [True, False, False]
    assert reveals(accepting=True) == [False, False, True, True, False, False, False, False, False]
    assert reveals("market", accepting=True, of=SimpleNamespace(applicant=ONE, event="move", region="230102", plan={})) == [False] * 9


def test_a_role_that_waits_for_the_second_step_is_told_so_and_any_other_is_just_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(accesses, "denied", lambda **row: told.append(row))
    waiting = officer("officer", "admin").without(frozenset({"admin"}))
    with pytest.raises(SecondFactorMissing, match=r"second step at log-in \(catalogue\.load\)"):
        permissions.require(waiting, "catalogue.load")
    for actor, code in ((waiting, "signon.keys"), (CLERK, "catalogue.load")):
        with pytest.raises(Forbidden) as refused:
            permissions.require(actor, code, OTHER)
        assert type(refused.value) is Forbidden
        assert f"({code})" in str(refused.value)
    with pytest.raises(SecondFactorMissing):
        permissions.require(waiting, "identity.staff", "market")
    with pytest.raises(Forbidden):
        permissions.require(waiting, "identity.staff", "fire")
    assert [(row["actor"], row["permission"], row["subject"]) for row in told] == [
        (waiting, "catalogue.load", None),
        (waiting, "signon.keys", OTHER),
        (CLERK, "catalogue.load", OTHER),
        (waiting, "identity.staff", "market"),
        (waiting, "identity.staff", "fire"),
    ]


def test_whoever_is_stopped_stands_in_the_log_by_id_or_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[tuple[Any, ...]] = []
    monkeypatch.setattr(accesses, "denied", lambda **_row: None)
    monkeypatch.setattr(permissions._log, "warning", lambda *said, **row: lines.append((*said, row)), raising=False)
    post = SimpleNamespace(pk=uuid4())
    for actor, subject in ((CLERK, post), (replace(SYSTEM, kind="anonymous"), None)):
        with pytest.raises(Forbidden):
            permissions.require(actor, "signon.keys", subject)
    common = {"permission": "signon.keys"}
    who = {"actor_kind": "officer", "actor": str(ONE), "organisation": "market", "subject": f"simplenamespace {post.pk}"}
    part = {"actor_kind": "anonymous", "actor": "tests", "organisation": None, "subject": None}
    assert lines == [("denied", {**common, **who}), ("denied", {**common, **part})]


def test_one_rule_may_be_declared_again_and_the_register_of_rules_is_read_only() -> None:
    code = "catalogue.load"
    known = permissions.declared()[code]
    assert permissions.declare(code, says="again", allows=known.allows) is known
    try:
        made = permissions.declare("tests.new", says="Say it.", allows=known.allows)
        assert made == permissions.declared()["tests.new"] == permissions.Permission("tests.new", "Say it.", known.allows)
    finally:
        permissions._declared.pop("tests.new", None)
    with pytest.raises(TypeError):
        permissions.declared()["x"] = known  # type: ignore[index]  # that it cannot be written is what is tested
    said = r"^The permission catalogue\.load is declared twice\. Give one of them another code\.$"
    with pytest.raises(ValueError, match=said):
        permissions.declare(code, says="x", allows=permissions.declared()["catalogue.draft"].allows)
    missing = "Nobody declared the permission tests.none. Declare it in the permissions.py of its module."
    with pytest.raises(LookupError) as found:
        permissions.allowed(CLERK, "tests.none")
    assert found.value.args == (missing,)
