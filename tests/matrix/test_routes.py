"""The matrix of every address × role × department × owner: pages, files, lists, search and counts, and every operation of the API."""

import pytest

from onewindow.plumbing import clock
from tests.matrix import guards, mutants, routes, run
from tests.matrix.people import EVERYBODY, FEW
from tests.matrix.world import World

pytestmark = pytest.mark.django_db


def told(world: World, browsers: routes.Browsers) -> set[str]:
    return {cell.function.split(" ", 1)[1] if ":" in cell.function else cell.function for cell in routes.cells(world, browsers, both=True)}


def test_no_address_comes_or_goes_without_a_word_on_whom_it_lets_in(world: World) -> None:
    known = told(world, routes.Browsers({})) | routes.PUBLIC
    pages = routes.page_names()
    own = {name for name in pages if routes.OWN_ACCOUNT.match(name)}
    silent = sorted(set(pages) - own - known) + sorted(routes.operations() - known)
    assert not silent, f"say in tests/matrix/routes.py whom these let in: {silent}"
    with_ids = {name for name in own if routes.with_an_id(pages[name])} - routes.WITH_A_PROOF - routes.OWN_PASSKEY
    assert not with_ids, f"an account's page takes an id; say whose it may be: {sorted(with_ids)}"


def test_every_address_lets_in_whom_it_should_and_its_guards_count(world: World, monkeypatch: pytest.MonkeyPatch, full_size: bool) -> None:
    monkeypatch.setattr(clock, "now", lambda: world.now)
    gate, browsers = guards.Gate(), routes.Browsers({})
    people = [profile for profile in (EVERYBODY if full_size else FEW) if profile.actor.kind != "system"]
    for profile in people:
        browsers.of(profile.actor)  # signed in before the first try, which is taken back
    with gate.watching(monkeypatch):
        mistakes, denials = run.tour(routes.cells(world, browsers, both=full_size), people, gate)
        assert not mistakes, "\n".join(str(row) for row in mistakes)
        unnoticed = []
        for site in guards.sites("web", "api"):
            gate.out = site
            if run.let_through(row for row in denials if site in row.asked) is None and str(site) not in mutants.ASKED_AGAIN:
                unnoticed.append(str(site))
        assert not unnoticed, "the matrix does not notice when these are out:\n" + "\n".join(unnoticed)
