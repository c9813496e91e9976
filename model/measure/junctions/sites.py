"""The places that were found in forward passes: their names, and the order in which they ran."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from types import FrameType
from typing import Any, Generic, TypeVar

from torch import nn

from skipscope.model.measure.order import merge

T = TypeVar("T")
WITHIN = frozenset({"torch.nn.functional", "torch._tensor", "torch.overrides"})


@dataclass(slots=True)
class Site(Generic[T]):
    """A place: its name, its meter, and the key of the tap that it ran after first."""

    name: str
    meter: T
    after: int | None


class Naming:
    """The names of a network's modules, and where taps stand."""

    def __init__(self, root: nn.Module, last_tap: Callable[[], int | None]) -> None:
        self._root, self.last_tap = root, last_tap
        self.follow(frozenset())

    def follow(self, taps: frozenset[nn.Module]) -> None:
        """Have the names that modules bear now."""
        self._names = {module: name or type(module).__name__ for name, module in self._root.named_modules()}
        self._taps = taps
        self.taken = frozenset(self._names.values())

    def of(self, module: nn.Module) -> str:
        """Return the name of a module."""
        return self._names.get(module, type(module).__name__)

    def is_tap(self, module: nn.Module) -> bool:
        """Tell whether a module's output is measured, and it is not the whole network."""
        return module in self._taps and module is not self._root


class Sites(Generic[T]):
    """Places by the name of a module, the line of code there, the turn of that line, and the module's call."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._sites: list[Site[T]] = []
        self._lines: dict[tuple[str, str], list[Hashable]] = {}
        self._order: list[int] = []
        self._ran: list[tuple[float, int]] = []
        self.all: list[Site[T]] = []
        """The places in the order in which they run."""

    def get(self, key: tuple[Any, ...]) -> Site[T] | None:
        """Return the place of a key, if it is known."""
        number = self._numbers.get(key)
        return None if number is None else self._sites[number]

    def add(self, key: tuple[Any, ...], site: Site[T]) -> None:
        """Have another place."""
        self._numbers[key] = len(self._sites)
        self._sites.append(site)

    def name(self, base: str, end: str, line: Hashable, call: int, taken: Iterable[str]) -> str:
        """Name a new place: the second of a module is `base.2`, one of its second call `base:2`."""
        lines = self._lines.setdefault((base, end), [])
        if line not in lines:
            lines.append(line)
        number = lines.index(line) + 1
        name = base + end
        if number > 1:
            name += f".{number}" if f"{name}.{number}" not in taken else f".add{number}"
        return name + (f":{call}" if call > 1 else "")

    def run(self, key: tuple[Any, ...], time: float) -> None:
        """Be told that a place runs for the first time in a step, and when."""
        self._ran.append((time, self._numbers[key]))

    def learn(self) -> None:
        """Learn from the step that ended in which order places run."""
        ran = [number for _, number in sorted(self._ran)]
        if ran != self._order:
            self._order = merge(self._order, ran)
            self.all = [self._sites[number] for number in self._order]
        self._ran.clear()

    @property
    def lines(self) -> frozenset[Hashable]:
        """Give the lines of code that places come from."""
        return frozenset(key[1] for key in self._numbers)

    @property
    def meters(self) -> Iterable[T]:
        """Give the meter of each."""
        return [site.meter for site in self._sites]


def caller_of(frame: FrameType | None) -> FrameType | None:
    """Return the frame that called a function of torch, below the functions in which torch writes that in Python."""
    while frame is not None and frame.f_globals.get("__name__") in WITHIN:
        frame = frame.f_back
    return frame


def line_of(frame: FrameType | None) -> Hashable:
    """Return the place in the code at which a frame is at work."""
    return None if frame is None else (frame.f_code, frame.f_lasti)
