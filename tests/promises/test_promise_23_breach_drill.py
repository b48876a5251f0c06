"""Promise 23: when something leaked, one command says whom it concerns, which data, and what to do: nobody missing, nobody extra."""

import json
import random
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps

from onewindow.modules.breach import services as breach
from onewindow.modules.breach.models import LetterSent
from onewindow.modules.cases import models, selectors
from onewindow.modules.exchange.models import AccessRequest, Query
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import User
from onewindow.modules.messages.models import Message
from onewindow.plumbing import accesses, clock, personal
from onewindow.plumbing.access_store.models import AccessEntry
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.exposure import CATEGORIES
from onewindow.plumbing.models import AuditEntry
from onewindow.plumbing.sealing.fields import sealed_fields
from tests.cases.town import CITY, FIRE, LIU, MARKET, TAX, WANG, WINDOW
from tests.cli.support import on_test_database
from tests.promises.installation import ROOT
from tests.web.desk_town import Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

SYSTEM = Actor.system("drill")


class Journal:
    """What the browsers of officers received: the drill's answer is compared with this, and it knows nothing of any log."""

    def __init__(self, desk: Desk, cases: list[models.Case]) -> None:
        self.desk, self.cases = desk, {case.reference: case.applicant for case in cases}
        self.ids = {case.reference: str(case.pk) for case in cases}
        self.seen: dict[UUID, list[tuple[datetime, str]]] = {}

    def get(self, actor: Actor, path: str, *, also: str = "") -> None:
        response = self.desk.client(actor).get(path)
        assert response.status_code == 200, path
        received = b"".join(response.streaming_content) if response.streaming else response.content
        found = {name for name, ident in self.ids.items() if name.encode() in received or ident.encode() in received}
        assert actor.id is not None
        self.seen.setdefault(actor.id, []).extend((self.desk.now, name) for name in found | ({also} if also else set()))

    def told_by(self, actor: Actor, since: datetime) -> dict[str, set[str]]:
        """Return {person: references} of what an officer received since a moment."""
        told: dict[str, set[str]] = {}
        for at, name in self.seen.get(actor.id or UUID(int=0), ()):
            if at >= since:
                told.setdefault(str(self.cases[name]), set()).add(name)
        return told


def ask(home: Path, *arguments: str) -> dict[str, Any]:
    ran = on_test_database(home, "breach", *arguments, "--json")
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def persons(answer: dict[str, Any], *, but: Actor | None = None) -> dict[str, dict[str, Any]]:
    return {row["account"]: row for row in answer["persons"] if but is None or row["account"] != str(but.id)}


def name_of(actor: Actor) -> str:
    return str(User.objects.get(pk=actor.id).username)


@pytest.mark.own_database
def test_the_list_is_what_the_browser_of_whoever_used_the_account_received(
    desk: Desk,
    tmp_path: Path,
    figure: Callable[[int, str], None],
) -> None:
    wang, liu = desk.registered(), desk.file(actor=LIU)
    journal = Journal(desk, [wang, liu])
    journal.get(MARKET, f"/api/v1/cases/{liu.pk}")
    journal.get(CITY, "/desk/")
    desk.wait(hours=1)
    since = clock.now()
    paper = models.Attachment.objects.filter(case=wang).values_list("pk", flat=True)[0]
    journal.get(MARKET, desk.path(wang, "food.inspect"))
    journal.get(MARKET, f"/desk/cases/{wang.pk}/papers/{paper}/", also=wang.reference)
    journal.get(FIRE, desk.path(wang, "fire.inspect"))
    journal.get(TAX, "/api/v1/inbox?view=department")
    assert desk.client(MARKET).get(f"/staff/post/{1}/").status_code in {403, 404}  # an attempt that was stopped
    span = ("--since", since.isoformat())

    shown: dict[UUID | None, dict[str, dict[str, Any]]] = {}
    for actor in (MARKET, FIRE, TAX, CITY):
        answer = ask(tmp_path, "account", name_of(actor), *span)
        rows = shown[actor.id] = persons(answer, but=actor)
        told = journal.told_by(actor, since)
        assert {key: set(row["cases"]) for key, row in rows.items() if row["looks"]} == told, "nobody is missing, nobody is extra"
        assert rows.keys() == told.keys(), "none of them has done anything since"
        assert answer["log"] == "holds"
        own = persons(answer)[str(actor.id)]
        assert "post" in own["categories"], "the account's own holder is concerned as well"
    assert set(shown[MARKET.id][str(WANG.id)]["categories"]) >= {"identity", "documents", "address", "matter"}
    assert "contact" not in shown[MARKET.id][str(WANG.id)]["categories"], "the telephone was masked"
    assert "documents" not in shown[FIRE.id][str(WANG.id)]["categories"]
    assert shown[CITY.id] == {}

    whole = ask(tmp_path, "account", name_of(MARKET), "--known-at", "2024-05-13T09:00")
    assert {key: set(row["cases"]) for key, row in persons(whole, but=MARKET).items() if row["looks"]} == journal.told_by(
        MARKET, since - timedelta(days=9)
    )
    assert persons(whole)[str(WANG.id)]["changed"] > 0, "what it decided may be wrong now"
    assert {row["command"].split()[1] for row in whole["remedies"] if row["command"]} >= {"accounts", "breach", "audit"}
    assert {(row["to"], row["at_once"]) for row in whole["clock"]} == {("authority", True), ("persons", True)}
    assert AuditEntry.objects.filter(action="breach.find", subject_kind="incident").count() == 5
    known = {WANG.id: ("王丽", "13800000001"), LIU.id: ("刘强", "13800000002")}
    assert not any(text in json.dumps(whole, ensure_ascii=False) for texts in known.values() for text in texts), "no names unasked"
    figure(23, f"pages and API: {len(journal.seen)} accounts, journal and answer the same")


