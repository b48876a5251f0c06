"""The matrix knows every public function, and every scope has its mutant. Promises 31 and 32 try them all."""

import inspect

import pytest

from onewindow.modules.cases.selectors import scope
from tests.matrix import mutants, services
from tests.matrix.world import World


@pytest.mark.django_db
@pytest.mark.own_database
def test_no_public_function_comes_or_goes_without_a_word_on_who_may_call_it(world: World) -> None:
    told = {cell.function for cell in services.specs(world) if not cell.function.startswith("plumbing.")} | set(services.WITHOUT_ACTOR)
    assert not services.PUBLIC - told, f"say in tests/matrix/services.py who may call {sorted(services.PUBLIC - told)}"
    assert not told - services.PUBLIC, f"these functions are gone: {sorted(told - services.PUBLIC)}"


def test_no_scope_comes_without_its_mutant() -> None:
    names = {name for name, item in vars(scope).items() if inspect.isfunction(item) and item.__module__ == scope.__name__}
    assert names <= set(mutants.of_scopes()) | set(mutants.NO_GUARD)
