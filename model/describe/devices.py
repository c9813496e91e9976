"""The devices that networks work on, by name, and which of them a job has. Needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from skipscope.model.describe.words import FieldError

DeviceName = Literal["cpu", "cuda", "mps"]
AskedDevice = Literal["auto", "cpu", "cuda", "mps"]
BEST_FIRST: tuple[DeviceName, ...] = ("cuda", "mps", "cpu")
OWN_MEMORY = frozenset({"cuda"})
"""Devices with memory of their own; mps shares the machine's."""


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices of a machine: of each the bytes of its own memory, 0 if it has none or nobody knows."""

    memory: Mapping[DeviceName, int] = field(default_factory=lambda: {"cpu": 0})

    @property
    def names(self) -> tuple[DeviceName, ...]:
        """Return the names of the devices, the best first."""
        return tuple(name for name in BEST_FIRST if name in self.memory)

    def choose(self, asked: AskedDevice, default: AskedDevice = "auto") -> DeviceName:
        """Return the device of a job; `default` holds for auto, and auto there is the best.

        Raise FieldError for one that is not there.
        """
        wanted = default if asked == "auto" else asked
        if wanted == "auto":
            return self.names[0]
        if wanted not in self.memory:
            there = ", ".join(self.names)
            raise FieldError("device", wanted, f"networks can work on {there} here", f"ask for {there} or auto")
        return wanted
