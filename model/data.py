"""Real images behind one loader: seeded split and order, standardised by the training part's mean and deviation."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from model.datasets import DatasetInfo, datasets_folder, info_of
from model.sources import pixels_of


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

    def epoch_steps(self, batch_size: int) -> int:
        """Return how many whole batches an epoch has."""
        count = len(self.train_labels)
        return count // min(batch_size, count)

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


def load(name: str, *, image_size: int | None = None, seed: int = 0, folder: Path | None = None) -> Dataset:
    """Load a data set, split and standardised.

    `image_size` resizes (bilinear) to that height and width. The order depends on the seed alone, and so does the
    split, where the data set has none of its own. `folder` holds what a user brings, $SKIPSCOPE_DATASETS by default.
    Raise DatasetError for a name that is unknown and for files that are missing or broken.
    """
    return _load(name, image_size, seed, folder or datasets_folder())


@lru_cache(maxsize=4)
def _load(name: str, image_size: int | None, seed: int, folder: Path) -> Dataset:
    info = info_of(name, folder)
    pixels = pixels_of(name, folder)
    images, labels = torch.from_numpy(pixels.images), torch.from_numpy(pixels.labels)
    size = image_size or info.image_size
    if size != info.image_size:
        images = torch.nn.functional.interpolate(
            images, size=(size, size), mode="bilinear", align_corners=False, antialias=size < info.image_size
        )
    num_train = pixels.num_train or len(labels) - info.num_test
    if pixels.num_train:
        train, test = torch.arange(num_train), torch.arange(num_train, len(labels))
    else:
        order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
        test, train = order[: len(labels) - num_train], order[len(labels) - num_train :]
    mean = images[train].mean((0, 2, 3), keepdim=True)
    # a channel that is the same everywhere stays 0
    deviation = images[train].std((0, 2, 3), keepdim=True).clamp_min(1e-6)
    images = (images - mean) / deviation
    return Dataset(info, size, images[train], labels[train], images[test], labels[test], seed)
