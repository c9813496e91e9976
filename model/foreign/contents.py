"""Name the kind of a file from how it begins, so that a refusal can tell the user; nothing is decoded here."""

import re
from typing import NamedTuple

HEAD = 4096
"""Bytes from the start of a file that are enough to tell its kind."""

SHOWN = 40


class Kind(NamedTuple):
    """A kind of file with its article ("an HTML page"), and the remedy."""

    name: str
    remedy: str


_UNPACK, _CONVERT, _FETCH = "Unpack it first.", "Convert it with the tools of that program.", "Fetch the file itself."
_AS_PNG = "Save it as PNG or JPEG."
_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (rb"version https://git-lfs\.github\.com/spec/", "a Git LFS pointer", "Run `git lfs pull` in its repository."),
    (rb"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras and MATLAB write them", _CONVERT),
    (rb"MATLAB 5\.0 MAT-file", "a MATLAB file", _CONVERT),
    (rb"GGUF", "a GGUF file, as llama.cpp writes them", _CONVERT),
    (rb"\x93NUMPY", "a NumPy array", "Save the arrays as tensors under their names."),
    (rb"PK\x03\x04", "a ZIP archive", _UNPACK),
    (rb"PK\x05\x06", "an empty ZIP archive", _FETCH),
    (rb"\x1f\x8b", "a gzip archive", _UNPACK),
    (rb"BZh", "a bzip2 archive", _UNPACK),
    (rb"\xfd7zXZ\0", "an xz archive", _UNPACK),
    (rb"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (rb"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (rb".{257}ustar", "a tar archive", _UNPACK),
    (rb"%PDF-", "a PDF document", _FETCH),
    (rb"\x89PNG\r\n\x1a\n", "a PNG image", _FETCH),
    (rb"\xff\xd8\xff", "a JPEG image", _FETCH),
    (rb"GIF8", "a GIF image", _FETCH),
    (rb"II\*\0|MM\0\*", "a TIFF image", _FETCH),
    (rb"RIFF.{4}WEBP", "a WebP image", _FETCH),
    (rb"RIFF", "a sound or a film", _FETCH),
    (rb"8BPS", "a Photoshop document", "Export it as PNG."),
    (rb"\0\0\0\x0cjP  ", "a JPEG 2000 image", _AS_PNG),
    (rb".{4}ftypavi[fs]", "an AVIF image", _AS_PNG),
    (rb".{4}ftyp(?:hei[cx]|mif1|msf1)", "a HEIC image", _AS_PNG),
    (rb".{4}ftyp", "a film", _FETCH),
    (rb".{4}TFL3", "a TensorFlow Lite model", _CONVERT),
    (rb"\x08\x01\x12.*(?:serve|[Tt]ensor[Ff]low)", "a TensorFlow SavedModel", _CONVERT),
    # `ir_version`, then one of the strings or messages that may follow it
    (rb"\x08[\x01-\x3f][\x12\x1a\x22\x2a\x32\x3a\x42]", "an ONNX model", "Save the network's state dict in PyTorch."),
    (rb"\0\x05\x16[\0\x07]", "macOS's note on a file (AppleDouble)", "Take the file without ._ in its name."),
    (rb"SQLite format 3\0", "an SQLite database", _FETCH),
    (rb"PAR1", "a Parquet file", _FETCH),
    (rb"\x7fELF", "a program for Linux", _FETCH),
    (rb"MZ", "a program for Windows", _FETCH),
    (rb"\x12\x01\0{6}", "an MXNet parameter file", _CONVERT),
    (
        rb"\x80[\0-\x05]",
        "a Python pickle that torch.save did not write",
        "Write it anew with torch.save or safetensors.",
    ),
    (rb"\0+\Z", "nothing but zero bytes, as a download that broke off leaves", _FETCH),
    (rb"\Z", "empty", _FETCH),
)
KINDS = tuple((re.compile(start, re.DOTALL), Kind(name, remedy)) for start, name, remedy in _STARTS)
"""Kinds of files by their beginnings; the first match counts."""

TEXTS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"(?i)<(!doctype )?(html|head|body|script)|.*<html"), Kind("an HTML page", _FETCH)),
    (re.compile(r"(?i)<\?xml|<svg"), Kind("an XML document", _FETCH)),
)


def kind_of(head: bytes) -> Kind:
    """Tell what a file is from its first bytes, up to HEAD of them."""
    known = next((kind for start, kind in KINDS if start.match(head)), None)
    return known or _text(head) or Kind(f"nothing known: it begins with the bytes {head[:8].hex(' ')}", _FETCH)


def _text(head: bytes) -> Kind | None:
    """Tell texts apart; None for bytes that are no text."""
    try:
        words = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "strict")
    except UnicodeDecodeError as error:
        if error.end < len(head) - 3 or error.start == 0:  # a character cut at the end of the head is none
            return None
        words = head[: error.start].decode("utf-8-sig", "replace")
    if any(not (letter.isprintable() or letter.isspace()) for letter in words):
        return None
    words = " ".join(words[: SHOWN * 10].split())
    known = next((kind for start, kind in TEXTS if start.match(words)), None)
    form = "a JSON text" if words[:1] in ("{", "[") else "a text"
    return known or Kind(f"{form} that begins with {shown(words[:SHOWN])!r}", _FETCH)


def as_text(name: str) -> str:
    """Return a file's name as text that can be encoded: bytes that are no UTF-8 as escapes, all else as it is."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def shown(name: str) -> str:
    """Return a name for a message: letters that cannot be printed, and bytes that are no UTF-8, as escapes."""
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in name)


def _escape(letter: str) -> str:
    if "\udc80" <= letter <= "\udcff":  # how Python reads a byte of a file's name that is no UTF-8
        return f"\\x{ord(letter) - 0xDC00:02x}"
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")
