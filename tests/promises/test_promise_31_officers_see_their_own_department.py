"""Promise 31: officers see their own department only: every function, page and operation × role × department × owner (tests/matrix).

Lists, search, counts, what a case unfolds to, exports and files are among them. Then every guard is taken out, one at a time: each
time somebody gets in who must not, and the matrix notices.
"""

from collections.abc import Callable

import pytest

from onewindow.plumbing import clock
from tests.matrix import guards, mutants, routes, run, services
from tests.matrix.conftest import registers as registers
from tests.matrix.conftest import world as world
from tests.matrix.people import EVERYBODY, FEW, MANY, is_citizen
from tests.matrix.world import World

pytestmark = pytest.mark.django_db
Figure = Callable[[int, str], None]


def _sites(*folders: str) -> list[guards.Site]:
    """Return every guard that must count: not those with another right behind them, nor what offers buttons."""
    left = (site for site in guards.sites(*folders) if site.file not in mutants.BUTTONS and site.code not in mutants.OPEN_TO_ALL)
    return [site for site in left if str(site) not in {*mutants.ASKED_AGAIN, *mutants.KEEPS_CITIZENS_OUT}]


def test_every_function_lets_in_its_own_officers_and_with_any_guard_out_others_too(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    full_size: bool,
    figure: Figure,
) -> None:
    gate, sites = guards.Gate(), _sites("modules", "plumbing")
    people = [profile for profile in (EVERYBODY if full_size else MANY) if not is_citizen(profile)]
    with gate.watching(monkeypatch):
        found = run.tour(services.specs(world), people, gate)
        assert not found.mistakes, str(found)
        unnoticed = run.unnoticed(found, sites, gate)
    assert not unnoticed, "the matrix does not notice when these are out:\n" + "\n".join(unnoticed)
    told = f"{len(found.functions)} functions × {len(people)} officers and visitors: {found.questions:,} questions, 0 leaks"
    if full_size:  # the scopes take minutes
        scopes = _scopes_out(found, monkeypatch)
        figure(31, f"{told}; {len(sites)} guards and {scopes} scopes taken out one at a time: each noticed")


def _scopes_out(found: run.Tour, monkeypatch: pytest.MonkeyPatch) -> int:
    denials = sorted(found.denials, key=lambda row: not (row.cell.empty or row.cell.which))  # lists first: most scopes are theirs
    scopes, unnoticed = mutants.of_scopes(), []
    for name, (place, attribute, without) in scopes.items():
        with monkeypatch.context() as patch:
            patch.setattr(place, attribute, without)
            if run.let_through(denials) is None:
                unnoticed.append(name)
    assert not unnoticed, "the matrix does not notice when these scopes are out:\n" + "\n".join(unnoticed)
    return len(scopes)


@pytest.mark.own_database
def test_every_address_lets_in_its_own_officers_and_with_any_guard_out_others_too(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    full_size: bool,
    figure: Figure,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: world.now)
    gate, sites = guards.Gate(), _sites("web", "api")
    people = [
        profile
        for profile in (EVERYBODY if full_size else FEW)
        if profile.actor.kind != "system" and not profile.actor.assistance and not is_citizen(profile)
    ]
    browsers = routes.Browsers.signed_in(people)
    with gate.watching(monkeypatch):
        found = run.tour(routes.cells(world, browsers, both=full_size), people, gate)
        assert not found.mistakes, str(found)
        unnoticed = run.unnoticed(found, sites, gate)
    assert not unnoticed, "the matrix does not notice when these are out:\n" + "\n".join(unnoticed)
    told = f"{len(found.functions)} pages and operations × {len(people)} officers and visitors: {found.questions:,} questions, 0 leaks"
    figure(31, f"{told}; {len(sites)} guards taken out one at a time: each noticed")
