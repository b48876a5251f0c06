"""`onewindow up`: one command from nothing to a city that answers, and back."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from onewindow.cli.installation import running
from tests.cli.support import ROOT, environment, onewindow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def up(home: Path, *options: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Start it, wait until it says that it is ready, and give the process with all it printed."""
    log = home.parent / f"{home.name}-{time.monotonic_ns()}.log"
    ports = ("--port", str(free_port()), "--sources-port", str(free_port()))
    with log.open("w", encoding="utf-8") as out:
        command = [sys.executable, "-m", "onewindow.cli", "up", "--home", str(home), *ports, *options]
        process = subprocess.Popen(command, env=environment(home), cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, text=True)
        try:
            deadline = time.monotonic() + 90
            while "Ctrl-C" not in log.read_text(encoding="utf-8"):
                assert process.poll() is None, log.read_text(encoding="utf-8")
                assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
                time.sleep(0.1)
            yield process, log.read_text(encoding="utf-8")
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2, trust_env=False).status_code < 500
    except httpx.TransportError:
        return False


def gone(*addresses: str) -> bool:
    """Tell whether nobody answers any more, waiting a little."""
    for _ in range(50):
        if not any(answers(address) for address in addresses):
            return True
        time.sleep(0.1)
    return False


def children_of(pid: int) -> dict[int, str]:
    """Return {process: its command line} of what a process started."""
    listed = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid=,args="], capture_output=True, text=True, check=False).stdout
    return {int(line.split()[0]): line for line in listed.splitlines()}


def ended(processes: Iterable[int]) -> bool:
    """Tell whether these are gone, waiting a little; what only waits to be counted out by its new parent is."""
    for _ in range(80):
        states = subprocess.run(["ps", "-o", "stat=", "-p", ",".join(map(str, processes))], capture_output=True, text=True, check=False)
        if not [state for state in states.stdout.split() if not state.startswith("Z")]:
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("city") / "var"


def test_a_fresh_city_is_ready_with_log_ins_its_site_comes_back_when_it_dies_and_it_stops_whole(home: Path) -> None:
    with up(home) as (process, printed):
        where = running(home)
        assert where is not None
        assert where["site"] in printed
        assert "wang.li" in printed
        assert "one-window-demo" in printed
        assert answers(where["site"])
        assert httpx.get(f"{where['sources']}/_health", trust_env=False).status_code == 200
        second = onewindow(home, "up")
        assert second.returncode == 2
        assert "running already" in second.stderr
        doctor = onewindow(home, "doctor")
        assert "ok      sources" in doctor.stdout, doctor.stdout
        assert doctor.returncode == 0, doctor.stdout
        kill_the_site(process.pid)
        deadline = time.monotonic() + 40
        while not answers(where["site"]):
            assert time.monotonic() < deadline, "the site did not come back"
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    assert gone(where["site"], f"{where['sources']}/_health")
    assert running(home) is None


def kill_the_site(pid: int) -> None:
    """Kill the process that serves the site; what it minded must end with it: it would keep the port, and serve what nobody minds."""
    (site,) = [child for child, line in children_of(pid).items() if " serve " in line or "granian" in line]
    serving = children_of(site)
    assert serving, "the site minds processes that serve"
    os.kill(site, signal.SIGKILL)
    assert ended(serving)


def test_started_again_it_keeps_the_data_and_killed_without_a_word_it_leaves_no_process_behind(home: Path) -> None:
    if not home.exists():  # another worker may have run what stands above
        with up(home):
            pass
    before = onewindow(home, "catalogue", "export").stdout
    with up(home) as (process, printed):
        assert "demo city was loaded" not in printed
        assert "wang.li" in printed
        assert onewindow(home, "catalogue", "export").stdout == before
        where = running(home)
        assert where is not None
        process.kill()
        process.wait(timeout=5)
        assert gone(where["site"], f"{where['sources']}/_health")
        assert running(home) is None


def test_a_taken_port_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = onewindow(tmp_path, "up", "--port", str(taken.getsockname()[1]), cwd=ROOT)
    assert ran.returncode == 2
    assert "is taken. Choose another with --port." in ran.stderr
