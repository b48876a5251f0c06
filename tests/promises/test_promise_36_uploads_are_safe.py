"""Promise 36: uploads are safe: what means harm is refused with a sentence, and what is served can run nowhere."""

import io
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from PIL import Image

from onewindow.modules.cases import models, services
from onewindow.modules.identity.models import Organisation, Post, User
from onewindow.plumbing import files
from tests.cases import conftest as cases
from tests.cases.town import MARKET, WANG
from tests.promises.hostile_files import EICAR, PDF, Hostile, hostile_files

registers, town, file = cases.registers, cases.town, cases.file
pytestmark = [pytest.mark.django_db, pytest.mark.own_database]
MARKS = (b"<script", b"alert(1)", b"MZ\x90", b"PK\x03\x04", EICAR, b"%PDF", b"GPS", b"Exif")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def readers(town: cases.Registers) -> dict[str, Client]:
    """The applicant's browser, and the one of the officer who must read the files."""
    del town
    Organisation.objects.get_or_create(id="market", defaults={"name": {"en": "Market"}})
    officer = User.objects.create(id=MARKET.id, username="market", display_name={"en": "Market"})
    Post.objects.create(user=officer, organisation_id="market", roles=sorted(MARKET.roles))
    found = {"applicant": Client(), "officer": Client()}
    found["applicant"].force_login(User.objects.get(pk=WANG.id), backend="allauth.account.auth_backends.AuthenticationBackend")
    found["officer"].force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def taken(hostile: Hostile, now: datetime) -> files.StoredFile | None:
    """Give the file to the platform; a refusal must say which file, why, and what to do."""
    try:
        stored = files.store(content=hostile.content, name=hostile.name, media_type=hostile.said, owner=WANG, now=now)
    except files.FileRefused as refused:
        sentence = str(refused)
    else:
        return stored
    assert "“" in sentence, hostile.what
    assert any(word in sentence.lower() for word in ("choose", "save", "scan", "send it again", "clean")), sentence
    return None


def harmless(response: Any, stored: files.StoredFile) -> None:
    """Whatever the file is: a browser that gets this answer shows a picture at most, and runs nothing."""
    assert response.status_code == 200
    headers = response.headers
    disposition = headers.get("Content-Disposition", "")
    picture = headers["Content-Type"] in {"image/png", "image/jpeg", "image/webp"}
    assert disposition.startswith("attachment") or picture, headers
    assert headers["Content-Type"] == stored.media_type
    assert headers["Content-Type"] in files.MEDIA_TYPES
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "allow-" not in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "no-store" in headers["Cache-Control"]
    assert not any(mark in unquote(disposition) for mark in ("/", "\\", "\r", "\n", "\0", "\u202e")), disposition
    content = b"".join(response.streaming_content)
    if picture:
        assert not any(mark in content for mark in MARKS)
        with Image.open(io.BytesIO(content)) as image:
            assert f"image/{(image.format or '').lower()}" == stored.media_type
            assert not image.getexif()


def test_of_hundreds_of_hostile_files_none_is_served_so_that_it_could_run(
    readers: dict[str, Client], file: Callable[..., models.Case], now: datetime, figure: Callable[[int, str], None]
) -> None:
    case = file()
    row = models.Attachment.objects.get(case=case)
    outcome: Counter[str] = Counter()
    for hostile in hostile_files():
        stored = taken(hostile, now)
        outcome["refused" if stored is None else "taken"] += 1
        assert (stored is None) is hostile.refused, f"{hostile.what}: {'refused' if stored is None else 'taken'}"
        if stored is None:
            continue
        row.file, row.name, row.media_type, row.size, row.sha256 = stored.id, stored.name, stored.media_type, stored.size, stored.sha256
        row.save()
        assert stored.name.lower().endswith((".pdf", ".png", ".jpg", ".webp"))
        for address in (f"/cases/{case.pk}/papers/{row.pk}/", f"/desk/cases/{case.pk}/papers/{row.pk}/"):
            harmless(readers["officer" if address.startswith("/desk") else "applicant"].get(address), stored)
    assert sum(outcome.values()) >= 200
    refused, kept = outcome["refused"], outcome["taken"]
    figure(36, f"{refused + kept} hostile files: {refused} refused with a sentence, {kept} disarmed, 0 served that could run")


def test_what_people_really_bring_is_taken(now: datetime, folder: Path) -> None:
    real = Path(__file__).resolve().parents[2] / "scenarios" / "restaurant" / "files"
    brought = [path for path in sorted(real.iterdir()) if path.suffix in {".png", ".jpg", ".pdf"}]
    assert brought
    for path in brought:
        stored = files.store(content=path.read_bytes(), name=path.name, media_type="", owner=WANG, now=now)
        assert stored.name == path.name
        if stored.media_type != "application/pdf":
            with files.open(stored.id) as kept, Image.open(kept) as after, Image.open(path) as before:
                assert after.size == before.size
                assert after.convert("RGB").resize((32, 32)).tobytes() == before.convert("RGB").resize((32, 32)).tobytes()
    assert folder.exists()


def test_a_file_that_was_taken_lies_under_its_hash_outside_everything_that_is_served(now: datetime, folder: Path, settings: Any) -> None:
    for name in ("../../x.pdf", "/etc/x.pdf", "..\\x.pdf"):
        files.store(content=PDF, name=name, media_type="", owner=WANG, now=now)
    kept = [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]
    assert [path.parent.parent.parent for path in kept] == [folder]
    assert not Path(settings.STATIC_ROOT).resolve().is_relative_to(folder.resolve())
    assert not (settings.MEDIA_URL or "").strip("/"), "no address leads to the folder itself"


def test_a_refused_file_is_told_at_the_upload_itself(readers: dict[str, Client], now: datetime) -> None:
    draft = cases.prepare(now, upload=False)
    answer = readers["applicant"].post(
        f"/drafts/{draft}/documents/", {"type": "layout", "file": io.BytesIO(EICAR)}, headers={"Accept-Language": "en"}
    )
    assert answer.status_code == 422
    assert "EICAR" in answer.content.decode()
    assert not models.Upload.objects.filter(draft=draft).exists()
    with pytest.raises(files.FileRefused):
        services.add_upload(draft_id=draft, evidence_type="layout", name="x.pdf", media_type="", content=EICAR, actor=WANG, now=now)
