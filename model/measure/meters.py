"""The meters of one recorder: compiled ones for a network in this machine's memory, where they are there.

A meter is attached once; its methods are the hooks.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, cast
from weakref import ref

from skipscope.model.measure import native
from skipscope.model.measure.angles import Angle, settle
from skipscope.model.measure.block_meter import BlockMeter
from skipscope.model.measure.directions import Direction
from skipscope.model.measure.outputs import first_real
from skipscope.model.measure.places import ForkedBlock
from skipscope.model.measure.record import Value
from skipscope.model.measure.reductions import NonzeroCounter
from skipscope.model.measure.sums import TorchSum
from skipscope.model.measure.tap_meter import Place, TapMeter
from skipscope.model.measure.trail import Trail
from skipscope.model.measure.weight_gradient import WeightGradient

RECOMPUTED = (
    "checkpointing with use_reentrant=True made it anew for each of several backward passes over one forward pass, "
    "whose gradients cannot be added up"
)


class Measured(Protocol):
    """A place with an output and its gradient."""

    @property
    def activation(self) -> native.Sum:
        """The sum over outputs."""
        ...

    @property
    def gradient(self) -> native.Sum:
        """The sum over their gradients."""
        ...


class Meters:
    """Make the meters of one recorder, all of one make."""

    def __init__(self, *, on_cpu: bool) -> None:
        self.on_cpu = on_cpu
        self.torch_sums: list[TorchSum] = []
        self.angles: list[Angle] = []
        """Those whose numbers may lie on another device."""
        self._engine = native.load() if on_cpu else None
        self._nonzero = NonzeroCounter()
        self._torch_trail = Trail()
        self._compiled_trail = None if self._engine is None else self._engine.Trail()
        self.trail: native.Trail = self._compiled_trail or self._torch_trail

    def make_gradient(self) -> native.WeightGradient:
        """Make the meter of a weight's gradient."""
        if self._engine is not None and self._compiled_trail is not None:
            return self._engine.WeightGradient(self._compiled_trail)
        return WeightGradient(self._torch_trail, self._torch_sum())

    def make_tap(self, number: int, *, zeros: bool, limit: int) -> native.Tap:
        """Make the meter of a tap, which counts exact zeros where it is told to, with places for so many calls."""
        if self._engine is not None and self._compiled_trail is not None:
            return self._engine.Tap(self._compiled_trail, number, first_real, zeros=zeros, limit=limit)
        counter = self._nonzero if zeros else None
        return TapMeter(
            self._torch_trail, number, lambda key: Place(key, self._torch_sum(counter), self._torch_sum()), limit=limit
        )

    def make_block(self, block: ForkedBlock, output: native.Tap | None, before: native.Block | None) -> native.Block:
        """Make the meter of a block, whose output a tap of these measures, or none; `before` is that of the last."""
        if self._engine is not None and self._compiled_trail is not None:
            return self._engine.Block(ref(block), self._compiled_trail, output, before)
        assert output is None or isinstance(output, TapMeter), "all meters of a recorder are of one make"
        assert before is None or isinstance(before, BlockMeter), "all meters of a recorder are of one make"
        sums = (self._torch_sum(), self._torch_sum(), self._torch_sum(), self._torch_sum())
        angles = Angle(), Angle()
        self.angles += angles
        direction = Direction(self._torch_trail, None if before is None else before.direction, *angles)
        return BlockMeter(block, self._torch_trail, output, sums, direction)

    def are_idle(self, taps: Sequence[native.Tap]) -> bool:
        """Tell whether nothing has passed the taps since the last reset."""
        if self._engine is not None:
            return self._engine.are_idle(list(taps))
        return all(place.activation.calls == 0 for tap in taps for place in tap.places)

    def settle(self, taps: Iterable[native.Tap]) -> None:
        """Count what was kept until the end of the step, and give up what cannot be told."""
        self.trail.settle()
        settle(self.angles)
        if self.trail.came_again:
            for place in (place for tap in taps for place in tap.places):
                if place.is_recomputed:
                    place.gradient.lose(RECOMPUTED)

    def problems(self, places: Sequence[native.Place]) -> list[tuple[int, str]]:
        """Return which of the places could not be measured, and why."""
        if self._engine is not None:
            return self._engine.problems(places)
        pairs = ((i, sum_.problem) for i, place in enumerate(places) for sum_ in (place.activation, place.gradient))
        return [(i, problem) for i, problem in pairs if problem is not None]

    def tap_columns(self, places: Sequence[native.Place]) -> Iterable[Sequence[Value]]:
        """Return what was measured at places, a column for each of TAP_MEASURES."""
        if self._engine is not None:
            return self._engine.tap_columns(places)
        return columns_of(places)

    def block_columns(self, blocks: Sequence[native.Block]) -> Iterable[Sequence[Value]]:
        """Return what the blocks measured, a column for each of BLOCK_MEASURES."""
        if self._engine is not None:
            return self._engine.block_columns(blocks)
        made = [block for block in blocks if isinstance(block, BlockMeter)]
        return (
            [block.residual.rms() for block in blocks],
            [block.identity.rms() for block in blocks],
            [block.residual_gradient.norm() for block in blocks],
            [block.identity_gradient.norm() for block in blocks],
            [block.direction.descent.mean() for block in made],
            [block.direction.successive.mean() for block in made],
        )

    def make_sum(self, trail: Trail, *, zeros: bool = False) -> TorchSum:
        """Make a sum whose gradients go by a trail of its own, which counts exact zeros where it is told to."""
        self.torch_sums.append(TorchSum(self._nonzero if zeros else None, trail))
        return self.torch_sums[-1]

    @property
    def compiled(self) -> tuple[native.Engine, native.Trail] | None:
        """Give the compiled module and the trail that all compiled meters share, where they are used."""
        if self._engine is None or self._compiled_trail is None:
            return None
        return self._engine, self._compiled_trail

    def _torch_sum(self, nonzero: NonzeroCounter | None = None) -> TorchSum:
        self.torch_sums.append(TorchSum(nonzero, self._torch_trail))
        return self.torch_sums[-1]


def columns_of(places: Sequence[Measured]) -> list[Sequence[Value]]:
    """Return what was measured at places, a column for each of TAP_MEASURES."""
    activations, gradients = [place.activation for place in places], [place.gradient for place in places]
    return [
        [activation.rms() for activation in activations],
        [gradient.rms() for gradient in gradients],
        [activation.zero_fraction() for activation in activations],
        [_num_nonfinite(place) for place in places],
        [activation.dead_units() for activation in activations],
    ]


def _num_nonfinite(place: Measured) -> int | None:
    """Count NaN and infinite elements of the output and its gradient; None where there was no output."""
    if place.activation.elements == 0:
        return None
    return int(cast("float", place.activation.nonfinite)) + int(cast("float", place.gradient.nonfinite))
