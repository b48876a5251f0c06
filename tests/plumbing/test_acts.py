"""Who acts, what may be done, what is written down of it; time, text and settings."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from onewindow.config import environment
from onewindow.config.logs import failure_without_values
from onewindow.domain.errors import Forbidden
from onewindow.plumbing import audit, clock, permissions
from onewindow.plumbing.access_store.models import AccessEntry
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from onewindow.plumbing.text import localised

CLERK = Actor(kind="officer", id=uuid4(), organisation="market-regulation", roles=frozenset({"officer", "supervisor"}))


@pytest.fixture
def stamping() -> Iterator[str]:
    code = "tests.stamp"
    permissions.declare(code, says="Stamp papers of one's own office.", allows=lambda actor, office: actor.organisation == office)
    yield code
    permissions._declared.pop(code)


@pytest.mark.django_db
def test_whoever_may_do_it_does_it_and_others_are_stopped_and_written_down(stamping: str, caplog: pytest.LogCaptureFixture) -> None:
    permissions.require(CLERK, stamping, "market-regulation")
    assert caplog.records == []
    with caplog.at_level(logging.WARNING), pytest.raises(Forbidden):
        permissions.require(CLERK, stamping, "tax-service")
    [entry] = [item.msg for item in caplog.records]
    assert isinstance(entry, dict)
    assert (entry["event"], entry["permission"], entry["actor"]) == ("denied", stamping, str(CLERK.id))
    assert "tax-service" not in str(entry), "a subject that is not an id may be personal"
    denial = AccessEntry.objects.get()
    assert (denial.kind, denial.what, denial.actor_id, denial.subject_kind, denial.subject_id) == ("denied", stamping, CLERK.id, "str", "")


def test_buttons_are_asked_without_a_trace(stamping: str, caplog: pytest.LogCaptureFixture) -> None:
    assert not permissions.allowed(CLERK, stamping, "tax-service")
    assert caplog.records == []


def test_an_act_that_nobody_declared_is_a_mistake_and_not_a_permission() -> None:
    with pytest.raises(LookupError, match="Nobody declared"):
        permissions.require(CLERK, "tests.never-declared")


def test_two_rules_under_one_code_are_a_mistake(stamping: str) -> None:
    def everybody(_actor: Actor, _subject: object) -> bool:
        return True

    with pytest.raises(ValueError, match="declared twice"):
        permissions.declare(stamping, says="Everybody.", allows=everybody)


def test_every_declared_act_says_what_it_allows() -> None:
    assert all(item.says.strip().endswith(".") and item.code == code for code, item in permissions.declared().items())


@pytest.mark.django_db
def test_an_entry_stands_or_falls_with_its_act(now: datetime) -> None:
    case = uuid4()
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        audit.record(actor=CLERK, action="cases.accept", subject_kind="case", subject_id=case, at=now)
        raise RuntimeError
    assert not AuditEntry.objects.exists()
    audit.record(actor=CLERK, action="cases.accept", subject_kind="case", subject_id=case, at=now, details={"step": "accept"})
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.organisation, entry.subject_id) == (CLERK.id, "market-regulation", str(case))
    assert (entry.action, entry.at, entry.details) == ("cases.accept", now, {"step": "accept"})


def test_the_day_is_that_of_the_city() -> None:
    assert clock.local_date(datetime(2026, 3, 13, 15, 59, tzinfo=UTC)) == date(2026, 3, 13)
    assert clock.local_date(datetime(2026, 3, 13, 16, 0, tzinfo=UTC)) == date(2026, 3, 14)
    with pytest.raises(ValueError, match="without a zone"):
        clock.local_date(datetime(2026, 3, 13, 16, 0))
    assert clock.now().tzinfo is not None


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        ({"zh": "公章", "en": "Seal", "ru": "Печать"}, "ru", "Печать"),
        ({"zh": "公章", "en": "Seal"}, "zh-hans", "公章"),
        ({"en": "Seal", "ru": "Печать"}, "zh-hans", "Seal"),
        ({"zh": "公章", "en": ""}, "en", "公章"),
        ({"en": "Seal"}, "en-gb", "Seal"),
        ({}, "en", ""),
    ],
)
def test_text_comes_in_the_language_asked_for_else_the_first_present(value: dict[str, str], language: str, text: str) -> None:
    assert localised(value, language) == text


def test_a_log_line_names_the_failure_and_the_place_and_no_person() -> None:
    try:
        raise ValueError("王丽 23000019880412026X")
    except ValueError as error:
        entry = failure_without_values(None, "error", {"event": "failed", "exc_info": error})
    assert entry["failure"] == "ValueError"
    assert "test_acts.py" in entry["passed"][-1]
    assert "王丽" not in str(entry)


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONEWINDOW_SECRET_KEY", raising=False)
    home = tmp_path / "new" / "home"
    first = environment.secret_key(home, required=False)
    assert len(first) >= 50
    assert environment.secret_key(home, required=False) == first
    assert (home / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == ["secret-key"]
    with pytest.raises(ImproperlyConfigured, match="ONEWINDOW_SECRET_KEY"):
        environment.secret_key(home, required=True)
    monkeypatch.setenv("ONEWINDOW_SECRET_KEY", "given")
    assert environment.secret_key(home, required=True) == "given"


def test_database_addresses_are_read_or_refused_with_a_sentence() -> None:
    assert environment.database("sqlite:///srv/one%20window.sqlite3")["NAME"] == "/srv/one window.sqlite3"
    read = environment.database("postgresql://clerk:p%40ss@db.example:5433/city?sslmode=require")
    assert (read["NAME"], read["USER"], read["PASSWORD"], read["HOST"], read["PORT"]) == ("city", "clerk", "p@ss", "db.example", "5433")
    assert read["OPTIONS"] == {"options": "-c jit=off", "sslmode": "require"}
    with pytest.raises(ImproperlyConfigured, match="sqlite:///path"):
        environment.database("mysql://clerk:secret@db/city")
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.database("postgresql://clerk:secret@db:5433/city?nonsense=%%%")
    assert "secret" not in str(refused.value)


def test_a_switch_that_is_neither_on_nor_off_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEWINDOW_DEBUG", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="perhaps"):
        environment.flag("DEBUG")
