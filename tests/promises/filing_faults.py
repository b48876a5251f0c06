"""The filings of promise 3: each in a process of its own that dies, or breaks, at one step. Prints what was found, as JSON.

python -m tests.promises.filing_faults kill=HOW_MANY break=HOW_MANY moments=HOW_MANY

A step is a statement to the database, a commit (before and after), or a call that makes a file durable. 0 means every step.
"""

import hashlib
import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import django

django.setup()

from django.conf import settings
from django.db import connection, connections

from onewindow.cli.migrate import apply_migrations
from onewindow.modules.cases import models, services
from onewindow.modules.exchange import services as exchange
from onewindow.plumbing import files
from onewindow.plumbing import models as kept
from tests.cases.conftest import Registers, found_town, prepare
from tests.cases.town import PDF, WANG

NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
TWO_DAYS = 2 * 24 * 3600


class Broken(Exception):
    """The fault that is injected."""


class Steps:
    """Counts steps, and at one of them does what it was made for."""

    def __init__(self, fatal: int, fault: Callable[[], None]) -> None:
        self.fatal, self.fault, self.passed = fatal, fault, 0

    def step(self) -> None:
        if self.passed == self.fatal:
            self.passed += 1
            self.fault()
        self.passed += 1

    def statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.step()
        return execute(sql, params, many, context)

    def around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.step()
            result = real(*args, **kwargs)
            self.step()
            return result

        return call


def content(number: int) -> bytes:
    """A document that no other filing has."""
    return PDF.replace(b"1 0 obj", b"%% filing %d\n1 0 obj" % number)


def act(draft_id: UUID, number: int, again: int = 0) -> None:
    """What a citizen's last two requests do. Whoever sends them again may have scanned the document again."""
    if not models.Upload.objects.filter(draft=draft_id).exists():
        scan = {"name": "plan.pdf", "media_type": "application/pdf", "content": content(number + again)}
        services.add_upload(draft_id=draft_id, evidence_type="layout", **scan, actor=WANG, now=NOW)
    services.file_case(draft_id=draft_id, idempotency_key=f"key-{number}", declared=True, actor=WANG, now=NOW)


def with_steps(steps: Steps, draft_id: UUID, number: int) -> None:
    with (
        connection.execute_wrapper(steps.statement),
        mock.patch.object(connection, "_commit", steps.around(connection._commit)),
        mock.patch("os.fsync", steps.around(os.fsync)),
        mock.patch.object(Path, "replace", steps.around(Path.replace)),
    ):
        act(draft_id, number)


def count_steps() -> int:
    """File without a fault, and tell how many steps that has once the rules are in memory."""
    for number in (1, 2):
        steps = Steps(-1, lambda: None)
        with_steps(steps, prepare(NOW, upload=False), number)
    return steps.passed


