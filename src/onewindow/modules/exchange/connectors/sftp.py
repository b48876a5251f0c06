"""A folder of a server that is reached over SFTP: its key is pinned, and one time-out holds for everything that a question takes."""

import asyncio
import logging
import re
import stat
import threading
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from onewindow.modules.exchange.connectors.base import SettingsProblem
from onewindow.modules.exchange.connectors.environment import check_places, checked, filled, variable
from onewindow.modules.exchange.connectors.places import Seen, Wanted
from onewindow.modules.exchange.connectors.reading import LONGEST_TIMEOUT
from onewindow.modules.exchange.errors import SourceUnavailable

if TYPE_CHECKING:
    import asyncssh

Told = TypeVar("Told")

IDLE_SECONDS = LONGEST_TIMEOUT + 30.0
"""A connection that nobody used for so long is closed: servers count them."""
_KNOWN = frozenset({"url", "host_keys", "password_env", "key_env"})
_ADDRESS = re.compile(r"sftp://|\$\{[A-Z][A-Z0-9_]*\}")

# At INFO it tells which files are read, and a file's name may be somebody's number.
logging.getLogger("asyncssh").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Door:
    """A log-in at a server, with its secrets as they stand now: others mean another connection."""

    host: str
    port: int
    user: str
    host_keys: tuple[str, ...]
    password: str
    key_path: str
    key_changed_ns: int


@dataclass(frozen=True)
class Sftp:
    """`url`: sftp://user@host:port/folder, below the log-in's own folder as /~/folder. `host_keys`: as ssh-keyscan tells them."""

    resource: str
    url: str
    host_keys: tuple[str, ...]
    password_env: str
    key_env: str
    timeout_seconds: float

    @classmethod
    def from_settings(cls, resource: str, settings: Mapping[str, Any], timeout_seconds: float) -> "Sftp":
        """Return the place. Raises: SettingsProblem."""
        if unknown := sorted(settings.keys() - _KNOWN):
            raise SettingsProblem(f"sftp: unknown keys {', '.join(unknown)}; known are {', '.join(sorted(_KNOWN))}")
        url, host_keys = settings.get("url"), settings.get("host_keys")
        if not isinstance(url, str) or not _ADDRESS.match(url):
            raise SettingsProblem("sftp: url must begin with sftp:// or ${VARIABLE}")
        if url.startswith("sftp://") and "$" not in url and _parts(url) is None:
            raise SettingsProblem("sftp: url must be sftp://user@host/folder, and hold no password")
        if not isinstance(host_keys, list) or not host_keys or not all(isinstance(key, str) and _is_key(key) for key in host_keys):
            raise SettingsProblem("sftp: host_keys must list the server's public keys, each as “ssh-ed25519 AAAA…”")
        if ("password_env" in settings) == ("key_env" in settings):
            raise SettingsProblem("sftp: name either a password_env or a key_env")
        password, key = (checked(settings[name], f"sftp: {name}") if name in settings else "" for name in ("password_env", "key_env"))
        keys = tuple(" ".join(key.split()[:2]) for key in host_keys)
        return cls(resource, check_places(url, "sftp: url"), keys, password, key, timeout_seconds)

    def address(self) -> str:
        return filled(self.url)

    def read(self, name: str, wanted: Wanted) -> bytes | None:
        """Look at a file, and read it where it is wanted; everything together within the time-out."""
        import asyncssh  # takes a third of a second, and only where a server is read

        parts = _parts(self.address())
        if parts is None:
            raise SourceUnavailable(resource=self.resource, reason="no-connector")
        host, port, user, folder = parts
        try:
            key = variable(self.key_env) if self.key_env else ""
            changed = Path(key).stat().st_mtime_ns if self.key_env else 0
            door = Door(host, port, user, self.host_keys, variable(self.password_env) if self.password_env else "", key, changed)
            return _thread.run(_doors.read(door, folder, name, wanted, self.timeout_seconds))
        except FileNotFoundError:
            if self.key_env and not Path(key).is_file():
                raise SourceUnavailable(resource=self.resource, reason="no-connector") from None
            raise
        except TimeoutError:
            reason = "time-out"
        except (asyncssh.PermissionDenied, asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed, asyncssh.SFTPPermissionDenied):
            reason = "refused"
        except asyncssh.KeyImportError:
            reason = "no-connector"
        except Changing:
            reason = "garbage"
        except (OSError, asyncssh.Error):
            reason = "down"
        raise SourceUnavailable(resource=self.resource, reason=reason)


class Changing(Exception):
    """Somebody writes the file while it is read."""


