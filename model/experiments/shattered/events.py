"""How alike the gradients of two inputs are, by depth (Balduzzi et al. 2017): in fully connected networks, for which
there is a law, and in the variants."""

import math
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import torch

from skipscope.model.experiments.pace import Pace
from skipscope.model.experiments.shattered import laws
from skipscope.model.experiments.shattered.coherence import Coherence
from skipscope.model.experiments.shattered.dense import SHAPES, Shape, correlations
from skipscope.model.experiments.shattered.figure import figure_of
from skipscope.model.experiments.shattered.kind import SHATTERED, ShatteredRequest
from skipscope.model.experiments.trained import trained
from skipscope.model.jobs.job import Event, Job
from skipscope.model.measure.record import WireNumber, wire_number

NAMED = 8
"""The number of layers that the sentence names, or the most that there are."""


def start(request: ShatteredRequest, state: bytes | None) -> Job:
    """Begin the experiment."""
    return Job(_events(request, state))


class _Found:
    """The correlations of each draw."""

    def __init__(self, request: ShatteredRequest) -> None:
        self._request = request
        self.dense: dict[Shape, list[list[float]]] = {shape: [] for shape in SHAPES}
        self.variants: list[tuple[str, tuple[str, ...], list[list[float]]]] = []

    def to_dict(self) -> dict[str, Any]:
        dense = [_of_dense(shape, self._request, draws) for shape, draws in self.dense.items() if draws]
        variants = [
            {
                "label": label, "places": list(places), "draws": [_wire(draw) for draw in draws],
                "correlation": _wire(_means(draws)),
            }
            for label, places, draws in self.variants if draws
        ]  # fmt: skip
        return {"dense": dense, "variants": variants, "sentences": sentences_of(dense, variants)}


def _of_dense(shape: Shape, request: ShatteredRequest, draws: Sequence[Sequence[float]]) -> dict[str, Any]:
    how = {"residual": shape.residual, "normed": shape.normed}
    depths = request.depths
    return {
        "name": shape.name, **how, "width": request.width, "depths": list(depths),
        "draws": [_wire(draw) for draw in draws], "correlation": _wire(_means(draws)),
        "law": _wire(laws.correlations(depths, **how)),
        "papers_law": _wire([laws.papers_law(depth, **how) for depth in depths]),
    }  # fmt: skip


def _means(draws: Sequence[Sequence[float]]) -> list[float]:
    return [math.fsum(values) / len(values) for values in zip(*draws, strict=True)]


def _wire(values: Sequence[float]) -> list[WireNumber]:
    return [wire_number(value) for value in values]


def sentences_of(dense: Sequence[dict[str, Any]], variants: Sequence[dict[str, Any]]) -> list[str]:
    """Say the results with their numbers."""
    said = list[str]()
    for one in dense:
        place = max(i for i, depth in enumerate(one["depths"]) if depth <= NAMED)
        said.append(
            f"Fully connected, {one['name']}: after {one['depths'][place]} layers the gradients of two independent "
            f"inputs correlate to {_shown(one['correlation'][place])}; the law says {_shown(one['law'][place])}."
        )
    for one in variants:
        found, places = one["correlation"], one["places"]
        middle = len(places) // 2
        said.append(
            f"{one['label']}: the gradients of two images correlate to {_shown(found[-1])} at the last block, to "
            f"{_shown(found[middle])} at {places[middle]} and to {_shown(found[0])} at the stem, {len(places) - 1} "
            "blocks below."
        )
    return said


def _shown(value: WireNumber) -> str:
    return f"{round(value, 3) + 0.0:.3f}" if isinstance(value, float) else str(value)


def _events(request: ShatteredRequest, state: bytes | None) -> Generator[Event | None]:
    pieces = request.draws * (len(SHAPES) + len(request.variants))
    networks = yield from trained(request, pieces, state, SHATTERED)
    found = _Found(request)
    pace = Pace(request.steps, request.steps + pieces, found.to_dict, figure_of)

    def work() -> Iterator[bool]:
        yield from _dense(request, found)
        data = networks.dataset
        images = data.prepare(data.test_pixels[: request.images])
        for label, net in zip(networks.labels, networks.nets, strict=True):
            coherence, draws = Coherence(net, images), list[list[float]]()
            found.variants.append((label, coherence.names, draws))
            generator = torch.Generator().manual_seed(request.seed)
            for _ in range(request.draws):
                draws.append(coherence.measure(generator))
                yield True

    yield from pace.events(work())


def _dense(request: ShatteredRequest, found: _Found) -> Iterator[bool]:
    generator = torch.Generator().manual_seed(request.seed)
    for _ in range(request.draws):
        for shape, draws in found.dense.items():
            draws.append(
                correlations(shape, request.depths, width=request.width, inputs=request.inputs, generator=generator)
            )
            yield True
