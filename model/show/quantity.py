"""What the diagram draws: for each quantity, the measured number behind every element of a network. Every number is one
that was measured, or one of them in another unit. The page's twin is static/js/figure/quantity.js."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from skipscope.model.show.measured import Columns
from skipscope.model.show.network import Network
from skipscope.model.show.scale import log10

Quantity = Literal["gradient_path", "weight_gradient", "activation", "branch_ratio", "dead_units"]


class QuantityInfo(NamedTuple):
    """How a quantity is named; `linear` where it is a share and no magnitude."""

    legend: str
    linear: bool = False


QUANTITIES: dict[Quantity, QuantityInfo] = {
    "gradient_path": QuantityInfo("gradient ∂L/∂x by path, RMS"),
    "weight_gradient": QuantityInfo("weight gradient ∂L/∂W, L2 norm"),
    "activation": QuantityInfo("activation, RMS"),
    "branch_ratio": QuantityInfo("RMS of F(x) over RMS of the shortcut"),
    "dead_units": QuantityInfo("share of exact zeros after the activation", linear=True),
}


@dataclass(slots=True)
class Magnitudes:
    """log10 of each number, with the codes of scale.py, or the number itself where the quantity is linear.

    `branch` and `skip` have one a block, `trunk` one a block and, last, the way into the first block; `layers` has the
    layers with a number of their own.
    """

    branch: list[float]
    skip: list[float]
    trunk: list[float]
    layers: dict[str, float] = field(default_factory=dict[str, float])

    def all(self) -> list[float]:
        """Return all numbers."""
        return [*self.branch, *self.skip, *self.trunk, *self.layers.values()]


def check_quantity(quantity: str) -> Quantity:
    """Return the quantity; raise ValueError where there is none of that name."""
    for known in QUANTITIES:
        if quantity == known:
            return known
    raise ValueError(f"quantity={quantity!r}: there is no such quantity. Give one of {', '.join(QUANTITIES)}.")


def magnitudes_of(quantity: Quantity, network: Network, values: Columns, batch_size: int) -> Magnitudes:
    """Read the numbers of one network for a quantity."""
    n = len(network.blocks)
    out = Magnitudes([math.nan] * n, [math.nan] * n, [math.nan] * (n + 1))
    if quantity == "gradient_path":
        _read_taps(out, network, values["gradient_rms"])
        for b, block in enumerate(network.blocks):
            root = math.sqrt(batch_size * math.prod(block["input_shape"]))
            out.branch[b] = log10(values["residual_gradient_norm"][b] / root)
            out.skip[b] = log10(values["identity_gradient_norm"][b] / root)
    elif quantity == "activation":
        _read_taps(out, network, values["activation_rms"])
        out.branch = [log10(value) for value in values["residual_rms"]]
        out.skip = [log10(value) for value in values["identity_rms"]]
        for layer, tap in network.taps.after.items():
            out.layers[layer] = log10(values["activation_rms"][network.taps.index[tap]])
    elif quantity == "weight_gradient":
        out.layers = {
            name: log10(value)
            for name, value in zip(network.schema.weights, values["weight_gradient_norm"], strict=True)
        }
    elif quantity == "branch_ratio":
        pairs = zip(values["residual_rms"], values["identity_rms"], strict=True)
        out.branch = [log10(_ratio(residual, identity)) for residual, identity in pairs]
    else:
        _read_zeros(out, network, values)
    return out


def _read_taps(out: Magnitudes, network: Network, column: Sequence[float]) -> None:
    index = network.taps.index
    for b, name in enumerate((*network.schema.blocks, network.taps.stem)):
        out.trunk[b] = log10(column[index[name]]) if name in index else math.nan
    out.layers = {name: log10(column[index[name]]) for name in network.schema.weights if name in index}


def _read_zeros(out: Magnitudes, network: Network, values: Columns) -> None:
    index, column = network.taps.index, values["zero_fraction"]
    for layer, tap in network.taps.after.items():
        out.layers[layer] = column[index[tap]]
    for b, name in enumerate((*network.schema.blocks, network.taps.stem)):
        out.trunk[b] = column[index[name]] if name in index else math.nan


def _ratio(residual: float, identity: float) -> float:
    if identity == 0:
        return math.inf if residual > 0 else math.nan
    return residual / identity
