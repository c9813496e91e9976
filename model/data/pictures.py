"""Read an image of a user's as people see it: upright, over white, grey in all its depth, in eight bits of RGB."""

import io
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from skipscope.model.data.catalogue import FOLDER_IMAGE_SIZE, DatasetError
from skipscope.model.data.folders import FORMATS, is_regular
from skipscope.model.foreign.contents import HEAD, kind_of, shown

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

Array = np.ndarray[Any, Any]
READ = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
AS_READ = ("a PNG image", "a JPEG image", "a WebP image", "a GIF image", "a TIFF image")
SENT_FORMATS = ("PNG", "JPEG", "WEBP")
SENT = ("a PNG image", "a JPEG image", "a WebP image")
MAX_PIXELS = 40_000_000
MAX_BYTES = 500_000_000
ORIENTATION = 0x0112
TURNS: dict[Any, Any] = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""Pillow's transpositions that set an image upright, by its EXIF orientation."""

BITS, PHOTOMETRIC, SAMPLES = 258, 262, 339
"""TIFF's tags: bits of a sample, whether white is zero, and whether samples are whole, signed or floating."""

COLOURS = frozenset({"RGB", "RGBA", "RGBX", "P", "PA"})
"""Modes of which a profile speaks of red, green and blue."""

FLAT = 8
"""A picture over white whose levels differ by no more shows nothing."""


def read_image(file: Path, name: str | None = None) -> Array:
    """Return an image, [32, 32, 3] uint8, cropped to a square and scaled.

    Transparency lies over white; over black where white would hide all of it. Grey of 16 bits is scaled by its full
    range. Size and format are read from a file's head before it is decoded. Raise DatasetError that names the file, by
    `name` or by its folder's and its own, and says what it is.
    """
    name = shown(name or f"{file.parent.name}/{file.name}")

    def read() -> Array:
        if not is_regular(file):
            raise DatasetError(f"{name} is no file, but a folder, a pipe or a device. Move it out.")
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise DatasetError(f"{name} has {size} bytes; at most {MAX_BYTES}. Scale it down.")
        return _read(os.fspath(file), name, READ)

    try:
        return _worded(read, name, lambda: _head(file))
    except FileNotFoundError as error:
        gone = "is a link to nothing" if file.is_symlink() else "is gone"
        raise DatasetError(f"{name} {gone}. Remove it.") from error
    except PermissionError as error:
        raise DatasetError(f"{name} cannot be read: {error.strerror}. Let the server read it.") from error


def read_picture(content: bytes) -> Array:
    """Return a picture that somebody sends, of the same form; PNG, JPEG and WebP alone. Raise DatasetError."""
    kind = kind_of(content[:HEAD]).name
    if kind not in SENT:
        raise DatasetError(f"The picture is {kind}. Save it as PNG, JPEG or WebP.")
    return _worded(
        lambda: _read(io.BytesIO(content), "The picture", SENT_FORMATS), "The picture", lambda: content[:HEAD]
    )


def _worded(read: Callable[[], Array], name: str, head: Callable[[], bytes]) -> Array:
    """Read, and say of a file that cannot be read what it is."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  (only where it is asked for)

    try:
        return read()
    except (DatasetError, FileNotFoundError, PermissionError):
        raise
    except Image.DecompressionBombError as error:  # of so many that Pillow will not even tell the size
        raise DatasetError(f"{name} has more pixels than {MAX_PIXELS}, the most. Scale it down.") from error
    except UnidentifiedImageError as error:
        kind = kind_of(head())
        what = f"is no {FORMATS} image; it is {kind.name}"
        if kind.name in AS_READ:
            what = f"begins as {kind.name} and cannot be read on"
        raise DatasetError(f"{name} {what}. Move it out, or save it as PNG or JPEG.") from error
    except Exception as error:  # Pillow raises almost anything on broken files
        said = " ".join(shown(str(error)).split())[:200] or type(error).__name__
        raise DatasetError(f"{name} is damaged or cut off: {said}. Leave it out.") from error


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(HEAD)


def _read(file: str | io.BytesIO, name: str, formats: tuple[str, ...]) -> Array:
    from PIL import Image  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sizes, which are checked here, and of odd words beside the pixels
        with Image.open(file, formats=formats) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise DatasetError(f"{name} has {width}x{height} pixels; at most {MAX_PIXELS}. Scale it down.")
            mode = _RawMode(image)
            # cameras lay pictures down and say so; ImageOps.exif_transpose fails on broken words beside it
            turn = None if image.format == "TIFF" else TURNS.get(image.getexif().get(ORIENTATION))
            image.load()  # a TIFF turns by itself
            width, height = image.size
            side = min(width, height)
            left, top = (width - side) // 2, (height - side) // 2
            square = _seen(image.crop((left, top, left + side, top + side)), mode, name)
            small = square.resize((FOLDER_IMAGE_SIZE, FOLDER_IMAGE_SIZE), Image.Resampling.BILINEAR)
            small = _by_profile(small, mode.profile) if image.mode in COLOURS else small
            return np.asarray(small if turn is None else small.transpose(turn))


class _RawMode:
    """Pillow's knowledge of a file's samples before it decodes them."""

    def __init__(self, image: "Picture") -> None:
        tags: Any = getattr(image, "tag_v2", {})
        self.format = image.format
        self.bits = int(tags.get(BITS, (16,))[0])
        self.white_is_zero = tags.get(PHOTOMETRIC) == 0
        self.sample = int(tags.get(SAMPLES, (1,))[0])
        tiles: Any = getattr(image, "tile", None) or [("", None, 0, "")]
        arguments = tiles[0][3]
        self.raw = str(arguments[0] if isinstance(arguments, tuple) and arguments else arguments)
        self.key: Any = image.info.get("transparency")
        self.profile: bytes = image.info.get("icc_profile") or b""

    def seen_key(self) -> Any:
        """Return the transparent level or colour as the decoded samples have it: PNG states it in the file's depth."""
        if self.raw.endswith(";16B") and isinstance(self.key, tuple):
            return tuple(level >> 8 for level in self.key)
        factor = {"L;2": 85, "L;4": 17}.get(self.raw, 1)
        return self.key * factor if isinstance(self.key, int) else self.key


