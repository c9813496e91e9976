"""Measure a network while it trains: hooks reduce each tapped tensor at once, one copy a step brings the numbers over.

Works on any nn.Module; a network of ours is measured at all taps of its graph, its forks and its junctions included.
"""

import math
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Self, cast

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from model.blocks import Block
from model.record import MEASURES, Record, Schema, Value
from model.resnet import ResNet

Schedule = Callable[[int], bool]


def linear(every: int) -> Schedule:
    """Record each `every`-th step, from step 0."""
    return lambda step: step % every == 0


def logarithmic(per_decade: int = 10) -> Schedule:
    """Record steps evenly spaced in log10(step), about `per_decade` in each decade, and each step up to that many."""
    return lambda step: (
        step == 0 or math.floor(per_decade * math.log10(step + 1)) > math.floor(per_decade * math.log10(step))
    )


class _Sums:
    """Numbers of a step that still lie on the device, each with its place; brought over by one copy."""

    def __init__(self) -> None:
        self.places: list[tuple[str, int, float]] = []
        self.numbers: list[Tensor] = []
        self.nonfinite: dict[int, int] = {}

    def norm(self, measure: str, index: int, x: Tensor, count: int = 1) -> None:
        """Reduce to the L2 norm; divided by sqrt(count) when read."""
        self.places.append((measure, index, 1 / math.sqrt(count)))
        self.numbers.append(exact_norm(x))

    def read(self) -> list[tuple[str, int, float]]:
        """Copy all numbers to the host at once."""
        if not self.numbers:
            return []
        values = cast("list[float]", torch.stack(self.numbers).tolist())
        return [
            (measure, index, value * factor)
            for (measure, index, factor), value in zip(self.places, values, strict=True)
        ]


def exact_norm(x: Tensor) -> Tensor:
    """L2 norm, float64, 0-dimensional. Squares that underflow or overflow in float32 are taken again in float64.

    On a device that is not the CPU the sum is taken in float64 at once, so that nothing waits.
    """
    if x.device.type != "cpu":
        return torch.linalg.vector_norm(x, dtype=torch.float64)
    norm = torch.linalg.vector_norm(x) if x.dtype == torch.float32 else torch.linalg.vector_norm(x, dtype=torch.float64)
    if not 1e-15 < norm.item() < 1e18:
        return torch.linalg.vector_norm(x, dtype=torch.float64)
    return norm.double()


