"""Files are judged by their content, kept once, and never left behind or lost."""

import hashlib
import io
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from PIL import Image

from onewindow.domain.errors import NotFound
from onewindow.plumbing import files, models
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.files import judge, scan

pytestmark = pytest.mark.django_db(transaction=True)
OWNER = Actor.system("tests")
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return tmp_path / "files"


def image(kind: str = "PNG", size: tuple[int, int] = (4, 4)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, kind)
    return buffer.getvalue()


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]


def store(content: bytes, now: datetime, *, name: str = "lease.pdf", said: str = "application/pdf") -> files.StoredFile:
    with transaction.atomic():
        return files.store(content=content, name=name, media_type=said, owner=OWNER, now=now)


def test_a_file_comes_back_as_it_was_given(now: datetime) -> None:
    stored = store(PDF, now, name="租赁合同.pdf")
    assert (stored.media_type, stored.size, stored.name) == ("application/pdf", len(PDF), "租赁合同.pdf")
    assert files.details(stored.id) == stored
    with files.open(stored.id) as file:
        assert file.read() == PDF


@pytest.mark.parametrize(
    ("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")], ids=["png", "jpeg", "webp"]
)
def test_photographs_are_taken_and_told_by_their_content(kind: str, media_type: str, now: datetime) -> None:
    assert store(image(kind), now, name="photo", said="application/octet-stream").media_type == media_type


def test_equal_files_of_two_people_are_kept_once_and_stay_two_files(now: datetime, folder: Path) -> None:
    first, second = store(PDF, now), store(PDF, now, name="copy.pdf")
    assert first.id != second.id
    assert (first.sha256, first.name, second.name) == (second.sha256, "lease.pdf", "copy.pdf")
    assert len(kept(folder)) == 1


@pytest.mark.parametrize(
    ("content", "said", "refusal", "sentence"),
    [
        (b"", "application/pdf", judge.FileEmpty, "is empty"),
        (b"%PDF-1.7" + b"0" * files.LIMIT_BYTES, "application/pdf", judge.FileTooLarge, "10 MB are allowed"),
        (b"MZ\x90\x00" + b"\0" * 200, "application/pdf", judge.FileTypeRefused, "not a PDF"),
        (b"<html><script>alert(1)</script></html>", "image/png", judge.FileTypeRefused, "not a PDF"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "image/png", judge.FileTypeRefused, "not a PDF"),
        (b"just text", "application/pdf", judge.FileTypeRefused, "not a PDF"),
        (PDF, "image/png", judge.FileMistyped, "says it is PNG, but its content is PDF"),
        (image("PNG"), "image/jpeg", judge.FileMistyped, "says it is JPG, but its content is PNG"),
        (image("PNG"), "", judge.FileMistyped, "says it is PDF, but its content is PNG"),
        (PDF[:40], "application/pdf", judge.FileBroken, "damaged"),
        (b"GIF89a;\n" + PDF, "application/pdf", judge.FileTypeRefused, "not a PDF"),
    ],
    ids=[
        "empty",
        "too large",
        "program",
        "page",
        "drawing with script",
        "text",
        "other type",
        "other picture",
        "other ending",
        "cut pdf",
        "two at once",
    ],
)
def test_what_is_not_taken_is_told_why_and_leaves_nothing(
    *, content: bytes, said: str, refusal: type[files.FileRefused], sentence: str, now: datetime, folder: Path, caplog: Any
) -> None:
    with pytest.raises(refusal, match=sentence) as refused:
        store(content, now, said=said)
    assert "lease.pdf" in str(refused.value)
    assert refusal.code in caplog.text
    assert "lease.pdf" not in caplog.text
    assert not models.StoredFile.objects.exists()
    assert kept(folder) == []


