"""The writers of promise 4: each a process that takes reference numbers as filings do, commits them, and deletes cases again.

python -m tests.promises.reference_writers HOW_MANY_EACH FOLDER
"""

import json
import os
import random
import sys
import traceback
from pathlib import Path
from uuid import uuid4

from onewindow.config import setup

setup()

from django.db import transaction

from onewindow.modules.cases import models, references
from onewindow.plumbing import clock

WRITERS = 8
TOGETHER = 20


class GivenUp(Exception):
    """A filing that fails after its number was drawn."""


def take(chance: random.Random, count: int, few: int) -> tuple[list[str], list[str]]:
    """Return (numbers drawn as filings draw them, numbers out of so few that writers meet)."""
    drawn: list[str] = []
    met: list[str] = []
    for turn in range(count):
        drawn.append(references.issue())
        met.append(references.issue(lambda: f"{references.prefix()}-few-{chance.randrange(few):07d}"))
        if turn % 3 == 0:
            case = models.Case(reference=drawn[-1], event="e", release=1, plan={}, applicant=uuid4(), state="filed", filed_at=clock.now())
            case.save(force_insert=True)
            case.delete()
    return drawn, met


def write(seed: int, each: int, output: Path) -> None:
    chance = random.Random(seed)
    wide: list[str] = []
    few: list[str] = []
    while len(wide) + len(few) < each:
        try:
            with transaction.atomic():
                drawn, met = take(chance, TOGETHER // 2, few=each * WRITERS)
                if chance.random() < 0.1:
                    raise GivenUp
        except GivenUp:
            continue
        wide += drawn
        few += met
    output.write_text(json.dumps({"wide": wide, "few": few}), encoding="utf-8")


def main(each: int, folder: Path) -> int:
    """Fork the writers before any connection is open, and wait for all of them."""
    children = []
    for number in range(WRITERS):
        child = os.fork()
        if child == 0:
            try:
                write(number, each, folder / f"writer-{number}.json")
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        children.append(child)
    return max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)


sys.exit(main(int(sys.argv[1]), Path(sys.argv[2])))
