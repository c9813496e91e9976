"""Read CIFAR's official binary files: a row is its labels (one byte; two in CIFAR-100) and 3x32x32 bytes."""

from pathlib import Path
from typing import Any

import numpy as np

from skipscope.model.data.catalogue import DATASETS, FILES, DatasetError
from skipscope.model.data.shipped import Pixels

Array = np.ndarray[Any, Any]
PIXELS = 3072
LABELS = {"cifar10": 1, "cifar100": 2}
"""Bytes before the pixels of a record. The last is the class; CIFAR-100's first, of 20 coarser ones, is not read."""


def read_cifar(name: str, folder: Path) -> Pixels:
    """Read a data set, the test file last. Raise DatasetError for a file that is not whole or has a foreign label."""
    inner, files = FILES[name]
    read = [read_records(name, folder / inner / file) for file in files]
    rows = np.concatenate(read)
    num_labels = LABELS[name]
    images = rows[:, num_labels:].reshape(-1, 3, 32, 32).astype(np.float32)
    images /= 255
    return Pixels(images, rows[:, num_labels - 1].astype(np.int64), len(rows) - len(read[-1]))


def read_records(name: str, file: Path, most: int | None = None) -> Array:
    """Return the rows of one file, [N, labels + 3072] uint8, or the first of them.

    Raise DatasetError that names the file, and the record whose label is no class.
    """
    shown = f"{file.parent.name}/{file.name}"
    again = f"Remove it and run `skipscope data fetch {name}`."
    row = LABELS[name] + PIXELS
    try:
        size = file.stat().st_size
        raw = np.fromfile(file, np.uint8, -1 if most is None else most * row)
    except OSError as error:
        raise DatasetError(f"{shown} cannot be read: {error.strerror or error}.") from error
    if size == 0 or size % row:
        raise DatasetError(f"{shown} has {size} bytes, no multiple of the {row} of a record. {again}")
    rows = raw.reshape(-1, row)
    labels, count = rows[:, LABELS[name] - 1], DATASETS[name].num_classes
    wrong = np.flatnonzero(labels >= count)
    if wrong.size:
        first = int(wrong[0])
        more = f", and {wrong.size - 1} more records have such a label" if wrong.size > 1 else ""
        raise DatasetError(
            f"{shown}, record {first} (from 0, at byte {first * row}): its label is {labels[first]}; {name} has 0 to "
            f"{count - 1}{more}. {again}"
        )
    return rows
