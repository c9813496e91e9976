"""The place in autograd's graph at which the two operands of an addition part, if one of them is a shortcut.

Nodes are visited from the newest to the oldest, each when all that it leads to are done, so that the first node that
both operands come from, and that nothing else on the shortcut's side goes around, is where x splits.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from skipscope.model.measure.junctions.junction import Kind
from skipscope.model.measure.junctions.operations import (
    PASSING,
    PRODUCTS,
    SLICES,
    is_activation,
    is_custom,
    is_layer,
    is_linear,
    is_mixing,
    is_moving,
    is_of_parameter,
    is_upsampling,
    operation,
    parameter_at,
)

MOST_VISITED = 20_000
"""An addition whose operands part further away is no junction."""
AROUND = 2
"""A skip around so many other junctions is a long one."""
Edge = tuple[Any, int]
FIRST, SECOND = 1, 2


class Input:
    """A tensor that the network was given and that asks for no gradient: it has no node in the graph."""


@dataclass(frozen=True, slots=True)
class Fork:
    """The place at which x splits. `residual` and `shortcut` are the users of x on either path: a node, and the place
    of x among the node's parents. `first_is_shortcut` says which of the operands came by the shortcut."""

    kind: Kind
    origin: Edge
    first_is_shortcut: bool
    residual: tuple[Edge, ...]
    shortcut: tuple[Edge, ...]
    is_scaled: bool = False
    is_convolutional: bool = False
    """Whether the branch convolves, so that the dimension of channels is the second."""
    extends: Any = None
    """The sum of the junction of which this addition is a part: x + F(x) + G(x)."""
    is_bare: bool = False
    """Whether the shortcut is x itself."""

    @property
    def has_gradient(self) -> bool:
        """Tell whether x gets a gradient."""
        return not isinstance(self.origin[0], Input)


@dataclass(slots=True)
class _Visit:
    """A node that was visited: from which operands it was reached, and what it was made of."""

    node: Any
    mask: int
    name: str
    parents: tuple[Edge, ...]
    has_leaves: bool = False
    """Whether it uses parameters."""
    is_layer: bool = False
    """Whether it is a function of the user's own that multiplies by a matrix, as far as can be told."""


@dataclass(frozen=True, slots=True)
class Context:
    """The findings of a forward pass so far: users of inputs that have no node, and whether they are layers; sums of
    junctions with the place that each splits at, or what finds it; and nodes that multiply by a number."""

    inputs: dict[Any, tuple[Input, bool]] = field(default_factory=dict[Any, tuple[Input, bool]])
    sums: dict[Any, Edge | Callable[[], Edge]] = field(default_factory=dict[Any, Edge | Callable[[], Edge]])
    factors: set[Any] = field(default_factory=set[Any])

    def origin_of(self, node: Any) -> Edge | None:
        """Return the place that the junction with this sum splits at."""
        origin = self.sums.get(node)
        return origin() if callable(origin) else origin


def find_fork(first: Edge, second: Edge, context: Context) -> Fork | None:
    """Return where two operands part, or None where neither is a shortcut around the other."""
    if first == second:
        return None
    walk = Walk(context)
    walk.begin(first, FIRST)
    walk.begin(second, SECOND)
    for edge in walk.candidates():
        for own, other in ((FIRST, SECOND), (SECOND, FIRST)):
            if walk.comes_alone(edge, own):
                fork = _Sides(walk, edge, (first, second), own, other).fork()
                if fork is not None:
                    return fork
    return None


