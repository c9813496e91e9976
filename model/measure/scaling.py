"""The factor by which a gradient scaler has multiplied the loss of a step: from the scaler that the recorder was given,
or from the one that calls an optimizer's step."""

import sys
from typing import Any
from weakref import ref

import torch
from torch import Tensor
from torch.amp.grad_scaler import GradScaler
from torch.optim import Optimizer

from skipscope.model.measure.reductions import wide

DEEPEST = 24
"""Frames between an optimizer's step and the scaler that calls it, at most."""
SEVERAL = (
    "Several gradient scalers with unlike factors were at work in this step, so that it is not known by which one the "
    "gradients at taps are to be divided: they have none."
)

Factor = float | Tensor
"""A float on the CPU; else a tensor of the device until it is brought over, so that nothing waits for it."""


class Scaling:
    """The scalers of one recorder, and the factors of the step under way."""

    def __init__(self, scaler: GradScaler | None = None) -> None:
        self._given = scaler
        self._found: ref[GradScaler] | None = None
        self._device = torch.device("cpu")
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self._assumed: Factor | None = None
        """The factor at the forward pass, until an optimizer's step shows whether it was used."""
        self._used: dict[int, Factor] = {}
        self._has_stepped = False

    @property
    def scaler(self) -> GradScaler | None:
        """Give the scaler that is known."""
        return self._given or (self._found and self._found())

    def begin(self, device: torch.device) -> None:
        """Be told that a forward pass begins, and on which device the weights lie."""
        self._device = device
        scaler = self.scaler
        if scaler is not None and self._assumed is None:
            self._assumed = self._factor_of(scaler)

    def step(self, optimizer: Optimizer) -> Factor | None:
        """Return the factor of the gradients that an optimizer steps with; None where no scaler is known to be at work.

        Optimizers that unscale within have it themselves. It is the factor of the loss, also if the gradients were
        divided by it already.
        """
        self._has_stepped = True
        caller = _caller()
        if caller is not None:
            self._found = ref(caller)
        scaler, own = caller or self._given, getattr(optimizer, "grad_scale", None)
        if isinstance(own, Tensor):
            factor: Factor | None = _kept(own)
        else:
            factor = None if scaler is None else self._factor_of(scaler)
        if factor is not None:
            self._used[id(scaler)] = factor
        return factor

    @property
    def numbers(self) -> list[Factor]:
        """Give the factors of the step; None but these are there."""
        if self._used or self._has_stepped or self._assumed is None:
            return list(self._used.values())
        return [self._assumed]

    def has_backed_off(self) -> bool:
        """Tell whether the scaler has lowered its factor since the step began, as it does if it skips a step."""
        scaler, assumed = self.scaler, self._assumed
        if scaler is None or assumed is None or self._has_stepped:
            return False
        return scaler.get_scale() < float(assumed)

    def _factor_of(self, scaler: GradScaler) -> Factor | None:
        # the product is the factor, and leaves it on its device
        return _kept(scaler.scale(torch.ones((), device=self._device))) if scaler.is_enabled() else None


def _kept(factor: Tensor) -> Factor:
    return factor.item() if factor.is_cpu else wide(factor.detach())


def _caller() -> GradScaler | None:
    """Return the scaler in whose `step` this is."""
    frame = sys._getframe(2)
    for _ in range(DEEPEST):
        if frame.f_code.co_name in ("step", "_maybe_opt_step"):
            own: Any = frame.f_locals.get("self")
            if isinstance(own, GradScaler):
                return own
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return None


def still_scaled(optimizer: Optimizer) -> bool:
    """Tell whether an optimizer is to divide its gradients itself."""
    return isinstance(getattr(optimizer, "grad_scale", None), Tensor)


def skips(optimizer: Optimizer) -> Factor:
    """Return more than 0 if an optimizer skips its step itself, for gradients that are not finite."""
    found = getattr(optimizer, "found_inf", None)
    return _kept(found) if isinstance(found, Tensor) else 0.0
