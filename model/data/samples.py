"""A few images of a data set as one PNG: `python -m skipscope.model.data.samples NAME`. Needs no torch."""

import io
import logging
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from skipscope.model.data.catalogue import (
    FILES,
    SHOWN_CLASSES,
    SHOWN_EACH,
    UNREADABLE,
    DatasetError,
    datasets_folder,
    info_of,
    shown_files,
)
from skipscope.model.data.cifar import LABELS, read_records
from skipscope.model.data.pictures import read_image
from skipscope.model.data.shipped import SHIPPED

Array = np.ndarray[Any, Any]
GAP = 1
CIFAR_ROWS = 2000
"""As many rows of the first file as are looked at; of 100 classes each is among them."""


def sheet(name: str, folder: Path) -> bytes:
    """Return a PNG with a column for each of the first ten classes, in their order: two images, a pixel apart.

    Between and after them it is transparent. Raise DatasetError where the data set cannot be had.
    """
    from PIL import Image  # noqa: PLC0415  (only where it is asked for)

    info = info_of(name, folder)
    step = info.image_size + GAP
    canvas = np.zeros((SHOWN_EACH * step - GAP, min(SHOWN_CLASSES, info.num_classes) * step - GAP, 4), np.uint8)
    for column, images in enumerate(_chosen(name, folder)):
        for row, image in enumerate(images):
            place = canvas[row * step :, column * step :][: info.image_size, : info.image_size]
            place[..., :3], place[..., 3] = image, 255
    written = io.BytesIO()
    Image.fromarray(canvas).save(written, "PNG", optimize=True)
    return written.getvalue()


def _chosen(name: str, folder: Path) -> list[list[Array]]:
    """Return the first images of the first classes, [H, W, 1 or 3] uint8."""
    if name in SHIPPED:
        pixels = SHIPPED[name]()
        first = _first(pixels.labels)
        return [[np.rint(255 * pixels.images[i]).astype(np.uint8).transpose(1, 2, 0) for i in some] for some in first]
    if name in FILES:
        [[file]] = shown_files(name, folder)
        num_labels = LABELS[name]
        rows = read_records(name, file, CIFAR_ROWS)
        images = rows[:, num_labels:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        return [[images[i] for i in some] for some in _first(rows[:, num_labels - 1])]
    return [[read_image(file) for file in files] for files in shown_files(name, folder)]


def _first(labels: Array) -> list[list[int]]:
    return [np.flatnonzero(labels == label)[:SHOWN_EACH].tolist() for label in range(SHOWN_CLASSES)]


def main() -> None:
    """Write the PNG of the data set that is named to the standard output; say on the other one why there is none."""
    if hasattr(os, "nice"):
        os.nice(5)
    logging.getLogger("PIL").addHandler(logging.NullHandler())  # it would speak into our one sentence
    try:
        found = sheet(sys.argv[1], datasets_folder())
    except DatasetError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(UNREADABLE)
    sys.stdout.buffer.write(found)


if __name__ == "__main__":
    main()
