"""The watch over an optimizer's steps, which notifies the meters of the weights that it changes."""

from collections.abc import Callable, Iterable
from typing import Any, cast

import torch
from torch import Tensor

from skipscope.model.measure import native
from skipscope.model.measure.plain import dense
from skipscope.model.measure.reductions import sums_of_squares
from skipscope.model.measure.scaling import Scaling, skips, still_scaled
from skipscope.model.measure.sgd import SGD
from skipscope.model.measure.shards import ShardMeter
from skipscope.model.measure.weight_meter import WeightMeter


def telling_rate(optimizer: torch.optim.Optimizer, group: dict[str, Any]) -> float | None:
    """Return the rate of a step that can be read from the optimizer's state; None where it cannot."""
    if type(optimizer) is not torch.optim.SGD or group["nesterov"] or not isinstance(group["lr"], float | int):
        return None
    return float(group["lr"])


class OptimizerWatch:
    """Tell the meters of all weights when an optimizer, any in this process, makes a step that is theirs."""

    def __init__(self, scaling: Scaling) -> None:
        self._scaling = scaling
        self._meters: dict[int, WeightMeter] = {}
        self._shards: dict[int, ShardMeter] = {}
        self._lists: dict[tuple[int, ...], list[WeightMeter]] = {}
        """By the parameters of a group; none of the weights measured goes away while this is there."""

    def follow(self, meters: Iterable[WeightMeter], shards: Iterable[ShardMeter]) -> None:
        """Tell these meters from now on."""
        self._shards = {id(shard.weight): shard for shard in shards}
        self._meters = {id(meter.weight): meter for meter in meters}
        self._lists.clear()

    def before(self, optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
        """Be told that a step begins."""
        self._guard(lambda own: self._before(own, has_closure=_has_closure(args, kwargs)), optimizer)

    def after(self, optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
        """Be told that a step has been made."""
        self._guard(lambda own: self._after(own, has_closure=_has_closure(args, kwargs)), optimizer)

    @torch.no_grad()
    def _guard(self, act: Callable[[torch.optim.Optimizer], None], optimizer: torch.optim.Optimizer) -> None:
        try:
            act(optimizer)
        except Exception as error:  # the user's optimizer makes its step
            for meter in self._meters.values():
                meter.lose(error)

    def _before(self, optimizer: torch.optim.Optimizer, *, has_closure: bool) -> None:
        factor, scaled, skip = self._scaling.step(optimizer), still_scaled(optimizer), skips(optimizer)
        for shard in self._shards_of(optimizer):
            shard.step(factor, skip, still_scaled=scaled)
        tells = isinstance(optimizer, SGD) and native.load() is not None
        for group in optimizer.param_groups:
            rate, meters = telling_rate(optimizer, group), self._of(group)
            for meter in meters:
                meter.stepping(rate, tells=tells)
                meter.used.step(factor, skip, still_scaled=scaled)
            if not has_closure:
                _read_again(meters)
            light = [] if tells else [meter for meter in meters if meter.has_to_be_weighed]
            for meter, squares in zip(light, sums_of_squares([meter.weight.detach() for meter in light]), strict=True):
                meter.take_weight(squares)

    def _after(self, optimizer: torch.optim.Optimizer, *, has_closure: bool) -> None:
        for shard in self._shards_of(optimizer):
            if has_closure:
                shard.read()
            shard.stepped()
        moved = optimizer.moved if isinstance(optimizer, SGD) else {}
        for group in reversed(optimizer.param_groups):
            rate, meters = telling_rate(optimizer, group), self._of(group)
            if has_closure:
                # the closure made the gradients, and may have clipped them
                _read_again(meters)
            for meter in meters:
                meter.stepped()
                if (own := moved.get(meter.weight)) is not None:
                    meter.take_step(own)
            if rate is not None:
                self._take_buffers(cast("Any", optimizer.state), rate, meters)

    def _take_buffers(self, state: dict[Tensor, dict[str, Any]], rate: float, meters: list[WeightMeter]) -> None:
        told: dict[WeightMeter, Tensor] = {}
        for meter in meters:
            buffer = None if meter.weight.grad is None else state.get(meter.weight, {}).get("momentum_buffer")
            if buffer is not None:
                told[meter] = buffer
        for meter, squares in zip(told, sums_of_squares(list(told.values())), strict=True):
            meter.take_buffer(rate, squares)

    def _shards_of(self, optimizer: torch.optim.Optimizer) -> list[ShardMeter]:
        if not self._shards:
            return []
        ids = [id(weight) for group in optimizer.param_groups for weight in group["params"]]
        return [self._shards[own] for own in ids if own in self._shards]

    def _of(self, group: dict[str, Any]) -> list[WeightMeter]:
        ids = tuple(map(id, group["params"]))
        found = self._lists.get(ids)
        if found is None:
            # what was updated last is still near
            found = self._lists[ids] = [self._meters[own] for own in reversed(ids) if own in self._meters]
        return found


def _has_closure(args: object, kwargs: object) -> bool:
    """Tell whether a step was given a closure, which makes the gradients within the step."""
    given = [*cast("tuple[object, ...]", args)[1:2], cast("dict[str, object]", kwargs).get("closure")]
    return any(map(callable, given))


def _read_again(meters: list[WeightMeter]) -> None:
    """Read the gradients that are others than `backward` left."""
    others = [meter for meter in meters if meter.used.is_other(meter.weight)]
    gradients = [dense(cast("Tensor", meter.weight.grad).detach()) for meter in others]
    for meter, squares in zip(others, sums_of_squares(gradients), strict=True):
        meter.used.take(squares)
