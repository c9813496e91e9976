"""A training as a plain PyTorch script makes it, nothing recorded; benchmarks/training.py compares the product with it.

The first line of the standard input is a training request, each other one a memory format and for how many seconds to
train with it; the answer to each is a line with the seconds that a step took.
"""

import argparse
import sys
import time

import torch
from torch import Tensor, nn

from skipscope.model.data.catalogue import adapt_all
from skipscope.model.data.loader import load
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.network.memory_format import MemoryFormat, put_images, put_weights
from skipscope.model.network.resnet import ResNet


class Script:
    """All networks of a request in one memory format, with their optimizers."""

    def __init__(self, request: TrainingRequest, memory_format: MemoryFormat) -> None:
        self.format: MemoryFormat = memory_format
        self.batches = load(request.dataset, image_size=request.image_size, seed=request.seed).batches(
            request.batch_size
        )
        self.nets = [ResNet(architecture, seed=request.seed).train() for architecture in adapt_all(request)]
        for net in self.nets:
            put_weights(net, memory_format)
        self.optimizers = [
            torch.optim.SGD(net.parameters(), lr=request.lr, momentum=request.momentum) for net in self.nets
        ]

    def step(self) -> None:
        """Train all networks on the next batch, and learn the loss."""
        _, images, labels = next(self.batches)
        for net, optimizer in zip(self.nets, self.optimizers, strict=True):
            self._update(net, optimizer, put_images(images, self.format), labels)

    def _update(self, net: nn.Module, optimizer: torch.optim.Optimizer, images: Tensor, labels: Tensor) -> None:
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(net(images), labels)
        loss.backward()
        optimizer.step()
        loss.item()

    def train(self, seconds: float) -> float:
        """Train for so long, after one step that is not counted, and return the seconds a step."""
        self.step()
        started = time.perf_counter()
        count = 0
        while (took := time.perf_counter() - started) < seconds or count == 0:
            self.step()
            count += 1
        return took / count


def main() -> None:
    """Obey the standard input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    request = TrainingRequest.model_validate_json(sys.stdin.readline())
    scripts = {name: Script(request, name) for name in ("contiguous", "channels_last")}
    for line in sys.stdin:
        name, seconds = line.split()
        print(scripts[name].train(float(seconds)), flush=True)


if __name__ == "__main__":
    main()
