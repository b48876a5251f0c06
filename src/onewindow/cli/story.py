"""`onewindow story`: a scenario replayed over HTTP, as the people in it would live it."""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import httpx
import yaml

from onewindow.cli.demo import demo_password
from onewindow.cli.failures import Failure
from onewindow.cli.installation import DEFAULT_PORT, environment, home, python_module, running, scenario_folder
from onewindow.cli.story_player import Player, Told
from onewindow.cli.visitor import Stuck

STARTS_WITHIN_SECONDS = 60.0


@click.group()
def story() -> None:
    """Replay a scenario as people would live it."""


@story.command("list")
def list_stories() -> None:
    """List the scenarios that have a story."""
    for path in sorted(scenario_folder().parent.glob("*/story.yaml")):
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        click.echo(f"{path.parent.name:20} {told['name'].get('en', '')}")


@story.command("run")
@click.argument("name")
@click.option("--fresh", is_flag=True, help="on a temporary installation, started for it and removed afterwards")
@click.option("--json", "as_json", is_flag=True, help="print what was counted as JSON")
@click.option("--url", default=None, help="the running installation; without it the one that “onewindow up” has started here")
def run(name: str, fresh: bool, as_json: bool, url: str | None) -> int:
    """Replay a story and count what it took. Exit: 0 where it ended as it should, else 1."""
    folder = scenario_folder(name)
    told = yaml.safe_load((folder / "story.yaml").read_text(encoding="utf-8"))
    began = time.monotonic()

    def show(line: Told) -> None:
        click.echo(f"{time.monotonic() - began:6.1f} s  {line.who:14} {line.what}", err=as_json)

    try:
        with _installation(name, fresh, url) as base:
            result = Player(base=base, folder=folder, story=told, password=demo_password(), show=show).play()
    except Stuck as stuck:
        raise Failure(f"The story “{name}” stopped: {stuck}") from stuck
    result["seconds"] = round(time.monotonic() - began, 1)
    click.echo(json.dumps(result, ensure_ascii=False, indent=2) if as_json else _in_words(result))
    return 0 if result["as_told"] else 1


def _in_words(result: dict[str, Any]) -> str:
    rows = [
        f"\nCase {result['reference']}: {result['state']} after {result['seconds']} s",
        f"  fields typed         {result['elements_typed']}   (the services by themselves ask {result['report']['before']['elements']})",
        f"  documents uploaded   {result['documents_uploaded']}   (by themselves {result['report']['before']['documents']})",
        f"  visits               {result['visits']}   (by themselves {result['report']['before']['visits']})",
        f"  registers answered   {result['interfaces']}, of {result['departments']} departments",
        f"  decided at once      {result['decided_at_once']} of {result['services']} services",
        f"  outputs issued       {len(result['outputs'])}, by {result['officers']} officers",
    ]
    return "\n".join(rows)


@contextmanager
def _installation(name: str, fresh: bool, url: str | None) -> Iterator[str]:
    """Yield the address of the installation to play on.

    Raises: Failure where none answers.
    """
    if not fresh:
        here = url or (running(home()) or {}).get("site") or f"http://127.0.0.1:{DEFAULT_PORT}"
        _require_answer(here)
        yield here
        return
    own = Path(tempfile.mkdtemp(prefix="onewindow-story-"))
    port, sources_port = _free_ports(2)
    arguments = ["up", "--home", str(own), "--port", str(port), "--sources-port", str(sources_port), "--scenario", name]
    address = f"http://127.0.0.1:{port}"
    with (own / "up.log").open("wb") as log:
        changes = {"ONEWINDOW_ORIGIN": address, "ONEWINDOW_HOME": str(own)}
        command = python_module(*arguments)
        started = subprocess.Popen(command, env=environment(changes), stdout=log, stderr=log)  # noqa: S603  (our own program)
        try:
            _wait(address, started, own / "up.log")
            yield address
        finally:
            started.terminate()
            try:
                started.wait(timeout=20)
            except subprocess.TimeoutExpired:
                started.kill()
            shutil.rmtree(own, ignore_errors=True)


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _wait(address: str, started: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if started.poll() is not None:
            break
        if "is ready after" in log.read_text(encoding="utf-8", errors="ignore"):
            return
        time.sleep(0.2)
    tail = " ".join(log.read_text(encoding="utf-8", errors="ignore").split()[-60:])
    raise Failure(f"The temporary installation at {address} did not start. It said: {tail}")


def _require_answer(url: str) -> None:
    try:
        httpx.get(url, timeout=5)
    except httpx.HTTPError:
        raise Failure(f"No installation answers at {url}. Start one with “onewindow up”, or use --fresh.") from None


if __name__ == "__main__":
    sys.exit(story())
