"""Taking over an older platform's accounts: every row is opened or refused with its reason, and a second run changes nothing."""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.auth.hashers import is_password_usable
from tests.identity.moving import HASH, WRONG, accounts, resident_id, wrong_rows

from onewindow.cli import accounts as command
from onewindow.modules.identity import services
from onewindow.modules.identity.models import Person, User
from onewindow.modules.identity.selectors import account_of, actor_of
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")


def take(rows: Any, now: datetime, source: str = "old") -> tuple[services.Taken, list[services.Refusal]]:
    refused: list[services.Refusal] = []
    taken = services.import_accounts(rows=rows, source=source, refuse=refused.append, progress=lambda _taken: None, actor=SYSTEM, now=now)
    return taken, refused


def test_every_right_row_becomes_an_account_that_can_log_in(now: datetime) -> None:
    taken, refused = take(accounts(30), now)
    assert (taken.opened, refused) == (30, [])
    first = User.objects.get(username="old.user.0")
    assert (first.phone, first.password) == ("13900000000", HASH)
    assert actor_of(first.pk).is_person
    second = User.objects.get(pk=account_of(email="old1@example.com"))
    assert not is_password_usable(second.password), "a code opens the door at first"
    assert not any(person.facts for person in Person.objects.all()), "a moved account proves nothing"
    assert AuditEntry.objects.filter(action="identity.import-account").count() == 30


def test_each_wrong_row_is_refused_for_its_reason_and_the_others_are_taken(now: datetime) -> None:
    right = list(accounts(3))
    taken, refused = take([*right, *wrong_rows()], now)
    assert taken.opened == 3
    found = {name: (refusal.column, refusal.code) for name, refusal in zip(WRONG, refused, strict=True)}
    assert found == {name: (column, code) for name, (_, column, code) in WRONG.items()}
    assert [refusal.line for refusal in refused] == list(range(5, 5 + len(WRONG)))


def test_a_second_run_changes_nothing(now: datetime) -> None:
    rows = [*accounts(20), *wrong_rows()]
    _, first = take(rows, now)
    before = list(User.objects.order_by("pk").values_list("pk", "username", "password"))
    acts = AuditEntry.objects.count()
    taken, second = take(rows, now)
    assert (taken.opened, taken.known) == (0, 20)
    assert [row.reason for row in first] == [row.reason for row in second]
    assert list(User.objects.order_by("pk").values_list("pk", "username", "password")) == before
    assert AuditEntry.objects.count() == acts


def test_a_run_that_stops_is_taken_up_again(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onewindow.modules.identity.moving.AT_ONCE", 10)

    def broken() -> Iterator[Mapping[str, str]]:
        for number, row in enumerate(accounts(30)):
            if number == 25:
                raise OSError
            yield row

    with pytest.raises(OSError):  # noqa: PT011  (the system's own words)
        take(broken(), now)
    assert User.objects.count() == Person.objects.count() == 20, "whole chunks, nothing half"
    taken, refused = take(accounts(30), now)
    assert (taken.opened, taken.known, refused) == (10, 20, [])


def test_whoever_is_here_already_is_not_taken_a_second_time(now: datetime) -> None:
    user = User.objects.create_user("here", None, phone="13900000001")
    Person.objects.create(user=user, facts={"resident-id": resident_id(2)})
    taken, refused = take(accounts(4), now)
    assert taken.opened == 2
    assert [(row.line, row.column) for row in refused] == [(3, "phone"), (4, "resident_id")]


def test_the_command_writes_a_file_of_rejects_for_its_owner_alone(now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "prepare", lambda: None)
    monkeypatch.setattr(command, "open_installation", lambda: None)
    file, rejects = tmp_path / "old.csv", tmp_path / "rejects.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(services.COLUMNS))
        writer.writeheader()
        writer.writerows([*accounts(500), *wrong_rows()])
    said = CliRunner().invoke(command.accounts, ["import", str(file), "--rejects", str(rejects)], catch_exceptions=False)
    assert f"500 opened, 0 here already, {len(WRONG)} refused." in said.output
    assert rejects.stat().st_mode & 0o077 == 0
    with rejects.open(encoding="utf-8", newline="") as read:
        rows = list(csv.DictReader(read))
    assert [(row["refused_column"], row["refused_code"]) for row in rows] == [(column, code) for _, column, code in WRONG.values()]
    assert rows[0]["line"] == "502"


def test_a_file_of_something_else_is_not_begun(now: datetime) -> None:
    with pytest.raises(services.ColumnsWrong, match="external_id"):
        take([{"id": "1", "name": "x"}], now)
