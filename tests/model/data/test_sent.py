"""A picture in a request: seen as files of a folder are, in three formats, and refused in words."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from skipscope.model.data.pictures import ORIENTATION, read_image
from skipscope.model.data.sent import MAX_BYTES, encoded, pixels_of, small
from skipscope.model.describe.words import FieldError

RAMP = Image.fromarray(np.linspace(0, 255, 64 * 48).reshape(48, 64).astype(np.uint8))
SHAPE = Image.new("RGBA", (40, 40))
SHAPE.paste((200, 30, 30, 255), (10, 10, 30, 30))
DEEP = Image.fromarray((np.arange(64 * 64).reshape(64, 64) * 16).astype(np.uint16))
NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8))


def written(picture: Image.Image, form: str, **how: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **how)
    return file.getvalue()


def laid_down() -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    return written(RAMP, "JPEG", exif=exif, quality=95)


PICTURES = {
    "png": written(RAMP, "PNG"), "jpeg": written(RAMP, "JPEG"), "webp": written(RAMP, "WEBP", lossless=True),
    "laid down by its camera": laid_down(), "transparent": written(SHAPE, "PNG"), "of 16 bits": written(DEEP, "PNG"),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_it_is_seen_as_the_same_file_in_a_folder(name: str, tmp_path: Path) -> None:
    content = PICTURES[name]
    file = tmp_path / "a"
    file.write_bytes(content)
    text = encoded(content)
    assert isinstance(text, str)
    found = pixels_of(text)
    assert np.array_equal(found, read_image(file))
    assert np.ptp(found) > 100
    again = small(text)
    assert np.array_equal(pixels_of(again), found)
    assert len(again) < 6000


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "a PDF document"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "XML"),
        (written(RAMP, "GIF"), "a GIF image"),
        (written(RAMP, "TIFF"), "a TIFF image"),
        (written(NOISE, "PNG")[:900], "damaged"),
        (written(Image.new("L", (9000, 9000)), "PNG"), "at most 40000000"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * MAX_BYTES, "at most 8000000"),
    ],
)
def test_anything_else_is_refused_by_name(content: bytes, word: str) -> None:
    with pytest.raises(FieldError, match=word) as caught:
        small(base64.b64encode(content).decode())
    assert (caught.value.field, caught.value.value) == ("picture", None)
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["a", "####", "aGVsbG8=\n\nx", "ä"])
def test_a_text_that_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(FieldError, match="base64"):
        pixels_of(text)