class Recorder:
    """Record what each step does to activations and gradients.

    ``with Recorder(net) as recorder: … loss.backward(); optimizer.step(); record = recorder.read()``. Columns are
    activation_rms, gradient_rms, zero_fraction and nonfinite at each tap, weight_gradient_norm and update_ratio at each
    weight, and for our networks the two paths of each block; docs/measures.md defines them.

    `taps` are patterns of module names ("layer1.*"), by default a network's own taps or, for a foreign module, each leaf.
    `every` is a function of the step, or a number: a step that is not recorded has no hooks at all.
    """

    def __init__(self, net: nn.Module, *, taps: str | Sequence[str] | None = None, every: int | Schedule = 1) -> None:
        self.net = net
        self.step = 0
        self.every: Schedule = linear(every) if isinstance(every, int) else every
        own = isinstance(net, ResNet)
        patterns = (taps,) if isinstance(taps, str) else taps
        modules = dict(net.named_modules())
        if own and patterns is None:
            names = [tap.module for tap in net.graph.taps]
        else:
            wanted = patterns or ("*",)
            names = [
                name for name, module in modules.items()
                if name and (patterns is not None or not list(module.children())) and any(fnmatchcase(name, p) for p in wanted)
            ]  # fmt: skip
        if not names:
            raise ValueError(f"taps={taps!r}: no module has such a name. Names are like {list(modules)[1:4]}.")
        self._taps = [(name, modules[name]) for name in names]
        self._activations = (
            {tap.name for tap in net.graph.taps if tap.activation}
            if own
            else {n for n, m in self._taps if is_activation(m)}
        )
        self._weights = [
            (name, cast("nn.Parameter", module.weight)) for name, module in modules.items()
            if isinstance(module, nn.Linear | nn.modules.conv._ConvNd)
        ]  # fmt: skip
        self._blocks: list[tuple[str, Block]] = list(net.blocks.items()) if own else []
        self.schema = Schema(
            tuple(names), tuple(name for name, _ in self._weights), tuple(name for name, _ in self._blocks)
        )
        self._handles: list[RemovableHandle] = []
        self._before: list[Tensor] = []
        self._attached = False

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
        self._attached = False

    def read(self) -> Record | None:
        """Return the record of the step that just ended, or None for a step that was not recorded.

        Call it after ``optimizer.step()``; the gradients must still be there.
        """
        record = self._collect() if self._attached else None
        self.step += 1
        self._prepare()
        return record

    def _prepare(self) -> None:
        if not self.every(self.step):
            self.detach()
            return
        self._sums = _Sums()
        self._zeros: list[tuple[int, int, Tensor]] = []
        self._nonfinite: list[tuple[int, Tensor]] = []
        self._dropped: set[int] = set()
        with torch.no_grad():
            weights = [weight.detach() for _, weight in self._weights]
            if len(self._before) != len(weights):
                self._before = [torch.empty_like(weight) for weight in weights]
            torch._foreach_copy_(self._before, weights)
        if not self._attached:
            self._attach()

    def _attach(self) -> None:
        for index, (name, module) in enumerate(self._taps):
            self._handles.append(module.register_forward_hook(self._tap_hook(index, name in self._activations)))
        for index, (_, block) in enumerate(self._blocks):
            self._handles.append(block.fork.register_forward_hook(self._fork_hook(index)))
            self._handles.append(block.junction.register_forward_pre_hook(self._junction_hook(index)))
        self._attached = True

    def _tap_hook(self, index: int, counts_zeros: bool) -> Callable[[nn.Module, object, object], None]:
        def hook(module: nn.Module, args: object, output: object) -> None:
            x = output[0] if isinstance(output, tuple) else output
            if not isinstance(x, Tensor) or not torch.is_grad_enabled() or not x.requires_grad:
                return
            data, count = x.detach(), x.numel()
            sums = self._sums
            sums.norm("activation_rms", index, data, count)
            if counts_zeros:
                self._zeros.append((index, count, torch.linalg.vector_norm(data, 0)))
            x.register_hook(lambda gradient: sums.norm("gradient_rms", index, gradient, count))

        return hook

    def _fork_hook(self, index: int) -> Callable[[nn.Module, object, tuple[Tensor, Tensor | None]], object]:
        def hook(module: nn.Module, args: object, output: tuple[Tensor, Tensor | None]) -> object:
            x = output[0]
            if not torch.is_grad_enabled() or not x.requires_grad:
                return None
            sums = self._sums
            residual = x.view_as(x)
            residual.register_hook(lambda gradient: sums.norm("residual_gradient_norm", index, gradient))
            if output[1] is None:
                return residual, None
            identity = x.view_as(x)
            identity.register_hook(lambda gradient: sums.norm("identity_gradient_norm", index, gradient))
            return residual, identity

        return hook

    def _junction_hook(self, index: int) -> Callable[[nn.Module, tuple[Tensor | None, Tensor | None]], None]:
        def hook(module: nn.Module, args: tuple[Tensor | None, Tensor | None]) -> None:
            if not torch.is_grad_enabled():
                return
            for measure, x in zip(("residual_rms", "identity_rms"), args, strict=True):
                if x is not None:
                    self._sums.norm(measure, index, x.detach(), x.numel())
            if args[0] is None:
                self._dropped.add(index)

        return hook

    def _collect(self) -> Record:
        columns: dict[str, list[Value]] = {measure: [None] * len(self.schema.names(measure)) for measure in MEASURES}
        found = self._sums.read()
        for measure, index, value in found:
            columns[measure][index] = value
        for index, count, nonzero in self._zeros:
            columns["zero_fraction"][index] = 1 - nonzero.item() / count
        for index in range(len(self._taps)):
            pair = columns["activation_rms"][index], columns["gradient_rms"][index]
            columns["nonfinite"][index] = sum(1 for v in pair if v is not None and not math.isfinite(v))
        self._collect_weights(columns)
        dropped = tuple(self.schema.blocks[index] for index in sorted(self._dropped))
        return Record(self.schema, self.step, columns, dropped)

    @torch.no_grad()
    def _collect_weights(self, columns: dict[str, list[Value]]) -> None:
        graded = [(i, weight) for i, (_, weight) in enumerate(self._weights) if weight.grad is not None]
        if not graded:
            return
        before = [self._before[i] for i, _ in graded]
        weights = [weight.detach() for _, weight in graded]
        gradients = torch._foreach_norm([cast("Tensor", weight.grad) for _, weight in graded])
        updates = torch._foreach_norm(torch._foreach_sub(weights, before))
        sizes = torch._foreach_norm(before)
        values = torch.stack([*gradients, *updates, *sizes]).view(3, -1).tolist()
        for (i, _), gradient, update, size in zip(graded, *values, strict=True):
            columns["weight_gradient_norm"][i] = gradient
            columns["update_ratio"][i] = update / size if size > 0 else None


def is_activation(module: nn.Module) -> bool:
    """Tell whether a module is an activation function of torch's."""
    return type(module).__module__ == "torch.nn.modules.activation" and not isinstance(module, nn.MultiheadAttention)