def test_a_picture_of_a_billion_dots_is_not_opened(now: datetime) -> None:
    small = bytearray(image("PNG"))
    small[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(judge.FileBroken):
        store(bytes(small), now, name="flood.png", said="image/png")


def test_a_picture_that_was_cut_off_is_told_so(now: datetime) -> None:
    with pytest.raises(judge.FileBroken, match="damaged"):
        store(image("PNG", (64, 64))[:60], now, name="cut.png", said="image/png")


def photograph() -> bytes:
    """Return a photograph that says where it was taken, lies on its side, and carries a page behind its end."""
    picture, buffer = Image.new("RGB", (8, 4), "white"), io.BytesIO()
    picture.putpixel((0, 0), (0, 0, 0))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of Anna"
    exif.get_ifd(0x8825)[1] = "N"
    picture.save(buffer, "JPEG", exif=exif, comment=b"<script>alert(1)</script>")
    return buffer.getvalue() + b"<html><script>alert(2)</script></html>"


def test_of_a_photograph_the_dots_are_kept_and_nothing_else(now: datetime) -> None:
    given = photograph()
    stored = store(given, now, name="photo.jpg", said="image/jpeg")
    with files.open(stored.id) as file:
        kept_now = file.read()
    assert not any(word in kept_now for word in (b"script", b"Camera", b"Exif"))
    with Image.open(io.BytesIO(kept_now)) as picture:
        assert picture.size == (4, 8), "it stands upright, as its maker's camera said"
        assert not picture.getexif()
    entry = models.AuditEntry.objects.get(subject_id=str(stored.id))
    assert entry.details == {"original_sha256": hashlib.sha256(given).hexdigest(), "sha256": stored.sha256}


@contextmanager
def clamd(folder: Path, answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A virus check that hears one file and answers always the same."""
    heard: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(folder / "clamd.ctl"))
        door.listen(1)

        def serve() -> None:
            link, _ = door.accept()
            with link, link.makefile("rb") as wire:
                heard.append(wire.read(10))
                while size := int.from_bytes(wire.read(4), "big"):
                    heard.append(wire.read(size))
                link.sendall(answer)

        listening = threading.Thread(target=serve, daemon=True)
        listening.start()
        yield f"clamd://{folder}/clamd.ctl", heard
        listening.join(5)


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (b"stream: OK\0", None),
        (b"stream: Pdf.Exploit FOUND\0", judge.FileInfected),
        (b"what?\0", judge.FileNotChecked),
        (b"", judge.FileNotChecked),
    ],
    ids=["clean", "infected", "nonsense", "silence"],
)
def test_the_city_s_virus_check_is_asked_about_every_file(
    answer: bytes, refusal: type[files.FileRefused] | None, now: datetime, tmp_path: Path, settings: Any
) -> None:
    with clamd(tmp_path, answer) as (address, heard):
        settings.ONEWINDOW_SCANNER = address
        with pytest.raises(refusal) if refusal else nullcontext():
            store(PDF, now)
    assert heard[0] == b"zINSTREAM\0"
    assert b"".join(heard[1:]) == PDF


def test_while_the_virus_check_is_away_no_file_is_taken(now: datetime, tmp_path: Path, settings: Any) -> None:
    settings.ONEWINDOW_SCANNER = f"clamd://{tmp_path}/nobody"
    with pytest.raises(judge.FileNotChecked, match="Send it again in some minutes") as refused:
        store(PDF, now)
    assert refused.value.status == 503


@pytest.mark.parametrize("address", ["clam", "http://x", "clamd://"])
def test_an_address_that_names_no_virus_check_is_told_at_once(address: str) -> None:
    with pytest.raises(ValueError, match="clamd:///path"):
        scan.Clamd(address)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\scans\\lease.pdf", "lease.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("...", "file.pdf"),
        ("x" * 200, "x" * 116 + ".pdf"),
        ("plan.v2", "plan.v2.pdf"),
    ],
)
def test_names_lead_nowhere(given: str, shown: str, now: datetime) -> None:
    assert store(PDF, now, name=given).name == shown


def test_a_file_that_nobody_knows_is_told_so() -> None:
    with pytest.raises(NotFound):
        files.open(uuid4())


def test_the_sweep_removes_what_no_row_names_and_nothing_else(now: datetime, folder: Path) -> None:
    stays = store(PDF, now)
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        files.store(content=image(), name="lost.png", media_type="image/png", owner=OWNER, now=now)
        raise RuntimeError
    assert len(kept(folder)) == 2
    assert files.sweep(now=now) == 0, "a transaction may still be under way"
    yesterday = time.time() - 2 * 24 * 3600
    for path in kept(folder):
        os.utime(path, (yesterday, yesterday))
    assert files.sweep(now=now) == 1
    assert [path.name for path in kept(folder)] == [models.StoredFile.objects.get(pk=stays.id).place]


def test_the_sweep_leaves_what_somebody_has_just_given_again(now: datetime, folder: Path) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        files.store(content=PDF, name="lost.pdf", media_type="application/pdf", owner=OWNER, now=now)
        raise RuntimeError
    old = time.time() - 2 * 24 * 3600
    os.utime(kept(folder)[0], (old, old))
    with transaction.atomic():
        stored = files.store(content=PDF, name="lease.pdf", media_type="application/pdf", owner=OWNER, now=now)
        assert kept(folder)[0].stat().st_mtime > time.time() - 60, "a sweep that does not see the new row yet must see a young file"
        assert files.sweep(now=now) == 0
    with files.open(stored.id) as file:
        assert file.read() == PDF