class Walk:
    """The way back from both operands."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.visits: dict[Any, _Visit] = {}
        self.users: dict[Edge, list[Edge]] = {}
        self.edges: dict[Edge, int] = {}
        self._masks: dict[Any, int] = {}
        self._outputs: dict[Any, list[int]] = {}
        self._heap: list[tuple[int, int, Any]] = []
        self._open = {FIRST: 0, SECOND: 0}

    def begin(self, edge: Edge, bit: int) -> None:
        """Begin at an operand."""
        self._reach(edge, bit)

    def _reach(self, edge: Edge, mask: int) -> None:
        node, number = edge
        if edge not in self.edges:
            self._outputs.setdefault(node, []).append(number)
        self.edges[edge] = self.edges.get(edge, 0) | mask
        before = self._masks.get(node)
        if before is None:
            # the newest first; ends of the graph last
            heappush(self._heap, (-_age(node), len(self._masks), node))
        self._masks[node] = (before or 0) | mask
        for bit in (FIRST, SECOND):
            self._open[bit] += bool(self._masks[node] & bit) - bool((before or 0) & bit)

    def candidates(self) -> Iterator[Edge]:
        """Yield, from the newest, what both operands were made of."""
        while self._heap and len(self.visits) < MOST_VISITED and all(self._open.values()):
            node = heappop(self._heap)[2]
            mask = self._masks[node]
            for bit in (FIRST, SECOND):
                self._open[bit] -= bool(mask & bit)
            if mask == FIRST | SECOND:
                yield from ((node, number) for number in self._outputs[node] if self.edges[node, number] == mask)
            self._visit(node, mask)

    def comes_alone(self, edge: Edge, bit: int) -> bool:
        """Tell whether an operand was made of nothing else."""
        node = edge[0]
        others = (number for number in self._outputs[node] if number != edge[1])
        return self._open[bit] == 0 and not any(self.edges[node, number] & bit for number in others)

    def _visit(self, node: Any, mask: int) -> None:
        if isinstance(node, Input):
            return
        visit = self.visits[node] = _Visit(node, mask, operation(node.name()), node.next_functions)
        for place, (parent, number) in enumerate(visit.parents):
            if parent is None:
                continue
            parameter = parameter_at(parent)
            if parameter is not None:
                visit.has_leaves = True
                visit.is_layer |= parameter.dim() > 1 and is_custom(node)
                continue
            self.users.setdefault((parent, number), []).append((node, place))
            self._reach((parent, number), mask)
        given = self.context.inputs.get(node)
        if given is not None:
            edge = given[0], 0
            visit.is_layer |= given[1]
            self.users.setdefault(edge, []).append((node, 0))
            self._reach(edge, mask)


def _age(node: Any) -> int:
    if isinstance(node, Input):
        return -2
    number = node._sequence_nr()
    return -1 if number >= 2**63 else number


class _Sides:
    """All that lies between a node and the addition, on both sides."""

    def __init__(self, walk: Walk, origin: Edge, operands: tuple[Edge, Edge], own: int, other: int) -> None:
        self._walk, self._origin, self._own, self._other = walk, origin, own, other
        self._top, self._end = operands if own == FIRST else operands[::-1]
        # in the order in which they ran
        self._leading = self._led_to()

    def _led_to(self) -> dict[Any, _Visit]:
        leading: dict[Any, _Visit] = {}
        for visit in reversed(self._walk.visits.values()):
            if visit.node in self._users or any(parent in leading for parent, _ in visit.parents):
                leading[visit.node] = visit
        return leading

    @property
    def _users(self) -> set[Any]:
        return {node for node, _ in self._walk.users.get(self._origin, ())}

    def fork(self) -> Fork | None:
        shortcut = {node: visit for node, visit in self._leading.items() if visit.mask & self._own}
        branch = {node: visit for node, visit in self._leading.items() if visit.mask & self._other}
        extends = self._extends(shortcut)
        if extends is None and any(visit.mask != self._own for visit in shortcut.values()):
            return None
        if not _computes(branch):
            return None
        is_bare = all(visit.name in PASSING or self._adds_number(visit) for visit in shortcut.values())
        if not (is_bare or extends is not None or self._is_projection(shortcut, branch)):
            return None
        kind: Kind = "identity" if is_bare or extends is not None else "projection"
        if self._is_long(shortcut, branch):
            kind = "long"
        users = self._walk.users.get(self._origin, [])
        own = tuple(user for user in users if self._walk.visits[user[0]].mask == self._own)
        return Fork(
            kind,
            self._origin,
            self._own == FIRST,
            tuple(user for user in users if self._walk.visits[user[0]].mask & self._other and user[0] is not extends),
            own,
            self._is_scaled(branch),
            any("Convolution" in visit.name for visit in branch.values()),
            extends,
            not own,
        )

    def _extends(self, shortcut: Mapping[Any, _Visit]) -> Any:
        top = self._top[0]
        return top if top in shortcut and self._walk.context.origin_of(top) == self._origin else None

    @staticmethod
    def _adds_number(visit: _Visit) -> bool:
        return visit.name == "Add" and sum(parent is not None for parent, _ in visit.parents) == 1

    def _is_projection(self, shortcut: Mapping[Any, _Visit], branch: Mapping[Any, _Visit]) -> bool:
        linear: dict[Any, bool] = {}
        for node, visit in shortcut.items():
            inside = [linear.get(parent, True) for parent, _ in visit.parents if parent in linear]
            inside += [True for parent, number in visit.parents if (parent, number) == self._origin]
            agrees = any(inside) if visit.name in PRODUCTS else all(inside)
            linear[node] = is_linear(visit.name) and agrees
        is_whole = not any(branch[node].name in SLICES for node in self._users if node in branch)
        return linear.get(self._top[0], False) and is_whole and any(is_activation(v.name) for v in branch.values())

    def _is_long(self, shortcut: Mapping[Any, _Visit], branch: Mapping[Any, _Visit]) -> bool:
        if sum(node in self._walk.context.sums for node in branch) >= AROUND:
            return True
        rises = [any(is_upsampling(v.name, node) for node, v in side.items()) for side in (shortcut, branch)]
        return rises == [False, True]

    def _is_scaled(self, branch: Mapping[Any, _Visit]) -> bool:
        """Follow the branch back from the addition, through what keeps its shape, to a factor."""
        visit, is_masked = branch.get(self._end[0]), False
        while visit is not None and not is_layer(visit.name):
            # a mask that drops paths comes with a division by the share that is kept
            if visit.node in self._walk.context.factors and not (is_masked and visit.name == "Div"):
                return True
            inside = [branch[parent] for parent, _ in visit.parents if parent in branch]
            weights = any(is_of_parameter(parent) for parent, _ in visit.parents)
            if visit.name == "Mul" and weights:
                return True
            is_masked |= visit.name == "Mul"
            visit = inside[0] if len(inside) == 1 and (is_linear(visit.name) and not weights) else None
        return False


def _computes(branch: Mapping[Any, _Visit]) -> bool:
    if any(visit.is_layer or is_mixing(visit.name) for visit in branch.values()):
        return True
    # as pooling behind a norm
    return any(visit.has_leaves for visit in branch.values()) and any(is_moving(v.name) for v in branch.values())
