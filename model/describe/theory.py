"""The expectation of mean-field theory at initialisation, to draw over the measurements.

Weights are drawn independently with mean 0 and variance s². A convolution then multiplies second moments by s² times
the inputs that it sums, padding left out; ReLU halves those of a symmetric distribution (He et al. 2015, section 2.2);
gradients go the other way, as if drawn anew (Glorot and Bengio 2010). If a ReLU reads values that are not symmetric,
such as the sum of a nonnegative identity and a branch, no such equation holds, and the answer is None with the reason.
"""

from math import isfinite, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.graph import Graph, Layer

Map = NDArray[np.float64]
"""Second moment of a tensor at each pixel, mean over images and channels: [H, W]."""


class Moment(NamedTuple):
    """A tensor's second moments. `symmetric`: as likely negative as positive. `fresh`: weights of its own made it."""

    map: Map
    symmetric: bool
    fresh: bool


class Theory(NamedTuple):
    """Root mean squares at each tap, None where nothing is expected; or the reason why there are none."""

    activation_rms: tuple[float | None, ...] = ()
    gradient_rms: tuple[float | None, ...] = ()
    reason: str | None = None


class UnknownError(Exception):
    """Say why no equation holds."""


def expect(
    graph: Graph, images: Map, logits_gradient: float | None, strengths: dict[str, float] | None = None
) -> Theory:
    """Return what is expected at each tap of a network with these weights' distributions.

    `images` are the mean squares of the batch's pixels, [H, W], over images and channels; `logits_gradient` is the
    measured RMS of the loss's gradient at the logits, where the theory of gradients starts; `strengths` are factors
    on shortcuts by block.
    """
    if not logits_gradient or not isfinite(logits_gradient):
        return Theory(reason="the loss's gradient at the logits is zero or not finite")
    try:
        forward = _forward(graph, images, strengths or {})
        backward = _backward(graph, forward, logits_gradient, strengths or {})
    except UnknownError as unknown:
        return Theory(reason=str(unknown))

    def rms(maps: dict[str, Map]) -> tuple[float | None, ...]:
        ends = {block.name: block.layers[-1] for block in graph.blocks}
        found = [maps.get(ends.get(tap.module, tap.module)) for tap in graph.taps]
        return tuple(None if one is None else sqrt(float(one.mean())) for one in found)

    return Theory(rms({name: moment.map for name, moment in forward.items()}), rms(backward))


def reach(architecture: Architecture, layer: Layer) -> int:
    """Return the edge of the part of a layer's kernel that is drawn; the rest of it is zero."""
    return 1 if architecture.init == "delta_orthogonal" else layer.kernel


def variance(architecture: Architecture, layer: Layer) -> float:
    """Return the variance of a layer's weights where they are drawn."""
    inputs = layer.input_shape[0] // layer.groups * layer.kernel**2
    outputs = layer.output_shape[0] * layer.kernel**2
    match architecture.init:
        case "kaiming_normal":
            return 2 / outputs
        case "xavier_normal":
            return 2 / (inputs + outputs)
        case "orthogonal":
            return 1 / max(layer.output_shape[0], inputs)
        case "delta_orthogonal":
            return layer.groups / max(layer.output_shape[0], layer.input_shape[0])
        case _:
            return architecture.init_std**2


def _forward(graph: Graph, images: Map, strengths: dict[str, float]) -> dict[str, Moment]:
    found: dict[str, Moment] = {}
    image = Moment(images, symmetric=False, fresh=False)
    for layer in graph.layers:
        if layer.type == "avg_pool" and layer.stage == "head":
            break
        inputs = [found[name] for name in layer.inputs] or [image]
        found[layer.name] = _step(graph.architecture, layer, inputs, strengths)
    return found


