"""Pixels of each data set; those of files that a user brings are read here. Nothing is downloaded."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from skipscope.model.data.catalogue import FILES, FOLDER_IMAGE_SIZE, DatasetError, class_files
from skipscope.model.data.shipped import SHIPPED, Pixels

Array = np.ndarray[Any, Any]
MAX_PIXELS = 40_000_000
ORIENTATION = 0x0112
TURNS: dict[Any, Any] = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""Pillow's transpositions that set an image upright, by its EXIF orientation."""


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


def pixels_of(name: str, folder: Path) -> Pixels:
    """Read a data set by name; what the user brings lies in `folder`."""
    if name in SHIPPED:
        return SHIPPED[name]()
    return cifar(name, folder) if name in FILES else from_folder(folder / name)
