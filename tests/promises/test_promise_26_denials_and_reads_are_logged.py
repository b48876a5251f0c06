"""Promise 26: denials and reads are logged even when the transaction around them rolls back, and whatever dies."""

import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from onewindow.domain.errors import Forbidden
from onewindow.modules.cases import selectors
from onewindow.plumbing import accesses, permissions
from onewindow.plumbing.access_store.commit import GroupCommit
from onewindow.plumbing.access_store.models import AccessEntry
from onewindow.plumbing.models import WorkYear
from tests.cases.town import MARKET, WANG
from tests.promises.installation import ROOT, Installation
from tests.web.desk_town import Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

CHILD = Path(__file__).with_name("access_lives.py")


class Undone(Exception):
    """Rolls a transaction back."""


def plainly(act: Callable[[], None]) -> None:
    act()


def rolled_back(act: Callable[[], None]) -> None:
    with transaction.atomic():
        act()
        raise Undone


def in_a_savepoint(act: Callable[[], None]) -> None:
    with transaction.atomic():
        try:
            with transaction.atomic():
                act()
                raise Undone
        except Undone:
            act()
        raise Undone


def before_the_database_breaks(act: Callable[[], None]) -> None:
    with transaction.atomic():
        WorkYear.objects.create(region="XX", year=2000, source="test")
        act()
        WorkYear.objects.create(region="XX", year=2000, source="test")


def in_a_broken_transaction(act: Callable[[], None]) -> None:
    with transaction.atomic():
        WorkYear.objects.create(region="XX", year=2000, source="test")
        try:
            WorkYear.objects.create(region="XX", year=2000, source="test")
        except IntegrityError:
            act()
        raise Undone


FAULTS = (plainly, rolled_back, in_a_savepoint, before_the_database_breaks, in_a_broken_transaction)


@pytest.mark.django_db(transaction=True)
def test_every_denial_and_every_look_is_there_whatever_becomes_of_the_act(
    now: datetime, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    permissions.declare("tests.never", says="Nobody.", allows=lambda _actor, _subject: False)
    dice, answered = random.Random(26), []
    count = 5000 if full_size else 200

    def act() -> None:
        ident = UUID(int=dice.getrandbits(128))
        answered.append(str(ident))
        if dice.random() < 0.5:
            accesses.read(actor=MARKET, what="tests.case", subject_kind="case", subject_id=ident, persons=[ident], at=now)
        else:
            permissions.require(MARKET, "tests.never", ident)

    try:
        for number in range(count):
            try:
                FAULTS[number % len(FAULTS)](act)
            except (Undone, Forbidden, IntegrityError):
                continue
    finally:
        permissions._declared.pop("tests.never")
    assert len(answered) >= count
    assert list(AccessEntry.objects.order_by("id").values_list("subject_id", flat=True)) == answered
    assert not WorkYear.objects.filter(region="XX").exists(), "everything around them was undone"
    figure(26, f"{len(answered):,} denials and looks in {len(FAULTS)} kinds of undone acts: all logged, once")


# --- killed ---


def lines_of(process: "subprocess.Popen[bytes]", wanted: int) -> list[str]:
    """Read what was answered, kill with signal 9 in the middle, and read what was answered until then."""
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(wanted)]
    process.kill()
    rest = process.stdout.read()
    process.wait()
    return [line.decode().strip() for line in (*told, *rest.splitlines(keepends=True)) if line.endswith(b"\n")]


@pytest.mark.own_database
def test_what_was_answered_before_a_kill_is_logged_and_the_log_stays_whole(
    installation: Installation, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    kills = 60 if full_size else 2
    environment = {**installation.environment, "DJANGO_SETTINGS_MODULE": "onewindow.config.settings"}
    dice, answered = random.Random(26), []
    for seed in range(kills):
        command = [sys.executable, str(CHILD), "work", str(seed)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        answered += lines_of(process, dice.randrange(40, 200))
    assert len(answered) >= 40 * kills
    with sqlite3.connect(installation.home / "onewindow-accesses.sqlite3") as store:
        kept = [f"{kind} {ident}" for kind, ident in store.execute("SELECT kind, subject_id FROM access_store_accessentry")]
    assert len(set(kept)) == len(kept)
    assert set(answered) - set(kept) == set()
    ran = subprocess.run([sys.executable, str(CHILD), "check"], cwd=ROOT, env=environment, capture_output=True, check=True, timeout=120)
    found = json.loads(ran.stdout)
    assert (found["faults"], found["waiting"]) == ([], 0)
    assert found["entries"] >= len(kept)
    figure(26, f"{kills} kills with signal 9: {len(answered):,} answered, 0 not logged; {found['entries']:,} entries, the log is whole")


# --- pages ---


@pytest.mark.own_database
def test_a_page_that_breaks_after_it_has_read_has_been_logged(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = desk.registered()
    AccessEntry.objects.all().delete()

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("onewindow.web.desk.views.frame.render", broken)
    client = desk.client(MARKET)
    client.raise_request_exception = False
    assert client.get(desk.path(case, "food.inspect")).status_code == 500
    (entry,) = AccessEntry.objects.filter(what="cases.case")
    assert (entry.actor_id, entry.case, list(entry.persons)) == (MARKET.id, case.pk, [str(WANG.id)])


@pytest.mark.own_database
def test_what_cannot_be_logged_is_not_shown(desk: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    case = desk.registered()
    page = selectors.case_page(case_id=case.pk, actor=MARKET, now=now)
    (paper,) = {file.id for line in page.evidence for file in line.files}

    def full(_rows: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(accesses, "_store", GroupCommit(full))
    for path in (desk.path(case, "food.inspect"), "/desk/", f"/api/v1/cases/{case.pk}", f"/cases/{case.pk}/"):
        shown = desk.client(MARKET).get(path)
        assert shown.status_code == 503, path
        assert page.title not in shown.content.decode()
    with pytest.raises(accesses.AccessNotLogged):
        selectors.attachment(attachment_id=paper, actor=MARKET, now=now)
