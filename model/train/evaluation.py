"""The accuracy of a network on held-out images, without a trace in its training."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from skipscope.model.describe.request import TrainingRequest
from skipscope.model.network.memory_format import MemoryFormat, put_images

BATCHES = 4
"""Training batches that are tested at once: without gradients they need no more memory than one that is trained."""


def is_due(request: TrainingRequest, epoch_steps: int, step: int) -> bool:
    """Tell whether the record of a step carries the test accuracy, by `eval_every`; `None` means each epoch's end.

    The first record at or after the step of an evaluation carries it, and so does the last.
    """
    every = epoch_steps if request.eval_every is None else request.eval_every
    if every == 0:
        return False
    if step == request.steps - 1:
        return True
    before = (step - 1) // request.record_every * request.record_every + 1 if step else 0
    return (step + 1) // every > before // every


@torch.no_grad()
def accuracy_of(
    net: nn.Module,
    images: Tensor,
    labels: Tensor,
    *,
    batch_size: int,
    memory_format: MemoryFormat,
    precision: str,
    prepare: Callable[[Tensor], Tensor] = lambda images: images,
) -> float:
    """Return the share of images, [N, C, H, W], whose label, [N], has the largest logit.

    The network is in evaluation mode meanwhile: BatchNorm uses its running statistics and leaves them as they are, and
    nothing is drawn at random. `prepare` turns images into the network's input. An image with a logit that is not
    finite counts as wrong.
    """
    was = net.training
    net.eval()
    right: list[Tensor] = []
    try:
        for some, wanted in zip(images.split(batch_size), labels.split(batch_size), strict=True):
            seen = put_images(prepare(some), memory_format)
            with torch.autocast(seen.device.type, torch.bfloat16, enabled=precision == "bfloat16"):
                logits = net(seen)
            right.append(((logits.argmax(1) == wanted.to(seen.device)) & logits.isfinite().all(1)).sum())
    finally:
        net.train(was)
    return int(torch.stack(right).sum()) / len(labels)
