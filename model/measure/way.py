"""The way of a step's gradient from the loss to the optimizer: scaled and unscaled, skipped, shared by processes."""

import math
from collections.abc import Sequence
from dataclasses import replace

from skipscope.model.measure.notes import Notes
from skipscope.model.measure.processes import Processes
from skipscope.model.measure.record import Value
from skipscope.model.measure.scaling import SEVERAL, Factor, Scaling
from skipscope.model.measure.step_gradient import StepGradient
from skipscope.model.measure.used_gradient import divided
from skipscope.model.measure.weight_sites import WeightSites

SCALED = ("gradient_rms", "residual_gradient_norm", "identity_gradient_norm")
"""Measures at taps and blocks that a gradient scaler scales."""


class Way:
    """Follows the gradients of one recorder.

    `begins_anew`: a step whose gradients are dropped without an optimizer's step begins anew, instead of adding up with
    what follows. `sums`: the parts of weights that are divided among processes are summed.
    """

    def __init__(self, scaling: Scaling, processes: Processes, notes: Notes, *, sums: bool) -> None:
        self.scaling, self._processes, self._notes, self.sums = scaling, processes, notes, sums
        self.begins_anew = False
        self._skipped = 0

    def reset(self) -> None:
        """Forget the last step."""
        self._skipped = 0
        self.scaling.reset()

    def was_skipped(self, weights: WeightSites) -> bool:
        """Tell, as a forward pass begins, whether the step under way was skipped and is to begin anew; count it."""
        if not self.begins_anew or not weights.were_dropped(backed_off=self.scaling.has_backed_off):
            return False
        self._skipped += 1
        self.scaling.reset()
        return True

    def begin(self, weights: WeightSites) -> None:
        """Be told that a forward pass begins."""
        self.scaling.begin(weights.device)
        self._processes.begin()

    @property
    def numbers(self) -> list[Factor]:
        """Give the numbers that `finish` needs as floats."""
        return self.scaling.numbers

    def assume(self, factors: Sequence[float], weights: WeightSites) -> None:
        """Take the factors of the step, before the weights' columns are read."""
        if len(set(factors)) == 1:
            weights.assume(factors[0])

    def finish(
        self, columns: dict[str, Sequence[Value]], factors: Sequence[float], weights: WeightSites
    ) -> StepGradient:
        """Divide the columns of gradients at taps and blocks by the factor, and tell which gradient it is."""
        known = set(factors)
        if len(known) > 1:
            self._notes.add(SEVERAL)
            columns.update({measure: [None] * len(columns[measure]) for measure in SCALED})
        for factor in known if len(known) == 1 else ():
            columns.update({measure: [divided(value, factor) for value in columns[measure]] for measure in SCALED})
        found = weights.gradient()
        # a scaler that has found such gradients does not call the optimizer
        refused = bool(known) and not found.steps and found.norm is not None and not math.isfinite(found.norm)
        last = max(found.skipped, int(refused), int(self.scaling.has_backed_off()))
        if last:
            columns["update_ratio"] = [None] * len(columns["update_ratio"])
        processes = self._processes
        return replace(
            found, skipped=self._skipped + last, scale=known.pop() if len(known) == 1 else None,
            processes=processes.size, rank=processes.rank, shared=found.shared or processes.shared,
        )  # fmt: skip
