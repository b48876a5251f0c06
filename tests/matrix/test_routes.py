"""The matrix knows every address of the pages and of the API. Promises 31 and 32 try them all."""

import pytest

from tests.matrix import routes
from tests.matrix.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]


def test_no_address_comes_or_goes_without_a_word_on_whom_it_lets_in(world: World) -> None:
    cells = routes.cells(world, routes.Browsers({}), both=True)
    told = {cell.function.split(" ", 1)[1] if ":" in cell.function else cell.function for cell in cells} | routes.PUBLIC
    pages = routes.page_names()
    own = {name for name in pages if routes.OWN_ACCOUNT.match(name)}
    silent = sorted(set(pages) - own - told) + sorted(routes.operations() - told)
    assert not silent, f"say in tests/matrix/routes.py whom these let in: {silent}"
    with_ids = {name for name in own if routes.with_an_id(pages[name])} - routes.WITH_A_PROOF - routes.OWN_PASSKEY
    assert not with_ids, f"an account's page takes an id; say whose it may be: {sorted(with_ids)}"
