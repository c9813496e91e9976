"""A network in mid-training as bytes, and back: weights, optimizer, skips and random state, so that a copy goes on
exactly as the original would."""

import io
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor

from skipscope.model.data.order import OrderState
from skipscope.model.train.optimisation import Optimisation
from skipscope.model.train.variant import Variant


def save(variant: Variant[Optimisation], step: int, lr: float, order: OrderState) -> bytes:
    """Return the state of a variant before a step, the rate that its schedule multiplies, and the order of images."""
    net, optimizer = variant.net, variant.update.optimizer
    names: dict[Tensor, str] = {parameter: name for name, parameter in net.named_parameters()}
    buffer = io.BytesIO()
    torch.save(
        {
            "net": _on_cpu(net.state_dict()),
            "optimizer": {names[parameter]: _on_cpu(state) for parameter, state in optimizer.state.items()},
            "skips": list(net.skips),
            "strengths": {name: block.skip_strength for name, block in net.blocks.items()},
            "generator": net.generator.get_state(),
            "step": step,
            "lr": lr,
            "order": order,
        },
        buffer,
    )
    return buffer.getvalue()


def load(data: bytes) -> dict[str, Any]:
    """Read what `save` made; tensors and plain values, nothing that runs."""
    return torch.load(io.BytesIO(data), weights_only=True)


def restore(variant: Variant[Optimisation], state: dict[str, Any]) -> None:
    """Put a state into a variant of the same architecture."""
    net, optimizer = variant.net, variant.update.optimizer
    saved: dict[str, Tensor] = state["net"]
    # a shortcut that was cut while it trained has weights all the same
    grown = not saved.keys() <= net.state_dict().keys()
    if grown:
        variant.update.extend(net.set_skips([True] * len(net.skips)))
    missing, unexpected = net.load_state_dict(saved, strict=False)
    assert not unexpected, unexpected
    assert grown or not missing, missing
    net.set_skips(state["skips"])
    for name, parameter in net.named_parameters():
        if name in state["optimizer"]:
            optimizer.state[parameter] = {
                key: _like(parameter, value) for key, value in state["optimizer"][name].items()
            }
    for block, strength in state["strengths"].items():
        net.set_strength(block, strength)
    net.generator.set_state(state["generator"])


def _on_cpu(state: Mapping[str, Any]) -> dict[str, Any]:
    """Bring a state's tensors over, so that its bytes are the same whatever device it comes from."""
    return {name: value.cpu() if isinstance(value, Tensor) else value for name, value in state.items()}


def _like(parameter: Tensor, value: Any) -> Any:
    """Copy what an optimizer keeps of a parameter, beside it and in its memory format: fused steps read both as they
    lie."""
    if not isinstance(value, Tensor):
        return deepcopy(value)
    if value.shape != parameter.shape:
        return value.to(parameter.device, copy=True)
    return torch.empty_like(parameter, requires_grad=False).copy_(value)
