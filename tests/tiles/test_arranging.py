"""The tiles: every one of the demo city opens something that works, and only whole arrangements in three languages are published."""

import copy
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from lxml import html
from pytest_django import Settings

from onewindow.cli import demo
from onewindow.config import environment
from onewindow.domain.errors import Forbidden
from onewindow.domain.tiles import KINDS, PAGES, TilesRefused, filters
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.identity.models import User
from onewindow.modules.identity.selectors import actor_of
from onewindow.modules.tiles import selectors, services
from onewindow.modules.tiles.models import Arrangement
from onewindow.plumbing.actors import Actor
from onewindow.web.portal.pages import board
from tests import rows
from tests.web.portal_city import CITY, LANGUAGES, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

PLATFORM = Actor.system("tests")
NAME = {"zh": "甲", "en": "A", "ru": "А"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def whole_city(now: datetime) -> Iterator[None]:
    """The demo city as `onewindow up` loads it, with everything that happens in it."""
    catalogue.forget_all()
    rows.once("whole city", lambda: demo.load_city(CITY))
    yield
    catalogue.forget_all()


def document() -> dict[str, Any]:
    return copy.deepcopy(Arrangement.objects.order_by("-number")[0].document)


def test_every_tile_of_the_city_opens_a_page_that_works(whole_city: None) -> None:
    visitor, resident = Visitor(Client()).speak("en"), Visitor(Client()).speak("en").log_in()
    page = resident.get("/tiles/")
    links = html.fromstring(page.content).xpath("//main//a[@class='tile']/@href")
    told = sum(len(group["tiles"]) for group in document()["groups"])
    assert len(links) == told, "no tile of the city is left out"
    assert len(set(links)) >= 38
    kinds = {link.split("/")[1]: link for link in links}.values()  # who has not logged in reads the same, or is asked to
    for link in dict.fromkeys(links):
        for reader in (visitor, resident) if link in kinds else (resident,):
            answer = reader.get(link)
            headings = html.fromstring(answer.content).xpath("//main//h1")
            assert answer.status_code == 200, link
            assert headings, link
            assert "".join(headings[0].itertext()).strip(), link


def test_a_tile_is_called_like_what_it_opens_in_every_language_and_the_start_page_has_the_first(whole_city: None) -> None:
    reader = Visitor(Client()).log_in()
    for language in LANGUAGES:
        document = html.fromstring(reader.speak(language).get("/tiles/").content)
        names = [" ".join(text.split()) for text in document.xpath("//a[@class='tile']/span/text()")]
        assert all(names), language
        wanted = {"zh-hans": "住房公积金余额", "en": "My provident fund", "ru": "Мой жилищный фонд"}[language]
        assert wanted in names
        if language != "ru":
            assert not [name for name in names if re.search("[А-Яа-я]", name)], language
    home = html.fromstring(reader.speak("en").get("/").content)
    assert len(home.xpath("//section[@aria-labelledby='tiles']//a[@class='tile']")) == 8
    assert home.xpath("//main//a[@href='/tiles/']")[0].text_content().startswith("All 5")


def test_a_count_stands_where_there_is_something_to_count(whole_city: None) -> None:
    reader = Visitor(Client()).speak("en").log_in()
    before = reader.get("/tiles/").content.decode()
    assert "2 services" in before
    assert "open</small>" not in before
    reader.send("/things/open-a-restaurant/start/")
    assert reader.get("/tiles/").content.decode().count("1 open</small>") == 2, "at one’s cases, and at the One Thing itself"


def test_what_lacks_a_language_or_leads_nowhere_is_not_published(whole_city: None, now: datetime, settings: Settings) -> None:
    def refused(tile: dict[str, Any], **group: Any) -> str:
        changed = document()
        changed["groups"].append({"name": NAME, "tiles": [tile], **group})
        with pytest.raises(TilesRefused) as error:
            services.arrange(document=changed, actor=PLATFORM, now=now)
        return str(error.value)

    assert "Tile 12.1: the name lacks Русский" in refused({"page": "privacy", "name": {"zh": "甲", "en": "A"}})
    assert "Group 12: the name lacks English" in refused({"page": "privacy"}, name={"zh": "甲", "ru": "А"})
    assert "no “nothing” any more" in refused({"service": "nothing"})
    assert "stands in this group already" in refused({}, tiles=[{"thing": "retire"}, {"thing": "retire"}])
    assert "needs a name" in refused({"search": "q=x"})
    assert "no page “root”" in refused({"page": "root"})
    assert "no kind of tile" in refused({"script": "x"})
    assert "a search is written" in refused({"search": "next=https://x.example/"})
    assert "has no tile" in refused({}, tiles=[])
    settings.ONEWINDOW_CITY_LINK_HOSTS = ["www.example.org"]
    for address in ("http://www.example.org/", "https://evil.example/", "https://www.example.org@evil.example/", "javascript:alert(1)",
                    "https://www.example.org\\@evil.example/", "//www.example.org/"):  # fmt: skip
        assert "only https addresses" in refused({"link": address, "name": NAME})
    assert Arrangement.objects.count() == 1


def test_another_site_is_opened_only_while_the_installation_lists_it(whole_city: None, now: datetime, settings: Settings) -> None:
    settings.ONEWINDOW_CITY_LINK_HOSTS = ["www.example.org"]
    changed = document()
    changed["groups"][0]["tiles"].append({"link": "https://www.example.org/bus/", "name": NAME})
    assert services.arrange(document=changed, actor=PLATFORM, now=now) == 2
    assert services.arrange(document=changed, actor=PLATFORM, now=now) == 2, "the same again is nothing new"
    links = lambda: [tile for group in board.groups(board.Counts()) for tile in group.tiles if tile.outside]  # noqa: E731
    assert [(link.address, link.says) for link in links()] == [("https://www.example.org/bus/", "www.example.org")]
    settings.ONEWINDOW_CITY_LINK_HOSTS = []
    assert links() == []


def test_only_the_administrator_of_the_portal_arranges(whole_city: None, now: datetime) -> None:
    for username in ("xia.yun", "zhao.xiaoxue", "wang.li"):
        actor = actor_of(User.objects.get(username=username).pk)
        with pytest.raises(Forbidden):
            services.arrange(document=document(), actor=actor, now=now)
        with pytest.raises(Forbidden):
            selectors.workbench(actor=actor)


def test_an_administrator_moves_adds_and_publishes_without_dragging(whole_city: None, settings: Settings) -> None:
    browser = Visitor(Client()).speak("en").log_in("yan.shu")

    def press(page: Any, act: str, **typed: str) -> Any:
        form = next(form for form in html.fromstring(page.content).forms if "arrange" in (form.get("class") or ""))
        sent = {name: form.xpath(f".//*[@name='{name}']") for name in form.fields}
        values = {name: [control.value or "" for control in found if control.tag != "button"] for name, found in sent.items()}
        return browser.client.post("/staff/tiles/", {**values, "act": act, **typed}, follow=True)

    page = browser.get("/staff/tiles/")
    assert "This is what everybody sees now" in page.content.decode()
    page = press(page, "down:0.0")
    assert "Changed, not yet published" in page.content.decode()
    assert html.fromstring(page.content).xpath("//button[@autofocus]/@value") == ["down:0.1"], "pressing it again goes on"
    page = press(page, "down:0.7")
    assert html.fromstring(page.content).xpath("//button[@autofocus]/@value") == ["down:1.0"], "past the end it enters the next group"
    page = press(page, "add", **{"new.tile": "page:privacy", "new.group": "1"})
    page = press(page, "up:10")
    first = document()
    assert first["groups"][0]["tiles"][0] == {"page": "my-cases"}, "nothing is published yet"
    broken = press(page, "add-group", **{"new-group.zh": "新"})
    refused = press(broken, "publish")
    assert refused.status_code == 422
    assert "the name lacks English, Русский" in html.fromstring(refused.content).xpath("//*[@role='alert']")[0].text_content()
    page = press(refused, "remove:11")
    done = press(page, "publish")
    assert "Published." in done.content.decode()
    now_there = document()
    assert [tile["page"] for tile in now_there["groups"][0]["tiles"][:2]] == ["status", "my-cases"]
    assert now_there["groups"][1]["tiles"][0] == {"enquiry": "fees-due"}
    assert now_there["groups"][1]["tiles"][-1] == {"page": "privacy"}
    stale = press(page, "publish")
    assert stale.status_code == 409
    assert "Somebody else has published" in stale.content.decode()
    taken = yaml.safe_load(browser.get("/staff/tiles/tiles.yaml").content)
    assert taken == now_there, "the file of the page can be the file of the settings"


def test_the_settings_arrange_by_a_file_and_say_at_once_what_is_wrong_with_it(
    whole_city: None, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    file = tmp_path / "tiles.yaml"
    monkeypatch.setenv("ONEWINDOW_CITY_TILES", str(file))
    file.write_text("format: onewindow-tiles/1\ngroups: [{name: {zh: 甲}, tiles: [{page: status}]}]", encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match="Group 1: the name lacks English"):
        environment.tiles([])
    file.write_text(
        yaml.safe_dump({"format": "onewindow-tiles/1", "groups": [{"name": NAME, "tiles": [{"page": "status"}]}]}), encoding="utf-8"
    )
    settings.ONEWINDOW_CITY_TILES = environment.tiles([])
    assert len(board.groups(board.Counts())) == 11, "what an administrator published counts before the file"
    Arrangement.objects.all().delete()
    assert [group.name for group in board.groups(board.Counts())] == ["A"]
    settings.ONEWINDOW_CITY_TILES = None
    everything = board.groups(board.Counts())
    assert len(everything) == 4, "without either, everything there is stands by kind"
    assert sum(len(group.tiles) for group in everything) > 30


def test_every_kind_and_every_page_of_the_format_has_its_place_in_the_pages() -> None:
    assert set(board.PAGES) == set(PAGES)
    assert set(KINDS) == {"thing", "service", "enquiry", "page", "search", "link"}
    assert filters("office=x&y=z") == {}
