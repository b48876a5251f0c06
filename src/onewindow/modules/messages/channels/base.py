"""What every channel is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID


class NotCarried(Exception):
    """The channel is down or answers nonsense: another attempt may go better, after so many seconds where the channel says so."""

    def __init__(self, after_seconds: int = 0) -> None:
        self.after_seconds = after_seconds
        super().__init__()


class Refused(Exception):
    """The channel will not carry this message, now or later."""


class Gone(Refused):
    """Whoever is written to is not there any more: nothing else will reach them this way either."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it is carried. `id` stays the same over attempts, so that a gateway can tell a repetition."""

    id: UUID
    template: str
    to: str = field(repr=False)
    subject: str
    body: str = field(repr=False)
    language: str
    values: Mapping[str, str] = field(repr=False)


class Channel(Protocol):
    """Carries one message or says why not. Raises: NotCarried, Refused. `try_out` asks, sending nothing, whether it is there."""

    def carry(self, message: Written) -> None: ...

    def try_out(self) -> None: ...
