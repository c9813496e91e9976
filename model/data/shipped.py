"""Pixels of the data sets that ship with the product, from small files that scripts/pack_images.py writes.

Images that a user brings are read in model/data/sources.py.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skipscope.model.data.catalogue import PHOTOS

Array = np.ndarray[Any, Any]
FOLDER = Path(__file__).with_name("images")
PHOTOGRAPHS = FOLDER / "photos"
CROPS_A_PHOTO, CROP, TRAIN_ROWS = 500, 32, 0.7


class Pixels(NamedTuple):
    """Images, [N, C, H, W] float32 from 0 to 1, and labels, [N] int64.

    The first `num_train` are to train on where the data set has a split of its own; 0 where the loader splits.
    """

    images: Array
    labels: Array
    num_train: int = 0


def packed(name: str) -> tuple[Array, Array]:
    """Return images, [N, H, W], and labels, [N] int64, as they lie in the file of a grey data set."""
    with np.load(FOLDER / f"{name}.npz") as file:
        return file["images"], file["labels"].astype(np.int64)


def _grey(name: str, white: int) -> Pixels:
    images, labels = packed(name)
    return Pixels(images[:, None].astype(np.float32) / white, labels)


def fashion_mnist_14() -> Pixels:
    """Halve Fashion-MNIST: a pixel is the mean of 2x2 pixels, rounded once."""
    images, labels = packed("fashion_mnist_5k")
    sums = images.reshape(-1, 1, 14, 2, 14, 2).sum((3, 5), dtype=np.uint16)
    return Pixels(sums.astype(np.float32) / (4 * 255), labels)


def photographs() -> dict[str, Array]:
    """Return the ten photographs whole, [H, W, 3] uint8, by name in the order of their labels."""
    from PIL import Image  # noqa: PLC0415  (only where it is asked for)

    paths = {path.stem: path for path in PHOTOGRAPHS.iterdir()}
    found: dict[str, Array] = {}
    for name in PHOTOS:
        with Image.open(paths[name]) as photo:
            found[name] = np.asarray(photo)
    return found


def photos() -> Pixels:
    """Cut crops of 32x32 from ten photographs; the photograph is the class.

    Training crops lie in the upper 70 % of the rows and test crops below them, so that no pixel is in both.
    """
    parts: dict[bool, list[Array]] = {True: [], False: []}
    num_test = CROPS_A_PHOTO // 5
    for index, photo in enumerate(photographs().values()):
        edge = int(photo.shape[0] * TRAIN_ROWS)
        draw = np.random.default_rng(index)
        for training, part, count in (
            (True, photo[:edge], CROPS_A_PHOTO - num_test),
            (False, photo[edge:], num_test),
        ):
            rows = draw.integers(0, part.shape[0] - CROP + 1, count)
            columns = draw.integers(0, part.shape[1] - CROP + 1, count)
            crops = [part[r : r + CROP, c : c + CROP] for r, c in zip(rows, columns, strict=True)]
            parts[training].append(np.stack(crops))
    labels = [np.repeat(np.arange(len(PHOTOS)), len(parts[training][0])) for training in (True, False)]
    pixels = np.concatenate([*parts[True], *parts[False]]).transpose(0, 3, 1, 2)
    images = pixels.astype(np.float32)
    images /= 255
    return Pixels(images, np.concatenate(labels).astype(np.int64), len(labels[0]))


SHIPPED: dict[str, Callable[[], Pixels]] = {
    "digits": lambda: _grey("digits", 16),
    "mnist_5k": lambda: _grey("mnist_5k", 255),
    "fashion_mnist_5k": lambda: _grey("fashion_mnist_5k", 255),
    "fashion_mnist_14": fashion_mnist_14,
    "photos": photos,
    "lfw_subset": lambda: _grey("lfw_subset", 1),
}
