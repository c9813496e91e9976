"""An image of any kind is read as people see it, or refused by name."""

import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps

from skipscope.model.data.catalogue import DatasetError
from skipscope.model.data.pictures import read_image

Array = np.ndarray[Any, Any]
SIDE = 64
RAMP = np.linspace(0, 255, SIDE * SIDE).reshape(SIDE, SIDE)
"""Grey from black to white, row by row."""

DISC = np.hypot(*(np.indices((SIDE, SIDE)) - SIDE / 2)) < SIDE / 4


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(samples: Array, depth: int, colour: int, transparent: bytes | None = None) -> bytes:
    """Write a PNG by hand: Pillow writes few of the forms that it reads. `samples` are [H, W, channels]."""
    height, width = samples.shape[:2]
    if depth < 8:
        bits = ((samples.reshape(height, -1, 1) >> np.arange(depth)[::-1]) & 1).astype(np.uint8)
        rows = np.packbits(bits.reshape(height, -1), axis=1)
    else:
        rows = samples.reshape(height, -1).astype(">u2" if depth == 16 else "u1")
    data = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    key = b"" if transparent is None else chunk(b"tRNS", transparent)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + key + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def written(picture: Image.Image, form: str, **how: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **how)
    return file.getvalue()


def seen(content: bytes, folder: Path, name: str = "a.png") -> Array:
    (folder / name).write_bytes(content)
    return read_image(folder / name).astype(int)


def close(found: Array, grey: Array, tolerance: float = 2) -> None:
    """Compare with grey levels, [64, 64] from 0 to 255, scaled as the reader scales."""
    shown = Image.fromarray(np.rint(grey).astype(np.uint8)).convert("RGB").resize((32, 32), Image.Resampling.BILINEAR)
    assert np.abs(found - np.asarray(shown).astype(int)).max() <= tolerance


WHOLE = RAMP * 257
BLACK = Image.fromarray((255 - RAMP).astype(np.uint8))
GREY: dict[str, bytes] = {
    "PNG of 16 bits": png(np.rint(WHOLE)[..., None].astype(int), 16, 0),
    "PNG of 16 bits by Pillow": written(Image.fromarray(np.rint(WHOLE).astype(np.uint16)), "PNG"),
    "PNG of 4 bits": png(np.rint(RAMP / 17)[..., None].astype(int), 4, 0),
    "colour PNG of 16 bits": png(np.repeat(np.rint(WHOLE)[..., None], 3, -1).astype(int), 16, 2),
    "TIFF of 16 bits": written(Image.fromarray(np.rint(WHOLE).astype(np.uint16)), "TIFF"),
    "TIFF of 16 bits, big end first": written(Image.fromarray(np.rint(WHOLE).astype(">u2")), "TIFF"),
    "TIFF in floating point": written(Image.fromarray((RAMP / 255).astype(np.float32)), "TIFF"),
    "PGM of 16 bits": b"P5 64 64 65535\n" + np.rint(WHOLE).astype(">u2").tobytes(),
    "PGM of 12 bits": b"P5 64 64 4095\n" + np.rint(RAMP / 255 * 4095).astype(">u2").tobytes(),
    "CMYK TIFF": written(Image.merge("CMYK", [*[Image.new("L", (SIDE, SIDE))] * 3, BLACK]), "TIFF"),
    "YCbCr JPEG": written(Image.fromarray(RAMP.astype(np.uint8)).convert("YCbCr"), "JPEG", quality=98),
    "palette": written(Image.fromarray(RAMP.astype(np.uint8)).convert("P"), "PNG"),
    "BMP": written(Image.fromarray(RAMP.astype(np.uint8)), "BMP"),
    "GIF": written(Image.fromarray(RAMP.astype(np.uint8)), "GIF"),
    "WebP": written(Image.fromarray(RAMP.astype(np.uint8)).convert("RGB"), "WEBP", lossless=True),
}  # fmt: skip


@pytest.mark.parametrize("kind", GREY)
def test_a_ramp_stays_a_ramp(kind: str, tmp_path: Path) -> None:
    tolerance = {"PNG of 4 bits": 10, "YCbCr JPEG": 6, "TIFF in floating point": 2}.get(kind, 2)
    close(seen(GREY[kind], tmp_path), RAMP, tolerance)


def test_white_may_be_zero_in_a_tiff(tmp_path: Path) -> None:
    for grey, white in ((np.rint(WHOLE).astype(np.uint16), 65535), (RAMP.astype(np.uint8), 255)):
        picture = Image.fromarray((white - grey).astype(grey.dtype))
        close(seen(written(picture, "TIFF", tiffinfo={262: 0}) if white > 255 else inverted(grey), tmp_path), RAMP)


