"""An event and a handler of the tests' own: the effect is an audit entry, so that it can be counted."""

import time
from dataclasses import dataclass

from onewindow.domain import events
from onewindow.plumbing import audit, outbox
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping(events.Event):
    number: int
    work_seconds: float = 0.0


@outbox.on(Ping)
def note(event: Ping) -> None:
    audit.record(actor=Actor.system("tests"), action="tests.noted", subject_kind="ping", subject_id=event.number, at=event.at)
    if event.work_seconds:
        time.sleep(event.work_seconds)
