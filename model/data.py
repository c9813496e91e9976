"""Real images behind one loader: seeded split and order, standardised by the training part's mean and deviation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from model.datasets import DatasetInfo, info_of

TEST_SHARE = 0.2

Pixels = np.ndarray[Any, Any]


def _digits() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_digits  # noqa: PLC0415  (a second of imports, only where digits are loaded)

    images, labels = cast("tuple[Pixels, Pixels]", load_digits(return_X_y=True))
    return images.reshape(-1, 1, 8, 8).astype(np.float32) / 16, labels.astype(np.int64)


_SOURCES: dict[str, Callable[[], tuple[np.ndarray, np.ndarray]]] = {"digits": _digits}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Images, [N, C, H, W] float32, and labels, [N] int64, split into a part to train on and a part to test on."""

    info: DatasetInfo
    image_size: int
    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    seed: int

    def batches(self, batch_size: int) -> Iterator[tuple[float, Tensor, Tensor]]:
        """Yield (epoch, images, labels) for ever; each epoch in an order of its own that the seed decides."""
        count = len(self.train_labels)
        size = min(batch_size, count)
        generator = torch.Generator().manual_seed(self.seed)
        seen = 0
        while True:
            order = torch.randperm(count, generator=generator)
            for start in range(0, count - size + 1, size):
                chosen = order[start : start + size]
                yield seen / count, self.train_images[chosen], self.train_labels[chosen]
                seen += size


@lru_cache(maxsize=8)
def load(name: str, *, image_size: int | None = None, seed: int = 0) -> Dataset:
    """Load a data set, split and standardised.

    `image_size` upsamples (bilinear) to that height and width. The split and the order depend on the seed alone.
    """
    info = info_of(name)
    images, labels = (torch.from_numpy(a) for a in _SOURCES[name]())
    size = image_size or info.image_size
    if size != info.image_size:
        images = torch.nn.functional.interpolate(images, size=(size, size), mode="bilinear", align_corners=False)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    num_test = int(len(labels) * TEST_SHARE)
    test, train = order[:num_test], order[num_test:]
    mean = images[train].mean((0, 2, 3), keepdim=True)
    deviation = images[train].std((0, 2, 3), keepdim=True)
    images = (images - mean) / deviation
    return Dataset(info, size, images[train], labels[train], images[test], labels[test], seed)
