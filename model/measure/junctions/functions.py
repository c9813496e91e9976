"""Activation functions that a network calls without a module, such as F.relu: places as modules are, by their names."""

from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

NAMES = (
    "celu", "elu", "gelu", "glu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "logsigmoid",
    "mish", "prelu", "relu", "relu6", "rrelu", "selu", "sigmoid", "silu", "softplus", "softshrink", "softsign", "tanh",
    "tanhshrink", "threshold",
)  # fmt: skip
MODULES = "torch.nn.modules.activation"


def _named() -> dict[Callable[..., Any], str]:
    found: dict[Callable[..., Any], str] = {}
    for name in NAMES:
        for home in (functional, torch, Tensor):
            for own in (name, f"{name}_"):
                function = getattr(home, own, None)
                if function is not None:
                    found[function] = name
    return found


FUNCTIONS: Mapping[Callable[..., Any], str] = _named()
"""The functions, in place or not, and the name that each goes by."""


def is_of_module(caller: FrameType | None) -> bool:
    """Tell whether an activation module of torch's calls, which is a tap itself."""
    return caller is not None and caller.f_globals.get("__name__") == MODULES
