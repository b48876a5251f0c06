"""Promise 21: public lists carry no id numbers: everything that anybody may read is crawled and searched for numbers that check out."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from lxml import html
from stdnum.cn import ric, uscc

from onewindow.api.app import api as described
from onewindow.modules.cases import models, services
from onewindow.modules.identity.models import Organisation, Person, Post, User
from onewindow.plumbing.actors import Actor
from tests.cases import conftest as cases
from tests.cases.town import MARKET, RESIDENT_ID, TYPED, USCC, WANG, WINDOW, ident

registers, town = cases.registers, cases.town
pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

LONG = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Za-z]{18}(?![0-9A-Za-z-])")
PHONE = re.compile(r"(?<![0-9A-Za-z.-])(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9A-Za-z-])")
PEOPLE = ("11010519491231002X", "440308199901101512", "13912345678", "慕容金丝雀")


def numbers(text: str) -> list[str]:
    """Return what is a resident's number, a business's number or a mobile telephone by its form and its check digit.

    A code of a public body (it begins with 1) is meant to be read; one of a business may be one person's.
    """
    long = [found for found in LONG.findall(text) if ric.is_valid(found) or (uscc.is_valid(found) and found[0] == "9")]
    return [*long, *(match[0] for match in PHONE.finditer(text))]


def pages(client: Client, first: list[str], most: int) -> Iterator[tuple[str, str]]:
    """Follow every link from the first addresses, as anybody's crawler does."""
    waiting, known = list(first), set(first)
    while waiting and most:
        most -= 1
        address = waiting.pop(0)
        response = client.get(address, follow=True)
        if not response.headers.get("Content-Type", "").startswith(("text/html", "application/json", "image/svg", "text/")):
            continue
        content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        text = content.decode("utf-8", "replace")
        yield address, text
        if "text/html" in response.headers["Content-Type"] and text.strip():
            for _element, _attribute, link, _place in html.fromstring(text.encode()).iterlinks():
                to = urlsplit(urldefrag(urljoin(f"http://testserver{address}", link)).url)
                path = f"{to.path}?{to.query}" if to.query else to.path
                if to.netloc == "testserver" and path not in known and not to.path.startswith(("/static/", "/accounts/")):
                    known.add(path)
                    waiting.append(path)


@pytest.fixture
def busy_town(town: cases.Registers, now: datetime) -> models.Case:
    """A town in which people have filed, were decided about, and left their numbers everywhere."""
    del town
    Organisation.objects.get_or_create(id="market", defaults={"name": {"en": "Market"}})
    officer = User.objects.create(id=MARKET.id, username="market", display_name={"en": PEOPLE[3]}, phone=PEOPLE[2])
    Post.objects.create(user=officer, organisation_id="market", roles=["officer"])
    for number in PEOPLE[:2]:
        user = User.objects.create(id=ident(number), username=number, display_name={"zh": PEOPLE[3]})
        Person.objects.create(user=user, facts={"full-name": PEOPLE[3], "resident-id": number, "phone": PEOPLE[2]})
    for number in range(3):
        draft = cases.prepare(now, typed={**TYPED, "trade-name": PEOPLE[number]})
        filed = services.file_case(draft_id=draft, idempotency_key=str(uuid4()), declared=True, actor=WANG, now=now)
        case = models.Case.objects.get(pk=filed.case_id)
        services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
        register = cases.task(case, "registration.register").pk
        services.decide(task_id=register, outcome="approve", sentence=RESIDENT_ID, output_values={"uscc": USCC}, actor=MARKET, now=now)
    return case


def _addresses(case: models.Case) -> list[str]:
    """Return the first pages, every documented address of the API that reads, and the addresses of things that are not public."""
    ids: dict[str, Any] = {"case_id": case.pk, "event_id": case.event, "service_id": "food", "release": case.release}
    ids["task_id"] = cases.task(case, "food.inspect").pk
    ids["draft_id"] = models.Draft.objects.latest("created_at").pk
    ids["upload_id"] = models.Attachment.objects.latest("added_at").pk
    documented = [path for path, methods in described.get_openapi_schema(path_prefix="/api/v1/")["paths"].items() if "get" in methods]
    reading = [re.sub(r"{(\w+)}", lambda match: str(ids.get(match[1], "1")), path) for path in documented]
    asking = [
        "/search/?q=1",
        *[f"/search/?q={number}" for number in PEOPLE],
        "/api/v1/openapi.json",
        "/api/v1/search?text=1",
        "/robots.txt",
    ]
    closed = [
        f"/cases/{case.pk}/",
        f"/cases/{case.pk}/papers/{ids['upload_id']}/",
        f"/desk/cases/{case.pk}/",
        f"/drafts/{ids['draft_id']}/",
    ]
    return ["/", "/status/", "/composer/", "/desk/", *reading, *asking, *closed]


def test_nobody_s_number_can_be_read_without_logging_in(
    busy_town: models.Case, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    looked: set[str] = set()
    for language in ("zh-hans", "en", "ru") if full_size else ("zh-hans",):
        client = Client(raise_request_exception=False)
        client.cookies["onewindow-language"] = language
        for address, text in pages(client, _addresses(busy_town), most=2000 if full_size else 90):
            asked = address.split("q=")[-1] if "q=" in address else ""  # what somebody searched for comes back to them alone
            told = text.replace(asked, "") if asked else text
            assert numbers(told) == [], address
            assert not any(person in told for person in (*PEOPLE, RESIDENT_ID, USCC, "13800000001")), address
            looked.add(address)
    wrong = client.post("/status/", {"reference": busy_town.reference, "phone": PEOPLE[2]}).content.decode()
    assert "open-a-restaurant" not in wrong
    assert len(looked) > 25
    figure(21, f"{len(looked)} public addresses crawled: 0 numbers with a valid check digit")


@pytest.mark.parametrize("number", [*PEOPLE[:3], RESIDENT_ID, USCC, "139 1234 5678", "+86 139-1234-5678"])
def test_the_search_for_numbers_finds_them(number: str) -> None:
    assert numbers(f"<td>{number}</td>"), "a search that finds nothing proves nothing"


@pytest.mark.parametrize(
    "text",
    [
        "OW-V53Q-968F",
        "110105194912310022",
        "2026-11-22",
        "0453-1234567",
        "2cc29b27-e50f-4e54-88d2-65f0d229c281",
        "239900001005GB00088F00010001",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert numbers(text) == []


def test_a_crawl_as_somebody_who_may_see_finds_what_the_public_one_does_not(busy_town: models.Case) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=WANG.id), backend="allauth.account.auth_backends.AuthenticationBackend")
    found = [number for _address, text in pages(client, [f"/cases/{busy_town.pk}/"], most=1) for number in numbers(text)]
    assert found, "the very same crawl must see the numbers where they may be seen"
    assert Actor.anonymous().id is None
