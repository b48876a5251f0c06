"""Questions and answers as the exchange writes them, without asking anybody: for what happens to the log afterwards."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from onewindow.modules.exchange import messages, models
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.clock import local_date

PERSON = Actor(kind="person", id=uuid4())


def ask(at: datetime, resource: str = "property-register") -> messages.Asked:
    """Write a question down that nobody answers yet."""
    grant = models.Grant(resource=resource, organisation="service-centre", fields=[], purposes=[], from_date=local_date(at), granted_at=at)
    return messages.ask(
        resource=resource,
        under={"property-number": str(uuid4())},
        fields=["address"],
        purpose="prefill",
        subject=("draft", uuid4()),
        services=["food-licence"],
        grants=[grant],
        actor=PERSON,
        now=at,
    )


def exchanges(count: int, at: datetime, resource: str = "property-register", **values: Any) -> Iterator[messages.Asked]:
    """Write so many questions and answers, a second apart."""
    for place in range(count):
        asked = ask(at + timedelta(seconds=place), resource)
        messages.answer(asked, outcome="answered", values=values or {"address": "胜利路88号"})
        yield asked
