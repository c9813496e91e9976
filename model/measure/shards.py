"""Weights that are divided among processes (DTensor: FSDP2, tensor parallel): sums of squares of this process's parts,
which one all-reduce a step adds up. Every process takes part in it, or all wait."""

import math
import sys
from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor, distributed, nn
from torch.utils.hooks import RemovableHandle

from skipscope.model.measure.hook import Hook
from skipscope.model.measure.processes import is_distributed
from skipscope.model.measure.reductions import Number, root, sum_of_squares
from skipscope.model.measure.scaling import Factor
from skipscope.model.measure.used_gradient import divided

DIVIDED = (
    "it is divided among processes (DTensor, as FSDP2 and tensor parallel make them), and this one has a part. Begin "
    "the recorders of all processes with sharded=True to have the parts summed"
)
GATHERED = (
    "FSDP2 has gathered it for a pass, and its gradient is not that of all processes. Begin the recorder before the "
    "first pass"
)
FLAT = "FullyShardedDataParallel (FSDP1) has flattened it, and this process has a part. Use fully_shard (FSDP2)"
ELSEWHERE = "it is divided among some of the processes of torch.distributed, and sums are over all of them"
UNSUMMED = "it is divided in a way of which sums of squares cannot be added up (Partial)"
LOST = -torch.inf
"""In the sums: a process has no such number. Squares are never below 0."""


def is_divided(weight: Tensor) -> bool:
    """Tell whether a tensor is a DTensor, which torch loads only if somebody uses it."""
    module = sys.modules.get("torch.distributed.tensor")
    return module is not None and isinstance(weight, module.DTensor)


def is_flat(weight: Tensor) -> bool:
    """Tell whether FSDP1 keeps a weight in a flat one, or it is that."""
    return bool(getattr(weight, "_fsdp_flattened", False) or getattr(weight, "_is_flat_param", False))


def is_gathering(net: nn.Module) -> bool:
    """Tell whether FSDP2 works on a network or a part of it."""
    module = sys.modules.get("torch.distributed.fsdp")
    kind = getattr(module, "FSDPModule", None)
    return kind is not None and any(isinstance(one, kind) for one in net.modules())


def why_not_summed(weight: Any) -> str | None:
    """Say why the parts of a weight cannot be summed; None where they can."""
    if not is_distributed() or weight.device_mesh.size() != distributed.get_world_size():
        return ELSEWHERE
    return UNSUMMED if any(placement.is_partial() for placement in weight.placements) else None


class ShardMeter:
    """This process's part of one weight, of its gradient and of its update."""

    def __init__(self, weight: nn.Parameter) -> None:
        self.weight: Any = weight
        self.num_steps = self.passes = 0
        self._handle: RemovableHandle | None = None
        self._before: Tensor | None = None
        self._factor: Factor | None = None
        self._skip: Factor = 0.0
        self._is_scaled = False
        self._numbers: list[Number] = []
        self._gradient: Number = LOST
        self._whole = (LOST, LOST, LOST)
        self.problem: str | None = None

    @property
    def _num_alike(self) -> int:
        """Count the processes that have the same part."""
        sizes = zip(self.weight.placements, range(self.weight.device_mesh.ndim), strict=True)
        return math.prod(self.weight.device_mesh.size(i) for placement, i in sizes if placement.is_replicate())

    def hook(self) -> None:
        """Count the backward passes that leave a gradient."""
        if self.lacks_hook:
            self._handle = self.weight.register_post_accumulate_grad_hook(Hook(self._count))

    def _count(self, _: object) -> None:
        self.passes += 1

    @property
    def lacks_hook(self) -> bool:
        """Tell whether the weight gets gradients that nobody counts."""
        return self._handle is None and bool(self.weight.requires_grad)

    def let_go(self) -> None:
        """Remove the hook."""
        if self._handle is not None:
            self._handle.remove()
            self._handle = None

    def reset(self) -> None:
        """Forget the last step, and keep a copy of the part."""
        self.num_steps = self.passes = 0
        self._factor, self._skip, self._is_scaled = None, 0.0, False
        self._gradient = LOST
        self.problem, self._whole = None, (LOST, LOST, LOST)
        self._before = self.weight.to_local().detach().clone()

    def step(self, factor: Factor | None, skip: Factor, *, still_scaled: bool) -> None:
        """Be told that an optimizer steps, and by which factor the loss, or the gradient as well, is scaled."""
        self._factor, self._skip, self._is_scaled = factor, skip, still_scaled
        self.read()

    def read(self) -> None:
        """Read the gradient that is there."""
        gradient = self.weight.grad
        if gradient is None or not is_divided(gradient) or gradient.placements != self.weight.placements:
            self._gradient = LOST
        else:
            self._gradient = sum_of_squares(gradient.to_local().detach())

    def stepped(self) -> None:
        """Be told that the step is made."""
        self.num_steps += 1

    def finish(self) -> list[Number]:
        """Return the sums of squares of the gradient, of the weight as it was and of its update: of this part."""
        try:
            if not self.num_steps and self.passes:
                self.read()
            now, before = self.weight.to_local().detach(), self._before
            if before is None or before.shape != now.shape:
                return [self._gradient, LOST, LOST]
            return [self._gradient, sum_of_squares(before), sum_of_squares(now - before)]
        except Exception as error:  # the others wait for this process's numbers
            self.problem = f"{type(error).__name__}: {error}"
            return [LOST, LOST, LOST]

    def share_of(self, numbers: Sequence[Number]) -> list[Tensor]:
        """Return numbers as this process gives them to the sum."""
        device, alike = self.weight.to_local().device, self._num_alike
        return [torch.as_tensor(cast("Any", number), dtype=torch.float64, device=device) / alike for number in numbers]

    def take(self, gradient: float, weight: float, update: float) -> None:
        """Take the sums over all processes."""
        self._whole = (gradient, weight, update)

    @property
    def is_skipped(self) -> bool:
        """Tell whether the optimizer skipped the step."""
        return float(self._skip) > 0

    def norm(self, assumed: float) -> float | None:
        """Return the norm of the whole gradient; None if a process has none. `assumed`: factor if none stepped."""
        squares = self._whole[0]
        if squares == LOST:
            return None
        if self.num_steps:
            return divided(root(squares), float(self._factor or 1) if self._is_scaled else 1.0)
        return divided(root(squares), assumed)

    def ratio(self) -> float | None:
        """Return the norm of the whole update over that of the whole weight."""
        gradient, weight, update = self._whole
        if LOST in (gradient, weight, update) or self.is_skipped or not weight:
            return None
        return root(update / weight)


def sum_up(meters: Sequence[ShardMeter]) -> None:
    """Add up the numbers of all processes, in one all-reduce."""
    if not meters:
        return
    shares = torch.stack([share for meter in meters for share in meter.share_of(meter.finish())])
    try:
        distributed.all_reduce(shares)
    except Exception as error:  # a process has gone; the training ends by itself, or goes on
        for meter in meters:
            meter.problem = f"{type(error).__name__}: {error}"
        return
    for meter, numbers in zip(meters, shares.view(-1, 3).tolist(), strict=True):
        meter.take(*numbers)
