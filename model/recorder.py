"""Measure a network while it trains: hooks reduce each tapped tensor at once, and nothing of it is kept.

Works on any nn.Module; a network of ours is measured at all taps of its graph, its forks and its junctions included.
"""

import math
from collections.abc import Sequence
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Self, cast

from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook
from torch.utils.hooks import RemovableHandle

from model.meters import BlockMeter, TapMeter, Trail
from model.record import MEASURES, Record, Schema, Value
from model.reductions import NonzeroCounter, bring_over
from model.resnet import ResNet
from model.schedules import Schedule, linear
from model.weight_meter import OptimizerWatch, WeightMeter


class Recorder:
    """Record what each step does to activations and gradients.

    ``with Recorder(net) as recorder: … loss.backward(); optimizer.step(); record = recorder.read()``. Columns are
    activation_rms, gradient_rms, zero_fraction and nonfinite at each tap, weight_gradient_norm and update_ratio at each
    weight, and for our networks the two paths of each block; docs/measures.md defines them.

    `taps` are patterns of module names ("layer1.*"), by default a network's own taps or, for a foreign module, each
    leaf.
    `every` is a function of the step, or a number: a step that is not recorded has no hooks at all.
    Raise ValueError for patterns that no module's name fits.
    """

    def __init__(self, net: nn.Module, *, taps: str | Sequence[str] | None = None, every: int | Schedule = 1) -> None:
        self.net = net
        self.step = 0
        self.every: Schedule = linear(every) if isinstance(every, int) else every
        modules = dict(net.named_modules())
        names = _choose(net, modules, (taps,) if isinstance(taps, str) else taps)
        active = (
            {tap.name for tap in net.graph.taps if tap.activation}
            if isinstance(net, ResNet)
            else {name for name in names if is_activation(modules[name])}
        )
        trail, nonzero = Trail(), NonzeroCounter()
        taps_by_name = {name: TapMeter(trail, nonzero if name in active else None) for name in names}
        blocks = net.blocks if isinstance(net, ResNet) else {}
        weights = {
            name: cast("nn.Parameter", module.weight)
            for name, module in modules.items()
            if isinstance(module, nn.Linear | nn.modules.conv._ConvNd) and is_trained(module.weight)
        }
        self.schema = Schema(tuple(names), tuple(weights), tuple(blocks))
        self._tapped = [(modules[name], meter) for name, meter in taps_by_name.items()]
        self._blocks = [(block, BlockMeter(block, trail, taps_by_name.get(name))) for name, block in blocks.items()]
        self._weights = [WeightMeter(weight) for weight in weights.values()]
        self._handles: list[RemovableHandle] = []
        self._entered = self._recording = False

    def __enter__(self) -> Self:
        self._entered = True
        if not self._is_prepared():
            self._prepare()
        return self

    def _is_prepared(self) -> bool:
        """Tell whether the end of the last step has prepared this one, and nothing has happened since."""
        return (
            bool(self._handles)
            and self._recording
            and bool(self.every(self.step))
            and all(tap.count == 0 for _, tap in self._tapped)
            and all(weight.untouched for weight in self._weights)
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()

    def detach(self) -> None:
        """Remove every hook; the module is as it was."""
        self._entered = False
        self._let_go()

    def _let_go(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._recording = False

    def read(self) -> Record | None:
        """Return the record of the step that just ended, or None for a step that was not recorded.

        Call it after ``optimizer.step()``. Gradients of weights are those that `backward` left, before any clipping.
        """
        record = self._finish() if self._recording else None
        self.step += 1
        if self._entered:
            self._prepare()
        return record

    def _prepare(self) -> None:
        if not self.every(self.step):
            self._let_go()
            return
        for meter in self._meters():
            meter.reset()
        if not self._handles:
            self._attach()
        self._recording = True

    def _meters(self) -> list[TapMeter | BlockMeter | WeightMeter]:
        taps, blocks = (meter for _, meter in self._tapped), (meter for _, meter in self._blocks)
        return [*taps, *blocks, *self._weights]

    def _attach(self) -> None:
        handles = self._handles
        for module, tap in self._tapped:
            handles.append(module.register_forward_hook(tap.forward))
        for block, meter in self._blocks:
            handles.append(block.fork.register_forward_hook(meter.fork))
            handles.append(block.junction.register_forward_hook(meter.junction))
        for meter in self._weights:
            if meter.weight.requires_grad:
                handles.append(meter.weight.register_post_accumulate_grad_hook(meter.backward))
        watch = OptimizerWatch(self._weights)
        handles.append(register_optimizer_step_pre_hook(watch.before))
        handles.append(register_optimizer_step_post_hook(watch.after))

    def _finish(self) -> Record:
        for meter in self._weights:
            meter.finish()
        self._bring_over()
        taps = [tap for _, tap in self._tapped]
        blocks = [block for _, block in self._blocks]
        for block in blocks:
            block.settle()
        columns: dict[str, Sequence[Value]] = {
            "activation_rms": [_rms(tap.squares, tap.count) for tap in taps],
            "gradient_rms": [_rms(tap.gradient_squares, tap.gradient_count) for tap in taps],
            "zero_fraction": [
                1 - cast("float", tap.nonzero) / tap.count if tap.counts_zeros and tap.count else None for tap in taps
            ],
            "nonfinite": [int(tap.lost) if tap.count else None for tap in taps],
            "weight_gradient_norm": [_norm(meter.gradient_squares, meter.graded) for meter in self._weights],
            "update_ratio": [meter.ratio() for meter in self._weights],
            "residual_rms": [_rms(block.residual_squares, block.residual_count) for block in blocks],
            "identity_rms": [_rms(block.identity_squares, block.identity_count) for block in blocks],
            "residual_gradient_norm": [
                _norm(block.residual_gradient_squares, block.num_residual_gradients) for block in blocks
            ],
            "identity_gradient_norm": [
                _norm(block.identity_gradient_squares, block.num_identity_gradients) for block in blocks
            ],
        }
        assert columns.keys() == set(MEASURES)
        dropped = tuple(name for name, block in zip(self.schema.blocks, blocks, strict=True) if block.dropped)
        return Record(self.schema, self.step, columns, dropped)

    def _bring_over(self) -> None:
        if not any(isinstance(tap.squares, Tensor) for _, tap in self._tapped) and not any(
            isinstance(weight.gradient_squares, Tensor) for weight in self._weights
        ):
            return
        places = [(meter, name) for meter in self._meters() for name in meter.NUMBERS]
        numbers = bring_over([getattr(meter, name) for meter, name in places])
        for (meter, name), number in zip(places, numbers, strict=True):
            setattr(meter, name, number)


def _rms(squares: object, count: int) -> float | None:
    total = cast("float", squares)
    return None if count == 0 else math.sqrt(total / count) if total >= 0 else total


def _norm(squares: object, there: int) -> float | None:
    return _rms(squares, 1) if there else None


def _choose(net: nn.Module, modules: dict[str, nn.Module], patterns: Sequence[str] | None) -> list[str]:
    if patterns is None:
        if isinstance(net, ResNet):
            return [tap.module for tap in net.graph.taps]
        return [name for name, module in modules.items() if name and not list(module.children())]
    names = [name for name in modules if name and any(fnmatchcase(name, pattern) for pattern in patterns)]
    if not names:
        raise ValueError(f"taps={list(patterns)}: no module has such a name. Names are like {list(modules)[1:4]}.")
    return names


def is_trained(weight: object) -> bool:
    """Tell whether an optimizer changes this very tensor; what spectral norm or pruning computes anew is not it."""
    return isinstance(weight, nn.Parameter) and weight.is_leaf


def is_activation(module: nn.Module) -> bool:
    """Tell whether a module is an activation function of torch's."""
    return type(module).__module__ == "torch.nn.modules.activation" and not isinstance(module, nn.MultiheadAttention)
