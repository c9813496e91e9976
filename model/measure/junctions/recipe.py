"""The way from an addition back to where x splits, as it was found once: the next passes follow it instead of looking
for it again, for as long as the graph in between is made of as many nodes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from skipscope.model.measure.junctions.fork import Edge, Fork

Way = tuple[int, ...]
"""The place of each next node among those of the one before."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The ways from both operands to the users of x, and how many nodes were made since the oldest of those."""

    fork: Fork
    residual: tuple[Way, ...]
    shortcut: tuple[Way, ...]
    num_nodes: int

    @classmethod
    def of(cls, fork: Fork, first: Edge, second: Edge) -> "Recipe | None":
        """Return how a fork is found again; None where it has to be looked for each time."""
        if fork.extends is not None:
            return None
        own, other = (first, second) if fork.first_is_shortcut else (second, first)
        residual = [_way(other[0], user) for user in fork.residual]
        shortcut = [_way(own[0], user) for user in fork.shortcut]
        found = [way for way in residual if way is not None], [way for way in shortcut if way is not None]
        if len(found[0]) < len(residual) or len(found[1]) < len(shortcut) or not found[0]:
            return None
        # nodes of this pass would keep its tensors
        bare = replace(fork, origin=(None, 0), residual=(), shortcut=())
        return cls(bare, tuple(found[0]), tuple(found[1]), _num_nodes(first, second, fork.residual))

    def follow(self, first: Edge, second: Edge) -> Fork | None:
        """Return the fork of two operands of another pass; None where it does not lie at the same place."""
        own, other = (first, second) if self.fork.first_is_shortcut else (second, first)
        residual = [_follow(other[0], way) for way in self.residual]
        shortcut = [_follow(own[0], way) for way in self.shortcut]
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
        rest = known.is_scaled, known.is_convolutional
        return Fork(known.kind, origin, known.first_is_shortcut, ours, tuple(users[len(residual) :]), *rest)


def _num_nodes(first: Edge, second: Edge, users: Sequence[Edge]) -> int:
    oldest = min(node._sequence_nr() for node, _ in users)
    return max(first[0]._sequence_nr() if not _is_leaf(first) else 0, second[0]._sequence_nr()) - oldest


def _is_leaf(edge: Edge) -> bool:
    return not edge[0].next_functions


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
