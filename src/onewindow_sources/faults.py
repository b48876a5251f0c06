"""What goes wrong in other authorities' systems, switched on and off while the program runs."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

modes = ("down", "slow", "error", "garbage", "reset")
slow_seconds = 30.0


class BadFault(ValueError):
    """A fault that cannot be set; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Fault:
    mode: str
    until: float | None
    """Unit: seconds of the monotonic clock; None stays until it is taken off."""
    seconds: float = slow_seconds


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

    def switch(self, *, register: str, mode: str, for_seconds: float | None = None, delay_seconds: float | None = None) -> None:
        """Switch a fault on, or with the mode “none” off; the register “*” means all. Raises: BadFault."""
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
                    self._set[name] = Fault(mode, until, slow_seconds if delay_seconds is None else delay_seconds)

    def of(self, register: str) -> Fault | None:
        """Return the fault that a register has now."""
        with self._lock:
            fault = self._set.get(register)
            if fault is not None and fault.until is not None and self._monotonic() >= fault.until:
                del self._set[register]
                return None
            return fault

    def state(self) -> dict[str, str | None]:
        """Return the mode of every register, None where all is well."""
        return {name: fault.mode if (fault := self.of(name)) else None for name in self.registers}
