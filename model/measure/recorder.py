"""Measure a network while it trains: hooks reduce each tapped tensor at once, and nothing of it is kept.

Works on any nn.Module; a network of ours is measured at all taps of its graph, its forks and its junctions included.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Self, cast

import torch
from torch import nn
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook
from torch.utils.hooks import RemovableHandle

from skipscope.model.measure.hook import Hook
from skipscope.model.measure.meters import Meters
from skipscope.model.measure.record import BLOCK_MEASURES, MEASURES, TAP_MEASURES, Record, Schema, Value
from skipscope.model.measure.reductions import bring_over
from skipscope.model.measure.schedules import Schedule, linear
from skipscope.model.measure.weight_meter import OptimizerWatch, WeightMeter
from skipscope.model.network.resnet import ResNet


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
        blocks = net.blocks if isinstance(net, ResNet) else {}
        weights = {
            name: cast("nn.Parameter", module.weight)
            for name, module in modules.items()
            if isinstance(module, nn.Linear | nn.modules.conv._ConvNd) and is_trained(module.weight)
        }
        self.schema = Schema(tuple(names), tuple(weights), tuple(blocks))
        self._weighted = [(modules[name], weight) for name, weight in weights.items()]
        self._tapped = [modules[name] for name in names]
        self._active = active
        self._meters = Meters(on_cpu=self._is_on_cpu())
        self._make_meters()
        self._handles: list[RemovableHandle] = []
        self._entered = self._recording = False

    def _is_on_cpu(self) -> bool:
        return all(parameter.is_cpu for parameter in self.net.parameters())

    def _make_meters(self) -> None:
        make, active = self._meters, self._active
        self._taps = [make.make_tap(zeros=name in active) for name in self.schema.taps]
        taps = dict(zip(self.schema.taps, self._taps, strict=True))
        blocks = self.net.blocks if isinstance(self.net, ResNet) else {}
        self._blocks = [(block, make.make_block(block, taps.get(name))) for name, block in blocks.items()]
        self._weights = [WeightMeter(weight, make.make_sum()) for _, weight in self._weighted]

    def __enter__(self) -> Self:
        self._enter()
        return self

    def begin(self, *, recorded: bool) -> None:
        """Begin a step that is recorded or not, whatever `every` says; `read` ends it, `detach` removes the hooks."""
        self.every = _always if recorded else _never
        self._enter()

    def _enter(self) -> None:
        self._entered = True
        if not self._is_prepared():
            self._prepare()

    def _is_prepared(self) -> bool:
        """Tell whether the end of the last step has prepared this one, and nothing has happened since."""
        return (
            bool(self._handles)
            and self._recording
            and bool(self.every(self.step))
            and self._meters.are_idle(self._taps)
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

    @torch.no_grad()
    def _prepare(self) -> None:
        if not self.every(self.step):
            self._let_go()
            return
        if not self._handles and self._meters.on_cpu != self._is_on_cpu():
            self._meters = Meters(on_cpu=not self._meters.on_cpu)
            self._make_meters()
        for tap in self._taps:
            tap.reset()
        for _, block in self._blocks:
            block.reset()
        for weight in self._weights:
            weight.reset()
        if not self._handles:
            self._attach()
        self._recording = True

    def _attach(self) -> None:
        handles = self._handles
        for module, tap in zip(self._tapped, self._taps, strict=True):
            handles.append(module.register_forward_hook(Hook(tap.forward)))
        for block, meter in self._blocks:
            handles.append(block.fork.register_forward_hook(Hook(meter.fork)))
            handles.append(block.junction.register_forward_hook(Hook(meter.junction)))
        for (module, weight), meter in zip(self._weighted, self._weights, strict=True):
            if meter.is_long:
                handles.append(module.register_forward_pre_hook(Hook(meter.forward)))
            if weight.requires_grad:
                handles.append(weight.register_post_accumulate_grad_hook(meter.gradient.take_gradient_in))
        watch = OptimizerWatch(self._weights)
        handles.append(register_optimizer_step_pre_hook(watch.before))
        handles.append(register_optimizer_step_post_hook(watch.after))

    @torch.no_grad()
    def _finish(self) -> Record:
        for meter in self._weights:
            meter.finish()
        if not self._meters.on_cpu:
            self._bring_over()
        weights, blocks = self._weights, [block for _, block in self._blocks]
        columns: dict[str, Sequence[Value]] = {
            **dict(zip(TAP_MEASURES, self._meters.tap_columns(self._taps), strict=True)),
            "weight_gradient_norm": [weight.gradient.norm() for weight in weights],
            "update_ratio": [weight.ratio() for weight in weights],
            **dict(zip(BLOCK_MEASURES, self._meters.block_columns(blocks), strict=True)),
        }
        assert columns.keys() == set(MEASURES)
        dropped = tuple(name for name, block in zip(self.schema.blocks, blocks, strict=True) if block.dropped)
        return Record(self.schema, self.step, columns, dropped)

    def _bring_over(self) -> None:
        places = [(own, name) for own in (*self._meters.torch_sums, *self._weights) for name in own.NUMBERS]
        numbers = bring_over([getattr(own, name) for own, name in places])
        for (own, name), number in zip(places, numbers, strict=True):
            setattr(own, name, number)


def _always(_: int) -> bool:
    return True


def _never(_: int) -> bool:
    return False


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
