"""Pixels of each data set, by name. Nothing is downloaded."""

from pathlib import Path

import numpy as np

from skipscope.model.data.catalogue import FILES, class_files
from skipscope.model.data.cifar import read_cifar
from skipscope.model.data.pictures import read_image
from skipscope.model.data.shipped import SHIPPED, Pixels


def from_folder(path: Path) -> Pixels:
    """Read a folder of class-named folders of images, cropped to a square and scaled to 32x32."""
    images: list[np.ndarray] = []
    labels: list[int] = []
    for label, files in enumerate(class_files(path).values()):
        for file in files:
            read = read_image(file, file.relative_to(path).as_posix())
            images.append(read.astype(np.float32).transpose(2, 0, 1) / 255)
        labels += [label] * len(files)
    return Pixels(np.stack(images), np.asarray(labels, np.int64))


def pixels_of(name: str, folder: Path) -> Pixels:
    """Read a data set by name; the user's own lie in `folder`."""
    if name in SHIPPED:
        return SHIPPED[name]()
    return read_cifar(name, folder) if name in FILES else from_folder(folder / name)
