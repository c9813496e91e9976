"""Measure a network while it trains: hooks reduce each tapped tensor at once, and nothing of it is kept.

Works on any nn.Module; a network of ours is measured at all taps of its graph, its forks and its junctions included.
"""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Self, cast

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from model.blocks import Block
from model.measurement import Measurement
from model.record import Record, Schema
from model.resnet import ResNet
from model.schedules import Schedule, linear


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
        self._taps = [(name, modules[name]) for name in names]
        self._activations = (
            {tap.name for tap in net.graph.taps if tap.activation}
            if isinstance(net, ResNet)
            else {name for name, module in self._taps if is_activation(module)}
        )
        self._blocks: list[tuple[str, Block]] = list(net.blocks.items()) if isinstance(net, ResNet) else []
        self._weights: list[nn.Parameter] = []
        self.schema = self._find_weights()
        self._handles: list[RemovableHandle] = []
        self._now: Measurement | None = None

    def __enter__(self) -> Self:
        self._prepare()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()

    def detach(self) -> None:
        """Remove every hook; the module is as it was."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._now = None

    def gradients_are_whole(self) -> None:
        """Measure the weights' gradients now, before something like clipping changes them; else `read` does."""
        if self._now is not None:
            self._now.take_weight_gradients(self._weights)

    def read(self) -> Record | None:
        """Return the record of the step that just ended, or None for a step that was not recorded.

        Call it after ``optimizer.step()``; the gradients must still be there.
        """
        record = None if self._now is None else self._now.finish(self.step, self._weights)
        self.step += 1
        self._prepare()
        return record

    def _prepare(self) -> None:
        if not self.every(self.step):
            self.detach()
            return
        self._now = Measurement(self.schema)
        self._now.keep_weights(self._weights)
        if not self._handles:
            self._attach()

    def _find_weights(self) -> Schema:
        found = [
            (name, cast("nn.Parameter", module.weight))
            for name, module in self.net.named_modules()
            if isinstance(module, nn.Linear | nn.modules.conv._ConvNd)
        ]
        self._weights = [weight for _, weight in found]
        taps, weights = tuple(name for name, _ in self._taps), tuple(name for name, _ in found)
        return Schema(taps, weights, tuple(name for name, _ in self._blocks))

    def _attach(self) -> None:
        handles = self._handles
        for index, (name, module) in enumerate(self._taps):
            handles.append(module.register_forward_hook(self._tap_hook(index, name in self._activations)))
        for index, (_, block) in enumerate(self._blocks):
            handles.append(block.fork.register_forward_hook(self._fork_hook(index)))
            handles.append(block.junction.register_forward_pre_hook(self._junction_hook(index)))

    def _tap_hook(self, index: int, counts_zeros: bool) -> Callable[[nn.Module, object, object], None]:
        def hook(module: nn.Module, args: object, output: object) -> None:
            x = cast("tuple[object, ...]", output)[0] if isinstance(output, tuple) else output
            if isinstance(x, Tensor) and x.requires_grad and self._now is not None:
                self._now.take_tap(index, x, counts_zeros=counts_zeros)

        return hook

    def _fork_hook(self, index: int) -> Callable[[nn.Module, object, tuple[Tensor, Tensor | None]], object]:
        def hook(module: nn.Module, args: object, output: tuple[Tensor, Tensor | None]) -> object:
            if not output[0].requires_grad or self._now is None:
                return None
            return self._now.take_fork(index, *output)

        return hook

    def _junction_hook(self, index: int) -> Callable[[nn.Module, tuple[Tensor | None, Tensor | None]], None]:
        def hook(module: nn.Module, args: tuple[Tensor | None, Tensor | None]) -> None:
            if torch.is_grad_enabled() and self._now is not None:
                self._now.take_junction(index, *args)

        return hook


def _choose(net: nn.Module, modules: dict[str, nn.Module], patterns: Sequence[str] | None) -> list[str]:
    if patterns is None:
        if isinstance(net, ResNet):
            return [tap.module for tap in net.graph.taps]
        return [name for name, module in modules.items() if name and not list(module.children())]
    names = [name for name in modules if name and any(fnmatchcase(name, pattern) for pattern in patterns)]
    if not names:
        raise ValueError(f"taps={list(patterns)}: no module has such a name. Names are like {list(modules)[1:4]}.")
    return names


def is_activation(module: nn.Module) -> bool:
    """Tell whether a module is an activation function of torch's."""
    return type(module).__module__ == "torch.nn.modules.activation" and not isinstance(module, nn.MultiheadAttention)
