"""Files that another authority puts down on its own server, and everything that may be wrong with them or with it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from tests.exchange.test_connectors import GIVES, UNIT, ask, problem

pytestmark = pytest.mark.own_database

HERE = {"address": "here", "floor-area": "7"}
TABLE = f"number,addr,area\n{UNIT},here,7\nother,there,8\n"


class Server:
    """The running program: its folder, its doors and the settings that fit."""

    def __init__(self, home: Path, ports: dict[str, int], host_key: str) -> None:
        self.home, self.out, self.ports, self.host_key = home, home / "files" / "out", ports, host_key

    def settings(self, file: str = "{property-number}.json", door: str = "good", **sftp: Any) -> dict[str, Any]:
        url = f"sftp://city@127.0.0.1:{self.ports.get(door)}/out"
        told = {"url": url, "host_keys": [self.host_key], "key_env": "ONEWINDOW_INTERFACE_DROP_KEY", **sftp}
        told = {name: value for name, value in told.items() if value is not None}
        table = {} if "{" in file else {"where": {"number": "{property-number}"}}
        return {"sftp": told, "file": file, "timeout_seconds": 5, "gives": GIVES, **table}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("sftp")
    (home / "files" / "out").mkdir(parents=True)
    keys = {name: asyncssh.generate_private_key("ssh-ed25519") for name in ("host", "other", "client")}
    for name, key in keys.items():
        key.write_private_key(home / name)
        key.write_public_key(home / f"{name}.pub")
    program = [sys.executable, str(Path(__file__).with_name("sftp_server.py"))]
    process = subprocess.Popen(
        [*program, *(str(home / name) for name in ("files", "host", "other", "client.pub"))], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield Server(home, json.loads(process.stdout.readline()), (home / "host.pub").read_text())
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def server(running: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    shutil.rmtree(running.out)
    running.out.mkdir()
    monkeypatch.setenv("ONEWINDOW_INTERFACE_DROP_KEY", str(running.home / "client"))
    monkeypatch.setenv("ONEWINDOW_INTERFACE_DROP_PASSWORD", "a password of the test")
    return running


def test_a_server_s_files_are_read_as_a_folder_s_are_over_one_connection(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    single, table = server.settings(), server.settings("units.csv")
    (server.out / f"{UNIT}.json").write_text('{"row": {"addr": "here", "area": "7"}}')
    (server.out / "units.csv").write_text(TABLE)
    assert ask("file-drop", single) == HERE
    before = ask("file-drop", single, "doors")
    assert ask("file-drop", table) == HERE
    assert ask("file-drop", table, "nobody") == "no-record"
    (server.out / "units.csv").write_text(TABLE.replace("here", "elsewhere"))
    assert ask("file-drop", table) == {"address": "elsewhere", "floor-area": "7"}, "the newest file counts"
    assert ask("file-drop", single, "doors") == before, "all of it went over one connection"
    monkeypatch.setenv("ONEWINDOW_INTERFACE_DROP_URL", f"sftp://city@127.0.0.1:{server.ports['good']}/~/out/")
    by_password = server.settings(key_env=None, password_env="ONEWINDOW_INTERFACE_DROP_PASSWORD", url="${ONEWINDOW_INTERFACE_DROP_URL}")
    assert ask("file-drop", by_password) == HERE, "with a password, an address of the environment, and below the log-in's own folder"


def test_nothing_but_a_fresh_whole_file_of_the_folder_is_taken(server: Server) -> None:
    single, table = server.settings(), server.settings("units.csv")
    (server.home / "files" / "secret.json").write_text('{"row": {"addr": "canary"}}')
    (server.out / "link.json").symlink_to(server.home / "files" / "secret.json")
    (server.out / "folder.json").mkdir()
    keys = ("nobody", "../secret", "..", "out/../../secret", "link", "folder")
    assert [ask("file-drop", single, key) for key in keys] == ["no-record"] * 4 + ["garbage"] * 2
    assert ask("file-drop", table) == "down", "a table that is not there is no answer about anybody"
    for content in (f"number,addr,area\nother,there,8\n{UNIT},he", b"\xff\xfe\x00", f'[{{"number": "{UNIT}", "ad', '["a"]'):
        name = "units.json" if "[" in str(content)[:3] else "units.csv"
        (server.out / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        assert ask("file-drop", server.settings(name)) == "garbage", content
    (server.out / "growing.csv").write_text(TABLE)
    assert ask("file-drop", server.settings("growing.csv")) == "garbage", "somebody is writing it at this moment"
    with (server.out / "units.csv").open("wb") as file:
        file.truncate(20_000_001)
    assert ask("file-drop", table) == "garbage", "too large, and never read"
    old = time.time() - 25 * 3600
    os.utime(server.out / "units.csv", (old, old))
    assert ask("file-drop", table) == "stale"


def test_a_server_that_hangs_breaks_off_or_is_another_gives_nothing_and_costs_no_more_than_its_time(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    (server.out / f"{UNIT}.json").write_text('{"row": {"addr": "here", "area": "7"}}')
    assert ask("file-drop", server.settings()) == HERE
    began = time.monotonic()
    assert ask("file-drop", server.settings() | {"timeout_seconds": 0.3}, "hang") == "time-out"
    assert ask("file-drop", server.settings(door="silent") | {"timeout_seconds": 0.3}) == "time-out"
    assert time.monotonic() - began < 2
    assert ask("file-drop", server.settings(), "cut") == "down"
    assert ask("file-drop", server.settings()) == HERE, "the next question opens a new connection"
    for refused in (
        server.settings(door="stranger"),
        server.settings(key_env=None, password_env="ONEWINDOW_INTERFACE_DROP_WRONG"),
    ):
        assert ask("file-drop", refused) == "refused"
    assert ask("file-drop", server.settings(url="sftp://city@127.0.0.1:1/out")) == "down"
    assert ask("file-drop", server.settings(url=f"sftp://city@127.0.0.1:{server.ports['good']}/gone")) == "down"
    (server.out / "once.json").write_text('{"row": {"addr": "here", "area": "7"}}')
    assert ask("file-drop", server.settings(), "once") == HERE, "a connection that was cut in the meantime is no fault"
    for wrong in ("/nowhere", str(server.home / "host.pub")):
        monkeypatch.setenv("ONEWINDOW_INTERFACE_DROP_KEY", wrong)
        assert ask("file-drop", server.settings()) == "no-connector"


def test_a_description_pins_the_server_names_its_secrets_and_holds_none(server: Server) -> None:
    for named, wrong in {
        "host_keys must": {"host_keys": []},
        "the server's public keys": {"host_keys": ["ssh-ed25519 AAAA"]},
        "hold no password": {"url": "sftp://city:secret@files.example/out"},
        "must begin with sftp": {"url": "ftp://files.example"},
        "either a password_env or a key_env": {"password_env": "ONEWINDOW_INTERFACE_DROP_PASSWORD"},
        "ONEWINDOW_INTERFACE_": {"key_env": "ONEWINDOW_MASTER_KEY"},
        "unknown keys": {"known_hosts": "any"},
    }.items():
        assert named in problem("file-drop", **server.settings(**wrong))
    assert "folder_env" in problem("file-drop", **{**server.settings(), "folder_env": "ONEWINDOW_INTERFACE_DROP"})
    assert "timeout_seconds" in problem("file-drop", **{**server.settings(), "timeout_seconds": 61})
