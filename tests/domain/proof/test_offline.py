"""The log is checked by somebody else, with the one file we publish: whatever is done to it is noticed."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onewindow.domain import proof
from onewindow.domain.proof import layout

VERIFIER = runpy.run_path(str(Path(__file__).resolve().parents[3] / "docs" / "verify_log.py"))
ORIGIN = "yujing.example/log"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLISHED = proof.verifier_key(ORIGIN, KEY.public_key().public_bytes_raw())


def signed(size: int, root: bytes) -> str:
    head = proof.Checkpoint(ORIGIN, size, root)
    return head.text + "\n" + proof.signature_line(ORIGIN, KEY.public_key().public_bytes_raw(), KEY.sign(head.text.encode()))


def written(folder: Path, entries: list[bytes], *, hashes: bool = True) -> Path:
    """Export a log over these entries."""
    tiles: dict[tuple[int, int], bytes] = proof.appended(lambda *_: b"", 0, [proof.leaf_hash(entry) for entry in entries])
    root = proof.tree_root(lambda level, index: tiles[level, index], len(entries))
    files = {"checkpoint": signed(len(entries), root).encode()}
    for first in range(0, len(entries), 256):
        some = entries[first : first + 256]
        files[layout.bundle_path(first // 256, len(some))] = layout.bundle(some)
    for (level, index), data in tiles.items() if hashes else ():
        files[layout.tile_path(level, index, len(data) // 32)] = data
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def some(count: int) -> list[bytes]:
    return [f'{{"action":"cases.accept","id":{number}}}'.encode() for number in range(count)]


def check(folder: Path, **more: Any) -> str:
    return str(VERIFIER["verify"](folder, PUBLISHED, more.get("kept", []), more.get("witnesses", [])))


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 700])
def test_an_untouched_log_holds(tmp_path: Path, count: int) -> None:
    assert check(written(tmp_path, some(count))).startswith(f"{count:,} entries of {ORIGIN} hold")


def edited(entries: list[bytes], place: int) -> list[bytes]:
    return [*entries[:place], entries[place] + b" ", *entries[place + 1 :]]


def deleted(entries: list[bytes], place: int) -> list[bytes]:
    return [*entries[:place], *entries[place + 1 :]]


def moved(entries: list[bytes], place: int) -> list[bytes]:
    other = (place + 1) % len(entries)
    swapped = list(entries)
    swapped[place], swapped[other] = entries[other], entries[place]
    return swapped


def cut(entries: list[bytes], place: int) -> list[bytes]:
    return entries[:place]


@pytest.mark.parametrize("way", [edited, deleted, moved, cut])
@pytest.mark.parametrize("hashes", [True, False])
def test_whatever_is_done_to_any_entry_is_noticed(tmp_path: Path, way: Callable[[list[bytes], int], list[bytes]], hashes: bool) -> None:
    entries = some(300)
    head = (written(tmp_path / "true", entries) / "checkpoint").read_bytes()
    for place in range(0, 300, 7):
        folder = written(tmp_path / f"{place}", way(entries, place), hashes=hashes)
        (folder / "checkpoint").write_bytes(head)
        with pytest.raises(VERIFIER["Changed"]):
            check(folder)


def test_the_changed_entry_is_named_where_the_log_kept_its_hashes(tmp_path: Path) -> None:
    folder = written(tmp_path, some(300))
    (folder / layout.bundle_path(1, 44)).write_bytes(layout.bundle(edited(some(300), 270)[256:]))
    with pytest.raises(VERIFIER["Changed"], match="entry 270 is not what it was"):
        check(folder)


def test_a_log_written_anew_from_the_start_is_told_by_a_head_that_somebody_kept(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes((written(tmp_path / "before", some(200)) / "checkpoint").read_bytes())
    grown = written(tmp_path / "grown", some(500))
    assert "1 earlier heads" in check(grown, kept=[kept])
    rewritten = written(tmp_path / "rewritten", edited(some(500), 17))
    check(rewritten)  # by itself it looks whole
    with pytest.raises(VERIFIER["Changed"], match="first 200 entries are not those"):
        check(rewritten, kept=[kept])
    with pytest.raises(VERIFIER["Changed"], match="became shorter"):
        check(written(tmp_path / "restored", some(150)), kept=[kept])


def test_a_head_that_somebody_else_signed_is_no_head(tmp_path: Path) -> None:
    folder = written(tmp_path, some(3))
    stranger = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32).public_key().public_bytes_raw()
    with pytest.raises(VERIFIER["Changed"], match="signature"):
        VERIFIER["verify"](folder, proof.verifier_key(ORIGIN, stranger), [], [])
    with pytest.raises(VERIFIER["Unreadable"], match="verifier key"):
        VERIFIER["verify"](folder, PUBLISHED[:-4] + "AAAA", [], [])


def test_an_entry_that_does_not_fit_is_refused_in_a_sentence() -> None:
    with pytest.raises(layout.EntryTooLong, match="70000 bytes; 65535 fit"):
        layout.bundle([b"x" * 70_000])


def as_command(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr("sys.argv", ["verify_log.py", *map(str, arguments)])
    return int(VERIFIER["main"]())


def test_the_command_says_in_a_line_what_holds_what_was_changed_and_what_it_could_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, kept = written(tmp_path / "whole", some(1_300)), tmp_path / "kept"
    kept.write_bytes((written(tmp_path / "before", some(1_000)) / "checkpoint").read_bytes())
    assert as_command(monkeypatch, whole, "--key", PUBLISHED, "--kept", kept) == 0
    assert capsys.readouterr().out == f"1,300 entries of {ORIGIN} hold; 1 earlier heads and 0 witnesses agree.\n"
    assert as_command(monkeypatch, written(tmp_path / "short", some(900)), "--key", PUBLISHED, "--kept", kept) == 1
    said = f"CHANGED: the log became shorter: {kept} was signed over 1,000 entries, there are 900.\n"
    assert capsys.readouterr().err == said
    assert as_command(monkeypatch, tmp_path / "nowhere", "--key", PUBLISHED) == 2
    assert capsys.readouterr().err.startswith(f"Cannot be checked: {tmp_path / 'nowhere' / 'checkpoint'} is not a checkpoint: ")
    (whole / "tile" / "entries" / "004").unlink()
    assert as_command(monkeypatch, whole, "--key", PUBLISHED) == 1
    assert capsys.readouterr().err == "CHANGED: the entries from 1,024 on are missing (tile/entries/004).\n"


def test_a_witness_that_was_named_must_have_seen_the_head(tmp_path: Path) -> None:
    folder, witness = written(tmp_path, some(2)), Ed25519PrivateKey.from_private_bytes(b"\x05" * 32)
    public = witness.public_key().public_bytes_raw()
    key = proof.verifier_key("w.example", public, proof.COSIGNATURE)
    with pytest.raises(VERIFIER["Changed"], match=r"the witness w\.example did not see this checkpoint"):
        check(folder, witnesses=[key])
    head = proof.read_note((folder / "checkpoint").read_text()).checkpoint
    text = (folder / "checkpoint").read_text()
    for line, holds in (
        (proof.note_line("w.example", proof.key_id("w.example", proof.COSIGNATURE, public), bytes(71)), False),
        (proof.cosignature_line("w.example", public, 8, witness.sign(proof.cosign_message(head, 9))), False),
        (proof.cosignature_line("w.example", public, 9, witness.sign(proof.cosign_message(head, 9))), True),
    ):
        text += line
        (folder / "checkpoint").write_text(text)
        if holds:
            assert check(folder, witnesses=[key]).endswith("0 earlier heads and 1 witnesses agree.")
        else:
            with pytest.raises(VERIFIER["Changed"], match="did not see"):
                check(folder, witnesses=[key])


def test_a_kept_head_of_another_log_says_nothing_about_this_one(tmp_path: Path) -> None:
    folder, kept = written(tmp_path / "log", some(5)), tmp_path / "kept"
    other = proof.Checkpoint("another.example/log", 5, bytes(32))
    kept.write_text(other.text + "\n" + proof.signature_line(ORIGIN, KEY.public_key().public_bytes_raw(), KEY.sign(other.text.encode())))
    with pytest.raises(VERIFIER["Changed"], match="is not a checkpoint of this log"):
        check(folder, kept=[kept])
    kept.write_text((folder / "checkpoint").read_text().replace("\n5\n", "\n4\n"))
    with pytest.raises(VERIFIER["Changed"], match="is not a checkpoint of this log"):
        check(folder, kept=[kept])


def test_entries_that_are_cut_off_are_named(tmp_path: Path) -> None:
    folder = written(tmp_path, some(300), hashes=False)
    bundle = folder / "tile" / "entries" / "001.p" / "44"
    bundle.write_bytes(bundle.read_bytes()[:-1])
    with pytest.raises(VERIFIER["Changed"], match="entry 299 is missing or cut off"):
        check(folder)
    bundle.write_bytes(bundle.read_bytes()[:1])
    with pytest.raises(VERIFIER["Changed"], match="entry 256 is missing or cut off"):
        check(folder)