@pytest.mark.own_database
def test_a_hundred_thousand_looks_are_sorted_through_within_the_hour(
    now: datetime, full_size: bool, figure: Callable[[int, str], None], db: None
) -> None:
    dice, count = random.Random(23), 100_000 if full_size else 400
    officers = [Actor(kind="officer", id=UUID(int=place), organisation="market") for place in range(1, 9)]
    journal: dict[UUID, dict[UUID, set[str]]] = {}
    since, until = now + timedelta(minutes=count // 4), now + timedelta(minutes=3 * count // 4)
    for minute in range(count):
        actor, at = dice.choice(officers), now + timedelta(minutes=minute)
        several = {
            UUID(int=dice.randrange(1000, 1000 + count // 4)): [UUID(int=dice.getrandbits(120))] for _ in range(dice.choice((1, 1, 1, 3)))
        }
        accesses.read(actor=actor, what="cases.inbox", subject_kind="organisation", subject_id="market", persons=several, at=at)
        if since <= at <= until and actor.id:
            for person, cases in several.items():
                journal.setdefault(actor.id, {}).setdefault(person, set()).update(str(case) for case in cases)
    began, concerned = time.perf_counter(), 0
    for actor in officers:
        leak = breach.Leak("account", (str(actor.id),), since, until)
        found = breach.find(leak=leak, incident="drill", actor=SYSTEM, now=until)
        assert {row.person: set(row.cases) for row in found.persons} == journal[actor.id or UUID(int=0)]
        concerned += len(found.persons)
    seconds = (time.perf_counter() - began) / len(officers)
    assert seconds < 3600
    everybody = breach.find(leak=breach.Leak("span", (), since, until), incident="drill", actor=SYSTEM, now=until)
    assert {row.person for row in everybody.persons} == {person for told in journal.values() for person in told}
    figure(23, f"{count:,} looks: {concerned:,} persons concerned by 8 accounts, 0 missing, 0 extra, {seconds:.2f} s an account")


def test_what_was_copied_says_whose_it_was_and_what_stays_sealed(desk: Desk, tmp_path: Path, now: datetime) -> None:
    desk.registered(), desk.file(actor=LIU)
    values = ask(tmp_path, "table", "cases_casevalue", "--no-verify")
    assert persons(values).keys() == {str(WANG.id), str(LIU.id)}
    assert persons(values)[str(WANG.id)]["categories"] == ["matter"], "the names of the elements alone lie open"
    assert set(persons(values)[str(WANG.id)]["sealed"]) >= {"identity", "address", "enterprise"}
    opened = ask(tmp_path, "table", "cases_casevalue", "--key-known", "--no-verify")
    assert "identity" in persons(opened)[str(LIU.id)]["categories"]
    assert any("keys master" in row["command"] for row in opened["remedies"])
    files = ask(tmp_path, "files", "--no-verify")
    assert {key: row["sealed"] for key, row in persons(files).items()} == {str(WANG.id): ["documents"], str(LIU.id): ["documents"]}
    assert files["counts"]["sealed_only"] == 2
    whole = ask(tmp_path, "table", "--no-verify")
    assert persons(whole).keys() >= {str(row) for row in User.objects.values_list("pk", flat=True)}
    wrong = on_test_database(tmp_path, "breach", "table", "cases_nothing", "--no-verify")
    assert (wrong.returncode, "cases_casevalue" in wrong.stderr) == (2, True)


@pytest.mark.own_database
def test_a_register_a_token_and_a_masked_value_lead_to_those_they_were_about(
    desk: Desk,
    tmp_path: Path,
    now: datetime,
) -> None:
    case = desk.registered()
    draft = models.Draft.objects.get(filed_case=case)
    gone = UUID(int=5)
    for subject in (draft.pk, gone):
        Query.objects.create(
            at=desk.now, actor_kind="person", actor_id=WANG.id, resource="property-register", subject_id=subject, purpose="p",
            fields=["address"], outcome="answered", duration_ms=1,
        )  # fmt: skip
    leak = breach.Leak("register", ("property-register",), now - timedelta(days=1), now + timedelta(days=1))
    found = breach.find(leak=leak, incident="drill", actor=SYSTEM, now=now)
    assert ({row.person for row in found.persons}, found.unresolved) == ({WANG.id}, 1)
    assert on_test_database(tmp_path, "breach", "register", "property-register").returncode == 2, "the town's registers have no connector"
    made = identity.create_token(name="program", actor=MARKET, now=now)
    assert desk.client(None).get(f"/api/v1/cases/{case.pk}", headers={"Authorization": f"Bearer {made}"}).status_code == 200
    told = ask(tmp_path, "token", name_of(MARKET), "program", "--no-verify")
    assert str(WANG.id) in persons(told)
    assert any("token revoke" in row["command"] for row in told["remedies"])
    assert "contact" not in persons(told)[str(WANG.id)]["categories"]
    desk.post(MARKET, f"{desk.path(case, 'food.inspect')}values/contact-phone/", {"reason": "call-applicant"})
    assert "contact" in persons(ask(tmp_path, "token", name_of(MARKET), "program", "--no-verify"))[str(WANG.id)]["categories"]


@pytest.mark.own_database
def test_letters_go_to_each_once_in_their_language_and_only_when_asked(desk: Desk, tmp_path: Path) -> None:
    case = desk.registered()
    other = desk.file(actor=LIU)
    User.objects.filter(pk=LIU.id).update(language="ru")
    for looked in (case, other):
        assert desk.client(WINDOW).get(f"/api/v1/cases/{looked.pk}").status_code in {200, 404}
    selectors.case_page(case_id=other.pk, actor=MARKET, now=desk.now)
    selectors.case_page(case_id=case.pk, actor=MARKET, now=desk.now)
    out = tmp_path / "out"
    ran = on_test_database(tmp_path, "breach", "account", name_of(MARKET), "--incident", "drill-1", "--names", "--out", str(out))
    assert ran.returncode == 0, ran.stderr
    assert (out / "report.json").stat().st_mode & 0o077 == 0
    written = (out / "report.md").read_text()
    assert "王丽" in written
    assert "Art. 57" in written
    assert {row.what for row in accesses.of_person(WANG.id or UUID(int=0))} >= {"breach.name"}, "whoever was named sees it"
    page = desk.get(WANG, "/who-looked/", language="en")
    assert "Read your name, to tell you of an incident" in page.text

    report = str(out / "report.json")
    Message.objects.all().delete()
    dry = on_test_database(tmp_path, "breach", "letters", report)
    assert "nothing was sent" in dry.stdout
    assert all(f"--- {language}:" in dry.stdout for language in ("zh-hans", "en", "ru"))
    assert (Message.objects.count(), LetterSent.objects.count()) == (0, 0)
    sent = on_test_database(tmp_path, "breach", "letters", report, "--send")
    assert "sms ru: 1" in sent.stdout
    assert "sms zh-hans: 1" in sent.stdout
    assert str(MARKET.id) in sent.stdout, "who has no address is named by number, for a letter by post"
    again = on_test_database(tmp_path, "breach", "letters", report, "--send")
    assert again.stdout.startswith("0 letters")
    assert "2 were told before" in again.stdout
    assert Message.objects.filter(template="breach").count() == 2


# --- nothing is forgotten ---


@pytest.mark.own_database
def test_every_kind_of_look_and_every_sealed_column_has_said_what_it_gives_away() -> None:
    exposures = personal.exposures()
    told = {what for exposure in exposures for what in exposure.looks}
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/onewindow").rglob("*.py"))
    codes = set(re.findall(r'what="([a-z]+\.[a-z-]+)"', source)) | set(re.findall(r'_look\("([a-z.]+)"', source))
    assert codes <= told, f"say in the module's exposure what these show: {codes - told}"
    tables = {
        (table.model, column) for exposure in exposures for table in exposure.tables for column in (*table.columns, *_of_element(table))
    }
    real = {(model, name) for model in apps.get_models() for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    assert tables <= real, "a column that is not there says nothing"
    held = {(model, field.attname) for model in apps.get_models() if hasattr(model, "from_db") for field in sealed_fields(model)}
    left = {f"{model.__name__}.{column}" for model, column in held - tables}
    beside = {"IdempotencyKey.result", "Proposal.payload", "Proposal.reason", "RecordStore.secret"}
    assert left == beside, (
        "an answer kept a day for a retry, what a second officer is asked, the secret of a record store: none of them names anybody"
    )
    people = {"user", "owner", "applicant", "party", "receiver", "holder", "person", "actor_id", "representative"}
    about = {
        model for model in apps.get_models() for field in model._meta.concrete_fields if field.name in people or field.related_model is User
    }
    assert about - {table for table, _ in tables} == {AccessEntry, AccessRequest}, (
        "of the one the rows beside it say it, the other is an office's"
    )
    kinds = {kind for exposure in exposures for table in exposure.tables for kinds in table.columns.values() for kind in kinds.split()}
    assert kinds <= set(CATEGORIES)


def _of_element(table: Any) -> tuple[str, ...]:
    return ("value", "note") if table.of_element else ()
