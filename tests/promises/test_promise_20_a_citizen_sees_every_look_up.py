"""Promise 20: a citizen sees every look-up of their data: what the log holds about them and what their page shows are the same."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from onewindow.modules.cases import models, selectors, services
from onewindow.modules.identity import services as identity
from onewindow.plumbing import accesses, proof_log
from onewindow.plumbing.access_store.models import AccessEntry
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import task
from tests.cases.town import FIRE, FIRE_CHIEF, LIU, MARKET, TAX, WANG, WINDOW
from tests.web.desk_town import Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

SAID = {
    "cases.case": "Opened your case",
    "cases.document": "Opened a document of your case",
    "cases.inbox": "Saw your case in the list of work",
    "cases.status": "Asked how far your case is, with its number and the telephone",
    accesses.REGISTER: "Asked about you:",
}


def everything(actor: Actor) -> list[selectors.LookLine]:
    """Walk the citizen's view to its end."""
    found: list[selectors.LookLine] = []
    before = None
    while True:
        part = selectors.who_looked(actor=actor, before=before)
        found += part.lines
        if part.before is None:
            return found
        before = part.before


def one_round(desk: Desk, case: models.Case, told: Counter[tuple[str, str]]) -> None:
    """Let everybody look who may, through pages and API, and note who saw what of whom."""
    paper = models.Attachment.objects.filter(case=case).values_list("pk", flat=True)[0]
    for actor, step in ((MARKET, "food.inspect"), (FIRE, "fire.inspect"), (FIRE_CHIEF, "fire.inspect")):
        assert desk.client(actor).get(desk.path(case, step)).status_code == 200
        told[str(case.pk), "cases.case"] += 1
        assert desk.client(actor).get(f"/api/v1/cases/{case.pk}").status_code == 200
        told[str(case.pk), "cases.case"] += 1
    assert desk.client(MARKET).get(f"/desk/cases/{case.pk}/papers/{paper}/").status_code == 200
    told[str(case.pk), "cases.document"] += 1
    sent = {"reference": case.reference, "phone": case.contact_phone}
    visitor = Client(REMOTE_ADDR=f"192.0.2.{told[str(case.pk), 'cases.status'] + 1}")  # one address may not ask for ever
    assert visitor.post("/status/", sent).status_code == 200
    told[str(case.pk), "cases.status"] += 1
    if told[str(case.pk), "cases.status"] <= 3:  # nor may a case be guessed at for ever
        assert visitor.post("/status/", {**sent, "phone": "13900000000"}).status_code == 422  # nothing was shown


@pytest.mark.own_database
def test_what_everybody_saw_stands_on_the_page_of_whose_it_is(
    desk: Desk,
    now: datetime,
    full_size: bool,
    figure: Callable[[int, str], None],
) -> None:
    told: Counter[tuple[str, str]] = Counter()
    filed = {WANG: desk.registered(), LIU: desk.file(actor=LIU)}
    services.accept_all(case_id=filed[LIU].pk, actor=WINDOW, now=now)
    register, code = task(filed[LIU], "registration.register").pk, "91350211M000100Y1W"
    services.decide(task_id=register, outcome="approve", output_values={"uscc": code}, actor=MARKET, now=now)
    AccessEntry.objects.exclude(what=accesses.REGISTER).delete()
    for _ in range(40 if full_size else 2):
        for case in filed.values():
            one_round(desk, case, told)
        for actor in (TAX, WINDOW):
            assert desk.client(actor).get("/api/v1/inbox?view=department").status_code == 200
    looked: set[int] = set()
    for actor, case in filed.items():
        client = desk.client(actor)
        assert client.get(f"/cases/{case.pk}/").status_code == 200  # one's own look is no news
        lines = everything(actor)
        about = [row for row in AccessEntry.objects.all() if str(actor.id) in row.persons]
        logged = {row.pk for row in about if row.actor_id != actor.id or row.what == accesses.REGISTER}
        assert {line.id for line in lines} == logged
        seen = Counter((str(line.cases[0].id), line.what) for line in lines if line.cases and line.what != "cases.inbox")
        assert seen == {key: count for key, count in told.items() if key[0] == str(case.pk)}
        assert {case.reference for line in lines for case in line.cases} == {case.reference}, "nobody else's case is told"
        assert {"cases.inbox", accesses.REGISTER} <= {line.what for line in lines}
        taken = {part.name: part.data for part in identity.take_along(actor=actor, now=now)}
        assert len(taken["who-looked"]) == len(lines), "it goes along with one's data"
        looked |= logged  # a list of work that shows both of them is one entry
    assert proof_log.sequence_all(now=now) > len(looked)
    assert proof_log.verify().faults == ()
    figure(20, f"{len(looked):,} looks at two citizens' data: log and page show the same")


@pytest.mark.own_database
def test_the_page_says_who_what_and_which_case_and_a_program_reads_the_same(desk: Desk) -> None:
    case = desk.registered()
    AccessEntry.objects.all().delete()
    empty = desk.get(WANG, "/who-looked/", language="en")
    assert "Nobody has looked yet" in empty.text
    desk.client(MARKET).get(desk.path(case, "food.inspect"))
    shown = desk.get(WANG, "/who-looked/", language="en")
    rows = [" ".join(row.text_content().split()) for row in shown.document.xpath("//main//ul[contains(@class, 'rows')]/li")]
    assert len(rows) == 2, "the case, and the list beside it"
    assert all(case.reference in row for row in rows)
    assert any("Opened your case, to decide about it" in row for row in rows)
    assert any(SAID["cases.inbox"] in row for row in rows)
    answer: dict[str, Any] = desk.client(WANG).get("/api/v1/who-looked").json()
    assert [line["what"] for line in answer["lines"]] == ["cases.inbox", "cases.case"]
    assert answer["lines"][1]["cases"][0]["reference"] == case.reference
    assert desk.client(None).get("/who-looked/").status_code == 302
    assert desk.client(LIU).get("/api/v1/who-looked").json()["lines"] == []


@pytest.mark.own_database
def test_older_looks_follow_on_the_next_page(desk: Desk, now: datetime) -> None:
    case = desk.file()
    for _ in range(60):
        selectors.case_page(case_id=case.pk, actor=WINDOW, now=now)
    first = desk.get(WANG, "/who-looked/", language="en")
    (older,) = [link for link in first.document.xpath("//main//a/@href") if link.startswith("?before=")]
    second = desk.get(WANG, f"/who-looked/{older}", language="en")
    counted = [len(page.document.xpath("//main//ul[contains(@class, 'rows')]/li")) for page in (first, second)]
    assert counted[0] == 50
    assert sum(counted) == len(everything(WANG))
    assert "?before=" not in " ".join(second.document.xpath("//main//a/@href"))
