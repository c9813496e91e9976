"""Real images behind one loader: seeded split and order, standardised by the training part's mean and deviation."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self

import torch
from torch import Tensor

from skipscope.model.data.catalogue import OWN_SPLITS, DatasetInfo, datasets_folder, info_of, version_of
from skipscope.model.data.order import Order, OrderState
from skipscope.model.data.sources import pixels_of

CPU = torch.device("cpu")
PART = 8
"""Images that are resized at once."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Pixels, [N, C, H, W] from 0 to 1, and labels, [N] int64, in a part to train on and a part to test on.

    Pixels stay as they are, in the machine's memory. Each batch goes to the network's device, and is resized and
    standardised there. `train_numbers` are the numbers that the images to train on have in the whole data set.
    """

    info: DatasetInfo
    image_size: int
    train_pixels: Tensor
    train_labels: Tensor
    test_pixels: Tensor
    test_labels: Tensor
    train_numbers: Tensor
    mean: Tensor
    deviation: Tensor
    seed: int
    device: torch.device = CPU

    def on(self, device: torch.device) -> "Dataset":
        """Return the same images, for networks on a device."""
        return replace(self, mean=self.mean.to(device), deviation=self.deviation.to(device), device=device)

    def prepare(self, pixels: Tensor) -> Tensor:
        """Return pixels as a network sees them: resized, less the training part's mean, over its deviation."""
        return (_resized(self.send(pixels), self.image_size) - self.mean) / self.deviation

    def send(self, x: Tensor) -> Tensor:
        """Bring a tensor to the device, which nothing waits for."""
        return x.to(self.device, non_blocking=True)

    @property
    def train_images(self) -> Tensor:
        """Return all images to train on as a network sees them."""
        return self.prepare(self.train_pixels)

    @property
    def test_images(self) -> Tensor:
        """Return all images to test on as a network sees them."""
        return self.prepare(self.test_pixels)

    def epoch_steps(self, batch_size: int) -> int:
        """Return how many whole batches an epoch has."""
        count = len(self.train_labels)
        return count // min(batch_size, count)

    def batches(self, batch_size: int, *, start: int = 0, known: OrderState | None = None) -> "Batches":
        """Return batches for ever, from batch `start` on; each epoch in an order of its own that the seed decides.

        `known` is the state of earlier batches of the same images, if there is one: see Order.
        """
        return Batches(self, Order(len(self.train_labels), batch_size, self.seed, start=start, known=known))


class Batches:
    """Yield (epoch, images, labels): images are prepared when they are asked for, and those before `start` never."""

    def __init__(self, dataset: Dataset, order: Order) -> None:
        self._dataset, self._order = dataset, order
        self._chosen = torch.empty(0, dtype=torch.int64)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> tuple[float, Tensor, Tensor]:
        data = self._dataset
        seen, chosen = next(self._order)
        self._chosen = chosen
        images, labels = data.prepare(data.train_pixels[chosen]), data.send(data.train_labels[chosen])
        return seen / len(data.train_labels), images, labels

    def shown(self, most: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the first images of the newest batch, by their numbers in the whole data set, and their classes."""
        first = self._chosen[:most]
        numbers, labels = self._dataset.train_numbers[first], self._dataset.train_labels[first]
        return tuple(numbers.tolist()), tuple(labels.tolist())

    def state(self) -> OrderState:
        """Return from where the order goes on, for other batches of the same images."""
        return self._order.state()


def load(name: str, *, image_size: int | None = None, seed: int = 0, folder: Path | None = None) -> Dataset:
    """Load a data set, split and standardised.

    `image_size` resizes (bilinear) to that height and width. The order depends on the seed alone, and so does the
    split, where the data set has none of its own. `folder` holds what a user brings, $SKIPSCOPE_DATASETS by default.
    Pixels have torch's default type, float32 unless somebody has set another.
    Raise DatasetError for a name that is unknown and for files that are missing or broken.
    """
    folder = folder or datasets_folder()
    drawn_by = 0 if name in OWN_SPLITS else seed
    info = info_of(name, folder)
    size = image_size or info.image_size
    source = _Source(name, drawn_by, folder, version_of(name, folder), torch.get_default_dtype())
    return Dataset(info, size, *_split(source), *_statistics(source, size), seed)


class _Source(NamedTuple):
    """From where pixels come, in which version of the files, as which type, and the seed that splits them."""

    name: str
    seed: int
    folder: Path
    version: int
    dtype: torch.dtype


@lru_cache(maxsize=2)
def _split(source: _Source) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Return pixels and labels to train on, those to test on, and the numbers of the first in the whole data set.

    Files of another version are read anew.
    """
    read = pixels_of(source.name, source.folder)
    images, labels = torch.from_numpy(read.images).to(source.dtype), torch.from_numpy(read.labels)
    if read.num_train:
        count = read.num_train
        return images[:count], labels[:count], images[count:], labels[count:], torch.arange(count)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(source.seed))
    num_test = info_of(source.name, source.folder).num_test
    test, train = order[:num_test], order[num_test:]
    return images[train], labels[train], images[test], labels[test], train


@lru_cache(maxsize=64)
def _statistics(source: _Source, size: int) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation of each channel, [1, C, 1, 1], of the images to train on at a size."""
    pixels = _split(source)[0]
    if pixels.shape[-1] == size:
        mean, deviation = pixels.mean((0, 2, 3), keepdim=True), pixels.std((0, 2, 3), keepdim=True)
    else:
        # in parts: the whole, resized, may be larger than the memory that there is
        sums = torch.zeros(2, 1, pixels.shape[1], 1, 1, dtype=torch.float64)
        for part in pixels.split(PART):
            resized = _resized(part, size).double()
            sums[0] += resized.sum((0, 2, 3), keepdim=True)
            sums[1] += resized.square().sum((0, 2, 3), keepdim=True)
        count = len(pixels) * size * size
        mean = sums[0] / count
        deviation = ((sums[1] - count * mean.square()) / (count - 1)).clamp_min(0).sqrt().to(source.dtype)
        mean = mean.to(source.dtype)
    # a channel that is the same everywhere stays 0
    return mean, deviation.clamp_min(1e-6)


def _resized(pixels: Tensor, size: int) -> Tensor:
    own = pixels.shape[-1]
    if size == own:
        return pixels
    return torch.nn.functional.interpolate(
        pixels, size=(size, size), mode="bilinear", align_corners=False, antialias=size < own
    )
