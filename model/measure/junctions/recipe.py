"""The way from an addition back to where x splits, as it was found once: the next passes follow it instead of looking
for it again, for as long as the graph in between is made of as many nodes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from skipscope.model.measure import native
from skipscope.model.measure.junctions.fork import Edge, Fork

Way = tuple[int, ...]
"""The place of each next node among those of the one before."""


class Ways(NamedTuple):
    """The ways from both operands to the users of x."""

    residual: tuple[Way, ...]
    shortcut: tuple[Way, ...]

    @classmethod
    def of(cls, fork: Fork, first: Edge, second: Edge) -> "Ways | None":
        """Return the ways of a fork; None where one is not found."""
        own, other = (first, second) if fork.first_is_shortcut else (second, first)
        residual = [way for user in fork.residual if (way := _way(other[0], user)) is not None]
        shortcut = [way for user in fork.shortcut if (way := _way(own[0], user)) is not None]
        if len(residual) < len(fork.residual) or len(shortcut) < len(fork.shortcut) or not residual:
            return None
        return cls(tuple(residual), tuple(shortcut))


@dataclass(frozen=True, slots=True)
class Recipe:
    """The ways from both operands to the users of x, and how many nodes were made since the oldest of those."""

    fork: Fork
    ways: Ways
    num_nodes: int
    compiled: native.Recipe | None = None

    @classmethod
    def of(cls, fork: Fork, first: Edge, second: Edge, engine: native.Engine | None) -> "Recipe | None":
        """Return how a fork is found again; None where it has to be looked for each time."""
        ways = None if fork.extends is not None else Ways.of(fork, first, second)
        if ways is None:
            return None
        # nodes of this pass would keep its tensors
        bare = replace(fork, origin=(None, 0), residual=(), shortcut=())
        compiled = None if engine is None else compile_ways(engine, fork, ways)
        return cls(bare, ways, _num_nodes(first, second, fork.residual), compiled)

    def follow(self, first: Edge, second: Edge) -> Fork | None:
        """Return the fork of two operands of another pass; None where it does not lie at the same place."""
        own, other = (first, second) if self.fork.first_is_shortcut else (second, first)
        residual = [_follow(other[0], way) for way in self.ways.residual]
        shortcut = [_follow(own[0], way) for way in self.ways.shortcut]
        users = [user for user in (*residual, *shortcut) if user is not None]
        if len(users) < len(residual) + len(shortcut):
            return None
        origin = users[-1][0].next_functions[users[-1][1]] if shortcut else own
        if any(node.next_functions[place] != origin for node, place in users):
            return None
        ours = tuple(users[: len(residual)])
        if _num_nodes(first, second, ours) != self.num_nodes:
            return None
        known = self.fork
        rest = known.is_scaled, known.is_convolutional, None, known.is_bare
        return Fork(known.kind, origin, known.first_is_shortcut, ours, tuple(users[len(residual) :]), *rest)

    def origin_of(self, first: Edge, second: Edge) -> Edge:
        """Return the place that two operands split at, in a pass whose ways were followed."""
        fork = self.follow(first, second)
        assert fork is not None, "compiled ways lead to the same users"
        return fork.origin


def compile_ways(engine: native.Engine, fork: Fork, ways: Ways) -> native.Recipe:
    """Return what follows the ways of a fork, in the pass that it was found in and in others."""
    is_bare = fork.is_bare and fork.extends is None
    return engine.Recipe(ways.residual, ways.shortcut, first_is_shortcut=fork.first_is_shortcut, is_bare=is_bare)


def _num_nodes(first: Edge, second: Edge, users: Sequence[Edge]) -> int:
    return max(_age(first), _age(second)) - min(node._sequence_nr() for node, _ in users)


def _age(edge: Edge) -> int:
    # the ends of the graph have the largest number, and are the oldest
    return edge[0]._sequence_nr() if edge[0].next_functions else 0


def _way(end: Any, user: Edge) -> Way | None:
    """Return a way from a node to a user of x, whose last step is the place of x in it."""
    oldest = user[0]._sequence_nr()
    known: dict[Any, tuple[Any, int] | None] = {end: None}
    waiting = [end]
    while waiting:
        node = waiting.pop()
        if node is user[0]:
            way = [user[1]]
            while (before := known[node]) is not None:
                node = before[0]
                way.append(before[1])
            return tuple(reversed(way))
        for place, (parent, _) in enumerate(node.next_functions):
            if parent is not None and parent not in known and oldest <= parent._sequence_nr() < 2**63:
                known[parent] = node, place
                waiting.append(parent)
    return None


def _follow(node: Any, way: Way) -> Edge | None:
    for place in way[:-1]:
        following = node.next_functions
        if place >= len(following) or following[place][0] is None:
            return None
        node = following[place][0]
    return (node, way[-1]) if way[-1] < len(node.next_functions) else None
