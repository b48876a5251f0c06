"""A process that reads, is denied and numbers all at once, and may be killed at any moment. Started by promise 26.

work SEED: prints a line for every look or denial that was answered, until it is killed.  check: prints what a check of the log found.
"""

import json
import os
import random
import sys
import threading
import time
from uuid import UUID

from onewindow.config import setup

READERS = 4


class Undone(Exception):
    """Rolls a transaction back."""


def work(seed: int) -> None:
    from django.db import transaction

    from onewindow.domain.errors import Forbidden
    from onewindow.plumbing import accesses, audit, clock, permissions, proof_log
    from onewindow.plumbing.actors import Actor

    permissions.declare("tests.never", says="Nobody.", allows=lambda _actor, _subject: False)

    def number() -> None:
        while True:
            proof_log.sequence_all(now=clock.now())
            time.sleep(0.02)  # the others write to the same file

    def act(dice: random.Random, actor: Actor) -> str:
        """Look or be denied, alone or inside an act that is undone; return what was answered."""
        ident = UUID(int=dice.getrandbits(128))
        if dice.random() < 0.5:
            try:
                permissions.require(actor, "tests.never", ident)
            except Forbidden:
                return f"denied {ident}"
        accesses.read(actor=actor, what="tests.case", subject_kind="case", subject_id=ident, persons=[ident], at=clock.now())
        return f"read {ident}"

    def live(place: int) -> None:
        dice = random.Random(f"{seed}.{place}")
        actor = Actor(kind="officer", id=UUID(int=place), organisation="market")
        while True:
            told = ""
            if dice.random() < 0.5:
                told = act(dice, actor)
            else:
                try:
                    with transaction.atomic():
                        audit.record(actor=actor, action="tests.undone", subject_kind="case", subject_id=1, at=clock.now())
                        told = act(dice, actor)
                        raise Undone
                except Undone:
                    pass
            os.write(1, f"{told}\n".encode())

    threads = [threading.Thread(target=live, args=(place,)) for place in range(READERS)]
    for thread in [threading.Thread(target=number), *threads]:
        thread.start()


def check() -> None:
    from onewindow.plumbing import clock, proof_log

    proof_log.sequence_all(now=clock.now())
    found = proof_log.verify()
    print(json.dumps({"faults": found.faults, "waiting": found.waiting, "entries": found.entries}))


if __name__ == "__main__":
    setup()
    work(int(sys.argv[2])) if sys.argv[1] == "work" else check()
