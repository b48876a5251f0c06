"""Where another authority puts its files: a folder of this machine. `sftp` knows the other place, a folder of a server."""

import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from onewindow.modules.exchange.connectors.environment import variable
from onewindow.modules.exchange.errors import SourceUnavailable


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it is seen before it is read. `plain`: neither a link nor a folder.  Unit: bytes, seconds since 1970."""

    plain: bool
    size: int
    changed_at: float
    stamp: tuple[int, int]
    """Another one: another content."""


Wanted = Callable[[Seen], bool]


class Place(Protocol):
    """A folder of files."""

    def address(self) -> str:
        """Tell which folder it is, to keep what was read apart from what others hold."""

    def read(self, name: str, wanted: Wanted) -> bytes | None:
        """Return a file's content, or nothing where it is not wanted after a look at it.

        Raises: FileNotFoundError where the folder is there and the file is not; SourceUnavailable, and whatever `wanted` raises.
        """


@dataclass(frozen=True)
class Folder:
    """A folder of this machine, or one that is mounted here."""

    resource: str
    folder_env: str

    def address(self) -> str:
        return variable(self.folder_env)

    def read(self, name: str, wanted: Wanted) -> bytes | None:
        folder = Path(self.address())
        if not self.address() or not folder.is_dir():
            raise SourceUnavailable(resource=self.resource, reason="down")
        path = folder / name
        try:
            seen = _seen(path)
            if not wanted(seen):
                return None
            content = path.read_bytes()
            if _seen(path).stamp != seen.stamp or len(content) != seen.size:  # somebody is writing it at this moment
                raise SourceUnavailable(resource=self.resource, reason="garbage")
        except FileNotFoundError:
            raise
        except OSError:
            raise SourceUnavailable(resource=self.resource, reason="down") from None
        return content


def _seen(path: Path) -> Seen:
    about = path.lstat()
    return Seen(stat.S_ISREG(about.st_mode), about.st_size, about.st_mtime, (about.st_mtime_ns, about.st_size))
