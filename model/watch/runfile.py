"""A run in a file: a line of JSON with its key and its names, then its batches as they are sent, one after another.

A batch that was cut off by the end of the process is left out.
"""

import json
import shlex
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter, ValidationError

MARK = "skipscope run 1"
SUFFIX = ".skipscope"
MAX_HEAD = 16_777_216
MAX_FRAME = 67_108_864
_FRAME = struct.Struct("<II")
"""Before each batch: its length and its CRC-32."""


class _Head(BaseModel):
    file: Literal["skipscope run 1"]
    key: str
    run: dict[str, Any]


_HEAD = TypeAdapter(_Head)


class NoRun(ValueError):  # noqa: N818  (what it is)
    """A file is none of a run."""


class RunFile:
    """A file that batches are appended to."""

    def __init__(self, path: Path, key: str, run: dict[str, Any]) -> None:
        self.path = path
        self._file = path.open("xb")
        head = json.dumps({"file": MARK, "key": key, "run": run}).encode()
        self._file.write(head + b"\n")
        self._file.flush()

    def append(self, body: bytes) -> None:
        """Write a batch, so that it outlives this process; raise OSError."""
        at = self._file.tell()
        try:
            self._file.write(_FRAME.pack(len(body), zlib.crc32(body)) + body)
            self._file.flush()
        except OSError:
            self._file.truncate(at)
            self._file.seek(at)
            raise

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def remove(self) -> None:
        """Delete the file: all that is in it was sent."""
        self.close()
        self.path.unlink(missing_ok=True)


def read_head(path: Path) -> tuple[str, dict[str, Any], int]:
    """Return the key of a file's run, what begins the run, and the place of its first batch; raise NoRun or OSError."""
    with path.open("rb") as file:
        line = file.readline(MAX_HEAD)
    try:
        head = _HEAD.validate_json(line)
    except ValidationError as error:
        raise NoRun(f"{path} holds no run: skipscope.watch writes such files, with the end {SUFFIX}.") from error
    return head.key, head.run, len(line)


def batches(path: Path, place: int) -> Iterator[tuple[bytes, int]]:
    """Yield the batches from a place in a file, each with the place after it; the last whole one is the last."""
    with path.open("rb") as file:
        file.seek(place)
        while len(head := file.read(_FRAME.size)) == _FRAME.size:
            length, crc = _FRAME.unpack(head)
            if length > MAX_FRAME:
                return
            body = file.read(length)
            if len(body) < length or zlib.crc32(body) != crc:
                return
            place += _FRAME.size + length
            yield body, place


def left_in(file: Path, address: str) -> str:
    """Tell where a run is that no server has, or has not the whole of, and the line that delivers it."""
    name = shlex.quote(file.name if file.parent == Path.cwd() else str(file))
    to = f" --to {shlex.quote(address)}" if address else ""
    subject = "records that did not reach the server are" if address else "the run is"
    return f"{subject} in {file}: `skipscope send {name}{to}` delivers {'them' if address else 'it'}."