class _Doors:
    """The open connections, each used by all questions at once. Lives in the thread below and nowhere else."""

    def __init__(self) -> None:
        self._lines: dict[Door, _Line] = {}
        self._locks: dict[Door, asyncio.Lock] = {}

    async def read(self, door: Door, folder: str, name: str, wanted: Wanted, timeout_seconds: float) -> bytes | None:
        """Read over the connection that is open, or over a new one where that was cut in the meantime."""
        import asyncssh

        async with asyncio.timeout(timeout_seconds):
            for kept in (door in self._lines, False):
                line = await self._line(door)
                try:
                    return await _content(line.files, folder, name, wanted)
                except (asyncssh.ConnectionLost, asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, ConnectionError):
                    self._close(door, line)
                    if not kept:
                        raise
                except (TimeoutError, asyncio.CancelledError):  # nobody knows what it is busy with
                    self._close(door, line)
                    raise
        raise AssertionError  # the second turn returns or raises

    async def _line(self, door: Door) -> "_Line":
        lock = self._locks.setdefault(door, asyncio.Lock())
        async with lock:  # who comes second waits for the connection of who came first
            loop = asyncio.get_running_loop()
            if (line := self._lines.get(door)) is None:
                line = self._lines[door] = await _opened(door)
                loop.call_later(IDLE_SECONDS, self._tidy, door, line)
            line.used_at = loop.time()
            return line

    def _tidy(self, door: Door, line: "_Line") -> None:
        loop = asyncio.get_running_loop()
        if self._lines.get(door) is line:
            if (left := line.used_at + IDLE_SECONDS - loop.time()) > 0:
                loop.call_later(left, self._tidy, door, line)
            else:
                self._close(door, line)

    def _close(self, door: Door, line: "_Line") -> None:
        if self._lines.get(door) is line:
            del self._lines[door]
            self._locks.pop(door, None)
        line.connection.abort()


@dataclass
class _Line:
    connection: "asyncssh.SSHClientConnection"
    files: "asyncssh.SFTPClient"
    used_at: float = 0.0


async def _opened(door: Door) -> _Line:
    """Open a connection that trusts the pinned keys and offers what the connector names: nothing of this machine's own SSH."""
    import asyncssh

    proof: dict[str, Any] = {"password": door.password} if not door.key_path else {"client_keys": [door.key_path], "password": None}
    connection = await asyncssh.connect(
        door.host,
        door.port,
        username=door.user,
        known_hosts=([key.encode() for key in door.host_keys], [], []),
        config=None,
        agent_path=None,
        gss_host=None,
        **({"client_keys": None} | proof),
    )
    try:
        return _Line(connection, await connection.start_sftp_client())
    except BaseException:
        connection.abort()
        raise


async def _content(files: "asyncssh.SFTPClient", folder: str, name: str, wanted: Wanted) -> bytes | None:
    import asyncssh

    path = f"{folder}/{name}"
    try:
        seen = _seen(await files.lstat(path))
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        if await files.isdir(folder):
            raise FileNotFoundError from None
        raise
    if not wanted(seen):
        return None
    async with files.open(path, "rb") as file:
        content = await file.read(seen.size + 1)
        after = _seen(await file.stat())
    if after.stamp != seen.stamp or len(content) != seen.size:
        raise Changing
    return content if isinstance(content, bytes) else content.encode()


def _seen(about: "asyncssh.SFTPAttrs") -> Seen:
    import asyncssh

    plain = stat.S_ISREG(about.permissions) if about.permissions is not None else about.type == asyncssh.FILEXFER_TYPE_REGULAR
    size, changed = about.size or 0, about.mtime or 0
    return Seen(plain, size, changed, (changed * 10**9 + (about.mtime_ns or 0), size))


class _Thread:
    """The one thread in which all connections live, begun with the first question."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, work: Coroutine[Any, Any, Told]) -> Told:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="sftp", daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


_doors = _Doors()
_thread = _Thread()


def _parts(url: str) -> tuple[str, int, str, str] | None:
    """Return host, port, user and folder of an address, or nothing where one is missing or a password stands in it.

    >>> _parts("sftp://onewindow@files.example/out/land"), _parts("sftp://u@h:2222/~/out/")
    (('files.example', 22, 'onewindow', '/out/land'), ('h', 2222, 'u', 'out'))
    >>> _parts("sftp://u:secret@h/out"), _parts("sftp://h/out")
    (None, None)
    """
    with suppress(ValueError):
        found = urlsplit(url)
        if found.scheme == "sftp" and found.hostname and found.username and found.password is None:
            folder = unquote(found.path).rstrip("/")
            relative = f"{folder}/".startswith("/~/")
            return found.hostname, found.port or 22, unquote(found.username), (folder[3:] or ".") if relative else folder or "/"
    return None


def _is_key(line: str) -> bool:
    try:
        load_ssh_public_key(" ".join(line.split()[:2]).encode())
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True
