"""Who carries a message to a person: lower modules ask here, and the module of the messages registers itself at start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to be sent. `to` is a phone number or an e-mail address; `values` fill the template."""

    template: str
    channel: Literal["sms", "email"]
    to: str = field(repr=False)
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    language: str = ""


class Courier(Protocol):
    """Takes a letter in the caller's transaction and sees to it that it is sent."""

    def __call__(self, *, letter: Letter, now: datetime) -> None: ...


_registered: list[Courier] = []


def register(courier: Courier) -> None:
    """Let this courier carry from now on; the last one registered counts."""
    _registered.append(courier)


def send(*, letter: Letter, now: datetime) -> None:
    """Hand a letter to the courier. Raises: RuntimeError where no module of messages is installed."""
    if not _registered:
        message = "Nobody carries messages: install onewindow.modules.messages."
        raise RuntimeError(message)
    _registered[-1](letter=letter, now=now)