def in_a_child(work: Callable[[], None]) -> int:
    """Run the work in a process that shares nothing but the disk, and return the signal that ended it."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed of itself"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def killed_at(point: int, draft_id: UUID, number: int) -> bool:
    def fault() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    return in_a_child(lambda: with_steps(Steps(point, fault), draft_id, number)) == signal.SIGKILL


def broken_at(point: int, draft_id: UUID, number: int) -> bool:
    def fault() -> None:
        raise Broken

    try:
        with_steps(Steps(point, fault), draft_id, number)
    except Broken:
        return True
    finally:
        connections.close_all()
    return False


def killed_after(seconds: float, draft_id: UUID, number: int) -> bool:
    connections.close_all()
    child = os.fork()
    if child == 0:
        act(draft_id, number)
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def faults_of(draft_id: UUID) -> list[str]:
    """Return everything that is half there."""
    found: list[str] = []
    draft = models.Draft.objects.get(pk=draft_id)
    uploads = list(draft.uploads.all())
    for row in uploads:
        stored = kept.StoredFile.objects.filter(pk=row.file).first()
        found += [] if stored and _holds(stored) else ["an upload without its file"]
    if draft.filed_case is not None:
        found += _missing_of(draft.filed_case, uploads)
    named = models.Draft.objects.exclude(filed_case=None).values("filed_case")
    found += ["a case without a draft"] * models.Case.objects.exclude(pk__in=named).count()
    known = models.Case.objects.values("reference")
    found += ["a number without a case"] * models.IssuedReference.objects.exclude(reference__in=known).count()
    found += ["a claimed key without an answer"] * kept.IdempotencyKey.objects.filter(result=None).count()
    return found


def strays() -> list[str]:
    """Return rows of cases that do not exist."""
    cases = models.Case.objects.values("pk")
    kinds = (models.CaseService, models.Task, models.CaseValue, models.Attachment, models.TimelineEntry)
    return [f"a {kind.__name__} without a case" for kind in kinds for _ in range(kind.objects.exclude(case__in=cases).count())]


def _missing_of(case: models.Case, uploads: list[models.Upload]) -> list[str]:
    parts = {
        "services": case.services.count() == 4,
        "tasks": case.tasks.count() == 9,
        "values": case.values.filter(element="address", source_kind="resource").exists(),
        "a timeline": case.timeline.filter(code="case-filed").count() == 1,
        "an audit entry": kept.AuditEntry.objects.filter(action="cases.file", subject_id=str(case.pk)).count() == 1,
        "a number": models.IssuedReference.objects.filter(reference=case.reference).exists(),
        "its documents": {row.sha256 for row in case.attachments.all()} == {row.sha256 for row in uploads} != set(),
        "its documents on disk": all(
            _holds(row) for row in kept.StoredFile.objects.filter(pk__in=[each.file for each in case.attachments.all()])
        ),
    }
    return [f"a case without {part}" for part, there in parts.items() if not there]


def _holds(row: kept.StoredFile) -> bool:
    try:
        with files.open(row.pk) as file:
            return hashlib.sha256(file.read()).hexdigest() == row.sha256
    except FileNotFoundError:
        return False


def on_disk() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).glob("??/??/*") if path.is_file()}


def swept() -> dict[str, int]:
    """Let two days pass on the disk, sweep, and count what lay about before and after."""
    named = set(kept.StoredFile.objects.values_list("place", flat=True))
    before = sum(path.name not in named for path in on_disk())
    young = files.sweep(now=NOW)
    old = time.time() - TWO_DAYS
    for path in on_disk():
        os.utime(path, (old, old))
    removed = files.sweep(now=NOW)
    left = {path.name for path in on_disk()}
    return {"unnamed": before, "young": young, "removed": removed, "unnamed_left": len(left - named), "named_lost": len(named - left)}


def planned(way: str, most: int, steps: int, chance: random.Random) -> list[tuple[Callable[[Any, UUID, int], bool], Any]]:
    """Return (what goes wrong, when) of each filing."""
    if way == "moments":
        return [(killed_after, chance.uniform(0, 0.07)) for _ in range(most)]
    points = sorted(chance.sample(range(steps), min(most, steps))) if most else range(steps)
    return [(killed_at if way == "kill" else broken_at, point) for point in points]


def main(wanted: dict[str, int]) -> dict[str, Any]:
    apply_migrations()
    found_town(NOW)
    exchange.query = Registers().query  # type: ignore[assignment]
    steps, chance = count_steps(), random.Random(3)
    found: dict[str, Any] = {"steps": steps, "faults": []}
    number = 1000
    for way, most in wanted.items():
        plan = planned(way, most, steps, chance)
        died = 0
        for number, (fault, point) in enumerate(plan, number + 1):  # noqa: B020  (goes on counting)
            draft_id = prepare(NOW, upload=False)
            died += fault(point, draft_id, number)
            found["faults"] += [f"{way} {point}: {row}" for row in faults_of(draft_id)]
            try:
                act(draft_id, number, again=number % 2 * 1_000_000)
            except Exception as error:
                found["faults"].append(f"{way} {point}, sent again: {type(error).__name__}")
            found["faults"] += [f"{way} {point}, sent again: {row}" for row in faults_of(draft_id)]
        found[way] = {"tried": len(plan), "died": died}
    found["faults"] += strays()
    found["tried"] = sum(found[way]["tried"] for way in wanted)
    found["cases"] = models.Case.objects.count() - 2
    return {**found, **swept()}


print(json.dumps(main({way: int(most) for way, _, most in (word.partition("=") for word in sys.argv[1:])})))
