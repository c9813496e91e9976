"""The moments of a forward pass at which something is to be seen, learnt from its first steps: later ones are watched
there alone.

A moment is the beginning or the end of a module. A call that takes a known way sees the same functions between the same
moments; ways are told apart by the number of nodes that a module's own operations make in autograd's graph.
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field

from torch import nn

Moment = tuple[nn.Module, bool]
"""A module, and whether it ends."""
CALM = 2
"""A module is known if so many steps in a row brought no new way."""
LONGEST = 6
"""After so many steps a module that still brings new ways is watched for good."""


@dataclass(slots=True)
class _Ways:
    """The ways that the calls of one module took: the numbers of nodes that they made."""

    sizes: set[int] = field(default_factory=set[int])
    is_new: bool = False
    num_calm: int = 0
    has_run: bool = False


class Gaps:
    """The gaps between moments in which a network adds, and the modules whose ways are known."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Learn anew, as of another network."""
        self.is_learning = True
        self.starts: frozenset[Moment] = frozenset()
        """The moments after which the network is to be watched."""
        self.ends: frozenset[Moment] = frozenset()
        """The moments that follow on those."""
        self._ways: dict[nn.Module, _Ways] = {}
        self._known: set[nn.Module] = set()
        self._num_steps = 0
        self._after: dict[Moment, set[Moment]] = {}
        self.forget_marks()

    def forget_marks(self) -> None:
        """Forget what was seen, of which some is no longer looked for."""
        self._marks: dict[Hashable, set[tuple[Moment, nn.Module]]] = {}
        self._moment: Moment | None = None

    def begin(self) -> None:
        """Begin a pass."""
        self._moment = None

    def reach(self, moment: Moment) -> None:
        """Be told of a moment, while learning."""
        if self._moment is not None:
            self._after.setdefault(self._moment, set()).add(moment)
        self._moment = moment

    def mark(self, line: Hashable, module: nn.Module) -> None:
        """Be told that a line of code, in the forward pass of a module, calls a function that is looked at."""
        if self.is_learning and self._moment is not None:
            self._marks.setdefault(line, set()).add((self._moment, module))

    def knows(self, module: nn.Module) -> bool:
        """Tell whether a module need not be watched beyond its gaps."""
        return module in self._known

    def count(self, module: nn.Module, size: int) -> bool:
        """Be told how many nodes a call of a module made; return whether that is new of one that was known.

        Such a module is watched for good from now on.
        """
        if module in self._known:
            if size in self._ways[module].sizes:
                return False
            self._known.discard(module)
            return True
        if self.is_learning:
            ways = self._ways.setdefault(module, _Ways())
            ways.has_run = True
            ways.is_new |= size not in ways.sizes
            ways.sizes.add(size)
        return False

    def give_up(self) -> None:
        """Learn no more: the network is watched throughout."""
        self.forget()
        self.is_learning = False

    def learn(self, lines: Collection[Hashable]) -> None:
        """Learn from a step that ended; `lines` are those at which something has been found so far."""
        for ways in self._ways.values():
            if ways.has_run:
                ways.num_calm = 0 if ways.is_new else ways.num_calm + 1
            ways.has_run = ways.is_new = False
        self._num_steps += 1
        if self._num_steps < LONGEST and not all(ways.num_calm >= CALM for ways in self._ways.values()):
            return
        self.is_learning = False
        found = [one for line, marks in self._marks.items() if line in lines for one in marks]
        self.starts = frozenset(moment for moment, _ in found)
        self.ends = frozenset(after for start in self.starts for after in self._after.get(start, ()))
        finders = {module for _, module in found}
        # a block that has been left out so far may add as others of its class do
        classes = {type(module) for module in finders}
        for module, ways in self._ways.items():
            if ways.num_calm >= CALM and (module in finders or type(module) not in classes):
                self._known.add(module)
        self._after.clear()
        self.forget_marks()
