"""`onewindow token` at a terminal, and settings that cannot be used."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from onewindow.modules.identity.models import User
from onewindow.modules.identity.selectors import actor_by_token
from tests.cli.support import environment, on_test_database, onewindow

Token = Callable[..., "subprocess.CompletedProcess[str]"]

MAKE = """
from onewindow.config import setup
setup()
from onewindow.modules.identity.models import User
User.objects.create(username="anna")
"""
ASK = """
import sys
from onewindow.config import setup
setup()
from onewindow.modules.identity.selectors import actor_by_token
print(actor_by_token(sys.argv[1]).kind)
"""


@pytest.fixture
def token(tmp_path: Path, db: None) -> Token:
    """`onewindow token …` in this process, where anna is known and somebody's account is closed."""
    User.objects.create(username="anna")
    User.objects.create(username="closed", is_active=False)
    return partial(on_test_database, tmp_path, "token")


def python(home: Path, code: str, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment(home), capture_output=True, text=True, timeout=60, check=True
    )
    return ran.stdout.strip()


def test_a_token_works_until_it_is_revoked_and_is_listed_without_itself(token: Token) -> None:
    made = token("create", "anna", "--name", "my program").stdout.strip()
    assert made.startswith("ow_")
    assert actor_by_token(made).kind == "person"
    listed = token("list", "anna").stdout
    assert "my program" in listed
    assert "never used" in listed
    assert made not in listed
    ended = token("revoke", "anna", "my program")
    assert ended.returncode == 0, ended.stderr
    assert actor_by_token(made).kind == "anonymous"
    assert token("list", "anna").stdout == ""


def test_a_token_made_by_one_program_is_known_to_the_next(home: Path) -> None:
    python(home, MAKE)
    made = onewindow(home, "token", "create", "anna", "--name", "my program").stdout.strip()
    assert python(home, ASK, made) == "person"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("create", "nobody"), "Nobody has this username"),
        (("create", "closed"), "The account is closed"),
        (("revoke", "anna", "none"), "has no token “none”"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(token: Token, arguments: tuple[str, ...], says: str) -> None:
    ran = token(*arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert says in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_two_tokens_of_one_name_are_told_apart_by_their_ids(token: Token) -> None:
    for _ in range(2):
        token("create", "anna", "--name", "twin")
    ran = token("revoke", "anna", "twin")
    assert "2 tokens called “twin”" in ran.stderr
    first = token("list", "anna").stdout.split()[0]
    assert token("revoke", "anna", first).returncode == 0
    assert len(token("list", "anna").stdout.splitlines()) == 1


def test_a_setting_that_cannot_be_used_is_named_with_what_would_do(home: Path, tmp_path: Path) -> None:
    ran = onewindow(home, "token", "list", "anna", ONEWINDOW_REFERENCE_PREFIX="y-j")
    assert ran.returncode == 2
    assert "ONEWINDOW_REFERENCE_PREFIX is “y-j”" in ran.stderr
    ran = onewindow(home, "token", "list", "anna", ONEWINDOW_CITY_PLACES=str(tmp_path / "none.yaml"))
    assert "ONEWINDOW_CITY_PLACES" in ran.stderr
    file = tmp_path / "places.yaml"
    file.write_text("[{address: x}]", encoding="utf-8")
    assert "place 1" in onewindow(home, "token", "list", "anna", ONEWINDOW_CITY_PLACES=str(file)).stderr


def test_the_places_and_letters_of_a_city_come_from_its_settings(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "places.yaml"
    file.write_text("[{name: {zh: 政务大厅, en: Hall}, address: 1 Main Street, hours: 9-17}]", encoding="utf-8")
    code = (
        "from onewindow.config import setup; setup()\n"
        "from onewindow.web.site.city import city; from onewindow.modules.cases import references\n"
        "print(city().places[0].name['en'], city().places[0].address['ru'], references.prefix())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(home, ONEWINDOW_CITY_PLACES=str(file), ONEWINDOW_REFERENCE_PREFIX="YJ"),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ran.stdout.strip() == "Hall 1 Main Street YJ"
