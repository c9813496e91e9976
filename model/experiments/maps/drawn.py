"""Maps as the wire has them: the channels of the largest energy, averaged over squares if they are large."""

import math
from collections.abc import Iterable
from typing import Any

from torch import Tensor, nn

from skipscope.model.experiments.maps.tensors import Looked, Place
from skipscope.model.measure.record import wire_number

PARTS = ("shortcut", "branch", "total")
MAX_SIDE = 16
"""Pixels of a channel's side; a larger one is averaged over squares."""
MAX_PICTURE = 32
"""The same of the image and of Grad-CAM."""
DIGITS = 3


def draw(looked: Looked, most: int) -> list[dict[str, Any]]:
    """Return all places' maps, of so many channels at most."""
    return [_place(place, most) for place in looked.places]


def _place(place: Place, most: int) -> dict[str, Any]:
    """Return the channels in which the sum has the largest energy, largest first; both parts and the sum are on one
    scale, whose end is `peak`."""
    energy = place.total.double().square().sum((1, 2))
    chosen = energy.argsort(descending=True, stable=True)[:most]
    whole = energy.sum().item()
    parts = {name: tensor for name in PARTS if (tensor := getattr(place, name)) is not None}
    maps = {name: pooled(tensor[chosen], MAX_SIDE) for name, tensor in parts.items()}
    gradient, cam = pooled(place.gradient[chosen], MAX_SIDE), pooled(place.cam[None], MAX_PICTURE)
    return {
        "place": place.name,
        "shape": list(place.total.shape),
        "channels": chosen.tolist(),
        "energy_share": wire_number(energy[chosen].sum().item() / whole) if whole > 0 else None,
        "rms": {name: _rms(tensor) for name, tensor in parts.items()},
        "gradient_rms": _rms(place.gradient),
        "peak": _peak(maps.values()),
        "maps": {name: numbers(tensor) for name, tensor in maps.items()},
        "gradient_peak": _peak([gradient]),
        "gradient": numbers(gradient),
        "cam_peak": _peak([cam]),
        "cam": numbers(cam)[0],
    }


def pooled(channels: Tensor, most: int) -> Tensor:
    """Return channels, [C, H, W], of no more pixels a side than that: larger ones are averaged over squares."""
    side = math.ceil(max(channels.shape[-2:]) / most)
    if side == 1 or len(channels) == 0:
        return channels
    return nn.functional.avg_pool2d(channels[None], side, ceil_mode=True, count_include_pad=False)[0]


def numbers(channels: Tensor) -> list[list[list[Any]]]:
    """Return channels, [C, H, W], as numbers of few digits; those that are not finite as words."""
    return [[[_short(value) for value in row] for row in channel] for channel in channels.tolist()]


def _short(value: float) -> Any:
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else wire_number(value)


def _rms(tensor: Tensor) -> Any:
    return wire_number(tensor.double().square().mean().sqrt().item())


def _peak(maps: Iterable[Tensor]) -> Any:
    return wire_number(max((tensor.abs().max().item() for tensor in maps if tensor.numel()), default=0.0))
