"""Two hundred people fill in the same form at once, against a real server: what a page takes, and whether a keystroke is ever lost.

python bench/drafters.py                    on SQLite, then on PostgreSQL
python bench/drafters.py --seconds 60 --rates 30 45 60 80

Each drafter has an account, a session and a draft of the restaurant. They type (the page keeps what is typed, as in the browser), look at
pages and go on to the next; requests come at the given rate by chance, not evenly, and a page's time runs from the moment at which it was
due, so that waiting in a queue counts. At the end every draft is read, and whatever the server has acknowledged must stand in it.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
from bench.compile import floor
from lxml import html
from tests import postgres
from tests.promises.installation import Installation

DRAFTERS, RATES, SECONDS = 200, (30, 45, 60, 80), 60
TOKEN = "c" * 32
GOAL_MS = 150
SAYS = "食材当日采购后厨明档公示面积按图纸座位按消防意见招牌尺寸以现场为准"


@dataclass
class Drafter:
    """Somebody with a draft, and what the server has told them is kept."""

    session: str
    draft: str
    free: list[str]
    """Elements that take any text."""
    busy: bool = False
    part: int = 1
    page: dict[str, Any] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    """What stood in each entry when the page was drawn."""
    kept: dict[str, str] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}; onewindow-language=zh-hans", "X-CSRFToken": TOKEN}

    async def act(self, client: httpx.AsyncClient, chance: random.Random) -> str:
        """Type, look or go on; return which it was."""
        if not self.page:
            return await self.look(client)
        what = chance.choices(("type", "look", "go on"), (60, 30, 10))[0]
        if what == "look":
            return await self.look(client)
        typed = [name for name in self.shown if name in self.free]
        if not typed:
            self.part += 1
            return await self.look(client)
        name = chance.choice(typed)
        self.page[name] = (self.page.get(name) or "")[:60] + "".join(chance.choices(SAYS, k=3))
        return await (self.keep(client, name) if what == "type" else self.go_on(client))

    async def look(self, client: httpx.AsyncClient) -> str:
        answer = await client.get(f"/drafts/{self.draft}/form/{self.part}/", headers=self.headers)
        if answer.is_redirect:  # behind the last part: from the beginning
            self.part = 1
            answer = await client.get(f"/drafts/{self.draft}/form/{self.part}/", headers=self.headers)
        self._read(answer)
        return "page"

    async def keep(self, client: httpx.AsyncClient, name: str) -> str:
        sent = {"shown": [name], name: self.page[name], f"base:{name}": self.marks.get(name, "")}
        answer = await client.post(f"/drafts/{self.draft}/sync/", data=sent, headers={**self.headers, "HX-Request": "true"})
        if answer.status_code == httpx.codes.OK:
            said = answer.json()
            if name in said["saved"]:  # else the page says what is wrong with the entry
                self._acknowledged((name,))
                self.marks[name] = said["saved"][name]
            self.page["version"] = str(said["version"])
        else:
            self.troubles.append(f"keep {answer.status_code}")
        return "keep"

    async def go_on(self, client: httpx.AsyncClient) -> str:
        answer = await client.post(f"/drafts/{self.draft}/form/{self.part}/", data=self._sent(), headers=self.headers)
        if answer.is_redirect:
            self._acknowledged(self.shown)
            self.part += 1
            self.page = {}
        else:
            self._read(answer)
        return "go on"

    def _acknowledged(self, names: Any) -> None:
        self.kept.update({name: self.page[name] for name in names if name in self.free and self.page.get(name)})

    def _sent(self) -> dict[str, Any]:
        return {**self.page, "shown": self.shown}

    def _read(self, answer: httpx.Response) -> None:
        if answer.status_code not in {200, 422}:
            self.troubles.append(f"page {answer.status_code}")
            return
        drawn: html.HtmlElement = html.fromstring(answer.text)
        form = next((form for form in drawn.forms if form.get("data-keep") is not None), None)
        if form is not None:
            self.marks = {str(part.get("data-entry")): str(part.get("data-base")) for part in form.xpath(".//*[@data-part]")}
            values = dict(form.form_values())
            self.shown = [str(value) for name, value in form.form_values() if name == "shown"]
            self.page = {name: value for name, value in values.items() if name not in {"shown", "csrfmiddlewaretoken"}}


@dataclass
class Taken:
    what: str
    seconds: float


async def pace(address: str, drafters: list[Drafter], rate: int, seconds: int) -> list[Taken]:
    """Send requests at a rate for so long, each from somebody who is not waiting for an answer."""
    chance, taken, running = random.Random(rate), [], set()
    limits = httpx.Limits(max_connections=DRAFTERS, max_keepalive_connections=DRAFTERS)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60, follow_redirects=False) as client:
        began = due = time.perf_counter()

        async def one(drafter: Drafter, due: float) -> None:
            try:
                what = await drafter.act(client, chance)
                taken.append(Taken(what, time.perf_counter() - due))
            except httpx.HTTPError as error:
                drafter.troubles.append(type(error).__name__)
            finally:
                drafter.busy = False

        while due < began + seconds:
            due += chance.expovariate(rate)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            free = [drafter for drafter in drafters if not drafter.busy]
            if not free:
                continue
            drafter = chance.choice(free)
            drafter.busy = True
            task = asyncio.create_task(one(drafter, due))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)
    return taken


def told(rate: int, taken: list[Taken]) -> dict[str, Any]:
    """Return p50 and p95 of each kind of request. Unit: milliseconds."""
    found: dict[str, Any] = {"rate": rate, "requests": len(taken)}
    for what in ("page", "keep", "go on"):
        times = sorted(row.seconds * 1000 for row in taken if row.what == what)
        if times:
            found[what] = {"n": len(times), "p50": round(times[len(times) // 2], 1), "p95": round(times[int(len(times) * 0.95)], 1)}
    return found


def measure(site: Installation, rates: list[int], seconds: int, workers: int) -> int:
    """Make the people, start the site, let them write at every rate, and read what is kept."""
    from bench import drafters_inside

    inside = [sys.executable, str(Path(drafters_inside.__file__))]
    site.home.mkdir(parents=True, exist_ok=True)
    site.command("migrate")
    made = subprocess.run([*inside, str(DRAFTERS)], env=site.environment, check=True, capture_output=True, text=True).stdout
    drafters = [Drafter(**row) for row in json.loads(made.splitlines()[-1])]
    site.options = ["--workers", str(workers)]
    site.start("site")
    try:
        site.wait()
        asyncio.run(pace(site.address, drafters, 10, 10))  # the processes load what they keep
        for rate in rates:
            found = told(rate, asyncio.run(pace(site.address, drafters, rate, seconds)))
            print(json.dumps({**found, "lost_connections": sum(bool(row.troubles) for row in drafters)}), flush=True)
            if found["page"]["p95"] > GOAL_MS * 10:
                break
    finally:
        site.kill()
    kept = subprocess.run([*inside, "read"], env=site.environment, check=True, capture_output=True, text=True).stdout
    stands = json.loads(kept.splitlines()[-1])
    lost = [(row.draft, name) for row in drafters for name, text in row.kept.items() if stands[row.draft].get(name) != text]
    troubles = sorted({trouble for row in drafters for trouble in row.troubles})
    for draft, name in lost[:5]:
        print(json.dumps({"draft": draft, "lost": name, "held": stands[draft].get(name)}, ensure_ascii=False), flush=True)
    print(json.dumps({"acknowledged": sum(len(row.kept) for row in drafters), "lost": len(lost), "troubles": troubles}), flush=True)
    return 1 if lost else 0


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rates", type=int, nargs="+", default=list(RATES))
    arguments.add_argument("--seconds", type=int, default=SECONDS)
    arguments.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    arguments.add_argument("--only", choices=("sqlite", "postgresql"))
    given = arguments.parse_args()
    loop, product = floor()
    print(f"floor of the machine: a million additions in Python {loop:.1f} ms, a product of 500 × 500 in NumPy {product:.1f} ms")
    status = 0
    if given.only != "postgresql":
        print("SQLite", flush=True)
        status |= _on(given, "")
    if given.only != "sqlite" and postgres.server_folder() is not None:
        print("PostgreSQL", flush=True)
        with postgres.cluster() as url:
            status |= _on(given, url)
    return status


def _on(given: argparse.Namespace, url: str) -> int:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="onewindow-bench-") as home:
        return measure(Installation(Path(home), url), given.rates, given.seconds, given.workers)


if __name__ == "__main__":
    sys.exit(main())
