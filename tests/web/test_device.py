"""What makes the site an app: a manifest, icons, a worker that changes with its files, and pages that hold nobody's name."""

import io
import json
import re

import pytest
from django.test import Client
from PIL import Image

from onewindow.web.site import device
from tests.web.portal_city import EVENT, Visitor, city, registers_down, visitor

__all__ = ["city", "registers_down", "visitor"]

pytestmark = [pytest.mark.usefixtures("city", "registers_down"), pytest.mark.own_database]
NAME = "Wang Li"


def test_the_app_has_the_city_s_name_in_each_language_and_icons_of_the_sizes_it_says(client: Client) -> None:
    names = {}
    for language in ("zh-hans", "en", "ru"):
        client.cookies["onewindow-language"] = language
        answer = client.get("/app.webmanifest")
        assert answer["Content-Type"] == "application/manifest+json"
        told = answer.json()
        names[told["lang"]] = told["name"]
    assert names == {"zh-hans": "一窗 云江市", "en": "OneWindow Yunjiang City", "ru": "Одно окно Юньцзян"}
    for icon in told["icons"]:
        picture = Image.open(io.BytesIO(client.get(icon["src"]).content))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
        assert (picture.convert("RGBA").getpixel((0, 0))[3] == 255) == (icon["purpose"] == "maskable"), (
            "a system cuts its own shape out of one"
        )


def test_the_worker_is_the_same_for_everybody_and_another_as_soon_as_the_city_is(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def version() -> str:
        answer = visitor.client.get("/worker.js")
        assert "public" in answer["Cache-Control"]
        assert answer["Content-Type"].startswith("text/javascript")
        told = json.loads(re.search(r"work\((.*)\);", answer.content.decode())[1])  # type: ignore[index]  # it is there, or the test fails
        assert all(visitor.client.get(path).status_code == 200 for path in told["offline"].values())
        return str(told["version"])

    first = version()
    visitor.log_in()
    assert version() == first
    monkeypatch.setattr(device.cities, "city", lambda: device.cities.build({"name": {"en": "Testford"}}))
    assert version() != first


def test_pages_that_stay_on_a_device_hold_nobody_s_name_and_a_draft_s_only_under_its_account(visitor: Visitor) -> None:
    visitor.log_in().speak("en")
    assert NAME in visitor.get(EVENT).content.decode()
    for path in ("/offline/en/", f"{EVENT}offline/"):
        answer = visitor.get(path)
        assert NAME not in answer.content.decode()
        assert "public" in answer["Cache-Control"]
    assert answer[device.KEEP] == device.EVERYBODY
    question = visitor.send(f"{EVENT}start/")
    own = question[device.KEEP]
    assert re.fullmatch("[0-9a-f]{16}", own)
    assert question["Cache-Control"] == "private, no-store", "no other cache may have it"
    assert device.KEEP not in visitor.get("/cases/")
    other = Visitor(Client()).log_in("zhou.hang").client.get("/device/").json()
    assert other["owner"] not in {own, ""}
    assert Client().get("/device/").json()["owner"] == ""
