"""A server of files as another authority runs one: SFTP over real TCP, with one log-in and faults that a file's name begins.

Prints, as one line of JSON, where it listens; begun by test_sftp.py: FOLDER KEY-FILE OTHER-KEY-FILE PUBLIC-KEY-FILE.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import asyncssh

FOLDER, HOST_KEY, OTHER_KEY, CLIENT_KEYS = sys.argv[1:5]
PASSWORD = "a password of the test"
doors: list[str] = []
cut: set[str] = set()


class Door(asyncssh.SSHServer):
    """Counts who comes in."""

    def begin_auth(self, username: str) -> bool:
        doors.append(username)
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return username == "city" and password == PASSWORD


class Files(asyncssh.SFTPServer):
    """The folder, and what may go wrong with it."""

    def __init__(self, chan: "asyncssh.SSHServerChannel[bytes]") -> None:
        super().__init__(chan, chroot=os.fsencode(FOLDER))

    async def lstat(self, path: bytes) -> Any:
        name = Path(os.fsdecode(path)).name
        if name == "doors.json":  # how many connections there were so far
            (Path(FOLDER) / "out" / name).write_text(json.dumps({"row": {"addr": str(len(doors))}}))
        if name.startswith("hang"):
            await asyncio.sleep(3600)
        if name.startswith("cut"):
            self.connection.abort()
        if name.startswith("once") and name not in cut:
            cut.add(name)
            self.connection.abort()
        return super().lstat(path)

    def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        found = super().read(file_obj, offset, size)
        if file_obj.name.endswith(b"growing.csv"):
            with Path(os.fsdecode(file_obj.name)).open("ab") as file:
                file.write(b"another,there,8\n")
        return bytes(found)


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def main() -> None:
    told: dict[str, Any] = {}
    for name, key in (("good", HOST_KEY), ("stranger", OTHER_KEY)):
        server = await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[key], authorized_client_keys=CLIENT_KEYS, server_factory=Door, sftp_factory=Files
        )
        told[name] = server.sockets[0].getsockname()[1]
    quiet = await asyncio.start_server(silent, "127.0.0.1", 0)
    told["silent"] = quiet.sockets[0].getsockname()[1]
    print(json.dumps(told), flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
