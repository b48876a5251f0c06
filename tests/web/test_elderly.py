"""The mode for older people: larger, fewer things on a page, help by telephone and by voice."""

from pathlib import Path

import pytest
from lxml import html

from onewindow.web.site import preferences
from tests.web.portal_city import EVENT, Visitor, city, registers_down, text_of, visitor, words_of
from tests.web.test_portal_drafts import begin
from tests.web.test_portal_pages import NAMES

__all__ = ["city", "registers_down", "visitor"]

pytestmark = [pytest.mark.usefixtures("city", "registers_down"), pytest.mark.own_database]
TOKENS = Path(preferences.__file__).parent / "static" / "onewindow" / "tokens.css"


def in_the_open(page: html.HtmlElement) -> int:
    """Return how many links and buttons a page offers outside of what is folded."""
    return len(page.xpath("//*[(self::a or self::button) and not(ancestor::details) and not(@hidden)]"))


def test_older_people_get_larger_letters_fewer_things_a_telephone_and_a_voice_before_any_log_in(visitor: Visitor) -> None:
    plain = {address: html.fromstring(visitor.speak("ru").get(address).content) for address in ("/", EVENT)}
    answer = visitor.client.post("/preferences/", {"mode": "elderly", "next": EVENT})
    assert (answer["Location"], visitor.client.cookies["mode"].value) == (EVENT, "elderly")
    for address, before in plain.items():
        served = visitor.get(address)
        assert words_of(served) - NAMES == set()
        page = html.fromstring(served.content)
        assert (page.get("data-mode"), page.get("data-size")) == ("elderly", "large")
        assert in_the_open(page) < in_the_open(before) * 0.8
        assert page.xpath("//a[@href='tel:12345' and not(ancestor::details)]")
        assert page.xpath("//button[@data-speak and @hidden]"), "shown by the script where this machine has a voice"
        assert not before.xpath("//button[@data-speak]")
    assert not html.fromstring(visitor.get(EVENT).content).xpath("//main//details[@open]")

    visitor.client.post("/preferences/", {"mode": "'><script>", "next": "/"})
    assert visitor.client.cookies["mode"].value == "elderly"
    visitor.client.post("/preferences/", {"mode": "normal", "next": "/"})
    assert html.fromstring(visitor.get("/").content).get("data-size") == "normal"


def test_older_people_fill_in_without_a_list_beside_it(visitor: Visitor) -> None:
    draft = begin(visitor.log_in())
    address = f"/drafts/{draft.pk}/form/1/"
    assert html.fromstring(visitor.get(address).content).xpath("//nav[@class='tasks']")
    visitor.client.cookies["mode"] = "elderly"
    for own in (address, f"/drafts/{draft.pk}/check/"):
        page = html.fromstring(visitor.get(own).content)
        assert not page.xpath("//nav[@class='tasks']")
        assert page.xpath("//main//button[@data-speak]")
    assert "朗读本页" in text_of(visitor.speak("zh-hans").get(address))


def test_with_high_contrast_every_text_stands_out_seven_to_one() -> None:
    text = TOKENS.read_text(encoding="utf-8")
    block = text.split(':root[data-contrast="high"] {')[1].split("}")[0]
    held = dict(line.strip().rstrip(";").removeprefix("--").split(": ") for line in block.splitlines() if line.strip())
    papers = {"#ffffff", *(held[name] for name in held if name.endswith("-wash"))}
    for name in ("ink", "soft", "lake", "lake-dark", "leaf", "brick"):
        assert min(_contrast(held[name], paper) for paper in papers) >= 7, name
    assert _contrast(held["on-lamp"], held["lamp"]) >= 7


def _contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, contrast ratio and relative luminance."""
    lights = sorted(_light(colour) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
