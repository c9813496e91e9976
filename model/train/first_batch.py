"""A probe's networks at initialisation, and the first batch that they see."""

from collections.abc import Iterator

from torch import Tensor

from skipscope.model.data.catalogue import adapt_all
from skipscope.model.data.loader import load
from skipscope.model.describe.request import ProbeRequest
from skipscope.model.train.device import device_of
from skipscope.model.train.optimisation import NoUpdate
from skipscope.model.train.records import SHOWN, BatchRecord
from skipscope.model.train.variant import Variant


def first_batch(request: ProbeRequest) -> tuple[Tensor, Tensor, BatchRecord]:
    """Return the images and labels of the first batch, on the request's device, and which of them are shown."""
    size = adapt_all(request)[0].image_size
    dataset = load(request.dataset, image_size=size, seed=request.seed).on(device_of(request.device))
    batches = dataset.batches(request.batch_size)
    _, images, labels = next(batches)
    return images, labels, BatchRecord(*batches.shown(SHOWN))


def variants_of(request: ProbeRequest) -> Iterator[Variant[NoUpdate]]:
    """Make the request's networks one after the other, each with the strengths of its shortcuts."""
    device = device_of(request.device)
    architectures = adapt_all(request)
    for index, (name, architecture) in enumerate(zip(request.names(architectures), architectures, strict=True)):
        variant = Variant(name, architecture, seed=request.seed, make_update=NoUpdate, device=device)
        strengths = None if request.strengths is None else request.strengths[index]
        if strengths is not None:
            for block, strength in zip(architecture.block_names, strengths, strict=True):
                variant.net.set_strength(block, strength)
        yield variant
