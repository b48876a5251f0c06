"""A throw-away PostgreSQL: made, used and removed by whoever asks for one. Never the machine's own.

python -m tests.postgres -- pytest …      runs a command with ONEWINDOW_TEST_DATABASE_URL set
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = "PostgreSQL's server is not installed: the tests on it are left out. To have them: apt-get install postgresql"


def server_folder() -> Path | None:
    """Return the folder of initdb and postgres, or None where the server is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


def _as_server_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(*, durable: bool = True) -> Iterator[str]:
    """Start a cluster on a free loopback port and yield its URL; stop and remove it afterwards.

    `durable`: commits reach the disk, as they do in an installation; where nobody pulls the plug, tests need not wait for it.
    Raises: FileNotFoundError where the server is not installed.
    """
    folder = server_folder()
    if folder is None:
        raise FileNotFoundError(MISSING)
    home = Path(tempfile.mkdtemp(prefix="onewindow-postgres-"))
    try:
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(home, user.pw_uid, user.pw_gid)
        data, port = home / "data", _free_port()
        initdb = [str(folder / "initdb"), "-D", str(data), "-U", "onewindow", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        subprocess.run(_as_server_user(initdb), check=True, stdout=subprocess.DEVNULL)
        settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home} -c max_connections=200"
        if not durable:
            settings += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        control = [str(folder / "pg_ctl"), "-D", str(data), "-w", "-l", str(home / "log")]
        subprocess.run(_as_server_user([*control, "-o", settings, "start"]), check=True, stdout=subprocess.DEVNULL)
        try:
            yield f"postgresql://onewindow@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run(_as_server_user([*control, "-m", "immediate", "stop"]), check=True, stdout=subprocess.DEVNULL)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main(arguments: list[str]) -> int:
    command = arguments[arguments.index("--") + 1 :] if "--" in arguments else arguments
    if server_folder() is None:
        print(MISSING)
        return 0
    with cluster(durable=False) as url:
        return subprocess.run(command, env={**os.environ, "ONEWINDOW_TEST_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
