"""What happens to questions and answers after they were written: stamped, exported, archived, removed, and checked all the time."""

import gzip
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from pytest_django import Settings

from onewindow.cli.main import onewindow
from onewindow.domain.exchange import verify
from onewindow.domain.exchange.messages import bound
from onewindow.modules.exchange import jobs, messages, models, services, stamps
from onewindow.plumbing import clock
from onewindow.plumbing.models import AuditEntry
from onewindow_sources.stamps import StampAuthority, faults
from tests.exchange.conftest import NOW, SYSTEM, Sources
from tests.exchange.made import ask, exchanges

pytestmark = pytest.mark.django_db
VERIFIER = Path(__file__).resolve().parents[2] / "docs" / "verify_exchange.py"
TODAY = clock.now()


@pytest.fixture
def authority(sources: Sources, settings: Settings, tmp_path: Path) -> Sources:
    """The authority that the sources play, as an operator would name it."""
    settings.ONEWINDOW_TSA_URL = f"{sources.url}/tsa"
    settings.ONEWINDOW_TSA_ROOT = httpx.get(f"{sources.url}/tsa/root.pem", trust_env=False).text
    settings.ONEWINDOW_HOME = tmp_path
    stamps.forget()
    return sources


def stamp(now: datetime = NOW) -> int:
    return services.stamp_queries(actor=SYSTEM, now=now)


def test_questions_are_stamped_in_a_chain_exported_and_hold_for_somebody_without_our_code(
    authority: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "MOST", 3)
    list(exchanges(7, NOW))
    under_way = ask(NOW)
    assert stamp() == 7
    rows = list(models.Stamp.objects.order_by("number"))
    assert [(row.number, row.first, row.size) for row in rows] == [(1, 0, 3), (2, 3, 3), (3, 6, 1)]
    assert abs(rows[0].at - TODAY) < timedelta(hours=1), "the moment is the authority's, not ours"
    assert AuditEntry.objects.filter(action="exchange.stamp").count() == 3
    assert stamp() == 0, "nothing new was answered"

    said = services.verify_log(actor=SYSTEM)
    assert said.startswith("7 exchanges in 3 stamped batches hold")
    written = services.export_log(folder=tmp_path / "out", actor=SYSTEM, now=NOW)
    assert (written.exchanges, written.waiting) == (7, 1)
    command = [sys.executable, "-I", str(VERIFIER), str(tmp_path / "out"), "--key", str(tmp_path / "out/key.pem")]
    alone = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert alone.returncode == 0, alone.stderr
    head = said.rpartition("Head: ")[2]
    assert head in alone.stdout
    with pytest.raises(services.LogNotWritten):
        services.export_log(folder=tmp_path / "out", actor=SYSTEM, now=NOW)

    messages.answer(under_way, outcome="answered", values={"address": "x"})
    assert "1 more wait for their stamp" in services.verify_log(actor=SYSTEM)
    assert stamp() == 1
    services.export_log(folder=tmp_path / "later", actor=SYSTEM, now=NOW)
    with_head = CliRunner().invoke(onewindow, ["exchange", "verify", str(tmp_path / "later"), "--kept", head])
    assert (with_head.exit_code, "8 exchanges" in with_head.output) == (0, True), with_head.output
    later = with_head.output.rpartition("Head: ")[2].partition(" ")[0]
    cut_off = CliRunner().invoke(onewindow, ["exchange", "verify", str(tmp_path / "out"), "--kept", later])
    assert cut_off.exit_code == 1, "the end of a log cannot be cut off behind a head that somebody kept"


def test_an_authority_that_says_something_wrong_stamps_nothing(authority: Sources, settings: Settings) -> None:
    list(exchanges(2, NOW))
    for mode in (*faults, "down", "error", "garbage", "reset"):
        authority.fault("stamps", mode)
        with pytest.raises(services.StampFailed):
            stamp()
    authority.fault("stamps", "none")
    for root in ("", "/nowhere/root.pem", "-----BEGIN CERTIFICATE-----"):
        settings.ONEWINDOW_TSA_ROOT, kept = root, settings.ONEWINDOW_TSA_ROOT
        with pytest.raises(services.StampFailed):
            stamp()
        settings.ONEWINDOW_TSA_ROOT = kept
    assert not models.Stamp.objects.exists()
    jobs._stamp()
    assert models.Query.objects.exclude(stamp=None).count() == 2


def test_a_question_whose_asker_died_is_closed_as_lost_and_a_late_answer_is_given_to_nobody(authority: Sources) -> None:
    asked, fresh = ask(NOW), ask(NOW + timedelta(minutes=9))
    stamp(NOW + timedelta(minutes=11))
    row = models.Query.objects.get(uid=asked.uid)
    assert (row.outcome, row.stamp_id) == ("lost", 1)
    messages.signing_key().public_key().verify(bytes(row.response_signature), bytes(row.response))
    assert bound(bytes(row.request), bytes(row.response))
    assert models.Query.objects.get(uid=fresh.uid).outcome == ""
    with pytest.raises(services.SourceUnavailable):
        messages.answer(asked, outcome="answered", values={"address": "x"})
    assert models.Query.objects.get(uid=asked.uid).outcome == "lost"