def inverted(grey: Array) -> bytes:
    """Return a TIFF of eight bits in which 0 is white: one strip behind its directory, byte by byte."""
    tags = ((256, 3, SIDE), (257, 3, SIDE), (258, 3, 8), (259, 3, 1), (262, 3, 0), (273, 4, 122), (277, 3, 1),
            (278, 3, SIDE), (279, 4, SIDE * SIDE))  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + (255 - grey).tobytes()


def alpha(colour: int, opaque: Array) -> Array:
    """Return RGBA of one grey, opaque where it is said to be."""
    levels = np.full((SIDE, SIDE, 4), colour, np.uint8)
    levels[..., 3] = np.where(opaque, 255, 0)
    return levels


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
def test_a_shape_in_the_alpha_channel_is_seen(form: str, tmp_path: Path) -> None:
    how = {"lossless": True} if form == "WEBP" else {}
    on_white = np.where(DISC, 0, 255)
    close(seen(written(Image.fromarray(alpha(0, DISC)), form, **how), tmp_path), on_white)
    close(seen(written(Image.fromarray(alpha(120, DISC)), form, **how), tmp_path), np.where(DISC, 120, 255))
    close(seen(written(Image.fromarray(alpha(255, DISC)), form, **how), tmp_path), 255 - on_white)  # white over black


def test_whatever_is_under_full_transparency_does_not_show(tmp_path: Path) -> None:
    levels = alpha(0, DISC)
    levels[~DISC, :3] = np.random.default_rng(0).integers(0, 255, (int((~DISC).sum()), 3))
    close(seen(written(Image.fromarray(levels), "PNG"), tmp_path), np.where(DISC, 0, 255))


def test_half_transparency_is_half(tmp_path: Path) -> None:
    levels = alpha(0, DISC)
    levels[..., 3] //= 2
    close(seen(written(Image.fromarray(levels), "PNG"), tmp_path), np.where(DISC, 128, 255))
    close(seen(written(Image.fromarray(levels).convert("LA"), "PNG"), tmp_path), np.where(DISC, 128, 255))


KEYED: dict[str, bytes] = {
    "grey of 1 bit": png(np.where(DISC, 0, 1)[..., None], 1, 0, struct.pack(">H", 1)),
    "grey of 2 bits": png(np.where(DISC, 0, 2)[..., None], 2, 0, struct.pack(">H", 2)),
    "grey of 4 bits": png(np.where(DISC, 0, 5)[..., None], 4, 0, struct.pack(">H", 5)),
    "grey of 8 bits": png(np.where(DISC, 0, 90)[..., None], 8, 0, struct.pack(">H", 90)),
    "grey of 16 bits": png(np.where(DISC, 0, 9000)[..., None], 16, 0, struct.pack(">H", 9000)),
    "colour of 8 bits": png(np.where(DISC[..., None], 0, (9, 80, 7)), 8, 2, struct.pack(">3H", 9, 80, 7)),
    "colour of 16 bits": png(np.where(DISC[..., None], 0, (900, 8000, 700)), 16, 2, struct.pack(">3H", 900, 8000, 700)),
}


@pytest.mark.parametrize("kind", KEYED)
def test_a_transparent_colour_is_not_painted(kind: str, tmp_path: Path) -> None:
    close(seen(KEYED[kind], tmp_path), np.where(DISC, 0, 255))


@pytest.mark.parametrize("form", ["PNG", "GIF"])
def test_a_transparent_colour_of_a_palette_is_not_painted(form: str, tmp_path: Path) -> None:
    picture = Image.fromarray(np.where(DISC, 1, 0).astype(np.uint8)).convert("P")
    picture.putpalette([200, 10, 10, 0, 0, 0])
    close(seen(written(picture, form, transparency=0), tmp_path), np.where(DISC, 0, 255))


def test_a_jpeg_of_four_inks_has_its_colours(tmp_path: Path) -> None:
    for colour in ((255, 0, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)):
        found = seen(written(Image.new("RGB", (SIDE, SIDE), colour).convert("CMYK"), "JPEG", quality=98), tmp_path)
        assert np.abs(found - colour).max() < 8


def test_lab_has_its_colours(tmp_path: Path) -> None:
    lab = ImageCms.profileToProfile(
        Image.new("RGB", (SIDE, SIDE), (200, 40, 90)), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )  # fmt: skip
    assert lab is not None
    assert np.abs(seen(written(lab, "TIFF"), tmp_path) - (200, 40, 90)).max() < 8


