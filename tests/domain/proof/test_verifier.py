"""The file we publish, in its details: what it reads, what it refuses, and what its command says of itself."""

import base64
import runpy
from pathlib import Path

import pytest
from tests.domain.proof.test_offline import KEY, ORIGIN, PUBLISHED, VERIFIER, as_command, check, some, written

from onewindow.domain import proof
from onewindow.domain.proof.checkpoint import COSIGNATURE, ED25519

PUBLIC = KEY.public_key().public_bytes_raw()


def test_the_file_is_a_command_and_says_how_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        as_command(monkeypatch, "--help")
    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert "\n    python verify_log.py FOLDER --key KEY [--kept CHECKPOINT]… [--witness KEY]…\n" in told
    with pytest.raises(SystemExit) as ended:
        as_command(monkeypatch, tmp_path)
    assert ended.value.code == 2
    assert "required: --key" in capsys.readouterr().err
    assert as_command(monkeypatch, written(tmp_path, some(2)), "--key", PUBLISHED, "--witness", PUBLISHED) == 2
    assert capsys.readouterr().err == f"Cannot be checked: this is not a verifier key: '{PUBLISHED}' (kind, length or id do not fit).\n"
    monkeypatch.setattr("sys.argv", ["verify_log.py", str(tmp_path), "--key", PUBLISHED])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(Path(__file__).resolve().parents[3] / "docs" / "verify_log.py"), run_name="__main__")
    assert ended.value.code == 0


def test_an_empty_entry_at_the_end_and_a_head_kept_of_the_same_log_hold(tmp_path: Path) -> None:
    folder = written(tmp_path, [b"x", b"", b"x" * 300, b""])
    assert check(folder, kept=[folder / "checkpoint"]) == f"4 entries of {ORIGIN} hold; 1 earlier heads and 0 witnesses agree."
    assert [VERIFIER["number"](index) for index in (999, 1_000, 1_234_067)] == ["999", "x001/000", "x001/x234/067"]


def test_a_log_may_have_any_name_and_a_sign_that_does_not_belong_in_a_head_or_key_is_told(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    head = proof.Checkpoint("the log of a city", 3, bytes(range(32)))
    note = f"{head.text}\n{proof.signature_line(ORIGIN, PUBLIC, KEY.sign(head.text.encode()))}"
    path.write_text(note, encoding="utf-8")
    read = VERIFIER["read_head"](path)
    assert (read.origin, read.size, read.root, read.text) == (head.origin, 3, head.root, head.text.encode())
    assert VERIFIER["signed"](read, PUBLISHED)
    root = base64.b64encode(head.root).decode()
    for wrong in (
        note.replace(root, f"!{root}"),
        f"{note[:-1]}!\n",
        note.replace("\n\n", "\nmore\n\n"),
        note.replace("\n3\n", "\nthree\n"),
    ):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(VERIFIER["Unreadable"], match="is not a checkpoint"):
            VERIFIER["read_head"](path)


def test_a_key_is_read_whatever_signs_its_text_has_and_a_key_of_another_kind_length_or_id_is_refused() -> None:
    public = bytes(2) + b"\xfb\xef\xbe" * 10  # behind its kind it is, as base64, full of the sign that parts a key
    log, witness = ED25519, COSIGNATURE
    text = proof.verifier_key("a", public)
    assert VERIFIER["read_key"](text, log) == ("a", proof.key_id("a", log, public), public)
    encoded, ident = text.rpartition("+AQAA")[2], proof.key_id("a", log, public).hex()
    assert text == f"a+{ident}+AQAA{encoded}"
    wrong = [
        proof.verifier_key("a", public, witness),
        proof.verifier_key("a", public[:31]),
        f"a+00000000+AQAA{encoded}",
        f"b+{ident}+AQAA{encoded}",
        f"a+{ident}+!AQAA{encoded}",
        "a",
    ]
    for key in wrong:
        with pytest.raises(VERIFIER["Unreadable"], match="not a verifier key"):
            VERIFIER["read_key"](key, log)
