"""Images of a data set by their numbers, side by side in one PNG: `python -m skipscope.model.data.strip NAME 3,17`.

Needs no torch.
"""

import io
import logging
import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from skipscope.model.data.catalogue import FILES, UNREADABLE, DatasetError, class_files, datasets_folder, info_of
from skipscope.model.data.cifar import LABELS, PIXELS
from skipscope.model.data.pictures import read_image
from skipscope.model.data.shipped import SHIPPED

Array = np.ndarray[Any, Any]


def strip(name: str, numbers: Sequence[int], folder: Path) -> bytes:
    """Return a PNG of images side by side, each as large as the data set has it.

    `numbers` count from 0 in the order of the files, or of the rows in them, as batches of a run name them. Raise
    DatasetError where the data set cannot be had, or has no such image.
    """
    from PIL import Image  # noqa: PLC0415  (only where it is asked for)

    info = info_of(name, folder)
    missing = [number for number in numbers if not 0 <= number < info.num_images]
    if missing:
        raise DatasetError(f"{name} has {info.num_images:,} images, from number 0; there is no number {missing[0]:,}.")
    written = io.BytesIO()
    Image.fromarray(np.concatenate(_images(name, numbers, folder), 1)).save(written, "PNG")
    return written.getvalue()


def _images(name: str, numbers: Sequence[int], folder: Path) -> list[Array]:
    """Return images as [H, W] or [H, W, 3] uint8."""
    if name in FILES:
        return _records(name, numbers, folder)
    if name in SHIPPED:
        pixels = _shipped(name)
        return [pixels[number] for number in numbers]
    files = [file for files in class_files(folder / name).values() for file in files]
    return [read_image(files[number]) for number in numbers]


@lru_cache(maxsize=4)
def _shipped(name: str) -> Array:
    images = SHIPPED[name]().images
    levels = np.rint(255 * images).astype(np.uint8)
    return levels[:, 0] if levels.shape[1] == 1 else levels.transpose(0, 2, 3, 1)


def _records(name: str, numbers: Sequence[int], folder: Path) -> list[Array]:
    """Read only the records that are wanted from CIFAR's binary files."""
    inner, names = FILES[name]
    row = LABELS[name] + PIXELS
    files = [folder / inner / file for file in names]
    ends = np.cumsum([file.stat().st_size // row for file in files])
    found: list[Array] = []
    for number in numbers:
        index = int(np.searchsorted(ends, number, "right"))
        if index == len(files):
            raise DatasetError(f"{inner} has {ends[-1]:,} images. Remove it and run `skipscope data fetch {name}`.")
        place = number - (int(ends[index - 1]) if index else 0)
        with files[index].open("rb") as file:
            file.seek(place * row + LABELS[name])
            found.append(np.frombuffer(file.read(PIXELS), np.uint8).reshape(3, 32, 32).transpose(1, 2, 0))
    return found


def main() -> None:
    """Write the PNG to the standard output; say on the other one why there is none."""
    if hasattr(os, "nice"):
        os.nice(5)
    logging.getLogger("PIL").addHandler(logging.NullHandler())  # it would speak into our one sentence
    try:
        found = strip(sys.argv[1], [int(number) for number in sys.argv[2].split(",")], datasets_folder())
    except DatasetError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(UNREADABLE)
    sys.stdout.buffer.write(found)


if __name__ == "__main__":
    main()
