"""Whatever happened to a file of weights on its way, reading it ends in weights or in one WeightsError."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save
from torch import nn

from skipscope import load_weights
from skipscope.model.foreign.weight_files import WeightsError

NET = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
STATE = NET.state_dict()


def saved(content: Any, **how: Any) -> bytes:
    file = io.BytesIO()
    torch.save(content, file, **how)
    return file.getvalue()


FULL = {"state_dict": STATE, "net": NET, "rest": [Path("a"), np.float64(3)], "optimizer": {"state": {0: torch.ones(2)}}}


def unsummed() -> bytes:
    """Return an archive without checksums, so that damage reaches the unpickler."""
    torch.serialization.set_crc32_options(False)
    try:
        return saved(FULL)
    finally:
        torch.serialization.set_crc32_options(True)


SOUND = (
    saved(FULL), saved(STATE, pickle_protocol=5), unsummed(), saved(FULL, _use_new_zipfile_serialization=False),
    saved(STATE, _use_new_zipfile_serialization=False, pickle_protocol=4), save(STATE),
    b'{"weight_map": {"a": "b.pth"}}',
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draw a file that was sound: cut off, with bits that flipped, bytes that were lost, others put in."""
    content = bytearray(draw(st.sampled_from(SOUND)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(content) - 1)))
        match draw(st.sampled_from(("cut", "flip", "set", "lose", "insert", "head"))):
            case "cut":
                del content[place:]
            case "flip" if content:
                content[place] ^= 1 << draw(st.integers(0, 7))
            case "set" if content:
                content[place] = draw(st.integers(0, 255))
            case "lose":
                del content[place : place + draw(st.integers(1, 8))]
            case "insert":
                content[place:place] = draw(st.binary(max_size=8))
            case _ if content:
                content[place % 300 % len(content)] = draw(st.integers(0, 255))
            case _:
                pass
    return bytes(content)


STARTS = (b"PK\x03\x04", b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e.", b"\x08\0\0\0\0\0\0\0{", b"{")


FILES = damaged() | st.binary(max_size=300) | st.builds(bytes.__add__, st.sampled_from(STARTS), st.binary(max_size=200))


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=FILES)
def test_damage_ends_in_weights_or_a_weights_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "damaged"
    path.write_bytes(content)
    for into in (None, nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))):
        try:
            loaded = load_weights(path, into=into)
        except WeightsError as error:
            assert str(error).startswith("damaged ")
            assert str(error).isprintable()
        else:
            assert all(isinstance(value, torch.Tensor) for value in loaded.values())
