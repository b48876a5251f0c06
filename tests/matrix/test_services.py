"""Every guard counts: the matrix notices when any one of them is taken out."""

import inspect

import pytest

from onewindow.modules.cases.selectors import scope
from tests.matrix import guards, mutants, run, services
from tests.matrix.people import EVERYBODY, MANY
from tests.matrix.world import World

pytestmark = pytest.mark.django_db


def test_no_public_function_comes_or_goes_without_a_word_on_who_may_call_it(world: World) -> None:
    told = {cell.function for cell in services.specs(world) if not cell.function.startswith("plumbing.")} | set(services.WITHOUT_ACTOR)
    assert not services.PUBLIC - told, f"say in tests/matrix/services.py who may call {sorted(services.PUBLIC - told)}"
    assert not told - services.PUBLIC, f"these functions are gone: {sorted(told - services.PUBLIC)}"


def test_no_scope_comes_without_its_mutant() -> None:
    names = {name for name, item in vars(scope).items() if inspect.isfunction(item) and item.__module__ == scope.__name__}
    assert names <= set(mutants.of_scopes()) | set(mutants.NO_GUARD)


def test_with_any_one_guard_out_somebody_gets_in_who_must_not(world: World, monkeypatch: pytest.MonkeyPatch, full_size: bool) -> None:
    gate = guards.Gate()
    with gate.watching(monkeypatch):
        mistakes, denials = run.tour(services.specs(world), EVERYBODY if full_size else MANY, gate)
        assert not mistakes, "\n".join(str(row) for row in mistakes)
        unnoticed = []
        for site in guards.sites("modules", "plumbing"):
            if site.file == mutants.BUTTONS or site.code in mutants.OPEN_TO_ALL or str(site) in mutants.ASKED_AGAIN:
                continue
            gate.out = site
            if run.let_through(row for row in denials if site in row.asked) is None:
                unnoticed.append(str(site))
        gate.out = None
        assert not unnoticed, "the matrix does not notice when these are out:\n" + "\n".join(unnoticed)
    if not full_size:
        return  # the scopes take minutes: make prove takes each of them out
    denials.sort(key=lambda row: not row.cell.empty)  # lists first: most scopes are theirs
    for name, (place, attribute, without) in mutants.of_scopes().items():
        with monkeypatch.context() as patch:
            patch.setattr(place, attribute, without)
            if run.let_through(denials) is None:
                unnoticed.append(name)
    assert not unnoticed, "the matrix does not notice when these scopes are out:\n" + "\n".join(unnoticed)
