"""What goes wrong in other authorities' systems, switched on and off while the program runs."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

modes = ("down", "slow", "error", "garbage", "reset", "flaky", "wrong")
"""flaky: fails now and then, by chance that a seed fixes, in one of the ways of `failures`. wrong: answers, but with another's values."""
failures = ("down", "error", "garbage", "reset")
slow_seconds = 30.0


class BadFault(ValueError):
    """A fault that cannot be set; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Fault:
    mode: str
    until: float | None
    """Unit: seconds of the monotonic clock; None stays until it is taken off."""
    seconds: float = slow_seconds
    share: float = 0.5
    """Of a flaky register: how many of its answers fail."""
    chance: Random = field(default_factory=Random, compare=False)


class Faults:
    """The faults that are switched on, one per register. Safe for several threads."""

    def __init__(
        self, registers: tuple[str, ...], monotonic: Callable[[], float] = time.monotonic, own: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        self.registers = registers
        self.own = own or {}
        """Faults that only one register has."""
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._set: dict[str, Fault] = {}

    def switch(
        self,
        *,
        register: str,
        mode: str,
        for_seconds: float | None = None,
        delay_seconds: float | None = None,
        share: float | None = None,
        seed: int = 7,
    ) -> None:
        """Switch a fault on, or with the mode “none” off; the register “*” means all. Raises: BadFault.

        `share` and `seed` are a flaky one's: how many answers fail, and which.
        """
        if register != "*" and register not in self.registers:
            raise BadFault(f"There is no register “{register}”. Choose one of {', '.join(self.registers)}, or * for all.")
        known = (*modes, *self.own.get(register, ()))
        if mode not in (*known, "none"):
            raise BadFault(f"There is no fault “{mode}”. Choose one of {', '.join(known)}, or none.")
        names = self.registers if register == "*" else (register,)
        until = None if for_seconds is None else self._monotonic() + for_seconds
        with self._lock:
            for name in names:
                self._set.pop(name, None)
                if mode != "none":
                    seconds = slow_seconds if delay_seconds is None else delay_seconds
                    chance = Random(f"{seed} {name}")  # noqa: S311  nothing secret hangs on it
                    self._set[name] = Fault(mode, until, seconds, 0.5 if share is None else share, chance)

    def of(self, register: str) -> Fault | None:
        """Return what goes wrong with the answer that a register gives now: of a flaky one, whatever chance brings."""
        with self._lock:
            fault = self._held(register)
            if fault is None or fault.mode != "flaky":
                return fault
            return replace(fault, mode=fault.chance.choice(failures)) if fault.chance.random() < fault.share else None

    def _held(self, register: str) -> Fault | None:
        fault = self._set.get(register)
        if fault is not None and fault.until is not None and self._monotonic() >= fault.until:
            del self._set[register]
            return None
        return fault

    def state(self) -> dict[str, str | None]:
        """Return the mode of every register, None where all is well."""
        with self._lock:
            return {name: fault.mode if (fault := self._held(name)) else None for name in self.registers}
