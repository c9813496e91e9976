"""The picture of a data set is made by a process that says in one sentence why there is none."""

import io
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from skipscope.model.data.catalogue import UNREADABLE


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Make a data set of two classes of two images."""
    for name in ("cat", "dog"):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for i in range(2):
            Image.new("L", (8, 8), 100 + i).save(tmp_path / "mine" / name / f"{i}.png")
    return tmp_path / "mine"


def run(folder: Path) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "skipscope.model.data.samples", folder.name]
    environment = {**os.environ, "SKIPSCOPE_DATASETS": str(folder.parent)}
    return subprocess.run(command, env=environment, capture_output=True, check=False)


def test_a_column_a_class_and_two_images_each(mine: Path) -> None:
    done = run(mine)
    assert (done.returncode, done.stderr) == (0, b"")
    with Image.open(io.BytesIO(done.stdout)) as picture:
        assert picture.size == (65, 65)


TAGS = ((256, 8), (257, 8), (258, 8), (259, 1), (262, 1), (273, 8), (277, 2048), (278, 8), (279, 64))
"""A TIFF of 2,048 samples a pixel, of which Pillow speaks to its log."""


def test_a_refusal_is_one_sentence_whatever_a_decoder_logs(mine: Path) -> None:
    directory = struct.pack("<H", len(TAGS)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in TAGS)
    (mine / "cat" / "0.tif").write_bytes(b"II*\0" + struct.pack("<I", 8) + directory + bytes(100))
    (mine / "cat" / "0.png").unlink()
    done = run(mine)
    assert done.returncode == UNREADABLE
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("cat/0.tif begins as a TIFF image and cannot be read on.")
