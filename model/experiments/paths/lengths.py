"""Paths by length: how many there are, how large their gradients are, and the product of both."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from skipscope.model.experiments.paths.kind import EXACT, MOST_LENGTHS

SHARE = 0.95
"""Of the gradient, for the interval of lengths that is named."""


class PathLengths:
    """The gradients' norms of one network's paths. A path's length is the number of blocks that it goes through F of.

    Blocks without a shortcut lie on every path. `log_norms` are decimal logarithms, by the number of blocks with a
    shortcut.
    """

    def __init__(self, label: str, num_blocks: int, num_forked: int) -> None:
        self.label, self.num_blocks, self.num_forked = label, num_blocks, num_forked
        self.is_few = num_forked <= EXACT
        self.has_all = False
        self.log_norms: dict[int, list[float]] = defaultdict(list)

    @property
    def asked(self) -> tuple[int, ...]:
        """Return the counts of which paths are drawn."""
        last = self.num_forked
        if last < MOST_LENGTHS:
            return tuple(range(last + 1))
        return tuple(sorted({round(i * last / (MOST_LENGTHS - 1)) for i in range(MOST_LENGTHS)}))

    def add(self, paths: Iterable[tuple[int, float]]) -> None:
        """Take paths into account: for each the number of blocks with a shortcut that it goes through F of, and the
        decimal logarithm of its gradient's norm."""
        for count, log_norm in paths:
            self.log_norms[count].append(log_norm)

    def put_all(self, paths: Iterable[tuple[int, float]]) -> None:
        """Put all paths that there are in the place of those known."""
        self.log_norms.clear()
        self.add(paths)
        self.has_all = True

    def to_dict(self) -> dict[str, Any]:
        """Return all that is known: by length from the shortest to the longest, with shares that add up to 1."""
        fixed = self.num_blocks - self.num_forked
        counts = range(self.num_forked + 1)
        means = {count: _log_mean(values) for count, values in self.log_norms.items()}
        norms = [_interpolated(means, count) for count in counts]
        paths = [_log_binomial(self.num_forked, count) for count in counts]
        gradient = _shares([a + b for a, b in zip(paths, norms, strict=True)])
        of_paths = _shares(paths)
        assert of_paths is not None
        return {
            "label": self.label,
            "blocks": self.num_blocks,
            "blocks_with_shortcut": self.num_forked,
            "has_all_paths": self.has_all,
            "lengths": [fixed + count for count in counts],
            "share_of_paths": of_paths,
            "log10_norm": [value if math.isfinite(value) else None for value in norms],
            "share_of_gradient": gradient,
            "measured": [
                {"length": fixed + count, "log10_norms": [v if math.isfinite(v) else None for v in values[:64]]}
                for count, values in sorted(self.log_norms.items())
            ],
            "mean_length": fixed + self.num_forked / 2,
            "mean_effective_length": None if gradient is None else fixed + _mean(gradient),
            "interval": None if gradient is None else [fixed + end for end in _interval(gradient)],
            "decades_a_block": _slope(means),
        }


def sentence_of(found: dict[str, Any]) -> str:
    """Say a network's result with its numbers."""
    label, blocks = found["label"], found["blocks"]
    if found["blocks_with_shortcut"] == 0:
        return f"{label} has no skip connection: one path, through all {blocks} blocks."
    if found["interval"] is None:
        return f"{label}: no path has a gradient that is finite and other than zero."
    low, high = found["interval"]
    return (
        f"{label}: paths through {low} to {high} of {blocks} blocks have {SHARE:.0%} of the sum of all paths' gradient "
        f"norms, {found['mean_effective_length']:.1f} blocks in the mean; {found['mean_length']:.1f} is the mean of "
        "all paths."
    )


def _log_mean(values: Sequence[float]) -> float:
    top = max(values)
    if not math.isfinite(top):
        return top
    return top + math.log10(math.fsum(10 ** (value - top) for value in values) / len(values))


def _interpolated(means: dict[int, float], count: int) -> float:
    if count in means:
        return means[count]
    below = max((known for known in means if known < count), default=None)
    above = min((known for known in means if known > count), default=None)
    if below is None or above is None:
        return -math.inf
    part = (count - below) / (above - below)
    return means[below] * (1 - part) + means[above] * part


def _log_binomial(n: int, k: int) -> float:
    return (math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)) / math.log(10)


def _shares(logs: Sequence[float]) -> list[float] | None:
    top = max(logs)
    if not math.isfinite(top) or any(math.isnan(value) for value in logs):
        return None
    values = [10 ** (value - top) for value in logs]
    total = math.fsum(values)
    return [value / total for value in values]


def _mean(shares: Sequence[float]) -> float:
    return math.fsum(i * share for i, share in enumerate(shares))


def _interval(shares: Sequence[float]) -> tuple[int, int]:
    """Return the ends of the shares' middle, `SHARE` of them: less than half of the rest lies on either side."""
    tail, low, high = (1 - SHARE) / 2, 0, len(shares) - 1
    left = right = 0.0
    while left + shares[low] < tail:
        left, low = left + shares[low], low + 1
    while right + shares[high] < tail:
        right, high = right + shares[high], high - 1
    return low, high


def _slope(means: dict[int, float]) -> float | None:
    """Return the decades that a path's gradient grows by with each block more: a line through all lengths."""
    points = [(count, value) for count, value in means.items() if math.isfinite(value)]
    if len(points) < 2:
        return None
    x, y = (math.fsum(part) / len(points) for part in zip(*points, strict=True))
    return math.fsum((a - x) * (b - y) for a, b in points) / math.fsum((a - x) ** 2 for a, _ in points)