def _seen(image: "Picture", mode: _RawMode, name: str) -> "Picture":
    """Bring any mode of Pillow's to RGB as it is seen."""
    from PIL import Image  # noqa: PLC0415

    if image.mode == "F" or image.mode.startswith("I"):
        levels = np.asarray(image).astype(np.float32)
        opaque = np.full(levels.shape, True) if mode.key is None else levels != mode.key
        grey = Image.fromarray(np.rint(255 * _scaled(levels, mode, image.mode, name)).astype(np.uint8))
        return grey.convert("RGB") if opaque.all() else _flattened(grey.convert("RGB"), opaque)
    if image.mode == "LAB":
        from PIL import ImageCms  # noqa: PLC0415

        return _in_srgb(image, ImageCms.createProfile("LAB"))
    if image.mode == "CMYK":
        return _by_profile(image, mode.profile).convert("RGB")
    if mode.key is not None and image.mode in ("1", "L", "RGB"):
        colours = np.asarray(image.convert("RGB"))
        opaque = (colours != np.asarray(mode.seen_key())).any(-1)
        return _flattened(image.convert("RGB"), opaque)
    if image.mode in ("LA", "PA", "La", "RGBA", "RGBa") or (image.mode == "P" and mode.key is not None):
        whole = image.convert("LA" if image.mode == "La" else "RGBA").convert("RGBA")
        return _flattened(whole.convert("RGB"), np.asarray(whole.getchannel("A")))
    return image.convert("RGB")


def _by_profile(image: "Picture", profile: bytes) -> "Picture":
    """Turn colours into those that a file's own profile makes of them; a picture with none, or sRGB's, stays."""
    from PIL import ImageCms  # noqa: PLC0415

    if not profile:
        return image
    try:
        known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return image if "srgb" in ImageCms.getProfileDescription(known).lower() else _in_srgb(image, known)
    except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that is broken, or of another kind of picture
        return image


def _in_srgb(image: "Picture", profile: Any) -> "Picture":
    from PIL import ImageCms  # noqa: PLC0415

    found = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert found is not None, "only with inPlace there is none"
    return found


def _scaled(levels: Array, mode: _RawMode, kind: str, name: str) -> Array:
    """Return grey levels of more than eight bits from 0, black, to 1, white."""
    save = "Save it with 8 or 16 bits."
    if kind == "F":
        low, high = float(levels.min()), float(levels.max())
        if not (low >= 0 and high <= 1):
            raise DatasetError(
                f"{name} has floating-point levels from {low:g} to {high:g}; 0 is black, 1 white. {save}"
            )
        white = 1.0
    elif mode.format == "TIFF" and (mode.bits > 16 or mode.sample != 1):
        raise DatasetError(f"{name} has levels of {mode.bits} bits, of which none is white by itself. {save}")
    else:
        white = 2.0**mode.bits - 1
    levels = np.clip(levels / white, 0, 1)
    return 1 - levels if mode.white_is_zero else levels


def _flattened(image: "Picture", alpha: Array) -> "Picture":
    """Lay a picture over white; over black if white hides what black shows, as white letters on nothing."""
    from PIL import Image  # noqa: PLC0415

    mask = Image.fromarray(alpha.astype(np.uint8) * (255 if alpha.dtype == bool else 1))
    found: list[Picture] = []
    for ground in ("white", "black"):
        found.append(Image.new("RGB", image.size, ground))
        found[-1].paste(image, (0, 0), mask)
    on_white, on_black = found
    return on_black if _range(on_white) <= FLAT < _range(on_black) else on_white


def _range(image: "Picture") -> int:
    bands: Any = image.getextrema()
    return max(high - low for low, high in bands)
