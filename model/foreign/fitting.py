"""Bring the state dicts of a file to the names of a network, and say which of them fit it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from skipscope.model.foreign.entries import Entry, State, joined, rank_of
from skipscope.model.foreign.layouts import WRAPPERS, is_known, is_wrapping, renamed, unwrapped

MAX_ROOTS = 6
COUNTER = ".num_batches_tracked"
"""The entry that torch adds to a state dict from before 0.4.1, whose BatchNorm has none."""


class Misfits(NamedTuple):
    """Keys that a network needs and a state dict lacks, keys that it has no place for, and those of another shape."""

    missing: list[str]
    unexpected: list[str]
    shapes: list[str]

    @property
    def total(self) -> int:
        """Return how many keys do not fit."""
        return sum(map(len, self))


class Candidate(NamedTuple):
    """A state dict under a network's names, where in the file it lies, and what of it does not fit."""

    place: str
    state: State
    misfits: Misfits

    @property
    def rank(self) -> tuple[bool, int]:
        """Order candidates that fit."""
        return rank_of(self.place)


def misfits_of(state: Mapping[str, Any], net: nn.Module) -> Misfits:
    """Compare a state dict with that of a network, as torch's strict loading does."""
    own = net.state_dict()
    missing = [key for key in own if key not in state and not f".{key}".endswith(COUNTER)]
    unexpected = sorted(key for key in state if key not in own)
    shapes = [key for key in state if key in own and not _fits(state[key], own[key])]
    return Misfits(missing, unexpected, shapes)


def _fits(value: Any, own: Any) -> bool:
    if not isinstance(own, Tensor) or not isinstance(value, Tensor):
        return not isinstance(own, Tensor)  # a module's extra state may be anything
    if is_lazy(own):
        return True
    return value.shape == own.shape or (own.ndim == 0 and value.shape == (1,))  # torch takes scalars in both forms


def candidates(entries: list[Entry], net: nn.Module) -> list[Candidate]:
    """Return all readings of a file's state dicts as that of a network, the likeliest first."""
    own = {unwrapped(key): key for key in net.state_dict()}
    found = [candidate for entry in entries for candidate in _readings(entry, own, net)]
    if len(entries) > 1 and all(candidate.misfits.total for candidate in found):
        found += _readings(joined(entries), own, net)
    return sorted(found, key=lambda candidate: (candidate.misfits.total > 0, candidate.rank))


def _readings(entry: Entry, own: Mapping[str, str], net: nn.Module) -> Iterable[Candidate]:
    """Read an entry as it is, then below each prefix that may hold the network, then with each key's own prefix off."""
    if set(entry.state) & set(own.values()):
        yield Candidate(entry.place, entry.state, misfits_of(entry.state, net))
    roots = {key: _root(key, own) for key in entry.state}
    votes = Counter(root for root in roots.values() if root is not None)
    for root, count in votes.most_common(MAX_ROOTS):
        if is_wrapping(root) or 2 * count > len(roots):
            inside = {key.removeprefix(root): key for key in entry.state if key.startswith(root)}
            yield _candidate(entry, root, inside, own, net)
    if len(votes) > 1 and all(map(is_wrapping, votes)):  # a trunk and a head may lie under names of their own
        stripped = {key.removeprefix(root or ""): key for key, root in roots.items()}
        yield _candidate(entry, "", stripped, own, net)


def _root(key: str, own: Mapping[str, str]) -> str | None:
    """Return the prefix of a key below which it names something of the network; the shortest."""
    names = key.split(".")
    for place, name in enumerate(names):
        if name not in WRAPPERS and is_known(unwrapped(".".join(names[place:])), own):
            return "".join(f"{above}." for above in names[:place])
    return None


def _candidate(entry: Entry, root: str, keys: Mapping[str, str], own: Mapping[str, str], net: nn.Module) -> Candidate:
    """Read an entry by keys below a root, of which each has its key in the entry."""
    bare = {unwrapped(key): full for key, full in keys.items()}
    names = renamed(bare, net)
    if len(set(names.values())) < len(names):
        names = {key: key for key in bare}
    state = {own.get(names[key], names[key]): entry.state[full] for key, full in bare.items()}
    return Candidate(f"{entry.place}.{root}".strip("."), state, misfits_of(state, net))
