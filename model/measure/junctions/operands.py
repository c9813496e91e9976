"""The two operands of an addition, and whether they can be measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from skipscope.model.measure.plain import why_not

ADD: Mapping[Callable[..., Any], int] = {torch.add: 1, Tensor.add: 1, Tensor.add_: 1}
SUBTRACT: Mapping[Callable[..., Any], int] = {torch.sub: -1, torch.subtract: -1, Tensor.sub: -1, Tensor.sub_: -1}
SIGNS: Mapping[Callable[..., Any], int] = {**ADD, **SUBTRACT}
"""The functions that add; `x + y` and `x += y` call them as well."""
FEWEST = 2
"""A tensor of fewer dimensions holds no features of a batch."""


@dataclass(slots=True)
class Operands:
    """Tensors of one shape; the second is multiplied by `factor`."""

    first: Tensor
    second: Tensor
    factor: float


def operands_of(func: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Operands | None:
    """Return what is added; None where it can be no junction: a bias, a mask, a number, a parameter."""
    if len(args) == 2:
        first, second = args
    elif len(args) == 1 and "other" in kwargs:
        first, second = args[0], kwargs["other"]
    else:
        return None
    alpha = kwargs.get("alpha", 1)
    if not (_is_plain(first) and _is_plain(second)) or first is second or "out" in kwargs:
        return None
    if first.dim() < FEWEST or first.shape != second.shape or not isinstance(alpha, int | float):
        return None
    if not (torch.is_grad_enabled() and (first.requires_grad or second.requires_grad)):
        return None
    if why_not(first) is not None or why_not(second) is not None:
        return None
    return Operands(first, second, SIGNS[func] * float(alpha))


def _is_plain(x: object) -> bool:
    # a class of the user's may do anything when it is read
    return type(x) is Tensor and not isinstance(x, nn.Parameter)
