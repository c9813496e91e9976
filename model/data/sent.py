"""A picture that somebody sends in a request, as the text that carries it: checked, and brought to the size in which
networks see it. Needs no torch."""

import base64
import binascii
import io
from typing import TYPE_CHECKING

from skipscope.model.data.catalogue import DatasetError
from skipscope.model.describe.words import FieldError

if TYPE_CHECKING:
    from skipscope.model.data.pictures import Array

MAX_BYTES = 8_000_000
MAX_TEXT = -(-MAX_BYTES // 3) * 4
REMEDY = "send a PNG, JPEG or WebP file in base64"


def encoded(picture: object) -> object:
    """Return the bytes of a file as the text that a request carries; anything else as it is."""
    return base64.b64encode(picture).decode() if isinstance(picture, bytes) else picture


def pixels_of(text: str) -> "Array":
    """Return the picture in a text, [32, 32, 3] uint8; raise FieldError for one that is none."""
    from skipscope.model.data.pictures import read_picture  # noqa: PLC0415  (with numpy, which requests need not)

    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FieldError(
            "picture", None, "it is no base64", REMEDY, f"picture: it is no base64. {REMEDY[0].upper()}{REMEDY[1:]}."
        ) from error
    if len(content) > MAX_BYTES:
        limit = f"it has {len(content)} bytes; at most {MAX_BYTES}"
        raise FieldError("picture", None, limit, "scale it down", f"picture: {limit}. Scale it down.")
    try:
        return read_picture(content)
    except DatasetError as error:
        raise FieldError("picture", None, str(error), REMEDY, str(error)) from error


def small(text: str) -> str:
    """Return a picture as a text of few bytes, in the size in which networks see it; raise FieldError."""
    from PIL import Image  # noqa: PLC0415  (only where it is asked for)

    written = io.BytesIO()
    Image.fromarray(pixels_of(text)).save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()