def profile() -> bytes:
    """Return a colour profile in which red and green are exchanged."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = made.index(b"rXYZ"), made.index(b"gXYZ")
    made[red : red + 4], made[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(made).replace("sRGB".encode("utf-16-be"), "mine".encode("utf-16-be"))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_a_profile_says_which_colours_are_meant(form: str, tmp_path: Path) -> None:
    red = Image.new("RGB", (SIDE, SIDE), (255, 0, 0))
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.abs(seen(written(red, form, icc_profile=profile()), tmp_path) - (0, 255, 0)).max() < 8
    for same in (own, b"no profile", b""):
        assert np.abs(seen(written(red, form, icc_profile=same), tmp_path) - (255, 0, 0)).max() < 8


def test_one_bit_and_the_first_of_several_pictures(tmp_path: Path) -> None:
    close(seen(written(Image.fromarray(DISC), "PNG"), tmp_path), np.where(DISC, 255, 0))
    first, second = Image.fromarray(np.where(DISC, 0, 255).astype(np.uint8)), Image.new("L", (SIDE, SIDE))
    for form in ("GIF", "WEBP", "PNG", "TIFF"):
        how = {"lossless": True} if form == "WEBP" else {}
        file = written(first.convert("RGB"), form, save_all=True, append_images=[second.convert("RGB")], **how)
        close(seen(file, tmp_path), np.where(DISC, 0, 255))
    camera = written(first, "MPO", save_all=True, append_images=[second], quality=98)
    close(seen(camera, tmp_path, "camera.jpg"), np.where(DISC, 0, 255), 40)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_that_was_laid_down_stands_upright(orientation: int, form: str, tmp_path: Path) -> None:
    corners = np.kron(np.array([[10, 60], [110, 160]], np.uint8), np.ones((32, 32), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "laid"
    path.write_bytes(written(Image.fromarray(corners).convert("RGB"), form, exif=exif))
    with Image.open(io.BytesIO(written(Image.fromarray(corners), "PNG", exif=exif))) as opened:
        wanted = np.asarray(ImageOps.exif_transpose(opened))
    found = read_image(path).astype(int)
    for row, column in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        assert np.abs(found[row, column] - int(wanted[row, column])).max() <= 3


def test_levels_that_no_program_agrees_on_are_refused(tmp_path: Path) -> None:
    for levels, said in (
        ((RAMP - 100).astype(np.float32), "floating-point levels from -100 to 155; 0 is black, 1 white"),
        (np.full((4, 4), np.nan, np.float32), "floating-point levels from nan"),
        ((RAMP * 1000).astype(np.int32), "levels of 32 bits"),
    ):
        with pytest.raises(DatasetError, match=said + r".*Save it with 8 or 16 bits"):
            seen(written(Image.fromarray(levels), "TIFF"), tmp_path)


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "cat"
    folder.mkdir()
    os.mkfifo(folder / "pipe.png")
    (folder / "link.png").symlink_to("nowhere.png")
    (folder / "folder.png").mkdir()
    (folder / "zero.png").symlink_to("/dev/zero")
    (folder / "page.png").write_bytes(b"<!DOCTYPE html><html></html>")
    (folder / "phone.jpg").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    (folder / "empty.png").touch()
    (folder / "cut.png").write_bytes(GREY["BMP"][:900])
    (folder / "caf\udce9.png").write_bytes(b"")
    for name, said in {
        "pipe.png": r"cat/pipe\.png is no file, but", "link.png": r"cat/link\.png is a link to nothing\. Remove it",
        "folder.png": "is no file, but", "zero.png": "is no file, but",
        "page.png": r"cat/page\.png .* it is an HTML page",
        "phone.jpg": "it is a HEIC image.* save it as PNG", "empty.png": "it is empty", "cut.png": "damaged or cut off",
        "caf\udce9.png": r"cat/caf\\xe9\.png", "none.png": "is gone",
    }.items():  # fmt: skip
        with pytest.raises(DatasetError, match=said) as refused:
            read_image(folder / name)
        assert str(tmp_path) not in str(refused.value)
        assert str(refused.value).encode()


def test_a_huge_file_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "huge.tif").open("wb") as file:
        file.truncate(1 << 34)
    with pytest.raises(DatasetError, match=r"huge\.tif has 17179869184 bytes; at most 500000000"):
        read_image(tmp_path / "huge.tif")


SOUND = (*GREY.values(), *KEYED.values())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_ends_in_a_picture_or_a_dataset_error(data: st.DataObject, tmp_path: Path) -> None:
    content = bytearray(data.draw(st.sampled_from(SOUND)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1) | st.integers(0, min(300, len(content) - 1)))
        content[place] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(1, len(content)) | st.just(len(content))) :]
    (tmp_path / "a.png").write_bytes(content)
    try:
        assert read_image(tmp_path / "a.png").shape == (32, 32, 3)
    except DatasetError as error:
        assert "/a.png " in str(error)