def test_two_workers_never_stamp_the_same_questions(authority: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    list(exchanges(3, NOW))
    real = stamps.authority.stamp

    def while_another_stamps(message: bytes) -> Any:
        monkeypatch.setattr(stamps.authority, "stamp", real)
        assert stamp() == 3
        return real(message)

    monkeypatch.setattr(stamps.authority, "stamp", while_another_stamps)
    assert stamp() == 0
    assert models.Stamp.objects.count() == 1
    services.verify_log(actor=SYSTEM)

    lost = next(exchanges(1, NOW))
    monkeypatch.setattr(stamps.authority, "stamp", lambda message: (models.Query.objects.filter(uid=lost.uid).delete(), real(message))[1])
    assert stamp() == 0, "what is stamped must still be there"
    assert models.Stamp.objects.count() == 1


def test_the_archive_is_read_again_before_anything_is_removed_and_the_check_goes_on_over_it(
    authority: Sources, tmp_path: Path, settings: Settings
) -> None:
    jobs._archive()
    for days in (0, 1):
        list(exchanges(4, NOW + timedelta(days=days)))
        stamp()
        if days:
            jobs._archive()
        else:
            assert services.archive_log(actor=SYSTEM, now=NOW).exchanges == 4
    segment = tmp_path / "exchange-log" / "segments" / "000000001.jsonl.gz"
    list(exchanges(1, NOW))
    stamp()
    assert services.purge_log(actor=SYSTEM, now=TODAY).exchanges == 0, "they are young"
    settings.ONEWINDOW_EXCHANGE_LIFE = [{"from": "2026-01-01", "days": 30}, {"from": "2099-01-01", "days": 1}]
    whole, after = segment.read_bytes(), TODAY + timedelta(days=31)
    segment.write_bytes(gzip.compress(gzip.decompress(whole).replace(b"prefill", b"oversight", 1)))
    with pytest.raises(services.ArchiveChanged):
        services.purge_log(actor=SYSTEM, now=after)
    segment.rename(segment.with_suffix(".away"))
    with pytest.raises(services.ArchiveChanged):
        services.purge_log(actor=SYSTEM, now=after)
    assert models.Query.objects.count() == 9, "nothing was removed"
    segment.write_bytes(whole)
    purged = services.purge_log(actor=SYSTEM, now=after)
    assert (purged.exchanges, purged.segments) == (8, 2)
    assert models.Query.objects.count() == 1
    told = AuditEntry.objects.filter(action="exchange.purge").order_by("pk").first()
    assert told is not None
    assert (told.subject_id, told.details["stamps"], told.details["exchanges"]) == ("000000001.jsonl.gz", [1, 1], 4)
    assert services.verify_log(actor=SYSTEM).startswith("9 exchanges in 3 stamped batches")
    services.export_log(folder=tmp_path / "out", actor=SYSTEM, now=after)
    assert verify.verify(tmp_path / "out", None, None, ()).startswith("9 exchanges in 3")


def test_what_was_wrong_before_it_was_stamped_is_noticed_too(
    authority: Sources, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [TODAY.timestamp()]
    played = StampAuthority(clock=lambda: moment[0])
    settings.ONEWINDOW_TSA_ROOT = played.root_pem.decode()
    monkeypatch.setattr(stamps.authority, "_ask", lambda request: played.answer(request) or b"")
    list(exchanges(2, NOW))
    stamp()
    moment[0] -= 3600
    list(exchanges(2, NOW))
    with pytest.raises(services.StampFailed, match="before that of the last"):
        stamp()
    models.Stamp.objects.update(at=TODAY - timedelta(days=1))
    stamp()
    with pytest.raises(verify.Changed, match="stamped before"):
        services.verify_log(actor=SYSTEM)
    models.Query.objects.all().delete()
    models.Stamp.objects.all().delete()
    first, second = exchanges(2, NOW)
    answer = models.Query.objects.values("response", "response_signature").get(uid=second.uid)
    models.Query.objects.filter(uid=first.uid).update(**answer)
    stamp()
    with pytest.raises(verify.Changed, match="not the one to its question"):
        services.verify_log(actor=SYSTEM)


def test_the_words_people_read_in_the_database_are_those_that_were_signed(authority: Sources) -> None:
    asked = next(exchanges(1, NOW))
    stamp()
    row = models.Query.objects.filter(uid=asked.uid)
    before = row.values().get()
    changes = {"resource": "x", "actor_id": None, "purpose": "case", "fields": ["x"], "outcome": "down", "at": TODAY, "organisation": ""}
    for name, value in changes.items():
        row.update(**{name: value})
        with pytest.raises(verify.Changed):
            services.verify_log(actor=SYSTEM)
        row.update(**{name: before[name]})
    services.verify_log(actor=SYSTEM)
    line = json.loads(bytes(before["request"]))
    assert line["message"] == str(asked.uid)
