"""A real installation of its own for a promise: site and worker as processes that can be killed with signal 9 and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """Site and worker over one database. `kill` is signal 9 to everything of them, at once and without a word."""

    home: Path
    database_url: str = ""
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
    """What the site is told beside its port."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        more = {"ONEWINDOW_HOME": str(self.home), "ONEWINDOW_SECRET_KEY": "only-for-this-test", "ONEWINDOW_ORIGIN": self.address}
        more["ONEWINDOW_DATABASE_URL"] = self.database_url or f"sqlite://{self.home}/onewindow.sqlite3"
        rest = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        return {**rest, **more, "ONEWINDOW_LOG_LEVEL": "ERROR"}

    def command(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "-m", "onewindow.cli", *arguments], env=self.environment, cwd=ROOT, check=True, capture_output=True)

    def make(self) -> None:
        """Migrate and load the small town with its people."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.command("migrate")
        loader = [sys.executable, str(Path(__file__).parent / "load_town.py")]
        printed = subprocess.run(loader, env=self.environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        self.tokens = dict(line.split() for line in printed.splitlines())

    def start(self, *names: str) -> None:
        commands = {"site": ["serve", "--port", str(self.port), *self.options], "worker": ["worker"]}
        for name in names or commands:
            with (self.home / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [sys.executable, "-m", "onewindow.cli", *commands[name]],
                    env=self.environment,
                    cwd=ROOT,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def kill(self, *names: str) -> None:
        for name in names or list(self.running):
            process = self.running.pop(name, None)
            if process is not None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def wait(self, seconds: float = 60) -> None:
        """Wait until the site answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.address}/api/v1/events", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError(f"the site did not answer: {(self.home / 'site.log').read_text()[-2000:]}")