def _step(architecture: Architecture, layer: Layer, inputs: list[Moment], strengths: dict[str, float]) -> Moment:
    first = inputs[0]
    match layer.type:
        case "conv" if architecture.residual_init != "fixup":
            factor = variance(architecture, layer) * layer.input_shape[0] / layer.groups
            return Moment(
                factor * gather(first.map, reach(architecture, layer), layer.stride), symmetric=True, fresh=True
            )
        case "activation" if architecture.activation == "relu":
            if not first.symmetric:
                raise UnknownError(
                    "a ReLU reads a sum that is not symmetric about 0, for which no closed equation is known"
                )
            return Moment(first.map / 2, symmetric=False, fresh=False)
        case "add":
            if architecture.stochastic_depth:
                raise UnknownError("blocks are dropped by chance, which no expectation of one step knows")
            if not first.fresh:
                raise UnknownError("the branch ends in an activation, which is not independent of the identity")
            strength = strengths.get(layer.block or "", 1.0)
            identity = inputs[1]
            return Moment(first.map + strength**2 * identity.map, symmetric=identity.symmetric, fresh=False)
        case "pad":
            share = layer.input_shape[0] / layer.output_shape[0]
            return first._replace(map=share * first.map[:: layer.stride, :: layer.stride], fresh=False)
        case "scale" if (factor := _constant(architecture, layer)) is not None:
            return first._replace(map=factor**2 * first.map)
        case _:
            raise UnknownError(f"no equation is known through {layer.name} ({layer.type})")


def _constant(architecture: Architecture, layer: Layer) -> float | None:
    kind = layer.name.rpartition(".")[2]
    if kind == "shortcut_scale" and layer.block is not None:
        return architecture.shortcut_factor(layer.block)
    return architecture.branch_factor if kind == "residual_scale" else None


def _backward(
    graph: Graph, forward: dict[str, Moment], logits_gradient: float, strengths: dict[str, float]
) -> dict[str, Map]:
    architecture = graph.architecture
    linear = graph.layers[-1]
    last = [layer for layer in graph.layers if layer.name in forward][-1]
    _, height, width = last.output_shape
    each = variance(architecture, linear) * linear.output_shape[0] * logits_gradient**2 / (height * width) ** 2
    found = {linear.name: np.full((1, 1), logits_gradient**2), last.name: np.full((height, width), each)}
    for layer in reversed(graph.layers):
        if layer.name not in forward or not layer.inputs:
            continue
        above = found[layer.name]
        for place, name in enumerate(layer.inputs):
            shape = layer.input_shape[1:]
            match layer.type:
                case "conv":
                    factor = variance(architecture, layer) * layer.output_shape[0] / layer.groups
                    below = factor * scatter(above, reach(architecture, layer), layer.stride, (shape[0], shape[1]))
                case "activation":
                    below = above / 2
                case "add":
                    below = above * (strengths.get(layer.block or "", 1.0) ** 2 if place == 1 else 1)
                case "scale":
                    below = above * (_constant(architecture, layer) or 0.0) ** 2
                case _:
                    below = scatter(above, 1, layer.stride, (shape[0], shape[1]))
            found[name] = found[name] + below if name in found else below
    return found


def gather(values: Map, kernel: int, stride: int) -> Map:
    """Return at each pixel of a convolution's output the sum of the pixels that it reads: [H', W']."""
    return _sums(_sums(values, kernel, stride).T, kernel, stride).T


def _sums(values: Map, kernel: int, stride: int) -> Map:
    padded = np.pad(values, ((kernel // 2, kernel // 2), (0, 0)))
    rows = (values.shape[0] - 1) // stride + 1
    return sum((padded[tap : tap + stride * rows : stride][:rows] for tap in range(kernel)), np.zeros(()))


def scatter(values: Map, kernel: int, stride: int, shape: tuple[int, int]) -> Map:
    """Return at each pixel of a convolution's input, [H, W], the sum of the pixels that read it."""
    return _spread(_spread(values, kernel, stride, shape[0]).T, kernel, stride, shape[1]).T


def _spread(values: Map, kernel: int, stride: int, rows: int) -> Map:
    padded = np.zeros((rows + kernel + stride, values.shape[1]))
    for tap in range(kernel):
        padded[tap : tap + stride * values.shape[0] : stride][: values.shape[0]] += values
    return padded[kernel // 2 : kernel // 2 + rows]
