"""Promise 32: no citizen reaches another's object by its id, whoever they act for and whichever of a request's ids they exchange."""

from collections.abc import Callable

import pytest

from onewindow.plumbing import clock
from tests.matrix import guards, mutants, routes, run, services, swaps
from tests.matrix.conftest import registers as registers
from tests.matrix.conftest import world as world
from tests.matrix.people import AGENT, CITIZENS, OWNER
from tests.matrix.world import World

pytestmark = pytest.mark.django_db
Figure = Callable[[int, str], None]


def test_every_function_keeps_what_is_somebodys_for_them_and_their_agents(
    world: World,
    full_size: bool,
    figure: Figure,
) -> None:
    found = run.tour(services.specs(world), CITIZENS, guards.Gate())
    assert not found.mistakes, str(found)
    people = f"{len(CITIZENS)} citizens and agents"
    figure(32, f"{len(found.functions)} functions × {people} × 2 owners: {found.questions:,} questions, 0 reached")


@pytest.mark.own_database
def test_every_address_keeps_what_is_somebodys_for_them_also_where_one_id_is_anothers(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    full_size: bool,
    figure: Figure,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: world.now)
    gate, browsers = guards.Gate(), routes.Browsers.signed_in(CITIZENS)
    with gate.watching(monkeypatch):
        found = run.tour(routes.cells(world, browsers, both=full_size), CITIZENS, gate)
        assert not found.mistakes, str(found)
        sites = [site for site in guards.sites("web", "api") if str(site) in mutants.KEEPS_CITIZENS_OUT]
        assert run.unnoticed(found, sites, gate) == []
    own, other = world.things
    tried = [(swap, actor) for swap in swaps.swaps(own, other, world, browsers) for actor in (OWNER.actor, AGENT.actor)]
    reached = [f"{swap.what}: {what}" for swap, actor in tried if (what := swaps.reached(swap, actor))]
    assert not reached, "\n".join(reached)
    assert len(tried) > 100
    told = f"{len(found.functions)} pages and operations × {len(CITIZENS)}: {found.questions:,} questions, 0 reached"
    figure(32, f"{told}; {len(tried)} requests of one's own with one id exchanged for another's: 0 reached, 0 changed anything")
