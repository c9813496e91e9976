"""A file is told by how it begins."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from skipscope.model.foreign.contents import HEAD, as_text, kind_of, shown


def made(write: object) -> bytes:
    """Return what a function writes into a file."""
    file = io.BytesIO()
    assert callable(write)
    write(file)
    return file.getvalue()


def tar(file: io.BytesIO) -> None:
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))


def archive(file: io.BytesIO) -> None:
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a", "b")


def image(form: str) -> bytes:
    return made(lambda file: Image.new("RGB", (8, 8)).save(file, form))  # pyright: ignore


PAGE = b"<!DOCTYPE html>\n<html><head><title>404</title></head></html>"
KINDS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "zeros": (bytes(5000), "zero bytes"),
    "page": (PAGE, "an HTML page"),
    "page after a mark and blank lines": (b"\xef\xbb\xbf\r\n\n " + PAGE.upper(), "an HTML page"),
    "page in UTF-16": (PAGE.decode().encode("utf-16"), "an HTML page"),
    "page after a comment": (b"<!-- cached -->" + PAGE, "an HTML page"),
    "a bucket's refusal": (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "an XML document"),
    "JSON": (b'{"error": "Invalid username or password."}', "a JSON text that begins with '{\"error\""),
    "text": ("Größe\nund Maß".encode(), "a text that begins with 'Größe und Maß'"),
    "text cut within a letter": (b"a" * (HEAD - 1) + "é".encode()[:1], "a text that begins with 'aaa"),
    "LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 102\n", "a Git LFS pointer"),
    "HDF5": (b"\x89HDF\r\n\x1a\n\0\0\0", "an HDF5 file"),
    "ONNX": (b'\x08\x08\x12\x07pytorch\x1a\x052.1.0:\xb2\x03', "an ONNX model"),
    "ONNX without a producer": (b"\x08\x0a:\x9e\x01\n\x1b\n\x01x", "an ONNX model"),
    "SavedModel": (b"\x08\x01\x12\xd7\x03\n\x10serve*\x0a", "a TensorFlow SavedModel"),
    "TFLite": (b"\x1c\0\0\0TFL3\x14\0", "a TensorFlow Lite model"),
    "GGUF": (b"GGUF\x03\0\0\0", "a GGUF file"),
    "NumPy": (made(lambda file: np.save(file, np.ones(3))), "a NumPy array"),  # pyright: ignore
    "ZIP": (made(archive), "a ZIP archive"),
    "gzip": (gzip.compress(b"a"), "a gzip archive"),
    "bzip2": (bz2.compress(b"a"), "a bzip2 archive"),
    "xz": (lzma.compress(b"a"), "an xz archive"),
    "tar": (made(tar), "a tar archive"),
    "PNG": (image("PNG"), "a PNG image"),
    "JPEG": (image("JPEG"), "a JPEG image"),
    "WebP": (image("WEBP"), "a WebP image"),
    "TIFF": (image("TIFF"), "a TIFF image"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC image"),
    "film": (b"\0\0\0\x18ftypisom\0\0\2\0", "a film"),
    "AppleDouble": (bytes((0, 5, 22, 7)) + bytes(100), "macOS's note on a file"),
    "pickle": (b"\x80\x04\x95\x0b\0\0\0\0\0\0\0}", "a Python pickle that torch.save did not write"),
    "bytes": (bytes(range(128, 256)), "nothing known: it begins with the bytes 80"),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_known_by_its_start(name: str) -> None:
    head, expected = KINDS[name]
    kind = kind_of(head[:HEAD])
    assert expected in kind.name
    assert kind.remedy.endswith(".")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("café", "café"),
        ("caf\udce9", "caf\\xe9"),
        ("a\nb\x1b", "a\\nb\\x1b"),
        ("a\u202eb", "a\\u202eb"),
        ("\ud800", "\\ud800"),
    ],
)
def test_a_name_is_shown_without_what_cannot_be_printed(name: str, expected: str) -> None:
    assert shown(name) == expected
    assert shown(name).encode()


def test_a_name_as_data_keeps_all_that_can_be_encoded() -> None:
    assert as_text('caf\udce9\n\u202e"<b>') == 'caf\\xe9\n\u202e"<b>'
